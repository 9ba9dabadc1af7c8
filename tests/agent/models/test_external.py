"""An answer by a model: shown when it is proven, repaired once, else replaced by the planner's."""

from __future__ import annotations

import re

from assistant.service import Assistant
from tests.agent.models.conftest import KEY
from tests.model_server import Body, ScriptedModel, call, raw, say, tool_texts

POLICY = "fujian-zero-carbon-factory"
READ = call(("read_clause", {"reference": "第八条第二项", "policy": POLICY}))
QUESTION = "零碳工厂的碳抵消最多能占多少？"
GOOD = "碳抵消方式削减的碳排放量不得超过基准期的50%[1]。该办法目前是征求意见稿。"
ASSESS = call(
    (
        "assess_programme",
        {
            "policy": POLICY,
            "programme": "zero_carbon",
            "facts": {
                "baseline_emissions": "10万吨",
                "report_emissions": "6万吨",
                "offset_emissions": "4万吨",
            },
        },
    )
)
FACTS = "我们2021年排放10万吨，去年6万吨，抵消4万吨，够零碳工厂吗"


def with_markers(request: Body) -> str:
    """GOOD with the marker that the tool handed out."""
    found = re.findall(r"\[(\d+)\]", tool_texts(request))
    return GOOD.replace("[1]", f"[{found[0]}]")


def test_a_proven_answer_is_shown_as_the_models(modelled: Assistant, scripted: ScriptedModel) -> None:
    scripted.play(READ, say(with_markers))
    answer = modelled.ask(QUESTION)
    assert answer.answer.startswith(GOOD.partition("[")[0])
    assert answer.engine == "openai:scripted"
    assert [one.address for one in answer.citations] == [f"{POLICY}#第八条/（二）"]
    assert len(scripted.requests) == 2
    assert scripted.keys[0] == f"Bearer {KEY}"


def test_a_draft_that_does_not_hold_is_sent_back_once_and_leaves_no_trace(
    modelled: Assistant, scripted: ScriptedModel
) -> None:
    scripted.play(READ, say(lambda request: with_markers(request).replace("50%", "60%")), say(with_markers))
    answer = modelled.ask(QUESTION)
    assert "50%" in answer.answer
    assert "60%" not in answer.answer
    assert answer.engine == "openai:scripted"
    reproach = scripted.requests[2]["messages"][-1]["content"]
    assert "60%" in reproach
    assert "没有出处" in reproach
    later = modelled.ask("那它要几分？", answer.conversation_id)
    assert later.conversation_id == answer.conversation_id
    told = str(scripted.requests[3]["messages"])
    assert "60%" not in told
    assert "没有通过核对" not in told


def test_a_draft_that_fails_twice_is_replaced_by_the_planners_answer(
    modelled: Assistant, scripted: ScriptedModel
) -> None:
    scripted.play(READ, say(lambda request: with_markers(request).replace("50%", "60%")))
    answer = modelled.ask(QUESTION)
    assert answer.engine == "builtin"
    assert "60%" not in answer.answer
    assert "50%" in answer.answer
    assert any("没有通过核对" in warning for warning in answer.warnings)
    assert len(scripted.requests) == 3


def test_the_verdict_is_the_engines_whatever_the_model_writes(
    modelled: Assistant, scripted: ScriptedModel
) -> None:
    scripted.play(ASSESS, say("结论：符合零碳工厂的条件[1]。"))
    answer = modelled.ask(FACTS)
    assert answer.engine == "builtin"
    assert answer.verdict is not None
    assert answer.verdict.status == "不符合"
    assert "结论：符合" not in answer.answer


def test_the_models_words_about_a_verdict_are_shown_when_they_are_the_engines(
    modelled: Assistant, scripted: ScriptedModel
) -> None:
    scripted.play(
        ASSESS,
        say("结论：不符合零碳工厂的条件。碳削减率为80%，低于要求的100%[1]。该办法是征求意见稿。"),
    )
    answer = modelled.ask(FACTS)
    assert answer.engine == "openai:scripted", answer.warnings
    assert answer.verdict is not None
    assert answer.verdict.status == "不符合"
    assert answer.calculations[0].display == "80%"


def test_facts_that_nobody_said_reach_no_verdict(modelled: Assistant, scripted: ScriptedModel) -> None:
    invented = call(
        (
            "assess_programme",
            {
                "policy": POLICY,
                "programme": "zero_carbon",
                "facts": {"offset_emissions": "9万吨", "basic_conditions": "是"},
            },
        )
    )
    scripted.play(invented, say("结论：符合零碳工厂的条件[1]。"))
    modelled.ask("我们2021年排放10万吨，去年6万吨，够零碳工厂吗")
    told = tool_texts(scripted.requests[1])
    assert told.startswith("错误")
    assert "用户没有说过" in told


def test_what_the_user_said_counts_when_the_model_leaves_it_out(
    modelled: Assistant, scripted: ScriptedModel
) -> None:
    bare = call(("assess_programme", {"policy": POLICY, "programme": "zero_carbon"}))
    scripted.play(
        bare, say("结论：不符合零碳工厂的条件。碳削减率为80%，低于要求的100%[1]。该办法是征求意见稿。")
    )
    answer = modelled.ask(FACTS)
    assert answer.calculations[0].display == "80%"
    later = modelled.ask("如果抵消改成5万吨呢", answer.conversation_id)
    assert "抵消" in later.answer


def test_an_answer_that_cites_nothing_is_no_answer(modelled: Assistant, scripted: ScriptedModel) -> None:
    scripted.play(say("一般来说抵消不能太多。"))
    answer = modelled.ask(QUESTION)
    assert answer.engine == "builtin"
    assert answer.citations


def test_the_instructions_are_not_given_away(modelled: Assistant, scripted: ScriptedModel) -> None:
    def leaking(request: Body) -> str:
        return f"{request['messages'][0]['content'][:120]}[1]"

    scripted.play(READ, say(leaking))
    answer = modelled.ask(QUESTION)
    assert answer.engine == "builtin"
    assert "只依据工具给出的政策原文" not in answer.answer


def test_the_conversation_in_short_is_made_from_its_facts(
    modelled: Assistant, scripted: ScriptedModel
) -> None:
    scripted.play(raw("boom", 500))
    answer = modelled.ask(FACTS)
    modelled.ask("那近零碳呢", answer.conversation_id)
    told = scripted.requests[-1]["messages"][0]["content"]
    assert "2021年碳排放量（baseline_emissions）= 10万吨" in told
    assert len(scripted.requests[-1]["messages"]) == 2, (
        "the system's and the user's: no history but the facts"
    )


def test_progress_comes_before_the_model_answers(modelled: Assistant, scripted: ScriptedModel) -> None:
    scripted.play(READ, say(with_markers))
    steps = [event.step for event in modelled.stream(QUESTION) if hasattr(event, "step")]
    assert steps[:2] == ["reading", "model"]
    assert "verify" in steps
