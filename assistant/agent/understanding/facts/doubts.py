"""Figures that are not what they look like: a part of a year, a reduction, a plan, another year, a sign that was not read.

Such a figure is never taken for a fact; what it was is told, and the fact is asked for.
"""

from __future__ import annotations

import re
from datetime import date

from assistant.agent.understanding.facts.figure_binding import (
    NOW,
    YEAR,
    YEARS_FROM_NOW,
    Window,
    is_none_of_it,
    year_of,
)
from assistant.quantities import Quantity
from assistant.rules.book import FactDefinition

SIGNED = re.compile(r"(?<!\d)[ \t]*[-−－]$")
POWER_BEFORE = re.compile(r"(?:[×xX*^][ \t]*|\d[eE][+-]?)$")
POWER_AFTER = re.compile(r"^[ \t]*(?:[eE][+-]?\d|[×xX*][ \t]*10|\^)")
# 减少了4万吨 is no amount of emissions; 减少到4万吨, 降至4万吨 are
CHANGED = re.compile(
    r"(?:减少|减了|减掉|减排|下降|降低|降了|少排|削减|增加|多排|上升|涨|少了|多了|核[减增]|调[减增]|扣[减除]|"
    r"(?:少|多|漏|虚|误|重复)(?:报|算|填|写|记|计|统)|(?<![最至不很差])[多少]|[高低超](?=出|了)|(?:往?[上下]|[高低])调|调[高低上下]|[高低]报)(?:出来?|了|约|大约|掉|过|出|量?为)?$"
)
# 有1万吨过期了, 1万吨不认
VOID = re.compile(
    r"^[^，。；\d]{0,6}?(?:过期|作废|失效|无效|注销|不(?:被)?(?:认|能用|算|作数|承认)|被?退[回掉了]|没批|未通过|没通过|"
    r"(?:还没有?|尚未|没有?|未)(?:到账|到|拿到|办|核发|签发|注销|过户|交割|兑现|买|落实|完成))"
)
VOID_BEFORE = re.compile(r"(?:取消|作废|注销|失效|过期|退回|被退|撤销|吊销|驳回|剔除|不认)(?:了|掉)*$")
CHANGED_BY, NOT_SO, VOIDED = "说的是变化了多少，不是变化后是多少", "说的是“不是”这个数", "说的是不能算的部分"
OF_ANOTHER = "不是本企业的数"
OTHER_KIND = "计量的对象或口径不同"
NET_OF_IT = "是扣除抵消以后的数，这里要的是抵消前的"
UNSETTLING = frozenset((CHANGED_BY, NOT_SO, VOIDED))  # what was known of the fact may no longer hold
PART = re.compile(
    r"每(?:个?月|季|天|日|周|班)|[月季日]均|平均每|[上下]半年|[一二三四]季度|\d+月份|前[\d一二三四五六七八九十]+个月|车间|产线|分厂|(?:直接|间接)(?:碳?排放|排)|范围[一二三123]|(?:[一二三四五六]|\d)号(?:厂|线|炉|窑|车间)|[两二三几各每]个?厂区|[东西南北新老一二三四]厂区"
    r"|吨(?:钢|铁|铝|铜|纸|布|纱|瓷|糖|水泥|产品)|单位产品|每(?:[吨件台套箱]|平方)|单耗"
)
PLANT = re.compile(r"[一二三四五六东西南北新老]分?厂(?![商家])")
# parts of one applicant are put together: 一厂3万，二厂2万，合计
SUMMED = re.compile(r"合计|总共|总计|加起来|合起来|加总|全厂|全公司|合在一起|合并")
BETWEEN_YEARS = re.compile(r"第[一二三四五\d]+年|中间(?:那)?一?年|期中")
OF_OTHERS = re.compile(
    r"^(?:那个)?(?:是|属于)(?:隔壁|别人|别家|人家|同行|另一?家|其他|子公司|母公司|集团|客户)"
)
NOT_IT = re.compile(
    r"(?:不是|并非|不等于|没有到|没到)[^，。；\d]{0,4}$|(?:没有?|未)(?:抵消?|买|排放?|达到)(?:过|了)?$"
)
# Other quantities of an enterprise in the units of those that are asked for
OTHER_QUANTITY = re.compile(
    r"产[量能值]|年产|营业?额|营收|收入|销售[额量]?|利润|税[收额]?|总?资产|注册资[本金]|成本|采购[额量]?|库存|用[电水气煤]量?|耗[电水煤]量?|"
    r"废[水气渣料]|污水|固废|粉尘|烟尘|颗粒物|氮氧化物|二氧化硫|氨氮|COD|VOCs?"
)
OTHER_SUBSTANCE = re.compile(r"^(?:的)?(?:原煤|煤炭|煤(?!当量)|柴油|汽油|原油|天然气|蒸汽|产品|钢|水泥)")
A_SHARE_OF_THEM = re.compile(
    r"(?:%|成|一半|分之\w+)[，, ]*(?:也就是|就是|即|是|等于|相当于|约|[（(])+$"
)  # 核查了20%也就是4家
SPENT = re.compile(r"(?:花|投资|投入|支付|付|费用|成本|耗资)[了约共计达]*$")


def doubt(
    message: str,
    figure: Quantity,
    place: Window,
    fact: FactDefinition,
    today: date,
    applied: date,
    tied: bool = False,
) -> str | None:
    """Why a figure is not taken for the fact whose words stand beside it; None when it may be.

    `applied` is the day of applying, whose 上年度 is meant; `tied`: the fact is measured beside an amount of that year.
    """
    ahead, behind = message[figure.end :], message[: figure.start]
    near = place.before + place.after
    if OF_OTHERS.search(place.after):
        return OF_ANOTHER
    if SIGNED.search(behind):
        return "前面有负号，不能是负数"
    if POWER_BEFORE.search(behind) or POWER_AFTER.search(ahead):
        return "数的写法没有读懂"
    if fact.type == "integer" and A_SHARE_OF_THEM.search(behind):
        return "说的是其中的一部分"
    if figure.unit in ("吨", "吨标准煤", None) and fact.type == "number":
        for pattern, why in (
            (CHANGED, CHANGED_BY),
            (NOT_IT, NOT_SO),
        ):
            found = pattern.search(place.before)
            if found and not _is_its_own(found.group(), fact):
                return why
        if (VOID.search(place.after) and not is_none_of_it(figure, place, fact)) or VOID_BEFORE.search(
            place.before
        ):
            return VOIDED
        if PART.search(near) or (PLANT.search(near) and SUMMED.search(message)):
            return "不是全年、全厂的数"
        if (
            fact.periods
            and BETWEEN_YEARS.search(place.before)
            and not any(w in place.before for w in fact.periods)
        ):
            return "没有说是不是要用的那一年"
        if place.net and fact.unlike:
            return NET_OF_IT
        if OTHER_SUBSTANCE.search(ahead) or any(word in near for word in fact.unlike):
            return OTHER_KIND
    elif place.net and fact.unlike:
        return NET_OF_IT
    if _names_another(place.before, fact):
        return OTHER_KIND
    spent = SPENT.search(place.before) if figure.unit == "万元" else None
    if spent and not _is_its_own(spent.group(), fact):
        return "说的是花费"
    other = _not_its_year(place, fact, today) or _other_year(place, fact, today, applied)
    return _earlier_year(place, fact, today, applied) if tied and other is None else other


def _is_its_own(words: str, fact: FactDefinition) -> bool:
    """Whether words are part of a fact's own name: 改造投资 is no spending beside the investment that is asked for."""
    core = words.rstrip("了约共计达为")
    return any(core in name for name in (fact.label, *fact.synonyms, *fact.topic))


def _names_another(words: str, fact: FactDefinition) -> bool:
    """产值2亿元: whether the last words before a figure name a quantity that is none of the fact's own names."""
    others = [found for found in OTHER_QUANTITY.finditer(words) if not _is_its_own(found.group(), fact)]
    own = max(
        (words.rfind(word) + len(word) for word in (*fact.synonyms, *fact.topic) if word in words), default=-1
    )
    return bool(others) and others[-1].end() > own


def _other_year(place: Window, fact: FactDefinition, today: date, applied: date) -> str | None:
    """A year that is neither the fact's own nor the one before the day of applying, where the fact is of the year before."""
    if not set(fact.periods) & set(NOW):
        return None
    years = _years(place.before, today) or _years(place.after, today) or _years(place.lead, today)
    last = applied.year - 1
    if not years or years[-1] == last:
        return None
    meant = "去年" if last == today.year - 1 else f"{last}年"
    if years[-1] == applied.year:
        return f"是申报当年的数，申报上年度是{meant}"
    return f"是{_said(years[-1], today)}的数，申报上年度是{meant}"


def _not_its_year(place: Window, fact: FactDefinition, today: date) -> str | None:
    """基准改用2020年的12万吨: a year other than the one that the fact is of by its own name."""
    own = {year for period in fact.periods for year in _years(period, today)}
    if not own or set(fact.periods) & set(YEARS_FROM_NOW):
        return None
    said = _years(place.before, today) or _years(place.after, today)
    if not said or own & set(said):
        return None
    return f"是{_said(said[-1], today)}的数，这里要的是{min(own)}年的"


def _earlier_year(place: Window, fact: FactDefinition, today: date, applied: date) -> str | None:
    """2023年增加值8000万: an amount without a year of its own, told of one that is over before the year that is asked for."""
    if fact.periods or fact.type != "number":
        return None
    found = YEAR.search(place.before)
    if found is None or not any(word in place.before[found.end() :] for word in fact.topic):
        return None
    year, last = year_of(found.group(), today), applied.year - 1
    return f"是{_said(year, today)}的数，要的是{_said(last, today)}的" if year < last else None


def _said(year: int, today: date) -> str:
    """A year as it is said without a figure, where it can be."""
    return next((word for word, off in YEARS_FROM_NOW.items() if today.year + off == year), f"{year}年")


def _years(words: str, today: date) -> list[int]:
    """The years that some words name, in order: 2025年, 去年."""
    return [year_of(found.group(), today) for found in YEAR.finditer(words)]
