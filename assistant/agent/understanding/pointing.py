"""Clauses that a message points at: a step of a procedure, a row or a field, the clause just read once more."""

from __future__ import annotations

from assistant.agent.conversation import Conversation
from assistant.agent.understanding import intents, neighbours
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.procedures import Procedures
from assistant.agent.understanding.programmes import Named, programmes_named, without_names
from assistant.agent.understanding.reading import Reading
from assistant.agent.understanding.thread import BARE
from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.retrieval.asking import Ask, asks_of, own_words
from assistant.rules.book import Programme, RuleBook
from assistant.rules.books import RuleBooks

LEAST_CONTENT = 6  # characters of content that make a part of a message a question of its own
OTHER_FORMS = {Ask.WHO, Ask.CONTACT, Ask.POINTS, Ask.MEANING, Ask.LISTING}
MANY = {"三": 3}  # 这三项; two where it is not said


class Pointing:
    """Finds the clauses that a message points at in its conversation."""

    def __init__(self, library: Library, books: RuleBooks, lexicon: Lexicon) -> None:
        self._library = library
        self._books = books
        self.steps = Procedures(library, books, lexicon)

    def clauses(
        self, reading: Reading, conversation: Conversation, elsewhere: bool = False
    ) -> tuple[str, ...]:
        """Addresses to read, or none: a step, rows, a field, or what was read last.

        `elsewhere`: a programme of another place or level is asked about, whose steps are not ours.
        """
        if reading.intent not in (Intent.LOOKUP, Intent.CLAUSE) or reading.facts.stated or reading.foreign:
            return ()
        if (
            conversation.focus
            and neighbours.moved_by(reading.message)
            and not intents.step_in(reading.message)
        ):
            return ()  # 它上面那项呢: beside the clause that was read
        rows = () if reading.first_person else self._rows_of_tables(reading)
        if rows or reading.intent is Intent.CLAUSE:
            return rows
        return (
            self._procedures(reading)
            or (() if elsewhere else self.steps.clauses(reading, conversation))
            or self._stepped(reading, conversation)
            or (() if elsewhere else self._step_over_in_all(reading, conversation))
            or self._pointed(reading, conversation)
        )

    def _stepped(self, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """A step of a procedure: 近零碳第四步, 第三步呢, 复审过了接下来做什么."""
        step, message = intents.step_in(reading.message), reading.message
        found = None
        if reading.programme and reading.programme.alias:
            root = self.steps.of(reading.programme)
            if root and step and intents.OF_PROCEDURE.search(message):
                found = neighbours.step(self._library, root.address, step)
        elif step and conversation.focus:
            found = neighbours.step(self._library, conversation.focus[0], step)
        if found is None:
            lists = [self.steps.of(reading.programme), *self._lists(conversation)]
            found = next(
                filter(None, (neighbours.step_over(self._library, one, message) for one in lists if one)),
                None,
            )
        return (found,) if found else ()

    def _step_over_in_all(self, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """复审过了接下来干啥, with no programme named or under discussion: what comes next in the procedure of each."""
        if reading.programme or conversation.programme or reading.policies:
            return ()
        roots = [
            self.steps.of(Named(policy, programme))
            for policy, book in self._books.books.items()
            for programme in book.programmes
        ]
        found = [neighbours.step_over(self._library, root, reading.message) for root in roots if root]
        return tuple(dict.fromkeys(one for one in found if one))

    def _rows_of_tables(self, reading: Reading) -> tuple[str, ...]:
        """碳排放强度一项，附件3、附件4各几分: the rows of the scoring tables that are named by number or by programme."""
        if Ask.POINTS not in asks_of(reading.message):
            return ()
        named = programmes_named(self._books.books, reading.message, short=True)
        paths = [one.path for one in reading.references]
        if any("/" in path for path in paths):
            return ()
        tables = [
            one.annex
            for book in self._books.books.values()
            for one in book.programmes.values()
            if one.annex
            and (one.annex.partition("#")[2] in paths or (not paths and one.id in (n.id for n in named)))
        ]
        found = [neighbours.rows_named(self._library, table, reading.message) for table in tables]
        return tuple(row for rows in found for row in rows) if all(found) else ()

    def _procedures(self, reading: Reading) -> tuple[str, ...]:
        """零碳和近零碳的认定环节差在哪: the procedures of the programmes that are compared in them."""
        message = reading.message
        if not (intents.COMPARE.search(message) and neighbours.PROCEDURE.search(message)):
            return ()
        named = programmes_named(self._books.books, message, short=True)
        for pattern in (intents.COMPARE, neighbours.PROCEDURE, intents.BOTH_SIDES):
            message = pattern.sub(" ", message)
        message = without_names(named, message)
        found = [self.steps.of(one) for one in named]
        if len(named) < 2 or not all(found) or len(own_words(message)) > LEAST_CONTENT:
            return ()
        return tuple(one.address for one in found if one)

    def _lists(self, conversation: Conversation) -> tuple[Clause, ...]:
        """The list under discussion, and the procedure of the programme under discussion."""
        found = []
        if conversation.focus:
            clause = self._library.clause(conversation.focus[0])
            found.append(
                self._library.clause(f"{clause.policy_id}#{clause.parent}") if clause.parent else clause
            )
        if conversation.programme:
            procedure = self.steps.of(Named(*conversation.programme.split("/")))
            found += [procedure] if procedure else []
        return tuple(found)

    def _pointed(self, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """Rows and fields that a message names or points back at, and the clause under discussion read out once more."""
        if not conversation.focus or reading.references:
            return ()
        rows = () if reading.first_person else self._rows(reading, conversation)
        another = reading.follows and reading.policies != conversation.policies
        if rows or another or reading.cities or (reading.programme and reading.programme.alias):
            return rows
        focus, message = conversation.focus[0], reading.message
        rest = own_words(intents.RETELLS.sub(" ", message))
        told = conversation.intent in (Intent.LOOKUP, Intent.CLAUSE, Intent.QUOTATION)
        if (
            told
            and intents.RETELLS.search(message)
            and len(rest) <= LEAST_CONTENT
            and not asks_of(message) & OTHER_FORMS
        ):
            return (focus,)
        if told and intents.PLACE_OF.search(message) and not own_words(intents.PLACE_OF.sub(" ", message)):
            return (focus,)
        asked = own_words(message)
        said = asks_of(message) & {*OTHER_FORMS, Ask.AMOUNT, Ask.WHEN}
        if told and intents.IT.search(message) and len(asked) <= BARE and not said:
            return (focus,)
        of_it = reading.follows and intents.POINTS_BACK.search(message) and len(asked) <= BARE
        field = self._library.clause(focus).kind is ClauseKind.FIELD
        return (focus,) if of_it and field and not asks_of(message) & {Ask.WHO, Ask.CONTACT} else ()

    def _rows(self, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """Rows of a programme's table: by their indicators, those just spoken of in another table, or one in every table."""
        focus = conversation.focus[0]
        book = self._books.books.get(focus.partition("#")[0])
        tables = [one.annex for one in book.programmes.values() if one.annex] if book else []
        here = next((annex for annex in tables if f"{focus}/".startswith(f"{annex}/")), None)
        if book is None or here is None:
            return ()
        named = next(reversed(programmes_named(self._books.books, reading.message, short=True)), None)
        other = book.programmes.get(named.id) if named else None
        these = intents.THESE.search(reading.message)
        if these and other:
            return self._spoken_of(conversation, here, other, MANY.get(these["many"], 2))
        message = reading.message.replace(named.alias, " ") if named else reading.message
        rows = neighbours.rows_named(self._library, (other and other.annex) or here, message)
        for row in rows:
            message = message.replace(self._library.clause(row).attributes["indicator"], " ")
        bare = len(own_words(intents.BOTH_SIDES.sub(" ", intents.COMPARE.sub(" ", message)))) <= BARE
        if rows or not bare:
            return rows if bare else ()
        alike = intents.COMPARE.search(message) and not other and not reading.cities
        return self._in_every_table(focus, book) if alike else ()

    def _spoken_of(
        self, conversation: Conversation, table: str, other: Programme, many: int
    ) -> tuple[str, ...]:
        """The rows of a table that were spoken of last, as another programme's table has them."""
        spoken = [one.focus[0] for one in reversed(conversation.earlier) if one.focus]
        rows = [row for row in dict.fromkeys((conversation.focus[0], *spoken)) if row.startswith(f"{table}/")]
        found = [neighbours.counterpart(self._library, row, other) for row in reversed(rows[:many])]
        return tuple(address for address in found if address)

    def _in_every_table(self, row: str, book: RuleBook) -> tuple[str, ...]:
        """A row with its counterparts in the tables of the other programmes, in their order; none where one lacks it."""
        found = [
            row if row.startswith(f"{one.annex}/") else neighbours.counterpart(self._library, row, one)
            for one in book.programmes.values()
        ]
        return tuple(address for address in found if address) if all(found) else ()
