"""What an answer is held against: the clauses it cites, what the user said, and what the rule engine found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.agent.answer import Calculation, Citation, Verdict


@dataclass(frozen=True)
class Grounds:
    """The sources of one answer.

    `sources` are the stored texts by policy id, `said` the user's words, `engine` every text the rule
    engine gave out, `catalogue` what is known of policies and rule books whatever is asked, `facts` (label, value) of what was understood about the applicant, `verdicts` the assessments of the turn,
    `programmes` the names of all there are, `bound` the addresses of the clauses that rule books bind a label to.
    """

    citations: tuple[Citation, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    engine: tuple[str, ...] = ()
    catalogue: tuple[str, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    programmes: tuple[str, ...] = ()
    bound: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def cited(self, markers: tuple[int, ...]) -> tuple[Citation, ...]:
        """The citations behind these markers."""
        return tuple(citation for citation in self.citations if citation.marker in markers)


@dataclass(frozen=True)
class Failure:
    """One thing that does not hold.

    `type` is marker, attribution, unmarked, quote, span, locator, number, measure, equation, relation, verdict, standing or
    unsupported; `words` stand at [start, end) of the answer's text; `against` is the evidence they were held against.
    """

    type: str
    words: str
    against: str
    start: int = 0
    end: int = 0


PROVEN = frozenset(
    ("marker", "unmarked", "quote", "span", "number", "equation", "verdict", "standing")
)  # failures found by comparing exactly; the others weigh how alike words are
