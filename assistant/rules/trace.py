"""The trace (推导) of a verdict: which rule, which inputs and where they came from, which formula, which clause.

A trace is a tree of plain JSON types, so that it can be stored, shown and run again. Its keys are

    version, policy {id, title, status, sha256}, book_sha256, programme or metrics, on, stage,
    facts {id: exact value}, origins {id: origin}, root

and each step below `root` has, as far as it applies to it,

    id         stable path: programme/criterion/part/metric/fact
    kind       verdict, calculations, criterion, and, or, not, comparison, meets, metric or fact
    rule       id in the rule book; `label` is its Chinese name
    formula    with the labels of the figures (a comparison's is its label); `substituted` with the figures themselves
    value      exact, as a fraction (a percentage's is the ratio) or a day; `shown` as told; `low`, `high` while it is open
    limit      what the text asks for; `holds` true, false or null (not decided)
    status     of a verdict or criterion, with `reason`; `points` {low, high, max} of what is scored
    clause     {address, label, quote, sha256}, `also` the further ones
    origin     of a fact: {source, words, turn, place}, 推算 with the rule it follows from, or 未提供
    steps      what the step is made of

The same facts give the same bytes (`trace_text`), in whatever order they were given.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from assistant.rules.book import FactValue, RuleBook
from assistant.rules.engine import assess
from assistant.rules.origins import Origin
from assistant.rules.trace_steps import Step, Tracer, plain_value

VERSION = 1


def trace(
    book: RuleBook,
    programme_id: str,
    facts: Mapping[str, FactValue],
    on: date,
    stage: str | None = None,
    origins: Mapping[str, Origin] | None = None,
) -> dict[str, Any]:
    """The trace of `assess` with the same arguments; `origins` by fact id. Raises what `assess` raises."""
    result = assess(book, programme_id, facts, on, stage)
    tracer = Tracer(book, facts, on, origins or {})
    about = {"programme": result.programme_id, "stage": stage}
    return _whole(book, facts, on, origins or {}, about, tracer.verdict(result))


def trace_metrics(
    book: RuleBook,
    metric_ids: Iterable[str],
    facts: Mapping[str, FactValue],
    on: date,
    origins: Mapping[str, Origin] | None = None,
) -> dict[str, Any]:
    """The trace of computations without a verdict."""
    tracer, wanted = Tracer(book, facts, on, origins or {}), list(dict.fromkeys(metric_ids))
    root = {
        "id": "calculations",
        "kind": "calculations",
        "label": "、".join(book.metrics[id].label for id in wanted),
        "steps": [tracer.metric("calculations", id) for id in wanted],
    }
    return _whole(book, facts, on, origins or {}, {"metrics": wanted, "stage": None}, root)


def trace_text(trace: Mapping[str, Any]) -> str:
    """A trace as its one text: what two runs have in common, to the byte, when they are the same."""
    return json.dumps(trace, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _whole(
    book: RuleBook,
    facts: Mapping[str, FactValue],
    on: date,
    origins: Mapping[str, Origin],
    about: Mapping[str, Any],
    root: Step,
) -> dict[str, Any]:
    policy = book.policy
    return {
        "version": VERSION,
        "policy": {
            "id": policy.id,
            "title": policy.title,
            "status": policy.status,
            "sha256": policy.sha256,
        },
        "book_sha256": book.sha256,
        **about,
        "on": on.isoformat(),
        "facts": {id: plain_value(book, id, facts[id]) for id in sorted(facts)},
        "origins": {id: origins[id].to_json() for id in sorted(origins) if id in facts},
        "root": root,
    }
