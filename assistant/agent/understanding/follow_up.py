"""What a search is asked when earlier questions came before it: 那近零碳呢, 谁负责, 第四步呢.

The earlier turns are read as the planner reads them, and the conversation is carried on from what a search finds, with no
model, no answer and no record.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.agent.conversation import Conversation
from assistant.agent.understanding.carrying import FOCUS, carried_on
from assistant.agent.understanding.intents import COMPARE, Intent
from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.naming import PROVINCE
from assistant.agent.understanding.qualifying import CONDITIONS
from assistant.agent.understanding.reader import Reader
from assistant.agent.understanding.reading import Reading
from assistant.documents.library import Library
from assistant.errors import AddressError
from assistant.rules.books import RuleBooks

OTHERS = re.compile(r"其他|其它|别的|另外|另一")
MEASURING = (Intent.ELIGIBILITY, Intent.METRIC, Intent.GAP, Intent.SOLVE)


@dataclass(frozen=True)
class ClauseQuery:
    """What the retriever is asked.

    `text` is searched, together with `before`, the question it carries on; `policies` are those that the conversation is
    about, to be preferred; `clauses` are addresses that it points at, best first, to stand in front; `within` is a clause
    whose own text and parts come next; `beside` are clauses found before, with which it is compared.
    """

    text: str
    before: str = ""
    policies: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    within: str | None = None
    beside: tuple[str, ...] = ()


Find = Callable[[ClauseQuery], Sequence[str]]  # the addresses that a search puts first, best first


class FollowUps:
    """Reads questions that carry on earlier ones."""

    def __init__(self, library: Library, books: RuleBooks, lexicon: Lexicon, reader: Reader) -> None:
        self._library = library
        self._books = books.books
        self._lexicon = lexicon
        self._reader = reader

    def read(self, question: str, before: Sequence[str], find: Find) -> ClauseQuery:
        """What to search for `question`, asked after the questions `before`; `find` searches for the earlier ones."""
        conversation = Conversation(id="")
        for earlier in before:
            reading = self._reader.read(earlier, conversation)
            asked = self._query(reading, conversation)
            conversation = carried_on(conversation, reading, find(asked), self._books)
        return self._query(self._reader.read(question, conversation), conversation)

    def _query(self, reading: Reading, conversation: Conversation) -> ClauseQuery:
        policies = self._policies(reading, conversation)
        if reading.pinned:
            return ClauseQuery(reading.query, reading.before, policies, reading.pinned)
        if reading.intent is Intent.CLAUSE:
            return ClauseQuery(reading.query, reading.before, policies, self._referred(reading))
        if reading.intent in MEASURING:
            return ClauseQuery(
                reading.query, conversation.query or "", policies, self._deciding(reading, conversation)
            )
        before = reading.before or conversation.query or ""
        beside = conversation.focus if COMPARE.search(reading.message) else ()
        clauses = reading.compared if beside or CONDITIONS.search(reading.message) else ()
        return ClauseQuery(reading.query, before, policies, clauses, reading.within, beside)

    def _policies(self, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """Named ones, those of a place named, or those that the conversation is about; both where they are compared."""
        message = reading.message
        carried = reading.follows and not reading.cities and reading.policies == conversation.policies
        named = () if carried else reading.policies or reading.cities
        if not named and PROVINCE.search(message):
            named = tuple(one.id for one in self._library.policies.values() if one.level == "省级")
        if named and COMPARE.search(message):
            return tuple(dict.fromkeys((*conversation.policies, *named)))
        places = (*self._lexicon.places_in(message), *self._lexicon.elsewhere)
        if not named and (OTHERS.search(message) or any(place in message for place in places)):
            return ()  # 泉州的呢: not what the conversation was about
        return named or conversation.policies

    def _referred(self, reading: Reading) -> tuple[str, ...]:
        policy = reading.policies[0] if len(reading.policies) == 1 else None
        found = []
        for reference in reading.references:
            try:
                found.append(self._library.resolve(reference.path, policy).address)
            except AddressError:
                continue
        return tuple(found)

    def _deciding(self, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """The clauses that what was said is measured against: those of the metric asked for, or of the criteria it decides."""
        said = set(reading.facts.values)
        if reading.intent is Intent.METRIC and reading.metric:
            book = self._books[reading.metric.policy]
            return tuple(dict.fromkeys(one.address for one in book.metrics[reading.metric.id].bindings))
        if reading.sought is not None:
            for book in self._books.values():
                if reading.sought.criterion in book.criteria:
                    return (book.criteria[reading.sought.criterion].address,)
        if reading.programme is None:
            return ()
        book = self._books[reading.programme.policy]
        known = set(conversation.facts.get(book.policy_id, {})) | said
        weights = {
            id: (len(needed & said) + len(needed & known)) / len(needed)
            for id in book.programmes[reading.programme.id].criteria
            if (needed := set(book.needed[id]))
        }
        decided = sorted(
            (id for id in weights if weights[id] > 0),
            key=lambda id: (book.criteria[id].kind != "veto", -weights[id]),  # a condition before a score
        )
        if not decided:  # nothing said bears on it: what this programme asks and no other does
            others = {
                id
                for one in book.programmes.values()
                if one.id != reading.programme.id
                for id in one.criteria
            }
            decided = [id for id in weights if id not in others]
        return tuple(dict.fromkeys(book.criteria[id].address for id in decided))[:FOCUS]
