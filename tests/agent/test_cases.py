"""Several applicants, or both programmes, in one message: each is judged by itself and named."""

from __future__ import annotations

import pytest

from assistant.agent.understanding.facts.applicants import applicants_in
from assistant.service import Assistant


@pytest.mark.parametrize(
    ("message", "names"),
    [
        ("甲厂2021年10万吨，乙厂2021年20万吨", ["甲厂", "乙厂"]),
        ("A公司基准10万吨，B公司基准8万吨，都够吗", ["A公司", "B公司"]),
        ("第一家2021年6万吨；第二家8万吨", ["第一家", "第二家"]),
        ("老厂2021年10万吨，新厂3万吨", []),  # parts of one applicant
        ("A公司2021年10万吨，B公司呢", []),
        ("我们厂2021年10万吨", []),
    ],
)
def test_applicants_are_told_apart(message: str, names: list[str]) -> None:
    assert [one.name for one in applicants_in(message)] == names


def test_two_applicants_are_judged_and_remembered_apart(real_assistant: Assistant) -> None:
    answer = real_assistant.ask(
        "甲厂2021年10万吨，去年4万吨，抵消4万吨；乙厂2021年20万吨，去年15万吨，抵消6万吨，哪个能报零碳工厂"
    )
    first = answer.answer.split("\n")[0]
    assert "甲厂：零碳工厂目前待补充" in first
    assert "乙厂：不符合零碳工厂的条件" in first
    assert [item.display for item in answer.calculations if item.label == "碳削减率"] == ["100%", "55%"]
    assert answer.verdict is None
    kept = real_assistant._records.conversation(answer.conversation_id)
    (own,) = kept.facts.values()
    assert (kept.applicant, own["report_emissions"], list(kept.aside)) == ("乙厂", "15万吨", ["甲厂"])


def test_a_metric_of_two_applicants(real_assistant: Assistant) -> None:
    answer = real_assistant.ask(
        "第一家2021年6万吨，抵消2.4万吨，第二家2021年8万吨，抵消5万吨，抵消占比各是多少"
    )
    assert "第一家：碳抵消占比为40%；第二家：碳抵消占比为62.5%" in answer.answer


def test_both_programmes_are_judged_with_the_facts_of_the_conversation(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("想报零碳工厂，2021年10万吨，去年5万吨，抵消3万吨")
    answer = real_assistant.ask("那零碳和近零碳我们能报哪个", answer.conversation_id)
    assert "零碳工厂：不符合条件；近零碳工厂：目前待补充" in answer.answer.split("\n")[0]
    assert answer.missing[0].fact == "energy_consumption"


def test_one_bad_figure_of_two_applicants_is_named(real_assistant: Assistant) -> None:
    answer = real_assistant.ask(
        "甲厂2021年10万吨，去年4万吨，抵消负1万吨；乙厂2021年20万吨，去年15万吨，抵消6万吨，零碳工厂都够吗"
    )
    assert "碳抵消量的值“负1万吨”不合法" in answer.answer
    assert "乙厂：不符合零碳工厂的条件" in answer.answer


def test_the_points_of_an_item_in_both_tables(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("节能减碳改造三项，零碳和近零碳分别给几分")
    first = answer.answer.split("\n")[0]
    assert "得5分" in first.split("近零碳工厂：")[0]
    assert "得15分" in first.split("近零碳工厂：")[1]
