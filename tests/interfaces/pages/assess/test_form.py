"""The form is made from the rule book alone: fields, units, answers, help, clauses, order."""

from __future__ import annotations

import re

import pytest

from assistant.interfaces.pages.assess.form import FactsForm, Field, facts_form
from assistant.interfaces.pages.rendering import STATIC, WEB
from tests.interfaces.assessing_assistant import AssessingAssistant
from tests.interfaces.pages.assess.conftest import HEAT, SUBSIDY, ZERO


def form_of(assistant: AssessingAssistant, policy: str, programme: str) -> FactsForm:
    book = assistant.rule_book(policy)
    return facts_form(book, book.programmes[programme], assistant.library)


def test_an_invented_book_is_a_form(assistant: AssessingAssistant) -> None:
    form = form_of(assistant, HEAT, "waste_heat")
    assert [(field.label, field.kind, field.unit) for field in form.fields.values()] == [
        ("在本市登记注册", "choice", ""),
        ("年节能量", "number", "吨标准煤"),
        ("余热设备投资", "number", "万元"),
    ]
    saving = form.fields["saving"]
    assert saving.question == "请问余热利用项目一年节能多少吨标准煤？"
    assert saving.legal == "不小于零的数，如 5000吨标准煤 或 5000tce"
    assert saving.source.label == "第四条（二）"
    assert saving.source.href == "/clauses/city-waste-heat%23第四条/（二）"
    assert form.fields["registered"].options == (("是", "是"), ("否", "否"), ("", "不知道"))


def test_each_fact_stands_once_and_where_it_is_first_needed(assistant: AssessingAssistant) -> None:
    book = assistant.rule_book(ZERO)
    for programme in book.programmes.values():
        form = facts_form(book, programme, assistant.library)
        needed = {fact for id in programme.criteria for fact in book.needed[id]}
        groups = [group for section in form.sections for group in section.groups]
        written = [field.id for group in groups for field in group.fields]
        assert {id for id in written if id in book.metrics} == {
            id for id in programme.metrics if book.metrics[id].limit
        }
        assert len(written) == len(set(written))
        assert needed <= set(written)
        assert [group.id for group in groups] == list(programme.criteria)
        for group in groups:
            here = {field.id for field in (*group.fields, *group.earlier)}
            assert set(book.needed[group.id]) <= here


def test_a_question_that_gathers_several_stands_before_them(assistant: AssessingAssistant) -> None:
    fields = list(form_of(assistant, ZERO, "zero_carbon").fields)
    book = assistant.rule_book(ZERO)
    whole = next(fact for fact in book.facts.values() if fact.implies)
    assert fields.index(whole.id) < min(fields.index(part) for part in whole.implies)


@pytest.mark.parametrize(
    ("policy", "programme", "fact", "expected"),
    [
        (ZERO, "zero_carbon", "limits_advanced", {"options": ("是", "否", "不适用", "")}),
        (ZERO, "zero_carbon", "green_laws_compliant", {"options": ("是", "否", "")}),
        (ZERO, "zero_carbon", "score_zc_13", {"kind": "points", "maximum": "5分", "legal": ""}),
        (ZERO, "zero_carbon", "retrofit_projects", {"kind": "integer", "legal": "不小于零的整数，如 3项 或 3个项目"}),
        (ZERO, "zero_carbon", "last_accident_date", {"kind": "date", "instead": ("近36个月无安全、质量、环境污染等事故",)}),
        (ZERO, "zero_carbon", "offset_share", {"kind": "number", "unit": "%", "question": "", "instead": ("碳抵消量", "2021年碳排放量"), "legal": "以%计的数，如 37.5% 或 百分之三十七点五"}),
        (SUBSIDY, "renewal", "saving_rate", {"kind": "number", "unit": "%"}),
    ],
)  # fmt: skip
def test_kinds(
    assistant: AssessingAssistant, policy: str, programme: str, fact: str, expected: dict[str, object]
) -> None:
    field: Field = form_of(assistant, policy, programme).fields[fact]
    for name, value in expected.items():
        found = getattr(field, name)
        assert (tuple(answer for answer, _ in found) if name == "options" else found) == value


def test_clauses_are_those_of_the_programme(assistant: AssessingAssistant) -> None:
    group = next(
        group
        for section in form_of(assistant, ZERO, "near_zero_carbon").sections
        for group in section.groups
        if group.id == "basic_registration"
    )
    assert [link.label for link in group.clauses] == ["第七条（一）", "附件4第1项"]


def test_sections_are_the_groups_of_the_annex_with_their_points(assistant: AssessingAssistant) -> None:
    sections = form_of(assistant, ZERO, "zero_carbon").sections
    assert [(section.name, section.points, section.is_graded) for section in sections] == [
        ("否决项", "", False),
        ("温室气体减排绩效", "30分", False),
        ("建立零碳管理体系", "30分", True),
        ("温室气体减排措施", "40分", True),
    ]


def test_without_an_annex_what_is_scored_stands_together(assistant: AssessingAssistant) -> None:
    sections = form_of(assistant, SUBSIDY, "renewal").sections
    assert [(section.name, section.points) for section in sections] == [("否决项", ""), ("评分项", "20分")]
    # a criterion of the day alone asks for nothing
    assert [group.id for group in sections[0].groups if not group.fields] == ["window"]


def test_notes_stand_with_their_criterion_or_with_the_programme(assistant: AssessingAssistant) -> None:
    form = form_of(assistant, ZERO, "zero_carbon")
    groups = {group.id: group for section in form.sections for group in section.groups}
    assert [remark.text for remark in groups["zc_10"].remarks] == [
        "附件3第10项的算式得数高于满分或低于0分时，这里按满分或0分计。"
    ]
    assert any("合格线" in remark.text for remark in form.remarks)
    assert not any("负" in remark.text for remark in form_of(assistant, HEAT, "waste_heat").remarks)


def test_the_page_knows_nothing_of_a_policy() -> None:
    package = WEB.parent / "pages" / "assess"
    files = [*package.glob("*.py"), *(WEB / "templates").glob("assess*"), *STATIC.glob("assess*")]
    assert len(files) > 8
    for file in files:
        assert re.findall(r"碳|抵消|排放|carbon|offset_|emission|福建|附件", file.read_text("utf-8")) == [], (
            file
        )
