"""What the user wants confirmed, held against the sentence that answers: figures, years, direction, negation and who.

Only a clear case is judged: the sentence is about what was said, and both say something of the same kind. Otherwise
nothing is said and the sentence speaks for itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from assistant.agent.tools.claims import direction_agrees, duty_agrees, level_agrees, order_agrees
from assistant.quantities import Quantity, find_quantities
from assistant.retrieval.asking import content_words
from assistant.retrieval.tokenizer import pair_terms

CONFIRM = re.compile(
    r"是(?=[^，。？?是]{0,12}\d[^，。？?]{0,6}吗)|这么说|这么定|有这(?:回事|个说法|条|种)|对吧|是吧|对不(?:对)?(?:[，。？?]|$)|没错吧|对吗|是吗|是不是?(?:[？?]|$)|是不是|没错|对么|对的吧|"
    r"是这样|是要(?=.{0,14}吧)|吧[？?。！!]*$|正确吗|属实|真的(?:吗|假的)|真假|没记错|记错|没毛病|没问题吧|靠谱吗|可信吗|确认一?下|核(?:一下|对|实)|确定吗|"
    r"(?:听|据|都|有人|客户|中介)(?:说|讲)|我记得|不是(?=[^，。？?]{2,30}[吗嘛么])|来着[？?]?$|理解(?:得)?(?:对|没错)"
)
MAY_EXCEED = re.compile(
    r"(?:能不能|能否|可不可以|可以|(?<!不)能|允许|可否)[^，。？?不]{0,8}(?:超过|高于|大于|多于|突破)"
)
_UPPER = r"不得?能?(?:超过?|高于|大于|多于|突破)|≤|小于|(?<!不)(?:低于|少于)|上限|最[高多大]|[至顶]多|封顶|控制在|以[内下]|之内"
_LOWER = r"不得?能?(?:低于|少于|小于)|≥|大于|(?<!不)(?:高于|多于|超过)|下限|最[低少小]|至少|起码|以上"
_BEFORE = re.compile(rf"(?P<upper>{_UPPER})|(?P<lower>{_LOWER})")
_AFTER = re.compile(r"[^，。；]{0,3}?(?:(?P<upper>及?以[内下]|之内|封顶)|(?P<lower>及?以上))")
_DENIED = re.compile(r"(?:不用|不需要?|无需|不必|用不着|不要求|没要求|取消)(?:再)?(?P<what>[一-鿿]{2,})")
_DEMAND = re.compile(r"[要须得应不]|至少|起码")
_PART = re.compile(r"[^，；。（）]+")
_NEGATION = re.compile(r"[不无未非]|没有|免")
_AGENCY = re.compile(
    r"(?:是?由|是|归|向|找|交给|该)(?P<level>福建省|国家|省|设区市|市|县|区)?(?P<stem>(?:(?![是由归向找省市县区])[一-鿿]){2,6}?)"
    r"(?P<organ>主管部门|部门|委员会|厅|局|委|部|中心)(?=[来去]?[一-鿿]{1,8})"
)
_ORGAN = re.compile(r"(?:厅|局|委员会|部门|中心|政府)")
_LEVELS = {"福建省": "省", "县": "县", "区": "县", "设区市": "市", "市": "市", "省": "省", "国家": "国家"}
_TREND = re.compile(
    r"(?P<cause>越[高多大低少小])[^，。；越]{0,4}[，,]?[^，。；越]{0,8}(?P<effect>越[高多大低少小])"
)
_RISES = frozenset(("越高", "越多", "越大"))
_FILLER = re.compile(
    r"所以|既然|那么|不是说|不是要|我记得|没记错|记错|听说|据说|有人|客户|中介|真的假的|真的|属实|确认一下|确认|就行|才行|才算|才能|就够了?|"
    r"左右|以上|以下|以内|及以上|不得|不能|超过|低于|高于|大于|小于|不超|最多|最少|至少|最高|最低|上限|要求|上升|下降|升高|降低|比例|占比|比重|总数|数量|达到|提高到|占到|没错|正确|直接|一定|只能|"
    r"得(?!分)|能(?![耗源效碳])|[是对要有会就才也都把被给和与及为在到达占每吧吗呢么不说讲]"
)
_ENERGY = re.compile(r"能耗|能源|用能|标煤|标准煤")  # 5000吨以上的能耗: tonnes of coal equivalent
_COUNTERS = frozenset(("个", "项", "家", "条", "步", "类", "种", "次"))
_MONTHS = 12
FIRST_YEAR = 1900  # a figure in 年 above it is a calendar year
EXPLAINED = 0.75  # share of what was said that the sentence must hold for a yes
ON_TOPIC = 0.5  # the same for a no


class Scope(StrEnum):
    """Whose rule a sentence is, where the question names one programme of several."""

    OPEN = ""
    OWN = "own"
    OTHER = "other"


@dataclass(frozen=True)
class _Figure:
    """A measure with what bounds it: `upper`, `lower` or nothing."""

    value: Fraction
    unit: str | None
    bound: str | None
    start: int


def judge(question: str, sentence: str, place: str = "", scope: Scope = Scope.OPEN) -> str | None:
    """“对。”, “不对。”, “不能。” or None when the case is not clear.

    `place` is what stands above the sentence (title, headings, lead-ins) and the texts' words for what was said.
    """
    if scope is Scope.OTHER:
        return None
    if MAY_EXCEED.search(question):
        return _may_exceed(question, sentence)
    if not CONFIRM.search(question):
        return None
    ordered = order_agrees(question, sentence)
    if ordered is False:
        return "不对。"
    explained = _explained(question, f"{sentence} {place}")
    checks = [
        check
        for check in (
            _figures_agree(question, sentence),
            _years_agree(question, sentence),
            _agency_agrees(question, sentence),
            _trend_agrees(question, sentence),
            _denial_holds(question, sentence) if scope is Scope.OWN else None,
            ordered,
            level_agrees(question, sentence),
            direction_agrees(question, sentence),
            duty_agrees(question, sentence),
        )
        if check is not None
    ]
    if False in checks:
        return "不对。" if explained >= ON_TOPIC else None
    if checks and _whole(question) and explained >= EXPLAINED:
        return "对。"
    return None


def open_question(question: str) -> str:
    """The question without what is to be confirmed (who, which year, how much), which may be wrong and is not searched for."""
    if not CONFIRM.search(question):
        return question
    years, figures = _calendar(question), _measures(question)
    claimed = [(item.start, item.end, "哪一年") for item in years if not figures]
    claimed += [
        (*_number(one), "")
        for one in find_quantities(question)
        if one not in years and one.unit not in ("个", None)
    ]
    office = _AGENCY.search(question)
    if office:
        claimed.append((office.start("level") if office["level"] else office.start("stem"), office.end(), ""))
    for start, end, asked in sorted(claimed, reverse=True):
        question = question[:start] + asked + question[end:]
    return question


def states_figure(question: str, sentence: str) -> bool:
    """Whether the one figure of the question stands in a sentence, whatever it is said of there."""
    asked = _measures(question)
    return (
        len(asked) == 1
        and asked[0].unit is not None
        and any((one.value, one.unit) == (asked[0].value, asked[0].unit) for one in _measures(sentence))
    )


def claims_agency(question: str) -> bool:
    """Whether an office is to be confirmed as the one in charge: 零碳工厂是省生态环境厅认定的吧."""
    return bool(CONFIRM.search(question) and _AGENCY.search(question))


def _number(figure: Quantity) -> tuple[int, int]:
    """Where a figure's number stands; its unit says what is asked about and stays."""
    digits = re.match(r"[\d.,，零〇一二两三四五六七八九十百千万亿]+%?", figure.text)
    return figure.start, figure.start + (digits.end() if digits else 0)


def _may_exceed(question: str, sentence: str) -> str | None:
    asked = _measures(question)
    limits = [
        one for one in _measures(sentence) if asked and one.unit == asked[0].unit and one.bound == "upper"
    ]
    if len(asked) != 1 or len(limits) != 1:
        return None
    return "不能。" if asked[0].value >= limits[0].value else None


def _figures_agree(question: str, sentence: str) -> bool | None:
    """Whether the one figure that was said stands in the sentence with the same bound; None when unclear."""
    asked = _measures(question)
    if len({(one.value, one.unit) for one in asked}) != 1 or asked[0].unit is None:
        return None
    said = asked[0]
    stated = [one for one in _of_the_year(question, sentence) if _same_kind(said, one, question, sentence)]
    if len({one.value for one in stated}) > 1:
        bounded = [one for one in stated if one.bound == said.bound] if said.bound else []
        stated = bounded or _of_the_topic(question, sentence, stated) or stated
    if len({one.value for one in stated}) != 1:
        known = {one.value for one in stated}
        return False if len(known) > 1 and said.value not in known else None
    if stated[0].value != said.value:
        return False
    bounds = {one.bound for one in stated}
    if said.bound in bounds:
        return True
    return False if None not in bounds and _is_demand(question, said) else None


def _is_demand(question: str, said: _Figure) -> bool:
    """Whether a bound is said to be required (要大于8吨), not only supposed (超过一半就…)."""
    return (
        said.bound is not None and _DEMAND.search(question[max(0, said.start - 8) : said.start]) is not None
    )


def _of_the_topic(question: str, sentence: str, figures: Sequence[_Figure]) -> list[_Figure]:
    """Of several figures, those in the part of the sentence that speaks of what the question speaks of."""
    parts = [(part.start(), part.end()) for part in _PART.finditer(sentence)]
    shares = {part: _explained(question, sentence[part[0] : part[1]]) for part in parts}
    best = [part for part in parts if shares[part] == max(shares.values()) >= ON_TOPIC]
    return [one for one in figures if len(best) == 1 and best[0][0] <= one.start < best[0][1]]


def _same_kind(said: _Figure, stated: _Figure, question: str, sentence: str) -> bool:
    """Whether two figures count the same: the same unit, and of things counted (五个环节) the same noun."""
    if said.unit not in _COUNTERS:
        of_energy = said.unit == "吨" and stated.unit == "吨标准煤" and _ENERGY.search(question) is not None
        return said.unit == stated.unit or of_energy
    asked = _noun_at(question, said.start)
    if asked:
        return stated.unit in _COUNTERS and _noun_at(sentence, stated.start) == asked
    return stated.unit in _COUNTERS


def _noun_at(text: str, start: int) -> str:
    """The noun that a count stands before: 环节 of 五个环节; nothing for 3个以上."""
    found = re.match(
        r"[\d一二两三四五六七八九十百千]+\s*[个项家条类种次](?![及以就才])([一-鿿]{2})", text[start:]
    )
    return found[1] if found and not CONFIRM.match(text, start + found.start(1)) else ""


def _of_the_year(question: str, sentence: str) -> Sequence[_Figure]:
    """Figures of the sentence; where the question names a year, those that the sentence states for that year."""
    figures, years = _measures(sentence), _years(question)
    spans = [(item.start, int(item.value)) for item in _calendar(sentence)]
    if not years or not spans:
        return figures
    kept = []
    for figure in figures:
        before = [year for start, year in spans if start < figure.start]
        if not before or before[-1] in years:
            kept.append(figure)
    return kept


def _years_agree(question: str, sentence: str) -> bool | None:
    """Whether the one calendar year that was said is the one of the sentence; only where no other figure is said."""
    said = _years(question)
    if len(said) != 1 or _measures(question):
        return None
    stated = _years(sentence)
    year = next(iter(said))
    if year not in stated:
        return False if len(stated) == 1 else None
    # the same year: only what its own segment says is confirmed, as a sentence may name one year for several things
    parts = [part for part in _PART.findall(sentence) if year in _years(part)]
    if all(_explained(question, part) < EXPLAINED for part in parts):
        return None
    return True


def _agency_agrees(question: str, sentence: str) -> bool | None:
    """Whether the office that was said does in the sentence what was said; None when unclear."""
    found = _AGENCY.search(question)
    if not found:
        return None
    rest = question[: found.start()] + " " + question[found.end() :]
    places = [sentence.rfind(word) for word in _said_words(rest) if word in sentence]
    at = max(places, default=-1)
    if at < 0:
        return None
    before = sentence[:at]
    levels = {
        _LEVELS.get(one["level"] or "")
        for one in re.finditer(rf"(?P<level>福建省|国家|设区市|省|市|县|区)?{found['stem']}", before)
    }
    if not levels:
        others = _ORGAN.findall(before)
        return False if others and found["stem"] not in sentence else None
    level = _LEVELS.get(found["level"] or "")
    if level is None or len(levels) != 1 or None in levels:
        return None
    if level not in levels:
        return False
    return True if len(_ORGAN.findall(before)) == 1 else None


def _trend_agrees(question: str, sentence: str) -> bool | None:
    """越高…越低, said and stated: whether both run the same way."""
    said, stated = _TREND.search(question), _TREND.search(sentence)
    if not said or not stated:
        return None
    runs = [(one["cause"] in _RISES) == (one["effect"] in _RISES) for one in (said, stated)]
    return runs[0] == runs[1]


def _denial_holds(question: str, sentence: str) -> bool | None:
    """不用验收 where the sentence has 验收 and denies nothing: False; everything else is unclear."""
    denied = _DENIED.search(question)
    if not denied or denied["what"][:2] not in sentence or _NEGATION.search(sentence):
        return None
    return False


def _whole(question: str) -> bool:
    """Whether nothing is said beside what was checked that could make it wrong: a negation that is no bound."""
    rest = _BEFORE.sub("", CONFIRM.sub("", question))
    return not re.search(r"不用|不需|无需|不必|没有|不(?!是|过)", rest)


def _explained(question: str, text: str) -> float:
    """Share of the question's words, figures and words of asking aside, that stand in `text`."""
    said = _said_words(question)
    if not said:
        return 1.0
    held = pair_terms(text)
    shares = [len(pair_terms(word) & held) / len(pair_terms(word)) for word in said]
    return 0.0 if min(shares) == 0.0 and len(said) == 1 else sum(map(_enough, shares)) / len(shares)


def _enough(share: float) -> float:
    return 1.0 if share >= ON_TOPIC else share


@lru_cache(maxsize=64)
def _said_words(question: str) -> tuple[str, ...]:
    """What a question says, in pieces of two characters or more: no figures, bounds or words of asking."""
    rest = CONFIRM.sub(" ", question)
    office = _AGENCY.search(rest)
    if office:
        rest = f"{rest[: office.start()]} {rest[office.end() :]}"
    for item in reversed(find_quantities(rest)):
        rest = rest[: item.start] + " " + rest[item.end :]
    return tuple(word for word in _FILLER.sub(" ", content_words(rest)).split() if len(word) > 1)


@lru_cache(maxsize=512)
def _measures(text: str) -> tuple[_Figure, ...]:
    """Figures that measure something, spans of time in months; calendar years are none."""
    found = []
    for item in find_quantities(text):
        if item.unit == "年" and item.value > FIRST_YEAR:
            continue
        in_years = item.unit == "年"
        value = item.value * _MONTHS if in_years else item.value
        found.append(_Figure(value, "个月" if in_years else item.unit, _bound(text, item), item.start))
    return tuple(found)


def _bound(text: str, figure: Quantity) -> str | None:
    before = list(_BEFORE.finditer(text[max(0, figure.start - 10) : figure.start]))
    after = _AFTER.match(text, figure.end)
    found = after or (before[-1] if before else None)
    return found.lastgroup if found else None


@lru_cache(maxsize=512)
def _calendar(text: str) -> tuple[Quantity, ...]:
    return tuple(item for item in find_quantities(text) if item.unit == "年" and item.value > FIRST_YEAR)


def _years(text: str) -> set[int]:
    """Calendar years named; 25年 in a question is no such year unless it is written 2025年."""
    return {int(item.value) for item in _calendar(text)}
