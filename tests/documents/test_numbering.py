"""Chinese ordinals and the markers that structure a text."""

from __future__ import annotations

import pytest

from assistant.documents.numbering import MarkerKind, read_marker, read_number, write_number


def test_numbers_round_trip() -> None:
    for number in range(1, 1000):
        assert read_number(write_number(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("二十", 20),
        ("一百零三", 103),
        ("12", 12),
        ("１２", 12),
        ("二〇", 20),
        ("第", None),
        ("", None),
    ],
)
def test_read_number(text: str, number: int | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("第二章  申报条件", MarkerKind.CHAPTER, "第二章"),
        ("第12条 规定", MarkerKind.ARTICLE, "第十二条"),
        ("第三条之一 规定", MarkerKind.ARTICLE, "第三条之一"),
        ("一、总体要求", MarkerKind.HEADING, "一"),
        ("(三)深化", MarkerKind.SECTION, "（三）"),
        ("（十四）推进", MarkerKind.SECTION, "（十四）"),
        ("1.构建", MarkerKind.TASK, "1"),
        ("2、构建", MarkerKind.TASK, "2"),
        ("（1）建账", MarkerKind.SUBTASK, "（1）"),
        ("专栏 1 重点", MarkerKind.BOX, "专栏1"),
        ("专栏二 重点", MarkerKind.BOX, "专栏2"),
        ("——钢铁行业", MarkerKind.ENTRY, ""),
        ("附件3", MarkerKind.ANNEX, "附件3"),
        ("附件：1.申报书", MarkerKind.ANNEX_LIST, ""),
        ("注：来源", MarkerKind.NOTE, "注"),
        ("二是鼓励", MarkerKind.POINT, "二是"),
    ],
)
def test_markers(text: str, kind: MarkerKind, name: str) -> None:
    marker = read_marker(text)
    assert marker is not None
    assert (marker.kind, marker.name) == (kind, name)


@pytest.mark.parametrize(
    "text",
    [
        "（征求意见稿）",
        "（此件主动公开）",
        "1.25倍",
        "2025年",
        "附件3所列指标，应当达到。",
        "第三方机构",
        "一是否合规",
        "附近",
        "专栏目",
    ],
)
def test_text_without_marker(text: str) -> None:
    assert read_marker(text) is None
