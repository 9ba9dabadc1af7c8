"""When somebody means to apply: 2029年1月申报, 明年3月1日才申报, 下个月去报."""

from __future__ import annotations

import re
from datetime import date

from assistant.agent.understanding.facts.figure_binding import YEARS_FROM_NOW

NOW = ""  # 现在就报: today, whatever was said before
_YEAR = r"(?:20\d{2}年|今年|明年|后年)"
_WHEN = (
    rf"(?P<year>{_YEAR})?的?(?:(?P<month>\d{{1,2}})月份?)(?:(?P<day>\d{{1,2}})[日号])?|(?P<alone>{_YEAR})的?(?P<end>年底|年末|年初|底|初)?"
    r"|(?P<next>下个?月)|(?P<this>(?:本|这个?)月)|(?P<closing>年底|年末)|(?P<today>现在|马上|今天|立刻|这就)"
)
_APPLY = r"(?:申报|申请|报名|参评|提交材料|(?:能|再|来|去|才|想|要|准备|打算|就|开始)报(?!告|表))"
_AHEAD = re.compile(rf"(?:{_WHEN})[^，。；\d]{{0,6}}{_APPLY}(?!过|了|的是)")
_BEHIND = re.compile(
    rf"(?:申报|申请|参评)(?:的?(?:时间|日期))?(?:是|在|定在|放在|推到|推迟到|安排在|拖到|等到|到)(?:{_WHEN})"
)


def day_of_applying(message: str, today: date) -> str | None:
    """The day, month or year of applying, written out (2027年3月1日); NOW for at once, None when none is said."""
    found = _AHEAD.search(message) or _BEHIND.search(message)
    if found is None:
        return None
    if found["today"]:
        return NOW
    if found["next"] or found["this"]:
        month = today.month + (1 if found["next"] else 0)
        return f"{today.year + (month - 1) // 12}年{(month - 1) % 12 + 1}月"
    if found["closing"]:
        return f"{today.year}年12月"
    year = _year(found["year"] or found["alone"], today)
    if found["alone"]:
        month_said = {"底": "12月", "末": "12月", "初": "1月"}.get((found["end"] or " ")[-1], "")
        return f"{year}年{month_said}"
    month = int(found["month"])
    if found["year"] is None and month < today.month:
        year += 1
    return f"{year}年{month}月" + (f"{found['day']}日" if found["day"] else "")


def _year(said: str | None, today: date) -> int:
    if said is None:
        return today.year
    return today.year + YEARS_FROM_NOW[said] if said in YEARS_FROM_NOW else int(said[:4])
