"""The filled form: every field of the annex, what fills it, and the draft status on every printed page."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest

from assistant.errors import FactError
from assistant.interfaces.exports.application import EMPTY, application_bytes
from assistant.rules.form import programme_form
from tests.interfaces.exports.conftest import Assess, Print

ZERO: dict[str, Any] = {
    "programme": "零碳工厂",
    "facts": {"baseline_emissions": "10万吨", "report_emissions": "4.5万吨", "score_zc_13": 5},
    "applicant": {
        "企业名称": "福建某某纺织有限公司",
        "单位性质": "民营",
        "主要产品产量/申报上年度值": "1200吨",
    },
}
NEAR_ZERO: dict[str, Any] = {
    "programme": "近零碳工厂",
    "facts": {"energy_consumption": "6000tce", "green_factory": "是", "offset_emissions": "1000吨"},
}


def fields(content: bytes) -> dict[str, str]:
    """Label and words of each row of the form's tables."""
    document = docx.Document(io.BytesIO(content))
    rows = [row.cells for table in document.tables for row in table.rows]
    return {cells[0].text: cells[1].text for cells in rows if len(cells) == 2}


def test_facts_score_and_own_words_fill_the_form(assessed: Assess) -> None:
    filled = fields(application_bytes(assessed(ZERO)))
    assert filled["年碳排放量（tCO2）"] == "基准值（2021年）：10万吨\n申报上年度值：4.5万吨"
    assert filled["主要产品产量"] == f"基准值（2021年）：{EMPTY}\n申报上年度值：1200吨"
    assert filled["碳抵消量（tCO2）"] == EMPTY
    assert filled["自评价得分"] == "5分至100分（满分100分）"
    assert filled["企业名称"] == "福建某某纺织有限公司"
    assert "☑民营" in filled["单位性质"]
    assert "□国有" in filled["单位性质"]
    assert filled["所属行业"] == f"{EMPTY}\n（按统计局代码填写）"


def test_each_programme_has_its_own_form(assessed: Assess) -> None:
    filled = fields(application_bytes(assessed(NEAR_ZERO)))
    assert filled["年综合能耗（tce）"] == "6000吨标准煤"
    assert filled["是否获评省级及以上绿色工厂"] == "是"
    assert filled["碳抵消量（tCO2）"] == "1000吨"
    assert filled["零碳建设现状及规划"].startswith(EMPTY)


@pytest.mark.parametrize("request_", [ZERO, NEAR_ZERO], ids=["附件1", "附件2"])
def test_fields_stand_in_the_order_of_the_text(assessed: Assess, request_: dict[str, Any]) -> None:
    one = assessed(request_)
    assert one.form is not None
    text = "\n".join(fields(application_bytes(one)))
    wanted = list(dict.fromkeys(blank.field for blank in one.form.blanks if "封面" not in blank.address))
    wanted.remove("日期")
    assert text.split("\n") == wanted


def test_every_page_shows_the_draft_status_and_every_field_is_printed(assessed: Assess, pages: Print) -> None:
    ones = {"zero.docx": assessed(ZERO), "near.docx": assessed(NEAR_ZERO)}
    printed = pages({name: application_bytes(one) for name, one in ones.items()})
    for name, one in ones.items():
        assert len(printed[name]) >= 4
        for number, page in enumerate(printed[name], start=1):
            assert "【征求意见稿】《福建省零碳工厂建设管理办法》尚未正式施行" in page
            assert f"第{number}页，共{len(printed[name])}页" in page
        whole = "".join(printed[name])
        assert one.form is not None
        for blank in one.form.blanks:
            assert "".join(blank.field.split()) in whole
            assert blank.hint in whole
        for heading in ("基本信息表", "一、企业基本信息", "合计"):
            assert heading in whole


def test_the_table_of_the_annex_is_filled(assessed: Assess) -> None:
    one = assessed({**ZERO, "facts": ZERO["facts"] | {"manufacturer": "否"}})
    document = docx.Document(io.BytesIO(application_bytes(one)))
    table = document.tables[-1]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert next(row for row in rows if row[0] == "1")[4] == "不符合"
    assert next(row for row in rows if row[0] == "13")[3:] == ["5", "5"]
    assert next(row for row in rows if row[1] == "合计")[3:] == ["100", "5–100"]
    assert [row[0] for row in rows if row[0] == row[4]] == [
        "否决项", "评分项", "温室气体减排绩效（30）", "建立零碳管理体系（30）", "温室气体减排措施（40）",
    ]  # fmt: skip


def test_a_row_bound_to_two_criteria_needs_both(assessed: Assess) -> None:
    """附件3 item 4 holds the supervision and the dishonest debtors: one failing fails the row."""
    facts = {
        "no_serious_findings_36_months": "是",
        "not_on_rectification_list_36_months": "是",
        "not_dishonest_debtor": "否",
    }
    document = docx.Document(
        io.BytesIO(application_bytes(assessed({"programme": "零碳工厂", "facts": facts})))
    )
    rows = [[cell.text for cell in row.cells] for row in document.tables[-1].rows]
    assert next(row for row in rows if row[0] == "4")[4] == "不符合"


@pytest.mark.parametrize(
    ("applicant", "said"),
    [
        ({"企业名": "甲"}, "不认识的栏目“企业名”；可填的栏目：企业名称、日期、企业地址"),
        ({"自评价得分": "100"}, "由判定的事实或得分填写"),
        ({"年碳排放量（tCO2）/基准值（2021年）": "1"}, "由判定的事实或得分填写"),
        (
            {"单位性质": "个体"},
            "单位性质的值“个体”不合法；应为其中之一：国有、集体、民营、中外合资、港澳台、外商独资",
        ),
    ],
)
def test_unknown_fields_and_choices_are_refused(
    assessed: Assess, applicant: dict[str, str], said: str
) -> None:
    with pytest.raises(FactError, match=said.replace("（", ".").replace("）", ".")):
        assessed({"programme": "零碳工厂", "facts": {}, "applicant": applicant})


def test_a_programme_without_a_form_takes_no_words(subsidised: Assess) -> None:
    one = subsidised({"programme": "subsidy", "facts": {"registered": "是"}})
    assert programme_form(one.book, one.programme, one.library) is None
    text = "\n".join(
        paragraph.text for paragraph in docx.Document(io.BytesIO(application_bytes(one))).paragraphs
    )
    assert "征求意见稿" not in text
    with pytest.raises(FactError, match="没有申报书"):
        subsidised({"programme": "subsidy", "facts": {}, "applicant": {"企业名称": "甲"}})
