"""The two hard-wrapped plans: 减污降碳 (its text stands twice) and 福州 (tasks and boxes)."""

from __future__ import annotations

import re

from assistant.documents.clause import ClauseKind
from assistant.documents.library import Library
from assistant.documents.numbering import write_number

SYNERGY = "fujian-pollution-carbon-synergy"
FUZHOU = "fuzhou-industry-carbon-peak"


def test_synergy_has_27_measures_each_once(library: Library) -> None:
    measures = [clause for clause in library.clauses(SYNERGY) if clause.kind is ClauseKind.SECTION]
    assert [clause.path.split("/")[1] for clause in measures] == [
        f"（{write_number(n)}）" for n in range(1, 28)
    ]
    under = {heading: sum(clause.parent == heading for clause in measures) for heading in "一二三四五六七"}
    assert under == {"一": 0, "二": 4, "三": 5, "四": 5, "五": 4, "六": 5, "七": 4}


def test_second_standing_is_kept(library: Library) -> None:
    once = [
        clause.path
        for clause in library.clauses(SYNERGY)
        if len(clause.standings) == 1 and clause.kind is ClauseKind.SECTION
    ]
    assert once == ["五/（十五）"]
    twice = [clause for clause in library.clauses(SYNERGY) if len(clause.standings) == 2]
    assert len(twice) == 32
    assert [clause.path for clause in twice if clause.kind is ClauseKind.HEADING] == list("一二三四六七")
    source = library.source(SYNERGY)
    for clause in twice:
        first, second = clause.standings
        assert first.text == second.text
        assert first.spans[-1].end < source.index("\t") < second.spans[0].start
        assert len(second.spans) == 1


def test_synergy_front_matter(library: Library) -> None:
    text = {clause.path: clause.text for clause in library.clauses(SYNERGY)}
    assert text["文头/文号"] == "闽环保综合〔2022〕12号"
    assert text["文头/通知标题"] == "福建省生态环境厅等六部门关于印发《福建省减污降碳协同增效实施方案》的通知"
    assert text["文头/主送"].endswith("沿海各港口中心（局）：")
    assert text["文头/印发机关"].split("\n")[:2] == ["文件", "福建省生态环境厅"]
    assert text["文头/落款"].split("\n")[-2:] == ["福建省农业农村厅", "2022年7月29日"]
    assert text["题名"] == "福建省减污降碳协同增效实施方案"
    assert text["引言"].startswith("为深入贯彻落实党中央、国务院关于碳达峰、碳中和决策部署")
    assert text["抄送"].endswith("中国铁路南昌局集团有限公司、福建银保监局，省妇联。")
    assert [path for path in text if path.startswith("一/")] == ["一/段1", "一/段2", "一/段3"]


def test_page_number_inside_a_sentence_is_gone(library: Library) -> None:
    measure = library.clause(f"{SYNERGY}#四/（十四）")
    assert "强化资源回收和综合利用，推动尾矿" in measure.text
    assert "- 14 -" in library.source(SYNERGY)[measure.spans[0].start : measure.spans[-1].end]
    loop = library.clause(f"{FUZHOU}#二/（四）/2")
    assert "废塑料回收加工合成材料和高盐废水综合利用" in loop.text


def test_figures_stay_whole(library: Library) -> None:
    assert (
        "到2025年，全省非化石能源消费比重提高到27.4%，力争清洁能源和可再生能源装机比重分别提高到58.5%、34%。"
        in library.clause(f"{SYNERGY}#二/（三）").text
    )
    assert "到2025年，钢铁、电解铝" in library.clause(f"{SYNERGY}#三/（五）").text
    assert "LM叶片厂" in library.clause(f"{FUZHOU}#专栏1/2").text
    assert "1000℃以下" in library.clause(f"{FUZHOU}#二/（二）/2").text
    assert "GB/T 24256" in library.clause("fujian-zero-carbon-factory#附件3/18/1").text


def test_fuzhou_tasks(library: Library) -> None:
    def tasks(section: str) -> int:
        children = library.children(library.clause(f"{FUZHOU}#{section}"))
        numbers = [child.path.rsplit("/", 1)[1] for child in children if child.kind is ClauseKind.TASK]
        assert numbers == [str(n) for n in range(1, len(numbers) + 1)]
        return len(numbers)

    assert [tasks(f"二/（{n}）") for n in "一二三四五六"] == [3, 5, 5, 4, 3, 3]
    assert [tasks(f"三/（{n}）") for n in "一二三"] == [6, 4, 4]
    headings = [clause for clause in library.clauses(FUZHOU) if clause.kind is ClauseKind.HEADING]
    assert [clause.text for clause in headings] == [
        "一、总体要求",
        "二、重点任务",
        "三、重大行动",
        "四、政策保障",
        "五、组织实施",
    ]
    assert [len(clause.children) for clause in headings] == [3, 6, 3, 4, 3]


def test_fuzhou_boxes_do_not_break_the_section(library: Library) -> None:
    first, second = library.clause(f"{FUZHOU}#专栏1"), library.clause(f"{FUZHOU}#专栏2")
    assert (len(first.children), len(second.children)) == (6, 3)
    assert first.text == "专栏1绿色化新兴产业发展重点"
    assert library.clause(f"{FUZHOU}#专栏2/1").text.startswith("——钢铁行业：")
    assert library.clause(f"{FUZHOU}#二/（一）/2").text.startswith("2.坚决遏制")
    assert library.clause(f"{FUZHOU}#二/（二）/5").text.startswith("5.深化提升")


def test_fuzhou_paragraphs_and_wrapped_headings(library: Library) -> None:
    starts = [library.clause(f"{FUZHOU}#一/（二）/段{n}").text[:4] for n in range(1, 5)]
    assert starts == ["系统推进", "效率优先", "创新驱动", "政策引领"]
    assert (
        library.clause(f"{FUZHOU}#二/（六）").text == "（六）推动工业数字化转型，数字化智能化低碳化融合发展"
    )
    assert library.clause(f"{FUZHOU}#三/（一）/段1").text.startswith("聚焦重点行业")
    assert library.clause(f"{FUZHOU}#五/（三）").text.startswith("(三)深化宣传引导。")


def test_responsible_bodies_belong_to_their_task(library: Library) -> None:
    tasks = [clause for clause in library.clauses(FUZHOU) if clause.kind is ClauseKind.TASK]
    assert len(tasks) == 37
    for task in tasks:
        assert re.search(r"（责任单位:[^（）]*(\(市\)[^（）]*)*）$", task.text), task.path
        assert task.attributes["responsible"].startswith("市")
    assert library.clause(f"{FUZHOU}#四/（一）").attributes["responsible"] == (
        "市发改委、工信局、生态环境局，各县(市)区人民政府按职责分工负责落实"
    )
