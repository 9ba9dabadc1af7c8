"""The least or the most of one figure with which a criterion can hold: 最少要抵消多少, 期末最多能排多少."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from assistant.errors import RuleBookError
from assistant.rules.book import Criterion, FactValue, RuleBook
from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import Node
from assistant.rules.whatif.feasibility import Problem
from assistant.rules.whatif.linear import Range
from assistant.rules.whatif.plans import plans_for
from assistant.rules.whatif.ranges import fact_range, movable
from assistant.rules.whatif.results import FactRange, Feasible
from assistant.rules.whatif.scoring import at_least, inner_metrics
from assistant.rules.whatif.sentences import besides, range_words, show_least, show_most
from assistant.rules.wording import label, show, unit_of


@dataclass(frozen=True)
class Bound:
    """The answer: `value` is the least or the most of `name`, None when nothing is reached or known yet.

    `facts` are figures at that value, with which the criterion can be computed; `sentences` tell it in Chinese, the
    answer first; `missing` are the facts that are still wanted; `impossible`: no value of any figure gets there.
    """

    name: str
    label: str
    criterion_id: str
    value: Fraction | None
    facts: Mapping[str, Fraction]
    sentences: tuple[str, ...]
    missing: tuple[str, ...]
    impossible: bool


def seek(
    book: RuleBook,
    criterion_id: str,
    name: str,
    facts: Mapping[str, FactValue],
    most: bool,
    points: Fraction | None = None,
    on: date | None = None,
) -> Bound:
    """The least (or `most`) of a fact or metric for a criterion to hold, for a scored one to give `points` (full when None).

    A metric that is made of one figure which may change is told through that figure. Raises RuleBookError for points
    that the item does not give.
    """
    criterion = book.criteria[criterion_id]
    full = criterion.points or Fraction(0)
    wanted_points = full if points is None else points
    if criterion.points is not None and not 0 <= wanted_points <= full:
        raise RuleBookError(
            f"“{criterion.label}”的分数“{show(wanted_points, '分')}”不合法；应在0分至{show(full, '分')}之间"
        )
    scored = criterion.points is not None
    wanted = at_least(criterion, wanted_points) if scored else criterion.condition
    assert wanted is not None, "the loader wants a condition or a score"
    current = facts.get(name)
    # a metric that was given for the sought figure says what it is now, not what it must be
    free = {id: value for id, value in facts.items() if id not in book.metrics or name not in book.needed[id]}
    given = Evaluator(book, free, on or date.today()).without(name)
    goal = "达到要求"
    if scored:
        shown = show(wanted_points, "分")
        goal = f"得满分{shown}" if wanted_points == full else f"得{shown}以上"
    found = _Seeker(given, criterion, wanted, name, most, goal).found()
    if found.value is None or not isinstance(current, Fraction) or name in book.metrics:
        return found
    return replace(found, sentences=(*found.sentences, _from_now(book, name, current, found.value, most)))


def _from_now(book: RuleBook, name: str, current: Fraction, value: Fraction, most: bool) -> str:
    """现为1项，还差2项."""
    unit, shown = unit_of(book, name), f"现为{show(current, unit_of(book, name))}"
    if most:
        room = value - current
        left = f"还有{show_most(room, unit)}的余地" if room >= 0 else f"超出{show_least(-room, unit)}"
        return f"{shown}，{left}"
    return f"{shown}，还差{show_least(value - current, unit)}" if value > current else f"{shown}，已经达到"


class _Seeker:
    """One question for one extreme of one name."""

    def __init__(
        self, given: Evaluator, criterion: Criterion, wanted: Node, name: str, most: bool, goal: str
    ) -> None:
        self.given, self.book = given, given.book
        self.criterion, self.wanted, self.name, self.most, self.goal = criterion, wanted, name, most, goal
        self.free = movable(given, wanted)

    def found(self) -> Bound:
        told_through = self._told_through()
        item = self._range(told_through or self.name)
        feasible, together = self._chosen(item)
        ranges = feasible.ranges
        if told_through:
            ranges = self._mapped(told_through, ranges)
        value = self._extreme(ranges)
        legal = item.legal if not told_through else self._mapped(told_through, item.legal)
        if item.alone.proof is not None and not told_through:
            return self._not_alone(item)
        told = value is not None and value != self._extreme(legal)
        if together and not told and item.alone.missing:
            return self._unmet(
                [], item.alone.missing, impossible=False
            )  # any value does, if the others follow
        if not ranges or (feasible.missing and value is None):
            return self._nothing(item, feasible)
        at = self._at(told_through, ranges, value)
        others = self._others(at, item.id) if together else {}
        still = "" if together else self._still(item.id)
        answer = self._answer(ranges, legal, value)
        sentences = [still + answer + besides(self._labels(feasible.missing))]
        if still:
            sentences += self._freer(item, told_through, legal, value)
        if others:
            figures = "，".join(
                f"{label(self.book, id)}{range_words(found.ranges, unit_of(self.book, id))}"
                for id, found in others.items()
            )
            sentences.append(f"这时{figures}")
        exact = {
            id: found.ranges[0].low
            for id, found in others.items()
            if found.ranges and found.ranges[0].low is not None
        }
        return Bound(
            name=self.name,
            label=label(self.book, self.name),
            criterion_id=self.criterion.id,
            value=value,
            facts={**at, **exact},
            sentences=tuple(sentences),
            missing=feasible.missing,
            impossible=False,
        )

    def _still(self, moved: str) -> str:
        """碳抵消量不变时，: the answer holds for the other figures as they were given."""
        others = [label(self.book, id) for id in self.free if id != moved and id in self.given.facts]
        return f"{'、'.join(others)}不变时，" if others else ""

    def _freer(
        self, item: FactRange, told_through: str | None, legal: tuple[Range, ...], value: Fraction | None
    ) -> list[str]:
        """What the extreme would be if the other figures might change as well, where that is another one."""
        ranges = item.together.ranges
        if told_through:
            ranges = self._mapped(told_through, ranges)
        if not ranges or item.together.missing or self._extreme(ranges) in (value, None):
            return []
        if self._extreme(ranges) == self._extreme(legal):
            return []  # 0吨, if the others do it all, is no answer
        others = "、".join(label(self.book, id) for id in self.free if id != item.id)
        return [f"{others}也可以调整时，{self._answer(ranges, legal, self._extreme(ranges))}"]

    def _told_through(self) -> str | None:
        """The one figure that may change behind a metric that the criterion itself does not speak of."""
        if self.name in self.book.facts or self.name in inner_metrics(self.book, self.criterion):
            return None
        moving = [id for id in self.book.needed[self.name] if id in self.free]
        return moving[0] if len(moving) == 1 else None

    def _range(self, name: str) -> FactRange:
        return fact_range(self.given, self.wanted, name, self.free if name in self.free else (name,))

    def _chosen(self, item: FactRange) -> tuple[Feasible, bool]:
        """With the others as they are where that can be told, else with them moving too."""
        if item.alone.ranges and item.alone.exact:
            return item.alone, False
        if item.together.ranges and (item.alone.proof is not None or not item.alone.exact):
            return item.together, True
        return item.alone, False

    def _mapped(self, fact: str, ranges: tuple[Range, ...]) -> tuple[Range, ...]:
        """Ranges of a fact as ranges of the metric that is told through it."""
        mapped = []
        for item in ranges:
            ends = [
                (end, is_open) for end, is_open in ((item.low, item.low_open), (item.high, item.high_open))
            ]
            values = [(None if end is None else self._metric(fact, end), is_open) for end, is_open in ends]
            (low, low_open), (high, high_open) = values
            falling = self._metric(fact, Fraction(1)) < self._metric(fact, Fraction(0))
            if falling:
                low, low_open, high, high_open = high, high_open, low, low_open
            mapped.append(Range(low, high, low_open, high_open))
        return tuple(mapped)

    def _metric(self, fact: str, value: Fraction) -> Fraction:
        at = Evaluator(self.book, {**self.given.facts, fact: value}, self.given.on)
        exact = at.metric(self.name).exact
        if exact is None:
            raise RuleBookError(f"{label(self.book, self.name)}还缺少数据，算不出")
        return exact

    def _extreme(self, ranges: tuple[Range, ...]) -> Fraction | None:
        if not ranges:
            return None
        return ranges[-1].high if self.most else ranges[0].low

    def _at(self, fact: str | None, ranges: tuple[Range, ...], value: Fraction | None) -> dict[str, Fraction]:
        """The figure at its extreme, as a fact (or as the metric itself where it has none)."""
        if value is None:
            return {}
        if fact is None:
            return {self.name: value}
        base, one = self._metric(fact, Fraction(0)), self._metric(fact, Fraction(1))
        return {fact: (value - base) / (one - base)}

    def _others(self, at: Mapping[str, Fraction], moved: str) -> dict[str, Feasible]:
        """What the other figures must then be, those of them that are not free to be anything."""
        problem = Problem(self.given, self.wanted, self.free)
        found = {id: problem.feasible(id, at) for id in self.free if id != moved}
        return {id: held for id, held in found.items() if held.ranges and held.ranges != problem.legal(id)}

    def _answer(self, ranges: tuple[Range, ...], legal: tuple[Range, ...], value: Fraction | None) -> str:
        """碳抵消量最少要4万吨，碳削减率和碳抵消占比才能达到要求（可在4万吨至5万吨之间）."""
        name, unit = label(self.book, self.name), unit_of(self.book, self.name)
        whole = f"（可{range_words(ranges, unit)}）" if self._both_ends(ranges, legal) else ""
        what = self.criterion.label
        if value is None or (legal and value == self._extreme(legal)):
            side = "上" if self.most else "下"
            return f"{what}要{self.goal}，对{name}没有{side}限要求，{name}须{range_words(ranges, unit)}"
        figure = f"最多{show_most(value, unit)}" if self.most else f"最少要{show_least(value, unit)}"
        return f"{name}{figure}，{what}才能{self.goal}{whole}"

    @staticmethod
    def _both_ends(ranges: tuple[Range, ...], legal: tuple[Range, ...]) -> bool:
        low, high = ranges[0].low, ranges[-1].high
        limits = (legal[0].low, legal[-1].high) if legal else (None, None)
        return low not in (None, limits[0]) and high not in (None, limits[1])

    def _not_alone(self, item: FactRange) -> Bound:
        """No value of this figure does while the others stay: how far apart the demands are, and the least change that does."""
        assert item.alone.proof is not None, "called where the figure alone is proved not to do"
        ranges = tuple(fact_range(self.given, self.wanted, id, self.free) for id in self.free)
        plans = [] if item.together.proof else plans_for(self.given, self.wanted, ranges)
        sentences = [f"其他数字不变，{item.alone.proof.text}", *(plan.text for plan in plans[:1])]
        return self._unmet(sentences, (), impossible=True)

    def _nothing(self, item: FactRange, feasible: Feasible) -> Bound:
        proof = item.together.proof or feasible.proof
        if proof is not None:
            return self._unmet([f"{self.criterion.label}不能{self.goal}：{proof.text}"], (), impossible=True)
        return self._unmet([], feasible.missing or item.together.missing, impossible=False)

    def _unmet(self, sentences: list[str], missing: tuple[str, ...], impossible: bool) -> Bound:
        name = label(self.book, self.name)
        return Bound(self.name, name, self.criterion.id, None, {}, tuple(sentences), missing, impossible)

    def _labels(self, ids: tuple[str, ...]) -> list[str]:
        return [label(self.book, id) for id in ids]
