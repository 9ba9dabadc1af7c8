"""Every amount of a message is accounted for: what is bound to no fact is told and asked about, never passed over.

Amounts are figures in a unit of the rule book's facts, and bare ones of their scale (一万六, 12000). What is no amount of the
applicant's is set aside: a figure of the clauses the rules rest on, a bound of a rule that is asked about, a price, an output.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from assistant.agent.understanding.facts.bare_figures import SCALED
from assistant.agent.understanding.facts.figure_binding import (
    ASKED,
    DRAWN,
    NONE_OF_IT,
    SOLD,
    TARGET,
    Window,
    fits_unit,
)
from assistant.agent.understanding.facts.prepared import MORE_OR_LESS, amount_of
from assistant.agent.understanding.facts.stated import UnknownFigure
from assistant.quantities import Quantity, find_quantities
from assistant.rules.book import FactDefinition, RuleBook

LEAST = 1000  # a bare figure below it is rather a count, a score or a share
NOT_RECOGNISED = "没有认出是哪一项，没有计入"
ROUGH = re.compile(
    r"(?:[一二三四五六七八九]?十几|几十|好几|数)(?:[百千万亿]+多?)?[ \t]*(?:吨|[万亿]元|[百千万亿]+)"
)
# Other quantities of an enterprise, that no rule asks for
OTHER_QUANTITY = re.compile(
    r"年产|产[量能值]|生产|投产|投资|投入|花|费用|成本|耗资|营收|收入|销售|利润|税|注册资[本金]|资产|贷款|补[贴助]|奖励?|罚|价|"
    r"占地|面积|用[电水气]|耗[电水]|发电|装机|库存|采购|人|员工|职工"
)
SUBSTANCE = re.compile(
    r"^的?[ \t]*(?:产能|产量|产品|原煤|煤炭?|柴油|汽油|原油|天然气|蒸汽|水|钢|铁|铜|铝|纸|布|砖|水泥|陶瓷|玻璃|货)"
)
HOTLINE = re.compile(r"[ \t]*(?:便民|政务|服务)*(?:热线|话务|平台|电话|客服|坐席|接线)")  # 12345话务员
LINE = re.compile(
    r"^的?(?:这条|那条|这道|那道)?(?:及格|合格|达标|标准|限值)?(?:线|门槛|红线|上限|下限|限值|标准(?!煤)|要求)"
)
GOING_BACK = re.compile(r"(?:原来|原先|原本|之前|前面|刚才|实际)(?:说|报)?(?:的|是|那个)*$")
RULED = re.compile(r"最[多少高低大]|[不只]?[能可得该须准许]|要求|规定|门槛|标准|上限|下限|才|[就也]?算")


@dataclass(frozen=True)
class Ledger:
    """What amounts are held against: the rule book, what is under discussion and what is known."""

    book: RuleBook
    prefer: frozenset[str]
    known: Mapping[str, str]

    def unaccounted(
        self,
        message: str,
        figures: Sequence[Quantity],
        windows: Mapping[int, Window],
        stated: Mapping[str, str],
    ) -> list[UnknownFigure]:
        """The amounts among those `figures` whose windows are given, which are bound to nothing; then the rough ones (十几万吨).

        `stated` are the facts that other figures of the message are, with their values: such a figure is none of them, unless all are taken.
        """
        found = []
        for number, place in windows.items():
            figure = figures[number]
            if self._is_amount(figure) and not self._is_other(message, figure, place, stated):
                found.append(
                    UnknownFigure(figure.text.strip(), self._candidates(figure, stated), NOT_RECOGNISED)
                )
        spans = [(one.start, one.end) for one in figures]
        for match in ROUGH.finditer(message):
            if not any(start < match.end() and match.start() < end for start, end in spans):
                tonnes = Quantity(Fraction(0), "吨" if "吨" in match[0] else None, match[0], 0, 0)
                found.append(
                    UnknownFigure(
                        match[0].strip(), self._candidates(tonnes, stated), "只是大概的数，没有计入"
                    )
                )
        return [one for one in found if one.candidates]

    def _is_amount(self, figure: Quantity) -> bool:
        """Whether a figure has the unit of an amount that is asked for, or none and the size of one."""
        if figure.unit is None:
            return bool(SCALED.search(figure.text)) or figure.value >= LEAST
        return figure.unit != "%" and any(
            fact.type == "number" and fact.unit == figure.unit for fact in self.book.facts.values()
        )

    def _is_step(self, figure: Quantity, place: Window, stated: Mapping[str, str]) -> bool:
        """再多买一万吨，抵消9万吨, where 8万吨 was known: the step to a figure that is told."""
        if not MORE_OR_LESS.search(place.before):
            return False
        for id, value in stated.items():
            fact, before = self.book.facts.get(id), self.known.get(id)
            told, known = (amount_of(text, fact.unit if fact else None) for text in (value, before))
            if told is not None and known is not None and abs(told - known) == figure.value:
                return True
        return False

    def _is_other(self, message: str, figure: Quantity, place: Window, stated: Mapping[str, str]) -> bool:
        """Whether a figure is of the rules, asked about, or of something that no rule asks for."""
        if (figure.value, figure.unit) in figures_of_rules(self.book) or self._is_step(figure, place, stated):
            return True
        if figure.text.strip() in self.known.values() and GOING_BACK.search(place.before):
            return True  # 算了还按原来6千万
        if figure.value == 1 and NONE_OF_IT.search(message[figure.end :]):
            return True  # 一吨都没抵消
        if DRAWN.search(place.before) or TARGET.search(place.before) or SOLD.search(place.after):
            return True
        if ASKED.search(place.before) or LINE.search(place.after):
            return True
        if SUBSTANCE.search(message[figure.end :]) or HOTLINE.match(message[figure.end :]):
            return True
        return bool(OTHER_QUANTITY.search(place.before) or (place.is_bound and RULED.search(place.before)))

    def _candidates(self, figure: Quantity, stated: Collection[str]) -> tuple[str, ...]:
        """The amounts that a figure may be: of those under discussion, else of those known, else of all."""
        fitting = [
            fact.id for fact in self.book.facts.values() if fact.type == "number" and _may_be(figure, fact)
        ]
        meant = [one for one in fitting if one in self.prefer] or [
            one for one in fitting if one in self.known
        ]
        if len({self.book.facts[one].unit for one in meant}) > 1:
            largest = [one for one in meant if self.book.facts[one].unit == "吨"]
            meant = largest or meant  # without a unit it is rather an amount of emissions
        left = [one for one in meant if one not in stated]
        return tuple(left or meant)


def _may_be(figure: Quantity, fact: FactDefinition) -> bool:
    return fits_unit(figure, fact) and fact.unit != "%"


@lru_cache(maxsize=8)
def _figures_in(texts: tuple[str, ...]) -> frozenset[tuple[Fraction, str | None]]:
    return frozenset((one.value, one.unit) for text in texts for one in find_quantities(text))


def figures_of_rules(book: RuleBook) -> frozenset[tuple[Fraction, str | None]]:
    """(value, unit) of the figures in the quotes that the rules rest on: 5000吨标准煤."""
    bound = (*book.facts.values(), *book.metrics.values(), *book.criteria.values())
    quoted = _figures_in(tuple(dict.fromkeys(binding.quote for one in bound for binding in one.bindings)))
    limits = (
        (one.limit.value, (one.unit or "").partition("/")[0]) for one in book.metrics.values() if one.limit
    )
    return quoted | frozenset(limits)  # 够8吨的线吗, of 8吨/万元
