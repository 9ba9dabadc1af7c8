"""The fields of a form that a page sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from assistant.errors import InputError

LARGEST_FORM = 400  # fields that a form made from a rule book may have
_MOST_FIELDS = 64
Fields = Mapping[str, Sequence[str]]


def form_pairs(body: bytes, most: int = _MOST_FIELDS) -> list[tuple[str, str]]:
    """(name, text) of a urlencoded form or query, in its order, empty ones too; InputError when it is neither."""
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=most)
    except ValueError as error:
        raise InputError(
            f"表单读不懂；应为 application/x-www-form-urlencoded，用 UTF-8 编码，最多 {most} 个字段"
        ) from error


def form_fields(body: bytes) -> Fields:
    """The same by name, each with its texts in their order."""
    fields: dict[str, list[str]] = {}
    for name, text in form_pairs(body):
        fields.setdefault(name, []).append(text)
    return fields


def first(fields: Fields, name: str) -> str:
    """The first text of a field, empty without one."""
    return next(iter(fields.get(name, ())), "")
