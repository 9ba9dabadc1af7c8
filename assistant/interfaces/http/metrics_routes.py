"""GET /metrics for Prometheus: answers by status and engine, stages, what the gate refused, tokens, requests, the index."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from assistant.interfaces.http.opening import Opening
from assistant.telemetry import TurnReport

router = APIRouter(tags=["运行"])
_ANSWERS = (0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10, 30, 60)
_STAGES = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30)
_REQUESTS = (0.005, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = self._counter("tiaowen_answers_total", "Answers shown", "status", "engine")
        self._seconds = self._histogram("tiaowen_answer_seconds", "Time of an answer", _ANSWERS, "engine")
        self._stages = self._histogram(
            "tiaowen_stage_seconds", "Time of an answer's stages: read, retrieve, rules, …", _STAGES, "stage"
        )
        self._refused = self._counter("tiaowen_gate_failures_total", "What the gate found", "type")
        self._faults = self._counter(
            "tiaowen_model_faults_total", "Answers that a model failed to give", "kind"
        )
        self._tokens = self._counter("tiaowen_model_tokens_total", "Tokens spent", "direction")
        self._calls = self._counter("tiaowen_model_calls_total", "Calls of the model")
        self._requests = self._counter(
            "tiaowen_requests_total", "Requests answered", "method", "route", "status"
        )
        self._request_seconds = self._histogram(
            "tiaowen_request_seconds", "Time of a request, to its last byte", _REQUESTS, "route"
        )
        self._in_flight = self._gauge("tiaowen_requests_in_flight", "Requests being answered")
        self._ready = self._gauge("tiaowen_ready", "1 when questions are answered")
        self._index_age = self._gauge("tiaowen_index_age_seconds", "Since the index in use was built")
        self._clauses = self._gauge("tiaowen_clauses", "Clauses in the index in use")

    def observe(self, report: TurnReport) -> None:
        """Count one turn."""
        self._answers.labels(report.status, report.engine).inc()
        self._seconds.labels(report.engine).observe(report.elapsed_ms / 1000)
        for stage, seconds in report.stages:
            self._stages.labels(stage).observe(seconds)
        for failure in report.failures:
            self._refused.labels(failure).inc()
        if report.fault:
            self._faults.labels(report.fault).inc()
        self._tokens.labels("in").inc(report.tokens_in)
        self._tokens.labels("out").inc(report.tokens_out)
        self._calls.inc(report.model_calls)

    def begin_request(self) -> None:
        """A request has come in."""
        self._in_flight.inc()

    def end_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """It has been answered, or its client has left; `route` is the template."""
        self._in_flight.dec()
        self._requests.labels(method, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def see(self, opening: Opening) -> None:
        """Take what is told of the index just now."""
        state = opening.readiness()
        self._ready.set(1 if state.get("ready") else 0)
        self._clauses.set(state.get("clauses", 0))
        if built := (state.get("index") or {}).get("built_at"):
            age = datetime.now(UTC) - datetime.fromisoformat(built)
            self._index_age.set(max(0.0, age.total_seconds()))

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(name, about, labels, registry=self.registry)

    def _gauge(self, name: str, about: str) -> Gauge:
        return Gauge(name, about, registry=self.registry)

    def _histogram(self, name: str, about: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(name, about, labels, registry=self.registry, buckets=buckets)


@router.get("/metrics", summary="计数（Prometheus 格式）", response_class=PlainTextResponse)
def metrics(request: Request) -> Response:
    """The counters as text."""
    kept: Metrics = request.app.state.metrics
    kept.see(request.app.state.opening)
    return Response(generate_latest(kept.registry), media_type=CONTENT_TYPE_LATEST)
