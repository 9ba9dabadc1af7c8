"""Whether a marker stands behind what its own clause says, and not behind what another cited clause says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.agent.answer import Citation
from assistant.agent.verification.evidence_index import Evidence, Pool
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
    for name, marker in _named(statement, evidence):
        by = [one for one in others if one.marker == marker]
        if by and _held(name, by) > _held(name, mine):
            yield _failure(statement, by[0])
            return
    elsewhere = _measured_elsewhere(statement, evidence, mine, others)
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


def _named(statement: Statement, evidence: Evidence) -> Iterator[tuple[str, int]]:
    """Names of computations and criteria that a statement begins with or tells alone, each with its clause's marker."""
    words = folded(statement.own)
    told = [(one.label, one.citation) for one in evidence.grounds.calculations]
    told += [
        (finding.criterion, finding.citation)
        for verdict in evidence.grounds.verdicts
        for finding in verdict.findings
    ]
    begun = [(name, marker) for name, marker in told if words.startswith(folded(name))]
    longest = max((len(name) for name, _ in begun), default=0)
    markers = {marker for name, marker in begun if len(name) == longest}
    if len(markers) == 1 and None not in markers:
        yield next((name, marker) for name, marker in begun if len(name) == longest and marker is not None)


def _measured_elsewhere(
    statement: Statement, evidence: Evidence, mine: Sequence[Citation], others: Sequence[Citation]
) -> Citation | None:
    """The one other clause that has what the statement tells a result of, where its own has none of it.

    What it tells: names of computations whole, and limits that results are held against.
    """
    told = [one for one in evidence.grounds.calculations if one.label in statement.own]
    if not statement.marked or any(one.citation in statement.markers for one in told):
        return None  # the engine's own clause for it
    names = {one.label for one in told}
    limits = [
        figure
        for figure in figures(statement.own)
        if key(figure) in evidence.limits and key(figure) not in evidence.results | evidence.said_figures
    ]
    if not names and not limits:
        return None

    def has(citations: Sequence[Citation]) -> bool:
        texts = [f"{one.text}\n{one.label}" for one in citations]
        figured = Pool.of(texts)
        return any(name in text for name in names for text in texts) or any(
            figured.alike(figure) for figure in limits
        )

    by = [one for one in others if has([one])]
    return by[0] if len(by) == 1 and not has(mine) else None


def _tells_result(statement: Statement, evidence: Evidence) -> bool:
    return any(name in statement.own for name in evidence.names)


def _held(words: str, citations: list[Citation] | tuple[Citation, ...]) -> float:
    """Share of the words' pairs that the clauses hold."""
    return covered(words, *(f"{one.text}\n{one.label}\n{one.title}" for one in citations))


def _failure(statement: Statement, other: Citation) -> Failure:
    words = statement.text.strip()
    return Failure("attribution", words, f"[{other.marker}] {other.label}", statement.start, statement.end)
