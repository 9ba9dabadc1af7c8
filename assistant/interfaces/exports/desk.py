"""A day of the hotline desk as CSV for a spreadsheet; no cell is taken for a formula."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from assistant.hotline.hotline import seconds_of
from assistant.interfaces.exports.answers import csv_line
from assistant.records.days import beijing_time

if TYPE_CHECKING:
    from assistant.hotline.hotline import Hotline

STATUSES = {"answered": "已答复", "needs_facts": "待补充", "refused": "未收录", "failed": "未能回答"}
_CALLS = ("时间（北京）", "坐席", "问题", "处置", "备注", "标准答复", "用时（秒）", "回答编号")
_UNANSWERED = ("时间（北京）", "问题", "为什么", "回答编号")


def calls_csv(desk: Hotline, day: date) -> str:
    """The day's calls, newest first."""
    lines = [csv_line(_CALLS)]
    for call in desk.day(day).calls:
        kept = call.inquiry
        lines.append(
            csv_line(
                (
                    beijing_time(kept.created_at),
                    kept.operator,
                    call.question or "（对话已删除）",
                    kept.disposition,
                    kept.note or "",
                    kept.standard_id or "",
                    str(seconds_of(call)),
                    kept.answer_id,
                )
            )
        )
    return "\ufeff" + "".join(lines)


def unanswered_csv(desk: Hotline, day: date) -> str:
    """The day's questions without an answer, newest first."""
    lines, cursor = [csv_line(_UNANSWERED)], None
    while True:
        page = desk.day(day, cursor).unanswered
        lines += [
            csv_line((beijing_time(one.created_at), one.question, why(one.status), one.answer_id))
            for one in page.items
        ]
        cursor = page.next
        if cursor is None:
            return "\ufeff" + "".join(lines)


def why(status: str) -> str:
    """Why a question counts as unanswered; an answer that was given is one that the operator disposed of so."""
    return STATUSES[status] if status in ("refused", "failed") else "坐席记为无法答复"
