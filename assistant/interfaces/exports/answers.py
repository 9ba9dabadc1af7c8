"""Stored answers as CSV for a spreadsheet and as JSON lines for a program, made row by row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from assistant.records.answers import StoredAnswer
from assistant.records.days import beijing_time

COLUMNS = (
    "编号",
    "时间（北京）",
    "问题",
    "回答",
    "状态",
    "申报类别",
    "结论",
    "引用的条款",
    "测算",
    "引擎",
    "对话",
    "第几轮",
    "用时（毫秒）",
    "资料库",
    "程序",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(answers: Iterable[StoredAnswer]) -> Iterator[str]:
    """A header and a row each; the first bytes tell Excel that it is UTF-8, and no cell is taken for a formula."""
    yield "\ufeff" + csv_line(COLUMNS)
    for one in answers:
        yield csv_line(_cells(one))


def json_lines(answers: Iterable[StoredAnswer]) -> Iterator[str]:
    """Each whole, as GET /api/answers/{id} gives it."""
    for one in answers:
        yield json.dumps(one.to_json(), ensure_ascii=False, sort_keys=True) + "\n"


def _cells(stored: StoredAnswer) -> list[str]:
    shown, versions = stored.answer, stored.versions or {}
    verdict: dict[str, Any] = shown["verdict"] or {}
    figures = (f"{item['label']}：{item['display']}" for item in shown["calculations"])
    return [
        stored.id,
        beijing_time(stored.created_at),
        stored.question,
        shown["answer"],
        shown["status"],
        verdict.get("programme", ""),
        verdict.get("status", ""),
        "；".join(dict.fromkeys(item["address"] for item in shown["citations"])),
        "；".join(dict.fromkeys(figures)),
        shown["engine"],
        stored.conversation_id,
        str(stored.turn),
        str(shown["elapsed_ms"]),
        str(versions.get("corpus", "")),
        str(versions.get("program", "")),
    ]


def csv_line(cells: Sequence[str]) -> str:
    """A line of a CSV file in which no cell is taken for a formula."""
    kept = io.StringIO()
    csv.writer(kept).writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return kept.getvalue()
