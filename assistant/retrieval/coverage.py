"""What of a question the corpus never mentions: the sign that it cannot be answered from it."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.retrieval.lexical import LexicalIndex
from assistant.retrieval.tokenizer import split_terms
from assistant.retrieval.words import WordCutter

_WHOLE = 3
_REMEMBERED = 64  # questions
# Nouns of asking and of the asker: they say nothing about the subject.
_ASKING_WORDS = (
    "客户 老板 领导 同事 老师 公司 分公司 总公司 集团 单位 名字 名称 问题 情况 状态 时候 时间 东西 地方 事情 资格 "
    "门槛 多长 意思 说法 原话 网址 网站 网页 链接 论文 县里 市里 省里 管用 一栏 表里 文字 结果 答案 条文 "
    "原文 厂子 口子 作业 新闻 小孩 证明 清单 同学 网上 口径 话务 热线"
)
_SPOKEN = re.compile(
    r"(?<![A-Za-z])[a-z]+(?![A-Za-z\d])"
)  # types, apply: English among Chinese; a name has a capital letter or a figure
_ASKING = frozenset(_ASKING_WORDS.split())


class Coverage:
    """Asks the keyword index which words the corpus has."""

    def __init__(self, lexical: LexicalIndex, words: WordCutter) -> None:
        self._lexical = lexical
        self._words = words
        self._remembered = lru_cache(_REMEMBERED)(self._uncovered)

    def uncovered(self, query: str) -> tuple[str, ...]:
        """Names of things, people and places in `query` that stand nowhere in the corpus, in order.

        An index never changes once it is open, so the last questions are remembered: a search asks more than once.
        """
        return self._remembered(query)

    def _uncovered(self, query: str) -> tuple[str, ...]:
        spoken = set(_SPOKEN.findall(query))
        names = (word for word in self._words.names(query) if word not in _ASKING | spoken)
        return tuple(word for word in names if not self._covers(word))

    def _covers(self, word: str) -> bool:
        """Whether the corpus has the word; a long one may be composed of what the corpus has (绿色工厂名单).

        The pairs of a word of three characters must stand in one clause, those of a longer one anywhere.
        """
        pairs = list(dict.fromkeys(split_terms(word).pairs))
        if len(word) <= _WHOLE:
            return self._lexical.has("pairs", pairs)
        return all(self._lexical.has("pairs", [pair]) for pair in pairs)
