"""Claims without a figure, held against a sentence: an order, a level, a direction, and whether something is a duty.

Each answers True, False, or None where the two do not speak of the same thing.
"""

from __future__ import annotations

import re

_WORD = r"[一-鿿]{2,4}?"
ORDER = re.compile(
    rf"先(?:要|得|是)?(?P<first>{_WORD})[，,]?(?:后|再|然后|才)(?:是|到|能)?(?P<then>[一-鿿]{{2}})"
)
BEFORE = re.compile(r"(?P<first>[一-鿿]{2})(?:在|排在|是在)(?P<then>[一-鿿]{2})之?(?:前|后)")
LEVELS = ("县级", "市级", "省级", "国家级")
LEVEL = re.compile("|".join(LEVELS))
AT_LEAST = re.compile(rf"(?P<level>{'|'.join(LEVELS)})(?:及)?以上")
SUFFICES = re.compile(r"也?(?:行|可以|能|够|算|成|满足)")
UP = r"上升|增加|增长|提高|升高|上涨|变多|变大"
DOWN = r"下降|降低|减少|下跌|变少|变小"
DIRECTION = re.compile(rf"(?P<up>{UP})|(?P<down>{DOWN})")
MODAL = re.compile(r"可以|允许|能够?|不会|持续|保持|逐年|逐步|应当?|必须|要|会|在|可|得|还|量")
NOT = re.compile(r"[不没未别无]|禁止|难以")
MUST = re.compile(r"必须|一定(?:要|得)|强制|硬性|非得|不得不")
MAY = re.compile(r"鼓励|支持|引导|倡导|提倡|自愿")
BOUND = re.compile(r"应(?!用|对|急|链|变)|须|不得|强制|严格|禁止")
_PART = re.compile(r"[^，；。]+")
SUBJECT = 2  # characters of what moves
DUTY = 4  # characters of what is said to be a duty
NEAR = 8  # characters before a direction in which its subject stands


def order_agrees(question: str, sentence: str) -> bool | None:
    """先复审再初审 against 申请、初审、复审."""
    said = ORDER.search(question)
    if not said or "、" not in sentence:
        return None
    listed = re.split(r"[、，]|等|包括|和|及", sentence)
    places = [
        next((at for at, one in enumerate(listed) if said[name] in one), None) for name in ("first", "then")
    ]
    if places[0] is None or places[1] is None or places[0] == places[1]:
        return None
    return places[0] < places[1]


def level_agrees(question: str, sentence: str) -> bool | None:
    """市级绿色工厂也行 against 省级及以上绿色工厂: whether the level that was said is enough."""
    said, least = LEVEL.findall(question), AT_LEAST.findall(sentence)
    if len(set(said)) != 1 or len(set(least)) != 1 or not SUFFICES.search(question):
        return None
    if AT_LEAST.search(question) or NOT.search(question):
        return None
    return LEVELS.index(said[0]) >= LEVELS.index(least[0])


def direction_agrees(question: str, sentence: str) -> bool | None:
    """排放可以上升 against 年碳排放量保持下降: whether the same thing moves the same way."""
    said = list(DIRECTION.finditer(question))
    if len(said) != 1 or NOT.search(question):
        return None
    subject = MODAL.sub("", question[: said[0].start()])[-SUBJECT:]
    if len(subject) < SUBJECT or not re.fullmatch(r"[一-鿿]+", subject):
        return None
    moved = [
        one
        for one in DIRECTION.finditer(sentence)
        if subject in sentence[max(0, one.start() - NEAR) : one.start()]
    ]
    if not moved or any(NOT.search(sentence[max(0, one.start() - 2) : one.start()]) for one in moved):
        return None
    ways = {one.lastgroup for one in moved}
    return said[0].lastgroup in ways if len(ways) == 1 else None


def duty_agrees(question: str, sentence: str) -> bool | None:
    """企业必须公开 against 鼓励企业公开: False where the text only encourages what is said to be a duty; else unclear."""
    said = MUST.search(question)
    if not said or NOT.search(question):
        return None
    what = MODAL.sub("", question[said.end() :])[:DUTY]
    parts = [part for part in _PART.findall(sentence) if len(what) == DUTY and what in part]
    if not parts or BOUND.search(sentence):
        return None
    return False if all(MAY.search(part) for part in parts) else None
