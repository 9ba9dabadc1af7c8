"""Every figure has a source, measures there what it measures here, and is bounded there as it is bounded here."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations

from assistant.agent.answer import Citation
from assistant.agent.verification.equations import SCALES, equation_lines
from assistant.agent.verification.evidence_index import Evidence, Pool
from assistant.agent.verification.figures import NO_UNIT, Figure, Kind, key, same
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.matching import pairs, squeezed
from assistant.agent.verification.operators import Bound, Bounded, bounded, opposed
from assistant.agent.verification.relations import ABSENT
from assistant.agent.verification.statements import Statement

CONTEXT_BEFORE, CONTEXT_AFTER = 12, 5
RIVAL_FITS, RIVAL_LEAD = 0.5, 0.3
SMALL_COUNT = 12
LONG_NUMBER = 6  # digits of a number that is a name rather than a count
_TRUTH = {
    Bound.AT_LEAST: operator.ge,
    Bound.AT_MOST: operator.le,
    Bound.OVER: operator.gt,
    Bound.UNDER: operator.lt,
}
_COMPLEMENTS = (
    (Bound.UNDER, Bound.AT_LEAST),
    (Bound.OVER, Bound.AT_MOST),
    (Bound.AT_MOST, Bound.OVER),
    (Bound.AT_LEAST, Bound.UNDER),
)
_DISQUALIFIED = re.compile(
    r"[^。！？\n]{0,16}?(?:就|则|便|都|也|才|即|算|属于)*(?:不(?:再|被)?(?:符合|满足|达标|合格|具备|行|够|能|可|得申报|予|允许|接受|认可)|没有?(?:达到|达标|资格)|未达|达不到|拿不|禁止|淘汰|出局|否决|0分|零分)"
)
_DENYING = re.compile(r"^[\s\u2003]*(?:不(?:行|可以|能|够|符合|达标|合格|满足)|没有?达到|达不到)[，,]")
_REQUIRED = re.compile(
    r"(?:要求|应当?|必?须|需要?|规定|标准|上限|下限|限值|门槛)[为是在：:]?(?:不?得?(?:低于|高于|少于|超过|大于|小于)|至少|至多|最[多少高低]|[≥≤<>]=?)?[为是]?$"
)
_REQUIREMENT = re.compile(r"要求|规定|标准|门槛|应当?|须|得(?=[低高少多超])")
_OF_REQUIREMENT = re.compile(r"以?[上下内]?的?(?:要求|规定|标准|门槛|[上下]限|限值|红线|底线)")
_MEETS = re.compile(
    r"(?:达到|满足|符合|达)了?(?:不?得?[低高少多超大小][于过]?|至[少多]|[≥≤<>]=?)$"
)  # 符合≥3项的要求
_IS_LIMIT = re.compile(r"的(?:门槛|[上下]限|限值|红线|底线)|[及或]以[上下]")
_RANGE = re.compile(r"(?:及|或)?(?:以[上下内]|之[上下内])")
_JOINED = re.compile(r"[和与及]|以及|[。；]")
_REACHED = re.compile(r"^[，,（(|\s\u2003]*(?:已|也|均|都|刚好)?(?:达到?|(?<=已)到)了?$")
_POINTS = re.compile(r"(?:分值|满分)[为是：:]*$")
_LIMIT = re.compile(
    r"(?:要求|上限|下限|限值|门槛)[为是在：:的]*(?:不[得低高少超大小][于过]?[于过]?|至少|至多|[≥≤<>]=?)?[为是]?$"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_OF_THE_USER = re.compile(
    r"[您你贵]|我们|用户|企业(?:填|报|说)|假设|如果|按[^，。；]{0,12}(?:计算|来算|算)|填的|所说|提到的"
)
_ITEM, _OF_ITEM = (
    re.compile(r"[一1][项条款栏类档节步]"),
    re.compile(r"[，,：:的中里得占是为要有可能最满共也都就算]"),
)
_NAMED = re.compile(r"[\u4e00-\u9fff”》）)](?<![第每至少有共满足够仅只为是了达])$")
_OF_THE_ANSWER = re.compile(r"(?:[前后这那]|其余|其他|另外?|剩下的?)[，,]?$")  # 后两个: of what was just told
_ONCE = re.compile(r"[一1][次回轮]")
_LAST_PART = re.compile(r"[^，,。；;：:\n]+$")
_LIST, _COUNTING = re.compile(r"[、和与及\u2003]|以及"), "两二三四五六七八九十"
_NUMERALS = "零一二三四五六七八九十"
_OPERATOR = re.compile(r"[÷×]")
_SHORT_BY = re.compile(r"[还尚仍相][差缺少]了?$")
_COUNTS = (*NO_UNIT, "方面", "次", "轮")  # what an answer may count of its own
_PARTS = re.compile(r"[两二三四五六七八九]大?块")  # of what is told, no money
_ROW = ("、", "和", "与", "及")  # all that stands before a figure that shares its row's words: 2025年、2030年
_DENIED = re.compile(r"(?:不是|并非|而非|不等于|没有说是?)[“]?$")
_PRESCRIBED = re.compile(
    r"不[得能应可](?:低于|高于|少于|超过|大于|小于)$|的(?:要求|上限|下限|标准|规定)[^，。；]{0,4}$"
)


def number_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Failures of the figures in a statement's own words."""
    told = bounded(statement.own)
    if not told:
        return
    cited = evidence.cited_figures(evidence.citations(statement))
    pools = (cited, evidence.engine_figures)
    equations = equation_lines(statement.own)
    for figure, its in _crossed(told, cited):
        yield _failure("measure", statement, figure, its.before + its.text)
    for number, one in enumerate(told):
        figure = one.figure
        if _in_engine_words(statement, figure, evidence) or any(
            start <= figure.start < end for start, end in equations
        ):
            continue  # an equation's figures are held against the engine's own equation
        alike = [other for pool in pools for other in pool.alike(figure)]
        if _is_result_as_limit(statement.own, figure, cited, evidence):
            yield _failure("measure", statement, figure, "不是要求里的数")
            continue
        if not alike:
            sourced = (
                _in_catalogue(figure, evidence)
                or (key(figure) in evidence.said_figures and _is_the_users(statement, evidence))
                or (key(figure) in evidence.said_figures and _held_against(told[number:], statement, pools))
                or key(figure) in evidence.told_before(statement)
                or any(_bare_alike(figure, pool) or pool.holds_part(figure) for pool in pools)
                or _is_short_for(statement.own, figure, (*pools, evidence.said_pool))
                or _is_written_number(figure, evidence.citations(statement))
                or _is_told_otherwise(statement.own, figure, evidence.citations(statement))
            )
            if not sourced and not _own_count(statement.own, figure, pools):
                yield _failure("number", statement, figure, "引文、用户的话和规则引擎的结果")
            continue
        if _POINTS.search(statement.own[: figure.start]) and not _is_points(figure, evidence, statement):
            yield _failure("measure", statement, figure, "所引条款的分值")
            continue
        short = _SHORT_BY.search(statement.own[: figure.start])
        rival = None if short else _better_fit(figure, alike, pools)
        other = _other_noun(figure, alike)
        if other is not None:
            yield _failure("measure", statement, figure, other)
        elif rival is not None:
            yield _failure("measure", statement, figure, rival.before + rival.text + rival.after)
        elif (against := _wrong_bound(one, statement.own, told[:number], alike, evidence)) is not None:
            yield _failure("relation", statement, figure, against)


def stands_in(figure: Figure, pool: Pool) -> bool:
    """Whether a figure stands in a pool, with its unit or in a column of such figures."""
    return bool(pool.alike(figure)) or _bare_alike(figure, pool)


def _is_short_for(own: str, figure: Figure, pools: Sequence[Pool]) -> bool:
    """A figure without the rest of its unit: 8吨 for 8吨二氧化碳/万元, 11 of 11万吨 in 11÷20."""
    value = _value(figure)
    if value is None:
        return False
    if figure.unit == "吨" and own[figure.end : figure.end + 1] not in ("/", "／"):
        return any(pool.holds(value, unit) for pool in pools[:1] for unit in ("吨/万元", "吨标准煤"))
    beside = own[max(0, figure.start - 1) : figure.start] + own[figure.end : figure.end + 1]
    return (
        figure.unit == ""
        and _OPERATOR.search(beside) is not None
        and any(pool.holds_value(value * scale) for pool in pools for scale in SCALES)
    )


def _is_written_number(figure: Figure, cited: Sequence[Citation]) -> bool:
    """A number of many digits that a clause has as a name, digit for digit: 编号20251312 for 第20251312号."""
    written = figure.text.strip()
    if figure.unit or not written.isdigit() or len(written) < LONG_NUMBER:
        return False
    return any(re.search(rf"(?<!\d){written}(?!\d)", one.text) for one in cited)


def _is_told_otherwise(own: str, figure: Figure, cited: Sequence[Citation]) -> bool:
    """A figure that only says in other words what is there: 能效提升一项, 市、县两级, 一年 for 每年, 全年."""
    value = _value(figure)
    before = _LAST_PART.search(own[: figure.start])
    if value == 1 and _ITEM.fullmatch(figure.text) and _OF_ITEM.match(own[figure.end :]):
        return before is not None and _NAMED.search(before[0]) is not None
    if value == 1 and (_ONCE.match(own[figure.end :]) or figure.unit == "年"):
        return any(f"{every}{figure.text[-1]}" in one.text for one in cited for every in "每全")
    if value is not None and 1 < value < len(_NUMERALS) and figure.unit in NO_UNIT and len(figure.after) > 1:
        counted = f"{_NUMERALS[int(value)]}{figure.after[:2]}"  # 6个部门 for 六部门
        if value.denominator == 1 and any(counted in text for one in cited for text in (one.text, one.title)):
            return True
    items = [item for item in _LIST.split(before[0]) if item] if before else []
    return len(items) > 1 and value == len(items) and figure.text[:1] in _COUNTING


def _in_catalogue(figure: Figure, evidence: Evidence) -> bool:
    """A date or number of the catalogue, or an amount that it has in the same words (2021年碳排放量)."""
    alike = evidence.catalogue_figures.alike(figure)
    if figure.kind is not Kind.AMOUNT:
        return bool(alike)
    return any(pairs(figure.after) & pairs(one.figure.after) for one in alike)


def _is_result_as_limit(own: str, figure: Figure, cited: Pool, evidence: Evidence) -> bool:
    """Whether a figure of the user's or of a result is told as what is required: 要求≥110% where 100% is required."""
    theirs = key(figure) in evidence.results or key(figure) in evidence.said_figures
    if not theirs or key(figure) in evidence.limits or cited.alike(figure):
        return False
    ahead, behind = own[: figure.start][-14:], own[figure.end :]
    if _DENIED.search(ahead) or not (evidence.limits or cited.of_unit(figure)):
        return False
    return _LIMIT.search(ahead) is not None or _IS_LIMIT.match(behind) is not None


def _other_noun(figure: Figure, alike: Sequence[Bounded]) -> str | None:
    """What a bare figure counts in every source, where it counts something else here: 300页 for 300字."""
    noun = figure.after[:1]
    theirs = [other.figure.after[:1] for other in alike]
    if figure.unit or not figure.text.isdigit() or len(figure.text) < 2 or not _HAN.match(noun):
        return None
    if all(_HAN.match(one) and one != noun for one in theirs):
        return alike[0].figure.text + theirs[0]
    return None


def _failure(type: str, statement: Statement, figure: Figure, against: str) -> Failure:
    return Failure(
        type, figure.text.strip(), against, statement.start + figure.start, statement.start + figure.end
    )


def _in_engine_words(statement: Statement, figure: Figure, evidence: Evidence) -> bool:
    """Whether the figure stands in a stretch that the engine itself wrote, from sign to sign."""
    own = statement.own
    begin = max(own.rfind(sign, 0, figure.start) for sign in "；;。\n\u2003") + 1
    ends = [at for sign in "；;。\n\u2003" if (at := own.find(sign, figure.end)) >= 0]
    part = squeezed(own[begin : min(ends, default=len(own))])
    return len(part) >= 6 and part.strip("，,") in evidence.engine_squeezed


def _is_the_users(statement: Statement, evidence: Evidence) -> bool:
    """Whether a statement tells what the user said: it speaks of the user, or claims nothing of a clause."""
    if not statement.marked or ABSENT.search(statement.own):
        return True
    return _OF_THE_USER.search(statement.own) is not None


def _bare_alike(figure: Figure, pool: Pool) -> bool:
    """A figure that stands without its unit: 20 in a table's column of points, 40 of 40% in a formula of points."""
    if not isinstance(figure.value, tuple):
        return False
    value, unit = figure.value
    if unit == "分":
        return pool.holds(value, "")
    return unit == "" and (pool.holds(value / 100, "%") or pool.holds(value, "分"))


def _is_points(figure: Figure, evidence: Evidence, statement: Statement) -> bool:
    """Whether a figure told as points stands in a table's cell of its own, or with 分."""
    if not isinstance(figure.value, tuple):
        return False
    texts = [one.text for one in evidence.citations(statement)]
    bracketed = {found for text in texts for found in re.findall(r"[（(](\d+)[）)]", text)}  # 减排措施（40）
    cells = bracketed | {line.strip() for text in texts for line in text.split("\n")[1:]}
    pools = (evidence.cited_figures(evidence.citations(statement)), evidence.engine_figures)
    return str(figure.value[0]) in cells or any(pool.holds(figure.value[0], "分") for pool in pools)


def _own_count(own: str, figure: Figure, pools: Sequence[Pool]) -> bool:
    """A small count of what the answer itself lists (以下三项, 后两个): nothing at hand counts the same thing otherwise."""
    if _PARTS.fullmatch(figure.text) and not figure.after.startswith("钱"):
        return True
    if figure.kind is not Kind.AMOUNT or figure.unit not in _COUNTS or not isinstance(figure.value, tuple):
        return False
    if figure.value[0] > SMALL_COUNT or figure.text[:1].isdigit():
        return False
    if _OF_THE_ANSWER.search(own[: figure.start]):
        return True
    if any(_counted(other.figure) == _counted(figure) for other in pools[0].of_unit(figure)):
        return False
    noun = pairs(figure.after)
    return not any(noun & pairs(other.figure.after) for pool in pools for other in pool.of_unit(figure))


def _counted(figure: Figure) -> str:
    """The noun that a figure counts by: 项 of 三项, 块 of 两块."""
    return figure.text[-1:] if figure.unit else figure.after[:1]


def _held_against(told: Sequence[Bounded], statement: Statement, pools: Sequence[Pool]) -> bool:
    """Whether the user's figure is denied (不是60%), or compared, truly, with a known figure behind it (6000吨，超过5000吨)."""
    figure = told[0].figure
    if _DENIED.search(statement.own[: figure.start]):
        return True
    for other in told[1:2]:
        true = _compares(figure, other)
        if other.figure.unit != figure.unit or true is None:
            continue
        known = any(pool.alike(other.figure) for pool in pools)
        return known and told[0].bound is None and true
    return False


def _context(figure: Figure) -> frozenset[str]:
    return pairs(figure.before[-CONTEXT_BEFORE:]) | pairs(figure.after[:CONTEXT_AFTER])


def _fit(figure: Figure, other: Figure) -> float:
    """How alike what two figures measure is described, in [0, 1]: shared pairs against the shorter description."""
    mine, theirs = _context(figure), _context(other)
    least = min(len(mine), len(theirs))
    return len(mine & theirs) / least if least else 0.0


def _crossed(told: Sequence[Bounded], cited: Pool) -> Iterator[tuple[Figure, Figure]]:
    """Two figures of one unit, each told with words that a cited clause has only before the other."""
    for one, other in combinations((item.figure for item in told), 2):
        if one.kind is not Kind.AMOUNT or one.unit != other.unit or same(one, other):
            continue
        first, second = cited.alike(one), cited.alike(other)
        if len(first) != 1 or len(second) != 1:
            continue
        theirs, others = pairs(first[0].figure.before), pairs(second[0].figure.before)
        mine, its = pairs(one.before), pairs(other.before)
        if (mine & (others - theirs) and its & (theirs - others)) and not (
            mine & (theirs - others) or its & (others - theirs)
        ):
            yield one, second[0].figure


def _counts_another(figure: Figure, rival: Figure) -> bool:
    """Whether what stands right behind a figure stands before the other: 9个行业 and 行业近300家."""
    noun = pairs(figure.after[:2])
    return bool(noun) and not noun & pairs(rival.after) and bool(noun & pairs(rival.before))


def _better_fit(figure: Figure, alike: Sequence[Bounded], pools: Sequence[Pool]) -> Figure | None:
    """A figure of the same unit and another value whose description fits much better: the words speak of that one."""
    if figure.kind is not Kind.AMOUNT or len(_context(figure)) < 2:
        return None
    if any(not _context(other.figure) for other in alike):
        return None  # a source that says nothing of what it measures
    held = max(_fit(figure, other.figure) for other in alike)
    rivals = [
        (_fit(figure, other.figure), other.figure)
        for pool in pools
        for other in pool.of_unit(figure)
        if not same(figure, other.figure)
        and len(_context(other.figure)) >= 3
        and other.figure.before.strip() not in _ROW
        and not _counts_another(figure, other.figure)
    ]
    fit, rival = max(rivals, key=lambda pair: pair[0], default=(0.0, None))
    return rival if rival is not None and fit >= RIVAL_FITS and fit - held >= RIVAL_LEAD else None


def _wrong_bound(
    one: Bounded, own: str, before: Sequence[Bounded], alike: Sequence[Bounded], evidence: Evidence
) -> str | None:
    """What a bound contradicts: the figure it compares with, or the bound that stands in every source; None when it holds."""
    compared = next(
        (other.figure for other in reversed(before) if other.figure.unit == one.figure.unit), None
    )
    ahead = own[: one.figure.start][-14:]
    required = (
        _REQUIRED.search(ahead) is not None
        or _PRESCRIBED.search(ahead) is not None
        or _RANGE.match(own[one.figure.end :]) is not None
        or (_MEETS.search(ahead) is not None and _OF_REQUIREMENT.match(own[one.figure.end :]) is not None)
    )
    if compared is not None and _JOINED.search(own[compared.end : one.figure.start]):
        compared = None
    if compared is not None and one.bound is None and _REACHED.match(own[compared.end : one.figure.start]):
        one = Bounded(one.figure, Bound.AT_LEAST)
    told = [
        figure
        for figure in (compared, one.figure)
        if figure is not None and key(figure) in evidence.results | evidence.said_figures
    ]
    if not required and compared is not None and told:
        true = _compares(compared, one)
        if true is not None:
            between, behind = own[compared.end : one.figure.start], own[one.figure.end :]
            if true:
                return None
            if not _REQUIREMENT.search(between) and not _OF_REQUIREMENT.match(behind):
                return f"{compared.text}与{one.figure.text}"
    bounds = [other for other in alike if other.bound is not None]
    if (
        (_DISQUALIFIED.match(own[one.figure.end :]) or _DENYING.match(own))
        and any((one.bound, other.bound) in _COMPLEMENTS for other in bounds)
        and (compared is None or _compares(compared, one) is not False)
    ):
        return None  # 不到5000吨的，不符合: what falls short of it, and what follows
    if bounds and all(opposed(one.bound, other.bound) for other in bounds):
        figure = bounds[0].figure
        return f"{figure.before}{figure.text}{figure.after}"
    return None


def _compares(figure: Figure, limit: Bounded) -> bool | None:
    """Whether a figure is as it is told to be beside a limit (6000吨，超过5000吨); None where the two do not compare."""
    value, bound = _value(figure), _value(limit.figure)
    if value is None or bound is None or limit.bound not in _TRUTH:
        return None
    return bool(_TRUTH[limit.bound](value, bound))


def _value(figure: Figure) -> Fraction | None:
    return figure.value[0] if isinstance(figure.value, tuple) else None
