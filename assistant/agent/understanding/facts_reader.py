"""From the user's words to facts: which figure is which fact, by the rule book's own cues, never by guessing.

When two readings are left, both are named and neither is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.agent.understanding.amounts_in_words import amounts_in_words
from assistant.agent.understanding.figure_binding import (
    NONE_OF_IT,
    SEPARATORS,
    Window,
    as_fact,
    candidates,
    choose,
    fits_unit,
    named_before,
    window,
)
from assistant.errors import QuantityError
from assistant.numerals import parse_chinese_number
from assistant.quantities import (
    Quantity,
    display_quantity,
    find_quantities,
    parse_period,
    parse_quantity,
)
from assistant.rules.book import FactDefinition, Metric, RuleBook
from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import Name, names, walk
from assistant.rules.facts import parse_fact

SUPPOSITION = re.compile(
    r"用满|用足|拉满|顶格|如果|假如|假设|要是|倘若|若是|改成|换成|变成|万一|设想|再多买|再买"
)
YES = re.compile(
    r"^(是|是的|有|有的|对|对的|符合|都符合|达到了?|达标|满足|没问题|通过了?|已经有了?|嗯+|可以|yes)[的了啊呀哦，。！ ]*$",
    re.I,
)
NO = re.compile(
    r"^(不是|没有|没|否|不符合|不达标|未达到|没达到|不满足|没有达到|还没有?|无|不|no)[的了啊呀哦，。！ ]*$",
    re.I,
)
NOTHING = re.compile(r"^(?:都?没有?|无|零|0)(?:买|抵消|做)?[过的了呢啊，。！ ]*$")
ADDED = re.compile(r"又|另外|另有|还有|加上|再加|外加")
QUESTIONED = re.compile(r"吗|么$|是不是|是否|要不要|需不需要|需要|必须|得是|才能")
SAYINGS = re.compile(r"[，。；;！!？?\n也且]")
FILLED = re.compile(r"用满|用足|拉满|顶格|做满|抵满|买满|用到上限|按上限|[用买抵到]到?顶")
CAP = "上限"
REST = re.compile(r"(?:剩下|剩余|其余|余下|剩的)[^，。；]{0,6}(?:全|都|统统|一律)[^，。；]{0,8}")
MORE_OR_LESS = re.compile(
    r"(?:再|又)?(?:多(?=买|抵|做|加)|增加(?!值)|追加|加(?=买|到|抵))(?:买|抵消?|做)?[^，。；到至]{0,4}$|(?P<less>再(?:减|降|少)[^，。；到至]{0,4}$)"
)
CORRECTED = re.compile(r"更正|说错|改口|看错|记错|不对|应该是|搞错|弄错|纠正|口误")
VAGUE = re.compile(r"[多余几来]")
FROM = re.compile(r"(?:从|由)[^，。]{0,6}$")
AGO = re.compile(
    r"(?:[3-9三四五六七八九]|[\d一二三四五六七八九十]{2,})年[多半来]*(?:以|之)?前|"
    r"(?:3[6-9]|[4-9]\d|\d{3,})(?:多)?个(?:多)?月(?:以|之)?前|(?:19|20)\d\d年|大前年|早年|以前"
)
ON_A_DAY = re.compile(
    r"(?P<year>(?:19|20)\d{2}年|去年|今年|前年|上年|(?P<ago>[一二两三四五六七八九十\d]{1,2})年(?:之|以)?前)(?P<month>\d{1,2}月)?(?P<day>\d{1,2}[日号])?|(?:19|20)\d{2}[-/.]\d{1,2}(?:[-/.]\d{1,2})?"
)
YEARS_BACK = {"今年": 0, "去年": 1, "上年": 1, "前年": 2}
THE_LAST = re.compile(
    r"最近一次|最后一次|上一?次|只有|仅有?|就这?一次|唯一|之后(?:再)?没|此后(?:再)?没|后来(?:再)?没"
)
# 没出过安全、质量、环境污染事故 denies each of the list; 没按期整改、发生环境污染事故 does not deny the last
NEGATED = re.compile(
    r"(?:没有?|无|未|零)(?:[^，。；、]{0,5}|(?![^，。；]*(?:整改|完成|按|达))[^，。；]{0,16}、[^，。；、出发有被受]{0,8})$"
)
PLAIN = frozenset(
    ["有", "没有", "无", "是", "否", "不适用", "还没有", "未获得", "没有适用的标准", "无适用标准"]
)  # only answer a question


@dataclass(frozen=True)
class StatedFact:
    """A fact as the user said it: `value` is the text with its unit, `words` the words it was read from."""

    fact: str
    value: str
    words: str
    approximate: bool = False


@dataclass(frozen=True)
class AmbiguousFigure:
    """A figure that fits several facts equally well."""

    words: str
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class FactReading:
    """What a message says about the applicant; metrics stand beside facts when their value is stated itself."""

    stated: tuple[StatedFact, ...]
    ambiguous: tuple[AmbiguousFigure, ...]
    supposed: bool

    @property
    def values(self) -> dict[str, str]:
        """{fact or metric id: value as written}; the last mention wins."""
        return {item.fact: item.value for item in self.stated}

    @property
    def mentioned(self) -> frozenset[str]:
        """Facts that a figure of the message is, or may be."""
        doubtful = (fact for figure in self.ambiguous for fact in figure.candidates)
        return frozenset((*self.values, *doubtful))


def read_facts(
    message: str,
    book: RuleBook,
    pending: str | None = None,
    prefer: frozenset[str] = frozenset(),
    metric: str | None = None,
    latest: tuple[str, ...] = (),
    known: Mapping[str, str] | None = None,
    foreign: frozenset[str] = frozenset(),
    today: date | None = None,
) -> FactReading:
    """Facts stated in `message`.

    `pending` is the fact asked for last, `prefer` breaks ties (the programme's facts), `metric` is the one under
    discussion: a figure that no word explains is taken for its input when only one input fits the unit. `latest` are
    the facts stated last: a correction that names none is about the one that fits. `known` are the conversation's
    facts, to which 再多抵消3000吨 adds; metrics of another programme (`foreign`) are not read. `today` is the day from
    which 去年5月 counts.
    """
    figures = [item for item in find_quantities(message) if item.unit not in ("年", "个月")]
    readable = {
        **book.facts,
        **{one.id: as_fact(one, book) for one in book.metrics.values() if one.id not in foreign},
    }
    answer = book.facts.get(pending or "")
    stated: list[StatedFact] = []
    ambiguous: list[AmbiguousFigure] = []
    seen: dict[str, Quantity] = {}
    carried = ""
    for number, figure in enumerate(figures):
        place = window(message, figures, number)
        if place.is_bound:
            continue
        scores = candidates(figure, place, carried or message[: figure.start], readable, prefer)
        carried = place.near if scores else carried
        bound = _between(figure, place, stated, choose(scores, prefer), _ordered(book, prefer))
        if bound is None and CORRECTED.search(message):
            bound = next((fact for fact in latest if _answers(figure, book.facts.get(fact))), None)
        if bound is None and figure.unit is not None:
            bound = named_before(place, book.facts)
        if bound is None and metric is not None and metric in book.metrics:
            bound = _only_input(figure, book.metrics[metric], readable)
        if not isinstance(bound, str):
            bound = _reduced(place, book, known or {}, prefer) or bound
        if answer and len(figures) == 1 and not isinstance(bound, str) and _answers(figure, answer):
            bound = answer.id
        if (
            isinstance(bound, str)
            and MORE_OR_LESS.search(place.before)
            and not {*(known or {}), *seen} & {bound}
        ):
            continue  # 再多抵消3000吨, and nobody said how much there was
        if isinstance(bound, str) and not (figure.approximate and VAGUE.search(figure.text)):
            stated.append(_stated(readable[bound], figure, place, seen.get(bound), (known or {}).get(bound)))
            seen[bound] = figure
        elif isinstance(bound, tuple):
            ambiguous.append(AmbiguousFigure(figure.text, bound))
    stated, ambiguous = _earlier(stated, ambiguous, _ordered(book, prefer))
    if answer and not figures and answer.minimum == 0 and NOTHING.match(message.strip()):
        stated.append(StatedFact(answer.id, "0", message))
    stated += _at_the_cap(message, book, seen)
    stated += [
        StatedFact(fact.id, value, words)
        for fact, value, words in amounts_in_words(message, book.facts)
        if fact.id not in {*seen, *(item.fact for item in stated)} and not _asked(message, words)
    ]
    stated += _the_rest(message, book, stated, known or {}, prefer)
    stated += _declared(message, book, answer, latest, today or date.today())
    return FactReading(tuple(stated), tuple(ambiguous), bool(SUPPOSITION.search(message)))


def _ordered(book: RuleBook, prefer: frozenset[str]) -> list[tuple[str, str]]:
    """Pairs of facts that are told one after the other, where both belong to what is under discussion."""
    return [
        (fact.id, fact.precedes)
        for fact in book.facts.values()
        if fact.precedes is not None and {fact.id, fact.precedes} <= prefer
    ]


def _only_input(figure: Quantity, metric: Metric, readable: Mapping[str, FactDefinition]) -> str | None:
    inputs = [node.id for node in walk(metric.formula) if isinstance(node, Name)]
    fitting = [name for name in dict.fromkeys(inputs) if fits_unit(figure, readable[name])]
    return fitting[0] if len(fitting) == 1 and figure.unit is not None else None


def _at_the_cap(message: str, book: RuleBook, seen: Mapping[str, Quantity]) -> list[StatedFact]:
    """抵消用满, 顶格抵消: an amount supposed at its limit, where the book has a metric for that limit."""
    found = FILLED.search(message)
    if not found:
        return []
    capped = [
        book.facts[metric.adjust]
        for metric in book.metrics.values()
        if metric.adjust and metric.limit and "<" in metric.limit.operator
    ]
    return [
        StatedFact(fact.id, CAP, found.group())
        for fact in dict.fromkeys(capped)
        if fact.id not in seen
        and any(word in message for word in fact.topic)
        and any(metric.label == f"{fact.label}{CAP}" for metric in book.metrics.values())
    ]


def _the_rest(
    message: str,
    book: RuleBook,
    stated: Sequence[StatedFact],
    known: Mapping[str, str],
    prefer: frozenset[str],
) -> list[StatedFact]:
    """剩下的全抵掉: the capped amount is as large as the amount that is left, where that is known."""
    found = REST.search(message)
    if not found:
        return []
    values = {**known, **{item.fact: item.value for item in stated}}
    limited = [
        metric for metric in book.metrics.values() if metric.limit and metric.adjust in (prefer or book.facts)
    ]
    left = {metric.adjust for metric in limited if metric.limit and ">" in metric.limit.operator}
    capped = {metric.adjust for metric in limited if metric.limit and "<" in metric.limit.operator} - left
    named = [id for id in capped if id and any(word in found.group() for word in book.facts[id].topic)]
    amounts = [values[id] for id in left - {None} if id in values]
    if len(named) != 1 or len(amounts) != 1 or any(item.fact == named[0] for item in stated):
        return []
    return [StatedFact(named[0], amounts[0], found.group())]


def _reduced(place: Window, book: RuleBook, known: Mapping[str, str], prefer: frozenset[str]) -> str | None:
    """自己再减1万吨: what is reduced is the known fact in which the gap to a lower limit is told."""
    step = MORE_OR_LESS.search(place.before)
    if not step or not step["less"]:
        return None
    lower = [metric for metric in book.metrics.values() if metric.limit and ">" in metric.limit.operator]
    found = [metric.adjust for metric in lower if metric.adjust in known and metric.adjust in prefer]
    return found[0] if len(found) == 1 else None


def _answers(figure: Quantity, fact: FactDefinition | None) -> bool:
    """Whether a figure answers the question for a fact; 吨 said of energy means the 吨标准煤 that were asked for."""
    if fact is None:
        return False
    return fits_unit(figure, fact) or (fact.unit == "吨标准煤" and figure.unit == "吨")


def _between(
    figure: Quantity,
    place: Window,
    stated: list[StatedFact],
    bound: str | tuple[str, ...] | None,
    ordered: Sequence[tuple[str, str]],
) -> str | tuple[str, ...] | None:
    """从4万吨降到3.7万吨: of the facts that fit, the earlier one first, the later one after it."""
    if not isinstance(bound, tuple) or figure.unit != "吨":
        return bound
    for first, second in ordered:
        if {first, second} & set(bound):
            if FROM.search(place.before) and first in bound:
                return first
            if stated and stated[-1].fact == first and second in bound:
                return second
    return bound


def _earlier(
    stated: list[StatedFact],
    ambiguous: list[AmbiguousFigure],
    ordered: Sequence[tuple[str, str]],
) -> tuple[list[StatedFact], list[AmbiguousFigure]]:
    """年排放26万吨，培育完24.8万吨: beside the later one of two, a figure that may be the earlier one is that."""
    known = {item.fact for item in stated}
    for first, second in ordered:
        unsettled = [item for item in ambiguous if first in item.candidates]
        if len(unsettled) == 1 and second in known and first not in known:
            found = StatedFact(first, unsettled[0].words, unsettled[0].words)
            return [found, *stated], [item for item in ambiguous if item is not unsettled[0]]
    return stated, ambiguous


def _stated(
    fact: FactDefinition, figure: Quantity, place: Window, earlier: Quantity | None, known: str | None
) -> StatedFact:
    """绿证抵了3万吨，碳汇又抵了2万吨: a second part of the same quantity is added; a restatement replaces.

    再多抵消3000吨 adds to what is known, 再减2万吨 takes from it.
    """
    step = MORE_OR_LESS.search(place.before)
    if step and known and earlier is None and figure.unit == fact.unit and fact.unit:
        change = -figure.value if step["less"] else figure.value
        value = display_quantity(parse_quantity(known, fact.unit) + change, fact.unit)
        return StatedFact(fact.id, value, place.before + figure.text + place.after, figure.approximate)
    value = figure.text
    if figure.value == 1 and NONE_OF_IT.search(place.after):
        value = "0"  # 一吨都没抵消
    elif earlier and figure.unit and earlier.unit == figure.unit and ADDED.search(place.before):
        value = display_quantity(earlier.value + figure.value, figure.unit)
    elif fact.unit == "吨标准煤" and figure.unit == "吨":
        value = f"{figure.text}标准煤"
    return StatedFact(fact.id, value, place.before + figure.text + place.after, figure.approximate)


def _declared(
    message: str,
    book: RuleBook,
    answer: FactDefinition | None,
    latest: Sequence[str],
    today: date,
) -> list[StatedFact]:
    """Yes and no by the book's phrases, the longest that stands in the message; short ones only answer a question.

    A day beside a no is the date that the fact follows from: 2024年5月出过一次安全事故.
    """
    found: dict[str, StatedFact] = {}
    for fact in book.facts.values():
        if fact.type != "boolean":
            continue
        cues = [(word, "否") for word in fact.deny] + [(word, "是") for word in fact.affirm]
        standing = [cue for cue in cues if (fact is answer or cue[0] not in PLAIN) and _stands(cue, message)]
        if not standing:
            continue
        words, value = max(standing, key=lambda cue: len(cue[0]))
        denied = value == "否" and words[0] not in "没不未无还"
        if denied and NEGATED.search(message[: message.find(words)]):
            value = "是"
        if value == "是" and _names_some_parts(fact, message, words):
            continue
        if value == "否" and fact.follows is not None:
            item = _dated(fact, book, message, words, today)
        else:
            item = StatedFact(fact.id, value, words)
        if item is not None and not _asked(message, words):
            found[item.fact] = item
    if answer and answer.type == "boolean" and answer.id not in found:
        plain = message.strip()
        if NO.match(plain) or YES.match(plain):
            found[answer.id] = StatedFact(answer.id, "否" if NO.match(plain) else "是", plain)
    asked = [answer] if answer else []
    corrected = [book.facts[id] for id in latest if id in book.facts] if CORRECTED.search(message) else []
    for fact in (*asked, *corrected):
        day = _day_in(message, today) if fact.type == "date" and not found else None
        if day is not None:
            found[fact.id] = StatedFact(fact.id, day, message.strip())
    return list(found.values())


def _names_some_parts(fact: FactDefinition, message: str, words: str) -> bool:
    """Whether what is said around a yes names some parts of a compound fact but not all: 没有安全事故."""
    at = message.find(words)
    start = max((cut.end() for cut in SAYINGS.finditer(message, 0, at)), default=0)
    ahead = SAYINGS.search(message, at)
    said = message[start : ahead.start() if ahead else len(message)]
    named = [any(word in said for word in part.split("|")) for part in fact.parts]
    return any(named) and not all(named)


def _dated(fact: FactDefinition, book: RuleBook, message: str, words: str, today: date) -> StatedFact | None:
    """A no about a window of time: with its day, the date; long ago, nothing, unless it was the last time."""
    assert fact.follows is not None, "only such a fact is about a window of time"
    facts, segment = book.facts, _segment(message, words)
    dates = [name for name in names(fact.follows) if facts[name].type == "date"]
    day = _day_in(segment, today)
    if day is not None and len(dates) == 1:
        value = parse_fact(facts[dates[0]], day)
        gone = Evaluator(book, {dates[0]: value}, today).truth(fact.follows)
        # one time long ago does not say that there was none since
        return StatedFact(dates[0], day, segment.strip()) if not gone or THE_LAST.search(message) else None
    return None if AGO.search(segment) else StatedFact(fact.id, "否", words)


def _day_in(text: str, today: date) -> str | None:
    """The first day, month or year in a text, 去年5月 counted from today; None when there is none that exists."""
    match = ON_A_DAY.search(text)
    if match is None:
        return None
    found = match.group()
    if match["ago"]:
        found = f"{today.year - int(parse_chinese_number(match['ago']))}年"
    elif match["year"] in YEARS_BACK:
        found = f"{today.year - YEARS_BACK[match['year']]}年" + found[len(match["year"]) :]
    try:
        parse_period(found)
    except QuantityError:
        return None
    return found


def _segment(message: str, words: str) -> str:
    """The part of the message, between separators, that holds the words."""
    at = message.find(words)
    start = max((cut.end() for cut in SEPARATORS.finditer(message, 0, at)), default=0)
    ahead = SEPARATORS.search(message, at + len(words))
    return message[start : ahead.start() if ahead else len(message)]


def _stands(cue: tuple[str, str], message: str) -> bool:
    """Whether a phrase stands in the message; a yes with 没, 不 or 未 before it is none."""
    at = message.find(cue[0])
    return at >= 0 and not (cue[1] == "是" and at and message[at - 1] in "没不未无非")


def _asked(message: str, words: str) -> bool:
    """Whether the words stand in a question (要不要…, 是不是…吗) and so state nothing."""
    at = message.find(words)
    rest = message[at:]
    ahead = SEPARATORS.search(rest)
    segment = rest[: ahead.start()] if ahead else rest
    sign = ahead.group() if ahead else ""
    begin = max((cut.end() for cut in SEPARATORS.finditer(message, 0, at)), default=0)
    return sign in ("？", "?") or bool(QUESTIONED.search(message[max(begin, at - 6) : at] + segment))
