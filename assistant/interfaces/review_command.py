"""`tiaowen verify`: a file or standard input held against the policies, sentence by sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.errors import InputError
from assistant.interfaces.command_support import JsonOption, opened
from assistant.interfaces.file_reading import reason

FINDINGS = {"supported": "有出处", "contradicted": "与条款不符", "not_found": "没有查到"}
TYPES = {
    "quote": "引文与原文不同",
    "number": "条款没有这个数字",
    "measure": "数字说的不是这件事",
    "relation": "关系说反了或说重、说轻了",
    "locator": "条款号或文件名不对",
    "equation": "算式不成立",
    "standing": "文件的状态不对",
    "unsupported": "条款没有这个说法",
}


def verify_command(
    file: Annotated[str, typer.Argument(help="要核对的文字（UTF-8）；- 表示标准输入", metavar="文件")],
    as_json: JsonOption = False,
) -> None:
    """Review a text."""
    from assistant.interfaces.terminal import Terminal, emit_json

    text = _text(file)
    with opened() as assistant:
        review = assistant.verify(text).to_json()
    if as_json:
        emit_json(review)
        return
    terminal = Terminal()
    for line in review_lines(review):
        terminal.line(line)


def review_lines(review: Mapping[str, Any]) -> Iterator[str]:
    """A review's JSON form as lines: each sentence with its finding, its clause, and what is wrong."""
    for sentence in review["sentences"]:
        citation = sentence["citation"]
        place = f"《{citation['title']}》{citation['label']}" if citation else ""
        yield f"【{FINDINGS[sentence['finding']]}】{' '.join(sentence['text'].split())}"
        for failure in sentence["failures"]:
            against = f"；{failure['against']}" if failure["against"] else ""
            yield f"    「{failure['words']}」{TYPES.get(failure['type'], failure['type'])}{against}"
        if citation:
            yield f"    {place}：“{' '.join(citation['quote'].split())}”"
    counts = review["summary"]
    yield "，".join(f"{name} {counts[finding]} 句" for finding, name in FINDINGS.items())
    yield from (f"注意：{warning}" for warning in review["warnings"])


def _text(name: str) -> str:
    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise InputError(f"读不了 {name}：{reason(error)}") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        shown = "标准输入" if name == "-" else name
        raise InputError(f"{shown} 不是 UTF-8 编码；请另存为 UTF-8") from error
