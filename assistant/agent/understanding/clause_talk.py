"""Clauses named by where they stand: 最后一条, 倒数第二条, 上一条, 那（三）, and the choice between clauses that were asked about."""

from __future__ import annotations

import re
from dataclasses import replace

from assistant.agent.conversation import Conversation
from assistant.agent.tools.sentences import RUN_IN
from assistant.agent.understanding import neighbours
from assistant.agent.understanding.choosing import chosen
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.naming import PolicyNaming
from assistant.agent.understanding.parts_named import part_of_named, part_under_discussion
from assistant.agent.understanding.programmes import programmes_named
from assistant.agent.understanding.reading import Reading
from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.documents.numbering import ANY_NUMBER, read_number, write_number
from assistant.documents.references import ClauseReference, find_references
from assistant.errors import AddressError, AmbiguousClauseError
from assistant.numerals import parse_chinese_number
from assistant.retrieval.asking import Ask, own_words
from assistant.rules.books import RuleBooks

_NUMBER = r"[一二两三四五六七八九十]+|\d+"
END = re.compile(
    rf"(?:最后(?:的)?一?个?|末(?=[条款项])|倒数第(?P<back>{_NUMBER})个?)(?P<kind>条|章|部分|附件|专栏|[项款行栏格])"
)
MOVED = re.compile(
    r"(?:^|[那再讲说看它其的往，。])(?P<way>[上下前后])(?:面|边|头)?的?[那这]?(?P<far>一|两|二)?条(?=呢|是|说|讲|怎么|写|规定|[，。？?！!\s]|$|的?第[一二三四五六七八九十\d]+[款项点])"
)
ITEM = re.compile(rf"(?:第\s*|序号\s*[为是第]?\s*)(?P<n>{ANY_NUMBER})\s*(?:小?项|款)?(?<=[项款\d])")
ANNEX = re.compile(r"附件\d+")
TABLE = re.compile(r"表|评分|指标")
PART = re.compile(r"(?P<body>正文|条文)|附件|附表|(?:评价|验收|指标)表")
CORRESPONDS = re.compile(r"(?:哪一?|第几)[条项款]|对应|有没有(?:这|同样|一样)")
ABBREVIATED = re.compile(
    r"简称|缩写|全称|代表(?:什么|啥)|字母|(?<![A-Za-z])[A-Za-z]{3,}(?:到底|究竟)?(?:是|指)(?:个)?(?:什么|啥)"
)
LATIN = re.compile(r"(?<![A-Za-z])[A-Za-z]{3,}(?![A-Za-z])")
SHORT_NAME = re.compile(r"简称[“\"](?P<name>[^”\"]{2,12})[”\"]")
SPOKEN = 3  # messages back in which a name or a requirement was spoken of
THIS = re.compile(r"^(?:就|那|对)*[，,]?(?:它|[该此]处|这一?[条项款个]|该[条项款])")
LITTLE = 2  # characters of its own beside a number
OF_ONE = 4  # characters of its own of a question about 它
CHOOSING = (Intent.CLAUSE, Intent.LOOKUP, Intent.STATUS)
KINDS = {
    "条": (ClauseKind.ARTICLE,),
    "章": (ClauseKind.CHAPTER,),
    "部分": (ClauseKind.HEADING,),
    "附件": (ClauseKind.ANNEX,),
    "专栏": (ClauseKind.BOX,),
}

TOLD_IN = re.compile(
    r"(?:[讲说写管]|关于|提到|有关)(?P<what>[一-鿿]{2,6}?)(?:有关|相关)?的(?:[那哪是]?一?[款项点条步]|内容|规定|部分)"
)
FIELDS = ("栏", "格")
PARTS = (ClauseKind.ITEM, ClauseKind.ROW, ClauseKind.ENTRY, ClauseKind.SECTION)


class ClauseTalk:
    """Finds the clause that such words mean."""

    def __init__(self, library: Library, naming: PolicyNaming, books: RuleBooks) -> None:
        self._library = library
        self._naming = naming
        self._books = books

    def settled(self, reading: Reading, conversation: Conversation) -> Reading | None:
        """The reading of a message that chooses between clauses, or names one by a number alone; None where it does neither."""
        if reading.quotation or reading.facts.stated:
            return None
        found = self._choice(reading, conversation)
        if found or reading.intent not in CHOOSING[:2]:
            return found
        part = self._part(reading, conversation)
        if part:
            return part
        told = self._told_in(reading)
        if told:
            return replace(reading, intent=Intent.CLAUSE, pinned=(told,), alone=False)
        pinned = self._other_part(reading, conversation) or self._introduced(reading, conversation)
        if pinned:
            return replace(reading, intent=Intent.CLAUSE, pinned=pinned, alone=False)
        return self._numbered(reading, conversation)

    def _part(self, reading: Reading, conversation: Conversation) -> Reading | None:
        """那条的第二款, 下一步的第三点: a part of the clause under discussion, or of a heading that has a name."""
        part = part_under_discussion(
            reading.message, self._library, conversation, lambda: self._moved(reading, conversation)
        )
        if part is None:
            part = part_of_named(reading.message, self._library, reading.policies or conversation.policies)
        if part is None or any(not part.start <= one.start < part.end for one in reading.references):
            return None
        policy, _, path = part.path.rpartition("#")
        policies = (policy,) if policy else reading.policies or conversation.policies
        whole = replace(part, path=path)
        return replace(
            reading, intent=Intent.CLAUSE, references=(whole,), policies=policies, before="", alone=False
        )

    def _told_in(self, reading: Reading) -> str | None:
        """第十二条里讲验收的那款: the part of a numbered clause whose heading has the word."""
        told = TOLD_IN.search(reading.message)
        if not told or len(reading.references) != 1:
            return None
        policy = reading.policies[0] if len(reading.policies) == 1 else None
        try:
            clause = self._library.resolve(reading.references[0].path, policy)
        except AddressError:
            return None
        parts = self._library.children(clause)
        headed = [one for one in parts if (head := RUN_IN.match(one.text)) and told["what"] in head.group()]
        return headed[0].address if len(headed) == 1 else None

    def _other_part(self, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """这个要求在正文是哪条, 附件里对应第几项: what says the same as the clause under discussion in the other part."""
        part, where = PART.search(reading.message), CORRESPONDS.search(reading.message)
        if not (part and where and conversation.focus):
            return ()
        focus = conversation.focus[0]
        to_body = bool(part["body"])
        if to_body != (ANNEX.match(focus.partition("#")[2]) is not None):
            return ()
        found = neighbours.same_elsewhere(
            self._library, focus, " ".join(conversation.said[-SPOKEN:]), to_body
        )
        found = found or self._ruled_by(focus, to_body)
        tables = [one.path for one in reading.references if ANNEX.fullmatch(one.path)]
        named = [address for address in found if address.partition("#")[2].split("/")[0] in tables]
        return tuple(named or found)

    def _ruled_by(self, focus: str, to_body: bool) -> tuple[str, ...]:
        """附件3第10项 and 第八条（二）: the clauses of the other part that the rules of a scored row, by its metrics, rest on."""
        book = self._books.books.get(focus.partition("#")[0])
        if book is None or not to_body:
            return ()
        named = {
            name for one in book.criteria.values() if one.address == focus for name in book.mentioned(one.id)
        }
        named |= {name for metric in named & set(book.metrics) for name in book.inputs(metric)}
        found = [metric.address for id, metric in book.metrics.items() if id in named]
        return tuple(dict.fromkeys(one for one in found if not ANNEX.match(one.partition("#")[2])))[:2]

    def _introduced(self, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """FFCER是什么缩写, 省级管理系统全称叫什么: the clause that introduces the short name, here or in the messages before."""
        if not ABBREVIATED.search(reading.message):
            return ()
        said = [reading.message, *reversed(conversation.said[-SPOKEN:])]
        latin = next((found for one in said if (found := LATIN.findall(one))), [])
        for clause in self._library.clauses():
            short = {found["name"] for found in SHORT_NAME.finditer(clause.text)}
            if any(name in reading.message for name in short) or any(
                f"（{name.upper()}）" in clause.text for name in latin
            ):
                return (clause.address,)
        return ()

    @staticmethod
    def of_this(reading: Reading, conversation: Conversation) -> bool:
        """就它，责任单位有哪些; 责任单位都有谁, after one clause was read: of that clause."""
        said = own_words(THIS.sub(" ", reading.message))
        if conversation.intent == Intent.CLAUSE and Ask.WHO in reading.asks:
            return len(said) <= LITTLE or bool(THIS.match(reading.message) and len(said) <= OF_ONE)
        return bool(THIS.match(reading.message) and len(said) <= OF_ONE)

    def _choice(self, reading: Reading, conversation: Conversation) -> Reading | None:
        """福州那个, after it was asked which of several clauses is meant: that one, or those left to choose from."""
        if not conversation.choices or reading.intent not in CHOOSING:
            return None
        left = chosen(reading.message, conversation.choices, self._library, self._naming, self._books)
        if not left:
            return None
        policies = tuple(dict.fromkeys(address.partition("#")[0] for address in left))
        if len(left) == 1:
            return replace(reading, intent=Intent.CLAUSE, pinned=left, policies=policies, alone=False)
        references = tuple(find_references(conversation.query or ""))[:1]
        if not references or len(policies) > 1:
            return None
        return replace(
            reading,
            intent=Intent.CLAUSE,
            references=references,
            policies=policies,
            query=conversation.query or "",
            before="",
        )

    def _numbered(self, reading: Reading, conversation: Conversation) -> Reading | None:
        """近零碳验收表第11项, 那第9项呢: a row of the table that is named, or under discussion; else 第三项 with nothing around it."""
        of_annex = [one.path for one in reading.references if ANNEX.fullmatch(one.path)]
        found = ITEM.search(reading.message)
        if not found or reading.intent not in CHOOSING[:2] or (reading.references and not of_annex):
            return None
        number = int(parse_chinese_number(found["n"]))
        of_table = bool(TABLE.search(reading.message))
        named = next(iter(programmes_named(self._books.books, reading.message, short=of_table)), None)
        annex = self._books.books[named.policy].programmes[named.id].annex if named and of_table else None
        table = of_annex[0] if of_annex else annex
        if not table and conversation.focus and not named:
            table = neighbours.table_of(self._library, conversation.focus[0])
        rest = own_words(ITEM.sub(" ", reading.message))
        rows = self._in_tables(number, reading, conversation) if of_table and not table else ()
        if rows:
            return replace(reading, intent=Intent.CLAUSE, pinned=rows, alone=False)
        item = (
            self._item(conversation.focus[0], number) if conversation.focus and not (table or named) else None
        )
        if item and len(rest) <= OF_ONE:
            return replace(reading, intent=Intent.CLAUSE, pinned=(item,), alone=False)
        if not table and (conversation.focus or named or len(rest) > LITTLE):
            return None
        path = f"{table}/{number}" if table else f"（{write_number(number)}）"
        whole = ClauseReference(found.group(), *found.span(), path)
        policies = reading.policies if of_annex else ()
        return replace(reading, intent=Intent.CLAUSE, references=(whole,), policies=policies)

    def _in_tables(self, number: int, reading: Reading, conversation: Conversation) -> tuple[str, ...]:
        """附件里那张表的第4项: that row of the table of the programme under discussion, else of every programme's table."""
        policy, _, current = (conversation.programme or "/").partition("/")
        tables = [
            (one.id == current and book.policy_id == policy, one.annex)
            for book in self._books.books.values()
            for one in book.programmes.values()
            if one.annex and (not reading.policies or book.policy_id in reading.policies)
        ]
        own = [annex for spoken_of, annex in tables if spoken_of] or [annex for _, annex in tables]
        found = [self._library.candidates(f"{annex}第{number}项") for annex in own]
        return tuple(rows[0].address for rows in found if len(rows) == 1)

    def pinned(self, reading: Reading, conversation: Conversation) -> str | None:
        """The address that a message means by where it stands, or None."""
        if reading.quotation or reading.facts.stated or reading.intent not in (Intent.CLAUSE, Intent.LOOKUP):
            return None
        return (
            self._at_the_end(reading, conversation)
            or self._moved(reading, conversation)
            or self._under_discussion(reading, conversation)
        )

    def _item(self, focus: str, number: int) -> str | None:
        """The item of that number under the clause under discussion, or beside it."""
        for root in (focus, focus.rpartition("/")[0]):
            found = self._library.candidates(f"{root}第{number}项") if "#" in root else []
            if len(found) == 1:
                return found[0].address
        return None

    def _at_the_end(self, reading: Reading, conversation: Conversation) -> str | None:
        """最后一条 of the policy, 附件4最后一项, 倒数第二条."""
        end = END.search(reading.message)
        if not end:
            return None
        back = int(parse_chinese_number(end["back"])) if end["back"] else 1
        policy = self._policy(reading, conversation)
        if end["kind"] in KINDS:
            there = [one for one in self._library.clauses(policy) if one.kind in KINDS[end["kind"]]]
            whose = {one.policy_id for one in there}
            return there[-back].address if len(whose) == 1 and back <= len(there) else None
        if end["kind"] in FIELDS:
            return self._last_field(reading, back)
        table = None if reading.references else self._table_named(reading)
        if table is None and len(reading.references) != 1:
            return None
        try:
            root = self._library.resolve(table or reading.references[0].path, None if table else policy)
        except AddressError:
            return None
        numbered = [
            one
            for one in self._all_below(root)
            if one.kind in PARTS and read_number(one.path.rsplit("/", 1)[-1].strip("（）")) is not None
        ]
        return numbered[-back].address if back <= len(numbered) else None

    def _last_field(self, reading: Reading, back: int) -> str | None:
        """零碳申报书最后一栏: the last field of the form of the programme, or of the one that the message numbers."""
        named = next(iter(programmes_named(self._books.books, reading.message, short=True)), None)
        form = self._books.books[named.policy].programmes[named.id].form if named else None
        if reading.references:
            policy = next(iter(reading.policies), None)
            try:
                form = self._library.resolve(reading.references[0].path, policy).address
            except AddressError:
                return None
        if form is None:
            return None
        fields = [one for one in self._all_below(self._library.clause(form)) if one.kind is ClauseKind.FIELD]
        return fields[-back].address if back <= len(fields) else None

    def _table_named(self, reading: Reading) -> str | None:
        """The table of the programme that is named: 近零碳验收评价表最后一项."""
        named = next(iter(programmes_named(self._books.books, reading.message, short=True)), None)
        if named is None or not TABLE.search(reading.message):
            return None
        return self._books.books[named.policy].programmes[named.id].annex

    def _all_below(self, clause: Clause) -> list[Clause]:
        found: list[Clause] = []
        for child in self._library.children(clause):
            found += [child, *self._all_below(child)]
        return found

    def _moved(self, reading: Reading, conversation: Conversation) -> str | None:
        """上一条, 下一条 of an article, over the borders of chapters; at the end, the article itself."""
        moved = MOVED.search(reading.message)
        if not moved or not conversation.focus:
            return None
        focus = self._library.clause(conversation.focus[0])
        articles = [one for one in self._library.clauses(focus.policy_id) if one.kind is ClauseKind.ARTICLE]
        at = next((i for i, one in enumerate(articles) if f"{focus.path}/".startswith(f"{one.path}/")), None)
        if at is None:
            return None
        steps = 2 if moved["far"] in ("两", "二") else 1
        at += steps if moved["way"] in "下后" else -steps
        return articles[at].address if 0 <= at < len(articles) else None

    def _under_discussion(self, reading: Reading, conversation: Conversation) -> str | None:
        """那（三） after 第九条: the one under the clause that was read, where several have that number."""
        if len(reading.references) != 1 or not conversation.focus or reading.intent is not Intent.CLAUSE:
            return None
        try:
            self._library.resolve(reading.references[0].path, self._policy(reading, conversation))
        except AmbiguousClauseError as error:
            focus = conversation.focus[0]
            above = focus.rpartition("/")[0]
            for root in (focus, above):
                own = [address for address in error.candidates if root and address.rpartition("/")[0] == root]
                if len(own) == 1:
                    return own[0]
        except AddressError:
            return None
        return None

    def _policy(self, reading: Reading, conversation: Conversation) -> str | None:
        named = reading.policies or conversation.policies
        return named[0] if len(named) == 1 else None
