"""What a message is for decides what is done with what stands in it: whole conversations through the assistant."""

from __future__ import annotations

from assistant.agent.answer import Answer
from assistant.service import Assistant

TOLD = "零碳工厂，2021年6万吨，去年2.8万吨，抵消3.3万吨"


def talk(assistant: Assistant, *messages: str) -> Answer:
    answer = assistant.ask(messages[0])
    for message in messages[1:]:
        answer = assistant.ask(message, answer.conversation_id)
    return answer


def test_a_verdict_asked_for_after_a_rate_is_a_verdict(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, TOLD, "削减率超一百了吧", "那零碳工厂行不行")
    assert answer.verdict is not None
    assert (answer.verdict.programme, answer.verdict.status) == ("零碳工厂", "不符合")


def test_a_message_that_only_takes_leave_is_small_talk(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, TOLD, "成，那我先忙去啦，改天再来请教")
    assert (str(answer.status), answer.citations, answer.verdict) == ("answered", (), None)


def test_points_of_an_item_by_its_number_are_computed_once_figures_are_known(
    real_assistant: Assistant,
) -> None:
    known = talk(real_assistant, "申报企业碳抵消占比42%", "附件3第10项该给几分")
    assert "得8分（满分20分）" in known.answer
    unknown = real_assistant.ask("附件3第10项该给几分")
    assert "得8分" not in unknown.answer


def test_points_after_a_share_are_those_that_the_share_gives(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "零碳工厂，2021年10万吨，抵消4.6万吨", "碳抵消占比是多少", "这项得几分")
    assert "碳抵消得分为4分" in answer.answer


def test_going_back_to_the_former_figures_is_one_question(real_assistant: Assistant) -> None:
    answer = talk(
        real_assistant,
        "近零碳，期初10万吨、期末9.4万吨",
        "如果期末是9.6万吨呢",
        "还是按前面的数，碳削减率是多少",
    )
    assert answer.answer.startswith("**培育期碳削减率为6%")


def test_where_a_quotation_stands_may_be_asked_after_it_was_given(real_assistant: Assistant) -> None:
    answer = talk(
        real_assistant, "材料里引了一句“打造一批‘双近零’排放标杆企业”，有没有这句", "请核一下原文出处"
    )
    assert [one.address for one in answer.citations] == ["fujian-pollution-carbon-synergy#五/（十八）"]
