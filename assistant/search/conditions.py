"""Conditions on a search as people write them, read against what the library holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from assistant.documents.library import Library
from assistant.documents.policy import LEVELS, STATUSES, Policy
from assistant.errors import InputError
from assistant.retrieval.filters import ClauseFilter

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_JOINT = "、"  # between the issuers of one document
_SHOWN = 20


@dataclass(frozen=True)
class Conditions:
    """Which clauses a search may return, as written; values of one kind are alternatives, all kinds given must hold.

    `policies` are ids, titles, aliases or 文号; `issuers` also find documents that several have issued together; `on` is a
    day (YYYY-MM-DD) on which the policy is in force.
    """

    policies: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    on: str | None = None

    def read(self, library: Library) -> ClauseFilter | None:
        """The filter that is meant; None when nothing is asked. Raises InputError: the value and what there is."""
        if self == Conditions():
            return None
        held = list(library.policies.values())
        return ClauseFilter(
            policy_ids=_set(self.policies, lambda name: _policy(name, library)),
            regions=_chosen("地区", self.regions, (policy.region for policy in held)),
            levels=_chosen("层级", self.levels, LEVELS),
            issuers=_set(self.issuers, lambda name: _issuers(name, held)),
            statuses=_chosen("状态", self.statuses, STATUSES),
            in_force_on=None if self.on is None else _day(self.on),
        )


def _set(written: Iterable[str], read: Callable[[str], Iterable[str]]) -> frozenset[str] | None:
    names = list(written)
    return frozenset(found for name in names for found in read(name.strip())) if names else None


def _policy(name: str, library: Library) -> list[str]:
    if name in library.policies:
        return [name]
    found = [policy.id for policy in library.find_policies(name)]
    if len(found) != 1:
        raise InputError(f"没有编号或名称为「{name}」的政策；现有：{_listed(library.policies)}")
    return found


def _chosen(label: str, written: Iterable[str], legal: Iterable[str]) -> frozenset[str] | None:
    known = list(dict.fromkeys(legal))

    def read(name: str) -> list[str]:
        if name not in known:
            raise InputError(f"没有{label}「{name}」；现有：{_listed(known)}")
        return [name]

    return _set(written, read)


def _issuers(name: str, held: Iterable[Policy]) -> list[str]:
    """The issuer fields that name this issuer, alone or among others."""
    fields = dict.fromkeys(policy.issuer for policy in held if policy.issuer)
    found = [field for field in fields if name == field or name in field.split(_JOINT)]
    if not found:
        known = dict.fromkeys(one for field in fields for one in field.split(_JOINT))
        raise InputError(f"没有发文机关「{name}」；现有：{_listed(known)}")
    return found


def _day(written: str) -> date:
    legal = "应写成 YYYY-MM-DD 的真实日期，如 2026-01-31"
    if not _DAY.fullmatch(written.strip()):
        raise InputError(f"日期「{written}」不合法；{legal}")
    try:
        return date.fromisoformat(written.strip())
    except ValueError as error:
        raise InputError(f"日期「{written}」不合法；{legal}") from error


def _listed(names: Iterable[str]) -> str:
    """What there is, in one line; of very many the first ones and how many there are."""
    known = list(names)
    more = f" 等 {len(known)} 个" if len(known) > _SHOWN else ""
    return "、".join(known[:_SHOWN]) + more if known else "（无）"
