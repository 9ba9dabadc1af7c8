"""How a figure is bounded: against the sources' own bound of it, and against the figure that it is compared with."""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence

from assistant.agent.verification.evidence_index import Evidence, Pool
from assistant.agent.verification.figures import Figure, amount, key
from assistant.agent.verification.operators import Bound, Bounded, opposed

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
_OF_REQUIREMENT = re.compile(
    r"以?[上下内]?的?(?:评价|指标|认定|申报|控制)?(?:要求|规定|标准|门槛|[上下]限|限值|红线|底线)"
)
_OPEN = re.compile(r"(?:是否|能否|有没有|会不会|是不是)[^，。；？！\n]*$")  # what is not known is not claimed
_MEETS = re.compile(
    r"(?:达到|满足|符合|达)了?(?:不?得?[低高少多超大小][于过]?|至[少多]|[≥≤<>]=?)$"
)  # 符合≥3项的要求
_IS_LIMIT = re.compile(r"的(?:门槛|[上下]限|限值|红线|底线)|[及或]以[上下]")
_RANGE = re.compile(r"(?:及|或)?(?:以[上下内]|之[上下内])")
_JOINED = re.compile(r"[和与及]|以及|[。；|]")  # | parts the cells of a table
_REACHED = re.compile(r"^[，,（(|\s\u2003]*(?:已|也|均|都|刚好)?(?:达到?|(?<=已)到)了?$")
_LIMIT = re.compile(
    r"(?:要求|上限|下限|限值|门槛)[为是在：:的]*(?:不[得低高少超大小][于过]?[于过]?|至少|至多|[≥≤<>]=?)?[为是]?$"
)
DENIED = re.compile(r"(?:不是|并非|而非|不等于|没有说是?)[“]?$")
_PRESCRIBED = re.compile(
    r"不[得能应可](?:低于|高于|少于|超过|大于|小于)$|的(?:要求|上限|下限|标准|规定)[^，。；]{0,4}$"
)


def wrong_bound(
    one: Bounded, own: str, before: Sequence[Bounded], alike: Sequence[Bounded], evidence: Evidence
) -> str | None:
    """What a bound contradicts: the figure it compares with, or the bound that stands in every source; None when it holds."""
    compared = next(
        (other.figure for other in reversed(before) if other.figure.unit == one.figure.unit), None
    )
    ahead = own[: one.figure.start][-14:]
    if _OPEN.search(ahead):
        return None
    required = (
        _REQUIRED.search(ahead) is not None
        or _PRESCRIBED.search(ahead) is not None
        or _RANGE.match(own[one.figure.end :]) is not None
        or (_MEETS.search(ahead) is not None and _OF_REQUIREMENT.match(own[one.figure.end :]) is not None)
    )
    if compared is not None and _JOINED.search(own[compared.end : one.figure.start]):
        compared = None
    if (
        compared is not None
        and one.bound in (None, Bound.AT_LEAST)
        and _REACHED.match(own[compared.end : one.figure.start])
    ):
        one, required = Bounded(one.figure, Bound.AT_LEAST), False
    told = [
        figure
        for figure in (compared, one.figure)
        if figure is not None and key(figure) in evidence.results | evidence.said_figures
    ]
    if not required and compared is not None and told:
        true = compares(compared, one)
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
        and (compared is None or compares(compared, one) is not False)
    ):
        return None  # 不到5000吨的，不符合: what falls short of it, and what follows
    if bounds and all(opposed(one.bound, other.bound) for other in bounds):
        figure = bounds[0].figure
        return f"{figure.before}{figure.text}{figure.after}"
    return None


def is_result_as_limit(own: str, figure: Figure, cited: Pool, evidence: Evidence) -> bool:
    """Whether a figure of the user's or of a result is told as what is required: 要求≥110% where 100% is required."""
    theirs = key(figure) in evidence.results or key(figure) in evidence.said_figures
    if not theirs or key(figure) in evidence.limits or cited.alike(figure):
        return False
    ahead, behind = own[: figure.start][-14:], own[figure.end :]
    if DENIED.search(ahead) or not (evidence.limits or cited.of_unit(figure)):
        return False
    return _LIMIT.search(ahead) is not None or _IS_LIMIT.match(behind) is not None


def compares(figure: Figure, limit: Bounded) -> bool | None:
    """Whether a figure is as it is told to be beside a limit (6000吨，超过5000吨); None where the two do not compare."""
    value, bound = amount(figure), amount(limit.figure)
    if value is None or bound is None or limit.bound not in _TRUTH:
        return None
    return bool(_TRUTH[limit.bound](value, bound))
