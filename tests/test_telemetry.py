"""What a turn reports: its log line holds no user's text unless a setting asks, and spans name the steps."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from assistant import telemetry
from assistant.agent.conversation import Conversation
from assistant.service import Assistant

WORDS = "我们厂叫秘密水泥，2021年排放10万吨"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(telemetry._Tracing, "tracer", provider.get_tracer("test"))
    yield exporter
    provider.shutdown()


def test_a_turn_is_one_line_without_the_users_words(
    real_assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = real_assistant.ask(WORDS)
    lines = [json.loads(record.getMessage()) for record in caplog.records if record.name == "tiaowen.turns"]
    assert [line["answer_id"] for line in lines] == [answer.id]
    assert lines[0]["engine"] == "builtin"
    assert lines[0]["tokens_in"] == 0
    assert "秘密水泥" not in caplog.text


def test_the_users_words_are_logged_where_a_setting_asks(caplog: pytest.LogCaptureFixture) -> None:
    report = telemetry.TurnReport("a", "answered", "builtin", 1)
    with caplog.at_level(logging.INFO):
        telemetry.log_turn(report, WORDS)
    assert json.loads(caplog.records[0].getMessage())["message"] == WORDS


def test_a_turn_tells_how_long_its_stages_took(
    real_assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        real_assistant.ask("2021年10万吨，去年4万吨，抵消4万吨，碳削减率多少")
        list(real_assistant.stream("碳抵消能不能超过一半"))
    lines = [json.loads(record.getMessage()) for record in caplog.records if record.name == "tiaowen.turns"]
    assert set(lines[0]["stages"]) >= {"read", "rules", "gate", "store"}
    assert set(lines[1]["stages"]) == {"read", "retrieve", "gate", "store"}
    assert all(0 < sum(line["stages"].values()) < line["elapsed_ms"] + 1000 for line in lines)


def test_spans_name_the_turn_its_tools_and_the_gate(
    real_assistant: Assistant, spans: InMemorySpanExporter
) -> None:
    real_assistant.ask("第八条第二项怎么说")
    names = [span.name for span in spans.get_finished_spans()]
    assert names == ["read", "tool read_clause", "gate", "turn", "store"]
    assert "第八条" not in str([dict(span.attributes or {}) for span in spans.get_finished_spans()])


def test_a_conversation_stays_small_however_long_its_messages_are() -> None:
    conversation = Conversation(id="c")
    for turn in range(100):
        conversation = conversation.with_turn(f"{turn}" + "排" * 3990)
    assert len(conversation.dumps().encode()) < 64 * 1024
    assert conversation.said[-1].startswith("99")
    assert conversation.turns == 100
