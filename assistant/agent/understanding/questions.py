"""The questions of a message that asks several: 短流程炼钢要到多少，谁负责？另外材料交到哪里.

A message is cut where a question ends; what is told before a question belongs to it. What says nothing of its own
(行不行, 一样吗, 在哪一条) stays with the question before it.
"""

from __future__ import annotations

import re

from assistant.agent.understanding import intents
from assistant.retrieval.asking import Ask, asks_of, content_words

MOST = 4  # questions of one message that are answered one by one
LEAST_CONTENT = 4  # characters of content that make a question one of its own
ASKING = re.compile(
    r"谁|哪|何|还是|什么|啥|多少|(?<![前好点])几(?!乎|十|百|千|万|年前)|怎么|咋|如何|怎样|多久|多长|多大|多高|吗|呢|么$|嘛$|是否|能否|可否|(?<![来算])吧$|"
    r"请(?:再)?(?:说明|告知|列出|写明|解释)|(?P<one>[是能行够要会有该算对达含符])[不没](?P=one)|(?<=[\u4e00-\u9fff])[不没]$"
)
TOPIC = re.compile(r"呢$")  # 那零碳工厂呢，也要先培育吗: what is asked about, where a question follows
ENDS = re.compile(r"[^，,。；;？?！!、\n 　]+[，,。；;？?！!、\n 　]*")
SIGNS = "，,。；;？?！!、：:\n 　"
NUMBERED = re.compile(
    r"(?:^|(?<=[：:，。；;？?！!\s]))(?:[①②③④]|其[一二三四]|[（(]?[1-4一二三四][)）.．、]|[一二三四]是|首先|其次|最后|再次)[，,、：:]?"
)
RUN_ON_NUMBERS = re.compile(
    r"(?<=[\u4e00-\u9fff])[2-9][.．)）](?=[\u4e00-\u9fff])"
)  # 1.基准年哪年2.材料报给谁
CIRCLED = re.compile(r"[①-⑨]")  # 零碳工厂：①抵消上限②强度上限
FIRST_NUMBER = re.compile(r"(?:^|[：:，。；？！\s])1[.．)）、]")
AND = re.compile(
    r"(多少|多久|多长|哪年|哪天|时候|[谁吗])(?:和|跟|与|以及|还有|及|再就是|、)(?=[^，。；？?！!]{2,}(?:多少|多久|多长|谁|几|哪|何|什么|啥|吗))"
)
NEW_ASKS = frozenset({Ask.WHO, Ask.WHEN, Ask.CONTACT, Ask.POINTS, Ask.AMOUNT, Ask.FORMULA, Ask.MEANING})
EACH = re.compile(r"分列|分别(?:说|列|回|答|告)|都(?:说|列|讲|回|告诉)|一[起并](?:说|回|答|告|讲)|逐[一项]")
LEAST_NAMED = 3  # characters of what is to be told, where each of several is asked for
WHOLE = (intents.FORGET, intents.OFF_TOPIC)
OF_BOTH = re.compile(
    rf"{intents.COMPARE.pattern}|出处|出自|依据在|出入|哪[儿里]写|见哪|两边|双方|两者"
)  # about what was asked before
QUALIFIES = re.compile(r"结论|判定|判断|符合|[能可够][^，。？]{0,6}(?:报|评|认定)|够格|资格")
OF_VERDICT = re.compile(r"判定状态|判定结果|[还又](?:缺|差)(?:哪|什么|啥|几)")  # 能否出具结论？还缺哪些
OPENING_LIST = re.compile(r"请|列|回答|问题|问")
LEAD_IN = re.compile(
    r"^(?:请|麻烦|烦请|帮忙)*[^，。：:]{0,6}?(?:答复|回答|告知|说明|说一?下|查一?下)[：:]\s*"
)
OPENING = re.compile(r"(?:请问|问(?:一)?下|咨询|打听|帮.{0,3}[查看问]|麻烦)[^，。]{0,4}$")


def questions_in(message: str) -> tuple[str, ...]:
    """The questions in their order, each with what is told before it; one when the message asks one thing or none."""
    if intents.QUOTED.search(message) or any(pattern.search(message) for pattern in WHOLE):
        return (message,)
    named = _each(message) if EACH.search(message) else []
    if 1 < len(named) <= MOST and sum(ASKING.search(one) is not None for one in named) < 2:
        return tuple(named)
    listed = _circled(message)
    if 1 < len(listed) <= MOST:
        return listed
    parts: list[list[str]] = []
    told: list[str] = []
    for piece in ENDS.findall(AND.sub(r"\1，", NUMBERED.sub("，", _parted(message)))):
        told.append(piece)
        words = piece.strip(SIGNS)
        if ASKING.search(TOPIC.sub("", words)) and not OPENING.search(words):
            parts.append(told)
            told = []
    if told and parts and TOPIC.search(told[-1].strip("。？?！! ")):
        parts.append(told)
    elif told and parts:
        parts[-1] += told
    joined: list[str] = []
    for part in parts:
        if joined and not _stands_apart(part[-1] if len(part) == 1 else "".join(part), joined[-1]):
            joined[-1] += "".join(part)
        else:
            joined.append("".join(part))
    if not 1 < len(joined) <= MOST:
        return (message,)
    return tuple(LEAD_IN.sub("", part).strip("，,、 ") for part in joined)


def _each(message: str) -> list[str]:
    """The things that are each to be told: 抵消上限 培育期多长 抽查比例 都说一下."""
    pieces = [piece.strip(SIGNS) for piece in ENDS.findall(NUMBERED.sub("，", message))]
    left = [EACH.sub(" ", piece) for piece in pieces]
    return [
        piece
        for piece, rest in zip(pieces, left, strict=True)
        if len(content_words(rest).replace(" ", "")) >= LEAST_NAMED
    ]


def _circled(message: str) -> tuple[str, ...]:
    """The items of a list with circled numbers, each after what stands before the list and says what it is of."""
    lead, *items = CIRCLED.split(message)
    said = lead.rstrip("：: ") if content_words(lead).strip() and not OPENING_LIST.search(lead) else ""
    return tuple(f"{said}{item.strip('，,；;、。 ')}" for item in items if item.strip("，,；;、。 "))


def _parted(message: str) -> str:
    """A message whose questions are numbered without stops between them, with stops."""
    return RUN_ON_NUMBERS.sub("，", message) if FIRST_NUMBER.search(message) else message


def _stands_apart(question: str, before: str) -> bool:
    """Whether a question asks for something that the one before it does not."""
    asked = asks_of(question)
    if OF_VERDICT.search(question) and (intents.GAP.search(before) or QUALIFIES.search(before)):
        return False
    if OF_BOTH.search(question) and not asked & {Ask.WHO, Ask.CONTACT}:
        return False
    content = content_words(question).replace(" ", "")
    if len(content) >= LEAST_CONTENT:
        return True
    return bool((asked - asks_of(before)) & NEW_ASKS)
