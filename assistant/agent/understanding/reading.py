"""A message understood: what is asked, about which policy, programme, metric and clause, with which facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.agent.understanding.acts import Act
from assistant.agent.understanding.facts.stated import FactReading
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.programmes import Named
from assistant.agent.understanding.seeking_reader import Sought
from assistant.agent.understanding.talk import Talk
from assistant.documents.clause import ClauseKind
from assistant.documents.references import ClauseReference
from assistant.retrieval.asking import Ask

NO_FACTS = FactReading((), (), False)
LIKELY = 0.5


@dataclass(frozen=True)
class Side:
    """One search of several: a part of the question, or the question about one of the things compared.

    `programme` is the policy/programme that it is about, whose own clauses answer before those of all.
    """

    query: str
    policies: tuple[str, ...]
    before: str = ""
    within: str | None = None
    programme: str | None = None


@dataclass(frozen=True)
class Local:
    """A figure asked for of one place: the question without the place, its policies, and those of the other level."""

    query: str
    own: tuple[str, ...]
    others: tuple[str, ...]


@dataclass(frozen=True)
class OutlineAsked:
    """What a document, or the part of it at `root`, is made of: the parts of one kind, or those below each part as well."""

    policy: str
    root: str | None = None
    kind: ClauseKind | None = None
    subheaded: bool = False


@dataclass(frozen=True)
class Case:
    """One of several applicants, or of several programmes, that a message wants judged: its name and its own facts.

    `apart`: it is another applicant, so that nothing of the conversation is about it.
    """

    name: str
    programme: Named | None
    facts: FactReading
    apart: bool


@dataclass(frozen=True)
class Reading:
    """A message understood.

    `foreign` is a document that it asks about and the corpus does not hold. `query` is what to search for, `noted` the facts so far where they are asked for (label, value, words), `dropped` {policy: facts} to forget, `converted` the equation of a figure asked for in another unit, `asked` the fact whose question is asked about, `cases` the applicants or programmes to be judged side by side, `metrics` the others named beside `metric`, `before` the question it carries on; `pinned` are clauses to read, `within` one to
    search in; `stage` the stage up to which somebody wants to be judged; `applying` the day on which somebody means to apply, as said; `sought` a figure whose least or most is asked for; `sides` are the searches of a comparison or of
    several questions at once, `compared` clauses to set side by side; `cities` and `province` the policies of a city and of the province where the message
    names them by place. `alone`: the message has words of its own, so that it may have left the thread that it is read in; `local`: a figure of one place is asked for; `linked`: a
    further question of the message that was read before it. `acts` what the message does, each with its probability; `talk` the small talk a message is,
    `tricked` whether parts of it that tell how to decide were set aside, `skipped` the facts that the user could not tell so far, `again` whether it doubts the last answer and says nothing else, `unmatched` that the row read
    has no counterpart where one is asked for; `values` the keys of
    the texts' values that it means: those it compares or asks for, in its order; `differs` whether what lies between two is asked;
    `office` one whose tasks it asks for; `outlines` the documents whose make-up it asks for.
    """

    message: str
    query: str
    intent: Intent
    asks: frozenset[Ask]
    policies: tuple[str, ...] = ()
    references: tuple[ClauseReference, ...] = ()
    quotation: str | None = None
    programme: Named | None = None
    noted: tuple[tuple[str, str, str], ...] = ()
    dropped: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: str | None = None
    converted: str | None = None
    metric: Named | None = None
    metrics: tuple[Named, ...] = ()
    cases: tuple[Case, ...] = ()
    facts: FactReading = NO_FACTS
    first_person: bool = False
    follows: bool = False
    foreign: str | None = None
    pinned: tuple[str, ...] = ()
    within: str | None = None
    before: str = ""
    stage: str | None = None
    applying: str | None = None
    sought: Sought | None = None
    sides: tuple[Side, ...] = ()
    compared: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    province: tuple[str, ...] = ()
    alone: bool = False
    linked: bool = False
    local: Local | None = None
    acts: Mapping[Act, float] = field(default_factory=dict)
    talk: Talk | None = None
    tricked: bool = False
    again: bool = False
    unmatched: bool = False
    skipped: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    differs: bool = False
    condition_of: str = ""
    office: str | None = None
    outlines: tuple[OutlineAsked, ...] = ()

    def does(self, act: Act, at_least: float = LIKELY) -> bool:
        """Whether the message does something, with at least that probability."""
        return self.acts.get(act, 0.0) >= at_least
