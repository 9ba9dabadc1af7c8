"""docs/retrieval-baselines.md: quality, times and memory of the setups, and theirs as ratios to ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.baselines.setups import SETUPS
from eval.markdown import figure, ratio, table

QUALITY = {
    "beir": ("R@5", "R@10", "R@100", "MRR@10", "nDCG@10"),
    "product": ("gold@5", "gold@1", "R@100", "MRR@10", "nDCG@10"),
}
COSTS = {
    "build_s": "build s",
    "ready_s": "ready in a new process s",
    "p50_ms": "p50 ms",
    "p95_ms": "p95 ms",
    "memory_mb": "memory MB",
    "added_mb": "of it the setup's MB",
    "peak_mb": "peak MB",
    "disk_mb": "disk MB",
}
OURS = "ours"


def baselines_page(report: Mapping[str, Any]) -> str:
    """The whole page."""
    loads = [
        row["load"] for task in report["tasks"].values() for row in task["setups"].values() if "load" in row
    ]
    told = f"load {min(loads):g} to {max(loads):g}" if loads else "nothing ran"
    parts = [
        _HEAD,
        f"Measured {report['made_at']} on {report['cores']} cores, {told} at the starts. {_versions(report['versions'])}",
    ]
    for name, task in report["tasks"].items():
        parts.append(f"## {name}: {task['questions']:,} questions, {task['passages']:,} passages")
        parts += [*_quality(name, task["setups"]), _costs(task["setups"])]
        parts += [
            f"{SETUPS[key].title}: {row['skipped']}."
            for key, row in task["setups"].items()
            if "skipped" in row
        ]
    return "\n\n".join(parts) + "\n"


def _quality(name: str, setups: Mapping[str, Any]) -> list[str]:
    """A table for each part of the questions; in brackets the setup's value in terms of ours."""
    measures = QUALITY["product" if name.startswith("product") else "beir"]
    ran = {key: row["quality"] for key, row in setups.items() if "quality" in row}
    tables = []
    for part in next(iter(ran.values()), {}):
        ours = ran.get(OURS, {}).get(part, {})
        rows = [
            [
                SETUPS[key].title,
                *(_share(found[part][one], ours.get(one) if key != OURS else None) for one in measures),
            ]
            for key, found in ran.items()
        ]
        count = next(iter(ran.values()))[part]["questions"]
        tables.append(f"### {part} ({count})\n\n" + table([part, *measures], rows))
    return tables


def _share(value: float | None, ours: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if ours is None else f"{value:.3f} ({ratio(value, ours)})"


def _costs(setups: Mapping[str, Any]) -> str:
    ran = {key: row for key, row in setups.items() if "p50_ms" in row}
    ours = ran.get(OURS, {})
    rows = []
    for key, row in ran.items():
        cells = [
            figure(row[one]) + ("" if key == OURS or OURS not in ran else f" ({ratio(row[one], ours[one])})")
            for one in COSTS
        ]
        rows.append([SETUPS[key].title, *cells])
    return "### time and memory\n\n" + table(["setup", *COSTS.values()], rows)


def _versions(versions: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in versions.items()) + "."


_HEAD = """# Retrieval beside two setups that people use today

Made by `make baselines DATA=folder` (`python -m eval baselines DIR --split dev`); do not edit. In brackets: in terms of ours.

- **Same passages, same questions, same encoder, same run, one after the other.** A passage's text is its title (of a clause: where it stands)
  and its words. Every setup hands over 100 passages. The product's questions are its own dev questions that have gold clauses, by their last turn;
  all its clauses are the passages. gold@5 and gold@1: a gold clause is among the first five, stands first.
- **ours**: the product's index and `Retriever`, built in one process, searched in another.
  *With look-ups* is `Assistant.search`, what the product's interfaces call: clause numbers, 文号 and the lexicon's synonyms on top, 50 results at most.
- **LangChain**: `BM25Retriever` (rank_bm25) with `jieba.lcut`, `Chroma` with our vectors on disk, `EnsembleRetriever` with weights 0.5 and 0.5.
- **Haystack**: `DocumentSplitter`, `InMemoryBM25Retriever` and `InMemoryEmbeddingRetriever` with our vectors, `DocumentJoiner` by reciprocal
  rank, all defaults. Its splitter cuts after 200 words, and a word is what stands between blanks: hardly a Chinese passage is cut. Its
  keyword search (version 3) takes every Chinese character for a word; another regular expression can be set, jieba cannot.
- **Chunks**: a splitter cuts passages, so each chunk lies in one passage and counts as that passage; a second chunk of
  the same passage is dropped and takes no rank.
- **build** is from the passages to ready to search, imports of the setup's packages included; **ready in a new process** is what a restart costs: ours opens its index, the
  other two keep their keyword search in memory only and build it again. Memory is that of the process that searches, resident, at its end, with Python and the passages that every setup was given;
  *the setup's* is what was added after these were read. Peak is over build and search.
- The static encoder stands for the embedding models that these setups download by default, which cannot be had offline; it is what both of them
  and ours use here, so that the difference is that of the setups.

LlamaIndex is not here: its packages do not resolve together with the project's pinned versions in reasonable time."""
