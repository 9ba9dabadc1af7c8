"""GET /metrics for Prometheus: answers by status and engine, what took how long, what the gate refused, tokens spent."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from assistant.telemetry import TurnReport

router = APIRouter(tags=["运行"])


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "tiaowen_answers_total", "Answers shown", ["status", "engine"], registry=self.registry
        )
        self._seconds = Histogram(
            "tiaowen_answer_seconds",
            "Time of an answer",
            ["engine"],
            registry=self.registry,
            buckets=(0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10, 30, 60),
        )
        self._refused = Counter(
            "tiaowen_gate_failures_total", "What the gate found", ["type"], registry=self.registry
        )
        self._faults = Counter(
            "tiaowen_model_faults_total",
            "Answers that a model failed to give",
            ["kind"],
            registry=self.registry,
        )
        self._tokens = Counter(
            "tiaowen_model_tokens_total", "Tokens spent", ["direction"], registry=self.registry
        )
        self._calls = Counter("tiaowen_model_calls_total", "Calls of the model", registry=self.registry)

    def observe(self, report: TurnReport) -> None:
        """Count one turn."""
        self._answers.labels(report.status, report.engine).inc()
        self._seconds.labels(report.engine).observe(report.elapsed_ms / 1000)
        for failure in report.failures:
            self._refused.labels(failure).inc()
        if report.fault:
            self._faults.labels(report.fault).inc()
        self._tokens.labels("in").inc(report.tokens_in)
        self._tokens.labels("out").inc(report.tokens_out)
        self._calls.inc(report.model_calls)


@router.get("/metrics", summary="计数（Prometheus 格式）", response_class=Response)
def metrics(request: Request) -> Response:
    """The counters as text."""
    kept: Metrics = request.app.state.metrics
    return Response(generate_latest(kept.registry), media_type=CONTENT_TYPE_LATEST)
