"""A figure that the user wants confirmed, held against the figure of the sentence that answers.

Only a clear case is judged: one figure in the question, and figures of the same unit in the sentence. Otherwise nothing
is said and the sentence speaks for itself.
"""

from __future__ import annotations

import re

from assistant.quantities import Quantity, find_quantities

CONFIRM = re.compile(
    r"这么说|这么定|有这(?:回事|个说法)|对吧|是吧|对不对|没错吧|对吗|是吗|是不是|没错|对么|是这样|是要.{0,14}吧|吧[？?。]?$|正确吗|属实"
)
MAY_EXCEED = re.compile(
    r"(?:能不能|能否|可不可以|可以|能|允许|可否)[^，。？?]{0,8}(?:超过|高于|大于|多于|突破)"
)
UPPER = re.compile(r"不得超过|不超过|不能超过|不高于|不多于|不大于|≤|以内|及以下")
LOWER = re.compile(r"不低于|不少于|不小于|≥|及?以上|至少|达到?|提高到|提高至|提升至|超过")


def judge(question: str, sentence: str) -> str | None:
    """“对。”, “不对。”, “不能。” or None when the case is not clear."""
    asked = _figures(question)
    if len(asked) != 1:
        return None
    figure = asked[0]
    stated = [item for item in _figures(sentence) if item.unit == figure.unit]
    if not stated:
        return None
    values = {item.value for item in stated}
    if MAY_EXCEED.search(question):
        limits = [item for item in stated if UPPER.search(sentence[max(0, item.start - 10) : item.start])]
        if len(limits) == 1:
            return "不能。" if figure.value >= limits[0].value else None
        return None
    if not CONFIRM.search(question):
        return None
    if figure.value in values:
        return (
            "对。" if _direction(question, figure) in (None, *_directions(sentence, stated, figure)) else None
        )
    return "不对。" if len(values) == 1 else None


def _figures(text: str) -> list[Quantity]:
    """Figures that measure something; calendar years do not."""
    return [item for item in find_quantities(text) if not (item.unit == "年" and item.value > 1900)]


def _direction(text: str, figure: Quantity) -> str | None:
    around = text[max(0, figure.start - 8) : figure.end + 4]
    if UPPER.search(around):
        return "upper"
    return "lower" if LOWER.search(around) else None


def _directions(sentence: str, stated: list[Quantity], figure: Quantity) -> set[str | None]:
    return {_direction(sentence, item) for item in stated if item.value == figure.value}
