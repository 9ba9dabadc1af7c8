"""Which kind of clause a message asks for (那条, 附件里那行, 哪个专栏, 第几章), and the passages of that kind before the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.agent.tools.passages import Passage
from assistant.documents.clause import ClauseKind

_DETERMINED = r"(?:[那这哪该本此][一两几]?|第几|是几|几)"
TABLE = re.compile(
    rf"附[件表]|附录|(?:评价|评分|指标|验收)表|{_DETERMINED}张?表|表格?里|{_DETERMINED}行|[那这哪][一]?格|[那这哪]一?栏"
)
BOX = re.compile(rf"{_DETERMINED}个?专栏|专栏里")
CHAPTER = re.compile(rf"{_DETERMINED}章")
ARTICLE = re.compile(rf"{_DETERMINED}条(?![件例路线])|条[款文]|正文")
KINDS: tuple[tuple[re.Pattern[str], frozenset[ClauseKind]], ...] = (
    (CHAPTER, frozenset({ClauseKind.CHAPTER})),
    (BOX, frozenset({ClauseKind.BOX, ClauseKind.ENTRY})),
    (
        TABLE,
        frozenset({ClauseKind.ROW, ClauseKind.SUBROW, ClauseKind.FIELD, ClauseKind.NOTE, ClauseKind.GROUP}),
    ),
    (
        ARTICLE,
        frozenset(
            {
                ClauseKind.ARTICLE,
                ClauseKind.ITEM,
                ClauseKind.SECTION,
                ClauseKind.TASK,
                ClauseKind.POINT,
                ClauseKind.PARAGRAPH,
                ClauseKind.ENTRY,
            }
        ),
    ),
)
RECITED = re.compile(
    rf"{_DETERMINED}[条款段](?![件例路线])|条[款文]|原[文话句]|念(?:一?[下遍]|给|出来)|照[念录]|调出|怎么(?:写|说|表述)的"
)
AS_GOOD = 0.25  # less of the question that a clause of the kind asked for may cover than the best one
SHORT = 260  # characters of a clause that is shown whole where it is asked for


def kinds_asked(message: str) -> frozenset[ClauseKind]:
    """The kinds of clause that a message names; empty where it names none, or both the body and a table."""
    named = [kinds for pattern, kinds in KINDS if pattern.search(message)]
    return named[0] if len(named) == 1 else frozenset()


def of_kind_first(passages: Sequence[Passage], message: str) -> list[Passage]:
    """Passages with those of the kind asked for in front, as long as they cover the question as well as the best one."""
    kinds = kinds_asked(message)
    if not (passages and kinds) or passages[0].clause.kind in kinds:
        return list(passages)
    least = max(one.coverage for one in passages) - AS_GOOD
    fitting = [one for one in passages if one.clause.kind in kinds and one.coverage >= least]
    return [*fitting, *(one for one in passages if one not in fitting)]


def recited(passages: Sequence[Passage], message: str) -> list[Passage]:
    """Passages with the whole of the best clause in place of its sentences, where the clause is asked for and is short."""
    if not passages or not RECITED.search(message):
        return list(passages)
    clause = passages[0].clause
    body = next(kinds for pattern, kinds in KINDS if pattern is ARTICLE)
    if clause.kind not in body or not clause.text or len(clause.text) > SHORT:
        return list(passages)
    own = [one for one in passages if one.clause.address == clause.address]
    words = {gram: share for one in own for gram, share in one.words.items()}
    whole = replace(passages[0], sentence=clause.text, words=words)
    return [whole, *(one for one in passages if one.clause.address != clause.address)]
