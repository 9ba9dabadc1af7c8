"""The tree of a document as a reader moves in it: short names, the way to the present clause open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assistant.documents.clause import Clause
from assistant.documents.library import Library

SNIPPET = 22  # characters of a clause's words beside its number
WHOLE = 400  # clauses of a document whose whole tree is given; of a longer one only the parts around the present clause


@dataclass(frozen=True)
class Twig:
    """A clause in the tree: its label, the beginning of its words, whether it is the present one or above it.

    `hidden` counts the clauses below that are not given because the document is very long.
    """

    address: str
    label: str
    words: str
    here: bool
    open: bool
    twigs: tuple[Twig, ...]
    hidden: int = 0


def outline(library: Library, policy_id: str, present: Clause | None = None) -> tuple[Twig, ...]:
    """The document's tree, outermost clauses first in the order of the text."""
    clauses = list(library.clauses(policy_id))
    above = {clause.path for clause in _upwards(library, present)} if present is not None else set()
    whole = len(clauses) <= WHOLE

    def twig(clause: Clause) -> Twig:
        here = present is not None and clause.path == present.path
        way = clause.path in above
        given = clause.children if whole or way else ()
        return Twig(
            clause.address,
            short_label(library, clause),
            snippet(clause),
            here,
            way,
            tuple(twig(child) for child in library.children(clause)) if given else (),
            0 if given else len(clause.children),
        )

    return tuple(twig(clause) for clause in clauses if clause.parent is None)


def snippet(clause: Clause, length: int = SNIPPET) -> str:
    """The beginning of the clause's words without its own number; empty where they only repeat the label."""
    words = " ".join(clause.text.split())
    for number in (clause.label, clause.path.rpartition("/")[2], clause.attributes.get("number", "")):
        if number and words.startswith(number):
            words = words[len(number) :].lstrip(" 、.．：:")
            break
    if not words or words in clause.label:
        return ""
    return words if len(words) <= length else words[:length] + "…"


def short_label(library: Library, clause: Clause) -> str:
    """The label without those of the clauses above it: （二） under 第八条, 第10项 under 附件3."""
    names = [
        name
        for above in way_to(library, clause)
        for name in (above.label, above.path.replace("/", ""))
        if clause.label.startswith(name) and clause.label != name
    ]
    return clause.label[max(map(len, names), default=0) :]


def way_to(library: Library, clause: Clause) -> list[Clause]:
    """The clauses above, outermost first."""
    return list(_upwards(library, clause))[:0:-1]


def _upwards(library: Library, clause: Clause) -> Iterator[Clause]:
    """The clause and those above it, innermost first."""
    above: Clause | None = clause
    while above is not None:
        yield above
        above = library.clause(f"{above.policy_id}#{above.parent}") if above.parent else None
