"""Two values set against each other, and the one value asked for: which stated values a message means, in its conversation.

Closed classes of Chinese only: the words of difference (差几家, 哪个高, 一样吗, 几倍, 比…多), of joining (和, 跟, 与, 比) and of units asked
(几家, 几个百分点). What is compared comes from the values that the texts state.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.agent.conversation import Conversation
from assistant.agent.understanding.naming import PolicyNaming
from assistant.agent.understanding.programmes import programmes_named, without_names
from assistant.agent.values.index import StatedValues, Wanted, Words, pairs_of, same_kind
from assistant.agent.values.stated import StatedValue
from assistant.documents.references import find_references
from assistant.quantities import find_quantities
from assistant.retrieval.asking import content_words
from assistant.rules.book import RuleBook

_MORE = r"高|低|多|少|大|小|严|松|长|短"
RATIO = re.compile(r"几倍|多少倍|[一二两三四五六七八九十]倍|翻(?:了)?(?:几|多少|[一二两三])?番")
HOW_FAR = re.compile(
    rf"差(?:距|别|额|值)?(?:是|有|了|着|出)?(?:多少|几|多大|多远)|相差|差距|(?<![最至])(?:{_MORE})(?:出|了|着)?(?:多少|几|一些)|"
    r"(?:提高|提升|增加|增长|上升|下降|降低|减少|[涨降升提增减])(?:了|出)?(?:多少|几)(?:个)?(?:百分点|点|倍|番|家)"
)
WHICH = re.compile(
    rf"(?:哪|谁)[^，。？?]{{0,6}}?(?:{_MORE})|(?:{_MORE})(?:一些|一点|些|点)?(?:还是|不)(?:{_MORE})|(?<!占)比(?!例|重|率)[^，。？?]{{1,16}}(?:{_MORE})(?!少)"
)
SAME = re.compile(r"一样|一致|相同|同样|持平|相等|同一个数|对得上|有没有区别|有区别|有差别|有什么不同")
BESIDE = re.compile(
    r"比较|对比|相比|比起|比一比|比一下|对照|对一下|(?:跟|和|与|同)[^，。？?]{1,16}(?<!占)比(?!例|重|率)|比呢|各(?:自|是)?(?:要|为|定)?(?:多少|几|怎)|分别(?:是|要|为|定)?(?:多少|几)|都是(?:多少|几)"
)
TURNED = re.compile(r"反过来|倒过来|反着|调过来|换过来")
_WORDS = re.compile(
    "|".join(one.pattern for one in (RATIO, HOW_FAR, SAME, TURNED))
    + rf"|比较|对比|相比|比起来?|比一比|比一下|对照|对一下|各(?:自|是)?|分别|都是|(?:哪|谁)(?:一)?(?:个|边|家|条|份|项)?|还是|(?<!占)比(?!例|重)|"
    rf"(?:更|要求|还)?(?:{_MORE})(?:一些|一点|些|点|了)?(?=$|[，。？?、\s吗呢]|还是|的(?:是|$))"
)
_GENERIC = re.compile(
    r"目标|指标|数字|数据|数量|要求|门槛|标准|任务|水平线|[这那]个?数|[这那]?[两俩](?:个|者|边|项|家|份)|前者|后者|它们|同一年|同年|刚才|前面|上面|之前|又|也|还有?|定(?=[的了]|多|几|在|$)|那个?|这个?|在|类似|同样|有没有|数$|一年|省级以上|达到|百分点|个点|幅度?|面积|到|要|的|是|家$"
)
_TIME = re.compile(
    r"(?<!\d)20[0-4]\d(?=[、和与跟到比至的两\s])|[一二两三四五六七八九十\d]+年(?:间|内|里|来|之间|期间)|(?:20)?\d\d\s*年(?:底|末|前)?|[“”\"]?十[一二三四五]五[“”\"]?(?:时期|期间)?"
)
_YEAR = re.compile(
    r"(?<!\d)(?P<century>20)?(?P<year>[0-4]\d)\s*年(?!来|间|内|度?以)|(?<!\d)20(?P<bare>[0-4]\d)(?=[、和与跟到比至的两]|\s)"
)
JOINED = re.compile(
    r"(?<!中)和|跟|与|(?<!协)同(?!比|增|步)|(?<!占)比(?!例|重)|、|还有|以及|还是|，|,|\s|是(?=[^，。？?]*倍)"
)
UNITS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (re.compile(r"(?:几|多少)家"), frozenset(("家", "个"))),
    (re.compile(r"(?:几|多少)(?:个)?(?:百分点|点(?!钟)|成)|占比|比例|比重|率(?!先)"), frozenset(("%",))),
    (re.compile(r"公顷"), frozenset(("公顷",))),
    (re.compile(r"多少(?:万)?吨|几(?:万|千)?吨"), frozenset(("吨", "吨标准煤"))),
    (re.compile(r"多少(?:万|亿)?(?:钱|元)|金额|[易交]额"), frozenset(("万元",))),
    (re.compile(r"(?:几|多少)辆"), frozenset(("辆",))),
)
POINTS = re.compile(r"分值|几分|多少分|得分|满分|占分|给分|[差多少]\s*(?:几|多少)分")
FIGURE_ASKED = re.compile(
    r"多少|最[多少高低大小]|几(?:家|辆|成|公顷|个?百分点|个?点(?!钟)|万?吨|倍|项)|占比|比例|比重|率|目标|指标|百分之|要到|数量|定(?:的|了)?(?:多|几|在)"
)
NOT_OF_VALUES = re.compile(
    rf"谁(?![^，。？?]{{0,3}}(?:{_MORE}))|责任单位|哪几?(?:个|些|家)?(?:部门|单位|县|市|区|地方)|哪几[个家]|哪一?条|哪里|多了哪|什么时候|哪一?年|公式|怎么算"
)
COVERED = 0.55  # share of what is asked that the two compared must have together
PART = 0.45  # share of each thing named that they must have, with what stands around them
SHARES = frozenset(("占比", "比例", "比重"))  # say of no thing which one it is
EACH = 0.06  # share that each of two subjects has alone
ALIKE = 0.5  # share that each value of two years, places or programmes has
SURE = 0.6  # share that the one value asked for has
OWN = 0.5  # share that it is itself of
ALONE = 0.1  # share that each of several values adds
MOST = 6
ROW = 0.25  # share that the row has whose points are asked for
CLEAR = 0.04  # by which it has more than the next
POOL = 24
CARRYING = (
    "lookup",
    "clause",
    "status",
)  # what the last turn was about, where a bare 差多少 means the texts' values


@dataclass(frozen=True)
class Asked:
    """A message as far as it points at stated values: its own words, and the years, places, programmes and unit it names."""

    words: str
    years: tuple[str, ...]
    sides: tuple[tuple[str, ...], ...]  # the policies of each place or document named, in order
    programmes: tuple[str, ...]
    units: frozenset[str]
    points: bool

    @property
    def empty(self) -> bool:
        """Whether the message leaves what it is about to the conversation."""
        return not pairs_of(self.words)


class Contrasts:
    """Finds the stated values that messages mean."""

    def __init__(self, values: StatedValues, naming: PolicyNaming, books: Mapping[str, RuleBook]) -> None:
        self._values = values
        self._naming = naming
        self._books = books

    def compares(self, message: str) -> bool:
        """Whether a message sets two things against each other."""
        return self._asks_between(message) or any(one.search(message) for one in (BESIDE, TURNED))

    @staticmethod
    def _asks_between(message: str) -> bool:
        """Whether it asks what lies between them."""
        return any(one.search(message) for one in (RATIO, HOW_FAR, WHICH, SAME))

    def points_of(self, addresses: Sequence[str]) -> tuple[str, ...]:
        """Keys of the points of table rows."""
        values = self._values.values.values()
        return tuple(one.key for at in addresses for one in values if one.points and one.clause.address == at)

    def several(self, message: str) -> tuple[StatedValue, ...]:
        """回收量、加工利用量和报废车拆解数各多少: the values of one policy that a message names one beside the other."""
        if not JOINED.search(message.strip("，, ？?。")) or not FIGURE_ASKED.search(message):
            return ()
        asked = self.asked(message, joined=True)
        if asked.empty or len(asked.years) > 1 or len(asked.sides) > 1 or len(asked.programmes) > 1:
            return ()
        wanted = replace(self._wanted(asked), units=frozenset())
        named = self._by_parts(wanted, message)
        if named:
            return named
        words = self._values.words(wanted)
        total = sum(words.weights.values())
        pool = [one for _, one in self._values.found(wanted, EACH)][:POOL]
        left = dict(words.weights)
        chosen: list[StatedValue] = []
        parts = len(JOINED.split(_WORDS.sub(" ", message).strip("，, ？?。")))
        while pool and len(chosen) < min(parts, MOST):
            best = max(pool, key=lambda one: self._gain(one, left, words, chosen))
            if self._gain(best, left, words, chosen) < ALONE * total:
                break
            chosen.append(best)
            pool = [one for one in pool if one is not best and one.clause.policy_id == best.clause.policy_id]
            left = {pair: weight for pair, weight in left.items() if pair not in self._values.own[best.key]}
        both = frozenset(pair for one in chosen for pair in self._values.own[one.key])
        one_clause = len({one.clause.address for one in chosen}) == 1
        if len(chosen) < 2 or not one_clause or words.held(both) < SURE * total:
            return ()
        return tuple(sorted(chosen, key=lambda one: self._place(one, chosen, message)))

    def _by_parts(self, wanted: Wanted, message: str) -> tuple[StatedValue, ...]:
        """One value for each part of a list, each sure by its own words; nothing where one part has none."""
        parts = [
            part
            for part in JOINED.split(message.strip("，, ？?。"))
            if pairs_of(self.asked(part, joined=True).words)
        ]
        found = [
            self._clear(self._sure(replace(wanted, words=self.asked(part, joined=True).words)))
            for part in parts
        ]
        told = tuple(dict.fromkeys(one for one in found if one))
        return told if len(told) == len(found) > 1 else ()

    def _sure(self, wanted: Wanted) -> list[tuple[float, StatedValue]]:
        """Values that are of most of what is asked."""
        found, own = self._values.found(wanted, SURE), replace(wanted, before="")
        return [(share, one) for share, one in found if self._values.held(one, own) >= OWN]

    def _gain(
        self, value: StatedValue, left: Mapping[str, float], words: Words, chosen: Sequence[StatedValue]
    ) -> float:
        """Weight of what is still asked for that a value is of; a little more beside those chosen."""
        gain = sum(weight for pair, weight in left.items() if pair in self._values.own[value.key])
        whole = words.held(self._values.own[value.key])
        beside = any(one.clause.address == value.clause.address for one in chosen)
        return gain + (0.01 * whole + (0.2 * gain if beside else 0.0) if gain else 0.0)

    def pair(
        self, message: str, conversation: Conversation, roots: Sequence[str] = ()
    ) -> tuple[StatedValue, ...]:
        """The two values that a message compares, in the order of its words; empty where they are not both found.

        `roots` are the addresses of two clauses or tables that it names for its sides.
        """
        if NOT_OF_VALUES.search(message) or not (self.compares(message) or "呢" in message):
            return ()
        asked = self.asked(message)
        if asked.points and not self._asks_between(message):
            return ()  # 各几分: the rows are told
        if not self.compares(message):
            return self._same_comparison(asked, message, conversation)
        found = self._named_pair(asked, message, roots)
        if not found and conversation.intent in CARRYING:
            found = self._carried_pair(asked, message, conversation)
        if TURNED.search(message) and asked.empty and not (asked.years or asked.sides or asked.programmes):
            found = found[::-1]
        return found

    def rows(self, message: str) -> tuple[StatedValue, ...]:
        """The points of the table rows that a message names by their words: 屋顶装了光伏能拿几分."""
        wanted = replace(self._wanted(self.asked(message)), points=True, units=frozenset())
        found = self._values.found(wanted, ROW)
        return tuple(one for share, one in found if share > found[0][0] - CLEAR)

    def named(self, message: str) -> StatedValue | None:
        """The value that a message by itself says most of, whatever the year."""
        asked = self.asked(message)
        says = pairs_of(asked.words) - SHARES  # 占比 alone says of what nothing
        found = self._sure(replace(self._wanted(asked), years=())) if says else []
        return found[0][1] if found else None

    def one(
        self, message: str, before: str, policies: Sequence[str], conversation: Conversation
    ) -> StatedValue | None:
        """The one value that a question asks for, where the texts have no other that it may mean as well."""
        asked = self.asked(message)
        if len(asked.years) > 1 or len(asked.sides) > 1 or len(asked.programmes) > 1:
            return None
        if NOT_OF_VALUES.search(message) or self.compares(message):
            return None
        if not (asked.empty or FIGURE_ASKED.search(f"{message} {before}")):
            return None
        last = self._told(conversation)[-1:]
        if asked.empty and last:
            wanted = self._exchanging(asked, last[0])
            found = [last[0]] if wanted.fits(last[0], self._owner(last[0])) else []
            found += self._values.counterparts(last[0], wanted)
            return found[0] if found else None
        if asked.empty:
            return None
        earlier = self.asked(before)
        wanted = self._wanted(asked)
        if not wanted.policies:
            place = earlier.sides[0] if len(earlier.sides) == 1 else tuple(policies)
            wanted = replace(wanted, policies=place)
        if not wanted.years and len(earlier.years) == 1:
            wanted = replace(wanted, years=earlier.years)
        if before and not wanted.units:
            wanted = replace(wanted, before=earlier.words)
        return self._clear(self._sure(wanted))

    def other_year(self, message: str) -> StatedValue | None:
        """The value of another year than the one asked for, where the texts have it for no year that is asked."""
        asked = self.asked(message)
        if len(asked.years) != 1 or asked.empty:
            return None
        wanted = replace(self._wanted(asked), years=())
        return self._clear(self._values.found(wanted, SURE))

    def asked(self, message: str, joined: bool = False) -> Asked:
        """What of a message points at stated values; `joined` takes what 和 and the like join apart."""
        rest = message
        for reference in find_references(message):
            rest = rest.replace(reference.text, " ")
        figures = [one for one in find_quantities(rest) if one.unit != "年"]
        for figure in reversed(figures):
            rest = f"{rest[: figure.start]} {rest[figure.end :]}"
        years = tuple(dict.fromkeys(f"20{one['year'] or one['bare']}" for one in _YEAR.finditer(message)))
        programmes = programmes_named(self._books, message, short=True)
        rest = without_names(programmes, rest)
        rest = self._naming.without_places(self._naming.without_names(_TIME.sub(" ", rest)))
        if joined or self.compares(message):
            rest = JOINED.sub(" ", _WORDS.sub(" ", rest))
        rest = _GENERIC.sub(" ", content_words(rest))
        units = next((unit for words, unit in UNITS if words.search(message)), frozenset())
        return Asked(
            " ".join(rest.split()),
            years,
            self._sides(message),
            tuple(f"{one.policy}/{one.id}" for one in programmes),
            units,
            POINTS.search(message) is not None,
        )

    def _sides(self, message: str) -> tuple[tuple[str, ...], ...]:
        """The policies of the city and of the province that a message names, or the documents it names, in its order."""
        city, province = self._naming.of_places(message), self._naming.of_province(message)
        if not province and any(place.rstrip("省") in message for place in self._naming.provinces):
            province = self._naming.of_level("省级")
        named = self._naming.named(message)
        if city and province:
            places = sorted(self._naming.places_in(message), key=message.find)
            first = self._naming.of_places(places[0]) if places else ()
            return (city, province) if first == city else (province, city)
        if len(named) > 1:
            return tuple((one,) for one in named)
        return tuple(one for one in (named or city or province,) if one)

    def _wanted(self, asked: Asked) -> Wanted:
        return Wanted(
            asked.words,
            policies=asked.sides[0] if len(asked.sides) == 1 else (),
            programme=asked.programmes[0] if len(asked.programmes) == 1 else None,
            years=asked.years if len(asked.years) == 1 else (),
            units=asked.units,
            points=asked.points,
        )

    def _named_pair(self, asked: Asked, message: str, roots: Sequence[str]) -> tuple[StatedValue, ...]:
        """Both values by the message's own words."""
        if asked.empty:
            return ()
        wanted = self._wanted(asked)
        if len(roots) == 2:
            each = [replace(wanted, root=one) for one in roots]
        elif len(asked.programmes) == 2:
            each = [replace(wanted, programme=one) for one in asked.programmes]
        elif len(asked.sides) == 2:
            each = [replace(wanted, policies=one, years=()) for one in asked.sides]
        elif len(asked.years) == 2:
            each = [replace(wanted, years=(one,)) for one in asked.years]
        else:
            return self._two_subjects(wanted, message)
        pools = [self._values.found(one, ALIKE) for one in each]
        best: tuple[float, tuple[StatedValue, ...]] = (0.0, ())
        for share, one in pools[0][:POOL]:
            for other_share, other in pools[1][:POOL]:
                if one.key == other.key or not self._values.alike(one, other):
                    continue
                if len(asked.years) == 2 and not (one.years and other.years):
                    continue
                of_years = sum(bool(set(value.years) & set(asked.years)) for value in (one, other))
                if asked.years and not of_years:
                    continue
                together = set(one.years) == set(other.years)
                score = (
                    min(share, other_share)
                    + 0.3 * self._values.likeness(one, other)
                    + 0.2 * of_years
                    + (0.1 if together and len(asked.years) < 2 else 0.0)
                )
                if score > best[0] and (roots or self._hold(asked.words, one, other)):
                    best = score, (one, other)
        return best[1]

    def _two_subjects(self, wanted: Wanted, message: str) -> tuple[StatedValue, ...]:
        """电机跟变压器哪个要求高: two values that have the words of the message between them, and neither has them alone."""
        if not JOINED.search(message.strip("，, ？?。")) or not self._asks_between(message):
            return ()
        words = self._values.words(wanted)
        weights, total = words.weights, sum(words.weights.values()) or 1.0
        pool = [value for _, value in self._values.found(wanted, EACH)][:POOL]
        best: tuple[float, tuple[StatedValue, ...]] = (0.0, ())
        for at, one in enumerate(pool):
            for other in pool[at + 1 :]:
                alone, apart = self._apart(one, other, weights), self._apart(other, one, weights)
                if min(alone, apart) < EACH * total or not same_kind(one, other):
                    continue
                if one.clause.policy_id != other.clause.policy_id:
                    continue
                both = self._values.own[one.key] | self._values.own[other.key]
                covered = words.held(both) / total
                near = one.clause.address == other.clause.address
                years = bool(set(one.years) & set(other.years))
                score = covered + 0.05 * near + 0.05 * years
                held = covered >= COVERED and self._hold(wanted.words, one, other)
                if held and score > best[0]:
                    best = score, (one, other)
        return tuple(sorted(best[1], key=lambda value: self._place(value, best[1], message)))

    def _hold(self, text: str, one: StatedValue, other: StatedValue) -> bool:
        """Whether two values hold most of each of the things that are named, so that none of these is something else."""
        own = self._values.own[one.key] | self._values.own[other.key]
        around = self._values.around[one.key] | self._values.around[other.key]
        for part in text.split():
            words = self._values.words(Wanted(part))
            if words.held(own | around) < PART * sum(words.weights.values()):
                return False
        return True

    def _apart(self, one: StatedValue, other: StatedValue, weights: Mapping[str, float]) -> float:
        """Weight of the words that one value is of, and the other is not."""
        own = self._values.own[one.key] - self._values.own[other.key] - SHARES
        return sum(weight for pair, weight in weights.items() if pair in own)

    def _place(self, value: StatedValue, both: Sequence[StatedValue], message: str) -> int:
        """Where a message first names a value by what the other one is not."""
        others = {pair for one in both if one.key != value.key for pair in self._values.own[one.key]}
        found = [message.find(pair) for pair in self._values.own[value.key] - others]
        return min((at for at in found if at >= 0), default=len(message))

    def _same_comparison(
        self, asked: Asked, message: str, conversation: Conversation
    ) -> tuple[StatedValue, ...]:
        """那供应链呢, after two values were compared: the same two places or programmes in what is named now."""
        told = self._told(conversation)[-2:]
        if len(told) < 2 or asked.empty or not self.compares(conversation.query or "") or "呢" not in message:
            return ()
        if asked.sides or asked.programmes or told[0].clause.policy_id == told[1].clause.policy_id:
            return ()
        wanted = [replace(self._wanted(asked), policies=(one.clause.policy_id,)) for one in told]
        found = [self._clear(self._values.found(one, SURE)) for one in wanted]
        return tuple(one for one in found if one) if all(found) else ()

    def _carried_pair(
        self, asked: Asked, message: str, conversation: Conversation
    ) -> tuple[StatedValue, ...]:
        """One or both values from what was told before."""
        told = self._told(conversation)
        if not told:
            return ()
        last = told[-1]
        if last.points and not asked.points and SAME.search(message):
            return ()  # 标准一样吗, of two rows whose points were told: what they ask is compared
        if not asked.empty:
            wanted = self._wanted(asked)
            if not wanted.policies and not wanted.programme:
                wanted = replace(wanted, policies=(last.clause.policy_id,))
            other = self._clear(self._sure(wanted))
            if asked.programmes and (other is None or not self._values.alike(last, other)):
                other = self._of(last, told, asked)  # 跟零碳的比，差在哪
            fitting = other is not None and other.key != last.key
            return (other, last) if other and fitting and self._linked(message) else ()
        if len(asked.sides) == 2 or len(asked.programmes) == 2 or len(asked.years) == 2:
            base = replace(asked, sides=(), programmes=(), years=())
            parts: list[Asked] = []
            if len(asked.programmes) == 2:
                parts = [replace(base, programmes=(one,), years=asked.years) for one in asked.programmes]
            elif len(asked.sides) == 2:
                parts = [replace(base, sides=(one,), years=asked.years[:1]) for one in asked.sides]
            else:
                parts = [replace(base, years=(one,), sides=asked.sides) for one in asked.years]
            found = [self._of(last, told, part) for part in parts]
            return tuple(one for one in found if one) if all(found) and found[0] != found[1] else ()
        if asked.years or asked.sides or asked.programmes:
            other = self._of(last, told, asked)
            if other is None:
                return ()
            if other.key == last.key:
                return (told[-2], last) if len(told) > 1 else ()
            return (last, other)
        return (told[-2], last) if len(told) > 1 else ()

    @staticmethod
    def _linked(message: str) -> bool:
        return bool(re.search(r"[跟和与同比]|呢", message))

    def _of(self, last: StatedValue, told: Sequence[StatedValue], asked: Asked) -> StatedValue | None:
        """The value told last as asked for: itself, another one that was told, or its counterpart."""
        wanted = self._exchanging(asked, last)
        if asked.sides and not asked.years:
            wanted = replace(wanted, years=())
        for value in reversed(told):
            strict = not asked.years or set(asked.years) & set(value.years)
            if (
                strict
                and wanted.fits(value, self._owner(value))
                and (value == last or self._values.likeness(last, value))
            ):
                return value
        return next(iter(self._values.counterparts(last, wanted)), None)

    def _exchanging(self, asked: Asked, last: StatedValue) -> Wanted:
        """What is asked for by what it changes of the value told last."""
        programme = asked.programmes[0] if asked.programmes else None
        policies = asked.sides[0] if asked.sides else ()
        if not policies and not programme:
            policies = (last.clause.policy_id,)
        years = asked.years[:1] or (() if policies and asked.sides else last.years)
        return Wanted("", "", policies, programme, years, frozenset(), last.points)

    def _owner(self, value: StatedValue) -> str | None:
        return self._values.programmes.get(value.key)

    def _told(self, conversation: Conversation) -> list[StatedValue]:
        """The values told so far, last one last."""
        return [self._values.values[key] for key in conversation.values if key in self._values.values]

    @staticmethod
    def _clear(found: Sequence[tuple[float, StatedValue]]) -> StatedValue | None:
        """The best value, where no other one is nearly as good."""
        if not found:
            return None
        share, best = found[0]
        rivals = [one for other, one in found[1:] if other > share - CLEAR and one.figure != best.figure]
        return None if rivals else best
