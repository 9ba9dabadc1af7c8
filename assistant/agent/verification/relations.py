"""Modals, negations, 且 and 或 of a statement against the clauses it cites: a flipped one fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.agent.verification.evidence_index import Evidence
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.operators import Linked, Mode, Moded, links, modes, modes_opposed
from assistant.agent.verification.statements import BLANK, Statement

NEGATIVE = (Mode.NOT, Mode.FORBIDDEN)
ABSENT = re.compile(
    r"(?:没有|未|并未|并没有|不)(?:作出|做出|明确|直接|具体|单独|再|另行)?(?:规定|找到|查到|写|提及|提到|说明|涉及|收录|包括|明确|要求|给出|载明)|(?:没有?|未|并未)[就对把][^，。；]{1,16}?(?:规定|明确|说明|提及|要求|限定)|不在"
)
COMPARED = re.compile(r"^(?:低于|高于|超过|少于|多于|大于|小于|足|满|到)")
_BEHIND = re.compile(r"(?P<beside>[\u4e00-\u9fff]{3}[^及或\W])[及或]?(?P<word>以[上下内外]|[之以][前后])")
_BEHIND_OPPOSED = {
    frozenset(pair)
    for pair in (("以上", "以下"), ("以上", "以内"), ("以内", "以外"), ("以前", "以后"), ("之前", "之后"))
}
_AHEAD = re.compile(
    r"(?P<word>不超过|不达到?|不[低高]于|未达到?|未超过|没有?达到|没有?超过|低于|高于|超过|达到)(?P<beside>[\u4e00-\u9fff《]{4})"
)
_MORE, _LESS = (
    ("达到", "高于", "超过", "不低于"),
    ("不超过", "不达到", "未达到", "没有达到", "没达到", "低于", "不高于"),
)
_AHEAD_OPPOSED = {frozenset((one, other)) for one in _MORE for other in _LESS}
_NOT_YET = re.compile(r"未([\u4e00-\u9fff]{2})(?=的)")
_ITSELF = re.compile(
    r"由[^，。；\n]{1,12}(?:自己|自行|亲自|单独|独自)"
)  # 不由省工信厅自己做: another does it for it
_DENIED_WITHIN = re.compile(r"(?:[^，。；、\n]|(?<=[中里时内面下])，)*?[不没未无]")  # 在督查中，不能被发现…
RESTRAINED = re.compile(  # verbs that say of what follows that it is not to be
    r"(?:遏制|防止|避免|杜绝|严控|严格控制|限制|淘汰|取缔|停止|清退|压减|退出|整治|打击)[^，,。；;：:\n]{0,20}$"
)
_LISTED = re.compile(
    r"[^，,。；;：:\n\u2003]{1,40}等"
)  # 无节能、环保、偷漏税等违法行为: the list's noun is reached too
REACH = 8  # characters that a modal reaches over
_SIGN = re.compile(r"[，,。；;：:、\n\u2003]")


def relation_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Failures of one statement with markers of its own or of its line."""
    if not statement.markers or ABSENT.search(statement.own):
        return
    for own in _own_parts(statement):
        texts = [citation.text for citation in evidence.citations(statement)]
        texts += [text for text in evidence.grounds.engine if len(text) >= 6]
        unmet = not evidence.unmet.isdisjoint(statement.markers)
        checks = (_dropped, _links, _ends, _after)
        found = [*_modes(own, texts, unmet), *(one for check in checks for one in check(own, texts))]
        for words, start, end, against in found:
            yield Failure("relation", words, against, statement.start + start, statement.start + end)


def _own_parts(statement: Statement) -> list[str]:
    """The own words, place for place; nothing where there are hardly any."""
    return [statement.own] if len(statement.words.replace(BLANK, "")) >= 4 else []


def _places(argument: str, text: str, least: int) -> list[int]:
    """Where the longest beginning of an argument stands in a text, at least `least` characters of it."""
    for length in range(len(argument), least - 1, -1):
        if argument[:length] in text:
            return [at.start() for at in re.finditer(re.escape(argument[:length]), text)]
    return []


def _governing(text: str, at: int) -> Moded | None:
    """The modal or negation whose reach a place is in."""
    found = None
    for one in modes(text):
        between = text[one.end : at]
        if one.end <= at and (
            (len(between) <= REACH and not _SIGN.search(between)) or _LISTED.fullmatch(between)
        ):
            found = one
    return found


def _modes(own: str, texts: list[str], unmet: bool) -> Iterator[tuple[str, int, int, str]]:
    """Modals and negations that the sources have otherwise, wherever they have the same words.

    Where the clause is unmet, a negation tells the result: 年碳排放量没有保持下降.
    """
    for one in modes(own):
        if COMPARED.match(one.argument) or (unmet and one.mode is Mode.NOT) or _ITSELF.match(own, one.end):
            continue
        least = 3 if one.mode is Mode.NOT else 2
        if len(one.argument) < least:
            continue
        held = [(text, at) for text in texts for at in _places(one.argument, text, least)]
        if not held:
            continue
        if one.mode in NEGATIVE:
            held = [(text, at) for text, at in held if not RESTRAINED.search(text[:at])]
            if not held:
                continue
        governing = [_governing(text, at) for text, at in held]
        if one.mode is Mode.FORBIDDEN and not any(
            other.mode in NEGATIVE for text in texts for other in modes(text)
        ):
            wrong = True
        elif one.mode in NEGATIVE:
            word = own[one.start : one.end]
            wrong = all(other is None or other.mode not in NEGATIVE for other in governing) and not any(
                word in _SIGN.split(text[:at])[-1] for text, at in held
            )
        else:
            wrong = all(other is not None and modes_opposed(one.mode, other.mode) for other in governing)
        if wrong:
            text, at = held[0]
            yield own[one.start : one.end] + one.argument, one.start, one.end, text[max(0, at - 8) : at + 8]


def _dropped(own: str, texts: list[str]) -> Iterator[tuple[str, int, int, str]]:
    """What every source negates and the statement tells without a negation."""
    for text in texts:
        for one in modes(text):
            least = 2 if text[one.start : one.end] == "无" else 3
            if one.mode not in NEGATIVE or len(one.argument) < least or COMPARED.match(one.argument):
                continue
            argument = one.argument[:2] if least == 2 else one.argument
            if argument not in own:
                continue
            for found in re.finditer(re.escape(argument), own):
                begun = text[max(0, one.start - 2) : one.start]
                word = text[one.start : one.end]
                if len(word) > 1 and own.count(word) >= text.count(word):
                    continue  # told in another place of the statement
                within = text[one.end :].startswith("在") and _DENIED_WITHIN.match(own, found.start())
                if (
                    within
                    or _negated(own, found.start())
                    or (least == 2 and not own[: found.start()].endswith(begun))
                ):
                    continue
                stands = [(other, at) for other in texts for at in _places(argument, other, len(argument))]
                if all(_negated(other, at) for other, at in stands):
                    yield argument, found.start(), found.end(), text[one.start : one.end] + one.argument


def _negated(text: str, at: int) -> bool:
    governing = _governing(text, at)
    if governing is not None and governing.mode in NEGATIVE:
        return True
    return re.search(r"[不未无非没][^，。；、]{0,6}$", text[max(0, at - 8) : at]) is not None


def _links(own: str, texts: list[str]) -> Iterator[tuple[str, int, int, str]]:
    """且 for 或 and 或 for 且 between the same words."""
    for one in links(own):
        alike = [other for text in texts for other in links(text) if _joins_the_same(one, other)]
        if alike and all(other.either != one.either for other in alike):
            other = alike[0]
            yield (
                own[one.start : one.end],
                one.start,
                one.end,
                f"{other.left}{'或' if other.either else '且'}{other.right}",
            )


def _ends(own: str, texts: list[str]) -> Iterator[tuple[str, int, int, str]]:
    """以上 for 以下, 达到 for 低于 and the like beside words that every source has with the opposite."""
    for side, pairs_of in ((_BEHIND, _BEHIND_OPPOSED), (_AHEAD, _AHEAD_OPPOSED)):
        for found in side.finditer(own):
            word, beside = found["word"], found["beside"]
            held = {one["word"] for text in texts for one in side.finditer(text) if one["beside"] == beside}
            if held and all(frozenset((word, other)) in pairs_of for other in held):
                yield found[0], found.start(), found.end(), "、".join(sorted(held))


def _after(own: str, texts: list[str]) -> Iterator[tuple[str, int, int, str]]:
    """抵消后, 已抵消 where the sources say 未抵消 and never speak of what is done."""
    for verb in {found[1] for text in texts for found in _NOT_YET.finditer(text)}:
        done = re.compile(rf"已经?{verb}|{verb}之?后")
        if any(done.search(text) for text in texts):
            continue
        for found in done.finditer(own):
            if not _negated(own, found.start()) and f"未{verb}" not in own:
                yield found[0], found.start(), found.end(), f"未{verb}"


def _joins_the_same(one: Linked, other: Linked) -> bool:
    return one.left[-2:] == other.left[-2:] and one.right[:2] == other.right[:2]
