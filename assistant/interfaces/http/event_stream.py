"""Server-sent events: progress while an answer is made, the answer last, an error instead when it fails."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from assistant.agent.answer import Answer, ProgressEvent
from assistant.errors import TiaowenError
from assistant.interfaces.http.problems import INTERNAL, problem_of

logger = logging.getLogger(__name__)
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

Event = ProgressEvent | Answer


def event_text(name: str, data: dict[str, Any]) -> str:
    """One event as it goes over the wire; JSON holds no raw line break, so one data line is enough."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def stream_response(
    events: Iterator[Event], render: Callable[[Answer], dict[str, str]] | None = None
) -> StreamingResponse:
    """The response; its first event is awaited here, so a message that is not legal still gets its own status.

    `render` makes the pieces of HTML of an `html` event that goes before the `answer`.
    """
    first = await run_in_threadpool(_next, events)
    return StreamingResponse(
        _wire(first, events, render), media_type="text/event-stream; charset=utf-8", headers=HEADERS
    )


async def _wire(
    first: Event | None, events: Iterator[Event], render: Callable[[Answer], dict[str, str]] | None
) -> AsyncIterator[str]:
    event = first
    try:
        while event is not None:
            if isinstance(event, Answer):
                if render is not None:
                    yield event_text("html", await run_in_threadpool(render, event))
                yield event_text("answer", event.to_json())
            else:
                yield event_text("progress", _progress_json(event))
            event = await run_in_threadpool(_next, events)
    except TiaowenError as error:
        yield event_text("error", problem_of(error).to_json())
    except Exception:
        logger.exception("an answer broke off")
        yield event_text("error", INTERNAL.to_json())
    finally:
        if isinstance(events, Generator):
            # A reader that has gone: let the generator release what it holds.
            events.close()


def _next(events: Iterator[Event]) -> Event | None:
    return next(events, None)


def _progress_json(event: ProgressEvent) -> dict[str, Any]:
    return {"step": event.step, "text": event.text, "addresses": list(event.addresses)}
