"""Equations of an answer: the engine's own, a cited clause's, or true arithmetic over figures that have a source."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from assistant.agent.verification.evidence_index import Evidence, Pool
from assistant.agent.verification.figures import NO_UNIT, Figure, figures
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.matching import squeezed
from assistant.agent.verification.statements import Statement
from assistant.numerals import normalise

_PART = re.compile(r"[^。；;\n]+")
_NEXT = re.compile(
    r"(?<=[，,、])(?=[^，,、=＝≈≥≤<>]*[\u4e00-\u9fff]{3}[^，,、=＝≈≥≤<>]*[=＝≈])"
)  # …=100%，碳抵消占比=…
_SIGNS = re.compile(r"[=＝≈]")
_AFTER_RESULT = re.compile(r"[，,、]|[（(](?=要求|[附见依第即约详]|符合|不|未|低|高|达|满|超)")
_BEFORE_TERM = re.compile(r"^.*[：:，,](?=[^：:，,]*$)", re.S)
_ALIKE = str.maketrans({"−": "-", "–": "-", "*": "×", "（": "(", "）": ")", "＋": "+"})
_PLACE = re.compile(r"第\d+[条项款]|附件\d+")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
SCALES = (Fraction(1), Fraction(10) ** 3, Fraction(10) ** 4, Fraction(10) ** 8, Fraction(1, 100))
_ROUNDED = Fraction(1, 100)  # of the last shown unit: two decimals
_CONSTANTS = (Fraction(1), Fraction(100))


def equation_lines(own: str) -> list[tuple[int, int]]:
    """Where a statement's own words hold an equation: from the sign before it to what is said of its result."""
    if not _SIGNS.search(own):
        return []
    found = []
    for part in _PART.finditer(own):
        ends = [*(one.start() for one in _NEXT.finditer(own, part.start() + 1, part.end())), part.end()]
        for start, end in pairwise((part.start(), *ends)):
            signs = [sign.end() for sign in _SIGNS.finditer(own, start, end)]
            if signs:
                said = _AFTER_RESULT.search(own, signs[-1], end)
                found.append((start, said.start() if said else end))
    return found


def equation_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Equations that neither the engine nor a cited clause holds and that are no true arithmetic over known figures."""
    lines = equation_lines(statement.own)
    if not lines:
        return
    citations = evidence.citations(statement)
    texts = (*evidence.engine, *(one.text for one in citations), *evidence.grounds.said)
    known = "\n".join(squeezed(text).translate(_ALIKE) for text in texts)
    pools = (evidence.cited_figures(citations), evidence.engine_figures, evidence.said_pool)
    for start, end in lines:
        terms = [term for term in _terms(statement.own[start:end]) if _NUMBER.search(_PLACE.sub("", term))]
        strange = [term for term in terms if term not in known]
        if strange and not _true(terms, pools):
            yield Failure(
                "equation",
                statement.own[start:end].strip(),
                "规则引擎的算式",
                statement.start + start,
                statement.start + end,
            )


def _terms(line: str) -> list[str]:
    """What stands between the equals signs, without what leads up to the first and what is said of the last."""
    parts = _SIGNS.split(line.replace("\u2003", " "))
    parts[0] = _BEFORE_TERM.sub("", parts[0])
    parts[-1] = _AFTER_RESULT.split(parts[-1], maxsplit=1)[0]
    return [squeezed(part).translate(_ALIKE).strip("，,。；;:：") for part in parts]


def _true(terms: list[str], pools: tuple[Pool, ...]) -> bool:
    """Whether all terms come to the same and every figure of all but the last is known at some scale."""
    values = [_value(term) for term in terms]
    if len(values) < 2 or any(value is None for value in values):
        return False
    told = [value for value in values if value is not None]
    for term in terms[:-1]:
        if not all(_sourced(figure, pools) for figure in figures(term)):
            return False
    return all(_equal(told[0], value) for value in told[1:]) and _known_result(terms[-1], told[-1], pools)


def _sourced(figure: Figure, pools: tuple[Pool, ...]) -> bool:
    """A figure with a unit stands somewhere as it is; a bare number may stand there with any unit."""
    if any(pool.alike(figure) for pool in pools):
        return True
    if not isinstance(figure.value, tuple) or figure.value[1] not in (*NO_UNIT, "分"):
        return False
    return figure.value[0] in _CONSTANTS or _known(figure.value[0], pools)


def _known(value: Fraction, pools: tuple[Pool, ...]) -> bool:
    return any(pool.holds_value(value * scale) for pool in pools for scale in SCALES)


def _known_result(term: str, value: Fraction, pools: tuple[Pool, ...]) -> bool:
    """A single figure that is the engine's or the user's; what is computed from them alone is not yet a result."""
    return any(pool.alike(figure) for pool in pools for figure in figures(term)) or _known(value, pools)


def _equal(one: Fraction, other: Fraction) -> bool:
    """Equal but for rounding, and for units of ten thousand that were left out or a percentage told as points."""
    scales = (Fraction(1), Fraction(10) ** 4, Fraction(1, 10**4), Fraction(100), Fraction(1, 100))
    return any(
        abs(one * scale - other) <= _ROUNDED * max(Fraction(1, 100), abs(other) / 10**2) for scale in scales
    )


def _value(term: str) -> Fraction | None:
    """What an arithmetic term of numbers with units comes to, each figure in its canonical unit; None when it is none."""
    plain = normalise(term)
    for figure in reversed(figures(term)):
        if isinstance(figure.value, tuple):
            value = figure.value[0]
            plain = f"{plain[: figure.start]}({value.numerator}/{value.denominator}){plain[figure.end :]}"
    plain = plain.replace("×", "*").replace("÷", "/").replace("（", "(").replace("）", ")")
    if not re.fullmatch(r"[\d+\-*/(). ]{1,200}", plain):
        return None
    try:
        return _evaluated(ast.parse(plain, mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, RecursionError):
        return None


def _evaluated(node: ast.expr) -> Fraction:
    """The four operations over literal numbers; anything else is a ValueError."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return Fraction(str(node.value))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        result: Fraction = _OPERATORS[type(node.op)](_evaluated(node.left), _evaluated(node.right))
        return result
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluated(node.operand)
    raise ValueError("no arithmetic")
