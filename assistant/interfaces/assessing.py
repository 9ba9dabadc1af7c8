"""`tiaowen assess`: one enterprise or many in, the terminal and files out."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import InputError
from assistant.interfaces.file_reading import reason
from assistant.rules.origins import FILE, Origin, field_origins

if TYPE_CHECKING:
    from assistant.interfaces.intake.enterprise import Enterprises
    from assistant.interfaces.intake.screening import Screened
    from assistant.service import Assistant

Opened = Callable[[], AbstractContextManager["Assistant"]]
_BATCH_FORMATS = ("xlsx", "json")


@dataclass(frozen=True)
class Outputs:
    """Where the result goes: files by format (None: not wanted), and JSON instead of text on stdout.

    `trace`: the trace of each verdict goes with it.
    """

    wanted: Mapping[str, str | None]
    as_json: bool
    trace: bool = False

    @property
    def files(self) -> dict[str, Path]:
        """The files to write, by format."""
        return {name: Path(path) for name, path in self.wanted.items() if path is not None}

    def check(self, source: str) -> None:
        """Refuse, before any work is done, what could not be written or would overwrite the input."""
        seen: dict[Path, str] = {} if source == "-" else {Path(source).resolve(): "事实表"}
        for name, path in self.files.items():
            check_target(path)
            other = seen.setdefault(path.resolve(), name)
            if other != name:
                raise InputError(f"--{_option(name)} 的文件 {path} 与{other}是同一个文件；请换一个文件名")


def assess_file(opened: Opened, source: str, programme: str | None, outputs: Outputs) -> bool:
    """Assess what a file holds; False when some of its enterprises could not be assessed."""
    from assistant.interfaces.intake.facts_file import (
        ENTERPRISES,
        enterprises_of,
        parse_facts_text,
        read_source,
        validated,
    )
    from assistant.interfaces.intake.workbook_file import WorkbookFile, is_workbook

    outputs.check(source)
    content = read_source(source)
    if is_workbook(source, content):
        file = WorkbookFile(source, content)
        with opened() as assistant:
            return _screen(assistant, file.enterprises(assistant.rule_book(file.policy), programme), outputs)
    data = parse_facts_text(source, content)
    if ENTERPRISES in data:
        enterprises = enterprises_of(source, data, programme)
        with opened() as assistant:
            return _screen(assistant, enterprises, outputs)
    if programme is not None and isinstance(data, dict):
        data.setdefault("programme", programme)
    request = validated(source, data)
    origins = field_origins(FILE, request["facts"], f"{_file_name(source)}：")
    with opened() as assistant:
        _assess_one(assistant, request, origins, outputs)
    return True


def _file_name(source: str) -> str:
    return "标准输入" if source == "-" else Path(source).name


def write_template(assistant: Assistant, name: str, programme: str | None, policy: str | None) -> None:
    """Write the empty workbook to fill in."""
    from datetime import date

    from assistant.interfaces.intake.template import template_bytes

    path = Path(name)
    check_target(path)
    book = assistant.rule_book(policy)
    chosen = None if programme is None else book.programme(programme)
    _write(path, template_bytes(book, assistant.library, chosen, date.today()))
    print(f"已写出模板 {path}：在“填报”表里一行填一家企业，再用 tiaowen assess {path} 判定")


def check_target(path: Path) -> None:
    """Refuse a file that cannot be written."""
    if path.is_dir():
        raise InputError(f"写不了文件 {path}：它是一个文件夹；应为文件名")
    if not path.parent.is_dir():
        raise InputError(f"写不了文件 {path}：没有文件夹 {path.parent}")


def _assess_one(
    assistant: Assistant, request: Mapping[str, object], origins: Mapping[str, Origin], outputs: Outputs
) -> None:
    from assistant.interfaces.terminal import Terminal, emit_json

    if outputs.trace:
        request = {**request, "trace": True}
    if not outputs.files:
        result = assistant.assess(request, origins)
    else:
        from assistant.interfaces.exports.files import FORMATS

        assessed = assistant.assess_applicant(request, origins)
        result = assessed.data
        for name, path in outputs.files.items():
            _write(path, FORMATS[name].make(assessed))
    if outputs.as_json:
        emit_json(result)
    else:
        terminal = Terminal()
        terminal.assessment(result)
        if "trace" in result:
            terminal.line()
            terminal.trace(result["trace"])
    _tell_written(outputs)


def _screen(assistant: Assistant, enterprises: Enterprises, outputs: Outputs) -> bool:
    from assistant.interfaces.intake.screening import screen
    from assistant.interfaces.terminal import emit_json

    for name in outputs.files:
        if name not in _BATCH_FORMATS:
            raise InputError(f"批量判定不能用 --{_option(name)}；可用 --xlsx、--json-file 或 --json")
    for remark in enterprises.remarks:
        print(f"注意：{remark}", file=sys.stderr)
    screened = screen(enterprises, assistant.assess_applicant)
    for name, path in outputs.files.items():
        _write(path, _batch_bytes(name, screened))
    if outputs.as_json:
        emit_json([one.to_json() for one in screened])
    else:
        _show(screened)
    _tell_written(outputs)
    failed = [one for one in screened if one.assessed is None]
    for one in failed:
        for problem in one.problems:
            print(f"未判定：{one.enterprise.name}：{problem}", file=sys.stderr)
    if failed:
        print(f"共 {len(screened)} 家，其中 {len(failed)} 家没能判定，原因见上", file=sys.stderr)
    return not failed


def _batch_bytes(name: str, screened: list[Screened]) -> bytes:
    if name == "json":
        import json

        return (json.dumps([one.to_json() for one in screened], ensure_ascii=False, indent=2) + "\n").encode()
    from assistant.interfaces.exports.screening_workbook import screening_bytes

    return screening_bytes(screened)


def _show(screened: list[Screened]) -> None:
    """The summary table: drawn for a person, one tabbed line a row when piped."""
    from assistant.interfaces.intake.screening import COLUMNS
    from assistant.interfaces.terminal import Terminal

    terminal = Terminal()
    terminal.table(COLUMNS, [one.cells() for one in screened])
    for warning in dict.fromkeys(
        warning for one in screened if one.assessed for warning in one.assessed.data["warnings"]
    ):
        terminal.line(f"注意：{warning}", "yellow")


def _write(path: Path, content: bytes) -> None:
    """The whole file or nothing: written beside it first, then put in its place."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise InputError(f"写不了文件 {path}：{reason(error)}") from error


def _tell_written(outputs: Outputs) -> None:
    for path in outputs.files.values():
        print(f"已写入 {path}", file=sys.stderr)


def _option(name: str) -> str:
    return "json-file" if name == "json" else name
