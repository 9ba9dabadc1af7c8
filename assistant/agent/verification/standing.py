"""Verdicts are the engine's, and a policy that is not in force is named as such."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from assistant.agent.answer import Calculation, Citation
from assistant.agent.verification.evidence_index import TOLD_OF, UNMET, Evidence
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.matching import squeezed
from assistant.agent.verification.slots import without_titles
from assistant.agent.verification.statements import Statement

IN_FORCE = "现行"
OPEN = "待补充"
_CONDITION = re.compile(
    r"如果|若|假如|要是|只有|只要|一旦|须|应当?|需要|必须|是否|能否|才(?:能|可)|(?<!待)补[齐充交]|齐全|等(?=[^，。；]{0,6}后)|后再|[？?]|吗"
)
_VERDICT = re.compile(
    r"(?:结论|判定|判断|判为|判成|认定结果|总体|整体)[是为：:]*[^，。；项条率比]{0,12}?(?P<stated>不符合|待补充|符合)"
    r"|(?:(?:所以|因此|故|综上)[^，。；项条率比]{0,8}?|(?:零碳工厂)[为是判定：:\u2003 ]{0,6})(?P<told>不符合|待补充|符合)(?=[\u2003 ，。；]|$)"
    r"|(?P<no>不符合|不满足|达不到|未达到|不具备|没有达到|不能申报|不可以申报|不够格|不能认定|不予认定)[^，。；]{0,10}?(?:条件|要求|申报|认定|$|[，。；])"
    r"|(?P<able>(?<![不未法])能够?(?:判定|判断)(?=[。，；\u2003]|$))"
    r"|(?P<open>待补充|还?不能判定|无法判定|尚不能判断|暂时?无法判断)"
    r"|(?P<yes>(?<!不)(?<!是否)(?:符合|满足|达到|具备)了?(?:条件|[^，。；不]{0,10}?(?:的?(?:全部|所有|申报|认定)(?:的)?条件|零碳工厂的?条件|申报要求|认定要求))|(?<!不)(?:可以|能够?)(?:直接)?(?:申报|申请|通过认定)|够格)"
)
_ASKER = re.compile(  # who asks, as somebody that is judged: not 您好, 关于您的问题
    r"(?<![答复于谢醒诉给])[您你贵](?!好|问|咨询|的(?:问题|提问|疑问))|我们"
)
_YES = re.compile(
    r"^[\s\u2003]*(?:(?:结论|答|回答)[：:]\s*)?(?:可以|能|行|够格|合格|没问题|没有问题)(?:的|了)?[，,。！；\s\u2003]"
)
_MET_AT_ALL = re.compile(
    r"^[\s\u2003]*(?:(?:结论|答|回答)[：:]\s*)?(?:满足|达到|达标|够)了?[，,。！；\s\u2003]"
)
_MET = re.compile(
    r"(?<!不)(?<!未)(?<!没有)(?<!没)(?:符合要求|(?:(?<=[指标项])(?:是|为)?|(?<=直接))符合(?=[\u2003 ，。；]|$)|达到要求|满足要求|达标|合格|在上限(?:以内|之内)|没有?超[过出]上限|[未不]超[过出]上限|未超上限|没超上限)|未超(?:过)?上限"
)
_UNMET = re.compile(
    r"不符合要求|(?<=[指标项])(?:是|为)?不符合(?=[\u2003 ，。；]|$)|未达到?要求|没有?达到?要求|不满足要求|不达标|未达标|没达标|(?<!未)(?<!没有)(?<!没)(?<!不)超[过出]上限|(?<!未)(?<!没有)(?<!不)超上限|低于要求|高于上限"
)
_ABOVE_LIMIT, _BELOW_LIMIT = (
    re.compile(r"(?<!不)(?<!未)高于要求|(?<!不)超过要求"),
    re.compile(r"(?<!不)低于要求|不(?:超过|高于)要求|(?<!不)低于上限"),
)
_FORMAL = re.compile(
    r"(?<!未)(?<!尚未)(?<!没有)(?<!不是)(?<!并未)(?:已经?|现已)?(?:正式(?:印发|施行|实施|发布|生效)|现行有效|生效施行|已经?(?:施行|实施|印发|生效))"
)
_NOT_YET = re.compile(r"[未没不待等后至]|以(?!上)|是否|尚|何时|如果|若|自(?=\d|印发|发布|公布)")


def verdict_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Verdicts in a statement that the engine did not give, and results called met that are not."""
    own = statement.own
    yes = _YES.search(own)
    if yes and {one.status for one in evidence.grounds.verdicts} == {UNMET}:
        yield _failure("verdict", statement, yes, UNMET)
    met, judged = (
        _MET_AT_ALL.search(own),
        [one for one in evidence.grounds.calculations if one.passed is not None],
    )
    if met and judged and not any(one.passed for one in judged):
        yield _failure(
            "verdict", statement, met, f"{judged[0].label}{judged[0].display}，要求{judged[0].limit}"
        )
    for found in _VERDICT.finditer(own):
        if (found["stated"] or found["told"]) is None and not _about_the_applicant(
            statement, evidence, found
        ):
            continue
        said = (
            found["stated"]
            or found["told"]
            or ("不符合" if found["no"] else "待补充" if found["open"] else "符合")
        )
        given = _given(statement, evidence)
        if found["able"]:
            said = next(iter(given - {OPEN}), "可以判定")
        if said not in given:
            against = "、".join(sorted(given)) or "没有判定"
            yield _failure("verdict", statement, found, against)
    yield from _conditions(statement, evidence)
    for pattern, holds in (
        (_MET, _is_met),
        (_UNMET, _is_unmet),
        (_ABOVE_LIMIT, _is_above),
        (_BELOW_LIMIT, _is_below),
    ):
        for found in pattern.finditer(own):
            yield from _judged(statement, evidence, found, holds)


def _conditions(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """符合：甲 where the engine told 不符合：甲 and nothing else of it, or the other way round."""
    for found in TOLD_OF.finditer(statement.own):
        given = evidence.conditions.get(squeezed(found["what"]))
        if given is not None and found["how"] not in given:
            yield _failure("verdict", statement, found, f"{'、'.join(sorted(given))}：{found['what']}")


def _is_met(one: Calculation) -> bool:
    return one.passed is True


def _is_unmet(one: Calculation) -> bool:
    return one.passed is False


def _is_above(one: Calculation) -> bool:
    return one.passed is (one.limit or "").startswith(("≥", ">"))


def _is_below(one: Calculation) -> bool:
    return not _is_above(one)


def _judged(
    statement: Statement, evidence: Evidence, found: re.Match[str], holds: Callable[[Calculation], bool]
) -> Iterator[Failure]:
    """A failure when no computation that the words may speak of is as they say."""
    meant = _measured_before(statement.own, found.start(), evidence.grounds.calculations)
    judged = [one for one in meant if one.passed is not None]
    if judged and not any(holds(one) for one in judged):
        one = judged[0]
        yield _failure("verdict", statement, found, f"{one.label}{one.display}，要求{one.limit}")


def _failure(type: str, statement: Statement, found: re.Match[str], against: str) -> Failure:
    return Failure(type, found[0], against, statement.start + found.start(), statement.start + found.end())


def _about_the_applicant(statement: Statement, evidence: Evidence, found: re.Match[str]) -> bool:
    """Whether a verdict is told of the applicant: a programme or 企业 is the subject and no condition is being told."""
    verdicts = evidence.grounds.verdicts
    before = statement.own[: found.start()]
    if not verdicts:  # nobody was judged: only a verdict on the person who asks is one
        to_the_asker = _ASKER.search(before) is not None
        return to_the_asker and not _CONDITION.search(before)
    if _CONDITION.search(before) or squeezed(found[0]) in evidence.engine_squeezed:
        return False
    own = without_titles(statement.own)  # the policy's name is no programme's
    named = any(one.programme in own for one in verdicts)
    return named or re.search(rf"{_ASKER.pattern}|企业|目前|因此|所以|综上", before) is not None


def _given(statement: Statement, evidence: Evidence) -> set[str]:
    """Verdicts that a statement may tell: those of the programmes it names, all of the turn where it names none.

    None at all where it names only programmes that were not judged (近零碳工厂 where 零碳工厂 was).
    """
    verdicts = evidence.grounds.verdicts
    known = {*evidence.grounds.programmes, *(one.programme for one in verdicts)}
    named = {one for one in known if _names(statement.own, one, known)}
    if not named:
        return {one.status for one in verdicts}
    return {one.status for one in verdicts if one.programme in named}


def _names(own: str, programme: str, others: Collection[str]) -> bool:
    """Whether a name stands there other than inside a longer one: 零碳工厂 in 近零碳工厂."""
    for other in others:
        if other != programme and programme in other:
            own = own.replace(other, "")
    return programme in own


def _measured_before(own: str, at: int, calculations: Sequence[Calculation]) -> list[Calculation]:
    """The computations of the name that stands last before a place: those whose result is told there, else all of them."""
    before = own[:at]
    _, _, name = max(
        ((before.rfind(one.label), len(one.label), one.label) for one in calculations), default=(-1, 0, "")
    )
    if name not in before:
        plain = re.sub(r"\s", "", before)
        return [one for one in calculations if one.value is not None and _displayed(one.display, plain)]
    named = [one for one in calculations if one.label == name]
    told = [one for one in named if _displayed(one.display, before[before.rfind(name) :])]
    return told or named


def _displayed(display: str, told: str) -> bool:
    """Whether a result stands in a text as a whole figure, and not as a limit."""
    return re.search(rf"(?<![\d.≥≤<>]){re.escape(display)}", told) is not None


def standing_failures(text: str, warnings: Sequence[str], citations: Sequence[Citation]) -> Iterator[Failure]:
    """Cited policies that are not in force and are not named so, or are called in force."""
    told = "\n".join((text, *warnings))
    late = {citation.title: citation for citation in citations if citation.policy_status != IN_FORCE}
    for title, citation in late.items():
        if citation.policy_status not in told:
            yield Failure("standing", title, citation.policy_status)
    for found in _FORMAL.finditer(text) if late else ():
        before = re.split(r"[。；\n\]]", text[: found.start()])[-1]
        if _NOT_YET.search(before[-12:]):
            continue
        named = [title for title in late if title in before or title.split("（")[0] in before]
        if named or all(citation.policy_status != IN_FORCE for citation in citations):
            status = late[named[0]].policy_status if named else next(iter(late.values())).policy_status
            yield Failure("standing", found[0], status, found.start(), found.end())
