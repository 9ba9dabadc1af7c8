"""The events of one answer, awaited from a blocking iterator, with the answer's place among those being made at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import suppress
from contextvars import copy_context

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from assistant.agent.answer import Answer, ProgressEvent
from assistant.interfaces.http.answering import Answering, Place

Event = ProgressEvent | Answer
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class HeldEvents:
    """Events to be awaited one by one; their place is given back with the answer, an error, or by `let_go`.

    The iterator runs in a thread of its own, so waiting can be given up at once; the thread ends at its next event then.
    """

    def __init__(self, events: Iterator[Event], place: Place, answering: Answering) -> None:
        self._events = events
        self._place = place
        self._answering = answering
        self._loop = asyncio.get_running_loop()
        self._until = self._loop.time() + answering.seconds
        self._ready: asyncio.Queue[Event | Exception | None] = asyncio.Queue()
        self._abandoned = threading.Event()
        self._first: Event | None = None
        context = copy_context()  # the id of the request
        threading.Thread(target=context.run, args=(self._run,), name="answer-events", daemon=True).start()

    @classmethod
    async def open(cls, answering: Answering, events: Iterator[Event]) -> HeldEvents:
        """With the first event awaited, so that a message that is not legal still gets its own status.

        Raises BusyError, TookTooLongError and what the iterator raises.
        """
        held = cls(events, await answering.take(), answering)
        try:
            held._first = await held._next()
        except BaseException:
            held.let_go()
            raise
        return held

    async def __aiter__(self) -> AsyncIterator[Event]:
        """The events in order. Raises TookTooLongError and what the iterator raises."""
        event = self._first
        while event is not None:
            if isinstance(event, Answer):
                self._place.leave()
            yield event
            event = await self._next()

    def let_go(self) -> None:
        """Nobody waits any more."""
        self._abandoned.set()
        self._place.leave()

    async def _next(self) -> Event | None:
        try:
            async with asyncio.timeout_at(self._until):
                item = await self._ready.get()
        except TimeoutError:
            raise self._answering.too_long() from None
        if isinstance(item, Exception):
            raise item
        return item

    def _run(self) -> None:
        try:
            for event in self._events:
                if self._abandoned.is_set():
                    break
                self._put(event)
            self._put(None)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised where the events are awaited
            self._put(error)
        finally:
            if isinstance(self._events, Generator):
                # A reader that has gone: let the generator release what it holds.
                self._events.close()

    def _put(self, item: Event | Exception | None) -> None:
        # The loop is closed when the server has shut down meanwhile.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._ready.put_nowait, item)


class HeldResponse(StreamingResponse):
    """Server-sent events that let go of what makes them at their end, also when not one could be sent."""

    def __init__(self, lines: AsyncIterator[str], held: HeldEvents) -> None:
        super().__init__(lines, media_type="text/event-stream; charset=utf-8", headers=HEADERS)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the events."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._held.let_go()
