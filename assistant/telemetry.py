"""What a turn reports of itself: a structured log line, spans where an endpoint is set, and a report for counters.

No user's text is logged unless a setting asks for it; keys are never at hand here.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

    from assistant.settings import Settings

TURNS = logging.getLogger("tiaowen.turns")


@dataclass(frozen=True)
class TurnReport:
    """One turn in figures: `fault` is the kind of a model's fault, `failures` types of what the gate found, tokens the model's."""

    answer_id: str
    status: str
    engine: str
    elapsed_ms: int
    fault: str | None = None
    failures: tuple[str, ...] = ()
    tokens_in: int = 0
    tokens_out: int = 0
    model_calls: int = 0


def log_turn(report: TurnReport, message: str | None = None) -> None:
    """One line of JSON; `message` is the user's text, given only where the setting allows it."""
    line = asdict(report) | ({"message": message} if message is not None else {})
    TURNS.info("%s", json.dumps(line, ensure_ascii=False))


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
def span(name: str, **attributes: Any) -> Iterator[None]:
    """A span around the block; nothing at all where no endpoint is set."""
    if _Tracing.tracer is None:
        yield
        return
    with _Tracing.tracer.start_as_current_span(name, attributes=attributes):
        yield
