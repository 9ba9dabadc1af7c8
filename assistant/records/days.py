"""Days as the office counts them: Beijing time, wherever the server stands."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

from assistant.errors import InputError

BEIJING = timezone(timedelta(hours=8), "UTC+08:00")


def start_of(day: date) -> datetime:
    """The first moment of a Beijing day. Raises InputError for a day before 1900 or after 2999."""
    if not 1900 <= day.year <= 2999:
        raise InputError(f"日期 {day.isoformat()} 不合法；应在 1900-01-01 到 2999-12-31 之间")
    return datetime.combine(day, time.min, BEIJING)


def end_of(day: date) -> datetime:
    """The first moment after a Beijing day."""
    return start_of(day) + timedelta(days=1)


def day_of(moment: datetime) -> date:
    """The Beijing day of a moment."""
    return moment.astimezone(BEIJING).date()


def beijing_time(moment: datetime | None, pattern: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A moment as Beijing's clocks showed it; empty without one."""
    return moment.astimezone(BEIJING).strftime(pattern) if moment else ""
