"""Points that the scoring tables give, and points of several items together, with the real assistant."""

from __future__ import annotations

import pytest

from assistant.agent.answer import Answer, AnswerStatus
from assistant.service import Assistant

ZERO = "fujian-zero-carbon-factory"


def talk(assistant: Assistant, *messages: str) -> Answer:
    answer = assistant.ask(messages[0])
    for message in messages[1:]:
        answer = assistant.ask(message, answer.conversation_id)
    return answer


def lead(answer: Answer) -> str:
    return answer.answer.split("\n\n")[0]


def cited(answer: Answer) -> set[str]:
    return {item.address for item in answer.citations}


@pytest.mark.parametrize(
    ("question", "total", "rows"),
    [
        ("附件3第8、9、13项都拿满的话一共几分", "15分", ("附件3/8", "附件3/9", "附件3/13")),
        ("附件4第9项和第10项加起来多少分", "30分", ("附件4/9", "附件4/10")),
        ("附件3第11项一共几分", "15分", ("附件3/11/1", "附件3/11/3")),
        ("附件3第15项和第18项合计多少分", "20分", ("附件3/15/1", "附件3/18/2")),
        ("附件3满分多少", "100分", ("附件3/合计",)),
    ],
)
def test_the_points_of_several_rows_are_added_up(
    real_assistant: Assistant, question: str, total: str, rows: tuple[str, ...]
) -> None:
    answer = talk(real_assistant, question)
    assert answer.status is AnswerStatus.ANSWERED
    assert total in lead(answer)
    assert {f"{ZERO}#{row}" for row in rows} <= cited(answer)


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("附件3第7项多少分", "附件3/7"),
        ("绿色工厂称号在近零碳评价里值几分", "附件4/8"),
        ("附件3第3项怎么给分", "附件3/3"),
        ("失信被执行人那条扣几分", "附件4/4"),
    ],
)
def test_a_veto_has_no_points(real_assistant: Assistant, question: str, row: str) -> None:
    answer = talk(real_assistant, question)
    assert "否决项" in lead(answer)
    assert "没有给它分值" in lead(answer)
    assert f"{ZERO}#{row}" in cited(answer)


def test_a_row_of_both_tables_is_told_of_both_where_no_programme_is_named(real_assistant: Assistant) -> None:
    both = talk(real_assistant, "碳排放强度那项多少分")
    assert "附件3第8项（碳排放强度）[1]：5分" in lead(both)
    assert "附件4第9项（碳排放强度）[2]：15分" in lead(both)
    one = talk(real_assistant, "近零碳工厂碳排放强度那项多少分")
    assert f"{ZERO}#附件3/8" not in cited(one)


def test_the_items_with_the_most_points(real_assistant: Assistant) -> None:
    zero = talk(real_assistant, "零碳评分里哪一项分最高")
    assert "附件3第10项" in lead(zero)
    assert "20分" in lead(zero)
    assert "附件4" not in zero.answer
    both = talk(real_assistant, "哪个指标最值分")
    assert {f"{ZERO}#附件3/10", f"{ZERO}#附件4/9", f"{ZERO}#附件4/10"} <= cited(both)


def test_rows_are_found_by_their_points(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "附件4哪几项是15分的")
    assert {f"{ZERO}#附件4/9", f"{ZERO}#附件4/10"} <= cited(answer)
    assert f"{ZERO}#附件4/13" not in cited(answer)


@pytest.mark.parametrize(
    ("turns", "total"),
    [
        (("零碳工厂，2021年10万吨，抵消3.5万吨，改造2个，强度7，这三项一共几分",), "20分"),
        (("基准12万吨，抵消5.4万吨，改造做了3项，两项一共多少分",), "10分"),
        (("零碳工厂，基准12万吨，抵消5.4万吨", "节能改造做了3项", "这两项加起来几分"), "10分"),
    ],
)
def test_points_of_an_applicant_are_added_up(
    real_assistant: Assistant, turns: tuple[str, ...], total: str
) -> None:
    answer = talk(real_assistant, *turns)
    assert f"合计{total}" in lead(answer)
    assert answer.status is AnswerStatus.ANSWERED


@pytest.mark.parametrize(
    ("question", "low", "high"),
    [
        ("零碳工厂，强度是6吨每万元，做了3个改造，抵消占比40%，总分最低最高各多少", "20分", "90分"),
        ("近零碳工厂，强度9吨/万元，改造5项，其他都没评，分数大概在什么范围", "15分", "85分"),
    ],
)
def test_the_bounds_of_the_total_lead(real_assistant: Assistant, question: str, low: str, high: str) -> None:
    answer = talk(real_assistant, question)
    assert f"{low}到{high}之间" in lead(answer)


def test_points_for_what_is_told_are_those_of_both_tables(real_assistant: Assistant) -> None:
    both = talk(real_assistant, "做过4个节能改造项目能得几分")
    assert "得5分（满分5分）" in both.answer
    assert "得15分（满分15分）" in both.answer
    one = talk(real_assistant, "近零碳工厂，做过4个节能改造项目能得几分")
    assert "得5分" not in one.answer
