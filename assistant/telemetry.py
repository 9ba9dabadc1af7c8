"""What a turn reports of itself: a structured log line, spans where an endpoint is set, stages, and a report for counters.

No user's text is logged unless a setting asks for it; keys are never at hand here.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

    from assistant.settings import Settings

TURNS = logging.getLogger("tiaowen.turns")
REQUEST_ID: ContextVar[str | None] = ContextVar("tiaowen_request_id", default=None)
_STAGES: ContextVar[dict[str, float] | None] = ContextVar("tiaowen_stages", default=None)
_ADDING = threading.Lock()


@dataclass(frozen=True)
class TurnReport:
    """One turn in figures: `fault` is the kind of a model's fault, `failures` types of what the gate found, tokens the model's,
    `stages` the seconds spent in each (read, retrieve, rules, model, gate, store)."""

    answer_id: str
    status: str
    engine: str
    elapsed_ms: int
    fault: str | None = None
    failures: tuple[str, ...] = ()
    tokens_in: int = 0
    tokens_out: int = 0
    model_calls: int = 0
    stages: tuple[tuple[str, float], ...] = ()


def log_turn(report: TurnReport, message: str | None = None) -> None:
    """One line of JSON; `message` is the user's text, given only where the setting allows it."""
    spent = {stage: round(seconds * 1000, 1) for stage, seconds in report.stages}
    line = asdict(report) | {"stages": spent} | ({"message": message} if message is not None else {})
    TURNS.info("%s", json.dumps(line, ensure_ascii=False), extra={"turn": line})


class _Tracing:
    """The process's tracer; none until an endpoint is set."""

    tracer: Tracer | None = None


@cache
def start_tracing(endpoint: str) -> None:
    """Send spans to an OTLP endpoint (gRPC) from now on, in the background; a collector that is away is no error."""
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "tiaowen"}))
    insecure = not endpoint.startswith("https://")
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint, insecure=insecure)))
    _Tracing.tracer = provider.get_tracer("tiaowen")


def set_up(settings: Settings) -> None:
    """Tracing as the settings want it."""
    if settings.otlp_endpoint:
        start_tracing(settings.otlp_endpoint)


@contextmanager
def stages() -> Iterator[dict[str, float]]:
    """Seconds by stage of what runs within the block, also in the threads that its context is copied to."""
    found: dict[str, float] = {}
    token = _STAGES.set(found)
    try:
        yield found
    finally:
        _STAGES.reset(token)


@contextmanager
def span(name: str, stage: str | None = None, **attributes: Any) -> Iterator[None]:
    """A span around the block where an endpoint is set; its time counts for `stage` where stages are measured."""
    began = time.perf_counter()
    try:
        if _Tracing.tracer is None:
            yield
        else:
            with _Tracing.tracer.start_as_current_span(name, attributes=attributes):
                yield
    finally:
        found = _STAGES.get()
        if stage is not None and found is not None:
            with _ADDING:
                found[stage] = found.get(stage, 0.0) + time.perf_counter() - began
