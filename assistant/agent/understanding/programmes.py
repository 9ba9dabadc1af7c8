"""Which programmes and metrics of the rule books a text names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.rules.book import Programme, RuleBook

# A stem names a programme only where it does not begin another noun: 零碳园区, 零碳建筑.
NOT_ANOTHER_NOUN = r"(?!园|建筑|社区|校|能源|电力|城市|交通|经济|生活|服务|产业|技术|排放|示范|海岛|目标|发展|转型|负碳|\+|＋)"
USED = "␟"  # stands in no name


@dataclass(frozen=True)
class Named:
    """A programme or metric of one policy's rule book, and the name it was called by."""

    policy: str
    id: str
    alias: str = ""


def stem(book: RuleBook, programme: Programme) -> tuple[str, ...]:
    """A programme's label without the ending that all programmes of the book share: 零碳 and 近零碳 of …工厂."""
    labels = [one.label for one in book.programmes.values()]
    longest = min(map(len, labels)) - 2 if len(labels) > 1 else 0
    ending = max(
        (n for n in range(longest + 1) if len({label[len(label) - n :] for label in labels}) == 1), default=0
    )
    return (programme.label[:-ending],) if ending else ()


def programmes_named(books: Mapping[str, RuleBook], text: str, short: bool = False) -> list[Named]:
    """Programmes named in a text, in order; a longer name wins over one inside it; `short` also reads the stems."""
    names = [
        Named(policy, programme.id, alias)
        for policy, book in books.items()
        for programme in book.programmes.values()
        for alias in (programme.label, *programme.aliases, *(stem(book, programme) if short else ()))
    ]
    full = {
        name
        for book in books.values()
        for programme in book.programmes.values()
        for name in (programme.label, *programme.aliases)
        if name == programme.label or not programme.label.startswith(name)  # 近零碳 is a stem as well
    }
    found: dict[tuple[str, str], tuple[int, Named]] = {}
    for named in sorted(names, key=lambda item: -len(item.alias)):
        pattern = re.escape(named.alias) + ("" if named.alias in full else NOT_ANOTHER_NOUN)
        match = re.search(pattern, text)
        at = match.start() if match else -1
        if match:
            text = re.sub(pattern, USED * len(named.alias), text)
            found.setdefault((named.policy, named.id), (at, named))
    return [named for _, named in sorted(found.values(), key=lambda item: item[0])]


def without_names(named: Iterable[Named], text: str) -> str:
    """A text without these programmes' names as they stand in it; a longer name goes before one inside it."""
    for one in sorted(named, key=lambda item: -len(item.alias)):
        text = text.replace(one.alias, " ") if one.alias else text
    return text


def without_programmes(book: RuleBook, text: str) -> str:
    """A text with the programmes' names blotted out, as long as before: the 碳 of 零碳工厂 says nothing of a figure."""
    names = [name for one in book.programmes.values() for name in (one.label, *one.aliases, *stem(book, one))]
    blot = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    return blot.sub(lambda found: USED * len(found.group()), text)


@dataclass(frozen=True)
class Elsewhere:
    """What belongs to other programmes than the one asked about: their names, and the clauses that are theirs alone.

    `own` is the name asked about, `inner` the names that stand inside it (零碳工厂 in 近零碳工厂).
    """

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    own: str = ""
    inner: tuple[str, ...] = ()

    def is_theirs(self, address: str) -> bool:
        """Whether a clause is one of another programme's own."""
        return any(address == root or address.startswith(f"{root}/") for root in self.addresses)

    def holds(self, address: str, text: str) -> float:
        """How far a clause is about another programme: 1 by its place or name, 0.5 where only the shorter name stands."""
        if self.is_theirs(address):
            return 1.0
        if any(name in text for name in self.names):
            return 1.0
        return 0.5 if self.own not in text and any(name in text for name in self.inner) else 0.0


def elsewhere(books: Mapping[str, RuleBook], text: str) -> Elsewhere:
    """What the programmes that a text does not name have for themselves, where it names exactly one of a book."""
    named = programmes_named(books, text, short=True)
    if len(named) != 1:
        return Elsewhere()
    asked = named[0]
    book = books[asked.policy]
    mine = book.programmes[asked.id]
    names: list[str] = []
    addresses: list[str] = []
    for other in book.programmes.values():
        if other.id == asked.id:
            continue
        addresses += [
            f"{asked.policy}#{path}"
            for path in (other.form, other.annex)
            if path not in (mine.form, mine.annex)
        ]
        own = (book.criteria[id] for id in other.criteria if id not in mine.criteria)
        clauses = {criterion.address for criterion in own if criterion.kind == "veto"}
        addresses += sorted(clauses | {address.rpartition("/")[0] for address in clauses if "/" in address})
        if mine.label in other.label:  # 零碳工厂 in 近零碳工厂: the longer name marks the other one
            names += [other.label, *other.aliases]
    inner = tuple(
        other.label
        for other in book.programmes.values()
        if other.id != asked.id and other.label in mine.label
    )
    return Elsewhere(tuple(names), tuple(addresses), mine.label, inner)
