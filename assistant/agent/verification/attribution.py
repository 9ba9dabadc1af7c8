"""Whether a marker stands behind what its own clause says, and not behind what another cited clause says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from assistant.agent.answer import Citation
from assistant.agent.verification.evidence_index import Evidence
from assistant.agent.verification.figures import figures, key
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.matching import covered, folded
from assistant.agent.verification.relations import ABSENT
from assistant.agent.verification.slots import without_titles
from assistant.agent.verification.statements import Statement

LEAD = 0.3  # share of the words by which another clause must hold more
LEAST = 0.6  # share that the other clause must hold
SHORTEST = 4
_DRAFT_NAME = "征求意见稿"
_DRAFT = re.compile(
    rf"^[\s\u2003]*[^，。；：\u2003]{{0,12}}(?:是|为|属于|[依根]据|[出引来]自)(?:一份)?{_DRAFT_NAME}[，。；\s\u2003]*$"
)


def attribution_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Markers of a clause that has little of what is said, where another citation of the answer has it."""
    if not statement.markers or ABSENT.search(statement.own):
        return
    mine = evidence.citations(statement)
    others = [one for one in evidence.grounds.citations if one.marker not in statement.markers]
    if not mine or not others:
        return
    if _DRAFT.search(statement.own) and not any(_DRAFT_NAME in one.text for one in mine):
        by = [one for one in others if _DRAFT_NAME in one.text]
        if by:
            yield _failure(statement, by[0])
            return
    elsewhere = _bound_elsewhere(statement, evidence, mine, others)
    if elsewhere is not None:
        yield _failure(statement, elsewhere)
        return
    own = without_titles(statement.own)
    if not statement.marked or len(folded(own)) < SHORTEST:
        return
    held = _held(own, mine)
    for other in others:
        share = _held(own, [other])
        if share >= LEAST and share - held >= LEAD and not _tells_result(statement, evidence):
            yield _failure(statement, other)
            return


def _bound_elsewhere(
    statement: Statement, evidence: Evidence, mine: Sequence[Citation], others: Sequence[Citation]
) -> Citation | None:
    """Another cited clause that rules bind what is told to, where they bind it to none of the statement's own."""
    for label in _told(statement, evidence):
        bound = evidence.bound(label)
        if any(_speaks_of(one, label, bound) for one in mine):
            continue
        by = [one for one in others if any(_same_place(one.address, address) for address in bound)]
        if by:
            return by[0]
    return None


def _told(statement: Statement, evidence: Evidence) -> list[str]:
    """Labels of what a statement tells a result of, longest first: by name, by a figure that is nothing else's, by a limit."""
    grounds, own = evidence.grounds, statement.own
    named = [one.criterion for verdict in grounds.verdicts for one in verdict.findings]
    found = [label for label in (*named, *(one.label for one in grounds.calculations)) if label in own]
    begun = [label for label in found if folded(own).startswith(folded(label))]
    if begun:
        return [max(begun, key=len)]  # the subject: the other names of an equation are its terms
    told = {key(one) for one in figures(own)}
    found += [label for figure, label in evidence.owned.items() if figure in told]
    return list(dict.fromkeys(found))


def _speaks_of(citation: Citation, label: str, bound: Iterable[str]) -> bool:
    """Whether a clause is one that rules bind a label to, or says its name."""
    return label in citation.text or any(_same_place(citation.address, address) for address in bound)


def _same_place(one: str, other: str) -> bool:
    """Whether two addresses are the same clause, or one lies in the other."""
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def _tells_result(statement: Statement, evidence: Evidence) -> bool:
    return any(name in statement.own for name in evidence.names)


def _held(words: str, citations: list[Citation] | tuple[Citation, ...]) -> float:
    """Share of the words' pairs that the clauses hold."""
    return covered(words, *(f"{one.text}\n{one.label}\n{one.title}" for one in citations))


def _failure(statement: Statement, other: Citation) -> Failure:
    words = statement.text.strip()
    return Failure("attribution", words, f"[{other.marker}] {other.label}", statement.start, statement.end)
