"""Policies named in a message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.errors import PolicyFileError

ZERO = "fujian-zero-carbon-factory"
SYNERGY = "fujian-pollution-carbon-synergy"
FUZHOU = "fuzhou-industry-carbon-peak"
ECOLOGY = "fujian-ecology-reply-20251312"
FORESTRY = "fujian-forestry-reply-20251151"


@pytest.mark.parametrize(
    ("message", "policies"),
    [
        ("《福建省零碳工厂建设管理办法》第八条", [ZERO]),
        ("《福建省零碳工厂建设管理办法（征求意见稿）》", [ZERO]),
        ("按管理办法怎么算", [ZERO]),
        ("福州方案和减污降碳方案有什么不同", [FUZHOU, SYNERGY]),
        ("闽环保综合〔2022〕12号", [SYNERGY]),
        ("闽环保综合[2022] 12 号", [SYNERGY]),
        ("闽环保提（2025）25号", [ECOLOGY]),
        ("省生态厅答复说了什么", [ECOLOGY]),
        ("提案第1312号", [ECOLOGY]),
        ("省林业局的答复", [FORESTRY]),
        (f"{ZERO}里第八条", [ZERO]),
        ("我省减污降碳方案", [SYNERGY]),
        ("碳排放权交易管理办法", []),
        ("《碳排放权交易管理办法》", []),
        ("福建省工业领域碳达峰实施方案", []),
        ("《福建省工业领域碳达峰实施方案》", []),
        ("国家减污降碳协同增效实施方案", []),
        ("浙江省零碳工厂管理办法", []),
        ("第21312号", []),
        ("今天天气", []),
    ],
)
def test_find_policies(library: Library, message: str, policies: list[str]) -> None:
    assert [policy.id for policy in library.find_policies(message)] == policies


def test_two_policies_cannot_share_a_name(make_policy: Callable[..., Path]) -> None:
    make_policy("haichuan-first", "第一条  试行。\n", aliases="[绿厂办法]")
    corpus = make_policy("haichuan-second", "第一条  试行。\n", title="另一办法", aliases="[绿厂办法]")
    with pytest.raises(
        PolicyFileError, match="政策 haichuan-second 的名称「绿厂办法」已被 haichuan-first 使用"
    ):
        Library.load(corpus)
