"""From the user's words to facts: which figure is which fact, by the rule book's own cues, never by guessing.

When two readings are left, both are named and neither is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from assistant.agent.understanding.facts.accounting import Ledger
from assistant.agent.understanding.facts.amounts_in_words import (
    REST,
    amounts_in_words,
    at_the_cap,
    gone_without,
    left_out,
    the_rest,
)
from assistant.agent.understanding.facts.bare_figures import completed
from assistant.agent.understanding.facts.changes_in_words import WHICH_CHANGED, Known
from assistant.agent.understanding.facts.context_binding import bound_in_context
from assistant.agent.understanding.facts.declarations import NOWHERE, declared, is_asked
from assistant.agent.understanding.facts.doubts import (
    CHANGED,
    NET_OF_IT,
    OF_ANOTHER,
    SPENT,
    UNSETTLING,
    VOID,
    VOIDED,
    doubt,
)
from assistant.agent.understanding.facts.figure_binding import (
    Window,
    candidates,
    choose,
    fits_unit,
    window,
)
from assistant.agent.understanding.facts.further_amounts import (
    CHANGE_OR_ANEW,
    PART_OF,
    PLANNED,
    is_plan,
    unclear_whether_change,
    unclear_whether_more,
)
from assistant.agent.understanding.facts.polarity import Places
from assistant.agent.understanding.facts.prepared import (
    MORE_OR_LESS,
    Change,
    Correction,
    Listing,
    amount_of,
    is_torn,
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
from assistant.agent.understanding.facts.shares import of_what_is_left, unclear_whole
from assistant.agent.understanding.facts.stated import (
    AmbiguousFigure,
    FactReading,
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
from assistant.agent.understanding.facts.suppositions import is_supposed
from assistant.agent.understanding.facts.two_years import two_years_in
from assistant.agent.understanding.facts.unnamed import (
    earlier_of_two,
    is_taken_off,
    made_of,
    may_be,
)
from assistant.quantities import Quantity, display_quantity
from assistant.rules.book import FactDefinition, Metric, RuleBook

STEP = re.compile(r"(?:再|又|继续|进一步)[^，。；\d]{0,3}(?:降低?|减少?|少|压|增加?|加|多|升|涨)(?:了|个)?$")
OF_ONE_YEAR = re.compile(r"每年|年均|逐年|平均|第[一二三四五]年|头一年|当年|次年")
NOTHING = re.compile(
    r"^(?:我们|目前|暂时|都|一点|一吨|完全|压根|还|也)*(?:没有?|无|零|0)(?:(?:买|抵消?|做|搞|用)(?:过|了)?(?![^，。]*\d)[^，。？?不没只]{0,4})?[过的了呢啊，。！ ]*$"
)
EVERY = re.compile(r"都|均|同样|各(?!家|项|类|地|市)")  # 抵消和去年都是3万吨
AND = re.compile(r"以及|[和与跟及、]")
FURTHER = re.compile(
    r"^(?:那|然后)?再(?:把|将)|^(?:那|然后)?(?:同时|顺便|一并|也)(?:把|将)"
)  # 再把抵消提到5万
IF_SO = re.compile(r"呢[，,？?。]?|会|够不够|行不行")
VAGUE = re.compile(r"[多余几来]")


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
        self._stated: list[StatedFact] = []
        self._ambiguous: list[AmbiguousFigure] = []
        self._unread: list[UnreadFigure] = []
        self._seen: dict[str, Quantity] = {}
        self._cut: list[tuple[str, str, Quantity]] = []  # (words, share, figure) by which an amount is cut
        self._carried = ""
        self._further_supposed = False
        self._related = Related(setting.book, setting.prefer, setting.pending)
        self._changed: tuple[UnknownFigure, ...] = ()
        self._open: dict[int, Window] = {}  # the figures that are bound to nothing

    def read(self) -> FactReading:
        setting, message = self._set, self._set.message
        moved = {place for change in setting.changes for place in (change.start, change.end)}
        corrected = {one.old: one for one in setting.corrections if self._correct(one)}
        moved |= {place for one in corrected.values() for place in (one.old, one.new)}
        series = series_in(setting) or two_years_in(setting)
        if series is not None:
            self._stated += series.stated
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
        self._stated, self._ambiguous = earlier_of_two(self._stated, self._ambiguous, ordered)
        self._without_figures()
        self._cut_by_shares()
        self._leave_out_results()
        planned = any(PLANNED.search(item.words) for item in self._stated if item.value not in ("是", "否"))
        further = bool(setting.supposed) and FURTHER.search(message) is not None
        supposed = is_supposed(message) or self._further_supposed or further
        ledger = Ledger(setting.book, setting.prefer, setting.known)
        told = {item.fact: item.value for item in self._stated}
        unknown = ledger.unaccounted(message, setting.figures, self._open, told)
        return FactReading(
            tuple(self._stated),
            tuple(self._ambiguous),
            supposed,
            tuple(self._unread),
            planned,
            (*self._changed, *unknown),
        )

    def _leave_out_results(self) -> None:
        """去年4万吨，增加值6000万，强度6.67: a metric beside all it is made of is a result, which is computed and not taken over."""
        told = {item.fact for item in self._stated}
        metrics = self._set.book.metrics
        made = {id for id in told & set(metrics) if set(self._set.book.needed[id]) <= told}
        self._stated = [item for item in self._stated if item.fact not in made]

    def _cut_by_shares(self) -> None:
        """抵消减少三成呢: a known amount less a share of itself, unless its words have said so already."""
        told = {item.fact for item in self._stated}
        for words, share, figure in self._cut:
            fact = self._set.book.facts.get(self._set.book.metrics[share].adjust or "")
            if fact is None or fact.id in told:
                continue
            known = amount_of(self._set.known.get(fact.id), fact.unit)
            if known is None or fact.unit is None:
                self._unread.append(UnreadFigure(words, share, "没有说是在多少的基础上"))
                continue
            value = display_quantity(known * (1 - figure.value), fact.unit)
            self._stated.append(StatedFact(fact.id, value, words, figure.approximate, adds=True))

    def _list(self, listing: Listing) -> set[int]:
        """2021年和去年分别是10万吨和6万吨: each figure is what its name says; which figures were taken, all or none."""
        places = [Window(name, "") for name in listing.names]
        numbers = range(listing.start, listing.start + len(places))
        figures = [self._set.figures[number] for number in numbers]
        bound = [self._named(figure, place) for figure, place in zip(figures, places, strict=True)]
        if not all(isinstance(one, str) for one in bound) or len(set(bound)) < len(bound):
            return set()
        for figure, place, one in zip(figures, places, bound, strict=True):
            self._take(figure, place, str(one))
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
            and amount_of(value, setting.book.facts[id].unit) == self._as_told(old, setting.book.facts[id])
        ]
        own = self._named(new, window(setting.nameless, setting.figures, correction.old))
        had = [own] if isinstance(own, str) and own in had else had
        if len(had) == 1:
            place = window(setting.nameless, setting.figures, correction.new)
            self._take(new, replace(place, before=""), had[0])
        elif had:
            self._ambiguous.append(AmbiguousFigure(new.text, tuple(had)))
        return bool(had)

    def _is_known(self, figure: Quantity, fact: FactDefinition) -> bool:
        """9.55是隔壁厂的, where 9.55万吨 is known: that is taken back."""
        known = amount_of(self._set.known.get(fact.id), fact.unit)
        return known is not None and known == self._as_told(figure, fact)

    def _as_told(self, figure: Quantity, fact: FactDefinition) -> Fraction:
        """2021年不是6.4，是6: what a figure without a unit stands for beside the amounts that were told."""
        return completed(figure, fact, self._set.amounts(fact)).figure.value

    def _without_figures(self) -> None:
        """Amounts and declarations that are said in words alone."""
        setting, message = self._set, self._set.message
        answer, book = setting.answer, setting.book
        if answer and not setting.figures and answer.minimum == 0 and NOTHING.match(message.strip()):
            self._stated.append(StatedFact(answer.id, "0", message))
        self._stated += at_the_cap(message, book, self._seen)
        taken = {*self._seen, *(item.fact for item in self._stated)}
        self._stated += [
            StatedFact(fact.id, value, words)
            for fact, value, words in amounts_in_words(message, book.facts)
            if fact.id not in taken and not is_asked(message, words)
        ]
        if not any(figure.unit != "年" for figure in setting.figures) and not self._stated:
            self._stated += left_out(message, book, setting.known)
            self._further_supposed = self._further_supposed or bool(self._stated)
        taken = {*self._seen, *(item.fact for item in self._stated)}
        self._stated += gone_without(message, book, {*setting.known, *taken})
        taken = {*self._seen, *(item.fact for item in self._stated)}
        self._stated += [item for item in self._related.of_words(message) if item.fact not in taken]
        if not any(REST.search(item.words) for item in self._unread):
            self._stated += the_rest(message, book, self._stated, setting.known)
        known = Known(book, setting.known, setting.latest, self._related.measured_from)
        changed = known.changed(message)
        if not {item.fact for item in changed.stated} & {*self._seen, *(item.fact for item in self._stated)}:
            self._stated += changed.stated
            self._changed += changed.unknown
            multiplied = any(item.adds for item in changed.stated)  # 抵消翻倍呢
            self._further_supposed |= multiplied and IF_SO.search(message) is not None
        self._stated += declared(message, book, answer, setting.latest, setting.today, setting.places)

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
            self._take(low, Window(began, ""), first)
        if isinstance(second, str):
            self._take(high, after, second)
        for figure, bound in ((low, first), (high, second)):
            if isinstance(bound, str):
                continue
            known = {*setting.known, *(item.fact for item in self._stated)}
            base = self._related.measured_from(second) if isinstance(second, str) else None
            if figure is low and base is not None and base in known:
                continue  # 去年从6万吨降到5.7万吨: what it was in between decides nothing
            self._unread.append(UnreadFigure(figure.text, base or "", "没有说是哪一年的数"))

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
            self._unread.append(
                UnreadFigure(words_of(place, figure.text), "", "说的是一年的变化，不是整个期间的")
            )
            return
        if figure.unit == "%" and (STEP.search(place.before) or self._changes_known(place)):
            named = self._related.named(place.before)
            about = (named,) if named else tuple(id for id in setting.known if id in setting.prefer)
            self._changed += (UnknownFigure(words_of(place, figure.text), about, WHICH_CHANGED),)
            return
        told = {*setting.known, *self._seen, *(item.fact for item in self._stated)}
        related = self._related.of_figure(figure, place, told)
        if related is not None:
            self._relate(related, figure)
            return
        if self._both(figure, place) or setting.is_of_region(place):
            return
        carried = "" if place.net else self._carried or message[: figure.start]
        scores = candidates(figure, place, carried, setting.readable, setting.prefer)
        self._carried = place.near if scores else self._carried
        bound: str | tuple[str, ...] | None = made_of(number, setting)
        if bound is None:
            found = bound_in_context(figure, place, choose(scores, setting.prefer), setting, self._stated)
            bound, self._further_supposed = found.fact, self._further_supposed or found.supposed
        if isinstance(bound, str) and any(word in place.gross for word in setting.readable[bound].topic):
            return  # 那个数含了抵消，抵消前是9万吨: no offset
        if isinstance(bound, str) and self._is_part(number, bound):
            return
        if isinstance(bound, str):
            self._take(figure, place, bound)
        elif isinstance(bound, tuple) and len({setting.readable[id].label for id in bound}) == 1:
            self._take(figure, place, next(id for id in setting.readable if id in bound))
        elif isinstance(bound, tuple) and place.net and all(setting.readable[id].unlike for id in bound):
            self._unread.append(UnreadFigure(words_of(place, figure.text), bound[0], NET_OF_IT))
        elif isinstance(bound, tuple):
            self._ambiguous.append(AmbiguousFigure(figure.text, bound))
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
            self._changed += (UnknownFigure(words_of(place, figure.text), about, WHICH_CHANGED),)
            return True  # 去年跟抵消都多报了一万
        if not all(isinstance(one, str) for one in bound) or len(set(bound)) < len(bound):
            self._unread.append(UnreadFigure(words_of(place, figure.text), "", "没有说清是哪几项的数"))
            return True
        for part, one in zip(parts, bound, strict=True):
            if isinstance(one, str):
                self._take(figure, Window(f"{part}{every}", place.after), one)
        return True

    def _relate(self, related: StatedFact, figure: Quantity) -> None:
        if any(complements(item, related) for item in self._stated):
            return  # 减了四成，剩下六成全靠抵消
        turned = inverted(related) if related.fact in self._seen else None
        if turned is not None and turned.fact not in {*self._set.known, *self._seen}:
            self._stated.append(turned)  # 期末4.7万吨，比期初少了3000吨
            return
        if related.fact in self._seen or any(item.fact == related.fact for item in self._stated):
            self._unread.append(UnreadFigure(related.words, related.fact, "与前面说的不一致"))
            return
        self._stated.append(related)
        self._carried = related.words

    def _is_part(self, number: int, bound: str) -> bool:
        """抵消3万吨，其中绿证2万吨: a part of the figure told before; of an amount before offset it makes that one unclear."""
        setting = self._set
        figures, message = setting.figures, setting.message
        if bound not in self._seen:
            earlier = message[figures[number - 1].end : figures[number].start] if number else ""
            last = self._stated[-1] if self._stated else None
            if PART_OF.search(earlier) and last is not None and setting.readable[last.fact].unlike:
                self._stated.remove(last)
                self._seen.pop(last.fact, None)
                why = f"没有说清是不是已经扣除了“{message[figures[number - 1].end : figures[number].end].strip(' ，,')}”"
                self._unread.append(UnreadFigure(last.words.strip(), last.fact, why))
            return False
        begin = next((one.end for one in figures if one.text == self._seen[bound].text), 0)
        part = bool(PART_OF.search(message[begin : figures[number].start]))
        figure = figures[number]
        if part and VOID.search(message[figure.end :]):
            self._unread.append(
                UnreadFigure(message[begin : figure.end].strip(" ，,、"), bound, VOIDED, unsettles=True)
            )
            self._stated = [item for item in self._stated if item.fact != bound]
        return part

    def _share(self, figure: Quantity, place: Window, metric: Metric) -> bool:
        """Whether a share is of something else than the book's own whole; it is taken as that, or told as unclear."""
        left = of_what_is_left(place, metric, figure, self._set.book)
        if left is not None and metric.adjust is not None:
            said = words_of(place, figure.text)
            self._stated.append(StatedFact(metric.adjust, left, said, figure.approximate))
            return True
        told = {*self._set.known, *(item.fact for item in self._stated)}
        why = unclear_whole(self._set.message, place, metric, self._set.book, told)
        if why is not None:
            said, about = words_of(place, figure.text), metric.adjust or metric.id
            self._unread.append(UnreadFigure(said, about, why, unsettles=True))
        return why is not None

    def _doubt(self, figure: Quantity, place: Window, fact: FactDefinition) -> str | None:
        setting = self._set
        if is_of_another(setting.message, figure.start, bool(setting.known)):
            return OF_ANOTHER
        tied = setting.is_beside_last_year(fact)
        return doubt(setting.message, figure, place, fact, setting.today, setting.applied, tied)

    def _take(self, figure: Quantity, place: Window, bound: str) -> None:
        """State a bound figure, or say what speaks against it."""
        setting, fact = self._set, self._set.readable[bound]
        if is_torn(figure):
            self._unread.append(
                UnreadFigure(figure.text, bound, "没有读懂是一个数还是两个数", unsettles=True)
            )
            return
        told = bound in setting.known or bound in self._seen
        taken_off = not told and is_taken_off(figure, fact, setting.message)
        step = None if taken_off else step_of(place, fact, told)
        cut = (
            MORE_OR_LESS.search(place.before) if fact.unit == "%" and bound in setting.book.metrics else None
        )
        if cut and cut["cut"]:
            self._cut.append((words_of(place, figure.text), bound, figure))
            return
        if bound in setting.book.metrics and self._share(figure, place, setting.book.metrics[bound]):
            return
        if step and amount_of(setting.known.get(bound), fact.unit) is None and bound not in self._seen:
            self._unread.append(UnreadFigure(words_of(place, figure.text), bound, "没有说是在多少的基础上"))
            return
        plan = is_plan(setting, place, bound, self._seen)
        self._further_supposed = self._further_supposed or plan
        why = None if step or plan or taken_off else self._doubt(figure, place, fact)
        said = setting.message[figure.start : figure.end]
        filled = completed(figure, fact, setting.amounts(fact))
        if why is None and not step:
            why = filled.doubt or None
        if why is not None:
            taken_back = why == OF_ANOTHER and self._is_known(figure, fact)
            changed = why in UNSETTLING or taken_back
            self._unread.append(UnreadFigure(words_of(place, said), bound, why, unsettles=changed))
            return
        figure = filled.figure
        if not (step or plan) and unclear_whether_change(setting, figure, place, bound, self._seen):
            self._unread.append(UnreadFigure(words_of(place, said), bound, CHANGE_OR_ANEW, unsettles=True))
            return
        more = unclear_whether_more(setting, figure, place, bound, self._seen)
        if more:
            self._unread.append(UnreadFigure(words_of(place, said), bound, more, unsettles=True))
            return
        if not step and disagrees(
            setting.message, bound, figure, place, self._seen, self._stated, setting.readable
        ):
            self._unread.append(UnreadFigure(said, bound, "与前面说的不一致"))
            self._stated = [item for item in self._stated if item.fact != bound]
            return
        if figure.approximate and VAGUE.search(figure.text):
            self._unread.append(UnreadFigure(said, bound, "只是大概的数"))
            return
        another = another_part(place, bound, self._stated, setting.readable)
        known = setting.known.get(bound)
        item = stated_as(fact, figure, place, self._seen.get(bound), known, another)
        self._stated.append(replace(item, note=filled.note))
        self._unread = [
            replace(one, unsettles=False) if (one.fact, one.why) == (bound, OF_ANOTHER) else one
            for one in self._unread
        ]  # 9.55是隔壁厂的，还是9.4
        self._seen[bound] = (
            replace(figure, value=figure.value + self._seen[bound].value)
            if item.adds and bound in self._seen
            else figure
        )
