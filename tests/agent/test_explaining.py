"""Each fact of a conversation keeps the words and the turn it was read from, and the trace of an answer shows them."""

from __future__ import annotations

import json

from assistant.agent.answer import Answer
from assistant.agent.conversation import Conversation
from assistant.agent.desk import TurnContext
from assistant.agent.evidence import EvidenceLedger
from assistant.agent.explaining import fact_origins
from assistant.agent.understanding.facts.stated import FactReading
from assistant.rules.replay import replay
from assistant.service import Assistant
from tests.conftest import TODAY

ZERO = "fujian-zero-carbon-factory"
TOLD = "我们想申报零碳工厂，2021年排放10万吨，去年排了6万吨，抵消4万吨"


def talk(assistant: Assistant, *messages: str) -> Answer:
    answer = assistant.ask(messages[0])
    for message in messages[1:]:
        answer = assistant.ask(message, answer.conversation_id)
    return answer


def origins(assistant: Assistant, answer: Answer) -> dict[str, tuple[str, int]]:
    kept = assistant._records.conversation(answer.conversation_id).origins[ZERO]
    return {fact: (origin["words"], origin["turn"]) for fact, origin in kept.items()}


def test_each_fact_keeps_its_words_and_its_turn(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, TOLD, "工业增加值是2亿元")
    assert origins(real_assistant, answer) == {
        "baseline_emissions": ("2021年排放10万吨", 1),
        "report_emissions": ("去年排了6万吨", 1),
        "offset_emissions": ("抵消4万吨", 1),
        "industrial_added_value": ("工业增加值是2亿元", 2),
    }


def test_a_corrected_fact_has_the_words_of_the_correction(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, TOLD, "更正一下，去年是4万吨")
    assert origins(real_assistant, answer)["report_emissions"] == ("去年是4万吨", 2)
    assert origins(real_assistant, answer)["baseline_emissions"] == ("2021年排放10万吨", 1)
    stored = real_assistant.answer_record(answer.id)["trace"]
    assert stored["facts"]["report_emissions"] == "40000"
    assert stored["origins"]["report_emissions"] == {"source": "用户的话", "words": "去年是4万吨", "turn": 2}


def test_what_is_added_keeps_both_sayings(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, TOLD, "再多抵消3000吨")
    assert origins(real_assistant, answer)["offset_emissions"] == ("抵消4万吨；再多抵消3000吨", 2)
    parts = talk(real_assistant, "我们想申报零碳工厂，绿证抵了3万吨，碳汇又抵了1万吨，2021年10万吨")
    assert origins(real_assistant, parts)["offset_emissions"] == ("绿证抵了3万吨；碳汇又抵了1万吨", 1)


def test_a_supposition_is_in_its_trace_and_not_remembered(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, TOLD, "如果我们抵消5万吨，够申报零碳工厂吗？")
    stored = real_assistant.answer_record(answer.id)["trace"]
    assert stored["facts"]["offset_emissions"] == "50000"
    assert stored["origins"]["offset_emissions"]["words"] == "如果我们抵消5万吨"
    assert origins(real_assistant, answer)["offset_emissions"] == ("抵消4万吨", 1)


def test_a_fact_that_gave_way_to_another_stays_away(real_assistant: Assistant) -> None:
    """It came back with the next turn, and every later turn was refused as a contradiction."""
    answer = talk(
        real_assistant,
        "我们想申报零碳工厂，近36个月没有发生安全、质量、环境污染事故",
        "2025年5月出过一次安全事故",
        "抵消了4万吨",
    )
    assert answer.verdict is not None
    assert answer.verdict.status == "不符合"
    kept = real_assistant._records.conversation(answer.conversation_id)
    assert set(kept.facts[ZERO]) == {"last_accident_date", "offset_emissions"}
    assert set(kept.origins[ZERO]) == {"last_accident_date", "offset_emissions"}


def test_the_trace_of_an_answer_is_its_verdict_and_can_be_run_again(real_assistant: Assistant) -> None:
    answer = real_assistant.ask(TOLD)
    stored = real_assistant.answer_record(answer.id)["trace"]
    assert answer.verdict is not None
    assert stored["root"]["status"] == answer.verdict.status
    assert replay(stored, real_assistant.rule_book(ZERO)).same
    assert "trace" not in answer.to_json()


def test_a_computation_without_a_verdict_has_a_trace_too(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("2021年排放10万吨，抵消4万吨，碳抵消占比是多少")
    assert answer.verdict is None
    stored = real_assistant.answer_record(answer.id)["trace"]
    assert [(step["rule"], step["value"]) for step in stored["root"]["steps"]] == [("offset_share", "2/5")]
    assert stored["origins"]["offset_emissions"]["words"] == "抵消4万吨"


def test_a_figure_that_was_sought_says_what_it_was_sought_for(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("2021年排放10万吨，碳抵消得分要拿15分，最多能抵消多少吨？")
    stored = real_assistant.answer_record(answer.id)["trace"]
    assert stored["facts"]["offset_emissions"] == "35000"
    origin = stored["origins"]["offset_emissions"]
    assert origin["source"] == "反算"
    assert "碳抵消量最多3.5万吨" in origin["words"]
    assert {step["rule"]: step["value"] for step in stored["root"]["steps"]} == {
        "offset_share": "7/20",
        "offset_score": "15",
    }


def test_an_answer_from_the_text_alone_has_no_trace(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("零碳工厂由谁负责解释")
    assert real_assistant.answer_record(answer.id)["trace"] is None


def test_a_conversation_stored_before_origins_were_kept_goes_on() -> None:
    old = {"id": "c_1", "facts": {ZERO: {"offset_emissions": "4万吨"}}, "turns": 1, "said": ["抵消4万吨"]}
    conversation = Conversation.from_json(json.loads(json.dumps(old)))
    assert conversation.origins == {}
    assert Conversation.from_json(json.loads(conversation.dumps())) == conversation


def test_a_fact_that_only_a_model_understood_has_the_whole_message(real_assistant: Assistant) -> None:
    said = "我们厂里前几年大概是十万上下，具体你看着办"
    with real_assistant._current.in_use() as edition:
        ledger = EvidenceLedger(edition.library)
        context = TurnContext(edition.desk, Conversation(id="c_1", turns=4), said, ledger, TODAY)
    nothing = FactReading((), (), False)
    assert fact_origins(context, nothing, ZERO, {"baseline_emissions": "10万吨"}) == {
        "baseline_emissions": {"words": said, "turn": 5}
    }


def test_a_correction_under_another_programme_corrects_what_was_told(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, TOLD, "那近零碳呢", "更正一下，去年是5万吨", "零碳工厂的碳削减率是多少")
    assert {one.metric: one.display for one in answer.calculations}["reduction_rate"] == "90%"
