"""Which fact a figure is: scored by its unit, the words beside it and what the figure before it was about.

All words come from the rule book (`synonyms`, `topic`, `periods`); a score is a small integer, and a tie stays a tie.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from assistant.agent.understanding.facts.bare_figures import SCALED
from assistant.quantities import Quantity
from assistant.rules.book import FactDefinition, Metric, RuleBook

SEPARATORS = re.compile(r"[，。；;！？!?\n]|,(?!\d{3})")
YEARS_FROM_NOW = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "本年度": 0, "明年": 1, "后年": 2}
# 2025年, 25年 (not 20年来), 二零二五年, 去年
YEAR = re.compile(
    rf"(?:二[零〇]|(?<![一-鿿]))二[零〇一二三四五六七八九](?=年(?![来间内以]))|(?:19|20)\d{{2}}(?=年|\D|$)|(?<!\d)(?:1[5-9]|2\d)(?=年(?![来间内以]))|{'|'.join(YEARS_FROM_NOW)}"
)
_DIGITS = str.maketrans("零〇一二三四五六七八九", "00123456789")
SAME = re.compile(r"也就是|就是|即|等于|变成|改成|换成|改为|变为|降到|降至|升到")
BOUND_AFTER = re.compile(
    r"^[^，。；]{0,8}?(?:及?以上|及?以下|以内|之内|之上|之下|起步)|^的?(?:这条|那条|这道|那道)?(?:及格|合格|达标|标准|限值)?(?:线|门槛|红线|上限|下限|限值|标准|要求)(?!煤)"
)
BOUND_BEFORE = re.compile(
    r"(?:不低于|不高于|不少于|不多于|超过|低于|高于|不到|不足|不满|至少|最少|最低|最高|最多|上限|下限|大于|小于|多于|少于)[^，。；\d]{0,8}$"
)
TARGET = re.compile(
    r"(?:离|距离?|够(?:不够|没够)?|有没有到|有没有达到|是否(?:到|达到?)|到没到|达没达到|能不能(?:到|达到?)|要(?:到|达到?)|须达到?|多少(?:吨|才)*(?:能|可以|才)*(?:够|达)?到|应达到?|才能?到)[^，。；\d]{0,4}$"
)
DRAWN = re.compile(
    r"(?:(?:只|就|才)?抽(?:查|取)?了?|(?:核查|验收|检查|查|看)了)(?:其中)?$"
)  # 6家抽1家: how many are drawn, not how many there are
ASKED = re.compile(r"(?:是否|是不是|该不该|能否|可否|要不要|难道)[^，。；]*$")  # 是否按8万吨算
SOLD = re.compile(r"^(?:碳|配额)?(?:卖|多少|几块|什么价|价)")
UNOFFSET = re.compile(
    r"[（(]?(?:没算|没有算|未算|不含|不算|未扣除?|没扣除?|未经|未|没)(?:碳)?抵消(?:前|量|的)*[)）]?|[（(]?抵消前[)）]?"
)
# 已扣除抵消, 抵消后, 净排放: an amount from which something is taken off
NET = re.compile(
    r"[（(]?(?:已经?|都)?(?:扣[除掉减]?|减[去掉]|除[去掉]|刨[去除掉]|去掉|剔除|抵扣|冲抵)(?:了|过|完)?(?:碳?抵[消销]|绿证|碳汇|绿色电力证书|CCER)(?:的?(?:量|额|部分))?(?:之?后|以后|完)?[)）]?"
    r"|[（(]?(?:碳?抵[消销]|绿证|碳汇)(?:量)?(?:都|全)?(?:[扣减刨除]+(?:掉|了|完)*(?:之?后|以后)?|(?:完|掉)(?:了|之?后|以后)?(?=还|剩|是|就|的|$|[)）])|了?(?:之后|以后|后))[)）]?|净(?=排|碳)"
)
# 8万吨，2021年的
POSTPONED = re.compile(r"^[ \t]*(?:是|就是|这是)?[^，。；]{0,8}(?:年度?|期|初|末)[^，。；\d]{0,3}的[ \t]*$")
# 扣掉3万吨绿证还有2万吨: what is left of an amount after another was taken off
TAKEN_OFF = re.compile(
    r"(?:扣[除掉减去]?|减[去掉]|除[去掉]|刨[去除掉]|去掉|剔除|抵[扣掉]|冲抵)(?:了|完)?[ \t]*$"
)
OFFSET_FIRST = re.compile(r"抵[消销掉扣]?(?:了|掉)?[ \t]*$")  # 抵消3000吨后期末5.7万吨
AFTER_IT = re.compile(r"[ \t]*(?:之|以)?后")
LEFT_OF_IT = re.compile(r"(?:还|只|就|仅)?(?:有|剩下?|是|余|为|排)[了有下着]*[ \t]*$|(?:之|以)?后[ \t]*$")
NONE_OF_IT = re.compile(r"^(?:都|也|还)*(?:没|未|不(?!到|足|止))")
NOW = ("现在", "目前", "当前", "如今", "今年")  # beside a period of its own kind these say nothing
LATEST = ("去年", "上年度", "上一年度")
COUNT_UNITS = frozenset({"项", "个", "家", None})
NAMED, TOPIC, PERIOD, CARRIED, CARRIED_ALONE, RIVAL, UNIT = 4, 2, 3, 1, 2, -4, 1
ACCEPT = 3
LEAST_AMOUNT = 1000  # a smaller bare figure is rather a count or a score


def year_of(said: str, today: date) -> int:
    """The year that a match of YEAR names: 2025, 25, 二五, 去年."""
    if said in YEARS_FROM_NOW:
        return today.year + YEARS_FROM_NOW[said]
    digits = said.translate(_DIGITS)
    return int(digits) + 2000 * (len(digits) == 2)


@dataclass(frozen=True)
class Window:
    """The words that can say what a figure is: back to the previous figure or separator, forward to the next."""

    before: str
    after: str
    gross: str = ""  # 抵消前, which was taken out of `before`
    net: str = ""  # 已扣除抵消, which was taken out of either side
    lead: str = ""  # what stands before, back to the figure or the sentence before: 去年改了一轮，

    @property
    def near(self) -> str:
        """Both sides, kept apart by a sign that stands in no word."""
        return f"{self.before}␟{self.after}"

    @property
    def is_bound(self) -> bool:
        """5000吨以上, 不超过50%, 离100%还差, 一吨卖多少: a bound or a measure, not a value that is exactly known."""
        if DRAWN.search(self.before):
            return True
        after = BOUND_AFTER.search(self.after) or SOLD.search(self.after)
        if ASKED.search(self.before):
            return True
        return bool(BOUND_BEFORE.search(self.before) or TARGET.search(self.before) or after)


def window(message: str, figures: list[Quantity], number: int) -> Window:
    """The window of the `number`-th figure; words between two figures without a break introduce the second."""
    figure = figures[number]
    floor = figures[number - 1].end if number else 0
    ceiling = figures[number + 1].start if number + 1 < len(figures) else len(message)
    cuts = [cut.end() for cut in SEPARATORS.finditer(message, floor, figure.start)]
    raw = message[cuts[-1] if cuts else floor : figure.start]
    if cuts and not raw.strip() and message[cuts[-1] - 1] == "\n":
        raw = message[
            cuts[-2] if len(cuts) > 1 else floor : figure.start
        ]  # the name on a line, the figure on the next
    ahead = SEPARATORS.search(message, figure.end, ceiling)
    shared = number + 1 < len(figures) and not ahead
    after = "" if shared else message[figure.end : ahead.start() if ahead else ceiling]
    rest = SEPARATORS.split(message[ahead.end() :])[0] if ahead and ahead.end() < ceiling else ""
    if POSTPONED.match(rest):
        after += rest  # 8万吨，2021年的
    same = number > 0 and figures[number - 1].unit == figure.unit
    taken_off = message[: figures[number - 1].start] if same else ""
    left = LEFT_OF_IT.search(raw) if TAKEN_OFF.search(taken_off) else None
    raw = left.group() if left else raw
    plain = UNOFFSET.sub("", raw), UNOFFSET.sub("", after)
    after_it = AFTER_IT.match(raw) if OFFSET_FIRST.search(taken_off) else None
    net = [found.group() for found in (left, after_it) if found]
    net += [found.group() for part in plain for found in NET.finditer(part)]
    aside = (
        NET.match(rest.strip()) if rest and message.find(rest, figure.end) + len(rest) <= ceiling else None
    )
    before, after = (NET.sub("", part) for part in plain)
    return Window(
        before,
        after,
        gross="".join(found.group() for found in UNOFFSET.finditer(raw)),
        net="".join([*net, aside.group() if aside else ""]),
        lead=re.split(r"[。！？!?\n]", message[floor : cuts[-1] if cuts else floor])[-1][-30:],
    )


def is_none_of_it(figure: Quantity, place: Window, fact: FactDefinition) -> bool:
    """一吨都没买, 一吨绿证都没买过: whether a figure of one only stands for nothing."""
    kinds = "|".join(fact.parts) or "(?!)"
    return figure.value == 1 and NONE_OF_IT.search(re.sub(f"^(?:{kinds})", "", place.after)) is not None


def as_fact(metric: Metric, book: RuleBook) -> FactDefinition:
    """A metric whose value may be stated itself (抵消占比 40%), read like a fact by its names.

    A capped share is also named by the fact it is the share of: 抵消了四成.
    """
    adjusted = book.facts[metric.adjust] if metric.adjust else None
    capped = metric.unit == "%" and metric.limit is not None and "<" in metric.limit.operator
    return FactDefinition(
        id=metric.id,
        label=metric.label,
        type="number",
        unit=metric.unit,
        minimum=None,
        maximum=None,
        exclusive_minimum=None,
        question="",
        synonyms=(metric.label, *metric.synonyms),
        topic=adjusted.topic if adjusted and capped else (),
        periods=(),
        affirm=(),
        deny=(),
        adjustable=False,
        bindings=metric.bindings,
        unlike=_unlike(metric, book),
    )


def _unlike(metric: Metric, book: RuleBook) -> tuple[str, ...]:
    """Words that make a stated metric another thing: those of the amounts it is made of, where each of them has some."""
    amounts = [book.facts[id] for id in book.needed[metric.id] if book.facts[id].unit == "吨"]
    if not all(fact.unlike for fact in amounts):
        return ()
    return tuple(dict.fromkeys(word for fact in amounts for word in fact.unlike))


def fits_unit(figure: Quantity, fact: FactDefinition) -> bool:
    """Whether a figure can be a value of a fact; one without a unit fits amounts but no share."""
    if fact.type in ("integer", "points"):
        return figure.unit in COUNT_UNITS or figure.unit == fact.unit
    return fact.type == "number" and (
        figure.unit == fact.unit or (figure.unit is None and fact.unit not in ("%", None))
    )


def candidates(
    figure: Quantity,
    place: Window,
    carried: str,
    facts: Mapping[str, FactDefinition],
    prefer: frozenset[str] = frozenset(),
) -> dict[str, int]:
    """{fact id: score} of the facts that the figure may be; `carried` are the words around the figure before.

    A unit that only one fact has speaks for it when the fact is one of those under discussion (`prefer`).
    """
    near = place.near
    # 去年窑炉改了一轮，排放降到5.2万吨: the year may stand before the comma
    when = near if YEAR.search(near) or _names_period(near, facts) else f"{place.lead}{near}"
    alone = not _speaks(near, facts) or bool(SAME.search(near))
    scores: dict[str, int] = {}
    for fact_id, fact in facts.items():
        if not fits_unit(figure, fact):
            continue
        topical = any(word in near or word in figure.text for word in fact.topic)
        if fact.unit == "%" and not (topical or any(word in near for word in fact.synonyms)):
            continue  # a percentage is of something: what it is of must stand beside it
        score = NAMED * any(word in near for word in fact.synonyms) + TOPIC * topical
        score += PERIOD * _period(when, fact, facts)
        if not topical and any(word in carried for word in fact.topic):
            score += CARRIED_ALONE if alone else CARRIED
        if _rival(near, fact, facts):
            score += RIVAL
        elif (
            figure.unit is not None
            and fact_id in prefer
            and sum(fits_unit(figure, other) for other in facts.values()) == 1
        ):
            score += TOPIC
        if score > 0:
            large = SCALED.search(figure.text) and figure.value >= LEAST_AMOUNT
            bare = figure.unit is None and fact.unit == "吨" and large  # 打算买4万5的指标
            counted = fact.type == "integer" and figure.unit is not None and fact_id in prefer  # 做了3个改造
            same = figure.unit == fact.unit and fact.unit is not None
            scores[fact_id] = score + UNIT * (bare or counted or same)
    names = {fact_id: _longest_name(near, facts[fact_id]) for fact_id in scores}
    return {
        fact_id: score
        for fact_id, score in scores.items()
        if not any(_only_within(near, names[fact_id], longer) for longer in names.values())
    }


def _longest_name(near: str, fact: FactDefinition) -> str:
    return max((name for name in (fact.label, *fact.synonyms) if name in near), key=len, default="")


def _only_within(near: str, name: str, longer: str) -> bool:
    """Whether a name stands nowhere but inside a longer one: 碳削减率 in 培育期碳削减率."""
    return bool(name) and name != longer and name in longer and name not in near.replace(longer, "␟")


def choose(scores: Mapping[str, int], prefer: frozenset[str]) -> str | tuple[str, ...] | None:
    """The one best fact, the tied ones, or None when no word speaks strongly enough."""
    best = max(scores.values(), default=0)
    if best < ACCEPT:
        return None
    leaders = sorted(fact for fact, score in scores.items() if score == best)
    leaders = [fact for fact in leaders if fact in prefer] or leaders
    return leaders[0] if len(leaders) == 1 else tuple(leaders)


def named_before(place: Window, facts: Mapping[str, FactDefinition]) -> str | None:
    """The fact whose name stands right before the figure (增加值3万吨), whatever its unit."""
    words = place.before.rstrip(" 为是有约大概只共：:=达到了")
    found = [
        (len(name), fact.id)
        for fact in facts.values()
        for name in (fact.label, *fact.synonyms)
        if words.endswith(name)
    ]
    return max(found)[1] if found else None


def _speaks(near: str, facts: Mapping[str, FactDefinition]) -> bool:
    return any(
        word in near for fact in facts.values() for word in (*fact.topic, *fact.synonyms, *fact.periods)
    )


def _names_period(near: str, facts: Mapping[str, FactDefinition]) -> bool:
    return any(word in near for fact in facts.values() for word in fact.periods)


def _period(near: str, fact: FactDefinition, facts: Mapping[str, FactDefinition]) -> int:
    """1 when the words name this fact's period and not only 现在 beside a rival's (现在期末), -1 when they name another's, else 0."""
    rivals = [other for other in facts.values() if other.id != fact.id and set(other.topic) & set(fact.topic)]
    if any(word in near for word in fact.periods):
        if set(fact.periods) & set(LATEST) and not any(
            word in near for word in fact.periods if word not in NOW
        ):
            return 0 if any(word in near for other in rivals for word in other.periods) else 1
        return 1
    named = {word for other in rivals for word in other.periods if word in near}
    if any(word in fact.periods for word in LATEST) and not named and YEAR.search(near):
        return 1
    return -1 if named and fact.periods else 0


def _rival(near: str, fact: FactDefinition, facts: Mapping[str, FactDefinition]) -> bool:
    """Whether the last words speak of another kind of quantity with the same unit."""
    own = _last(near, fact)
    return any(
        other.unit == fact.unit and not set(other.topic) & set(fact.topic) and _last(near, other) > own
        for other in facts.values()
    )


def _ends(near: str, words: tuple[str, ...]) -> int:
    """Where the last of some words ends, -1 when none stands here."""
    return max((near.rfind(word) + len(word) for word in words if word in near), default=-1)


def _last(near: str, fact: FactDefinition) -> int:
    """Where the last word of a fact ends, -1 when none stands here."""
    return _ends(near, (*fact.topic, *fact.synonyms))
