"""The stated values of all policies, found by words, year, place and programme; and each one's counterpart elsewhere."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.values.stated import StatedValue, values_of
from assistant.documents.library import Library
from assistant.rules.book import RuleBook

AROUND = 0.3  # weight of a word that stands around a value, and not in what it is of
MEANT = 0.6  # of the texts' words for what was said
UNKNOWN = 0.6  # of a pair that no value has, as a share of the rarest one's weight
CARRIED = 0.4  # of the words of the question that this one carries on
TAIL = 2  # characters that end what a value is of: 占比, 企业, 工厂
ALIKE = 0.34  # share of two subjects' weight that counterparts have in common
AS_ALIKE = 0.75  # the same where they end otherwise
_LIKE_UNITS = ({"家", "个"}, {"项", "个"})
_SIGNS = re.compile(r"[^一-鿿A-Za-z]+")


@dataclass(frozen=True)
class Wanted:
    """What a value is asked for by: `words` its own, `before` those of the question it carries on (both without places, years and
    names); policies, programme and years it must be of, its unit, and the clause or table it stands in, where these are said."""

    words: str
    before: str = ""
    policies: tuple[str, ...] = ()
    programme: str | None = None
    years: tuple[str, ...] = ()
    units: frozenset[str] = frozenset()
    points: bool = False
    root: str = ""

    def fits(self, value: StatedValue, programme: str | None) -> bool:
        """Whether a value is of the place, programme, year and unit that are asked for."""
        return (
            (not self.policies or value.clause.policy_id in self.policies)
            and (self.programme is None or self.programme == programme)
            and (not self.years or not value.years or bool(set(self.years) & set(value.years)))
            and (not self.units or value.quantity.unit in self.units)
            and value.points == self.points
            and f"{value.clause.address}/".startswith(f"{self.root}/" if self.root else "")
        )


@dataclass(frozen=True)
class Words:
    """Pairs of characters with their weights; `joined` has the pairs before and after each one that stands between two."""

    weights: Mapping[str, float]
    joined: Mapping[str, tuple[str, str]]

    def held(self, own: frozenset[str], around: frozenset[str] = frozenset()) -> float:
        """Weight of what stands in `own`, and less of what stands in `around`; what only joins two words of `own`
        (绿色工厂, of 绿色低碳工厂) stands there too."""
        total = 0.0
        for pair, weight in self.weights.items():
            before, after = self.joined.get(pair, ("", ""))
            if pair in own or (before in own and after in own):
                total += weight
            elif pair in around:
                total += AROUND * weight
        return total


@dataclass(frozen=True)
class StatedValues:
    """Every value with the pairs of characters of what it is of and of what stands around it."""

    values: Mapping[str, StatedValue]
    programmes: Mapping[str, str]  # {key: policy/programme whose own clauses state it}
    lexicon: Lexicon
    own: Mapping[str, frozenset[str]]
    around: Mapping[str, frozenset[str]]
    idf: Mapping[str, float]
    owners: Mapping[str, set[str]] = field(default_factory=dict)
    rarest: float = field(default=1.0)

    @classmethod
    def of(cls, library: Library, books: Mapping[str, RuleBook], lexicon: Lexicon) -> StatedValues:
        """Read all clauses of a library."""
        values = {one.key: one for clause in library.clauses() for one in values_of(clause)}
        names = _names(books)
        own = {
            key: pairs_of(
                " ".join((one.subject, _indicator(one), *_called(one, names), one.part if one.points else ""))
            )
            for key, one in values.items()
        }
        around = {
            key: pairs_of(" ".join((one.sentence, *one.clause.heading_path, *one.clause.attributes.values())))
            for key, one in values.items()
        }
        counts = Counter(pair for pairs in own.values() for pair in pairs)
        counts.update(
            pair for key, pairs in around.items() for pair in pairs - own[key] if pair not in counts
        )
        total = len(values) or 1
        idf = {pair: math.log(1 + total / seen) for pair, seen in counts.items()}
        owners = _owners(books)
        programmes = {
            key: owner for key, one in values.items() if (owner := _owner(one.clause.address, owners))
        }
        return cls(values, programmes, lexicon, own, around, idf, owners, math.log(1 + total))

    def words(self, wanted: Wanted) -> Words:
        """The words that are asked for with their weights; those of the question before weigh less."""
        own, earlier = self._weighed(wanted.words), self._weighed(wanted.before)
        weights = {pair: CARRIED * weight for pair, weight in earlier.weights.items()}
        weights.update(own.weights)
        return Words(weights, {**earlier.joined, **own.joined})

    def held(self, value: StatedValue, wanted: Wanted) -> float:
        """Share (0…1) of what is asked that a value is of, without what stands around it."""
        words = self.words(wanted)
        return words.held(self.own[value.key]) / (sum(words.weights.values()) or 1.0)

    def _weighed(self, text: str) -> Words:
        weights: dict[str, float] = {}
        joined: dict[str, tuple[str, str]] = {}
        for run in _SIGNS.sub(" ", text).split():
            pairs = [run[at : at + 2] for at in range(len(run) - 1)]
            weights |= {pair: self._weight(pair) for pair in pairs}
            joined |= {
                pair: (before, after)
                for before, pair, after in zip(pairs, pairs[1:], pairs[2:], strict=False)
            }
        return Words(weights, joined)

    def found(self, wanted: Wanted, least: float) -> list[tuple[float, StatedValue]]:
        """Values of what is asked with at least such a share of it, best first."""
        said, meant = self.words(wanted), self.words(Wanted(" ".join(self.lexicon.meant(wanted.words))))
        total, total_meant = sum(said.weights.values()), sum(meant.weights.values())
        shares = []
        for value in self.values.values():
            if not total or not wanted.fits(value, self.programmes.get(value.key)):
                continue
            own, around = self.own[value.key], self.around[value.key]
            if own.isdisjoint(said.weights) and own.isdisjoint(meant.weights):
                continue
            share = said.held(own, around) / total
            if total_meant:
                share += (1 - share) * MEANT * meant.held(own) / total_meant
            if share >= least:
                shares.append((share, value))
        return sorted(shares, key=lambda one: -one[0])

    def likeness(self, one: StatedValue, other: StatedValue) -> float:
        """Share of the weight of the shorter subject that the other has, 0…1; of other units 0."""
        if not same_kind(one, other):
            return 0.0
        first, second = self.own[one.key], self.own[other.key]
        shared = sum(self._weight(pair) for pair in first & second)
        least = min(sum(map(self._weight, first)), sum(map(self._weight, second)))
        return shared / least if least else 0.0

    def only_one(self, address: str, sentence: str) -> str | None:
        """Key of the one value that a sentence states; None where it states several."""
        keys = [
            key
            for key, one in self.values.items()
            if one.clause.address == address and one.sentence == sentence and not one.points
        ]
        return keys[0] if len(keys) == 1 else None

    def owner(self, address: str) -> str | None:
        """policy/programme of the one programme whose criterion or table an address is, or stands in."""
        return _owner(address, self.owners)

    def alike(self, one: StatedValue, other: StatedValue) -> bool:
        """Whether two values are of the same, so that one may stand for the other elsewhere."""
        tails = other.subject[-TAIL:] == one.subject[-TAIL:]
        return self.likeness(one, other) >= (ALIKE if tails else AS_ALIKE)

    def counterparts(self, value: StatedValue, wanted: Wanted) -> list[StatedValue]:
        """The same of another place, year or programme, most alike first."""
        found = []
        for other in self.values.values():
            if other.key == value.key or not wanted.fits(other, self.programmes.get(other.key)):
                continue
            if self.alike(value, other):
                likeness = self.likeness(value, other)
                found.append((bool(set(other.years) & set(value.years)), likeness, other))
        found.sort(key=lambda item: (-round(item[1], 1), -item[0]))
        return [other for *_, other in found]

    def _weight(self, pair: str) -> float:
        return self.idf.get(pair, UNKNOWN * self.rarest)


def pairs_of(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters of the words of a text."""
    return frozenset(run[at : at + 2] for run in _SIGNS.sub(" ", text).split() for at in range(len(run) - 1))


def same_kind(one: StatedValue, other: StatedValue) -> bool:
    """Whether two figures have units that can be set against each other."""
    first, second = one.quantity.unit, other.quantity.unit
    return first == second or {first, second} in _LIKE_UNITS


def _indicator(value: StatedValue) -> str:
    return value.clause.attributes.get("indicator", "")


def _names(books: Mapping[str, RuleBook]) -> dict[str, list[tuple[Fraction, tuple[str, ...]]]]:
    """{address: (limit, names)} of the limited metrics that clauses set."""
    names: dict[str, list[tuple[Fraction, tuple[str, ...]]]] = {}
    for book in books.values():
        for metric in book.metrics.values():
            if metric.limit:
                called = (metric.limit.value, (metric.label, *metric.synonyms))
                for binding in metric.bindings:
                    names.setdefault(binding.address, []).append(called)
    return names


def _called(
    value: StatedValue, names: Mapping[str, list[tuple[Fraction, tuple[str, ...]]]]
) -> tuple[str, ...]:
    """What a rule book calls the limit that a value is."""
    called = names.get(value.clause.address, ())
    return next((words for limit, words in called if limit == value.quantity.value), ())


def _owners(books: Mapping[str, RuleBook]) -> dict[str, set[str]]:
    """{address: programmes} of the clauses that set criteria, and of the programmes' tables."""
    owners: dict[str, set[str]] = {}
    for policy, book in books.items():
        for id, programme in book.programmes.items():
            places = [book.criteria[one].address for one in programme.criteria]
            for address in filter(None, (*places, programme.annex, programme.form)):
                owners.setdefault(address, set()).add(f"{policy}/{id}")
    return owners


def _owner(address: str, owners: Mapping[str, set[str]]) -> str | None:
    """The one programme whose clause, or table, an address is or stands in."""
    policy, _, path = address.partition("#")
    parts: Sequence[str] = path.split("/")
    for size in range(len(parts), 0, -1):
        named = owners.get(f"{policy}#{'/'.join(parts[:size])}")
        if named:
            return next(iter(named)) if len(named) == 1 else None
    return None
