"""Reading a message in its conversation, with the corpus's own names: titles, programmes, metrics and facts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from assistant.agent.conversation import Conversation
from assistant.agent.understanding import intents, qualifying
from assistant.agent.understanding.acts import Act, ActReader, Masks, Situation, tells_of_applicant
from assistant.agent.understanding.applying import day_of_applying
from assistant.agent.understanding.bearing import facts_of, likeliest_programme, of_another_programme
from assistant.agent.understanding.carrying import (
    carried_on,
    come_back,
    goes_back,
    just_asked,
    still_supposed,
)
from assistant.agent.understanding.contrast import Contrasts
from assistant.agent.understanding.conversion import conversion_in
from assistant.agent.understanding.deciding import Decision
from assistant.agent.understanding.facts.applicants import applicants_in, known_applicants
from assistant.agent.understanding.facts.polarity import Places
from assistant.agent.understanding.facts.reader import read_facts
from assistant.agent.understanding.facts.settling import settled
from assistant.agent.understanding.facts.stated import FactReading, StatedFact
from assistant.agent.understanding.facts_talk import dropped, noted
from assistant.agent.understanding.form_replies import answered, withdrawn
from assistant.agent.understanding.framing import Framing
from assistant.agent.understanding.intents import Intent, quotation_in
from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.looking_back import (
    asks_the_like,
    measured_in_thread,
    without_doubt,
    without_repeated,
)
from assistant.agent.understanding.metric_parts import asked_in_its_unit, score_asked, score_of_clause
from assistant.agent.understanding.metrics_named import further_metrics, metric_of
from assistant.agent.understanding.naming import PolicyNaming
from assistant.agent.understanding.own_subject import OwnSubjects
from assistant.agent.understanding.pasted import as_sentences
from assistant.agent.understanding.placing import Placing
from assistant.agent.understanding.programmes import (
    Named,
    programmes_named,
    without_names,
    without_programmes,
)
from assistant.agent.understanding.questions import ASKING, questions_in
from assistant.agent.understanding.reading import LIKELY, NO_FACTS, Case, Reading
from assistant.agent.understanding.scope import Scope
from assistant.agent.understanding.seeking_reader import sought_in
from assistant.agent.understanding.spelling import Spelling
from assistant.agent.understanding.talk import Heard, Hearing
from assistant.agent.values.index import StatedValues
from assistant.documents.library import Library
from assistant.documents.references import find_references
from assistant.errors import QuantityError
from assistant.plain_text import plain
from assistant.quantities import parse_period
from assistant.retrieval.asking import Ask, asks_of, own_words
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks

REMEMBERED = 64  # readings
TOLD_BEFORE = re.compile(r"我们?[^，。？]{0,4}(?:说|报|给|讲|填)(?:过|的)[^，。？]{0,6}(?:多少|几|啥|什么)")
WHY_ASKED = re.compile(
    r"(?:你们?|还)?(?:要|问|用|拿)[^，。？?]{0,14}(?:干[嘛吗啥什]|做什么|做啥|有什么用|有啥用)|(?:为什么|为啥|干嘛|凭什么|咋)[^，。？?]{0,6}(?:要|问|用)"
)
SPOKEN_REGION = ("全省", "我省")  # no places where one can be
SHORT = 8  # characters of a message that leaves the rest to the thread
QUOTES = 0.3  # from here up, a message with words in quotation marks asks where they stand
LITTLE = 3  # characters of its own words in such a message
MEASURING = (Intent.ELIGIBILITY, Intent.METRIC, Intent.GAP, Intent.SOLVE)


def _one_measurement(first: Reading, second: Reading) -> bool:
    """Whether two questions are one about the applicant's figures: 够不够，还差多少吨; 占比多少，这项几分."""
    if goes_back(first) and not (first.asks or first.facts.stated or first.metric):
        return True  # 还是按前面的数，削减率多少
    if first.intent not in MEASURING:
        return False
    if second.intent not in MEASURING:
        return bool(second.asks & {Ask.POINTS, Ask.FORMULA}) and len(own_words(second.message)) < 2
    if second.facts.supposed and first.asks and first.facts.stated and not first.facts.supposed:
        return not second.facts.stated  # 得几分？如果抵消改成3.6万吨呢: both are answered
    if first.facts.supposed or second.facts.supposed or second.facts.ambiguous:
        return True
    other_programme = bool(
        second.programme
        and second.programme.alias
        and first.programme
        and second.programme.id != first.programme.id
    )
    other_metric = second.intent is Intent.METRIC and second.metric != first.metric
    return second.intent is Intent.SOLVE or not (other_programme or other_metric)


class Reader:
    """Reads messages with the corpus's own names: titles, aliases, programmes, metrics and facts."""

    def __init__(
        self,
        library: Library,
        books: RuleBooks,
        lexicon: Lexicon,
        scope: Scope,
        today: Callable[[], date] = date.today,
        spelling: Spelling | None = None,
        values: StatedValues | None = None,
    ) -> None:
        """Without `spelling` only the lexicon's errors are put right; without `values` they are read from the library."""
        self._today = today
        self._spelling = spelling
        self._scope = scope
        self._naming = PolicyNaming(library, lexicon)
        self._books = books
        self._lexicon = lexicon
        self._acts = ActReader(Masks(library, books))
        self._hearing = Hearing(books)
        self._framing = Framing(lexicon.callers, lexicon.occasions)
        stated = values or StatedValues.of(library, books.books, lexicon)
        contrasts = Contrasts(stated, self._naming, books.books)
        self._placing = Placing(library, books, lexicon, self._naming, contrasts, stated)
        self._subjects = OwnSubjects(library, contrasts, self._naming, books.books)
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._read)
        self._parted = lru_cache(maxsize=REMEMBERED)(self._questions)

    def questions(self, message: str, conversation: Conversation) -> tuple[str, ...]:
        """The questions of a message, in order; figures asked for of one applicant stay one question.

        They are remembered like readings.
        """
        return self._parted(message, conversation.dumps(), self._today())

    def _questions(self, message: str, state: str, _today: date) -> tuple[str, ...]:
        conversation = Conversation.from_json(json.loads(state))
        heard = self.heard(message, conversation)
        if not heard.rest:
            return (message,)
        if answered(plain(message), conversation, self._books)[0] != plain(message):
            return (message,)  # a question of ours with its answer, as a form sends it
        apart: list[str] = []
        before: Reading | None = None
        for part in questions_in(plain(heard.rest)):
            reading = self.read(part, conversation, linked=before is not None)
            if before is not None and _one_measurement(before, reading):
                apart[-1] += f"，{part}"
            else:
                apart.append(part)
            conversation = carried_on(conversation, reading, (), self._books.books)
            before = reading
        return tuple(apart) if len(apart) > 1 else (message,)

    def read(self, raw: str, conversation: Conversation, linked: bool = False) -> Reading:
        """Understand one message; the same message in the same conversation reads the same.

        `linked`: it is a further question of the message that was read before it. The steps of one turn read the same
        message over and over, so the last readings are kept.
        """
        return self._remembered(raw, conversation.dumps(), linked, self._today())

    def _read(self, raw: str, state: str, linked: bool, today: date) -> Reading:
        """Read anew, in the conversation as it was dumped."""
        conversation = Conversation.from_json(json.loads(state))
        if just_asked(conversation) and intents.SKIPS.fullmatch(plain(raw)):
            return self._skipping(raw, conversation)
        heard = self.heard(raw, conversation)
        if not heard.rest:
            intent = Intent.INSIDES if heard.tricked else Intent.GREETING
            return Reading(raw, raw, intent, frozenset(), talk=heard.talk, tricked=heard.tricked)
        taken = withdrawn(plain(heard.rest), conversation, self._books)
        if taken:
            return Reading(raw, raw, Intent.FORGET, frozenset(), dropped=taken)
        raw, conversation = answered(plain(heard.rest), conversation, self._books)
        doubted = without_doubt(raw) if conversation.query else None
        if doubted == "":
            return self._again(raw, conversation, today)
        raw = doubted or raw
        message = self._lexicon.corrected(raw)
        message = self._spelling.mended(message) if self._spelling else message
        message = intents.without_thanks(message)
        conversation = come_back(message, conversation)
        whole = measured_in_thread(message, conversation, self._books.books)
        tried = whole != message and message.rstrip("？?。").endswith("呢")
        message = whole
        asks = asks_of(message)
        first_person = bool(intents.FIRST_PERSON.search(message))
        named = self._naming.named(message)
        if not named and conversation.policies:
            named = self._naming.by_maker(message)
        follows = bool(conversation.turns) and (
            linked
            or bool(intents.FOLLOW_UP.search(message))
            or (len(message) <= SHORT and not (heard.framed and ASKING.search(message)))
            or len(own_words(message)) <= LITTLE
            or asks_the_like(self._naming.without_places(message))
            or (not named and intents.PART_OF.search(message) is not None)
        )
        # 那零碳呢, once a programme is under discussion; 够不够零碳, where somebody asks whether they qualify
        short = bool(
            conversation.programme
            or qualifying.ABILITY.search(message)
            or self._begins_with_one(message)
            or self._asks_only_of_one(message)
        )
        programme = next(reversed(programmes_named(self._books.books, message, short)), None)
        book = self._book_for(named, programme, conversation)
        current = programme.id if programme else (conversation.programme or "/").split("/")[1]
        applying = day_of_applying(message, today)
        applying = conversation.applying if applying is None else applying or None
        facts = self._facts(message, book, current, conversation, _applied(applying, today))
        other = of_another_programme(book, current, facts, message) if book and not programme else None
        if other:
            current = other
            facts = self._facts(message, book, current, conversation, _applied(applying, today))
        known = conversation.facts.get(book.policy_id, {}) if book else {}
        facts = without_repeated(facts, message, known)
        facts = replace(facts, supposed=facts.supposed or tried)
        measuring = bool(conversation.programme or programme)
        metric = metric_of(self._books.books, message, asks, facts, current, measuring, conversation)
        sought = (
            sought_in(
                without_programmes(book, message),
                book,
                current or None,
                facts.mentioned,
                _spoken_of(metric, conversation),
            )
            if book
            else None
        )
        references = tuple(find_references(message))
        acts = self._acts.read(message, _situation(conversation))
        back = acts[Act.REVERT] >= LIKELY
        prefer = _under_discussion(book, current)
        facts = settled(message, facts, conversation.unsettled, book, prefer, back)
        if facts.is_unclear and not (facts.stated or facts.ambiguous):
            about_text = bool(named or references or self._naming.of_places(message))
            told = first_person and acts[Act.STATE] >= LIKELY and not asks
            tells = metric is not None or known or conversation.pending or told
            if about_text or not tells or not tells_of_applicant(acts):
                facts = replace(facts, unknown=(), unread=())
        quoting = conversation.intent == Intent.QUOTATION
        quotation = quotation_in(
            self._naming.with_plain_names(message), follows and quoting, acts[Act.QUOTE] >= QUOTES
        )
        if quotation is None and quoting and acts[Act.QUOTE] >= LIKELY and not references:
            quotation = quotation_in(
                conversation.query or "", again=True
            )  # 请核原文出处, of what was quoted before
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
            metrics=tuple(
                one
                for one in further_metrics(message, metric, book, current)
                if one.id not in facts.values  # what is told is not computed
            ),
            facts=facts,
            first_person=first_person,
            follows=follows,
            foreign=self._scope.foreign_document(message),
            applying=applying,
            sought=sought,
            linked=linked,
            stage=intents.stage_of(message) or conversation.stage,
            cities=self._naming.of_places(message),
            province=self._naming.of_province(message),
            acts=acts,
            talk=heard.talk,
            tricked=heard.tricked,
            skipped=tuple(fact for fact in conversation.skipped if fact not in facts.values),
        )
        base = replace(
            base,
            noted=noted(message, conversation, self._books) if _recalls(base) else (),
            dropped={} if facts.stated or not _drops(base) else dropped(message, conversation, self._books),
            converted=conversion_in(message),
            asked=self._doubted(base, conversation),
        )
        decided = Decision(base, conversation, book, self._naming, self._subjects, self._books.books).settled
        decided = still_supposed(decided, conversation, _labels(book))
        if decided.facts.unknown and decided.intent not in MEASURING:
            decided = replace(decided, facts=replace(decided.facts, unknown=()))
        scored = score_asked(book, decided.metric, asks) if book else None
        if scored and len(applicants_in(message)) > 1:
            metric = Named(book.policy_id if book else "", scored)  # 甲厂…，乙厂…，抵消那项谁分高
            decided = replace(decided, metric=metric, metrics=(), intent=Intent.METRIC)
        cases = self._cases(decided, conversation, book)
        if cases:
            counted = decided.metric and decided.intent not in (Intent.ELIGIBILITY, Intent.GAP)
            judged = not counted and all(case.programme for case in cases)
            intent = Intent.ELIGIBILITY if judged else Intent.METRIC
            return replace(decided, cases=cases, intent=intent, programme=cases[-1].programme, alone=False)
        return self._placing.place(decided, conversation)

    def _doubted(self, base: Reading, conversation: Conversation) -> str | None:
        """The fact asked for, where it is asked why: 为什么要这个; by its name, where another question came in between."""
        if conversation.pending is None:
            return None
        if just_asked(conversation):
            return conversation.pending if base.does(Act.WHY) else None
        asked = next(book for book in self._books.books.values() if conversation.pending in book.facts)
        named = any(word in base.message for word in asked.facts[conversation.pending].topic)
        return conversation.pending if named and WHY_ASKED.search(base.message) else None

    def _begins_with_one(self, message: str) -> bool:
        """零碳，第13项5分; 零碳啥时候施行: whether a message begins with a programme, or names nothing else before its first sign."""
        head, sign, _ = message.partition("，")
        if sign and len(head) < SHORT and programmes_named(self._books.books, head, True):
            return True
        return any(
            message.startswith(one.alias)
            for one in programmes_named(self._books.books, message[:SHORT], True)
        )

    def _asks_only_of_one(self, message: str) -> bool:
        """够零碳吗: whether a message only asks if somebody may bear a programme's name."""
        named = programmes_named(self._books.books, message, True)
        return len(named) == 1 and qualifying.counts_as(without_names(named, message))

    def _skipping(self, message: str, conversation: Conversation) -> Reading:
        """不清楚, 先跳过: the measurement goes on without the fact that was asked for."""
        intent = conversation.intent if conversation.intent in MEASURING else Intent.ELIGIBILITY
        policy = (conversation.programme or "").split("/")[0]
        reading = Reading(
            message=message,
            query=conversation.query or message,
            intent=Intent(intent) if conversation.programme else Intent.METRIC,
            asks=frozenset(),
            programme=Named(*conversation.programme.split("/")) if conversation.programme else None,
            metric=Named(*conversation.metric.split("/")) if conversation.metric else None,
            stage=conversation.stage,
            applying=conversation.applying,
            skipped=(*conversation.skipped, conversation.pending or ""),
        )
        return still_supposed(reading, conversation, _labels(self._books.books.get(policy)))

    def _again(self, message: str, conversation: Conversation, today: date) -> Reading:
        """你确定？: the last question once more, or the clause that was read for it."""
        if conversation.intent == Intent.CLAUSE and conversation.focus:
            pinned = conversation.focus[:1]
            query = conversation.query or message
            policies = conversation.policies
            return Reading(message, query, Intent.CLAUSE, frozenset(), policies, pinned=pinned, again=True)
        question = conversation.query or message
        return replace(self._read(question, conversation.dumps(), False, today), again=True)

    def sets_aside(self, message: str, conversation: Conversation) -> bool:
        """Whether parts of a message that tell how to decide are not read, and something else is."""
        heard = self.heard(message, conversation)
        return heard.tricked and bool(heard.rest)

    def heard(self, message: str, conversation: Conversation) -> Heard:
        """What is to be read, without its frame; where only a result was dictated, whether the facts known give it."""
        heard = self._hearing.hear(as_sentences(message), expecting=just_asked(conversation))
        if heard.dictated and not heard.rest and conversation.programme and any(conversation.facts.values()):
            policy, programme = conversation.programme.split("/")
            return replace(heard, rest=f"是否符合{self._books.books[policy].programmes[programme].label}")
        bare = self._framing.unframed(heard.rest)
        return replace(heard, rest=bare, framed=bare != heard.rest)

    def _cases(self, reading: Reading, conversation: Conversation, book: RuleBook | None) -> tuple[Case, ...]:
        """甲厂…乙厂…, or 零碳和近零碳哪个能报 with figures: each to be judged by itself."""
        if book is None or reading.quotation or reading.intent in (Intent.FORGET, Intent.INSIDES):
            return ()
        day = _applied(reading.applying, self._today())
        named = [
            one
            for one in programmes_named(self._books.books, reading.message, short=True)
            if one.policy == book.policy_id
        ]
        fresh = Conversation(id=conversation.id)
        found = []
        for applicant in applicants_in(reading.message):
            own = [
                one
                for one in programmes_named(self._books.books, applicant.words, short=True)
                if one in named
            ]
            programme = next(iter(reversed(own or named)), reading.programme)
            current = programme.id if programme else ""
            facts = self._facts(applicant.words, book, current, fresh, day)
            programme = programme or likeliest_programme(book, facts)
            if facts.stated:
                found.append(Case(applicant.name, programme, facts, apart=True))
        if len(found) < 2:
            found = self._known_cases(reading, conversation, book)
        if len(found) > 1 and (reading.metric or all(case.programme for case in found)):
            return tuple(found)
        measuring = reading.intent in (Intent.ELIGIBILITY, Intent.GAP)
        if len(named) < 2 or not measuring or not (reading.facts.stated or any(conversation.facts.values())):
            return ()
        return tuple(
            Case(
                book.programmes[one.id].label,
                one,
                self._facts(reading.message, book, one.id, conversation, day),
                apart=False,
            )
            for one in named
        )

    def _known_cases(self, reading: Reading, conversation: Conversation, book: RuleBook) -> list[Case]:
        """两家的削减率各是多少: the applicants of this conversation, each with what was told of it."""
        programme = reading.programme
        if programme is None and conversation.programme:
            programme = Named(*conversation.programme.split("/"))
        found = []
        for name, facts in known_applicants(reading.message, conversation).items():
            told = tuple(StatedFact(id, value, "") for id, value in facts.get(book.policy_id, {}).items())
            if told:
                found.append(Case(name, programme, FactReading(told, (), False), apart=True))
        return found

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
        self,
        message: str,
        book: RuleBook | None,
        current: str,
        conversation: Conversation,
        applied: date,
    ) -> FactReading:
        if book is None:
            return NO_FACTS
        prefer = _under_discussion(book, current)
        names = [
            name for one in book.metrics.values() for name in (one.label, *one.synonyms) if name in message
        ]
        asked = [
            one.id
            for one in book.metrics.values()
            if any(name in one.label or name in one.synonyms for name in names)
            or asked_in_its_unit(message, one, conversation.focus)
        ]
        own = book.programmes[current].metrics if current in book.programmes else ()
        named = () if set(asked) & set(own) else asked
        asked = [one for one in asked if one in own] or _spoken_apart(book, asked, message)[:1]
        if asked:
            prefer = _of_metrics(book, asked, prefer)
        metric = asked[0] if asked else conversation.metric.split("/")[1] if conversation.metric else None
        if not asked and conversation.intent in (Intent.LOOKUP, Intent.CLAUSE):
            read = score_of_clause(book, conversation.focus, conversation.query)
            metric = read.id if read else metric
        known = conversation.facts.get(book.policy_id, {})
        others = {
            one
            for programme in book.programmes.values()
            if programme.id != current
            for one in programme.metrics
        }
        foreign = frozenset(others - {*own, *named}) if own else frozenset()
        return read_facts(
            message,
            book,
            conversation.pending,
            prefer,
            metric,
            conversation.latest,
            known,
            foreign,
            self._today(),
            applied,
            self._places(book),
            tuple(conversation.supposed),
            {
                id: str(one.get("words", ""))
                for id, one in conversation.origins.get(book.policy_id, {}).items()
            },
        )

    def _places(self, book: RuleBook) -> Places:
        """The places of a policy's region, and those outside every region."""
        region = book.policy.region
        named = {region, region.removesuffix("省").removesuffix("市")}
        inside = [place for place in self._lexicon.places.get(region, ()) if place not in SPOKEN_REGION]
        return Places(region, tuple({*named, *inside}), self._lexicon.elsewhere)


def _under_discussion(book: RuleBook | None, current: str) -> frozenset[str]:
    """The facts of the programme under discussion; none where there is none."""
    return facts_of(book, current) if book and current in book.programmes else frozenset()


def _applied(applying: str | None, today: date) -> date:
    """The first day of the time of applying; today where none, or none that exists, was said."""
    if applying is None:
        return today
    try:
        return parse_period(applying)[0]
    except QuantityError:
        return today


def _labels(book: RuleBook | None) -> dict[str, str]:
    """{fact or metric id: label} of a book."""
    if book is None:
        return {}
    facts = {fact.id: fact.label for fact in book.facts.values()}
    return facts | {metric.id: metric.label for metric in book.metrics.values()}


def _of_metrics(book: RuleBook, asked: Sequence[str], prefer: frozenset[str]) -> frozenset[str]:
    """The facts behind the metrics asked for, of those that a programme prefers; its facts of other units stay beside them."""
    wide = prefer or frozenset(book.facts)
    behind = frozenset(fact for metric in asked for fact in book.needed[metric]) & wide
    units = {book.facts[fact].unit for fact in behind}
    return behind | {fact for fact in prefer if book.facts[fact].unit not in units} if behind else prefer


def _spoken_apart(book: RuleBook, asked: Sequence[str], message: str) -> list[str]:
    """培育期从8万吨降到7.5万吨，削减率: of metrics with one name, those whose amounts have words of their own in the message first."""
    topics = {id: {word for fact in book.needed[id] for word in book.facts[fact].topic} for id in asked}

    def apart(id: str) -> bool:
        others = {word for other in asked if other != id for word in topics[other]}
        return any(word in message for word in topics[id] - others)

    return sorted(asked, key=lambda id: not apart(id))


def _spoken_of(metric: Named | None, conversation: Conversation) -> str | None:
    """The metric that a message names, else the one that was computed the turn before."""
    if metric is not None:
        return metric.id
    return (
        conversation.metric.split("/")[1]
        if conversation.metric and conversation.intent == Intent.METRIC
        else None
    )


def _recalls(reading: Reading) -> bool:
    """Whether it is asked which facts have been told: 你记了哪些, 去年我报的是多少."""
    return reading.does(Act.RECALL) or TOLD_BEFORE.search(reading.message) is not None


def _drops(reading: Reading) -> bool:
    """Whether something is to be forgotten; which fact, if one alone, its name tells."""
    return reading.does(Act.FORGET_ONE, 0.3) or reading.does(Act.FORGET)


def _situation(conversation: Conversation) -> Situation:
    known = any(conversation.facts.values())
    return Situation(known, just_asked(conversation), conversation.turns > 0)
