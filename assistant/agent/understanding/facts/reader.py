"""From the user's words to facts: which figure is which fact, by the rule book's own cues, never by guessing.

When two readings are left, both are named and neither is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from assistant.agent.understanding.facts.accounting import Ledger
from assistant.agent.understanding.facts.changes_in_words import WHICH_CHANGED
from assistant.agent.understanding.facts.context_binding import bound_in_context
from assistant.agent.understanding.facts.declarations import NOWHERE
from assistant.agent.understanding.facts.doubts import (
    CHANGED,
    NET_OF_IT,
    SPENT,
)
from assistant.agent.understanding.facts.figure_binding import (
    Window,
    candidates,
    choose,
    fits_unit,
    window,
)
from assistant.agent.understanding.facts.further_amounts import (
    PLANNED,
)
from assistant.agent.understanding.facts.polarity import Places
from assistant.agent.understanding.facts.prepared import (
    Change,
    Correction,
    Listing,
    amount_of,
    listings_in,
)
from assistant.agent.understanding.facts.relations import (
    CHANGE,
    COMPARED,
    Related,
    complements,
    inverted,
)
from assistant.agent.understanding.facts.series import series_in
from assistant.agent.understanding.facts.setting import Setting
from assistant.agent.understanding.facts.stated import (
    AmbiguousFigure,
    FactReading,
    StatedFact,
    UnknownFigure,
    UnreadFigure,
)
from assistant.agent.understanding.facts.stating import (
    words_of,
)
from assistant.agent.understanding.facts.suppositions import is_supposed
from assistant.agent.understanding.facts.taking import Taking
from assistant.agent.understanding.facts.unnamed import (
    earlier_of_two,
    made_of,
    may_be,
)
from assistant.agent.understanding.facts.words_alone import without_figures
from assistant.agent.understanding.facts.years_in_a_row import years_in_a_row
from assistant.quantities import Quantity
from assistant.rules.book import RuleBook

STEP = re.compile(r"(?:再|又|继续|进一步)[^，。；\d]{0,3}(?:降低?|减少?|少|压|增加?|加|多|升|涨)(?:了|个)?$")
OF_ONE_YEAR = re.compile(r"每年|年均|逐年|平均|第[一二三四五]年|头一年|当年|次年")
EVERY = re.compile(r"都|均|同样|各(?!家|项|类|地|市)")  # 抵消和去年都是3万吨
AND = re.compile(r"以及|[和与跟及、]")
FURTHER = re.compile(
    r"^(?:那|然后)?再(?:把|将)|^(?:那|然后)?(?:同时|顺便|一并|也)(?:把|将)"
)  # 再把抵消提到5万


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
    applied: date | None = None,
    places: Places = NOWHERE,
    supposed: tuple[str, ...] = (),
    told: Mapping[str, str] | None = None,
) -> FactReading:
    """Facts stated in `message`.

    `pending` is the fact asked for last, `prefer` breaks ties (the programme's facts), `metric` is the one under
    discussion: a figure that no word explains is taken for its input when only one input fits the unit. `latest` are
    the facts stated last: a correction that names none is about the one that fits. `known` are the conversation's
    facts, to which 再多抵消3000吨 adds; metrics of another programme (`foreign`) are not read. `today` is the day from
    which 去年5月 counts, `applied` the day of applying, whose 上年度 is meant (today when None).
    `places` are those of the policy's region, where an enterprise may be registered, `supposed` the
    facts of the supposition under discussion, `told` the words in which facts were told.
    """
    day = today or date.today()
    setting = Setting(
        message,
        book,
        pending,
        prefer,
        metric,
        latest,
        known or {},
        foreign,
        day,
        applied or day,
        places,
        supposed,
        told or {},
    )
    return _MessageReader(setting).read()


class _MessageReader:
    """Reads one message; what is found gathers here."""

    def __init__(self, setting: Setting) -> None:
        self._set = setting
        self._got = Taking(setting)
        self._carried = ""
        self._related = Related(setting.book, setting.prefer, setting.pending)
        self._open: dict[int, Window] = {}  # the figures that are bound to nothing

    def read(self) -> FactReading:
        setting, message = self._set, self._set.message
        moved = {place for change in setting.changes for place in (change.start, change.end)}
        corrected = {one.old: one for one in setting.corrections if self._correct(one)}
        moved |= {place for one in corrected.values() for place in (one.old, one.new)}
        series = series_in(setting) or years_in_a_row(setting)
        if series is not None:
            self._got.stated += series.stated
            moved |= series.figures
        for listing in listings_in(message, setting.figures) if series is None else ():
            moved |= self._list(listing)
        for number in range(len(setting.figures)):
            change = next((one for one in setting.changes if one.start == number), None)
            if change is not None:
                self._change(change)
            elif number not in moved:
                self._figure(number)
        ordered = setting.ordered if setting.prefer else []
        self._got.stated, self._got.ambiguous = earlier_of_two(self._got.stated, self._got.ambiguous, ordered)
        without_figures(self._got, self._related)
        self._got.cut_by_shares()
        self._got.parts_of_totals()
        self._got.leave_out_results()
        planned = any(
            PLANNED.search(item.words) for item in self._got.stated if item.value not in ("是", "否")
        )
        further = bool(setting.supposed) and FURTHER.search(message) is not None
        supposed = is_supposed(message) or self._got.supposed or further
        ledger = Ledger(setting.book, setting.prefer, setting.known)
        told = {item.fact: item.value for item in self._got.stated}
        unknown = ledger.unaccounted(message, setting.figures, self._open, told)
        return FactReading(
            tuple(self._got.stated),
            tuple(self._got.ambiguous),
            supposed,
            tuple(self._got.unread),
            planned,
            (*self._got.changed, *unknown),
        )

    def _list(self, listing: Listing) -> set[int]:
        """2021年和去年分别是10万吨和6万吨: each figure is what its name says; which figures were taken, all or none."""
        places = [Window(name, "") for name in listing.names]
        numbers = range(listing.start, listing.start + len(places))
        figures = [self._set.figures[number] for number in numbers]
        bound = [self._named(figure, place) for figure, place in zip(figures, places, strict=True)]
        if not all(isinstance(one, str) for one in bound) or len(set(bound)) < len(bound):
            return set()
        for figure, place, one in zip(figures, places, bound, strict=True):
            self._got.take(figure, place, str(one))
        return set(numbers)

    def _correct(self, correction: Correction) -> bool:
        """不是4万是3.5万: the new figure is the fact that was known with the old one; False where none was."""
        setting = self._set
        old, new = (setting.figures[at] for at in (correction.old, correction.new))
        had = [
            id
            for id, value in setting.known.items()
            if id in setting.book.facts
            and fits_unit(old, setting.book.facts[id])
            and amount_of(value, setting.book.facts[id].unit)
            == self._got.as_told(old, setting.book.facts[id])
        ]
        own = self._named(new, window(setting.nameless, setting.figures, correction.old))
        had = [own] if isinstance(own, str) and own in had else had
        if len(had) == 1:
            place = window(setting.nameless, setting.figures, correction.new)
            self._got.take(new, replace(place, before=""), had[0])
        elif had:
            self._got.ambiguous.append(AmbiguousFigure(new.text, tuple(had)))
        return bool(had)

    def _change(self, change: Change) -> None:
        """从2021年的10万吨降到去年的6万吨: what the figure after it was comes from its own words, or from 年 told before."""
        setting = self._set
        low, high = setting.figures[change.start], setting.figures[change.end]
        own = window(setting.nameless, setting.figures, change.end)
        began, _, ended = change.lead.partition("到") if not change.own.strip() else (change.own, "", "")
        began, lead = (began, ended) if ended else (change.own, change.lead)  # 21年到去年从15万吨掉到8万吨
        after = Window(f"{lead}{change.target}", own.after, own.gross, own.net)
        first = self._named(low, Window(began, "")) if began.strip() else None
        second = self._named(high, after)
        pair = next(
            (pair for pair in setting.ordered if may_be(second, pair[1]) and may_be(first, pair[0])), None
        )
        named = any(
            word in f"{lead}{change.target}" for word in self._words_of(pair)
        )  # 培育期从8万吨降到7.5万吨
        if pair is not None and (setting.prefer or named or second is not None or first is not None):
            first, second = pair
        if isinstance(first, str):
            self._got.take(low, Window(began, ""), first)
        if isinstance(second, str):
            self._got.take(high, after, second)
        for figure, bound in ((low, first), (high, second)):
            if isinstance(bound, str):
                continue
            known = {*setting.known, *(item.fact for item in self._got.stated)}
            base = self._related.measured_from(second) if isinstance(second, str) else None
            if figure is low and base is not None and base in known:
                continue  # 去年从6万吨降到5.7万吨: what it was in between decides nothing
            self._got.unread.append(UnreadFigure(figure.text, base or "", "没有说是哪一年的数"))

    def _words_of(self, pair: tuple[str, str] | None) -> tuple[str, ...]:
        """The words that only two ordered facts have for what they are about."""
        facts = self._set.book.facts
        others = {word for fact in facts.values() if fact.id not in (pair or ()) for word in fact.topic}
        return tuple(word for id in (pair or ()) for word in facts[id].topic if word not in others)

    def _named(self, figure: Quantity, place: Window) -> str | tuple[str, ...] | None:
        return choose(
            candidates(figure, place, self._carried, self._set.readable, self._set.prefer), self._set.prefer
        )

    def _figure(self, number: int) -> None:
        """Bind one figure, or say why it is not bound."""
        setting = self._set
        figure, message = setting.figures[number], setting.message
        place = window(setting.nameless, setting.figures, number)
        spent = figure.unit is None and SPENT.search(place.before)  # 花了200万
        if place.is_bound or spent:
            self._open[number] = place
            return
        if figure.unit == "%" and OF_ONE_YEAR.search(place.before):
            self._got.unread.append(
                UnreadFigure(words_of(place, figure.text), "", "说的是一年的变化，不是整个期间的")
            )
            return
        if figure.unit == "%" and (STEP.search(place.before) or self._changes_known(place)):
            named = self._related.named(place.before)
            about = (named,) if named else tuple(id for id in setting.known if id in setting.prefer)
            self._got.changed += (UnknownFigure(words_of(place, figure.text), about, WHICH_CHANGED),)
            return
        told = {*setting.known, *self._got.facts}
        last = self._got.stated[-1].fact if self._got.stated else None
        related = self._related.of_figure(figure, place, told, last)
        if related is not None:
            self._relate(related, figure)
            return
        if self._both(figure, place) or setting.is_of_region(place) or self._got.is_total(figure, place):
            return
        if self._got.is_in_another_unit(figure, place):
            return
        carried = "" if place.net else self._carried or message[: figure.start]
        scores = candidates(figure, place, carried, setting.readable, setting.prefer)
        self._carried = place.near if scores else self._carried
        bound: str | tuple[str, ...] | None = made_of(number, setting)
        if bound is None:
            found = bound_in_context(figure, place, choose(scores, setting.prefer), setting, self._got.stated)
            bound, self._got.supposed = found.fact, self._got.supposed or found.supposed
        if isinstance(bound, str) and any(word in place.gross for word in setting.readable[bound].topic):
            return  # 那个数含了抵消，抵消前是9万吨: no offset
        if isinstance(bound, str) and self._got.is_part(number, bound):
            return
        if isinstance(bound, str):
            self._got.take(figure, place, bound)
        elif isinstance(bound, tuple) and len({setting.readable[id].label for id in bound}) == 1:
            self._got.take(figure, place, next(id for id in setting.readable if id in bound))
        elif isinstance(bound, tuple) and place.net and all(setting.readable[id].unlike for id in bound):
            self._got.unread.append(UnreadFigure(words_of(place, figure.text), bound[0], NET_OF_IT))
        elif isinstance(bound, tuple):
            self._got.ambiguous.append(AmbiguousFigure(figure.text, bound))
        else:
            self._open[number] = place

    def _changes_known(self, place: Window) -> bool:
        """去年如果降10%呢, where last year's amount is known: from that amount, or from the one it is measured from?"""
        change = CHANGE.search(place.before)
        if change is None or not is_supposed(self._set.message) or COMPARED.search(place.before):
            return False
        about = self._related.named(place.before[: change.start()])
        measured = about is not None and self._related.measured_from(about) is not None
        return measured and about in self._set.known  # 抵消削减20% can only be of itself

    def _both(self, figure: Quantity, place: Window) -> bool:
        """抵消与上年度排放都降到3.5万吨: one figure for several facts; whether it was taken for each, or told as unclear."""
        names, every, _ = place.before.partition(next(iter(EVERY.findall(place.before)), "\0"))
        parts = [part for part in AND.split(names) if part.strip()] if every else []
        bound = [self._named(figure, Window(part, "")) for part in parts]
        if len(parts) < 2 or not any(bound):
            return False
        if CHANGED.search(place.before):
            about = tuple(one for one in bound if isinstance(one, str))
            self._got.changed += (UnknownFigure(words_of(place, figure.text), about, WHICH_CHANGED),)
            return True  # 去年跟抵消都多报了一万
        if not all(isinstance(one, str) for one in bound) or len(set(bound)) < len(bound):
            self._got.unread.append(UnreadFigure(words_of(place, figure.text), "", "没有说清是哪几项的数"))
            return True
        for part, one in zip(parts, bound, strict=True):
            if isinstance(one, str):
                self._got.take(figure, Window(f"{part}{every}", place.after), one)
        return True

    def _relate(self, related: StatedFact, figure: Quantity) -> None:
        if any(complements(item, related) for item in self._got.stated):
            return  # 减了四成，剩下六成全靠抵消
        turned = inverted(related) if related.fact in self._got.seen else None
        if turned is not None and turned.fact not in {*self._set.known, *self._got.seen}:
            self._got.stated.append(turned)  # 期末4.7万吨，比期初少了3000吨
            return
        if related.fact in self._got.seen or any(item.fact == related.fact for item in self._got.stated):
            self._got.unread.append(UnreadFigure(related.words, related.fact, "与前面说的不一致"))
            return
        self._got.stated.append(related)
        self._carried = related.words
