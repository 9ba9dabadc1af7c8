"""Values read from sentences: what each figure is of, of which time, and the words that say so."""

from __future__ import annotations

import pytest

from assistant.agent.values.stated import Measure, StatedValue, values_of
from assistant.documents.clause import Clause, ClauseKind, Span, Standing


def clause(text: str, kind: ClauseKind = ClauseKind.SECTION, **attributes: str) -> Clause:
    standing = Standing(text, tuple(range(len(text))), (Span(0, len(text)),))
    return Clause("p", "一", kind, "一", (), (standing,), attributes=attributes)


def told(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.subject, one.figure, one.years) for one in values_of(clause(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("到2030年，累计创建绿色低碳工厂200家。", [("累计创建绿色低碳工厂", "200家", ("2030",))]),
        (
            "到2025年和2030年，短流程炼钢占比分别提升至15%、20%以上。",
            [("短流程炼钢占比", "15%", ("2025",)), ("短流程炼钢占比", "20%以上", ("2030",))],
        ),
        (
            "到2025年，力争清洁能源和可再生能源装机比重分别提高到58.5%、34%。",
            [("清洁能源装机比重", "58.5%", ("2025",)), ("可再生能源装机比重", "34%", ("2025",))],
        ),
        (
            "到2025年，合成氨、烧碱行业达到能效标杆水平的产能比例分别为60%、80%。",
            [
                ("合成氨行业达到能效标杆水平的产能比例", "60%", ("2025",)),
                ("烧碱行业达到能效标杆水平的产能比例", "80%", ("2025",)),
            ],
        ),
        (
            "主要农作物化肥、农药利用率均提高到43%。",
            [("主要农作物化肥利用率", "43%", ()), ("主要农作物农药利用率", "43%", ())],
        ),
        (
            "到2025年底，培育绿色工厂150家、绿色园区15个。",
            [("培育绿色工厂", "150家", ("2025",)), ("绿色园区", "15个", ("2025",))],
        ),
        ("（三）培育期内碳削减率不低于5%。", [("培育期内碳削减率", "不低于5%", ())]),
        ("报废机动车拆解不少于40000辆。", [("报废机动车拆解", "不少于40000辆", ())]),
        (
            "累计完成交易430.19万吨、6789.36万元。",
            [("累计完成交易", "430.19万吨", ()), ("累计完成交易", "6789.36万元", ())],
        ),
        ("主要包括申请、初审等五个环节，符合第八条。", []),
    ],
)
def test_each_figure_has_its_subject_and_year(
    text: str, expected: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    assert told(text) == expected


def test_a_year_that_is_compared_with_is_not_the_figures_own() -> None:
    (fall, _) = values_of(
        clause("到2030年，乘用车和商用车新车二氧化碳排放强度分别比2020年下降25%和20%以上。")
    )
    assert (fall.years, fall.measure) == (("2030",), Measure.FALL)
    assert fall.subject == "乘用车新车二氧化碳排放强度比2020年下降"


def test_totals_additions_and_shares_are_told_apart() -> None:
    def measure(text: str) -> Measure:
        return values_of(clause(text))[0].measure

    assert measure("累计创建绿色工厂200家。") is Measure.TOTAL
    assert measure("新增绿色工厂20家。") is Measure.ADDED
    assert measure("新增高效节能电机占比达到70%以上。") is Measure.LEVEL


def test_the_part_stands_in_the_sentence_and_holds_the_figure() -> None:
    text = "推动尾矿利用，到2025年，新增大宗固废综合利用率达到60%，存量有序减少。"
    (value,) = values_of(clause(text))
    assert value.part == "到2025年，新增大宗固废综合利用率达到60%"
    assert value.part in value.sentence


def test_points_of_a_row_are_a_value_of_their_indicator() -> None:
    row = clause(
        "碳排放强度 达到平均水平",
        ClauseKind.ROW,
        indicator="碳排放强度",
        requirement="达到平均水平",
        points="15",
    )
    (value,) = values_of(row)
    assert (value.points, value.figure, value.subject) == (True, "15分", "碳排放强度")


def test_titles_and_signatures_state_nothing() -> None:
    def stated(kind: ClauseKind) -> tuple[StatedValue, ...]:
        return values_of(clause("累计创建绿色工厂200家。", kind))

    assert stated(ClauseKind.TITLE) == stated(ClauseKind.SIGNATURE) == ()
    assert len(stated(ClauseKind.TASK)) == 1
