"""Of what a share is: of the book's own whole, of what is left, or of something that was not said.

抵消了一半 after 去年4万吨 may be half of either amount: both are named and neither is taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from assistant.agent.understanding.facts.figure_binding import Window
from assistant.agent.understanding.facts.stated import FORMULA
from assistant.agent.understanding.facts.suppositions import is_supposed
from assistant.quantities import Quantity
from assistant.rules.book import Metric, RuleBook
from assistant.rules.expression import Arithmetic, Name

WHAT_IS_LEFT = re.compile(r"剩下|剩余|其余|余下|剩的|还剩")
PART_OF_IT = re.compile(r"其中|当中|里面|里头")
OF_A_CHANGE = re.compile(r"减排|削减|减少|减量|降幅|下降|缺口|差额|差的")
AS_A_SHARE = re.compile(r"[占比]|相当于|等于|率")
RAISED = re.compile(r"(?:提高|增加|增|加|上调|上升|多)(?:个|了)?[^，。；\d到至]{0,3}$")


def of_what_is_left(place: Window, metric: Metric, figure: Quantity, book: RuleBook) -> str | None:
    """剩下的抵消一半: the part as a share of the amount that is left, as a formula; None where that is not said."""
    whole = _rival(metric, book)
    if not WHAT_IS_LEFT.search(place.before) or whole is None or metric.adjust is None:
        return None
    return f"{FORMULA}{whole} × {figure.value.numerator} ÷ {figure.value.denominator}"


def unclear_whole(
    message: str, place: Window, metric: Metric, book: RuleBook, told: Collection[str]
) -> str | None:
    """Why a share of a part is not taken for the book's own share; None where it may be. `told`: the amounts known so far."""
    base, rival = _whole(metric), _rival(metric, book)
    if base is None or metric.adjust is None:
        return None
    if PART_OF_IT.search(place.before) or OF_A_CHANGE.search(place.before):
        return "没有说清是什么的比例"
    if RAISED.search(place.before) and metric.adjust in told:
        return "没有说清是提高到这么多，还是在原来的基础上提高这么多"
    names = (metric.label, *metric.synonyms, *book.facts[base].periods)
    if any(name in place.near for name in names) or AS_A_SHARE.search(place.before) or is_supposed(message):
        return None
    if rival in told and base in told:
        return f"没有说清是{book.facts[base].label}的比例，还是{book.facts[str(rival)].label}的比例"
    return None


def _whole(metric: Metric) -> str | None:
    """What a share is of, where it is one amount divided by another."""
    formula = metric.formula
    if metric.unit != "%" or not isinstance(formula, Arithmetic) or formula.operator != "÷":
        return None
    return formula.right.id if isinstance(formula.left, Name) and isinstance(formula.right, Name) else None


def _rival(metric: Metric, book: RuleBook) -> str | None:
    """The other amount that a share may be of: what the metrics with a lower limit are adjusted by (the year's emissions)."""
    base = _whole(metric)
    found = {
        one.adjust
        for one in book.metrics.values()
        if one.adjust and one.limit and ">" in one.limit.operator and base in book.needed[one.id]
    } - {metric.adjust, base}
    return found.pop() if len(found) == 1 else None
