"""Whose telephone number or person to ask the texts give, held against the office that somebody wants to reach."""

from __future__ import annotations

import re

from assistant.documents.library import Library

REACHED = re.compile(
    r"(?P<who>[一-鿿]{2,10}?(?:中心|[厅局委办处所科]))(?:那边|这边)?的?(?:咨询|办公|联系|服务)?(?:电话|号码|座机|联系(?:人|方式))"
)
STATED = re.compile(r"联系人|联系电话")
LEVEL = re.compile(r"^(?:请问|那|问下|想要|给我|找)*(?:福建省?|我省|省)?")


def unreachable(library: Library, message: str) -> str | None:
    """The office whose contact is asked for, where the texts give only those of others; None where one is its own."""
    asked = REACHED.search(message)
    if asked is None:
        return None
    name = LEVEL.sub("", asked["who"])
    for policy in library.policies.values():
        given = [clause.text for clause in library.clauses(policy.id) if STATED.search(clause.text)]
        own = " ".join((policy.issuer or "", *given))
        if given and (len(name) < 3 or _is_short_for(name, own)):
            return None
    return asked["who"]


def _is_short_for(name: str, full: str) -> bool:
    """Whether a name has its characters in the order of the full one: 生态厅 of 生态环境厅."""
    rest = iter(full)
    return all(sign in rest for sign in name)
