"""What a form or a link holds is read field by field."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest

from assistant.errors import InputError
from assistant.interfaces.pages.assess.form import facts_form
from assistant.interfaces.pages.assess.submitted import Reading, Submitted, link, read, read_body, submitted
from tests.interfaces.assessing_assistant import AssessingAssistant
from tests.interfaces.pages.assess.conftest import ZERO


def reading(assistant: AssessingAssistant, given: Submitted, programme: str = "zero_carbon") -> Reading:
    book = assistant.rule_book(ZERO)
    chosen = book.programmes[programme]
    return read(book, chosen, facts_form(book, chosen, assistant.library).fields, given)


def test_one_wrong_field_leaves_the_others_standing(assistant: AssessingAssistant) -> None:
    found = reading(
        assistant, Submitted(facts={"baseline_emissions": "10万吨", "report_emissions": "-4万吨"})
    )
    assert dict(found.facts) == {"baseline_emissions": "10万吨"}
    assert list(found.errors) == ["f.report_emissions"]
    assert "“-4万吨”不合法" in found.errors["f.report_emissions"]
    assert dict(found.typed) == {"baseline_emissions": "10万吨", "report_emissions": "-4万吨"}


def test_names_of_the_book_are_understood_and_others_told(assistant: AssessingAssistant) -> None:
    found = reading(assistant, submitted([("f.抵消量", "4万吨"), ("f.颜色", "绿"), ("colour", "red")]))
    assert dict(found.facts) == {"offset_emissions": "4万吨"}
    assert found.remarks == (
        "链接里的“colour”不认识，没有采用",
        "链接里的“颜色”（填的是“绿”）不是这份规则册的事实，没有采用",
    )


def test_facts_of_the_other_programme_are_carried_not_judged(assistant: AssessingAssistant) -> None:
    found = reading(assistant, Submitted(facts={"energy_consumption": "6000吨标准煤"}))
    assert not found.facts
    assert dict(found.typed) == {"energy_consumption": "6000吨标准煤"}


def test_day_and_stage(assistant: AssessingAssistant) -> None:
    right = reading(assistant, Submitted(on="2026年3月1日", stage="申报"))
    assert (right.day, right.stage, dict(right.errors)) == (date(2026, 3, 1), "申报", {})
    assert right.request()["on"] == "2026-03-01"
    wrong = reading(assistant, Submitted(on="2026-02-30", stage="中期"))
    assert (wrong.day, wrong.stage) == (None, None)
    assert "2026-02-30" in wrong.errors["on"]
    assert "申报、培育、验收" in wrong.errors["stage"]
    assert set(wrong.request()) == {"policy", "programme", "facts"}


def test_none_of_an_amount_is_zero_only_where_it_is_said(assistant: AssessingAssistant) -> None:
    found = reading(assistant, Submitted(facts={"offset_emissions": "没有"}))
    assert found.values == {"offset_emissions": 0}
    assert reading(assistant, submitted([("f.offset_emissions", " ")])).values == {}
    assert (
        "f.baseline_emissions" in reading(assistant, Submitted(facts={"baseline_emissions": "没有"})).errors
    )


def test_a_link_brings_back_what_was_typed_but_no_names(assistant: AssessingAssistant) -> None:
    given = submitted(
        [
            ("on", "2026-03-01"),
            ("f.baseline_emissions", "10万吨 & 1%"),
            ("a.联系人", "某人"),
            ("csrf_token", "x"),
        ]
    )
    url = link(ZERO, "zero_carbon", given, given.facts)
    again = submitted(parse_qsl(urlsplit(url).query))
    assert (again.policy, again.programme, again.on) == (ZERO, "zero_carbon", "2026-03-01")
    assert dict(again.facts) == dict(given.facts)
    assert dict(again.applicant) == {}
    assert again.unknown == ()


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"&".join(b"f.x%d=1" % number for number in range(401))])
def test_what_is_no_form_is_refused(body: bytes) -> None:
    with pytest.raises(InputError, match="最多 400 个字段"):
        read_body(body)
