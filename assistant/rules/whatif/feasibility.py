"""Where a condition can hold: the range of each free name, or the proof that there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, product

from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import Logic, Node
from assistant.rules.whatif.linear import Form, Inequality, Range, System, extent, merged
from assistant.rules.whatif.pieces import Obstacle
from assistant.rules.whatif.results import Demand, Feasible, Proof
from assistant.rules.whatif.sentences import apart_sentence, decided_sentence, demand_of, joint_sentence
from assistant.rules.whatif.translation import Translation
from assistant.rules.wording import label, named, unit_of


class Problem:
    """A condition in some free names, every other name as an evaluator has it."""

    def __init__(self, given: Evaluator, condition: Node, free: tuple[str, ...]) -> None:
        self.book = given.book
        self.free = free
        self.translation = Translation(given, free)
        joint = isinstance(condition, Logic) and condition.operator == "and"
        parts = condition.parts if joint and isinstance(condition, Logic) else (condition,)
        self.solved: list[tuple[Node, tuple[System, ...]]] = []
        missing: dict[str, None] = {}
        unsolved: list[str] = []
        for part in parts:
            try:
                self.solved.append((part, self.translation.decided_or_branches(part)))
            except Obstacle as obstacle:
                missing.update(dict.fromkeys(obstacle.missing))
                if not obstacle.missing:
                    unsolved.append(named(self.translation.given, part))
        for aside in self.translation.set_aside:
            missing.update(dict.fromkeys(aside.missing))
            if not aside.missing:
                unsolved.append(named(self.translation.given, condition))
        self.missing = tuple(missing)
        self.unsolved = tuple(dict.fromkeys(unsolved))

    def feasible(self, name: str, fixed: Mapping[str, Fraction] | None = None) -> Feasible:
        """Values of a name for which some values of the other free ones, save the fixed, keep the condition."""
        everything = [systems for _, systems in self.solved]
        if self._whole_numbers_meet(name, everything, fixed or {}):
            parts = tuple(named(self.translation.given, part) for part, _ in self.solved)
            return Feasible((), None, self.missing, (*self.unsolved, *parts))
        ranges = self._ranges(name, everything, fixed or {})
        if ranges or self.translation.set_aside:
            concerned = ranges if self._concerns(name) else ()
            return Feasible(concerned, None, self.missing, self.unsolved)
        return Feasible((), self._proof(name), self.missing, self.unsolved)

    def legal(self, name: str) -> tuple[Range, ...]:
        """Values that a name may have at all."""
        return self._ranges(name, [])

    def _concerns(self, name: str) -> bool:
        """Whether anything solved asks something; if not, and parts are left, nothing is known of the name."""
        touched = any(item.form.slope(name) for _, systems in self.solved for s in systems for item in s)
        return touched or not (self.missing or self.unsolved)

    def _ranges(
        self,
        name: str,
        parts: list[tuple[System, ...]],
        fixed: Mapping[str, Fraction] | None = None,
        domains: bool = True,
    ) -> tuple[Range, ...]:
        around = [*self.translation.domains()] if domains else []
        for held, value in (fixed or {}).items():
            form = Form.name(held).plus(Form.number(-value))
            around += [Inequality(form), Inequality(form.scaled(Fraction(-1)))]
        found = (extent((*around, *sum(chosen, ())), name) for chosen in product(*parts))
        ranges = [item for item in found if item is not None]
        if self._whole(name):
            ranges = [whole for item in ranges if not (whole := item.whole()).empty]
        return merged(ranges)

    def _whole(self, name: str) -> bool:
        return name in self.book.facts and self.book.facts[name].type == "integer"

    def _whole_numbers_meet(
        self, name: str, parts: list[tuple[System, ...]], fixed: Mapping[str, Fraction]
    ) -> bool:
        """Whether a whole number would have to be eliminated together with another name: the range would be no proof."""
        whole = {other for other in self.free if other != name and other not in fixed and self._whole(other)}
        return any(
            len(item.form.slopes) > 1 and whole & {held for held, _ in item.form.slopes}
            for systems in parts
            for system in systems
            for item in system
        )

    def _proof(self, name: str) -> Proof:
        """The least contradiction: one part, two that lie apart, or several that no values keep at once."""
        for part, systems in self.solved:
            if not self._ranges(name, [systems]):
                return self._alone(name, part, systems)
        for (first, one), (second, other) in combinations(self.solved, 2):
            if not self._ranges(name, [one, other]):
                return self._apart(name, ((first, one), (second, other)))
        return self._joint(list(self._minimal(name)))

    def _alone(self, name: str, part: Node, systems: tuple[System, ...]) -> Proof:
        """One part that cannot be kept: it does not rest on the free names, or asks for values that are not legal."""
        asked = self._ranges(name, [systems], domains=False)
        if not asked or len(self.free) > 1:
            return Proof((Demand(named(self.translation.given, part), ()),), None, self._decided(name, part))
        legal = self.legal(name)
        return self._contradiction(
            name, (self._demand(name, part, asked), Demand(label(self.book, name), legal)), asked, legal
        )

    def _decided(self, name: str, part: Node) -> str:
        touched = self.translation.rests_on_free(part)
        return decided_sentence(self.translation.given, part, label(self.book, name), touched)

    def _apart(self, name: str, pair: tuple[tuple[Node, tuple[System, ...]], ...]) -> Proof:
        """Two parts, each of which can be kept alone."""
        (first, one), (second, other) = pair
        if len(self.free) > 1:
            return self._joint([first, second])
        legal = bool(
            self._ranges(name, [one, other], domains=False)
        )  # they contradict within the domain only
        ranges = self._ranges(name, [one], domains=legal), self._ranges(name, [other], domains=legal)
        demands = (self._demand(name, first, ranges[0]), self._demand(name, second, ranges[1]))
        return self._contradiction(name, demands, *ranges)

    def _contradiction(
        self, name: str, demands: tuple[Demand, ...], one: tuple[Range, ...], other: tuple[Range, ...]
    ) -> Proof:
        apart = _distance(one, other)
        text = apart_sentence(label(self.book, name), demands, apart, unit_of(self.book, name))
        return Proof(demands, apart, text)

    def _joint(self, parts: list[Node]) -> Proof:
        demands = tuple(Demand(named(self.translation.given, part), ()) for part in parts)
        return Proof(demands, None, joint_sentence(demands))

    def _minimal(self, name: str) -> Iterator[Node]:
        """Parts that contradict together and no longer when one is taken away."""
        kept = list(self.solved)
        for item in self.solved:
            fewer = [other for other in kept if other is not item]
            if not self._ranges(name, [systems for _, systems in fewer]):
                kept = fewer
        return iter(part for part, _ in kept)

    def _demand(self, name: str, part: Node, ranges: tuple[Range, ...]) -> Demand:
        text = demand_of(named(self.translation.given, part), label(self.book, name))
        return Demand(text, ranges)


def _distance(one: tuple[Range, ...], other: tuple[Range, ...]) -> Fraction | None:
    """The least distance between two sets that have no number in common."""
    found = [
        gap
        for first, second in product(one, other)
        for low, high in ((first.high, second.low), (second.high, first.low))
        if low is not None and high is not None and (gap := high - low) >= 0
    ]
    return min(found, default=None)
