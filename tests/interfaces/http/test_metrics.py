"""/metrics over a real connection: what turns report is counted there."""

from __future__ import annotations

import httpx

from assistant.interfaces.http.app import create_app
from assistant.interfaces.http.metrics_routes import Metrics
from assistant.settings import Settings
from assistant.telemetry import TurnReport
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.running_server import running

REPORT = TurnReport(
    answer_id="a",
    status="answered",
    engine="builtin",
    elapsed_ms=120,
    fault="timeout",
    failures=("number", "number"),
    tokens_in=300,
    tokens_out=20,
    model_calls=3,
)


def test_turns_are_counted(fake: FakeAssistant, settings: Settings) -> None:
    metrics = Metrics()
    metrics.observe(REPORT)
    metrics.observe(REPORT)
    app = create_app(lambda _progress: fake, settings, metrics)  # type: ignore[arg-type, return-value]
    with running(app) as url:
        told = httpx.get(f"{url}/metrics", timeout=5)
    assert told.headers["content-type"].startswith("text/plain")
    assert 'tiaowen_answers_total{engine="builtin",status="answered"} 2.0' in told.text
    assert 'tiaowen_gate_failures_total{type="number"} 4.0' in told.text
    assert 'tiaowen_model_faults_total{kind="timeout"} 2.0' in told.text
    assert 'tiaowen_model_tokens_total{direction="in"} 600.0' in told.text
    assert "tiaowen_model_calls_total 6.0" in told.text
    assert 'tiaowen_answer_seconds_bucket{engine="builtin",le="0.15"} 2.0' in told.text
    assert 'tiaowen_answer_seconds_bucket{engine="builtin",le="0.1"} 0.0' in told.text
