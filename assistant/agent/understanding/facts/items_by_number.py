"""第13项5分第14项3分: figures of the scoring table's items, which are named by their number."""

from __future__ import annotations

import re

from assistant.agent.understanding.facts.figure_binding import Window
from assistant.agent.understanding.facts.setting import APPLICANT, Setting
from assistant.numerals import parse_chinese_number
from assistant.quantities import Quantity

_NUMBER = r"(?:\d+|[一二三四五六七八九十]+)"
ITEM = re.compile(rf"第(?P<item>{_NUMBER})项(?:第(?P<row>{_NUMBER})[行小点])?[^，。；\d]{{0,6}}$")
SCORED_ITEMS = re.compile(rf"第{_NUMBER}项[^，。；\d]{{0,8}}\d+(?:\.\d+)?分")


def item_named(figure: Quantity, place: Window, setting: Setting) -> str | tuple[str, ...] | None:
    """第13项5分，第14项3分: the item of a table that gives itself points, by its number alone; of both tables where none is spoken of."""
    found = ITEM.search(place.before)
    told = len(SCORED_ITEMS.findall(setting.message)) > 1 or APPLICANT.search(setting.message)
    if found is None or figure.unit != "分" or not told:
        return None
    tail = f"第{_digits(found['item'])}项" + (f"第{_digits(found['row'])}行" if found["row"] else "")
    items = [
        fact.id
        for fact in setting.book.facts.values()
        if fact.type == "points" and any(name.endswith(tail) for name in fact.synonyms)
    ]
    own = [id for id in items if id in setting.prefer] or items
    return own[0] if len(own) == 1 else tuple(own) or None


def _digits(number: str) -> str:
    return number if number.isdigit() else str(int(parse_chinese_number(number)))
