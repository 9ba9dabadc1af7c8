"""The intent read from a message's forms, held against what the message does (`acts`): where the two are far apart, the act decides.

Forms (question words, names, figures) say what stands in a message; acts, learned from many wordings, say what it is for. A
figure, a clause or a document that was read is never dropped here: only what is done with it changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.agent.conversation import Conversation
from assistant.agent.understanding.acts import Act
from assistant.agent.understanding.bearing import bears_on
from assistant.agent.understanding.intents import BASIS, Intent
from assistant.agent.understanding.programmes import Named
from assistant.agent.understanding.reading import LIKELY, Reading
from assistant.documents.references import ClauseReference
from assistant.quantities import find_quantities
from assistant.rules.book import RuleBook

SURE = 0.75
UNLIKELY = 0.15
APART = 0.3  # by which one act must be likelier than the others to change what was read
MEASURED = {
    Act.VERDICT: Intent.ELIGIBILITY,
    Act.METRIC: Intent.METRIC,
    Act.SCORE: Intent.METRIC,
    Act.LIMIT: Intent.GAP,
}
OF_TEXT = (Act.RULE, Act.CONFIRM, Act.DOCUMENT, Act.CLAUSE, Act.QUOTE, Act.COMPARE, Act.OUTSIDE)
MEASURING = (Intent.ELIGIBILITY, Intent.METRIC, Intent.GAP, Intent.SOLVE)
CHANGING = (Act.SUPPOSE, Act.CORRECT, Act.REVERT)


def scored_at(book: RuleBook, references: Sequence[ClauseReference]) -> Named | None:
    """The programme that gives points by one of the clauses referred to, None when none does."""
    addresses = {f"{book.policy_id}#{reference.path}" for reference in references}
    for programme in book.programmes.values():
        criteria = (book.criteria[id] for id in programme.criteria)
        if any(one.points is not None and one.address in addresses for one in criteria):
            return Named(book.policy_id, programme.id)
    return None


@dataclass(frozen=True)
class Weighing:
    """A message's acts beside its reading."""

    base: Reading
    conversation: Conversation
    book: RuleBook | None

    @property
    def acts(self) -> Mapping[Act, float]:
        """{act: probability} of the message."""
        return self.base.acts

    @property
    def claims_rule(self) -> bool:
        """Whether figures of the message are what somebody believes of a rule, and none of the applicant: 绿证只能算一半吗."""
        text = max(self.acts[act] for act in (Act.RULE, Act.CONFIRM))
        return text >= LIKELY and self.acts[Act.STATE] < UNLIKELY

    def intent(self, read: Intent) -> Intent:
        """The intent that was read, or the one that the acts speak for clearly."""
        if self._is_talk:
            return Intent.GREETING
        if self._forgets:
            return Intent.FORGET
        if read in (Intent.CLAUSE, Intent.LOOKUP) and self._scores_an_item:
            return Intent.ELIGIBILITY
        if read in (Intent.LOOKUP, Intent.STATUS) or (
            read is Intent.CLAUSE and self.acts[Act.CLAUSE] < UNLIKELY
        ):
            return self._measuring() or self._of_documents(read)
        if read in (Intent.ELIGIBILITY, Intent.METRIC, Intent.GAP):
            return Intent.LOOKUP if self._is_about_the_rule else self._measure_meant(read)
        return read

    @property
    def _scores_an_item(self) -> bool:
        """附件3第10项该给几分, once figures are known: the points that they give, not the row's words."""
        return (
            any(self.conversation.facts.values())
            and self.acts[Act.SCORE] >= LIKELY
            and self.book is not None
            and scored_at(self.book, self.base.references) is not None
        )

    def _measure_meant(self, read: Intent) -> Intent:
        """那零碳工厂行不行, after a rate was computed: a verdict, not the rate again."""
        chances: dict[Intent, float] = {}
        for act, intent in MEASURED.items():
            chances[intent] = max(chances.get(intent, 0.0), self.acts[act])
        meant = max(chances, key=lambda intent: chances[intent])
        named = self.base.metric or (self.conversation.metric and meant is Intent.METRIC)
        apart = chances[meant] >= SURE and chances[meant] >= chances[read] + LIKELY
        return meant if apart and (meant is not Intent.METRIC or named) else read

    def _measuring(self) -> Intent | None:
        """What is to be measured, where figures are known and the message asks for it, changes them or goes back to them."""
        base, carried = self.base, self.conversation.intent
        known = base.facts.stated or bears_on(base, self.conversation, self.book)
        if not known or base.foreign or base.quotation:
            return None
        act, chance = max(((act, self.acts[act]) for act in MEASURED), key=lambda pair: pair[1])
        text = max(self.acts[one] for one in OF_TEXT)
        if chance >= LIKELY and chance >= text + APART:
            if act in (Act.METRIC, Act.SCORE) and base.metric is None:
                return Intent.ELIGIBILITY if not self.conversation.metric else Intent.METRIC
            return MEASURED[act]
        changed = max(self.acts[one] for one in CHANGING)
        if changed >= LIKELY and changed >= text + APART and carried in MEASURING:
            return Intent(carried)
        return None

    def _of_documents(self, read: Intent) -> Intent:
        """A document's own data or what it says; what a document rests on is said in its text."""
        chance, other = self.acts[Act.DOCUMENT], self._strongest(Act.DOCUMENT)
        if read is Intent.CLAUSE:
            return read
        if read is Intent.STATUS:
            return Intent.LOOKUP if chance < UNLIKELY and other >= LIKELY else read
        named = self.base.policies or self.conversation.policies
        rests = BASIS.search(self.base.message)
        return Intent.STATUS if named and not rests and chance >= SURE and other < APART else read

    def _strongest(self, besides: Act) -> float:
        return max(chance for act, chance in self.acts.items() if act is not besides)

    @property
    def _is_about_the_rule(self) -> bool:
        metric = self.base.metric
        if metric and self.book and set(self.book.needed.get(metric.id, ())) & set(self.base.facts.values):
            return False  # 有13家，最少抽几家: what the metric is computed from is given
        measured = max(self.acts[act] for act in (*MEASURED, *CHANGING, Act.STATE))
        text = max(self.acts[act] for act in (Act.RULE, Act.CONFIRM))
        known = any(self.conversation.facts.values())  # 抵消比例没超一半吧 may then be about the applicant
        return text >= (SURE if known else LIKELY) and measured < UNLIKELY

    @property
    def _forgets(self) -> bool:
        figures = [item for item in self.base.facts.stated if item.value not in ("是", "否")]
        return self.acts[Act.FORGET] >= SURE and not figures

    @property
    def _is_talk(self) -> bool:
        base = self.base
        if base.facts.stated or base.references or base.quotation or base.programme or base.policies:
            return False
        if find_quantities(base.message):
            return False  # 培育是两年嘛，那28年再算来得及吼
        least = APART if base.talk else LIKELY  # 多谢啦，我去回人家: small talk was set aside before it
        return self.acts[Act.CHAT] >= least and self._strongest(Act.CHAT) < APART
