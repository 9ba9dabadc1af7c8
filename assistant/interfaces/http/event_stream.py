"""Server-sent events: progress while an answer is made, the answer last, an error instead when it fails."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from assistant.agent.answer import Answer, ProgressEvent
from assistant.errors import TiaowenError
from assistant.interfaces.http.answering import Answering
from assistant.interfaces.http.held_events import Event, HeldEvents, HeldResponse
from assistant.interfaces.http.problems import INTERNAL, problem_of

logger = logging.getLogger(__name__)


def event_text(name: str, data: dict[str, Any]) -> str:
    """One event as it goes over the wire; JSON holds no raw line break, so one data line is enough."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


async def stream_response(
    answering: Answering,
    events: Iterator[Event],
    render: Callable[[Answer], dict[str, str]] | None = None,
) -> StreamingResponse:
    """The response; see HeldEvents.open for what it raises.

    `render` makes the pieces of HTML of an `html` event that goes before the `answer`.
    """
    held = await HeldEvents.open(answering, events)
    return HeldResponse(_wire(held, render), held)


async def _wire(held: HeldEvents, render: Callable[[Answer], dict[str, str]] | None) -> AsyncIterator[str]:
    try:
        async for event in held:
            if isinstance(event, Answer):
                if render is not None:
                    yield event_text("html", await run_in_threadpool(render, event))
                yield event_text("answer", event.to_json())
            else:
                yield event_text("progress", _progress_json(event))
    except TiaowenError as error:
        yield event_text("error", problem_of(error).to_json())
    except Exception:
        logger.exception("an answer broke off")
        yield event_text("error", INTERNAL.to_json())


def _progress_json(event: ProgressEvent) -> dict[str, Any]:
    return {"step": event.step, "text": event.text, "addresses": list(event.addresses)}
