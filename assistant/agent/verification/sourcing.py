"""Where a figure comes from that no source has as it is: the catalogue, the user, a part or another form of one, a count of one's own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.agent.answer import Citation
from assistant.agent.verification.equations import SCALES
from assistant.agent.verification.evidence_index import Evidence, Pool
from assistant.agent.verification.figures import NO_UNIT, Figure, Kind, amount, key
from assistant.agent.verification.limits import DENIED, compares
from assistant.agent.verification.matching import pairs
from assistant.agent.verification.operators import Bounded
from assistant.agent.verification.relations import ABSENT
from assistant.agent.verification.statements import Statement

SMALL_COUNT = 12
LONG_NUMBER = 6  # digits of a number that is a name rather than a count
_OF_THE_USER = re.compile(
    r"[您你贵]|我们|用户|企业(?:填|报|说)|假设|如果|按[^，。；]{0,12}(?:计算|来算|算)|填的|所说|提到的"
)
_ITEM, _OF_ITEM = (
    re.compile(r"[一1][项条款栏类档节步]"),
    re.compile(r"[，,：:的中里得占是为要有可能最满共也都就算]"),
)
_NAMED = re.compile(r"[\u4e00-\u9fff”》）)](?<![第每至少有共满足够仅只为是了达])$")
_OF_THE_ANSWER = re.compile(r"(?:[前后这那]|其余|其他|另外?|剩下的?)[，,]?$")  # 后两个: of what was just told
_ONCE = re.compile(r"[一1][次回轮]")
_LAST_PART = re.compile(r"[^，,。；;：:\n]+$")
_LIST, _COUNTING = re.compile(r"[、和与及\u2003]|以及"), "两二三四五六七八九十"
_NUMERALS = "零一二三四五六七八九十"
_OPERATOR = re.compile(r"[÷×]")
_COUNTS = (*NO_UNIT, "方面", "次", "轮")  # what an answer may count of its own
_PARTS = re.compile(r"[两二三四五六七八九]大?块")  # of what is told, no money


def is_sourced(
    told: Sequence[Bounded], statement: Statement, evidence: Evidence, pools: Sequence[Pool]
) -> bool:
    """Whether the first of the figures told, which no pool has as it is, comes from somewhere all the same."""
    figure, own = told[0].figure, statement.own
    return (
        _in_catalogue(figure, evidence)
        or (key(figure) in evidence.said_figures and _is_the_users(statement, evidence))
        or (key(figure) in evidence.said_figures and _held_against(told, statement, pools))
        or key(figure) in evidence.told_before(statement)
        or any(_bare_alike(figure, pool) or pool.holds_part(figure) for pool in pools)
        or _is_short_for(own, figure, (*pools, evidence.said_pool))
        or _is_written_number(figure, evidence.citations(statement))
        or _is_told_otherwise(own, figure, evidence.citations(statement))
        or _own_count(own, figure, pools)
    )


def stands_in(figure: Figure, pool: Pool) -> bool:
    """Whether a figure stands in a pool, with its unit or in a column of such figures."""
    return bool(pool.alike(figure)) or _bare_alike(figure, pool)


def _in_catalogue(figure: Figure, evidence: Evidence) -> bool:
    """A date or number of the catalogue, or an amount that it has in the same words (2021年碳排放量)."""
    alike = evidence.catalogue_figures.alike(figure)
    if figure.kind is not Kind.AMOUNT:
        return bool(alike)
    return any(pairs(figure.after) & pairs(one.figure.after) for one in alike)


def _is_the_users(statement: Statement, evidence: Evidence) -> bool:
    """Whether a statement tells what the user said: it speaks of the user, or claims nothing of a clause."""
    if not statement.marked or ABSENT.search(statement.own):
        return True
    return _OF_THE_USER.search(statement.own) is not None


def _held_against(told: Sequence[Bounded], statement: Statement, pools: Sequence[Pool]) -> bool:
    """Whether the user's figure is denied (不是60%), or compared, truly, with a known figure behind it (6000吨，超过5000吨)."""
    figure = told[0].figure
    if DENIED.search(statement.own[: figure.start]):
        return True
    for other in told[1:2]:
        true = compares(figure, other)
        if other.figure.unit != figure.unit or true is None:
            continue
        known = any(pool.alike(other.figure) for pool in pools)
        return known and told[0].bound is None and true
    return False


def _bare_alike(figure: Figure, pool: Pool) -> bool:
    """A figure that stands without its unit: 20 in a table's column of points, 40 of 40% in a formula of points."""
    if not isinstance(figure.value, tuple):
        return False
    value, unit = figure.value
    if unit == "分":
        return pool.holds(value, "")
    return unit == "" and (pool.holds(value / 100, "%") or pool.holds(value, "分"))


def _is_short_for(own: str, figure: Figure, pools: Sequence[Pool]) -> bool:
    """A figure without the rest of its unit: 8吨 for 8吨二氧化碳/万元, 11 of 11万吨 in 11÷20."""
    value = amount(figure)
    if value is None:
        return False
    if figure.unit == "吨" and own[figure.end : figure.end + 1] not in ("/", "／"):
        return any(pool.holds(value, unit) for pool in pools[:1] for unit in ("吨/万元", "吨标准煤"))
    beside = own[max(0, figure.start - 1) : figure.start] + own[figure.end : figure.end + 1]
    return (
        figure.unit == ""
        and _OPERATOR.search(beside) is not None
        and any(pool.holds_value(value * scale) for pool in pools for scale in SCALES)
    )


def _is_written_number(figure: Figure, cited: Sequence[Citation]) -> bool:
    """A number of many digits that a clause has as a name, digit for digit: 编号20251312 for 第20251312号."""
    written = figure.text.strip()
    if figure.unit or not written.isdigit() or len(written) < LONG_NUMBER:
        return False
    return any(re.search(rf"(?<!\d){written}(?!\d)", one.text) for one in cited)


def _is_told_otherwise(own: str, figure: Figure, cited: Sequence[Citation]) -> bool:
    """A figure that only says in other words what is there: 能效提升一项, 市、县两级, 一年 for 每年, 全年."""
    value = amount(figure)
    before = _LAST_PART.search(own[: figure.start])
    if value == 1 and _ITEM.fullmatch(figure.text) and _OF_ITEM.match(own[figure.end :]):
        return before is not None and _NAMED.search(before[0]) is not None
    if value == 1 and (_ONCE.match(own[figure.end :]) or figure.unit == "年"):
        return any(f"{every}{figure.text[-1]}" in one.text for one in cited for every in "每全")
    if value is not None and 1 < value < len(_NUMERALS) and figure.unit in NO_UNIT and len(figure.after) > 1:
        counted = f"{_NUMERALS[int(value)]}{figure.after[:2]}"  # 6个部门 for 六部门
        if value.denominator == 1 and any(counted in text for one in cited for text in (one.text, one.title)):
            return True
    items = [item for item in _LIST.split(before[0]) if item] if before else []
    return len(items) > 1 and value == len(items) and figure.text[:1] in _COUNTING


def _own_count(own: str, figure: Figure, pools: Sequence[Pool]) -> bool:
    """A small count of what the answer itself lists (以下三项, 后两个): nothing at hand counts the same thing otherwise."""
    if _PARTS.fullmatch(figure.text) and not figure.after.startswith("钱"):
        return True
    if figure.kind is not Kind.AMOUNT or figure.unit not in _COUNTS or not isinstance(figure.value, tuple):
        return False
    if figure.value[0] > SMALL_COUNT or figure.text[:1].isdigit():
        return False
    if _OF_THE_ANSWER.search(own[: figure.start]):
        return True
    if any(_counted(other.figure) == _counted(figure) for other in pools[0].of_unit(figure)):
        return False
    noun = pairs(figure.after)
    return not any(noun & pairs(other.figure.after) for pool in pools for other in pool.of_unit(figure))


def _counted(figure: Figure) -> str:
    """The noun that a figure counts by: 项 of 三项, 块 of 两块, 环 of 三个环节."""
    return figure.text[-1:] if figure.unit and not figure.text.endswith("个") else figure.after[:1]
