"""Pages of a list, newest first: a cursor names the last row of a page by its time and id, so new rows move nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Row, Select, and_, or_

from assistant.errors import InputError

T = TypeVar("T")
MOST_ROWS = 200


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and the cursor of the page after them, None on the last."""

    items: tuple[T, ...]
    next: str | None


def cursor_of(moment: datetime, id: str) -> str:
    """A short opaque text."""
    return (
        base64.urlsafe_b64encode(f"{moment.astimezone(UTC).isoformat()} {id}".encode()).decode().rstrip("=")
    )


def read_cursor(cursor: str) -> tuple[datetime, str]:
    """Inverse of `cursor_of`. Raises InputError for what is no cursor."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        moment, _, id = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii").partition(" ")
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None or not id:
            raise ValueError("incomplete")
        at = at.astimezone(UTC)
    except (ValueError, OverflowError, binascii.Error) as error:
        raise InputError(f"翻页位置「{cursor[:60]}」不合法；应为上一页给出的 next，不带即从头开始") from error
    return at, id


def checked_limit(limit: int, most: int = MOST_ROWS) -> int:
    """Raises InputError when so many rows are not given at once."""
    if not 1 <= limit <= most:
        raise InputError(f"条数 {limit} 不合法；应为 1 到 {most} 的整数")
    return limit


def newest_first(
    query: Select[Any], moment: ColumnElement[Any], id: ColumnElement[str], cursor: str | None, limit: int
) -> Select[Any]:
    """The query for one page and one row more, which tells whether there is another."""
    if cursor is not None:
        at, last = read_cursor(cursor)
        query = query.where(or_(moment < at, and_(moment == at, id < last)))
    return query.order_by(moment.desc(), id.desc()).limit(checked_limit(limit) + 1)


def paged(
    rows: Sequence[Row[Any]],
    limit: int,
    made: Callable[[Row[Any]], T],
    place: Callable[[Row[Any]], tuple[datetime, str]],
) -> Page[T]:
    """What `newest_first` found; `place` gives the time and id that a row is ordered by."""
    shown = rows[:limit]
    more = cursor_of(*place(shown[-1])) if len(rows) > limit else None
    return Page(tuple(made(row) for row in shown), more)
