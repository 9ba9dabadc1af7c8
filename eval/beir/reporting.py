"""Reports of compared configurations: JSON with every question's values, and Markdown tables for docs/."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import InputError
from eval.beir.folder import JudgedQuestions
from eval.beir.measures import Values, p_values, question_values, summary
from eval.beir.measuring import Measured
from eval.metrics import percentile

PARTS = ("all", "unseen")
_SHOWN = ("R@1", "R@5", "R@10", "R@100", "MRR@10")
_RANKED_BY = "nDCG@10"
_CHANNELS = ("keywords", "keywords, best terms varied")


@dataclass(frozen=True)
class Reference:
    """A configuration that others are tested against."""

    name: str
    values: Values


def read_reference(text: str) -> list[Reference]:
    """Configurations of `REPORT.json` or, after a colon, the one with that name. Raises InputError."""
    path, name = Path(text), ""
    if not path.is_file() and ":" in text:
        head, _, name = text.partition(":")
        path = Path(head)
    legal = "应为 python -m eval retrieval DIR --json 写出的报告，可加 :配置名"
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["configurations"]
        held = {row: Reference(f"{path.name}: {row}", rows[row]["values"]) for row in rows}
    except FileNotFoundError as error:
        raise InputError(f"报告 {path} 不存在；{legal}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"报告 {path} 无法读取（{error}）；{legal}") from error
    if name and name not in held:
        raise InputError(f"报告 {path} 里没有配置 {name!r}；现有：{'、'.join(held)}")
    return [held[name]] if name else list(held.values())


def compared(
    judged: JudgedQuestions, measured: Sequence[Measured], references: Sequence[Reference]
) -> dict[str, Any]:
    """The report's body.

    Every configuration is tested against the keyword configuration with the best nDCG@10 on these very questions (the
    strictest choice), and against that of the same name, or the only one, in `references`. Raises InputError when a
    reference lacks a question.
    """
    values = {one.name: question_values(one.run, judged.gold) for one in measured}
    parts = {"all": tuple(judged.gold), "unseen": judged.unseen}
    rows = {}
    for one in measured:
        row = values[one.name]
        rows[one.name] = {
            "group": one.group,
            "build_s": round(one.build_s, 2),
            "p50_ms": percentile(one.query_ms, 0.50),
            "p95_ms": percentile(one.query_ms, 0.95),
            "base_mb": round(one.base_mb),
            "peak_mb": round(one.peak_mb),
            **{part: summary(row, chosen) for part, chosen in parts.items()},
            "values": row,
        }
    best = best_keywords(rows)
    for name, held in rows.items():
        against = [] if best is None or name == best else [Reference(best, values[best])]
        against += [one for one in references if len(references) == 1 or one.name.endswith(f": {name}")]
        held["tests"] = {one.name: _tested(values[name], one, parts) for one in against}
    return {
        "split": judged.split,
        "passages": len(judged.passages),
        "questions": {part: len(chosen) for part, chosen in parts.items()},
        "best_keywords": best,
        "configurations": rows,
    }


def best_keywords(rows: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The keyword configuration with the best nDCG@10 over all questions."""
    names = [name for name, row in rows.items() if row["group"] in _CHANNELS]
    return max(names, key=lambda name: rows[name]["all"][_RANKED_BY]["mean"], default=None)


def _tested(values: Values, reference: Reference, parts: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    if missing := [question for question in parts["all"] if question not in reference.values]:
        raise InputError(f"{reference.name} 没有问题 {missing[0]!r} 的值；两次运行应是同一批问题")
    return {part: p_values(values, reference.values, chosen) for part, chosen in parts.items()}


def markdown(report: Mapping[str, Any]) -> str:
    """Tables of a report: all questions with cost, then the unseen ones."""
    written = [_table(report, part) for part in PARTS if report["questions"][part]]
    return "\n\n".join(written)


def _table(report: Mapping[str, Any], part: str) -> str:
    rows: Mapping[str, Any] = report["configurations"]
    costs = ("build s", "p50 ms", "p95 ms", "peak MB (before the build)") if part == "all" else ()
    others = [name for name in _references(rows) if name != report["best_keywords"]]
    heads = (
        "configuration",
        *_SHOWN,
        "nDCG@10 (95 %)",
        "p",
        *(f"p against {name}" for name in others),
        *costs,
    )
    lines = [
        f"{part}: {report['questions'][part]} questions over {report['passages']} passages; p: nDCG@10 against "
        f"`{report['best_keywords']}`",
        "",
        _cells(heads),
        _cells(["---", *["--:"] * (len(heads) - 1)]),
    ]
    best = {name: max(row[part][name]["mean"] for row in rows.values()) for name in (*_SHOWN, _RANKED_BY)}
    for name, row in rows.items():
        values = row[part]
        shares = [_figure(values[measure]["mean"], best[measure]) for measure in _SHOWN]
        ranked = values[_RANKED_BY]
        shares.append(
            f"{_figure(ranked['mean'], best[_RANKED_BY])} ({ranked['low']:.3f}-{ranked['high']:.3f})"
        )
        shares += [_p(row["tests"].get(one), part) for one in (report["best_keywords"], *others)]
        if costs:
            shares += [f"{row['build_s']:.1f}", f"{row['p50_ms']:.1f}", f"{row['p95_ms']:.1f}"]
            shares.append(f"{row['peak_mb']} ({row['base_mb']})")
        lines.append(_cells([name, *shares]))
    return "\n".join(lines)


def _references(rows: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys(name for row in rows.values() for name in row["tests"]))


def _figure(value: float, best: float) -> str:
    shown = f"{value:.3f}".removeprefix("0")
    return f"**{shown}**" if shown == f"{best:.3f}".removeprefix("0") else shown


def _p(tested: Mapping[str, Any] | None, part: str) -> str:
    return "-" if tested is None else p_value(tested[part][_RANKED_BY])


def p_value(value: float) -> str:
    """A p-value as .034, or < .001."""
    return "< .001" if value < 0.001 else f"{value:.3f}".removeprefix("0")


def _cells(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def tuned_table(tuned: Mapping[str, Any]) -> str:
    """What was tuned: grid, best value, how far the grid's values spread."""
    lines = [_cells(("what", "best", f"{tuned['measure']}, {tuned['questions']} questions", "over the grid"))]
    lines.append(_cells(("---", "---", "--:", "--:")))
    rows = {f"BM25 {terms}": row for terms, row in tuned["bm25"].items()}
    named = {"field": "weight of the heading field", "feedback": "feedback", "synonyms": "weight of synonyms"}
    rows |= {words: tuned[key] for key, words in named.items()}
    rows |= {f"fusion, {key}": row for key, row in tuned["fusion"].items() if "grid" in row}
    for words, row in rows.items():
        chosen = ", ".join(f"{key} {value:g}" for key, value in row.items() if key not in ("value", "grid"))
        spread = [one["value"] for one in row["grid"]]
        lines.append(_cells((words, chosen, f"{row['value']:.3f}", f"{min(spread):.3f}-{max(spread):.3f}")))
    return "\n".join(lines)


def write_section(path: Path, key: str, text: str) -> None:
    """Put `text` between the markers of `key` in a Markdown file; a file or section that is not there yet is added.

    Raises InputError when only one of the two markers stands in the file, or they stand the wrong way round.
    """
    begin, end = f"<!-- {key} -->", f"<!-- /{key} -->"
    page = path.read_text(encoding="utf-8") if path.is_file() else ""
    section = f"{begin}\n{text.strip()}\n{end}"
    if begin not in page and end not in page:
        page = f"{page.rstrip()}\n\n{section}\n".lstrip()
    elif page.count(begin) == page.count(end) == 1 and page.index(begin) < page.index(end):
        page = page[: page.index(begin)] + section + page[page.index(end) + len(end) :]
    else:
        raise InputError(f"{path} 里 {begin} 和 {end} 应各出现一次，前者在前")
    path.write_text(page, encoding="utf-8")
