"""`tiaowen ask --batch`: one object a row, in order, whatever the rows are like."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from assistant.errors import InputError
from assistant.interfaces.batch import open_rows, run_batch
from tests.interfaces.fake_assistant import FakeAssistant


def answers(fake: FakeAssistant, content: bytes) -> list[dict[str, Any]]:
    """The objects for this file."""
    found: list[dict[str, Any]] = []
    count = run_batch(fake, io.BytesIO(content), found.append)  # type: ignore[arg-type]
    assert count.rows == len(found)
    assert count.failed == sum(answer["status"] == "failed" for answer in found)
    return found


def row(**fields: object) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode() + b"\n"


def test_each_row_is_a_conversation_and_gives_its_last_answer(fake: FakeAssistant) -> None:
    content = row(id="q1", turns=["抵消呢", "够不够申报"]) + row(id="q2", turns=["房贷呢"], gold="不管")
    first, second = answers(fake, content)
    assert (first["id"], first["status"], first["verdict"]["status"]) == ("q1", "needs_facts", "待补充")
    assert (second["id"], second["status"]) == ("q2", "refused")
    assert fake.asked == [("抵消呢", None), ("够不够申报", "c_1"), ("房贷呢", None)]
    assert first["conversation_id"] != second["conversation_id"]


@pytest.mark.parametrize(
    ("line", "row_id", "words"),
    [
        (b"{", None, "第 2 行第 2 个字符处不是合法的 JSON"),
        (b"[1]", None, "第 2 行不是 JSON 对象"),
        (b'"x"', None, "第 2 行不是 JSON 对象"),
        (b"\xff", None, "第 2 行不是 UTF-8"),
        (b"[" * 100_000, None, "第 2 行"),
        (b"1" * 10_000, None, "第 2 行"),
        (b'{"turns": ["x"]}', None, "第 2 行缺少 id"),
        (b'{"id": 7, "turns": ["x"]}', 7, "第 2 行的 id 是 7，应为不空的字符串"),
        (b'{"id": "", "turns": ["x"]}', None, "应为不空的字符串"),
        (b'{"id": {"a": 1}, "turns": ["x"]}', None, "应为不空的字符串"),
        (b'{"id": "\\ud800", "turns": ["x"]}', None, "应为不空的字符串"),
        (b'{"id": "b"}', "b", "第 2 行缺少 turns"),
        (b'{"id": "b", "turns": "x"}', "b", "第 2 行的 turns 应为字符串的数组"),
        (b'{"id": "b", "turns": null}', "b", "turns 应为字符串的数组"),
        (b'{"id": "b", "turns": []}', "b", "turns 是空的"),
        (b'{"id": "b", "turns": ["x", 5]}', "b", "turns 的第 2 项不是合法的字符串"),
        (b'{"id": "b", "turns": ["\\ud800"]}', "b", "turns 的第 1 项不是合法的字符串"),
        (b'{"id": "b", "turns": ["  "]}', "b", "第 2 行没能回答：问题是空的"),
        ('{"id": "b", "turns": ["？", "抵消呢"]}'.encode(), "b", "第 2 行没能回答"),
    ],
)
def test_a_bad_row_fails_alone_and_names_line_and_form(
    fake: FakeAssistant, line: bytes, row_id: object, words: str
) -> None:
    content = row(id="a", turns=["抵消呢"]) + line + b"\n" + row(id="c", turns=["抵消呢"])
    before, bad, after = answers(fake, content)
    assert (before["id"], before["status"]) == ("a", "answered")
    assert (after["id"], after["status"]) == ("c", "answered")
    assert (bad["id"], bad["status"]) == (row_id, "failed")
    assert words in bad["answer"]
    assert set(bad) == set(before)
    json.dumps(bad, ensure_ascii=False).encode("utf-8")
    if "没能回答" not in words:
        assert '"turns": ["第一问", "第二问"]' in bad["answer"]


def test_blank_lines_count_for_the_line_number_but_are_no_rows(fake: FakeAssistant) -> None:
    found = answers(fake, b"\n  \r\n" + b"{\n" + row(id="a", turns=["抵消呢"]))
    assert [answer["id"] for answer in found] == [None, "a"]
    assert "第 3 行" in found[0]["answer"]


def test_a_byte_order_mark_and_a_missing_last_line_break_are_no_matter(fake: FakeAssistant) -> None:
    found = answers(fake, b"\xef\xbb\xbf" + row(id="a", turns=["抵消呢"]).strip())
    assert [answer["status"] for answer in found] == ["answered"]


def test_each_object_is_handed_over_before_the_next_row_is_read(fake: FakeAssistant) -> None:
    seen: list[str] = []

    class Lines(io.BytesIO):
        def __next__(self) -> bytes:
            line = super().__next__()
            seen.append("read")
            return line

    content = row(id="a", turns=["抵消呢"]) + row(id="b", turns=["抵消呢"])
    run_batch(fake, Lines(content), lambda _answer: seen.append("told"))  # type: ignore[arg-type]
    assert seen == ["read", "told", "read", "told"]


def test_a_file_that_cannot_be_read_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="它是一个文件夹"):
        open_rows(str(tmp_path))
