"""Reading a message in its conversation: what is asked, about which policy, programme, metric and clause, with which facts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.agent import intents
from assistant.agent.conversation import Conversation
from assistant.agent.facts_reader import FactReading, read_facts
from assistant.agent.intents import Ask, Intent, asks_of, quotation_in
from assistant.agent.lexicon import Lexicon
from assistant.agent.naming import DOCUMENT, PolicyNaming
from assistant.agent.programmes import Named, programmes_named
from assistant.agent.scope import Scope
from assistant.documents.library import Library
from assistant.documents.references import ClauseReference, find_references
from assistant.errors import AddressError, AmbiguousClauseError
from assistant.numerals import parse_chinese_number
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks

NO_FACTS = FactReading((), (), False)


@dataclass(frozen=True)
class Side:
    """One search of several: a part of the question, or the question about one of the things compared."""

    query: str
    policies: tuple[str, ...]
    before: str = ""
    within: str | None = None


@dataclass(frozen=True)
class Reading:
    """A message understood.

    `foreign` is a document that it asks about and the corpus does not hold. `query` is what to search for, `before` the question it carries on; `pinned` is a clause to read, `within` one to
    search in; `sides` are the searches of a comparison or of
    several questions at once, `compared` clauses to set side by side.
    """

    message: str
    query: str
    intent: Intent
    asks: frozenset[Ask]
    policies: tuple[str, ...] = ()
    references: tuple[ClauseReference, ...] = ()
    quotation: str | None = None
    programme: Named | None = None
    metric: Named | None = None
    facts: FactReading = NO_FACTS
    first_person: bool = False
    follows: bool = False
    foreign: str | None = None
    pinned: str | None = None
    within: str | None = None
    before: str = ""
    sides: tuple[Side, ...] = ()
    compared: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()


QUESTION_END = re.compile(r"[？?]|；|(?<=[吗呢])[，。]")
LEAST_CONTENT = 6
SHORT_ASK = 10  # 那够不够, 现在行了吗
ABOUT_TEXT = {Ask.WHO, Ask.WHEN, Ask.AMOUNT, Ask.LISTING, Ask.MEANING}
BARE_FOLLOW = 4  # 谁负责, 哪一年: a follow-up with no content of its own is about the clause under discussion
OF_CLAUSE = {Ask.WHO, Ask.WHEN, Ask.AMOUNT}
HEADING_MARK = re.compile(r"^[一二三四五六七八九十]+、|^（[一二三四五六七八九十]+）")
SEPARATE = {Ask.AMOUNT, Ask.WHO, Ask.WHEN, Ask.CONTACT, Ask.POINTS}


def facts_of(book: RuleBook, programme: str) -> frozenset[str]:
    """Facts behind the criteria of a programme."""
    return frozenset(fact for id in book.programmes[programme].criteria for fact in book.needed[id])


class Reader:
    """Reads messages with the corpus's own names: titles, aliases, programmes, metrics and facts."""

    def __init__(self, library: Library, books: RuleBooks, lexicon: Lexicon, scope: Scope) -> None:
        self._library = library
        self._scope = scope
        self._naming = PolicyNaming(library, lexicon.elsewhere)
        self._books = books
        self._lexicon = lexicon

    def read(self, raw: str, conversation: Conversation) -> Reading:
        """Understand one message; the same message in the same conversation reads the same."""
        raw, conversation = self._answering(raw, conversation)
        message = self._lexicon.corrected(raw)
        asks = asks_of(message)
        first_person = bool(intents.FIRST_PERSON.search(message))
        named = self._naming.named(message)
        follows = bool(conversation.turns) and (bool(intents.FOLLOW_UP.search(message)) or len(message) <= 8)
        programme = next(reversed(programmes_named(self._books.books, message)), None)
        book = self._book_for(named, programme, conversation)
        current = programme.id if programme else (conversation.programme or "/").split("/")[1]
        facts = self._facts(message, book, current, conversation)
        measuring = bool(conversation.programme or programme)
        metric = self._metric(message, asks, facts, current, measuring)
        references = tuple(find_references(message))
        quotation = quotation_in(message)
        base = Reading(
            message=message,
            query=message,
            intent=Intent.LOOKUP,
            asks=asks,
            policies=named,
            references=references,
            quotation=quotation,
            programme=programme,
            metric=metric,
            facts=facts,
            first_person=first_person,
            follows=follows,
            foreign=self._scope.foreign_document(message),
            cities=self._naming.of_places(message),
        )
        settled = _Decision(base, conversation, book).settled
        return self._placed(settled, conversation)

    def _answering(self, raw: str, conversation: Conversation) -> tuple[str, Conversation]:
        """A message that repeats a fact's question and then answers it, as a form sends it, is read as that answer."""
        for policy, book in self._books.books.items():
            for fact in book.facts.values():
                if fact.question and raw.startswith(fact.question) and len(raw) > len(fact.question):
                    programme = conversation.programme or f"{policy}/{next(iter(book.programmes))}"
                    answered = replace(
                        conversation, pending=fact.id, programme=programme, intent="eligibility"
                    )
                    return raw[len(fact.question) :].strip(" ：:，"), answered
        return raw, conversation

    def _placed(self, reading: Reading, conversation: Conversation) -> Reading:
        """Where to look: a step of the list under discussion, the inside of a named clause, the sides of a comparison."""
        step = intents.step_in(reading.message)
        if step and reading.intent is Intent.LOOKUP and conversation.focus and not reading.programme:
            pinned = self._step(conversation.focus[0], step)
            if pinned:
                return replace(reading, intent=Intent.CLAUSE, pinned=pinned)
        bare = len(self._lexicon.content(reading.message).replace(" ", "")) <= BARE_FOLLOW
        if (
            reading.intent is Intent.LOOKUP
            and reading.follows
            and bare
            and reading.asks & OF_CLAUSE
            and Ask.CONTACT not in reading.asks
            and conversation.focus
        ):
            return replace(reading, within=conversation.focus[0])
        if reading.intent is Intent.CLAUSE and len(reading.references) == 1:
            pinned = self._by_heading(reading)
            if pinned:
                return replace(reading, pinned=pinned)
            root = self._container(reading)
            if root and reading.follows and conversation.query and not self._says_more(reading):
                asked = conversation.query
                for one in find_references(asked):
                    asked = asked.replace(one.text, " ")
                return replace(
                    reading,
                    intent=Intent.LOOKUP,
                    within=root,
                    query=asked,
                    asks=reading.asks | asks_of(asked),
                )
            if root and self._says_more(reading):
                return replace(reading, intent=Intent.LOOKUP, within=root)
        if reading.intent is Intent.CLAUSE and len(reading.references) > 1:
            roots = [self._container(replace(reading, references=(one,))) for one in reading.references]
            rest = reading.message
            for one in reading.references:
                rest = rest.replace(one.text, " ")
            if all(roots) and len(self._lexicon.content(rest)) >= LEAST_CONTENT:
                sides = tuple(Side(rest.strip(), (), within=root) for root in roots[:3])
                return replace(reading, intent=Intent.LOOKUP, sides=sides)
        if reading.intent is Intent.LOOKUP and reading.policies and not reading.before:
            topic = self._naming.without_names(reading.query)
            if len(self._lexicon.content(topic)) > 1:
                reading = replace(reading, query=topic)
        if reading.intent is Intent.LOOKUP:
            compared = self._compared(reading)
            return replace(
                reading,
                sides=() if self._says_nothing_else(reading) else self._sides(reading),
                compared=compared,
            )
        return reading

    def _says_nothing_else(self, reading: Reading) -> bool:
        """Two programmes compared, and no word of what about them."""
        rest = intents.COMPARE.sub(" ", reading.message)
        for one in programmes_named(self._books.books, reading.message, short=True):
            rest = rest.replace(one.alias, " ")
        return (
            bool(intents.COMPARE.search(reading.message)) and len(self._lexicon.content(rest)) <= BARE_FOLLOW
        )

    def _compared(self, reading: Reading) -> tuple[str, ...]:
        """Two programmes named: the clauses that set each one's own criteria."""
        named = programmes_named(self._books.books, reading.message, short=True)
        if len(named) < 2:
            return ()
        return tuple(address for one in named if (address := self._own_clause(one)))

    def _own_clause(self, programme: Named) -> str | None:
        """The clause whose items are most of the criteria that only this programme has."""
        book = self._books.books[programme.policy]
        shared = {
            id for other in book.programmes.values() if other.id != programme.id for id in other.criteria
        }
        own = [book.criteria[id] for id in book.programmes[programme.id].criteria if id not in shared]
        vetoes = [self._library.clause(criterion.address) for criterion in own if criterion.kind == "veto"]
        parents = Counter(f"{clause.policy_id}#{clause.parent}" for clause in vetoes if clause.parent)
        return parents.most_common(1)[0][0] if parents else None

    def _by_heading(self, reading: Reading) -> str | None:
        """重点任务（三）里的第4点: of several （三）, the one under a heading that the message names; then its point."""
        policy = reading.policies[0] if len(reading.policies) == 1 else None
        try:
            self._library.resolve(reading.references[0].path, policy)
        except AmbiguousClauseError as error:
            found = [self._library.clause(address) for address in error.candidates]
        except AddressError:
            return None
        else:
            return None
        named = [
            clause
            for clause in found
            if any(HEADING_MARK.sub("", heading) in reading.message for heading in clause.heading_path)
        ]
        if len(named) != 1:
            return None
        point = intents.ORDINAL_POINT.search(reading.message)
        step = int(parse_chinese_number(point[1])) if point else 0
        return (self._step(named[0].address, step) if step else None) or named[0].address

    def _step(self, address: str, step: int) -> str | None:
        """The step-th child of the clause or of its parent; -1 is the last one."""
        clause = self._library.clause(address)
        if not clause.children and clause.parent:
            clause = self._library.clause(f"{clause.policy_id}#{clause.parent}")
        children = self._library.children(clause)
        if not children or step > len(children):
            return None
        return children[step - 1 if step > 0 else step].address

    def _container(self, reading: Reading) -> str | None:
        policy = reading.policies[0] if len(reading.policies) == 1 else None
        try:
            clause = self._library.resolve(reading.references[0].path, policy)
        except AddressError:
            return None
        return clause.address if len(clause.children) > 1 else None

    def _says_more(self, reading: Reading) -> bool:
        """Whether the message asks for something inside the clause it names."""
        rest = reading.message.replace(reading.references[0].text, " ")
        for policy in self._library.policies.values():
            for name in (policy.title, *policy.aliases):
                rest = rest.replace(name, " ")
        return len(self._lexicon.content(rest).replace(" ", "")) >= 4

    def _sides(self, reading: Reading) -> tuple[Side, ...]:
        parts = self._questions(reading.message)
        if len(parts) > 1:
            return tuple(Side(part, self._naming.named(part), reading.message) for part in parts[:3])
        if len(reading.policies) > 1 and not reading.follows:
            topic = self._naming.without_names(reading.query)
            return tuple(Side(topic, (policy,)) for policy in reading.policies[:3])
        named = programmes_named(self._books.books, reading.message, short=True)
        if len(named) < 2:
            return ()
        sides = []
        for one in named:
            query = reading.query
            for other in named:
                query = query.replace(other.alias, "\0" if other == one else "", 1)
            sides.append(Side(query.replace("\0", one.alias), (one.policy,)))
        return tuple(sides)

    def _questions(self, message: str) -> list[str]:
        """The questions of a message that asks several, each with what it asks about."""
        parts = [part.strip() for part in QUESTION_END.split(message)]
        return [
            part
            for part in parts
            if asks_of(part) & SEPARATE and len(self._lexicon.content(part)) >= LEAST_CONTENT
        ]

    def _metric(
        self, message: str, asks: frozenset[Ask], facts: FactReading, current: str, measuring: bool
    ) -> Named | None:
        """The metric that the message is about: by name, by the figures it gives, or as the score that uses them."""
        stated = set(facts.values)
        found: list[tuple[tuple[int, ...], Named]] = []
        for policy, book in self._books.books.items():
            programme_facts = {fact for one in book.programmes for fact in facts_of(book, one)}
            mentioned = [
                alias
                for metric in book.metrics.values()
                for alias in (metric.label, *metric.synonyms)
                if alias in message
            ]
            for metric in book.metrics.values():
                inputs = {*book.needed[metric.id], *book.inputs(metric.id)}
                named = max(
                    (len(a) for a in mentioned if a in metric.label or a in metric.synonyms), default=0
                )
                scored = metric.unit == "分" and Ask.POINTS in asks and bool(inputs & stated)
                free = not measuring or not stated & programme_facts
                counted = bool(stated) and free and set(book.needed[metric.id]) == stated
                if named or scored or (counted and intents.COMPUTE.search(message)):
                    overlap = len(set(book.needed[metric.id]) & stated)
                    in_programme = (
                        current in book.programmes and metric.id in book.programmes[current].metrics
                    )
                    rank = (int(scored), overlap, int(in_programme), named)
                    found.append((rank, Named(policy, metric.id)))
        return max(found, key=lambda item: item[0])[1] if found else None

    def _book_for(
        self, named: tuple[str, ...], programme: Named | None, conversation: Conversation
    ) -> RuleBook | None:
        wanted = [*named, *([programme.policy] if programme else [])]
        if conversation.programme:
            wanted.append(conversation.programme.split("/")[0])
        for policy in (*wanted, *self._books.books):
            if policy in self._books.books:
                return self._books.books[policy]
        return None

    def _facts(
        self, message: str, book: RuleBook | None, current: str, conversation: Conversation
    ) -> FactReading:
        if book is None:
            return NO_FACTS
        prefer = facts_of(book, current) if current in book.programmes else frozenset()
        names = [
            name for one in book.metrics.values() for name in (one.label, *one.synonyms) if name in message
        ]
        asked = [
            one.id
            for one in book.metrics.values()
            if any(name in one.label or name in one.synonyms for name in names)
        ]
        own = book.programmes[current].metrics if current in book.programmes else ()
        asked = [one for one in asked if one in own] or asked[:1]
        if asked:
            prefer = (
                frozenset(fact for metric in asked for fact in book.needed[metric])
                & (prefer or set(book.facts))
                or prefer
            )
        metric = asked[0] if asked else conversation.metric.split("/")[1] if conversation.metric else None
        return read_facts(message, book, conversation.pending, prefer, metric, conversation.latest)


@dataclass(frozen=True)
class _Decision:
    """From what stands in the message to one intent, with what the conversation carries on."""

    base: Reading
    conversation: Conversation
    book: RuleBook | None

    @cached_property
    def settled(self) -> Reading:
        intent = self._intent()
        changes: dict[str, object] = {"intent": intent}
        if intent in (Intent.ELIGIBILITY, Intent.GAP) and not self.base.programme:
            changes["programme"] = self._carried_programme()
        if intent is Intent.METRIC and not self.base.metric:
            changes["metric"] = self._carried_metric()
        if intent is Intent.LOOKUP and self.base.follows and self.conversation.query:
            query, before = self._carried_query()
            changes |= {
                "query": query,
                "before": before,
                "asks": self.base.asks | asks_of(f"{query} {before}"),
            }
            changes["policies"] = self.base.policies or self.base.cities or self.conversation.policies
        if intent in (Intent.CLAUSE, Intent.STATUS) and not self.base.policies:
            changes["policies"] = self.conversation.policies
        return Reading(**{**self.base.__dict__, **changes})

    def _intent(self) -> Intent:
        base, message = self.base, self.base.message
        for pattern, intent in (
            (intents.FORGET, Intent.FORGET),
            (intents.INSIDES, Intent.INSIDES),
            (intents.OFF_TOPIC, Intent.OFF_TOPIC),
            (intents.GREETING, Intent.GREETING),
        ):
            if pattern.search(message):
                return intent
        if base.quotation:
            return Intent.QUOTATION
        if base.foreign:
            return Intent.LOOKUP
        if intents.RULE_QUESTION.search(message) and not base.first_person:
            return Intent.CLAUSE if base.references else Intent.LOOKUP
        if base.facts.stated or base.facts.ambiguous:
            return self._intent_of_facts()
        if base.references:
            return Intent.CLAUSE
        named = base.policies or base.programme or self.conversation.policies or DOCUMENT.search(message)
        if intents.STATUS.search(message) and not intents.BASIS.search(message) and named:
            return Intent.STATUS
        measuring = self.conversation.intent in (Intent.ELIGIBILITY, Intent.METRIC, Intent.GAP)
        if base.follows and base.programme and measuring:
            return Intent(self.conversation.intent or Intent.ELIGIBILITY)
        able = bool(intents.ABILITY.search(message))
        if self._has_facts and able and (base.programme or (measuring and len(message) <= SHORT_ASK)):
            return Intent.ELIGIBILITY
        if self._has_facts and intents.GAP.search(message):
            return Intent.GAP
        if self._has_facts and base.metric and intents.COMPUTE.search(message):
            return Intent.METRIC
        if base.first_person and intents.ABILITY.search(message) and intents.APPLY.search(message):
            return Intent.ELIGIBILITY
        if base.first_person and (intents.GAP.search(message) or intents.WISH.search(message)):
            return Intent.ELIGIBILITY
        if intents.WISH.search(message) and base.programme and not base.asks:
            return Intent.ELIGIBILITY
        return Intent.LOOKUP

    def _intent_of_facts(self) -> Intent:
        base, message = self.base, self.base.message
        amount = (
            self.book is not None
            and base.metric is not None
            and self.book.metrics[base.metric.id].limit is None
        )
        if intents.GAP.search(message) and not amount:
            return Intent.GAP
        if base.metric and not (base.programme and intents.ABILITY.search(message)):
            return Intent.METRIC
        if intents.ABILITY.search(message) or base.programme:
            return Intent.ELIGIBILITY
        if self.conversation.intent in (Intent.ELIGIBILITY, Intent.METRIC, Intent.GAP):
            return Intent(self.conversation.intent)
        if base.references:
            return Intent.CLAUSE
        if self.conversation.programme and not base.asks & ABOUT_TEXT:
            return Intent.ELIGIBILITY
        numeric = [item for item in base.facts.stated if item.value not in ("是", "否")]
        if base.asks & ABOUT_TEXT and len(numeric) <= 1:
            return Intent.LOOKUP
        if base.first_person or len(numeric) > 1 or (self.conversation.pending and base.facts.stated):
            return Intent.ELIGIBILITY
        if numeric and not base.asks:
            return Intent.ELIGIBILITY
        return Intent.LOOKUP

    @property
    def _has_facts(self) -> bool:
        return any(self.conversation.facts.values())

    def _carried_programme(self) -> Named | None:
        if self.conversation.programme:
            policy, programme = self.conversation.programme.split("/")
            return Named(policy, programme)
        if self.book is None:
            return None
        stated = set(self.base.facts.values)
        book = self.book
        ranked = sorted(
            book.programmes.values(), key=lambda programme: -len(stated & facts_of(book, programme.id))
        )
        return Named(self.book.policy_id, ranked[0].id) if ranked else None

    def _carried_metric(self) -> Named | None:
        if self.conversation.metric:
            policy, metric = self.conversation.metric.split("/")
            return Named(policy, metric)
        return None

    def _carried_query(self) -> tuple[str, str]:
        """The last question carried on: with its programme's name exchanged, or standing behind the new words."""
        last, programme = self.conversation.query or "", self.base.programme
        rest = self.base.message.replace(programme.alias, "") if programme else ""
        bare = len(rest.strip("那么，。？?吗呢 ")) <= BARE_FOLLOW
        if programme and self.book and bare:
            for other in self.book.programmes.values():
                for alias in sorted((other.label, *other.aliases), key=len, reverse=True):
                    if other.id != programme.id and alias in last:
                        return last.replace(alias, self.book.programmes[programme.id].label), ""
            return f"{programme.alias} {last}", ""
        if Ask.CONTACT in self.base.asks and len(self.base.message) <= BARE_FOLLOW + 2:
            return self.base.message, ""
        return self.base.message, last
