"""Clauses beside the one under discussion: the next step, the one whose heading is named, the same row of another table."""

from __future__ import annotations

import re

from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.rules.book import Programme

RELATIVE = re.compile(
    r"^(?:那|请|看|念|再)*(?P<far>再)?(?P<way>下|后|上|前)(?:面)?一?(?P<unit>步|个?环节|个?阶段|道|条|款|项|点|个)[呢是讲写说怎么什内容做要的一下看？?。，]*$"
)
HEAD = re.compile(r"^[^。；：\n]*")
ROWS = (ClauseKind.ROW, ClauseKind.SUBROW)
SAME_ROW = 0.6  # share of a row's words that its counterpart in another table has


def moved_by(message: str) -> int:
    """How far a message that says nothing else moves on in a list: 1 for 下一步, -1 for 上一条, 0 where it does not."""
    found = RELATIVE.match(message.strip())
    if not found:
        return 0
    return 1 if found["way"] in "下后" else -1


def beside(library: Library, address: str, steps: int) -> str | None:
    """The clause so many places on among its siblings; None beyond either end."""
    clause = library.clause(address)
    siblings = _siblings(library, clause)
    at = next((number for number, one in enumerate(siblings) if one.address == clause.address), None)
    if at is None or not 0 <= at + steps < len(siblings):
        return None
    return siblings[at + steps].address


def named_beside(library: Library, address: str, words: str) -> str | None:
    """The one clause near `address` (its own parts, its siblings, its parent's) whose heading has the words, else whose text has."""
    clause = library.clause(address)
    parent = _parent(library, clause)
    circles = [library.children(clause), _siblings(library, clause)]
    circles += [_siblings(library, parent)] if parent else []
    for told in (_head, _text):
        for circle in circles:
            named = [one for one in circle if words in told(one)]
            if len(named) == 1:
                return None if named[0].address == address else named[0].address
            if named and clause in named:
                return None  # it stands where one is already
    return None


def counterpart(library: Library, address: str, programme: Programme) -> str | None:
    """The row of another programme's table that asks the same as the row at `address`."""
    clause = library.clause(address)
    if clause.kind not in ROWS or not programme.annex or address.startswith(f"{programme.annex}/"):
        return None
    own = _pairs(clause)
    rows = [one for one in library.clauses(clause.policy_id) if one.address.startswith(f"{programme.annex}/")]
    shares = [
        (len(own & _pairs(one)) / len(own | _pairs(one) or {""}), one) for one in rows if one.kind in ROWS
    ]
    best = max(shares, key=lambda item: item[0], default=None)
    return best[1].address if best and best[0] >= SAME_ROW else None


def _head(clause: Clause) -> str:
    """What a clause announces: its indicator in a table, else the beginning of its text."""
    found = HEAD.match(clause.text)
    return clause.attributes.get("indicator", "") or (found.group() if found else "")


def _text(clause: Clause) -> str:
    return clause.text


def _pairs(clause: Clause) -> set[str]:
    text = clause.attributes.get("requirement") or clause.text
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _parent(library: Library, clause: Clause) -> Clause | None:
    return library.clause(f"{clause.policy_id}#{clause.parent}") if clause.parent else None


def _siblings(library: Library, clause: Clause) -> list[Clause]:
    """The clauses of one list; of a table all its rows, whatever groups they stand in."""
    if clause.kind in ROWS:
        table = f"{clause.path.split('/')[0]}/"
        rows = library.clauses(clause.policy_id)
        return [one for one in rows if one.kind == clause.kind and one.path.startswith(table)]
    parent = _parent(library, clause)
    if parent:
        return list(library.children(parent))
    return [one for one in library.clauses(clause.policy_id) if not one.parent and one.kind == clause.kind]
