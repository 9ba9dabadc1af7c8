"""Batch screening as a workbook: the summary, every finding of every enterprise, what is missing, what was not assessed."""

from __future__ import annotations

import io
from collections.abc import Sequence

from assistant.interfaces.exports.sheet import FIRST_ROW, Sheet
from assistant.interfaces.exports.standing import standing_line
from assistant.interfaces.exports.wording import points_text
from assistant.interfaces.intake.screening import Screened
from assistant.rules.assessment import Finding

_SUMMARY = (
    ("企业名称", 28),
    ("申报类别", 14),
    ("结论", 10),
    ("首个不符合的条件", 30),
    ("得分下限", 10),
    ("得分上限", 10),
    ("待补充", 9),
    ("下一个问题／未判定的原因", 56),
)
_DETAILS = (
    ("企业名称", 28),
    ("条件", 26),
    ("类型", 9),
    ("判定", 10),
    ("得分", 9),
    ("理由", 60),
    ("条款", 18),
)
_MISSING = (("企业名称", 28), ("顺序", 7), ("事实", 36), ("要问的问题", 70))
_REFUSED = (("企业名称", 28), ("位置", 28), ("原因", 100))


def screening_bytes(screened: Sequence[Screened]) -> bytes:
    """The summary as a .xlsx file."""
    from openpyxl import Workbook

    workbook = Workbook()
    workbook.remove(workbook.active)
    standing = "；".join(
        dict.fromkeys(
            standing_line(one.assessed.book.policy, one.assessed.result.on)
            for one in screened
            if one.assessed
        )
    )
    pages = [
        _summary(Sheet(workbook, "汇总", "批量判定：汇总", standing, _SUMMARY), screened),
        _details(Sheet(workbook, "明细", "批量判定：明细", standing, _DETAILS), screened),
        _missing(Sheet(workbook, "待补充", "批量判定：待补充", standing, _MISSING), screened),
        _refused(Sheet(workbook, "未判定", "批量判定：未判定", standing, _REFUSED), screened),
    ]
    for page in pages:
        page.fit_rows()
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def _summary(page: Sheet, screened: Sequence[Screened]) -> Sheet:
    for row, one in enumerate(screened, start=FIRST_ROW):
        name, programme, verdict, failed, _, missing, question = one.cells()
        low = high = None
        if one.assessed is not None:
            low, high = one.assessed.result.score.low, one.assessed.result.score.high
        count = int(missing) if missing else None
        for column, value in enumerate(
            (name, programme, verdict, failed, low, high, count, question), start=1
        ):
            page.put(row, column, value)
    page.colour_statuses(f"C{FIRST_ROW}:C{FIRST_ROW + len(screened)}")
    page.sheet.auto_filter.ref = f"A{FIRST_ROW - 1}:H{FIRST_ROW + len(screened) - 1}"
    return page


def _details(page: Sheet, screened: Sequence[Screened]) -> Sheet:
    row = FIRST_ROW
    for one in screened:
        for finding in one.assessed.result.findings if one.assessed else ():
            assert one.assessed is not None, "only assessed enterprises have findings"
            label = one.assessed.library.clause(finding.address).label
            for column, text in enumerate((one.enterprise.name, *_finding(finding), label), start=1):
                page.text(row, column, text)
            row += 1
    page.colour_statuses(f"D{FIRST_ROW}:D{row}")
    return page


def _finding(finding: Finding) -> tuple[str, ...]:
    points = points_text(finding) if finding.points is not None else ""
    kind = "评分项" if finding.kind == "scored" else "否决项"
    return finding.label, kind, finding.status.value, points, finding.reason


def _missing(page: Sheet, screened: Sequence[Screened]) -> Sheet:
    row = FIRST_ROW
    for one in screened:
        for number, item in enumerate(one.assessed.result.missing if one.assessed else (), start=1):
            assert one.assessed is not None, "only assessed enterprises miss something"
            fact = one.assessed.book.facts[item.fact_id]
            for column, text in enumerate(
                (one.enterprise.name, str(number), fact.label, item.question), start=1
            ):
                page.text(row, column, text)
            row += 1
    return page


def _refused(page: Sheet, screened: Sequence[Screened]) -> Sheet:
    row = FIRST_ROW
    for one in screened:
        for problem in one.problems:
            for column, text in enumerate((one.enterprise.name, one.enterprise.place, problem), start=1):
                page.text(row, column, text)
            row += 1
    return page
