"""Questions about the points that the scoring tables give: of one item, of several together, which has the most.

What is asked stands in closed words (一共, 加起来, 哪项…最高); which items, by their numbers, or by the clause that a search found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.agent.conversation import Conversation
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.programmes import programmes_named
from assistant.agent.understanding.reading import Reading
from assistant.retrieval.asking import Ask, asks_of, own_words
from assistant.rules.book import RuleBook

TOGETHER = re.compile(r"[一总]共|加(?:在|到)?一?(?:起|块|总)|合[计起共]|[共总]计|总和|相加|拢共|加拢")
TOTAL = re.compile(r"总(?:得|评)?分")
SCORE_RANGE = re.compile(r"(?:分数|得分|评分|总分|打分)[^，。？]{0,8}(?:范围|区间|之间|上下限|最[低高少多])")
WHOLE_MARKS = re.compile(r"(?:都|全|各)[^，。？]{0,4}(?:拿满|满分|得满|拿到|拿下|做到|达标|符合)")
_WHICH = r"(?:哪|什么|啥)"
_OF_POINTS = r"(?:分值?|分数|得分|权重|比重)"
_MOST = r"(?:最|占比最)(?:[高多大重]|值钱)"
MOST = re.compile(
    rf"{_WHICH}[^，。？]{{0,12}}{_OF_POINTS}[^，。？]{{0,4}}{_MOST}|{_OF_POINTS}[^，。？]{{0,3}}{_MOST}[^，。？]{{0,8}}{_WHICH}|"
    rf"{_MOST}[^，。？]{{0,3}}{_OF_POINTS}[^，。？]{{0,8}}{_WHICH}|{_WHICH}[^，。？]{{0,8}}最值分|最值分[^，。？]{{0,8}}{_WHICH}"
)
WORTH = re.compile(rf"(?:{_WHICH}|有没有|有)[^，。？]{{0,8}}?(?P<points>\d+(?:\.\d+)?)分")  # 哪几项是15分的
WHOLE = re.compile(r"满分|总分|一共|总共|合计")
IN_TABLE = (Intent.LOOKUP, Intent.CLAUSE)


@dataclass(frozen=True)
class PointsAsked:
    """Criteria of a policy's rule book whose points in the tables of `programmes` are asked for (empty: of all programmes).

    `together` is their sum, `most` the one with the most, `worth` those with just so many points; `whole` asks for all
    points of the tables.
    """

    policy: str
    criteria: tuple[str, ...]
    programmes: tuple[str, ...] = ()
    together: bool = False
    most: bool = False
    worth: str | None = None
    whole: bool = False


def points_asked(
    reading: Reading, conversation: Conversation, books: Mapping[str, RuleBook]
) -> PointsAsked | None:
    """What a message asks of the tables by the numbers of items, or of all of them; None where it asks no such thing."""
    if reading.intent not in IN_TABLE or reading.quotation or reading.facts.stated:
        return None
    if MOST.search(reading.message) and (found := _scored(reading, conversation, books)):
        return PointsAsked(*found, most=True)
    worth = WORTH.search(reading.message)
    if worth and "项" in reading.message and (found := _scored(reading, conversation, books)):
        return PointsAsked(*found, worth=worth["points"])
    asked = reading.query if reading.follows and reading.programme else reading.message
    together = bool(TOGETHER.search(asked) or WHOLE_MARKS.search(asked))
    if (
        together
        and not reading.references
        and "分" in asked
        and (found := _scored(reading, conversation, books))
    ):
        policy, ids, programmes = found
        named = criteria_named(books[policy], ids, asked)
        if len({books[policy].criteria[id].label for id in named}) > 1:
            return PointsAsked(policy, named, programmes, together=True)
    if not (Ask.POINTS in reading.asks or (together and "分" in reading.message)):
        return None
    paths = [reference.path for reference in reading.references]
    paths = paths or [address.partition("#")[2] for address in reading.pinned]
    for policy, book in books.items():
        tables = {one.annex: one.id for one in book.programmes.values() if one.annex}
        whole = tuple(tables[f"{policy}#{path}"] for path in paths if f"{policy}#{path}" in tables)
        if whole and WHOLE.search(reading.message) and not _says_more(reading):
            return PointsAsked(policy, (), whole, whole=True)
        criteria = criteria_at(book, [f"{policy}#{path}" for path in paths if "/" in path])
        if len(criteria) > 1 or any(book.criteria[id].points is None for id in criteria):
            scored = tuple(
                one.id
                for one in book.programmes.values()
                if one.annex and any(f"{policy}#{path}".startswith(f"{one.annex}/") for path in paths)
            )
            return PointsAsked(policy, criteria, scored, together=together or len(paths) == 1)
    return None


def points_found(
    reading: Reading, conversation: Conversation, books: Mapping[str, RuleBook], address: str
) -> PointsAsked | None:
    """The items that a search found, where points are asked for: the one at its best clause, and the same of another table.

    Another table's is left out where a programme is named or under discussion.
    """
    book = books.get(address.partition("#")[0])
    asked = Ask.POINTS in asks_of(reading.message) or (reading.programme and Ask.POINTS in reading.asks)
    if book is None or reading.intent is not Intent.LOOKUP or not asked:
        return None
    found = criteria_at(book, [address], below=False)
    scored = any(book.criteria[id].points is not None for id in found)
    if not found or (scored and len(found) > 1):
        return None
    labels = [book.criteria[id].label for id in found]
    named = _programmes(reading, conversation, book)
    same = [id for id in book.criteria if book.criteria[id].label in labels]
    own = [id for id in same if any(id in book.programmes[one].criteria for one in named)]
    if not own:
        named = ()  # the item is none of the programme that was spoken of
    criteria = tuple(own or same) if named else tuple(same)
    return PointsAsked(book.policy_id, criteria, named) if len(criteria) > 1 or not scored else None


def criteria_named(book: RuleBook, criteria: Sequence[str], text: str) -> tuple[str, ...]:
    """Criteria that a text names: by their label, their metric, what is counted or graded for them, the amount that a score is of."""
    return tuple(id for id in criteria if any(word in text for word in _words_of(book, id)))


def _words_of(book: RuleBook, id: str) -> tuple[str, ...]:
    behind = book.behind(id)
    metrics = [book.metrics[name] for name in behind if name in book.metrics]
    same = [other for other in book.metrics.values() if other.label in {one.label for one in metrics}]
    facts = [book.facts[name] for name in behind if name in book.facts and book.facts[name].type != "number"]
    if any(one.unit == "分" for one in metrics):
        facts += [book.facts[one.adjust] for one in metrics if one.adjust]
    names = [name for one in same for name in (one.label, *one.synonyms)]
    return (book.criteria[id].label, *names, *(word for fact in facts for word in fact.topic))


def criteria_at(book: RuleBook, addresses: Sequence[str], below: bool = True) -> tuple[str, ...]:
    """Criteria that rest on one of the clauses, with `below` also on what stands under it, in the order of the addresses."""
    found: list[str] = []
    for address in addresses:
        for id, criterion in book.criteria.items():
            places = [binding.address for binding in criterion.bindings]
            if any(one == address or (below and one.startswith(f"{address}/")) for one in places):
                found.append(id)
    return tuple(dict.fromkeys(found))


def _says_more(reading: Reading) -> bool:
    """Whether a message speaks of something besides the clauses that it names and their points: 减排措施这部分."""
    rest = reading.message
    for reference in reading.references:
        rest = rest.replace(reference.text, " ")
    return len(own_words(TOGETHER.sub(" ", WHOLE.sub(" ", rest)))) > 1


def _programmes(reading: Reading, conversation: Conversation, book: RuleBook) -> tuple[str, ...]:
    """Programmes that a message names, else the one under discussion."""
    named = programmes_named({book.policy_id: book}, reading.message, short=True)
    if named:
        return tuple(one.id for one in named)
    tables = [
        one.id
        for one in book.programmes.values()
        if one.annex and one.annex.partition("#")[2] in reading.message
    ]
    policy, _, current = (conversation.programme or "/").partition("/")
    return tuple(tables) or ((current,) if policy == book.policy_id else ())


def _scored(
    reading: Reading, conversation: Conversation, books: Mapping[str, RuleBook]
) -> tuple[str, tuple[str, ...], tuple[str, ...]] | None:
    """(policy, scored criteria, programmes) of the programmes spoken of, or of all programmes of the one policy that scores any."""
    scoring = [
        book for book in books.values() if any(one.points is not None for one in book.criteria.values())
    ]
    for book in scoring:
        named = _programmes(reading, conversation, book)
        if not named and (len(scoring) > 1 or (reading.policies and book.policy_id not in reading.policies)):
            continue
        ids = [id for one in named or tuple(book.programmes) for id in book.programmes[one].criteria]
        return book.policy_id, tuple(id for id in ids if book.criteria[id].points is not None), named
    return None
