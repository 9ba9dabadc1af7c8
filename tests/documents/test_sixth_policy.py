"""Policies that the code has never seen, written as policies are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.documents.clause import ClauseKind
from assistant.documents.library import Library
from assistant.documents.parser import parse_document

MEASURES = """海川市发展和改革委员会文件

海发改规〔2024〕3号

海川市发展和改革委员会 海川市财政局关于印发《海川市绿色工厂补贴管理办法》的通知

各县（区）发展改革局、财政局：

现将《海川市绿色工厂补贴管理办法》印发给你们，请遵照执行。

海川市发展和改革委员会  海川市财政局

2024年3月5日

（此件公开发布）

海川市绿色工厂补贴管理办法

第一章  总则

第一条  为规范补贴管理，制定本办法。

第二条  补贴对象为本市企业。

前款所称企业，是指：

（一）规模以上工业企业；

（二）专精特新企业，包括：

1.国家级；

2.省级。

第二章  标准

第三条　补贴标准如下：

（一）国家级绿色工厂一次性补贴50万元；
（二）省级绿色工厂一次性补贴20万元。

对同一企业，补贴不重复发放。

第三条之一  补贴资金由市财政局拨付。

第四条  本办法自2024年4月1日起施行，有效期5年。

附件：1.补贴申请表
      2.工作要求

附件1

补贴申请表

\t单位名称
\t

\t联系人
\t
\t电话
\t

附件2

工作要求

一、高度重视

各单位要高度重视。

二、按时报送

（一）每月报送一次。

（二）逾期不候。
"""


def _texts(source: str) -> dict[str, str]:
    return {clause.path: clause.text for clause in parse_document("haichuan", source).clauses}


def test_measures_with_chapters_paragraphs_and_annexes(make_policy: Callable[..., Path]) -> None:
    library = Library.load(make_policy("haichuan", MEASURES, aliases="[绿厂办法]"))
    text = {clause.path: clause.text for clause in library.clauses()}
    assert text["文头/文号"] == "海发改规〔2024〕3号"
    assert text["文头/落款"] == "海川市发展和改革委员会\n海川市财政局\n2024年3月5日"
    assert text["题名"] == "海川市绿色工厂补贴管理办法"
    assert text["第二条/第二款"] == "前款所称企业，是指："
    assert text["第二条/第二款/（二）/1"] == "1.国家级；"
    assert text["第三条/（一）"] == "（一）国家级绿色工厂一次性补贴50万元；"
    assert text["第三条/第二款"] == "对同一企业，补贴不重复发放。"
    assert text["第三条之一"].startswith("第三条之一补贴资金")
    assert text["附件目录"] == "附件：1.补贴申请表\n2.工作要求"
    assert text["附件1/电话"] == "电话"
    assert text["附件2/二/（二）"] == "（二）逾期不候。"
    assert library.resolve("绿厂办法第二条第二款第二项").path == "第二条/第二款/（二）"
    assert library.resolve("第三条第二款").path == "第三条/第二款"
    assert library.resolve("第三条第二项").path == "第三条/（二）"
    assert library.resolve("第三条第一款").path == "第三条"


def test_measures_numbered_without_headings() -> None:
    text = _texts(
        "关于支持数据中心改造的若干措施\n\n为推动绿色发展，制定以下措施。\n\n1.支持存量改造。按投资额的10%补助。\n\n"
        "2.强化监管。\n\n（1）建立台账；\n（2）定期通报。\n\n本措施自印发之日起施行。\n\n海川市人民政府办公室\n2023年12月1日\n"
    )
    assert list(text) == [
        "题名",
        "引言",
        "1",
        "2",
        "2/（1）",
        "2/（2）",
        "结语",
        "落款",
        "落款/机关",
        "落款/日期",
    ]
    assert text["结语"] == "本措施自印发之日起施行。"


def test_notice_without_any_numbering() -> None:
    text = _texts(
        "海川市关于促进充电桩建设的通知\n\n各区人民政府，市直有关单位：\n\n为加快建设，现将有关事项通知如下。\n\n"
        "各区应当在2025年底前完成规划。\n\n联系人：张 三，联系电话：0591-00000000。\n\n海川市交通运输局\n2023年5月4日\n"
    )
    assert text["文头/主送"] == "各区人民政府，市直有关单位："
    assert text["正文/段2"] == "各区应当在2025年底前完成规划。"
    assert text["落款/联系人"] == "联系人：张三，联系电话：0591-00000000。"
    assert text["落款/日期"] == "2023年5月4日"


def test_contents_boxes_and_run_in_points() -> None:
    text = _texts(
        "海川市节能规划\n\n目  录\n\n一、总体要求......1\n二、重点任务......3\n\n一、总体要求\n\n坚持节约优先。\n\n二、重点任务\n\n"
        "（一）抓落实。压实责任。一是建账；二是考核。\n专栏一 重点工程\n1.余热工程\n2.电机工程\n（二）强监管\n定期检查。\n"
    )
    assert text["目录"].startswith("目录\n一、总体要求")
    assert text["一/段1"] == "坚持节约优先。"
    assert text["二/（一）"] == "（一）抓落实。压实责任。"
    assert text["二/（一）/二是"] == "二是考核。"
    assert (text["专栏1"], text["专栏1/2"]) == ("专栏一重点工程", "2.电机工程")
    assert text["二/（二）/段1"] == "定期检查。"


def test_table_with_numbers_outside_an_annex() -> None:
    clauses = parse_document(
        "haichuan",
        "海川市考核办法\n\n一、考核内容\n\n\t序号\n\t项目\n\t要求\n\t分值\n\n\t1\n\t能耗\n\t下降3%。\n\t60\n\n"
        "\t2\n\t排放\n\t下降\n\n5%。\n\t40\n\n\t合计\n\t100\n\n\n二、附则\n\n本办法即日起执行。\n",
    ).clauses
    rows = {clause.path: clause for clause in clauses if clause.kind is ClauseKind.ROW}
    assert list(rows) == ["一/1", "一/2", "一/合计"]
    assert rows["一/2"].attributes["requirement"] == "下降5%。"
    assert (rows["一/2"].attributes["indicator"], rows["一/2"].attributes["points"]) == ("排放", "40")


def test_windows_line_ends_and_byte_order_mark() -> None:
    plain = _texts(MEASURES)
    assert _texts("\ufeff" + MEASURES.replace("\n", "\r\n")) == plain


def test_wrapped_text_with_page_numbers() -> None:
    lines = [
        "海川市工业绿色发展方案",
        "为贯彻落实绿色发展理念，推动我市工业转型升级，",
        "制定本方案。",
        "一、总体要求",
        "坚持生态优先，加快形成绿色生产方式，到 2030 年，规",
        "模以上工业单位增加值能耗比 2025 年下降百分之十五，建",
        "- 2 -",
        "成一批绿色工厂和绿色园区，形成一批可复制可推广的经验",
        "做法，培育一批领军企业。",
        "二、重点任务",
        "（一）推动节能改造。支持企业实施电机、锅炉、余热等",
        "系统改造，对改造后能效达到标杆水平的项目给予奖补，并",
        "优先纳入市级绿色制造名单。（责任单位：市工信局、市发",
        "改委）",
        "3",
        "（二）强化监督检查。定期开展节能监察，对违法违规用",
        "能行为依法处理，结果向社会公布，接受社会监督。",
    ]
    text = _texts("\n\n".join(lines))
    assert text["引言"] == "为贯彻落实绿色发展理念，推动我市工业转型升级，制定本方案。"
    assert "建成一批绿色工厂" in text["一/段1"]
    assert text["二/（一）"].endswith("（责任单位：市工信局、市发改委）")
    assert text["二/（二）"].startswith("（二）强化监督检查。定期开展节能监察，对违法违规用能行为")


def test_a_wide_gap_parts_a_table_from_the_text_below() -> None:
    text = _texts(
        "海川市考核办法\n\n一、考核内容\n\n\t序号\n\t要求\n\n\t1\n\t能耗下降\n\n\n\n考核结果\n\n\t序号\n\t要求\n\n\t2\n\t排放下降\n"
    )
    assert text["一/1"] == "1\n能耗下降"
    assert text["一/段1"] == "考核结果"
    assert text["一/2"] == "2\n排放下降"


def test_closing_sentence_of_an_article_is_its_paragraph() -> None:
    text = _texts(
        "海川市办法\n\n第一条  为节能，制定本办法。\n\n第二条  由市发改委解释。\n\n本办法自2024年1月1日起施行。\n"
    )
    assert text["第二条/第二款"] == "本办法自2024年1月1日起施行。"


_LINES = [
    *(
        "海川市办法",
        "海川市发展和改革委员会",
        "海发改规〔2024〕3号",
        "各县（区）：",
        "2024年3月5日",
        "（征求意见稿）",
        "（此件主动公开）",
    ),
    *(
        "第一章  总则",
        "第一条  为节能，",
        "第二条 规定如下：",
        "一、总体要求",
        "二、重点。一是甲；二是乙。",
        "（一）建账。",
        "（二）考核",
        "1.改造。",
    ),
    *(
        "2.提升",
        "（1）登记；",
        "专栏 1 重点",
        "——钢铁：",
        "附件1",
        "附件：1.表",
        "附件2",
        "注：来源。",
        "下一步，推进。",
        "一是巩固。",
        "三是",
    ),
    *(
        "抄送：市委。",
        "感谢支持。",
        "联系人：张 三",
        "目录",
        "- 3 -",
        "12",
        "",
        "",
        " ",
        "\f",
        "\t",
        "\t序号",
        "\t要求",
        "\t1",
        "\t2",
        "\t合计",
        "\t甲",
    ),
    *(
        "\t分值",
        "\t一、基本信息",
        "\t5",
        "企业名称：",
        "年  月  日",
        "表 1 明细",
        "本办法自印发之日起施行。",
        "推动我市工业转型升级，",
        "GB/T 24256",
    ),
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_LINES), min_size=1, max_size=40))
def test_any_order_of_lines_is_placed_without_loss(lines: list[str]) -> None:
    source = "\n".join(lines)
    document = parse_document("haichuan", source)
    assert len({clause.path for clause in document.clauses}) == len(document.clauses)
    for clause in document.clauses:
        for standing in clause.standings:
            placed = [(at, c) for at, c in zip(standing.offsets, standing.text, strict=True) if at >= 0]
            assert all(source[at] == character for at, character in placed)
