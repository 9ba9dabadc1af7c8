"""Yes and no from the book's own phrases, and the days of incidents: 2024年5月出过一次安全事故."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from assistant.agent.understanding.facts.figure_binding import SEPARATORS
from assistant.agent.understanding.facts.polarity import (
    Places,
    denied_after,
    is_of_shorter_time,
    located,
    polarity,
)
from assistant.agent.understanding.facts.stated import CORRECTED, StatedFact
from assistant.agent.understanding.facts.suppositions import is_supposed
from assistant.errors import QuantityError
from assistant.numerals import parse_chinese_number
from assistant.quantities import parse_period
from assistant.rules.book import FactDefinition, RuleBook
from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import names
from assistant.rules.facts import parse_fact

NOWHERE = Places()
BLANK = re.compile(r"(?P<before>[一-鿿]+)[ \t　](?=[一-鿿])")
LISTED = 4  # characters of what blanks list: 安全 质量 环保事故
HEDGED = re.compile(r"应该(?=[是没不有都])|可能|大概|估计|也许|好像|似乎")
AS_REQUIRED = re.compile(r"(?:(?<![按据达])要求|规定|条件(?:是|里|说))$")
YES = re.compile(
    r"^(是|是的|有|有的|对|对的|符合|都符合|达到了?|达标|满足|没问题|通过了?|已经有了?|嗯+|可以|yes)[的了啊呀哦，。！ ]*$",
    re.I,
)
NO = re.compile(
    r"^(不是|没有|没|否|不符合|不达标|未达到|没达到|不满足|没有达到|还没有?|无|不|no)[的了啊呀哦，。！ ]*$",
    re.I,
)
QUESTIONED = re.compile(r"吗|么$|是不是|是否|要不要|需不需要|需要|必须|得是|才能")
SAYINGS = re.compile(r"[，。；;！!？?\n也且]")
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
REACHED_NOT = re.compile(r"(?:[没不未无非]|没有?能?(?:达到|达|到)|未能?(?:达到|达|到)|没有能?)$")
TWICE_NEGATED = re.compile(r"(?:没有?|不是|并非|无)$")
OF_OTHERS = re.compile(
    r"隔壁|同行|别的|别人|人家|其他(?:企业|公司|厂)|另一?家|子公司|母公司|集团|客户的|听说"
)
AGAIN = re.compile(r"又(?:出|发生|有|被)")
PRESUPPOSED = re.compile(r"^的?(?:公司|企业|单位|工厂|厂子?)(?=[能可有也算怎，])|^的(?=[，,])")
# 物流公司能申报零碳工厂吗: of what somebody asks whether it may apply, it is so
SUBJECT = re.compile(
    r"^(?:的|的?(?:公司|企业|单位|厂))?(?:也|还)?(?:能|可以|可不可以|能不能|能否|够不够格)[^，。？?]{0,4}(?:报|申请|评|参评|认定)"
)
ASKED_BACK = re.compile(r"[啊呀呢嘛吗么哦]$|^(?:您|你)(?:是)?(?:问|说)")
OURS = re.compile(r"我们|咱|本公司|本厂|我厂|俺")
IT_WAS = re.compile(r"^[ 	]*(?:那)?(?:是|在|发生在|时间|就在)")
PLAIN = frozenset(
    ["有", "没有", "无", "是", "否", "不适用", "还没有", "未获得", "没有适用的标准", "无适用标准"]
)  # only answer a question


def declared(
    message: str,
    book: RuleBook,
    answer: FactDefinition | None,
    latest: Sequence[str],
    today: date,
    places: Places = NOWHERE,
) -> list[StatedFact]:
    """Yes and no by the book's phrases, the longest that stands in the message; short ones only answer a question.

    A day beside a no is the date that the fact follows from: 2024年5月出过一次安全事故. Where no phrase stands, the clause
    about a fact's words may settle it, or the place that is named (`places`).
    """
    message = BLANK.sub(_sign, message)
    found: dict[str, StatedFact] = {}
    torn: set[str] = set()
    for fact in book.facts.values():
        if fact.type != "boolean":
            continue
        standing = [
            (word, value)
            for value, phrases in (("否", fact.deny), ("是", fact.affirm))
            for word in phrases
            if word in message and (fact is answer or word not in PLAIN) and _stands((word, value), message)
        ]
        if not standing:
            continue
        if _contradictory(standing, message):
            torn.add(fact.id)
            continue
        words, value = max(standing, key=lambda cue: len(cue[0]))
        at = message.find(words)
        if value == "是" and AS_REQUIRED.search(message[:at]):
            continue  # 要求没有落后工艺，我们还有一条老线
        if OF_OTHERS.search(_segment(message, words)):
            continue  # 隔壁厂出过事故, 母公司是省级绿色工厂
        if value == "否" and _is_denied(message, words):
            value = "是"
        if value == "是" and _names_some_parts(fact, message, words):
            continue
        said = _segment(message, words)
        if value == "是" and (HEDGED.search(said) or is_of_shorter_time(fact, said)):
            continue
        if value == "否" and fact.follows is not None:
            item = _dated(fact, book, message, words, today)
        else:
            item = StatedFact(fact.id, value, words)
        if item is not None and not is_asked(message, words):
            found[item.fact] = item
    for whole in [id for id in found if torn & set(book.facts[id].implies)]:
        del found[whole]  # 基本条件都符合, and yes and no of one of them
    seen = {*found, *torn, *(fact.id for fact in book.facts.values() if _has_phrase(fact, message))}
    facts = tuple(book.facts.values())
    for fact, value, words in (*located(message, facts, places), *polarity(message, facts, seen)):
        if fact.id not in seen and fact.id not in found and not is_asked(message, words):
            found[fact.id] = StatedFact(fact.id, value, words)
    found |= {item.fact: item for item in _echoed(message, book) if item.fact not in found}
    if answer and answer.type == "boolean" and answer.id not in found:
        plain = message.strip()
        if NO.match(plain) or YES.match(plain):
            found[answer.id] = StatedFact(answer.id, "否" if NO.match(plain) else "是", plain)
    asked = [answer] if answer else []
    anew = CORRECTED.search(message) or is_supposed(message)  # 如果那次其实是2023年3月的呢
    corrected = [book.facts[id] for id in latest if id in book.facts] if anew else []
    for fact in (*asked, *corrected):
        day = _day_in(message, today) if fact.type == "date" and not found else None
        if day is not None:
            found[fact.id] = StatedFact(fact.id, day, message.strip())
    return list(found.values())


def _sign(found: re.Match[str]) -> str:
    """A blank as the sign that it stands for in quick typing: between the items of a list, or between clauses."""
    item = len(found["before"]) <= LISTED and not re.search("[没无未不是有都也]", found["before"])
    return found["before"] + ("、" if item else "，")


def _has_phrase(fact: FactDefinition, message: str) -> bool:
    """Whether a no of the book stands in the message, whatever came of it."""
    return any(phrase in message for phrase in fact.deny if phrase not in PLAIN)


def _echoed(message: str, book: RuleBook) -> list[StatedFact]:
    """绿色工厂啊？没有: a fact that is asked back, and answered right after."""
    parts = [part.strip() for part in SAYINGS.split(message)]
    found = []
    for asked, answered in pairwise(parts):
        if not ASKED_BACK.search(asked) or not (NO.match(answered) or YES.match(answered)):
            continue
        named = [
            fact
            for fact in book.facts.values()
            if fact.type == "boolean" and any(word in asked for word in (*fact.topic, *fact.synonyms))
        ]
        if len(named) == 1:
            value = "否" if NO.match(answered) else "是"
            found.append(StatedFact(named[0].id, value, f"{asked}，{answered}"))
    return found


def _contradictory(standing: Sequence[tuple[str, str]], message: str) -> bool:
    """Whether phrases that are no parts of each other say yes and no: 曾经是省级绿色工厂，去年被摘牌."""
    said: set[str] = set()
    end = 0
    for at, length, word, value in sorted((message.find(w), -len(w), w, v) for w, v in standing):
        if at < end:
            continue  # a part of the phrase before it: 达到标杆 in 没有达到标杆
        end = at - length
        said.add("是" if value == "否" and _is_denied(message, word) else value)
    return len(said) > 1


def _is_denied(message: str, words: str) -> bool:
    """Whether a no is itself denied: 没出过安全、质量事故, 质量事故都没有."""
    if words[0] in "没不未无还":
        return False
    return bool(
        NEGATED.search(message[: message.find(words)]) or denied_after(_segment(message, words), words)
    )


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
    facts, dates = book.facts, [name for name in names(fact.follows) if book.facts[name].type == "date"]
    events = _events(fact, message, words)
    days = [(day, event) for event in events if (day := _day_in(event, today)) is not None]
    if len(dates) != 1 or not days:
        return None if AGO.search(" ".join(events)) else StatedFact(fact.id, "否", words)
    day, event = max(days, key=lambda item: parse_period(item[0]))
    gone = Evaluator(book, {dates[0]: parse_fact(facts[dates[0]], day)}, today).truth(fact.follows)
    # one time long ago does not say that there was none since
    return StatedFact(dates[0], day, event.strip()) if not gone or THE_LAST.search(message) else None


def _events(fact: FactDefinition, message: str, words: str) -> list[str]:
    """The parts of a message that tell of such an event; 出过一次事故，是2023年10月的事 is one."""
    parts = [part for part in SEPARATORS.split(message) if part]
    told = [
        place
        for place, part in enumerate(parts)
        if any(cue in part for cue in fact.deny) or AGAIN.search(part)
    ]
    found = []
    for place in told:
        ahead = parts[place + 1] if place + 1 < len(parts) else ""
        found.append(f"{parts[place]} {ahead}" if IT_WAS.search(ahead) else parts[place])
    return found or [_segment(message, words)]


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
    """Whether a phrase stands in the message; a yes with 没, 不 or 未 before it is none, nor is 没有不符合 a no."""
    at = message.find(cue[0])
    if at < 0:
        return False
    if cue[1] == "是":
        return not REACHED_NOT.search(message[:at])
    return not (cue[0][0] in "不没未无" and TWICE_NEGATED.search(message[:at]))


def is_asked(message: str, words: str) -> bool:
    """Whether the words stand in a question (要不要…, 是不是…吗) and so state nothing.

    我们这种不是制造业的公司能不能报 presupposes what stands before the noun.
    """
    at = message.find(words)
    rest = message[at:]
    if PRESUPPOSED.match(rest[len(words) :]) and OURS.search(message[:at]):
        return False
    if not SEPARATORS.split(message[:at])[-1].strip("我们这是个一家种像") and SUBJECT.match(
        rest[len(words) :]
    ):
        return False
    ahead = SEPARATORS.search(rest)
    segment = rest[: ahead.start()] if ahead else rest
    sign = ahead.group() if ahead else ""
    begin = max((cut.end() for cut in SEPARATORS.finditer(message, 0, at)), default=0)
    return sign in ("？", "?") or bool(QUESTIONED.search(message[max(begin, at - 6) : at] + segment))
