"""What of a message is taken: a figure that was bound to its fact is stated, or what speaks against it is told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

from assistant.agent.understanding.facts.bare_figures import completed
from assistant.agent.understanding.facts.doubts import (
    OF_ANOTHER,
    UNSETTLING,
    VOID,
    VOIDED,
    doubt,
)
from assistant.agent.understanding.facts.figure_binding import NONE_OF_IT, Window
from assistant.agent.understanding.facts.further_amounts import (
    CHANGE_OR_ANEW,
    PART_OF,
    is_plan,
    unclear_whether_change,
    unclear_whether_more,
)
from assistant.agent.understanding.facts.prepared import (
    MORE_OR_LESS,
    amount_of,
    is_torn,
)
from assistant.agent.understanding.facts.setting import Setting
from assistant.agent.understanding.facts.shares import of_what_is_left, unclear_whole
from assistant.agent.understanding.facts.stated import (
    AmbiguousFigure,
    StatedFact,
    UnknownFigure,
    UnreadFigure,
)
from assistant.agent.understanding.facts.stating import (
    another_part,
    disagrees,
    stated_as,
    step_of,
    words_of,
)
from assistant.agent.understanding.facts.subjects import is_of_another
from assistant.agent.understanding.facts.unnamed import (
    is_taken_off,
)
from assistant.quantities import Quantity, display_quantity
from assistant.rules.book import FactDefinition, Metric

DISAGREES = "与前面说的不一致"
PIECES = frozenset(("个", "张", "份", "度", "kwh", "mwh", "千瓦时", "兆瓦", "美元", "欧元", "港币", "台币"))
TOTAL = re.compile(r"(?:共计?|一共|总共|合计|总计|加起来|合起来|总的)(?:抵消?了?|是|为|有)*[ \t]*$")
VAGUE = re.compile(r"[多余几来]")


@dataclass
class Taking:
    """What has been found in one message so far; it gathers while the message is read.

    `seen` are the figures that were taken, `split` those that disagree with the first told of a fact, `cut` what an amount is cut by (words, share, figure), `changed` what was changed
    without a new figure, `supposed` whether some of it stands in the place of what was supposed before.
    """

    setting: Setting
    stated: list[StatedFact] = field(default_factory=list)
    ambiguous: list[AmbiguousFigure] = field(default_factory=list)
    unread: list[UnreadFigure] = field(default_factory=list)
    seen: dict[str, Quantity] = field(default_factory=dict)
    cut: list[tuple[str, str, Quantity]] = field(default_factory=list)
    split: dict[str, tuple[StatedFact, list[Quantity]]] = field(default_factory=dict)
    changed: tuple[UnknownFigure, ...] = ()
    supposed: bool = False

    @property
    def facts(self) -> frozenset[str]:
        """What the message has said so far, with or without figures."""
        return frozenset((*self.seen, *(item.fact for item in self.stated)))

    def take(self, figure: Quantity, place: Window, bound: str) -> None:
        """State a bound figure, or say what speaks against it."""
        setting, fact = self.setting, self.setting.readable[bound]
        if is_torn(figure):
            self.unread.append(UnreadFigure(figure.text, bound, "没有读懂是一个数还是两个数", unsettles=True))
            return
        told = bound in setting.known or bound in self.seen
        taken_off = not told and is_taken_off(figure, fact, setting)
        step = None if taken_off else step_of(place, fact, told)
        cut = (
            MORE_OR_LESS.search(place.before) if fact.unit == "%" and bound in setting.book.metrics else None
        )
        if cut and cut["cut"]:
            self.cut.append((words_of(place, figure.text), bound, figure))
            return
        if bound in setting.book.metrics and self._share(figure, place, setting.book.metrics[bound]):
            return
        if step and amount_of(setting.known.get(bound), fact.unit) is None and bound not in self.seen:
            self.unread.append(
                UnreadFigure(words_of(place, figure.text), bound, "没有说是在多少的基础上", unsettles=True)
            )
            return
        plan = is_plan(setting, place, bound, self.seen)
        self.supposed = self.supposed or plan
        why = None if step or plan or taken_off else self._doubt(figure, place, fact)
        said = setting.message[figure.start : figure.end]
        filled = completed(figure, fact, setting.amounts(fact))
        if why is None and not step:
            why = filled.doubt or None
        if why is not None:
            taken_back = why == OF_ANOTHER and self._is_known(figure, fact)
            changed = why in UNSETTLING or taken_back
            self.unread.append(UnreadFigure(words_of(place, said), bound, why, unsettles=changed))
            return
        figure = filled.figure
        if not (step or plan) and unclear_whether_change(setting, figure, place, bound, self.seen):
            self.unread.append(UnreadFigure(words_of(place, said), bound, CHANGE_OR_ANEW, unsettles=True))
            return
        more = unclear_whether_more(setting, figure, place, bound, self.seen)
        if more:
            self.unread.append(UnreadFigure(words_of(place, said), bound, more, unsettles=True))
            return
        if not step and disagrees(
            setting.message, bound, figure, place, self.seen, self.stated, setting.readable
        ):
            self.unread.append(UnreadFigure(said, bound, DISAGREES))
            whole = next((item for item in self.stated if item.fact == bound), None)
            if whole is not None and fact.parts:
                self.split[bound] = (whole, [])
            if bound in self.split:
                self.split[bound][1].append(figure)
            self.stated = [item for item in self.stated if item.fact != bound]
            return
        if figure.approximate and VAGUE.search(figure.text):
            self.unread.append(UnreadFigure(said, bound, "只是大概的数"))
            return
        another = another_part(place, bound, self.stated, setting.readable)
        known = setting.known.get(bound)
        item = stated_as(fact, figure, place, self.seen.get(bound), known, another)
        self.stated.append(replace(item, note=filled.note))
        self.unread = [
            replace(one, unsettles=False) if (one.fact, one.why) == (bound, OF_ANOTHER) else one
            for one in self.unread
        ]  # 9.55是隔壁厂的，还是9.4
        self.seen[bound] = (
            replace(figure, value=figure.value + self.seen[bound].value)
            if item.adds and bound in self.seen
            else figure
        )

    def _share(self, figure: Quantity, place: Window, metric: Metric) -> bool:
        """Whether a share is of something else than the book's own whole; it is taken as that, or told as unclear."""
        left = of_what_is_left(place, metric, figure, self.setting.book)
        if left is not None and metric.adjust is not None:
            said = words_of(place, figure.text)
            self.stated.append(StatedFact(metric.adjust, left, said, figure.approximate))
            return True
        told = {*self.setting.known, *(item.fact for item in self.stated)}
        why = unclear_whole(self.setting.message, place, metric, self.setting.book, told)
        if why is not None:
            said, about = words_of(place, figure.text), metric.adjust or metric.id
            self.unread.append(UnreadFigure(said, about, why, unsettles=True))
        return why is not None

    def _doubt(self, figure: Quantity, place: Window, fact: FactDefinition) -> str | None:
        setting = self.setting
        if is_of_another(setting.message, figure.start, bool(setting.known)):
            return OF_ANOTHER
        tied = setting.is_beside_last_year(fact)
        return doubt(setting.message, figure, place, fact, setting.today, setting.applied, tied)

    def _is_known(self, figure: Quantity, fact: FactDefinition) -> bool:
        """9.55是隔壁厂的, where 9.55万吨 is known: that is taken back."""
        known = amount_of(self.setting.known.get(fact.id), fact.unit)
        return known is not None and known == self.as_told(figure, fact)

    def as_told(self, figure: Quantity, fact: FactDefinition) -> Fraction:
        """2021年不是6.4，是6: what a figure without a unit stands for beside the amounts that were told."""
        return completed(figure, fact, self.setting.amounts(fact)).figure.value

    def is_in_another_unit(self, figure: Quantity, place: Window) -> bool:
        """绿证5万个: so many pieces of an amount that is asked for by weight; whether it was told as that."""
        if figure.unit not in PIECES or (figure.value == 1 and NONE_OF_IT.search(place.after)):
            return False
        kinds = {
            fact.id: fact
            for fact in self.setting.book.facts.values()
            for part in fact.parts
            if fact.type == "number"
            and any(place.before.endswith(word) or place.after.startswith(word) for word in part.split("|"))
        }
        if len(kinds) != 1:
            return False
        fact = next(iter(kinds.values()))
        why = f"单位是“{figure.unit}”，这里要的是{fact.unit}"
        self.unread.append(UnreadFigure(words_of(place, figure.text), fact.id, why, unsettles=True))
        return True

    def is_total(self, figure: Quantity, place: Window) -> bool:
        """绿证2万吨，碳汇1万吨，共3万吨: whether a figure only sums up what was told last."""
        last = self.stated[-1].fact if self.stated else None
        seen = self.seen.get(last or "")
        return bool(TOTAL.search(place.before)) and seen is not None and seen.value == figure.value

    def parts_of_totals(self) -> None:
        """抵消3万吨（绿证2万吨+碳汇1万吨）: figures that disagreed with the first one and make it up are its parts."""
        for bound, (whole, parts) in self.split.items():
            if sum(part.value for part in parts) != self.seen[bound].value:
                continue
            self.stated.append(whole)
            said = {part.text for part in parts}
            self.unread = [
                one
                for one in self.unread
                if (one.fact, one.why) != (bound, DISAGREES) or one.words not in said
            ]

    def is_part(self, number: int, bound: str) -> bool:
        """抵消3万吨，其中绿证2万吨: a part of the figure told before; of an amount before offset it makes that one unclear."""
        setting = self.setting
        figures, message = setting.figures, setting.message
        if bound not in self.seen:
            earlier = message[figures[number - 1].end : figures[number].start] if number else ""
            last = self.stated[-1] if self.stated else None
            if PART_OF.search(earlier) and last is not None and setting.readable[last.fact].unlike:
                self.stated.remove(last)
                self.seen.pop(last.fact, None)
                why = f"没有说清是不是已经扣除了“{message[figures[number - 1].end : figures[number].end].strip(' ，,')}”"
                self.unread.append(UnreadFigure(last.words.strip(), last.fact, why))
            return False
        begin = next((one.end for one in figures if one.text == self.seen[bound].text), 0)
        part = bool(PART_OF.search(message[begin : figures[number].start]))
        figure = figures[number]
        if part and VOID.search(message[figure.end :]):
            self.unread.append(
                UnreadFigure(message[begin : figure.end].strip(" ，,、"), bound, VOIDED, unsettles=True)
            )
            self.stated = [item for item in self.stated if item.fact != bound]
        return part

    def cut_by_shares(self) -> None:
        """抵消减少三成呢: a known amount less a share of itself, unless its words have said so already."""
        told = {item.fact for item in self.stated}
        for words, share, figure in self.cut:
            fact = self.setting.book.facts.get(self.setting.book.metrics[share].adjust or "")
            if fact is None or fact.id in told:
                continue
            known = amount_of(self.setting.known.get(fact.id), fact.unit)
            if known is None or fact.unit is None:
                self.unread.append(UnreadFigure(words, share, "没有说是在多少的基础上", unsettles=True))
                continue
            value = display_quantity(known * (1 - figure.value), fact.unit)
            self.stated.append(StatedFact(fact.id, value, words, figure.approximate, adds=True))

    def leave_out_results(self) -> None:
        """去年4万吨，增加值6000万，强度6.67: a metric beside all it is made of is a result, which is computed and not taken over."""
        told = {item.fact for item in self.stated}
        metrics = self.setting.book.metrics
        made = {id for id in told & set(metrics) if set(self.setting.book.needed[id]) <= told}
        self.stated = [item for item in self.stated if item.fact not in made]
