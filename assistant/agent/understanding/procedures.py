"""The procedure of a programme, asked for as a whole (零碳工厂怎么个报法), or one of its steps by name (初审归谁) or number.

A procedure is a clause of the texts: its lead names the programme and speaks of a procedure, its items announce the steps.
"""

from __future__ import annotations

import re

from assistant.agent.conversation import Conversation
from assistant.agent.understanding import intents, neighbours
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.programmes import Named, programmes_named
from assistant.agent.understanding.reading import Reading
from assistant.documents.clause import Clause
from assistant.documents.library import Library
from assistant.retrieval.asking import Ask, own_words
from assistant.rules.books import RuleBooks

_OF_STEP = re.compile(
    r"(?:的时候|时候|阶段|环节|工作|期|[这那]一?[步个]|归|委托|由|是|呢|来|去|做|干|办|弄|搞|审|验|查|看|管)"
)
_OF_APPLICANT = re.compile(r"想|打算|准备|申报|申请|报|过|走|办|整个|完整|全部|全套")
_NOT_WHOLE = {Ask.WHO, Ask.CONTACT, Ask.WHEN, Ask.POINTS, Ask.YES_NO, Ask.FORMULA}
_NOT_STEP = {Ask.AMOUNT, Ask.WHEN, Ask.POINTS, Ask.CONTACT, Ask.YES_NO, Ask.FORMULA}
_LITTLE = 2  # characters of its own beside the name of a step
_OF_WHOLE = 3  # the same beside the asking for a procedure


class Procedures:
    """Finds the clauses of procedures and of their steps."""

    def __init__(self, library: Library, books: RuleBooks, lexicon: Lexicon) -> None:
        self._library = library
        self._books = books
        self._lexicon = lexicon

    def clauses(self, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """Addresses to read: steps of the same number, a whole procedure, a step by its name alone (验收呢); or none."""
        named = () if Ask.WHO in reading.asks else self._named(reading, conversation)
        return self._same_step(reading) or self._whole(reading, conversation) or named

    def doing(self, reading: Reading, conversation: Conversation) -> str | None:
        """The step of which it is asked who does it: 复审归谁, 那初审谁做, 谁来审."""
        asked = reading.intent is Intent.LOOKUP and Ask.WHO in reading.asks and not reading.references
        return next(iter(self._named(reading, conversation)), None) if asked else None

    def several(self, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """初审归谁，复审归谁，验收归谁: the steps of one procedure, two or more, of which it is asked who does them."""
        if reading.intent is not Intent.LOOKUP or Ask.WHO not in reading.asks or reading.references:
            return ()
        message = self._without_alias(reading)
        for root in self._lists(reading, conversation):
            named = [
                (message.find(head["head"]), step.address, head["head"])
                for step in self._library.children(root)
                if (head := neighbours.ANNOUNCED.match(step.text)) and head["head"] in message
            ]
            rest = message
            for _, _, name in named:
                rest = rest.replace(name, " ")
            if len(named) > 1 and len(own_words(_OF_STEP.sub(" ", rest))) <= _LITTLE:
                return tuple(address for _, address, _ in sorted(named))
        return ()

    def _lists(self, reading: Reading, conversation: Conversation) -> list[Clause]:
        """The procedure of the programme that is named or under discussion, then those of all programmes."""
        own = self.of(self._programme(reading, conversation))
        every = [
            self.of(Named(policy, programme))
            for policy, book in self._books.books.items()
            for programme in book.programmes
        ]
        return [one for one in (own, *every) if one]

    def of(self, programme: Named | None) -> Clause | None:
        """The clause with the steps of a programme."""
        if programme is None:
            return None
        return neighbours.procedure(self._library, self._books.books, programme.policy, programme.id)

    def _same_step(self, reading: Reading) -> tuple[str, ...]:
        """零碳工厂的第三步和近零碳的第三步有啥不一样: that step of each."""
        step = intents.step_in(reading.message)
        named = programmes_named(self._books.books, reading.message, short=True)
        if not (step and len(named) > 1 and intents.OF_PROCEDURE.search(reading.message)):
            return ()
        roots = [self.of(one) for one in named]
        found = [neighbours.step(self._library, root.address, step) for root in roots if root]
        return tuple(one for one in found if one) if all(found) and len(found) == len(named) else ()

    def _whole(self, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """零碳工厂怎么个报法, 从头到尾要过几关: all steps, where nothing else is asked of them."""
        message = reading.message
        asked = intents.WAY.search(message) and not intents.step_in(message)
        if not asked or reading.asks & _NOT_WHOLE or intents.COMPARE.search(message):
            return ()
        rest = intents.WAY.sub(" ", neighbours.PROCEDURE.sub(" ", self._without_alias(reading)))
        rest = _OF_APPLICANT.sub(" ", rest)
        root = self.of(self._programme(reading, conversation))
        if root is None or self._is_of_some(root, rest):
            return ()
        return (root.address,) if len(own_words(rest)) <= _OF_WHOLE else ()

    def _is_of_some(self, root: Clause, words: str) -> bool:
        """央企怎么申报: of a kind of applicant for which a step has a sentence of its own (中央在闽单位)."""
        meant = [word for word in self._lexicon.meant(words) if word not in root.text]
        return any(word in step.text for step in self._library.children(root) for word in meant)

    def _named(self, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """复审归谁, 那初审谁做: the step that is named, where little else is said."""
        if reading.asks & _NOT_STEP or not (Ask.WHO in reading.asks or reading.follows):
            return ()
        message = self._without_alias(reading)
        here = self._library.clause(conversation.focus[0]) if conversation.focus and reading.follows else None
        if (
            here
            and Ask.WHO in reading.asks
            and not own_words(_OF_STEP.sub(" ", message))
            and self._is_step(here)
        ):
            return (here.address,)
        for root in self._lists(reading, conversation):
            named = [
                (step, head["head"])
                for step in self._library.children(root)
                if (head := neighbours.ANNOUNCED.match(step.text)) and head["head"] in message
            ]
            rest = own_words(_OF_STEP.sub(" ", message.replace(named[0][1], " "))) if named else ""
            if len(named) == 1 and len(rest) <= _LITTLE:
                return (named[0][0].address,)
        return ()

    def _is_step(self, clause: Clause) -> bool:
        """Whether a clause announces itself in a list whose lead speaks of a procedure."""
        above = self._library.clause(f"{clause.policy_id}#{clause.parent}") if clause.parent else None
        return bool(
            above and neighbours.PROCEDURE.search(above.text) and neighbours.ANNOUNCED.match(clause.text)
        )

    @staticmethod
    def _programme(reading: Reading, conversation: Conversation) -> Named | None:
        """The programme that is named, else the one under discussion."""
        if reading.programme:
            return reading.programme
        carried = conversation.programme if reading.follows else None
        return Named(*carried.split("/")) if carried else None

    @staticmethod
    def _without_alias(reading: Reading) -> str:
        alias = reading.programme.alias if reading.programme else ""
        return reading.message.replace(alias, " ") if alias else reading.message
