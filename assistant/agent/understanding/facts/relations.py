"""Amounts said by their relation to another: 去年比2021年下降60%, 抵消是去年排放的一半, 抵消跟去年排放一样多.

The value is a formula in the rule books' own language (`=baseline_emissions × 40%`), which the rule engine computes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assistant.agent.understanding.facts.figure_binding import (
    SEPARATORS,
    Window,
    candidates,
    choose,
)
from assistant.agent.understanding.facts.shares import OF_A_CHANGE
from assistant.agent.understanding.facts.stated import FORMULA, StatedFact
from assistant.agent.understanding.programmes import USED
from assistant.quantities import Quantity, find_quantities
from assistant.rules.book import FactDefinition, Metric, RuleBook
from assistant.rules.expression import Arithmetic, Name, names

ABOUT = r"(?:了|过|约|大约|大概|将近|近|整整|足足)*"
DOWN = r"下降|降低|降|减少|减排|削减|压减|缩减|减|少排|少"
UP = r"增加(?!值)|增长|上升|升高|升|涨|多排|多"
CHANGE = re.compile(rf"(?:(?P<down>{DOWN})|(?P<up>{UP})){ABOUT}$")
COMPARED = re.compile(
    r"(?:比起?|较|相比于?|对比|相较于?|同|跟|和|与)(?P<other>[^，。；]{1,14}?)(?:相比|比起来|比|相较)?(?=排|碳排|$)"
)
REACHED = re.compile(rf"(?:(?:降|减|压|控制|缩)(?:低|少)?[到至为]|(?:[只仅还就]*[剩余]下?)|只有){ABOUT}$")
SHARE_OF = re.compile(
    rf"(?:是|为|占到?|相当于|等于|按|[到至]|[剩余]下?|买|抵消?|用|有){ABOUT}(?P<other>[^，。；是为占到至剩按]{{2,14}}?)(?:的{ABOUT})?$"
)
AS_MUCH = re.compile(
    r"(?:[跟和与同]|等于|相当于)(?P<other>[^，。；]{1,14}?)(?P<same>一样多?|一样大|相同|相等|相当|持平|等量|一致)(?!吗|么|不)"
    r"|(?:等于|相当于|就是|正好是|刚好是)(?P<equal>[^，。；\d]{2,14}?)(?=$|[吗吧呢，。；])"
)
GOES_ON = re.compile(
    r"[ \t]*(?:也就|正好|刚好|大概|差不多|仅|才|就)*(?:[是为占]|只有|相当于|等于)"
)  # 去年4万吨，是2021年的四成
SAME_TIME = re.compile(r"同比|环比|每年|年均|逐年|平均")
AS_A_RULE = re.compile(r"就行|就可以|就够|即可|才行|才能|才算|就能|就算|为止|以上|以下")
BY_MISTAKE = re.compile(r"[报算填写记计统]了?$")  # 期末少报了1200吨
TIMES = "倍"
CUT = re.compile(rf"{FORMULA}(?P<base>\w+) × \(100% - (?P<share>[\d.]+)%\)")
STEP = re.compile(rf"{FORMULA}(?P<base>\w+) (?P<sign>[-+]) (?P<amount>[\d.]+\D+)")
LEFT = re.compile(rf"{FORMULA}(?P<base>\w+) × (?P<share>[\d.]+)%")
NEGATED = re.compile(r"(?:不|没有?|未)(?:能|会)?$")


@dataclass(frozen=True)
class Related:
    """Who may stand in a relation: the amounts of a book, and what is under discussion."""

    book: RuleBook
    prefer: frozenset[str]
    pending: str | None = None

    def of_figure(
        self,
        figure: Quantity,
        place: Window,
        told: Collection[str] = frozenset(),
        last: str | None = None,
    ) -> StatedFact | None:
        """What a figure says by its relation to another amount, `told` being known; None when it says none that is clear.

        `last` is the amount told just before, of which 是2021年的四成 speaks.
        """
        words = place.before
        if not words or SAME_TIME.search(words) or self._is_metric(words, figure.unit):
            return None
        if AS_A_RULE.search(place.after):
            return None  # 三年内削减5%就行: what a rule asks
        text = f"{words}{figure.text}{place.after}".replace(USED, "").strip()
        if figure.unit == "%" and figure.value >= 0:
            changed = self._changed_by(figure, words, text, told)
            return changed or self._share(figure, words, text, last)
        if figure.unit == TIMES:
            return self._times(figure, words, text)
        compared = self._compared(words) or self._less_than_before(words, told)
        if compared is None or figure.unit is None or figure.value < 0:
            return None
        subject, base, sign = compared
        amount = _plain(figure.value)
        if self.book.facts[base].unit != figure.unit or amount is None:
            return None
        return _as(subject, f"{base} {sign} {amount}{figure.unit}", text, figure.approximate)

    def of_words(self, message: str) -> Iterator[StatedFact]:
        """抵消跟去年排放一样多: amounts that are said to be as large as another, without a figure."""
        for segment in SEPARATORS.split(message):
            found = AS_MUCH.search(segment)
            if found is None or any(one.unit != "年" for one in find_quantities(found["equal"] or "")):
                continue  # 相当于基准的三成: a share, read by its figure
            other = self.named(found["other"] or found["equal"])
            subject = self.named(segment[: found.start()]) or self._answer()
            if other and subject and other != subject and self._same_unit(subject, other):
                yield _as(subject, other, found.group() if found.start() == 0 else segment.strip(), False)

    def named(self, words: str | None) -> str | None:
        """The one amount that some words name; None when they name none or several."""
        if not words or not words.strip():
            return None
        facts = self.book.facts
        found: set[str] = set()
        for unit in dict.fromkeys(fact.unit for fact in facts.values() if fact.type == "number"):
            any_amount = Quantity(Fraction(0), unit, "", 0, 0)
            bound = choose(candidates(any_amount, Window(words, ""), "", facts, self.prefer), self.prefer)
            named = [bound] if isinstance(bound, str) else bound or ()
            found |= {id for id in named if _speaks_of(facts[id], words)}
        return found.pop() if len(found) == 1 else None

    def measured_from(self, subject: str) -> str | None:
        """The amount that the book measures a change from: of last year's emissions, those of the base year."""
        found = self._measured_from(subject)
        return found[1] if found and found[0] == subject else None

    def _changed_by(
        self, figure: Quantity, words: str, text: str, told: Collection[str]
    ) -> StatedFact | None:
        """比2021年下降60%, 降到四成; against the amount that the programme, or what was told, measures from when none is named."""
        compared = self._compared(words)
        if compared is not None:
            subject, base, sign = compared
        else:
            change, reached = CHANGE.search(words), REACHED.search(words)
            if change is None and reached is None:
                return None
            if change is not None and NEGATED.search(words[: change.start()]):
                return None
            ahead = (CHANGE if change else REACHED).split(words, maxsplit=1)[0]
            found = self._measured_from(self.named(ahead), told)
            if found is None:
                return None
            subject, base = found
            sign = "" if change is None else "-" if change["down"] else "+"
        rate = self._rate(subject, base)
        if rate is not None and sign == "-":
            return StatedFact(rate.id, figure.text, text, figure.approximate)
        share = _share_text(figure.value)
        formula = f"{base} × (100% {sign} {share})" if sign else f"{base} × {share}"
        return _as(subject, formula, text, figure.approximate)

    def _times(self, figure: Quantity, words: str, text: str) -> StatedFact | None:
        """去年排放是抵消的两倍, 比抵消多一倍."""
        more = self._compared(words)
        if more is None:
            return self._share(figure, words, text)
        subject, base, sign = more
        if sign != "+" or not self._same_unit(subject, base):
            return None
        return _as(subject, f"{base} × {_share_text(1 + figure.value)}", text, figure.approximate)

    def _compared(self, words: str) -> tuple[str, str, str] | None:
        """(subject, what it is compared with, sign) of 去年比2021年少排了."""
        change = CHANGE.search(words)
        found = COMPARED.search(words[: change.start()]) if change else None
        if change is None or found is None:
            return None
        base = self.named(found["other"])
        if base is None:
            return None
        ahead = words[: found.start()]
        subject = self.named(ahead) or self.named(words[found.end() : change.start()])
        if subject in (None, base):
            subject = self._moved_against(base)
        return (subject, base, "-" if change["down"] else "+") if subject else None

    def _share(self, figure: Quantity, words: str, text: str, last: str | None = None) -> StatedFact | None:
        """抵消是去年排放的一半: a part of an amount other than the one that the book's own share is of."""
        found = SHARE_OF.search(words)
        base = self.named(found["other"]) if found else None
        if found is None or base is None or OF_A_CHANGE.search(found["other"]):
            return None
        ahead = words[: found.start("other")]
        goes_on = last if GOES_ON.match(ahead) else None
        subject = self.named(ahead) or goes_on or self._answer()
        if subject is None or subject == base or not self._same_unit(subject, base):
            return None
        own = (metric for metric in self.book.metrics.values() if _divided(metric) == (subject, base))
        metric = next(own, None)
        if metric is not None:
            return StatedFact(metric.id, figure.text, text, figure.approximate)
        return _as(subject, f"{base} × {_share_text(figure.value)}", text, figure.approximate)

    def _less_than_before(self, words: str, told: Collection[str]) -> tuple[str, str, str] | None:
        """期末少了1200吨: against the earlier of two amounts that are told one after the other, where that one is known."""
        change = CHANGE.search(words)
        if change is None or COMPARED.search(words[: change.start()]):
            return None
        if NEGATED.search(words[: change.start()]) or BY_MISTAKE.search(words):
            return None
        periods = {
            fact.id
            for fact in self.book.facts.values()
            if any(word in words[: change.start()] for word in fact.periods)
        }
        pairs = [
            fact
            for fact in self.book.facts.values()
            if fact.precedes in periods and fact.id in told and fact.id not in periods
        ]
        if len(pairs) != 1 or len(periods) != 1 or pairs[0].precedes is None:
            return None
        return pairs[0].precedes, pairs[0].id, "-" if change["down"] else "+"

    def _measured_from(
        self, subject: str | None, told: Collection[str] = frozenset()
    ) -> tuple[str, str] | None:
        """(subject, base): what moves and what the book measures it from; where none is named, the one under discussion."""
        pairs = {
            (metric.adjust, base)
            for metric in self.book.metrics.values()
            if metric.adjust and metric.limit and ">" in metric.limit.operator
            if (base := _base(metric)) and self._same_unit(metric.adjust, base)
        }
        wanted = {pair for pair in pairs if subject in pair}
        if subject is None:
            own = {pair for pair in pairs if self.prefer >= set(pair)}
            wanted = own or {pair for pair in pairs if pair[1] in told}  # 2021年10万吨，已减四成
        return wanted.pop() if len(wanted) == 1 else None

    def _moved_against(self, base: str) -> str | None:
        found = self._measured_from(base)
        return found[0] if found and found[0] != base else None

    def _rate(self, subject: str, base: str) -> Metric | None:
        """The metric that is just this change: (base − subject) ÷ base."""
        for metric in self.book.metrics.values():
            left = metric.formula.left if isinstance(metric.formula, Arithmetic) else None
            if (
                _base(metric) == base
                and isinstance(left, Arithmetic)
                and left.operator == "-"
                and names(left) == (base, subject)
                and isinstance(left.left, Name)
            ):
                return metric
        return None

    def _answer(self) -> str | None:
        fact = self.book.facts.get(self.pending or "")
        return fact.id if fact and fact.type == "number" else None

    def _is_metric(self, words: str, unit: str | None) -> bool:
        """Whether words name a metric in the figure's own unit: 削减率60%."""
        return any(
            name in words
            for metric in self.book.metrics.values()
            for name in (metric.label, *metric.synonyms)
            if metric.unit == unit
        )

    def _same_unit(self, one: str, other: str) -> bool:
        return self._fact(one).unit == self._fact(other).unit

    def _fact(self, id: str) -> FactDefinition:
        return self.book.facts[id]


def complements(one: StatedFact, other: StatedFact) -> bool:
    """Whether what is left of an amount, and by how much it was cut, say the same: 减了四成, 剩下六成."""
    if one.fact != other.fact:
        return False
    cut, left = CUT.fullmatch(one.value), LEFT.fullmatch(other.value)
    if cut is None or left is None or cut["base"] != left["base"]:
        return False
    return Fraction(cut["share"]) + Fraction(left["share"]) == 100


def inverted(item: StatedFact) -> StatedFact | None:
    """The amount that another is less or more than, or a share of, told by that other one."""
    share = LEFT.fullmatch(item.value) or CUT.fullmatch(item.value)
    if share is not None:
        left = Fraction(share["share"]) if LEFT.fullmatch(item.value) else 100 - Fraction(share["share"])
        whole = f"{item.fact} × 100 ÷ {_plain(left)}"
        return _as(share["base"], whole, item.words, item.approximate) if left > 0 else None
    found = STEP.fullmatch(item.value)
    if found is None:
        return None
    sign = "+" if found["sign"] == "-" else "-"
    return _as(found["base"], f"{item.fact} {sign} {found['amount']}", item.words, item.approximate)


def _speaks_of(fact: FactDefinition, words: str) -> bool:
    return any(word in words for word in (*fact.topic, *fact.synonyms, *fact.periods))


def _base(metric: Metric) -> str | None:
    """What a metric is divided by, where that is a single amount."""
    formula = metric.formula
    if isinstance(formula, Arithmetic) and formula.operator == "÷" and isinstance(formula.right, Name):
        return formula.right.id
    return None


def _divided(metric: Metric) -> tuple[str, str] | None:
    """(part, whole) of a metric that is one amount divided by another."""
    base = _base(metric)
    left = metric.formula.left if isinstance(metric.formula, Arithmetic) else None
    return (left.id, base) if base and isinstance(left, Name) else None


def _as(subject: str, formula: str, words: str, approximate: bool) -> StatedFact:
    return StatedFact(subject, f"{FORMULA}{formula}", words, approximate)


def _plain(value: Fraction) -> str | None:
    """A number as a decimal, which the expression language reads; None where it has none."""
    denominator = value.denominator
    for prime in (2, 5):
        while denominator % prime == 0:
            denominator //= prime
    return format(Decimal(value.numerator) / Decimal(value.denominator), "f") if denominator == 1 else None


def _share_text(value: Fraction) -> str:
    """40%, or a third as a quotient."""
    percent = _plain(value * 100)
    return f"{percent}%" if percent else f"({value.numerator} ÷ {value.denominator})"
