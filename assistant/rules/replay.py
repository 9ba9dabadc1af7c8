"""Run a stored trace again: the same facts, day and stage with the book of today, and say what is no longer the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.errors import InputError, TiaowenError
from assistant.rules.book import FactValue, RuleBook
from assistant.rules.origins import Origin
from assistant.rules.trace import VERSION, trace, trace_metrics, trace_text
from assistant.rules.trace_steps import value_of

_COMPARED = {
    "label": "名称",
    "formula": "算式",
    "limit": "要求",
    "shown": "数值",
    "value": "精确值",
    "low": "下限",
    "high": "上限",
    "holds": "判断",
    "status": "结论",
    "points": "得分",
}


@dataclass(frozen=True)
class Replay:
    """`same`: byte for byte. Otherwise `differences` says where, and `trace` is the new one (None: it cannot be run)."""

    same: bool
    differences: tuple[str, ...]
    trace: dict[str, Any] | None


def replay(stored: Mapping[str, Any], book: RuleBook) -> Replay:
    """Run a trace again. Raises InputError for what is no trace of this book's policy."""
    if stored.get("version") != VERSION or stored.get("policy", {}).get("id") != book.policy_id:
        raise InputError(f"这不是《{book.policy.title}》的推导（version 应为 {VERSION}），不能重算")
    moved = list(_sources(stored, book))
    try:
        facts: dict[str, FactValue] = {}
        for id, plain in stored["facts"].items():
            if id in book.facts or id in book.metrics:
                facts[id] = value_of(book, id, plain)
            else:
                moved.append(f"事实 {id} 已不在规则册里")
        origins = {id: Origin.from_json(origin) for id, origin in stored["origins"].items()}
        on = date.fromisoformat(stored["on"])
        if "programme" in stored:
            again = trace(book, stored["programme"], facts, on, stored["stage"], origins)
        else:
            again = trace_metrics(book, stored["metrics"], facts, on, origins)
    except TiaowenError as error:
        return Replay(False, (*moved, f"按现在的规则册不能重算：{error}"), None)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"推导的内容不完整，不能重算（{error}）") from error
    if trace_text(again) == trace_text(stored):
        return Replay(True, (), again)
    return Replay(False, (*moved, *_steps(stored["root"], again["root"])), again)


def _sources(stored: Mapping[str, Any], book: RuleBook) -> Iterator[str]:
    """The two files that everything rests on."""
    if stored["policy"].get("sha256") != book.policy.sha256:
        yield "政策原文有改动"
    if stored["policy"].get("status") != book.policy.status:
        yield f"政策状态原为{stored['policy'].get('status')}，现为{book.policy.status}"
    if stored.get("book_sha256") != book.sha256:
        yield "规则册有改动"


def _steps(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    before, after = dict(_flat(old)), dict(_flat(new))
    for id, step in before.items():
        if id not in after:
            yield f"“{step['label']}”（{id}）已没有这一步"
            continue
        yield from _differences(step, after[id])
    for id, step in after.items():
        if id not in before:
            yield f"“{step['label']}”（{id}）是新的一步"


def _flat(step: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield step["id"], step
    for inner in step.get("steps", ()):
        yield from _flat(inner)


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    name = f"“{new['label']}”（{new['id']}）"
    for before, after in zip(_clauses(old), _clauses(new), strict=False):
        if before["address"] != after["address"] or before["quote"] != after["quote"]:
            yield f"{name}的依据原为{before['label']}“{before['quote']}”，现为{after['label']}“{after['quote']}”"
        elif before["sha256"] != after["sha256"]:
            yield f"{name}所引的{after['label']}文字有改动，引文仍在"
    if len(_clauses(old)) != len(_clauses(new)):
        yield f"{name}的依据原有{len(_clauses(old))}处，现有{len(_clauses(new))}处"
    for key, word in _COMPARED.items():
        if old.get(key) != new.get(key):
            yield f"{name}的{word}原为{_shown(old.get(key))}，现为{_shown(new.get(key))}"


def _clauses(step: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*([step["clause"]] if "clause" in step else []), *step.get("also", ())]


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return f"{value['low']}至{value['high']}（满分{value['max']}）"
    return {None: "无", True: "成立", False: "不成立"}.get(value) or str(value)  # type: ignore[call-overload]
