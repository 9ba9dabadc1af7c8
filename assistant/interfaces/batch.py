"""`tiaowen ask --batch`: one conversation a row in, one answer object a row out, in order."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from assistant.agent.answer import Answer, AnswerStatus
from assistant.errors import InputError, TiaowenError
from assistant.interfaces.file_reading import reason

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from assistant.service import Assistant

FORM = '每行应为 {"id": "编号", "turns": ["第一问", "第二问"]}'


@dataclass(frozen=True)
class Row:
    """A legal row: an id and at least one turn."""

    id: str
    turns: tuple[str, ...]


class RowError(InputError):
    """A row that is not legal; `row_id` is its id as far as it could be read."""

    def __init__(self, message: str, row_id: str | int | None) -> None:
        super().__init__(message)
        self.row_id = row_id


@dataclass(frozen=True)
class BatchCount:
    """How many rows were read and how many of them failed."""

    rows: int
    failed: int


def run_batch(assistant: Assistant, lines: BinaryIO, emit: Callable[[dict[str, Any]], None]) -> BatchCount:
    """Answer each row and hand its object to `emit` before the next row is read."""
    rows = failed = 0
    for number, line in _numbered(lines):
        answer = _answer_row(assistant, line, number)
        rows += 1
        failed += answer["status"] == AnswerStatus.FAILED
        emit(answer)
    return BatchCount(rows, failed)


def parse_row(line: bytes, number: int) -> Row:
    """One line as a Row; RowError names the line, what is wrong and the legal form."""
    try:
        data = json.loads(line.decode("utf-8-sig").rstrip("\r\n"))
    except UnicodeDecodeError as error:
        raise RowError(f"第 {number} 行不是 UTF-8 编码；{FORM}", None) from error
    except json.JSONDecodeError as error:
        raise RowError(f"第 {number} 行第 {error.pos + 1} 个字符处不是合法的 JSON；{FORM}", None) from error
    except (ValueError, RecursionError) as error:
        raise RowError(f"第 {number} 行的 JSON 嵌套过深或数字过长；{FORM}", None) from error
    if not isinstance(data, dict):
        raise RowError(f"第 {number} 行不是 JSON 对象；{FORM}", None)
    row_id = data.get("id")
    if not isinstance(row_id, str) or not row_id or not _is_text(row_id):
        known = row_id if isinstance(row_id, int) else None
        wrong = "缺少 id" if "id" not in data else f"的 id 是 {json.dumps(row_id)[:60]}，应为不空的字符串"
        raise RowError(f"第 {number} 行{wrong}；{FORM}", known)
    return Row(row_id, _turns(data, number, row_id))


def _turns(data: dict[str, Any], number: int, row_id: str) -> tuple[str, ...]:
    if "turns" not in data:
        raise RowError(f"第 {number} 行缺少 turns；{FORM}", row_id)
    turns = data["turns"]
    if not isinstance(turns, list):
        raise RowError(f"第 {number} 行的 turns 应为字符串的数组；{FORM}", row_id)
    if not turns:
        raise RowError(f"第 {number} 行的 turns 是空的，至少要有一问；{FORM}", row_id)
    for place, turn in enumerate(turns, start=1):
        if not isinstance(turn, str) or not _is_text(turn):
            raise RowError(f"第 {number} 行 turns 的第 {place} 项不是合法的字符串；{FORM}", row_id)
    return tuple(turns)


def _answer_row(assistant: Assistant, line: bytes, number: int) -> dict[str, Any]:
    row_id: str | int | None = None
    try:
        row = parse_row(line, number)
        row_id = row.id
        answer = _converse(assistant, row)
    except RowError as error:
        row_id, answer = error.row_id, _failed(str(error))
    except TiaowenError as error:
        answer = _failed(f"第 {number} 行没能回答：{error}")
    return {**answer.to_json(), "id": row_id}


def _converse(assistant: Assistant, row: Row) -> Answer:
    """All turns of a row in one conversation of its own; the last answer."""
    answer = assistant.ask(row.turns[0])
    for turn in row.turns[1:]:
        answer = assistant.ask(turn, answer.conversation_id)
    return answer


def _failed(message: str) -> Answer:
    return Answer(id="", conversation_id="", status=AnswerStatus.FAILED, answer=message)


def _is_text(value: str) -> bool:
    """False for lone surrogates, which no UTF-8 output can hold."""
    return not any("\ud800" <= character <= "\udfff" for character in value)


def open_rows(name: str) -> AbstractContextManager[BinaryIO]:
    """The batch file, `-` for stdin; InputError when it cannot be read."""
    if name == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except OSError as error:
        raise InputError(f"读不了批量文件 {name}：{reason(error)}；{FORM}") from error


def _numbered(lines: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, with their numbers in the file."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield number, line
