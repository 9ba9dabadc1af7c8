"""Several applicants over turns: figures of one are never taken for another's."""

from __future__ import annotations

from assistant.agent.answer import Answer
from assistant.agent.conversation import Conversation
from assistant.agent.understanding.facts.applicants import known_applicants, of_applicant
from assistant.service import Assistant

KNOWN = Conversation(id="c", facts={"p": {"offset": "1万吨"}}, pending="x")


def talk(assistant: Assistant, *messages: str) -> Answer:
    answer = assistant.ask(messages[0])
    for message in messages[1:]:
        answer = assistant.ask(message, answer.conversation_id)
    return answer


def test_another_applicants_facts_are_set_aside_and_come_back() -> None:
    second = of_applicant("第二家去年4万吨", of_applicant("第一家", KNOWN))
    assert (second.applicant, second.facts, second.pending) == ("第二家", {}, None)
    assert second.aside["前面说的企业"]["facts"] == KNOWN.facts
    assert of_applicant("第二家的呢", second) == second


def test_a_name_without_a_rival_keeps_what_is_known() -> None:
    assert of_applicant("我们厂去年4万吨", KNOWN) == KNOWN
    assert of_applicant("甲厂和乙厂哪个行", KNOWN) == KNOWN


def test_all_applicants_are_only_asked_for_where_several_are_known() -> None:
    assert known_applicants("两家各是多少", KNOWN) == {}
    both = of_applicant("乙厂", KNOWN)
    assert set(known_applicants("两家各是多少", both)) == {"前面说的企业", "乙厂"}
    assert known_applicants("它的占比呢", both) == {}


def test_the_second_company_does_not_inherit_the_firsts_offset(real_assistant: Assistant) -> None:
    first = "甲厂申报零碳：2021年4万吨，上年2.2万吨，抵消1.6万吨"
    answer = talk(real_assistant, first, "乙厂也是零碳：2021年4万吨，上年1.8万吨")
    assert answer.status == "needs_facts"
    assert {item.metric: item.value for item in answer.calculations}["offset_share"] is None
    assert [item.fact for item in answer.missing][:1] == ["offset_emissions"]


def test_both_companies_are_told_each_by_its_own_figures(real_assistant: Assistant) -> None:
    answer = talk(
        real_assistant,
        "第一家报零碳，2021年4万吨，去年2.2万吨，抵消1.6万吨",
        "第二家2021年4万吨，去年1.8万吨，抵消1.8万吨",
        "两家的碳削减率各是多少",
    )
    assert "第一家：碳削减率为85%" in answer.answer
    assert "第二家：碳削减率为100%" in answer.answer
    back = real_assistant.ask("第一家的碳抵消占比是多少", answer.conversation_id)
    assert "40%" in back.answer


def test_applicants_told_in_one_message_are_remembered_each_with_its_own(real_assistant: Assistant) -> None:
    told = "甲厂2021年5万吨去年3万吨抵消2万吨，乙厂2021年8万吨去年5万吨抵消3万吨"
    answer = talk(real_assistant, told, "按零碳工厂的算法，两家抵消占比各是多少，哪家低")
    assert "甲厂：碳抵消占比为40%" in answer.answer
    assert "乙厂：碳抵消占比为37.5%" in answer.answer
    assert "20%" in real_assistant.ask("甲厂抵消改成1万吨，占比是多少", answer.conversation_id).answer
