"""Any text, sentence by sentence, against the library: which clause supports it, which contradicts it and by which words.

A sentence without markers finds its clauses by the locators it names, else by search; the gate then holds it against each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from assistant.agent.answer import Citation
from assistant.agent.evidence import EvidenceLedger
from assistant.agent.verification.catalogue import catalogue_of
from assistant.agent.verification.gate import verify
from assistant.agent.verification.grounds import Failure, Grounds
from assistant.agent.verification.matching import covered, folded
from assistant.agent.verification.standing import standing_failures
from assistant.documents.clause import Clause
from assistant.documents.library import Library
from assistant.errors import InputError, UnknownClauseError
from assistant.retrieval.search import Retriever

LONGEST = 20_000  # characters of a text
SHORTEST = 4  # characters of a sentence that says something
SEARCHED = 6  # clauses that a search gives a sentence
SUPPORTS, SPEAKS = (
    0.6,
    0.45,
)  # share of the words a clause holds to support a sentence, to be what it speaks of
_MARKER = re.compile(r"[ \t]*\[\d{1,4}\]")
_LOCATOR = re.compile(
    r"(?:第[〇零一二三四五六七八九十百\d]+条|附件[一二三四\d]+)(?:第?[（(]?[一二三四五六七八九十\d]+[）)]?[款项条]?)?"
)
_SENTENCE = re.compile(r"[^。！？!?；;\n]*(?:“[^”\n]*”[^。！？!?；;\n]*)*[。！？!?；;\n]?")
_STRONG = frozenset(
    ("quote", "number", "measure", "relation", "locator", "equation", "standing", "unsupported")
)


class ReviewFinding(StrEnum):
    """What was found of one sentence."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    NOT_FOUND = "not_found"


@dataclass(frozen=True)
class ReviewedSentence:
    """A sentence at [start, end) of the text: the clause that supports or contradicts it, and by what."""

    text: str
    start: int
    end: int
    finding: ReviewFinding
    citation: Citation | None = None
    failures: tuple[Failure, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types; places of failures count from the start of the whole text."""
        plain = asdict(self)
        plain["finding"] = str(self.finding)
        return plain


@dataclass(frozen=True)
class Review:
    """A text's sentences in order, and what is to be said of the policies they rest on."""

    sentences: tuple[ReviewedSentence, ...]
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """{"sentences": […], "summary": {finding: count}, "warnings": […]}."""
        counts = Counter(str(one.finding) for one in self.sentences)
        return {
            "sentences": [one.to_json() for one in self.sentences],
            "summary": {str(finding): counts[finding] for finding in ReviewFinding},
            "warnings": list(self.warnings),
        }


def verify_text(library: Library, retriever: Retriever, text: str) -> Review:
    """Review a text. Raises InputError when it is empty or longer than `LONGEST`."""
    if not folded(text):
        raise InputError("要核对的文字是空的；请给出要逐句核对的文字")
    if len(text) > LONGEST:
        raise InputError(f"要核对的文字有 {len(text)} 个字符，最多 {LONGEST} 个；请分几次核对")
    catalogue = catalogue_of(library, {})
    plain = _MARKER.sub(lambda found: " " * len(found[0]), text)
    reviewed: list[ReviewedSentence] = []
    policy: str | None = None
    for start, end in _sentences(plain):
        words = plain[start:end]
        named = library.find_policies(words)
        policy = named[-1].id if named else policy
        sentence = _off_the_record(library, words, start, policy)
        if sentence is None:
            clauses = _clauses(library, retriever, words, policy)
            sentence = _judged(library, catalogue, words, start, clauses)
        reviewed.append(sentence)
    return Review(tuple(reviewed), _warnings(reviewed))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Places of the sentences that say something, white space around them left out."""
    for found in _SENTENCE.finditer(text):
        words = found[0].strip()
        if len(folded(words)) >= SHORTEST:
            start = found.start() + found[0].index(words)
            yield start, start + len(words)


def _off_the_record(library: Library, words: str, start: int, policy: str | None) -> ReviewedSentence | None:
    """A sentence that calls the policy under discussion in force when it is not, or names an article that it has not."""
    if policy is None:
        return None
    first = next(iter(library.clauses(policy)))
    citation = _citation(library, first, words)
    found = [one for one in standing_failures(words, (), (citation,)) if one.end]
    for place in _LOCATOR.finditer(words):
        if not library.candidates(place[0], policy):
            against = f"《{citation.title}》没有{place[0]}"
            found.append(Failure("locator", place[0], against, place.start(), place.end()))
    if not found:
        return None
    failures = tuple(replace(one, start=start + one.start, end=start + one.end) for one in found)
    return ReviewedSentence(words, start, start + len(words), ReviewFinding.CONTRADICTED, citation, failures)


def _clauses(library: Library, retriever: Retriever, words: str, policy: str | None) -> list[Clause]:
    """The clauses a sentence may rest on: those it names, then those that a search finds."""
    found = [
        clause
        for place in _LOCATOR.finditer(words)
        for clause in library.candidates(place[0], policy)
        if clause.text or clause.children
    ]
    found += [library.clause(hit.address) for hit in retriever.search(words, SEARCHED)]
    return list({clause.address: clause for clause in found}.values())


def _judged(
    library: Library, catalogue: tuple[str, ...], words: str, start: int, clauses: list[Clause]
) -> ReviewedSentence:
    """The sentence with the clause that speaks of it best: the first that supports it, else the nearest that contradicts it."""
    end = start + len(words)
    bare = _LOCATOR.sub(" ", words)
    ranked = sorted(((_share(library, bare, clause), clause) for clause in clauses), key=lambda one: -one[0])
    against: ReviewedSentence | None = None
    # A clause that the sentence names stands in for no other: the nearest that fails is told only when none supports it.
    for share, clause in ranked:
        if share < SPEAKS:
            break
        citation = _citation(library, clause, words)
        failures = tuple(_failures(library, catalogue, words, start, citation))
        if not failures and share >= SUPPORTS:
            return ReviewedSentence(words, start, end, ReviewFinding.SUPPORTED, citation)
        if failures and against is None:
            against = ReviewedSentence(words, start, end, ReviewFinding.CONTRADICTED, citation, failures)
    return against or ReviewedSentence(words, start, end, ReviewFinding.NOT_FOUND)


def _share(library: Library, words: str, clause: Clause) -> float:
    """How much of a sentence's words a clause holds, its number and its policy's title counted as held."""
    title = library.policies[clause.policy_id].title
    return covered(words, library.full_text(clause), clause.label, title)


def _citation(library: Library, clause: Clause, words: str) -> Citation:
    """The clause, quoted with the stretch of it that is nearest to the sentence."""
    ledger = EvidenceLedger(library)
    whole = library.full_text(clause)
    parts = [part for part in re.split(r"(?<=[。；])|\n", whole) if part and folded(part)]
    for part in sorted(parts, key=lambda part: -covered(part, words) * covered(words, part)):
        try:
            return ledger.citation(ledger.hand_out(clause.address, part.strip()), 1)
        except UnknownClauseError:
            continue  # a stretch across two clauses
    return ledger.citation(ledger.hand_out(clause.address, clause.text), 1)


def _failures(
    library: Library, catalogue: tuple[str, ...], words: str, start: int, citation: Citation
) -> Iterator[Failure]:
    """What the gate finds of the sentence as if it cited this clause; that a draft is not named as one is told once for all."""
    sources = {citation.policy_id: library.source(citation.policy_id)}
    grounds = Grounds((citation,), sources, catalogue=catalogue)
    body = words.rstrip("。！？!?；;")
    for one in verify(f"{body}[1]", grounds, (citation.policy_status,)):
        if one.type in _STRONG:
            against = citation.label if one.type == "number" else one.against
            yield Failure(one.type, one.words, against, start + one.start, start + min(one.end, len(words)))


def _warnings(reviewed: list[ReviewedSentence]) -> tuple[str, ...]:
    """Policies that are relied on and are not in force."""
    late = {
        one.citation.title: one.citation.policy_status
        for one in reviewed
        if one.citation and one.citation.policy_status != "现行"
    }
    return tuple(f"《{title}》目前是{status}，以正式印发的文本为准" for title, status in late.items())
