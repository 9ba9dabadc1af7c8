"""The product's own questions, one row for each channel: gold clause first, within the first five, nDCG@10.

`gold@5` and `gold@1` ask whether any gold clause is there (Success@k); recall@5 is the share of gold groups that are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.beir.measures import paired_p
from eval.beir.measuring import Measured
from eval.beir.product import PRODUCT
from eval.beir.reporting import p_value
from eval.metrics import MEASURES, Lineage, mean, path_lineage, percentile, retrieval_values
from eval.questions import Question

_SHOWN = ("gold@5", "gold@1", "recall@5", "nDCG@10")
PARTS = ("one turn", "several turns")


def compared_channels(
    measured: Sequence[Measured], questions: Sequence[Question], lineage: Lineage = path_lineage
) -> dict[str, Any]:
    """Means of each configuration for questions of one turn and of several, values of each question, tests against the
    product's search."""
    gold = {question.id: question.expect.gold for question in questions if question.expect.gold}
    turns = {question.id: len(question.turns) for question in questions}
    parts = {
        "one turn": [one for one in gold if turns[one] == 1],
        "several turns": [one for one in gold if turns[one] > 1],
    }
    values = {one.name: retrieval_values(one.run, gold, lineage) for one in measured}
    rows: dict[str, Any] = {}
    for one in measured:
        own = values[one.name]
        rows[one.name] = {
            "group": one.group,
            "build_s": round(one.build_s, 2),
            "p50_ms": percentile(one.query_ms, 0.50),
            "p95_ms": percentile(one.query_ms, 0.95),
            "base_mb": round(one.base_mb),
            "peak_mb": round(one.peak_mb),
            **{part: _means(own, chosen) for part, chosen in parts.items()},
            "p": {
                part: _tests(own, values[PRODUCT], chosen)
                for part, chosen in parts.items()
                if PRODUCT in values and one.name != PRODUCT
            },
            "values": own,
        }
    return {"questions": {part: len(chosen) for part, chosen in parts.items()}, "configurations": rows}


def _means(values: Mapping[str, Mapping[str, float]], chosen: Sequence[str]) -> dict[str, float | None]:
    return {name: mean(values[one][name] for one in chosen) for name in MEASURES}


def _tests(
    first: Mapping[str, Mapping[str, float]], second: Mapping[str, Mapping[str, float]], chosen: Sequence[str]
) -> dict[str, float]:
    if not chosen:
        return {}
    return {
        name: paired_p([first[one][name] for one in chosen], [second[one][name] for one in chosen])
        for name in _SHOWN
    }


def channels_markdown(report: Mapping[str, Any], split: str) -> str:
    """One table: both parts side by side, and the cost."""
    counts = report["questions"]
    heads = ["configuration"]
    for part in PARTS:
        heads += [f"{name}, {part}" for name in _SHOWN] + [f"p of nDCG@10, {part}"]
    heads += ["p50 ms", "peak MB (before the build)"]
    lines = [
        f"{split}: {counts['one turn']} questions of one turn, {counts['several turns']} of several (searched by their "
        f"last turn); p against `{PRODUCT}`",
        "",
        f"| {' | '.join(heads)} |",
        f"|---|{'--:|' * (len(heads) - 1)}",
    ]
    for name, row in report["configurations"].items():
        cells = [name]
        for part in PARTS:
            cells += ["-" if row[part][one] is None else f"{row[part][one]:.3f}" for one in _SHOWN]
            tested = row["p"].get(part)
            cells.append(p_value(tested["nDCG@10"]) if tested else "-")
        cells += [f"{row['p50_ms']:.1f}", f"{row['peak_mb']} ({row['base_mb']})"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
