"""Several applicants, in one message or over turns: 甲厂…；乙厂…, A公司…，B公司…, each with its own figures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.agent.conversation import Conversation
from assistant.agent.understanding.facts.doubts import SUMMED
from assistant.quantities import find_quantities

_KIND = r"(?:工厂|公司|企业|厂|家|单位|车间)"
_NAMES = re.compile(
    rf"(?P<letter>(?:(?<![A-Za-z\d万千亿百十.])[A-Za-z甲乙丙丁]|(?<![一-鿿])[东西南北](?=厂))(?:{_KIND}|(?=[：:，])))|(?P<ordinal>第[一二三四]{_KIND})|(?P<number>[一二三四]号?(?:厂|公司))"
    rf"|(?P<ours>我们(?:厂|公司)?(?=20|2[01]年|基准|去年))|(?P<other>隔壁(?:那?家|厂|公司)|另外?一家)"
)


@dataclass(frozen=True)
class Applicant:
    """One of several applicants: what it is called, and the part of the message that is about it."""

    name: str
    words: str


def applicants_in(message: str) -> tuple[Applicant, ...]:
    """The applicants that a message tells figures of, in order; empty unless there are two or more of one kind of name."""
    found = list(_NAMES.finditer(message))
    kinds = {match.lastgroup for match in found}
    if len({match.group() for match in found}) < 2 or len(kinds) > 2 or SUMMED.search(message):
        return ()
    parts: list[Applicant] = []
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(message)
        words = message[match.end() : end].strip(" ：:，,；;。、和")
        earlier = next((place for place, one in enumerate(parts) if one.name == match.group()), None)
        if not re.search(r"\d|[一二三四五六七八九十]+[万千]", words):
            continue  # 哪个厂, A和B都行吗
        if earlier is not None:
            parts[earlier] = Applicant(match.group(), f"{parts[earlier].words}，{words}")
        else:
            parts.append(Applicant(match.group(), words))
    return tuple(parts) if len(parts) > 1 else ()


ALL_OF_THEM = re.compile(
    rf"(?:两|二|三|几|各|每){_KIND}|各(?:是|自)|分别|哪(?:一?家|个厂)|谁(?:够|行|能|更|过|达|合格)|他们俩"
)
_NAMED_APART = ("letter", "ordinal", "number")
FIRST = "前面说的企业"
_ORDINAL = re.compile(r"第([一二三四])")
_OTHER_ONE = re.compile(
    rf"(?P<other>另外?(?:那)?一?{_KIND})|(?P<first>(?:前|上|头|先)(?:面)?(?:那)?一?{_KIND})|(?P<last>后(?:面|来)?(?:那)?一?{_KIND})"
)


def of_applicant(message: str, conversation: Conversation) -> Conversation:
    """The conversation about the applicant that a message names: another one's facts are set aside, never mixed in.

    甲厂…, then 乙厂…: what is known of 甲厂 waits until it is named again.
    """
    names = {found.group() for found in _NAMES.finditer(message) if found.lastgroup in _NAMED_APART}
    names = {_told_as(name, conversation) for name in names} or _by_place(message, conversation)
    if len(names) != 1:
        return conversation
    name = names.pop()
    if name == conversation.applicant:
        return conversation
    if conversation.applicant is None and not any(conversation.facts.values()):
        return replace(conversation, applicant=name)
    aside = {
        **conversation.aside,
        conversation.applicant or FIRST: {"facts": conversation.facts, "origins": conversation.origins},
    }
    own = aside.pop(name, {"facts": {}, "origins": {}})
    return replace(
        conversation,
        applicant=name,
        aside=aside,
        facts=own["facts"],
        origins=own["origins"],
        pending=None,
        supposed={},
        unsettled={},
    )


def _in_order(conversation: Conversation) -> list[str]:
    """The applicants known so far in the order in which they were first named."""
    known = [*conversation.aside, *([conversation.applicant] if conversation.applicant else [])]
    said = "\n".join(conversation.said)
    return sorted(known, key=lambda name: said.find(name))


def _told_as(name: str, conversation: Conversation) -> str:
    """第一家 for 甲厂, where the applicants have names of another kind."""
    ordinal, known = _ORDINAL.match(name), _in_order(conversation)
    if ordinal is None or any(_ORDINAL.match(one) or one == FIRST for one in known):
        return name
    at = "一二三四".index(ordinal[1])
    return known[at] if at < len(known) else name


def _by_place(message: str, conversation: Conversation) -> set[str]:
    """前一家, 另一家那个呢: the one of two known applicants that is not under discussion, or the first or last of them."""
    known = _in_order(conversation)
    found = _OTHER_ONE.search(message)
    if found is None or len(known) != 2 or any(unit.unit != "年" for unit in find_quantities(message)):
        return set()
    if found["other"]:
        return {name for name in known if name != conversation.applicant}
    return {known[0] if found["first"] else known[1]}


def after_cases(
    conversation: Conversation, told: Sequence[tuple[str, str, Mapping[str, str]]]
) -> Conversation:
    """The conversation after one message told of several applicants, (name, policy, its facts) each: the last one is spoken of."""
    if not told:
        return conversation
    aside = dict(conversation.aside)
    if any(conversation.facts.values()) and conversation.applicant not in {name for name, _, _ in told}:
        aside[conversation.applicant or FIRST] = {
            "facts": conversation.facts,
            "origins": conversation.origins,
        }
    for name, policy, facts in told:
        aside[name] = {"facts": {policy: dict(facts)}, "origins": {}}
    last = told[-1][0]
    own = aside.pop(last)
    return replace(conversation, applicant=last, aside=aside, facts=own["facts"], origins=own["origins"])


def known_applicants(message: str, conversation: Conversation) -> dict[str, dict[str, dict[str, str]]]:
    """{applicant: its facts} where a message asks for all of them (两家的削减率各是多少); empty unless several are known."""
    if not conversation.aside or not ALL_OF_THEM.search(message):
        return {}
    found = {name: one["facts"] for name, one in conversation.aside.items()}
    found[conversation.applicant or FIRST] = conversation.facts
    return found
