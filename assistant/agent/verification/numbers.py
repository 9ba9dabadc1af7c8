"""Every figure has a source, measures there what it measures here, and is bounded there as it is bounded here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.agent.verification.equations import equation_lines
from assistant.agent.verification.evidence_index import Evidence
from assistant.agent.verification.figures import Figure
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.limits import is_result_as_limit, wrong_bound
from assistant.agent.verification.matching import squeezed
from assistant.agent.verification.measures import better_fit, crossed, other_noun
from assistant.agent.verification.operators import bounded
from assistant.agent.verification.sourcing import is_sourced
from assistant.agent.verification.statements import Statement

_POINTS = re.compile(r"(?:分值|满分)[为是：:]*$")
_SHORT_BY = re.compile(r"[还尚仍相][差缺少]了?$")


def number_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Failures of the figures in a statement's own words."""
    told = bounded(statement.own)
    if not told:
        return
    cited = evidence.cited_figures(evidence.citations(statement))
    pools = (cited, evidence.engine_figures)
    equations = equation_lines(statement.own)
    for figure, its in crossed(told, cited):
        yield _failure("measure", statement, figure, its.before + its.text)
    for number, one in enumerate(told):
        figure = one.figure
        if _in_engine_words(statement, figure, evidence) or any(
            start <= figure.start < end for start, end in equations
        ):
            continue  # an equation's figures are held against the engine's own equation
        alike = [other for pool in pools for other in pool.alike(figure)]
        if is_result_as_limit(statement.own, figure, cited, evidence):
            yield _failure("measure", statement, figure, "不是要求里的数")
            continue
        if not alike:
            if not is_sourced(told[number:], statement, evidence, pools):
                yield _failure("number", statement, figure, "引文、用户的话和规则引擎的结果")
            continue
        if _POINTS.search(statement.own[: figure.start]) and not _is_points(figure, evidence, statement):
            yield _failure("measure", statement, figure, "所引条款的分值")
            continue
        short = _SHORT_BY.search(statement.own[: figure.start])
        rival = None if short else better_fit(figure, alike, pools)
        other = other_noun(figure, alike)
        if other is not None:
            yield _failure("measure", statement, figure, other)
        elif rival is not None:
            yield _failure("measure", statement, figure, rival.before + rival.text + rival.after)
        elif (against := wrong_bound(one, statement.own, told[:number], alike, evidence)) is not None:
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


def _is_points(figure: Figure, evidence: Evidence, statement: Statement) -> bool:
    """Whether a figure told as points stands in a table's cell of its own, or with 分."""
    if not isinstance(figure.value, tuple):
        return False
    texts = [one.text for one in evidence.citations(statement)]
    bracketed = {found for text in texts for found in re.findall(r"[（(](\d+)[）)]", text)}  # 减排措施（40）
    cells = bracketed | {line.strip() for text in texts for line in text.split("\n")[1:]}
    pools = (evidence.cited_figures(evidence.citations(statement)), evidence.engine_figures)
    return str(figure.value[0]) in cells or any(pool.holds(figure.value[0], "分") for pool in pools)
