"""福建省零碳工厂建设管理办法: chapters, articles, forms and scoring tables."""

from __future__ import annotations

from fractions import Fraction

import pytest

from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library

POLICY = "fujian-zero-carbon-factory"


def _of(library: Library, kind: ClauseKind) -> list[Clause]:
    return [clause for clause in library.clauses(POLICY) if clause.kind is kind]


def _rows(library: Library, annex: str) -> list[Clause]:
    """Rows with a requirement of their own, subrows included."""
    return [
        clause
        for clause in library.clauses(POLICY)
        if clause.path.startswith(f"{annex}/") and "requirement" in clause.attributes
    ]


def test_chapters_hold_articles(library: Library) -> None:
    chapters = _of(library, ClauseKind.CHAPTER)
    assert [chapter.text for chapter in chapters] == [
        "第一章总则",
        "第二章申报条件",
        "第三章申报和认定程序",
        "第四章附则",
    ]
    assert [len(chapter.children) for chapter in chapters] == [6, 3, 3, 3]
    articles = _of(library, ClauseKind.ARTICLE)
    assert [article.path for article in articles][0::7] == ["第一条", "第八条", "第十五条"]
    assert len(articles) == 15


def test_items_of_articles(library: Library) -> None:
    counts = {
        article.path: len(article.children)
        for article in _of(library, ClauseKind.ARTICLE)
        if article.children
    }
    assert counts == {"第七条": 4, "第八条": 2, "第九条": 3, "第十一条": 5, "第十二条": 5}
    item = library.clause(f"{POLICY}#第八条/（二）")
    assert item.label == "第八条（二）"
    assert item.kind is ClauseKind.ITEM
    assert item.parent == "第八条"
    assert item.heading_path == (
        "第二章申报条件",
        "第八条申报省级零碳工厂的企业，除满足第七条基本条件外，还应满足以下指标要求：",
    )
    assert item.text == (
        "（二）企业以2021年为基准期，碳削减率达100%（其中通过绿证交易、碳汇购买、自愿减排项目开发等"
        "碳抵消方式削减的碳排放量，不得超过基准期的50%）。"
    )


def test_title_keeps_its_qualifier(library: Library) -> None:
    assert library.clause(f"{POLICY}#题名").text == "福建省零碳工厂建设管理办法\n（征求意见稿）"


def test_four_annexes_and_their_list(library: Library) -> None:
    assert [annex.text for annex in _of(library, ClauseKind.ANNEX)] == [
        "附件1\n福建省零碳工厂申报书",
        "附件2\n福建省近零碳工厂申报书",
        "附件3\n福建省零碳工厂评价指标表",
        "附件4\n福建省近零碳工厂验收评价表",
    ]
    listed = library.clause(f"{POLICY}#附件目录").text.split("\n")
    assert listed[0] == "附件：1.福建省零碳工厂申报书"
    assert listed[3] == "4.福建省近零碳工厂验收评价表"


@pytest.mark.parametrize(
    ("annex", "veto", "scored", "rows"),
    [
        ("附件3", list(range(1, 8)), list(range(8, 21)), 17),
        ("附件4", list(range(1, 9)), [9, 10, *range(12, 22)], 16),
    ],
)
def test_scoring_tables(library: Library, annex: str, veto: list[int], scored: list[int], rows: int) -> None:
    items = [
        clause
        for clause in _of(library, ClauseKind.ROW)
        if clause.path.startswith(annex) and "number" in clause.attributes
    ]
    by_section = {
        section: [
            int(clause.attributes["number"]) for clause in items if clause.attributes["section"] == section
        ]
        for section in ("否决项", "评分项")
    }
    assert by_section == {"否决项": veto, "评分项": scored}
    with_points = [row for row in _rows(library, annex) if "points" in row.attributes]
    assert len(with_points) == rows
    groups = [
        library.clause(f"{POLICY}#{annex}/{name}")
        for name in ("温室气体减排绩效", "建立零碳管理体系", "温室气体减排措施")
    ]
    assert [group.attributes["points"] for group in groups] == ["30", "30", "40"]
    for group in groups:
        own = [row for row in with_points if row.attributes["group"] == group.attributes["group"]]
        assert sum(Fraction(row.attributes["points"]) for row in own) == Fraction(group.attributes["points"])
    assert library.clause(f"{POLICY}#{annex}/合计").attributes["points"] == "100"
    assert all(
        "points" not in row.attributes
        for row in _rows(library, annex)
        if row.attributes["section"] == "否决项"
    )


def test_row_knows_group_indicator_requirement_and_points(library: Library) -> None:
    row = library.clause(f"{POLICY}#附件3/10")
    assert row.label == "附件3第10项"
    assert row.parent == "附件3/温室气体减排绩效"
    assert dict(row.attributes) == {
        "number": "10",
        "group": "温室气体减排绩效",
        "section": "评分项",
        "indicator": "碳抵消（逆向指标）",
        "requirement": (
            "评价企业通过绿证交易、碳汇购买、自愿减排项目开发等碳抵消方式削减的碳排放量（即Ei,offset，碳抵消量）"
            "占碳排放基准值的比例，碳抵消占比越高，此项得分越低。\n"
            "【碳抵消占比=Ei,offset（碳抵消量）/E基准线（基准线碳排放量），该项得分=50−碳抵消占比×100】"
        ),
        "points": "20",
    }
    assert row.text == "\n".join(("10", row.attributes["indicator"], row.attributes["requirement"], "20"))


def test_merged_indicator_cell_stands_once_and_holds_for_all(library: Library) -> None:
    first, third = library.clause(f"{POLICY}#附件3/1"), library.clause(f"{POLICY}#附件3/3")
    assert first.text.startswith("1\n基本条件\n福建省内")
    assert third.text.startswith("3\n近36个月")
    assert third.attributes["indicator"] == "基本条件"
    assert library.clause(f"{POLICY}#附件4/8").attributes["indicator"] == "能耗规模及绿色化水平"


def test_item_with_several_requirements_is_a_parent(library: Library) -> None:
    parent = library.clause(f"{POLICY}#附件3/11")
    assert parent.text == "11\n温室气体排放管理体系"
    assert parent.children == ("附件3/11/1", "附件3/11/2", "附件3/11/3")
    assert "requirement" not in parent.attributes
    second = library.clause(f"{POLICY}#附件3/11/2")
    assert second.kind is ClauseKind.SUBROW
    assert second.label == "附件3第11项第2行"
    assert second.attributes["indicator"] == "温室气体排放管理体系"
    assert second.attributes["points"] == "5"
    assert second.text == f"{second.attributes['requirement']}\n5"
    several = {
        clause.path: len(clause.children) for clause in _of(library, ClauseKind.ROW) if clause.children
    }
    assert several == {
        "附件3/11": 3,
        "附件3/15": 2,
        "附件3/18": 2,
        "附件4/12": 3,
        "附件4/16": 2,
        "附件4/19": 2,
    }


def test_group_and_header_cells(library: Library) -> None:
    assert library.clause(f"{POLICY}#附件3/否决项").text == "否决项"
    assert library.clause(f"{POLICY}#附件3/表头1").text == "序号\n评价指标\n评价要求\n是否符合"
    assert library.clause(f"{POLICY}#附件4/表头2").text == "序号\n评价指标\n评价要求\n分值\n得分"
    note = library.clause(f"{POLICY}#附件4/注")
    assert note.text.endswith("各项评价指标按照满足程度在0分到满分中取值。")
    assert library.clause(f"{POLICY}#附件3/企业名称").text == "企业名称："


def test_forms_keep_their_fields(library: Library) -> None:
    fields = {
        annex: [
            clause.path.split("/", 1)[1]
            for clause in _of(library, ClauseKind.FIELD)
            if clause.path.startswith(annex)
        ]
        for annex in ("附件1", "附件2")
    }
    shared = [
        *(
            "封面/企业名称",
            "日期",
            "企业名称",
            "企业地址",
            "所属行业",
            "主要产品",
            "单位性质",
            "统一社会信用代码",
        ),
        *(
            "法定代表人",
            "联系部门",
            "联系人",
            "联系电话",
            "电子邮箱",
            "年综合能耗（tce）",
            "年碳排放量（tCO2）",
        ),
        *("主要产品产量", "碳抵消量（tCO2）"),
    ]
    assert fields["附件1"] == [*shared, "自评价得分", "零碳建设主要成效"]
    assert fields["附件2"] == [*shared, "是否获评省级及以上绿色工厂", "自评价得分", "零碳建设现状及规划"]


def test_field_keeps_its_parts(library: Library) -> None:
    field = library.clause(f"{POLICY}#附件1/年碳排放量（tCO2）")
    assert field.text == "年碳排放量（tCO2）\n基准值（2021年）：\n申报上年度值："
    assert field.attributes["options"] == "基准值（2021年）：\n申报上年度值："
    assert len(field.spans) == 3
    nature = library.clause(f"{POLICY}#附件1/单位性质")
    assert nature.attributes["options"] == "内资（□国有□集体□民营）□中外合资□港澳台□外商独资"
    assert library.clause(f"{POLICY}#附件1/碳抵消量（tCO2）").attributes["blank"] == "是"
    output = library.clause(f"{POLICY}#附件1/主要产品产量")
    assert output.attributes["options"] == "基准值（2021年）：\n申报上年度值："
    assert library.clause(f"{POLICY}#附件2/年碳排放量（tCO2）").attributes["blank"] == "是"
