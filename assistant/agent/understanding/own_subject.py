"""What a message is about by its own words, which outweigh the topic before it: only what it lacks is carried over.

A place, a document, a clause's number, a figure that the texts state, a field of a form: each says by itself what is asked
about. None of them is measured with the applicant's figures because a measurement stood before it in the conversation.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.agent.conversation import Conversation
from assistant.agent.understanding import intents, qualifying
from assistant.agent.understanding.acts import Act
from assistant.agent.understanding.contrast import Contrasts
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.naming import PolicyNaming
from assistant.agent.understanding.reading import Reading
from assistant.agent.values.stated import StatedValue
from assistant.documents.library import Library
from assistant.documents.references import ClauseReference
from assistant.retrieval.asking import Ask, own_words
from assistant.rules.book import RuleBook

OF_FORM = re.compile(r"[那这哪有](?:一)?[栏格]|申报书|(?:表[上里格]|[栏格])[^，。？]{0,6}(?:填|写|要求)")
WHICH_CLAUSE = re.compile(r"(?:第几|哪一?)[条款项]|哪里写|出自")
# 按这些数, 照现在的情况: what was told of the applicant
TOLD = re.compile(r"[按照]|现在|目前|[这那]些|[这那]样|刚才|前面|情况|数据|总")
SILENT = re.compile(r"没有规定")
THRESHOLD = re.compile(r"门[槛坎]|[要的]求是(?:多少|几)")
OUTSIDE = 0.9  # chance from which on a message is about something that no text here is about
OWN = 2  # characters of its own words beside the place that it names
TEXT_BEFORE = (Intent.CLAUSE, Intent.LOOKUP, Intent.QUOTATION)


class OwnSubjects:
    """Tells the subject that a message names itself from one that it leaves to the conversation."""

    def __init__(
        self, library: Library, contrasts: Contrasts, naming: PolicyNaming, books: Mapping[str, RuleBook]
    ) -> None:
        self._library = library
        self._contrasts = contrasts
        self._naming = naming
        self._books = books

    def carried(self, base: Reading, policies: tuple[str, ...]) -> tuple[str, ...]:
        """The policies of the topic before, where a message leaves its own to them.

        Those of a programme that it names go before; where none of them has a clause that it refers to and another policy
        does, there are none.
        """
        if base.programme and base.programme.alias:
            return (base.programme.policy,)
        references = base.references
        if any(self._holds(one, policy) for one in references for policy in policies):
            return policies
        return () if any(self._holds(one, None) for one in references) else policies

    def _holds(self, reference: ClauseReference, policy: str | None) -> bool:
        """Whether a policy, or any without one named, has a clause of that number, or the part that it is said to stand in."""
        paths = (reference.path, reference.path.partition("/")[0])
        return any(self._library.candidates(path, policy) for path in paths)

    def is_of_texts(self, base: Reading, conversation: Conversation) -> bool:
        """Whether a message asks what the texts say of a subject that it names, and not for the applicant's figures."""
        if base.does(Act.OUTSIDE, OUTSIDE) and not base.facts.stated:
            return True
        told = {item.fact for item in base.facts.stated if item.value not in ("是", "否")}
        if told or (base.facts.stated and base.does(Act.STATE)):
            return False
        if OF_FORM.search(base.message) or WHICH_CLAUSE.search(base.message):
            return True
        if base.first_person:
            return False
        if base.linked and conversation.intent in TEXT_BEFORE and not self._is_asked_of_applicant(base):
            return True  # 附件4第8项是什么要求，多少分; 省里奖多少钱？有补贴没
        if self._is_elsewhere(base) or self._asks_of_silence(base):
            return True
        return not self._is_computed(base, conversation) and self._names_value(base, conversation)

    @staticmethod
    def _is_asked_of_applicant(base: Reading) -> bool:
        """Whether a further question names a metric, or asks whether somebody qualifies or how much is missing."""
        return bool(
            base.metric or qualifying.ABILITY.search(base.message) or intents.GAP.search(base.message)
        )

    def _is_elsewhere(self, base: Reading) -> bool:
        """福州提的, 省方案里: a document or a place is named, none of whose policies has rules to measure by."""
        if base.programme and base.programme.alias:
            return False
        if base.policies:
            return not any(policy in self._books for policy in base.policies)
        if not base.cities or any(policy in self._books for policy in base.cities):
            return False
        located = intents.ENTERPRISE.search(base.message)
        return not located and len(own_words(self._naming.without_places(base.message))) >= OWN

    def _asks_of_silence(self, base: Reading) -> bool:
        """总分多少算及格: of what a rule book knows that its text does not rule."""
        if intents.GAP.search(base.message):
            return False
        named = [one.policy for one in (base.programme, base.metric) if one and one.alias] or base.policies
        books = [self._books[policy] for policy in named or self._books if policy in self._books]
        notes = (note for book in books for note in book.notes)
        return any(SILENT.search(note.text) and note.called_by(base.message) for note in notes)

    def _is_computed(self, base: Reading, conversation: Conversation) -> bool:
        """Whether all that the metric named is made of has been told."""
        book = self._books.get(base.metric.policy) if base.metric else None
        if book is None or base.metric is None or base.metric.id not in book.metrics:
            return False
        known = {*conversation.facts.get(book.policy_id, {}), *conversation.supposed, *base.facts.values}
        return base.metric.id in known or set(book.needed[base.metric.id]) <= known

    def _names_value(self, base: Reading, conversation: Conversation) -> bool:
        """Whether a message names a figure that the texts state, and that the facts known so far do not go into."""
        if not base.asks & {Ask.AMOUNT, Ask.POINTS}:
            return False
        if Ask.POINTS in base.asks:
            rows = () if TOLD.search(base.message) else self._contrasts.rows(base.message)
            return bool(rows) and not any(self._is_measured(one, base, conversation) for one in rows)
        if THRESHOLD.search(base.message):
            return True
        value = self._contrasts.named(base.message)
        return value is not None and not self._is_measured(value, base, conversation)

    def _is_measured(self, value: StatedValue, base: Reading, conversation: Conversation) -> bool:
        """Whether a value is what the applicant's figures are held against; of a row's points, whether known ones give them."""
        policy, address = value.clause.policy_id, value.clause.address
        book = self._books.get(policy)
        if book is None:
            return False
        known = {*conversation.facts.get(policy, {}), *base.facts.values}
        bound = [id for id, one in book.criteria.items() if address in {it.address for it in one.bindings}]
        if value.points:
            return any(known & book.behind(id) for id in bound)
        limits = any(address in {it.address for it in one.bindings} for one in book.metrics.values())
        return bool(bound) or limits
