"""The filled application form (申报书) with the self-assessment table, as a Word document."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from assistant.agent.assessment import AssessedApplicant
from assistant.interfaces.exports.document import Document
from assistant.interfaces.exports.standing import standing_line
from assistant.interfaces.exports.tables import TableGroup, TableRow, assessment_table
from assistant.interfaces.exports.wording import bounds_text, missing_text, notes, points_text, score_text
from assistant.rules.book import FactValue
from assistant.rules.form import Blank, Form, Heading
from assistant.rules.intervals import Interval
from assistant.rules.wording import show, show_bounds

if TYPE_CHECKING:
    from docx.table import Table

EMPTY = "（待填写）"
_UNTICKED, _TICKED = "□", "☑"


def application_bytes(assessed: AssessedApplicant) -> bytes:
    """The document as a .docx file."""
    standing = standing_line(assessed.book.policy, assessed.result.on)
    document = Document(f"{assessed.programme.label}申报书（{assessed.book.policy.title}）", standing)
    if assessed.form is not None:
        _write_form(document, assessed, assessed.form)
    _write_table(document, assessed)
    _write_remarks(document, assessed)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _write_form(document: Document, assessed: AssessedApplicant, form: Form) -> None:
    """Cover, then the fields in the order of the text under their headings."""
    document.title(form.title, lowered=5)
    table: Table | None = None
    on_cover = True
    for part, blanks in _by_field(form):
        if isinstance(part, Heading):
            if on_cover:
                document.page_break()
            on_cover, table = False, None
            document.heading(part.text)
        elif on_cover:
            filled = fill(assessed, part)
            document.line(f"{part.name}：{filled or EMPTY}", faint=not filled, centred=True)
        else:
            table = document.table((6.0, 10.0)) if table is None else table
            document.field_row(table, part.field, [_answer(assessed, blank) for blank in blanks], part.hint)
    document.page_break()


def _by_field(form: Form) -> Iterator[tuple[Heading | Blank, list[Blank]]]:
    """Headings, and the first blank of each field with all blanks of that field."""
    for key, parts in groupby(form.parts, key=lambda part: part.address if isinstance(part, Blank) else part):
        blanks = [part for part in parts if isinstance(part, Blank)]
        yield (blanks[0], blanks) if blanks else (key, [])  # type: ignore[misc]


def _answer(assessed: AssessedApplicant, blank: Blank) -> tuple[str, bool]:
    """The words of a blank after its prompt, and whether it is filled."""
    filled = fill(assessed, blank)
    if not filled and blank.template:
        return f"{blank.template}{EMPTY}", False
    return f"{blank.prompt}：{filled or EMPTY}" if blank.prompt else filled or EMPTY, bool(filled)


def fill(assessed: AssessedApplicant, blank: Blank) -> str:
    """What stands in a blank, "" when nothing is known of it."""
    if blank.is_score:
        return score_text(assessed)
    if blank.fact is None:
        own = assessed.applicant.get(blank.name, "")
        if not blank.choices:
            return own
        ticked = re.sub(rf"{_UNTICKED}\s*{re.escape(own)}", f"{_TICKED}{own}", blank.template, count=1)
        return ticked if own else ""
    known = assessed.facts.get(blank.fact)
    return "" if known is None else _value(known, assessed.book.facts[blank.fact].unit)


def _value(value: FactValue, unit: str | None) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Interval):
        exact = value.exact
        return show(exact, unit) if exact is not None else show_bounds(value, unit) or ""
    return show(value, unit)


def _write_table(document: Document, assessed: AssessedApplicant) -> None:
    """The self-assessment table as the annex has it: 是否符合 for veto rows, 得分 for scored ones."""
    annex = assessment_table(assessed.book, assessed.programme, assessed.library, assessed.result)
    document.title(annex.title)
    name = next((text for field, text in assessed.applicant.items() if field.endswith("名称")), "")
    document.line(f"企业名称：{name or EMPTY}", faint=not name)
    widths = (1.3, 2.7, 8.2, 1.4, 2.4)
    table = document.table(widths, ("序号", "评价指标", "评价要求", "分值", "是否符合／得分"))
    for part in annex.parts:
        if isinstance(part, TableGroup):
            document.spanning_row(table, part.name)
        else:
            full, outcome = _outcome(part)
            document.row(table, (part.number, part.indicator, part.requirement, full, outcome))
    score = assessed.result.score
    document.row(table, ("", "合计", "", show(score.maximum, None), bounds_text(score)))
    if annex.note:
        document.line(annex.note)


def _outcome(row: TableRow) -> tuple[str, str]:
    scored = next((finding for finding in row.findings if finding.points is not None), None)
    if scored is None or scored.points is None:
        return "", row.status.value
    return show(scored.points.maximum, None), points_text(scored)


def _write_remarks(document: Document, assessed: AssessedApplicant) -> None:
    result = assessed.result
    document.heading("判定和测算")
    document.line(
        f"判定日：{result.on.isoformat()}　结论：{result.status.value}　得分：{score_text(assessed)}"
    )
    for finding in result.findings:
        if finding.kind == "veto":
            label = assessed.library.clause(finding.address).label
            document.line(f"{finding.status.value}　{finding.label}：{finding.reason}（{label}）")
    for item in result.calculations:
        limit = f"（要求{item.limit}）" if item.limit else ""
        shown = f"{item.formula}" + (f"；{item.substituted}" if item.substituted else "")
        document.line(f"{item.label}：{item.display}{limit}；{shown}")
    document.heading("待补充")
    if not result.missing:
        document.line(f"{missing_text(assessed)}。")
    for number, missing in enumerate(result.missing, start=1):
        document.line(f"{number}. {missing.question}")
    document.heading("注意和说明")
    for text in (*assessed.data["warnings"], *notes(assessed)):
        document.line(text)
