"""Every figure has a source, measures there what it measures here, and is bounded there as it is bounded here."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from assistant.agent.verification.equations import equation_lines
from assistant.agent.verification.evidence_index import Evidence, Pool
from assistant.agent.verification.figures import Figure, Kind, key, same
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.matching import pairs, squeezed
from assistant.agent.verification.operators import Bound, Bounded, bounded, opposed
from assistant.agent.verification.relations import ABSENT
from assistant.agent.verification.statements import Statement

CONTEXT_BEFORE, CONTEXT_AFTER = 12, 5
RIVAL_FITS, RIVAL_LEAD = 0.5, 0.3
SMALL_COUNT = 12
_TRUTH = {
    Bound.AT_LEAST: operator.ge,
    Bound.AT_MOST: operator.le,
    Bound.OVER: operator.gt,
    Bound.UNDER: operator.lt,
}
_REQUIRED = re.compile(
    r"(?:要求|应当?|必?须|需要?|规定|标准|上限|下限|限值|门槛)[为是在：:]?(?:不?得?(?:低于|高于|少于|超过|大于|小于)|至少|至多|最[多少高低]|[≥≤<>]=?)?[为是]?$"
)
_OF_THE_USER = re.compile(
    r"[您你贵]|我们|用户|企业(?:填|报|说)|假设|如果|按[^，。；]{0,12}(?:计算|来算|算)|填的|所说|提到的"
)
_PRESCRIBED = re.compile(
    r"不[得能应可](?:低于|高于|少于|超过|大于|小于)$|的(?:要求|上限|下限|标准|规定)[^，。；]{0,4}$"
)


def number_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Failures of the figures in a statement's own words."""
    told = bounded(statement.own)
    if not told:
        return
    cited = evidence.cited_figures(evidence.citations(statement))
    pools = (cited, evidence.engine_figures)
    equations = equation_lines(statement.own)
    for number, one in enumerate(told):
        figure = one.figure
        if _in_engine_words(statement, figure, evidence) or any(
            start <= figure.start < end for start, end in equations
        ):
            continue  # an equation's figures are held against the engine's own equation
        alike = [other for pool in pools for other in pool.alike(figure)]
        if not alike:
            sourced = (
                evidence.catalogue_figures.alike(figure)
                or (key(figure) in evidence.said_figures and _is_the_users(statement, evidence))
                or key(figure) in evidence.told_before(statement)
                or any(_bare_alike(figure, pool) for pool in pools)
            )
            if not sourced and not _own_count(figure, pools):
                yield _failure("number", statement, figure, "引文、用户的话和规则引擎的结果")
            continue
        rival = _better_fit(figure, alike, pools)
        if rival is not None:
            yield _failure("measure", statement, figure, rival.before + rival.text + rival.after)
        elif (against := _wrong_bound(one, statement.own, told[:number], alike, evidence)) is not None:
            yield _failure("relation", statement, figure, against)


def _failure(type: str, statement: Statement, figure: Figure, against: str) -> Failure:
    return Failure(
        type, figure.text.strip(), against, statement.start + figure.start, statement.start + figure.end
    )


def _in_engine_words(statement: Statement, figure: Figure, evidence: Evidence) -> bool:
    """Whether the figure stands in a stretch that the engine itself wrote, from sign to sign."""
    own = statement.own
    begin = max(own.rfind(sign, 0, figure.start) for sign in "；;。\n\u2003") + 1
    ends = [at for sign in "；;。\n\u2003" if (at := own.find(sign, figure.end)) >= 0]
    part = squeezed(own[begin : min(ends, default=len(own))])
    return len(part) >= 6 and part.strip("，,") in evidence.engine_squeezed


def _is_the_users(statement: Statement, evidence: Evidence) -> bool:
    """Whether a statement tells what the user said: it speaks of the user, or claims nothing of a clause."""
    if not statement.marked or ABSENT.search(statement.own):
        return True
    return _OF_THE_USER.search(statement.own) is not None


def _bare_alike(figure: Figure, pool: Pool) -> bool:
    """A figure that stands without its unit: 20 in a table's column of points, 40 of 40% in a formula of points."""
    if not isinstance(figure.value, tuple):
        return False
    value, unit = figure.value
    if unit == "分":
        return pool.holds(value, "")
    return unit == "" and (pool.holds(value / 100, "%") or pool.holds(value, "分"))


def _own_count(figure: Figure, pools: Sequence[Pool]) -> bool:
    """A small count of what the answer itself lists (以下三项): nothing at hand counts the same thing otherwise."""
    if figure.kind is not Kind.AMOUNT or figure.unit != "个" or not isinstance(figure.value, tuple):
        return False
    if figure.value[0] > SMALL_COUNT or figure.text[:1].isdigit():
        return False
    if any(other.figure.text[-1:] == figure.text[-1:] for other in pools[0].of_unit(figure)):
        return False
    noun = pairs(figure.after)
    return not any(noun & pairs(other.figure.after) for pool in pools for other in pool.of_unit(figure))


def _context(figure: Figure) -> frozenset[str]:
    return pairs(figure.before[-CONTEXT_BEFORE:]) | pairs(figure.after[:CONTEXT_AFTER])


def _fit(figure: Figure, other: Figure) -> float:
    """How alike what two figures measure is described, in [0, 1]: shared pairs against the shorter description."""
    mine, theirs = _context(figure), _context(other)
    least = min(len(mine), len(theirs))
    return len(mine & theirs) / least if least else 0.0


def _better_fit(figure: Figure, alike: Sequence[Bounded], pools: Sequence[Pool]) -> Figure | None:
    """A figure of the same unit and another value whose description fits much better: the words speak of that one."""
    if figure.kind is not Kind.AMOUNT or len(_context(figure)) < 2:
        return None
    if any(not _context(other.figure) for other in alike):
        return None  # a source that says nothing of what it measures
    held = max(_fit(figure, other.figure) for other in alike)
    rivals = [
        (_fit(figure, other.figure), other.figure)
        for pool in pools
        for other in pool.of_unit(figure)
        if not same(figure, other.figure) and len(_context(other.figure)) >= 3
    ]
    fit, rival = max(rivals, key=lambda pair: pair[0], default=(0.0, None))
    return rival if rival is not None and fit >= RIVAL_FITS and fit - held >= RIVAL_LEAD else None


def _wrong_bound(
    one: Bounded, own: str, before: Sequence[Bounded], alike: Sequence[Bounded], evidence: Evidence
) -> str | None:
    """What a bound contradicts: the figure it compares with, or the bound that stands in every source; None when it holds."""
    compared = next(
        (other.figure for other in reversed(before) if other.figure.unit == one.figure.unit), None
    )
    ahead = own[: one.figure.start][-14:]
    required = _REQUIRED.search(ahead) is not None or _PRESCRIBED.search(ahead) is not None
    if one.bound in _TRUTH and not required and compared is not None and key(compared) in evidence.results:
        value, limit = _value(compared), _value(one.figure)
        if value is not None and limit is not None:
            if not _TRUTH[one.bound](value, limit):
                return f"{compared.text}与{one.figure.text}"
            return None
    bounds = [other for other in alike if other.bound is not None]
    if bounds and all(opposed(one.bound, other.bound) for other in bounds):
        figure = bounds[0].figure
        return f"{figure.before}{figure.text}{figure.after}"
    return None


def _value(figure: Figure) -> Fraction | None:
    return figure.value[0] if isinstance(figure.value, tuple) else None
