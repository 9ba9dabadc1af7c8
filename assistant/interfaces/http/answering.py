"""Answers are made a few at a time: each has a place, waits for it a while, and holds it only while it is being made."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

import anyio
from starlette.requests import Request

from assistant.interfaces.http.problems import BusyError, TookTooLongError
from assistant.settings import Settings

T = TypeVar("T")


class Place:
    """One of the places; `leave` gives it back, once."""

    def __init__(self, give_back: Callable[[], None]) -> None:
        self._give_back: Callable[[], None] | None = give_back

    def leave(self) -> None:
        """Give the place to whoever waits next."""
        give_back, self._give_back = self._give_back, None
        if give_back is not None:
            give_back()


class Answering:
    """The places of one process, and the time that one answer may take."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._free = asyncio.Semaphore(settings.answers_at_once)
        # A thread of its own for each place: routes that only read never wait behind answers.
        self._threads = anyio.CapacityLimiter(settings.answers_at_once)

    @property
    def seconds(self) -> float:
        """Longest that one answer may take, s."""
        return self._settings.turn_timeout

    async def take(self) -> Place:
        """A place. Raises BusyError when none was free in time."""
        try:
            async with asyncio.timeout(self._settings.answer_wait):
                await self._free.acquire()
        except TimeoutError:
            raise BusyError(
                f"同时回答的已有 {self._settings.answers_at_once} 个，等了 {self._settings.answer_wait:g} 秒还没有轮到；请稍后再试"
            ) from None
        return Place(self._free.release)

    async def run(self, ask: Callable[[], T]) -> T:
        """Run in a thread what makes an answer. Raises BusyError, TookTooLongError and what `ask` raises.

        What takes too long goes on and keeps its place until it ends.
        """
        place = await self.take()
        loop = asyncio.get_running_loop()
        begun = threading.Event()

        def held() -> T:
            begun.set()
            try:
                return ask()
            finally:
                loop.call_soon_threadsafe(place.leave)

        try:
            with anyio.fail_after(self.seconds):
                return await anyio.to_thread.run_sync(held, abandon_on_cancel=True, limiter=self._threads)
        except TimeoutError:
            raise self.too_long() from None
        finally:
            if not begun.is_set():
                place.leave()

    def too_long(self) -> TookTooLongError:
        """The error for an answer that took longer than it may."""
        return TookTooLongError(
            f"这一问超过了 {self.seconds:g} 秒还没有答完，已经停止；请把问题拆小，或稍后再试"
        )


def answering_of(request: Request) -> Answering:
    """The application's places."""
    answering: Answering = request.app.state.answering
    return answering
