"""Questions for the least or the most of a figure: 最少要买多少抵消, 占比最多到多少还能拿满分.

What is sought is named by the book's own words; which criterion it is for, by the points, metric or programme spoken of.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from assistant.agent.understanding.facts.figure_binding import SEPARATORS
from assistant.rules.book import Criterion, RuleBook
from assistant.rules.dimensions import UNITS
from assistant.rules.expression import Name, walk
from assistant.rules.wording import unit_of
from assistant.units import match_unit

LEAST = re.compile(
    r"最少|至少|最低|起码|最小|怎么也得|还(?:要|得|需要?|应)(?:再)?(?:做|加|增|搞|开展|上)(?=[^，。；]{0,4}[多几])|(?:要|得|需要?|达到|做到|增加到|提高到)[^，。；]{0,8}(?:多少|几)[^，。；]{0,8}才"
)
MOST = re.compile(
    r"(?:多少|几成)(?:吨)?(?:以内|以下|之内)|最多|最高|最大|顶多|至多|封顶|不能?(?:超过|高于)多少|控制在多少|(?:降|减|压|控制)(?:低)?到多少|(?:降|减|压)到几"
)
ATTAINED = re.compile(
    r"(?:做|买|用|抵消?|控制?|压|提高?|达|升|占)到(?:多少|几|什么程度|啥程度)[^，。；]{0,5}?(?:能|可以|算|得|拿|有|是)"
)  # 抵消做到多少能拿满分
AMOUNT = re.compile(r"多少|几(?!乎)|啥程度|什么(?:水平|程度)|到哪")
FURTHER = re.compile(r"(?:再|还要|还得|还需要?)[^，。；]{0,3}[减降]")  # a gap, told by the assessment
SHARE = re.compile(r"占比|比例|比重|百分之几|几成")
DOWN_TO = re.compile(r"[降减压](?:低)?到")
POINTS = re.compile(r"(?P<full>满分)|(?P<points>\d+(?:\.\d+)?)分")


@dataclass(frozen=True)
class Sought:
    """The extreme of `name` (a fact or a metric) for a criterion; `points` is None for a condition or for full points."""

    criterion: str
    name: str
    most: bool
    points: str | None


def sought_in(
    message: str, book: RuleBook, programme: str | None, stated: Collection[str], metric: str | None
) -> Sought | None:
    """What a message seeks, None when it seeks nothing. `stated` are facts that it gives, `metric` the one it names."""
    points = POINTS.search(message)
    extreme = _extreme(message) or (_attained(message) if points else None)
    if extreme is None or FURTHER.search(message):
        return None
    at, most = extreme
    most = most or bool(DOWN_TO.search(message))
    # 做了1项，还要做几项; 排了9万吨，要减到多少: what is stated is what has been reached
    reached = message[at] == "还" or bool(DOWN_TO.search(message))
    name = _named(message, at, book, programme, () if reached else stated, _unit_asked(message))
    if name is None:
        return None
    if extreme == _attained(message) and not _is_capped(book, name):
        most = bool(DOWN_TO.search(message))
    criterion = _criterion(book, programme, name, metric, scored=points is not None)
    if criterion is None:
        return None
    wanted = points["points"] if points is not None and criterion.points is not None else None
    return Sought(criterion.id, name, most, wanted)


def _extreme(message: str) -> tuple[int, bool] | None:
    """Where the least or the most of something is asked for, and whether it is the most."""
    if not AMOUNT.search(message):
        return None
    found = [
        (match.start(), most)
        for pattern, most in ((LEAST, False), (MOST, True))
        if (match := pattern.search(message))
    ]
    return min(found, default=None)


def _attained(message: str) -> tuple[int, bool] | None:
    """Where it is asked how far something must go for points."""
    found = ATTAINED.search(message)
    return (found.start(), True) if found and AMOUNT.search(message) else None


def _is_capped(book: RuleBook, name: str) -> bool:
    """Whether a figure, or the share of an amount, is the better the lower it is."""
    return any(
        name in (metric.id, metric.adjust)
        and metric.unit == "%"
        and metric.limit is not None
        and "<" in metric.limit.operator
        for metric in book.metrics.values()
    )


def _unit_asked(message: str) -> str | None:
    """The unit after 多少 or 几: 减到多少吨."""
    found = AMOUNT.search(message)
    unit = match_unit(message, found.end()) if found else None
    return unit.name if unit is not None and unit.name in UNITS else None


def _named(
    message: str,
    at: int,
    book: RuleBook,
    programme: str | None,
    stated: Collection[str],
    unit: str | None,
) -> str | None:
    """The figure whose name stands nearest to the question, by the longest of its words; what is stated is not sought."""
    start = max((cut.end() for cut in SEPARATORS.finditer(message, 0, at)), default=0)
    ahead = SEPARATORS.search(message, at)
    segment = message[start : ahead.start() if ahead else len(message)]
    own = _needed(book, programme)
    for part in (segment, message):
        ranked = [
            (length, id in own, -place, id)
            for place, (id, words) in enumerate(_words(book).items())
            if id not in stated and unit in (None, unit_of(book, id)) and (length := _longest(words, part))
        ]
        if ranked:
            return _share_of(max(ranked)[3], message, book)
    return None


def _share_of(name: str, message: str, book: RuleBook) -> str:
    """抵消…占比: the share that limits an amount, where it is the share that is spoken of."""
    shares = [metric.id for metric in book.metrics.values() if metric.adjust == name and metric.unit == "%"]
    return shares[0] if len(shares) == 1 and SHARE.search(message) else name


def _words(book: RuleBook) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """(names, periods) of each figure that may change: facts, and metrics behind which one may."""
    moving = {fact.id for fact in book.facts.values() if fact.adjustable}
    compared = {
        part.id
        for criterion in book.criteria.values()
        if criterion.condition is not None
        for part in walk(criterion.condition)
        if isinstance(part, Name) and part.id in book.facts and book.facts[part.id].unit is not None
    }
    facts = {
        fact.id: ((fact.label, *fact.synonyms, *fact.topic), fact.periods)
        for fact in book.facts.values()
        if fact.id in moving | compared and fact.type in ("number", "integer")
    }
    metrics: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        metric.id: ((metric.label, *metric.synonyms), ())
        for metric in book.metrics.values()
        if moving & set(book.needed[metric.id]) and metric.unit != "分"
    }
    return metrics | facts


def _longest(words: tuple[tuple[str, ...], tuple[str, ...]], text: str) -> int:
    """Characters of the longest name in a text, with a period of its own counted in; a period alone counts from two on."""
    name, period = (max((len(word) for word in group if word in text), default=0) for group in words)
    return name + period if name or period > 1 else 0


def _needed(book: RuleBook, programme: str | None) -> set[str]:
    chosen = book.programmes.get(programme or "")
    if chosen is None:
        return set()
    return {fact for id in chosen.criteria for fact in book.needed[id]} | set(chosen.metrics)


def _criterion(
    book: RuleBook, programme: str | None, name: str, metric: str | None, scored: bool
) -> Criterion | None:
    """The criterion that a figure is sought for: of the programme spoken of, about the metric named, scored or not."""
    wanted = set(book.needed[name]) if name in book.metrics else {name}
    known = book.programmes.get(programme or "")
    ids = (
        known.criteria
        if known
        else tuple(dict.fromkeys(id for one in book.programmes.values() for id in one.criteria))
    )
    fitting = [book.criteria[id] for id in ids if wanted <= set(book.needed[id]) and _is_computed(book, id)]

    def rank(criterion: Criterion) -> tuple[bool, bool]:
        about = metric is not None and metric != name and metric in book.mentioned(criterion.id)
        return not about, (criterion.points is not None) != scored

    return min(fitting, key=rank, default=None)


def _is_computed(book: RuleBook, criterion_id: str) -> bool:
    """Whether figures decide a criterion, not points that somebody gives themselves."""
    return any(book.facts[fact].type in ("number", "integer") for fact in book.needed[criterion_id])
