"""Where to look for an answer: a step of a list, the inside of a clause, the sides of a comparison, several questions."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from assistant.agent.conversation import Conversation
from assistant.agent.tools.premise import CONFIRM
from assistant.agent.understanding import intents, neighbours, qualifying
from assistant.agent.understanding.acts import Act
from assistant.agent.understanding.clause_talk import ClauseTalk
from assistant.agent.understanding.contradictions import contradicting
from assistant.agent.understanding.contrast import JOINED, Contrasts
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.looking_back import BACK, compared_topics
from assistant.agent.understanding.naming import PolicyNaming
from assistant.agent.understanding.offices import Offices
from assistant.agent.understanding.outlines import Outlines
from assistant.agent.understanding.pointing import LEAST_CONTENT, OTHER_FORMS, Pointing
from assistant.agent.understanding.programmes import Named, programmes_named, without_names
from assistant.agent.understanding.reading import Local, Reading, Side
from assistant.agent.understanding.tasks_named import TasksNamed
from assistant.agent.understanding.thread import BARE
from assistant.agent.values.index import StatedValues
from assistant.documents.library import Library
from assistant.documents.references import find_references
from assistant.errors import AddressError, AmbiguousClauseError
from assistant.numerals import parse_chinese_number
from assistant.quantities import find_quantities
from assistant.retrieval.asking import Ask, asks_of, content_words, own_words
from assistant.rules.books import RuleBooks

SPOKEN_REGION = ("全省", "我省")
COMPARING = (Intent.LOOKUP, Intent.CLAUSE, Intent.GAP, Intent.METRIC, Intent.STATUS)
ASKING_MORE = re.compile(r"门槛|要求|条件|标准|更?(?:容易|好|难)(?:报|申报|申请|达到|拿到?)?")
OF_OURS = re.compile(r"(?:我们?|咱们?|本)(?:的|厂|公司|企业|家|单位|这边)|我司")
CHARGE_ALONE = re.compile(r"(?:负责|责任|牵头|主管|管)(?:的|单位|部门|厅局)*|单位|部门|都|有|是")
IN_CHARGE = re.compile(r"负责|责任|牵头|管(?!到|多|几)")
OF_CLAUSE = {Ask.WHO, Ask.WHEN, Ask.AMOUNT}
RANKED = re.compile(
    r"排(?:在|名)?(?:第[一二三]|最?前|头)|最前面|头一[个家]|打头|第一[个家位]"
)  # of the offices
ABOUT_PART = re.compile(r"呢[？?。]?$|那?[条块类项段部栏格]|方面|这边|那边")
PART_NAMED = re.compile(
    r"(?:^|[，。？?\s]|那|讲|关于)(?P<what>[一-鿿]{2,8}?)的?[这那](?:一)?[条类项块段部栏格](?:分)?"
)
CORRESPONDING = re.compile(r"对应(?:的)?[那这]?一?[栏格项条行]|对应(?:的)?(?:是|呢|[？?]|$)")
HEADING_MARK = re.compile(r"^[一二三四五六七八九十]+、|^（[一二三四五六七八九十]+）")


class Placing:
    """Adds to a reading where its answer is to be looked for."""

    def __init__(
        self,
        library: Library,
        books: RuleBooks,
        lexicon: Lexicon,
        naming: PolicyNaming,
        contrasts: Contrasts,
        values: StatedValues,
    ) -> None:
        self._contrasts = contrasts
        self._values = values
        self._library = library
        self._books = books
        self._lexicon = lexicon
        self._naming = naming
        self._clause_talk = ClauseTalk(library, naming, books)
        self._pointing = Pointing(library, books, lexicon)
        self._offices = Offices(library, lexicon)
        self._outlines = Outlines(library, naming)
        self._tasks_named = TasksNamed(library)

    def place(self, reading: Reading, conversation: Conversation) -> Reading:
        """Where to look: a step of the list under discussion, the inside of a named clause, the sides of a comparison."""
        outlines = () if self._is_elsewhere(reading) else self._outlines.asked(reading, conversation)
        if outlines:
            return replace(reading, intent=Intent.LOOKUP, outlines=outlines, alone=False)
        settled = self._clause_talk.settled(reading, conversation)
        if settled:
            return settled
        apart = self._contradicting(reading, conversation)
        if apart:
            return replace(reading, intent=Intent.LOOKUP, sides=apart, alone=False)
        compared = self._compared_values(reading, conversation)
        if compared:
            return replace(reading, intent=Intent.LOOKUP, values=compared, differs=True, alone=False)
        listed = self._several_values(reading)
        if listed:
            return replace(reading, values=listed, alone=False)
        placed = self._placed(reading, conversation)
        if placed.pinned:
            return replace(placed, values=self._contrasts.points_of(placed.pinned))
        value = self._value(placed, conversation)
        return replace(placed, values=(value,), local=None) if value else placed

    def _contradicting(self, reading: Reading, conversation: Conversation) -> tuple[Side, ...]:
        """一处42家一处300家，矛盾吗: the two sentences of the texts, told one beside the other."""
        if reading.facts.stated or reading.cases or reading.quotation or reading.foreign:
            return ()
        return contradicting(reading.message, reading.policies, conversation, self._values)

    def _compared_values(self, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """差几家, 哪个高, 一样吗: the two values of the texts that are compared."""
        if reading.intent not in COMPARING or reading.cases or reading.quotation:
            return ()
        if reading.intent is not Intent.LOOKUP and (reading.facts.stated or reading.first_person):
            return ()
        if OF_OURS.search(reading.message):
            return ()  # 我们厂的占比跟省里的哪个高: the texts have one side only
        roots = self._roots(reading)
        if (
            (reading.references and len(roots) != 2)
            or reading.sought
            or reading.foreign
            or self._of_another_place(reading.message)
        ):
            return ()
        if reading.intent in (Intent.GAP, Intent.METRIC) and any(conversation.facts.values()):
            return ()  # 还差多少, of the applicant
        pair = self._contrasts.pair(reading.message, conversation, roots)
        if pair and len(self._contrasts.several(reading.message)) > len(pair):
            return ()  # three of them are told, not subtracted
        return tuple(one.key for one in pair)

    def _roots(self, reading: Reading) -> tuple[str, ...]:
        """The clauses or tables that a message names."""
        found = [self._container(replace(reading, references=(one,))) for one in reading.references]
        return tuple(address for address in found if address)

    def _several_values(self, reading: Reading) -> tuple[str, ...]:
        """Several figures asked for at once, in the order of the message."""
        if (
            reading.intent is not Intent.LOOKUP
            or reading.first_person
            or reading.references
            or reading.foreign
        ):
            return ()
        if self._of_another_place(reading.message) or reading.facts.stated:
            return ()
        return tuple(one.key for one in self._contrasts.several(reading.message))

    def _value(self, reading: Reading, conversation: Conversation) -> str | None:
        """The one value of the texts that a question asks for."""
        if reading.intent is not Intent.LOOKUP or reading.sides or reading.compared or reading.pinned:
            return None
        if not (Ask.AMOUNT in reading.asks or Ask.POINTS in reading.asks):
            return None
        if self._of_another_place(reading.message) or reading.first_person or reading.references:
            return None
        found = self._contrasts.one(reading.message, reading.before, reading.policies, conversation)
        if found is None or (reading.foreign and reading.foreign not in found.sentence):
            return None
        return found.key

    def _of_another_place(self, message: str) -> bool:
        """Whether a message names a place that no policy here is made for."""
        if any(place in message for place in self._lexicon.elsewhere):
            return True
        regions = {policy.region for policy in self._library.policies.values()}
        ours = {*regions, *(region[:-1] for region in regions), *SPOKEN_REGION}
        return any(place not in ours for place in self._lexicon.places_in(message))

    def _placed(self, reading: Reading, conversation: Conversation) -> Reading:
        """Where to look, for what is no comparison of two values."""
        earlier = self._earlier(reading, conversation)
        if earlier:
            return replace(reading, intent=Intent.LOOKUP, sides=earlier, alone=False)
        talked = self._clause_talk.pinned(reading, conversation)
        pinned = (
            (talked,)
            if talked
            else self._pointing.clauses(reading, conversation, self._is_elsewhere(reading))
        )
        if pinned:
            return replace(reading, intent=Intent.CLAUSE, pinned=pinned, alone=False)
        office = self._office(reading)
        if office:
            return replace(reading, office=office, alone=False)
        elsewhere = self._is_elsewhere(reading)
        steps = () if elsewhere else self._pointing.steps.several(reading, conversation)
        if steps:
            return replace(reading, intent=Intent.CLAUSE, pinned=steps, alone=False)
        step = None if elsewhere else self._pointing.steps.doing(reading, conversation)
        if step:
            return replace(reading, within=step, alone=False)
        tasks = self._tasks(reading)
        if tasks:
            return tasks
        near = self._near(reading, conversation) if conversation.focus else None
        if near:
            return near
        bare = len(content_words(reading.message).replace(" ", "")) <= BARE
        if (
            reading.intent is Intent.LOOKUP
            and reading.follows
            and (bare or self._clause_talk.of_this(reading, conversation))
            and not (reading.programme or reading.cities or Ask.CONTACT in reading.asks)
            and asks_of(reading.message) & OF_CLAUSE
            and (
                not reading.linked or IN_CHARGE.search(reading.message) or not own_words(reading.message)[1:]
            )
            and conversation.focus
            and conversation.intent != Intent.STATUS  # a document's title says nothing of who explains it
        ):
            ranked = RANKED.search(reading.message) is not None
            charge = not CHARGE_ALONE.sub("", own_words(reading.message))  # 责任单位都有谁
            return replace(
                reading, within=conversation.focus[0], alone=reading.alone and not (ranked or charge)
            )
        if self._claims_of(reading, conversation):
            return replace(
                reading, within=conversation.focus[0], before=conversation.query or "", alone=False
            )
        if reading.intent is Intent.CLAUSE and len(reading.references) == 1:
            headed = self._by_heading(reading)
            if headed:
                return replace(reading, pinned=(headed,))
            root = self._container(reading)
            if root and reading.follows and conversation.query and not self._says_more(reading):
                asked = conversation.query
                for one in find_references(asked):
                    asked = asked.replace(one.text, " ")
                if not content_words(asked).strip():
                    return reading  # 第八条, and then 第九条呢
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
            asked = own_words(intents.COMPARE.sub(" ", rest))
            if all(roots) and len(asked) >= LEAST_CONTENT:
                sides = tuple(Side(rest.strip(), (), within=root) for root in roots[:3])
                return replace(reading, intent=Intent.LOOKUP, sides=sides)
        if reading.intent is Intent.LOOKUP and reading.policies and not reading.before:
            topic = self._naming.without_names(reading.query)
            if len(content_words(topic)) > 1:
                reading = replace(reading, query=topic)
        if reading.intent is Intent.LOOKUP:
            compared = self._compared(reading) or self._conditions(reading)
            sides = () if self._says_nothing_else(reading) else self._sides(reading, conversation)
            local = None if sides or compared else self._local(reading)
            alone = reading.alone and not sides
            return replace(reading, sides=sides, compared=compared, local=local, alone=alone)
        return reading

    def _earlier(self, reading: Reading, conversation: Conversation) -> tuple[Side, ...]:
        """差几家, 两边都是多少: what was answered before and now, each in its own clause."""
        if reading.intent not in (Intent.LOOKUP, Intent.CLAUSE) or reading.references:
            return ()
        if not (reading.follows or BACK.search(reading.message)):
            return ()
        if programmes_named(self._books.books, reading.message, short=True):
            return ()
        topics = compared_topics(reading.message, conversation)
        return tuple(Side(one.query, one.policies, within=one.focus[0]) for one in topics)

    @staticmethod
    def _claims_of(reading: Reading, conversation: Conversation) -> bool:
        """我听说不得超过30%, after an answer: a figure of the clause under discussion is claimed, and no more is said."""
        if reading.intent is not Intent.LOOKUP or not (conversation.focus and reading.does(Act.CONFIRM)):
            return False
        figures, rest = find_quantities(reading.message), reading.message
        for one in reversed(figures):
            rest = rest[: one.start] + rest[one.end :]
        return bool(figures) and len(own_words(rest)) <= BARE

    def _is_elsewhere(self, reading: Reading) -> bool:
        """Whether another place or another thing than the texts' is spoken of: 浙江的零碳工厂, 国家级零碳工厂."""
        decisive = any(word in reading.message for word in self._lexicon.decisive)
        return decisive or bool(self._lexicon.outside(reading.message))

    def _office(self, reading: Reading) -> str | None:
        """交通运输厅管哪些事: the office whose tasks are asked for."""
        if reading.intent is not Intent.LOOKUP or reading.references or reading.programme or reading.linked:
            return None
        if self._is_elsewhere(reading):
            return None
        return self._offices.duties_asked(reading.message, self._naming.without_names(reading.message))

    def _tasks(self, reading: Reading) -> Reading | None:
        """农业那节谁牵头: inside the task that is named; of several, one after the other."""
        if reading.intent is not Intent.LOOKUP or Ask.WHO not in reading.asks or reading.references:
            return None
        found = self._tasks_named.addresses(reading.message, reading.policies)
        if len(found) == 1:
            return replace(reading, within=found[0], alone=False)
        sides = tuple(Side(reading.message, (), within=address) for address in found)
        return replace(reading, sides=sides, alone=False) if sides else None

    def _place_told(self, reading: Reading, conversation: Conversation) -> bool:
        """南平聚焦什么, and then 福州呢: a place that the clause under discussion tells of, and no figure is asked for."""
        places = self._naming.places_in(reading.message)
        figure = Ask.AMOUNT in reading.asks and Ask.LISTING not in reading.asks
        if not (places and reading.follows) or figure or reading.policies not in ((), reading.cities):
            return False
        told = self._library.clause(conversation.focus[0]).text
        bare = not own_words(self._naming.without_places(reading.message))
        return bare and all(place in told for place in places)

    def _near(self, reading: Reading, conversation: Conversation) -> Reading | None:
        """A clause beside the one under discussion: 下一步, 交通呢, 近零碳那张表里呢."""
        focus, message = conversation.focus[0], reading.message
        steps = neighbours.moved_by(message)
        if steps:
            next_one = neighbours.beside(self._library, focus, steps) or focus  # beyond the end: where one is
            return replace(reading, intent=Intent.CLAUSE, pinned=(next_one,))
        if reading.intent is not Intent.LOOKUP or not reading.follows:
            return None
        if self._place_told(reading, conversation):
            return replace(reading, within=conversation.focus[0], policies=conversation.policies)
        named = reading.programme
        bare = named and named.alias and len(own_words(message.replace(named.alias, ""))) <= LEAST_CONTENT
        if named and named.alias and (bare or CORRESPONDING.search(message)):
            programme = self._books.books[named.policy].programmes[named.id]
            found = neighbours.counterpart(self._library, focus, programme)
            if found is None and CORRESPONDING.search(message) and neighbours.table_of(self._library, focus):
                return replace(reading, intent=Intent.CLAUSE, pinned=(focus,), unmatched=True, alone=False)
            return replace(reading, intent=Intent.CLAUSE, pinned=(found,)) if found else None
        if reading.policies != conversation.policies or not ABOUT_PART.search(message):
            return None
        part = PART_NAMED.search(message)
        words = part["what"] if part else own_words(self._naming.without_names(message))
        found = neighbours.named_beside(self._library, focus, words) if len(words) > 1 else None
        return replace(reading, within=found, alone=False) if found else None

    def _local(self, reading: Reading) -> Local | None:
        """福州2025年非化石能源占比多少: a figure of one place, which the texts may have for another level only."""
        compares = intents.COMPARE.search(reading.message) or self._naming.city_and_province(reading.query)
        if Ask.AMOUNT not in reading.asks or reading.asks & OTHER_FORMS or reading.before or compares:
            return None
        levels = self._naming.levels_of(reading.query)
        if levels is None or not set(reading.policies) <= set(levels[0]):
            return None
        query = content_words(self._naming.without_places(self._naming.without_names(reading.query)))
        if not query.strip():
            return None
        claimed = CONFIRM.search(reading.message)  # what is claimed is held against the text
        return Local(f"{query}，{claimed.group()}" if claimed else query, *levels)

    def _says_nothing_else(self, reading: Reading) -> bool:
        """Two programmes compared, and no word of what about them."""
        named = programmes_named(self._books.books, reading.message, short=True)
        rest = ASKING_MORE.sub(" ", without_names(named, intents.COMPARE.sub(" ", reading.message)))
        return bool(intents.COMPARE.search(reading.message)) and len(
            content_words(JOINED.sub(" ", rest))
        ) < len("抵消")

    def _compared(self, reading: Reading) -> tuple[str, ...]:
        """Two programmes named: the clauses that set each one's own criteria."""
        named = programmes_named(self._books.books, reading.message, short=True)
        if len(named) < 2:
            return ()
        return tuple(address for one in named if (address := self._own_clause(one)))

    def _conditions(self, reading: Reading) -> tuple[str, ...]:
        """零碳工厂有哪些申报条件, and nothing else: the clauses that set what all programmes ask and what this one asks."""
        named = programmes_named(self._books.books, reading.message, short=True)
        if len(named) != 1 or reading.follows or not qualifying.CONDITIONS.search(reading.message):
            return ()
        rest = qualifying.CONDITIONS.sub(" ", reading.message).replace(named[0].alias, " ")
        rest = intents.HERE.sub(" ", rest)
        if content_words(self._naming.without_names(rest)).strip():  # 浙江的…: another place's are not ours
            return ()
        book = self._books.books[named[0].policy]
        programmes = book.programmes.values()
        common = [
            id
            for id in book.programmes[named[0].id].criteria
            if all(id in one.criteria for one in programmes)
        ]
        parents = Counter(
            f"{clause.policy_id}#{clause.parent}"
            for id in common
            if book.criteria[id].kind == "veto"
            and (clause := self._library.clause(book.criteria[id].address)).parent
        )
        own = self._own_clause(named[0])
        return tuple(address for address in (*(key for key, _ in parents.most_common(1)), own) if address)

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
        return (neighbours.step(self._library, named[0].address, step) if step else None) or named[0].address

    def _container(self, reading: Reading) -> str | None:
        policy = reading.policies[0] if len(reading.policies) == 1 else None
        try:
            clause = self._library.resolve(reading.references[0].path, policy)
        except AddressError:
            return None
        return clause.address if len(clause.children) > 1 else None

    def _says_more(self, reading: Reading) -> bool:
        """Whether the message asks for something inside the clause it names."""
        rest = self._naming.without_names(reading.message).replace(reading.references[0].text, " ")
        return len(content_words(rest).replace(" ", "")) >= 4

    def _topic(self, reading: Reading, conversation: Conversation) -> str:
        """What two policies are compared in: the question that a comparison carries on, without their names and places."""
        topic = (conversation.query if reading.follows else None) or reading.query
        return " ".join(self._naming.without_places(self._naming.without_names(topic)).split())

    def _sides(self, reading: Reading, conversation: Conversation) -> tuple[Side, ...]:
        compares = intents.COMPARE.search(reading.message) is not None
        both = self._naming.city_and_province(reading.message)
        if both and compares:
            topic = self._topic(reading, conversation)
            return tuple(Side(topic, policies) for policies in both)
        if compares and reading.follows and conversation.query:
            own = reading.policies if reading.policies != conversation.policies else ()
            own = own or reading.cities or reading.province
            others = tuple(policy for policy in conversation.policies if policy not in own)
            if own and others:
                return tuple(Side(self._topic(reading, conversation), policies) for policies in (others, own))
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
            programme = f"{one.policy}/{one.id}"
            sides.append(Side(query.replace("\0", one.alias), (one.policy,), programme=programme))
        return tuple(sides)
