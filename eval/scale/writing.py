"""docs/retrieval-scale.md: what `python -m eval scale` measured, as tables with ratios to the anchors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eval.markdown import figure, ratio, table
from eval.scale.run import build_seconds

Row = Mapping[str, Any]


def scale_page(report: Row, plot: str | None) -> str:
    """The whole page; `plot` is the plot's file name beside the page."""
    sizes: Sequence[Row] = report["sizes"]
    parts = [_HEAD, _told(report)]
    if plot:
        parts.append(
            f"![time and memory from {sizes[0]['clauses']:,} to {sizes[-1]['clauses']:,} clauses]({plot})"
        )
    parts += [
        "## Limits\n\n" + _limits(report["limits"]),
        "## Search, warm, ms\n\n" + _search(sizes) + "\n\n" + _SEARCH_NOTE,
        "## Parts of a search and their anchors, p95 ms\n\n" + _parts(sizes) + "\n\n" + _ANCHOR_NOTE,
        "## Memory of the search process, MB\n\n" + _memory(sizes),
        "## A cold process to its first result, s\n\n" + _cold(sizes),
        "## Index build, s\n\n" + _build(sizes) + "\n\n" + _BUILD_NOTE,
    ]
    if report.get("updates"):
        parts.append("## Updates\n\n" + _updates(report["updates"]))
    return "\n\n".join(parts) + "\n"


def _told(report: Row) -> str:
    loads = [one[step]["load"] for one in report["sizes"] for step in ("build", "exact", "search", "anchors")]
    return (
        f"Measured {report['made_at']} on {report['cores']} cores, Python {report['python']}, seed {report['seed']}, "
        f"{report['plan']['questions']} questions a size. Load of the machine when a measurement began or was under way: "
        f"{min(loads):g} to {max(loads):g} (one process measuring is 1)."
    )


def _limits(rows: Sequence[Row]) -> str:
    verdicts = {True: "met", False: "missed", None: ""}
    return table(
        ["what", "limit", "measured", ""],
        [[one["name"], one["limit"], one["measured"], verdicts[one["met"]]] for one in rows],
    )


def _search(sizes: Sequence[Row]) -> str:
    base = sizes[0]["search"]["whole_ms"]["p95"]
    rows = []
    for one in sizes:
        times, exact = one["search"]["whole_ms"], one["exact"]["whole_ms"]
        cells = [figure(times[name]) for name in ("p50", "p95", "p99")]
        rows.append(
            [
                f"{one['clauses']:,}",
                *cells,
                ratio(times["p95"], base),
                figure(one["search"]["whole_cpu_ms"]["p95"]),
                figure(exact["p95"]),
                figure(one["search"]["filtered_ms"]["p95"]),
            ]
        )
    smallest = f"p95 / p95 at {sizes[0]['clauses']:,}"
    heads = [
        "clauses",
        "p50",
        "p95",
        "p99",
        smallest,
        "p95 of processors",
        "p95 without cache",
        "p95 filtered",
    ]
    return table(heads, rows)


def _parts(sizes: Sequence[Row]) -> str:
    rows = []
    for one in sizes:
        parts, whole = one["search"]["parts_ms"], one["search"]["whole_ms"]["p95"]
        raw, numpy = one["anchors"]["tantivy_ms"]["p95"], one["anchors"]["numpy_ms"]["p95"]
        keywords, vectors = parts["keywords"]["p95"], parts["vectors"]["p95"]
        rows.append(
            [
                f"{one['clauses']:,}",
                figure(keywords), figure(raw), ratio(keywords, raw),
                figure(vectors), figure(numpy), ratio(vectors, numpy),
                figure(parts["encode"]["p95"]), figure(parts["ranking"]["p95"]),
                ratio(whole, raw), ratio(whole, numpy),
            ]
        )  # fmt: skip
    heads = [
        "clauses",
        "keywords",
        "tantivy raw",
        "ratio",
        "vectors",
        "NumPy",
        "ratio",
        "encode",
        "ranking",
        "search / tantivy",
        "search / NumPy",
    ]
    return table(heads, rows)


def _memory(sizes: Sequence[Row]) -> str:
    rows = []
    for one in sizes:
        memory = one["search"]["memory"]
        if not memory["searched"]:
            continue
        held = memory["searched"]
        rows.append(
            [
                f"{one['clauses']:,}",
                *(
                    figure(value)
                    for value in (memory["imported"]["resident_mb"], memory["opened"]["resident_mb"])
                ),
                *(figure(held[name]) for name in ("resident_mb", "anonymous_mb", "mapped_mb", "peak_mb")),
            ]
        )
    return table(
        ["clauses", "imported", "opened", "after the questions", "of it own", "of it mapped files", "peak"],
        rows,
    )


def _cold(sizes: Sequence[Row]) -> str:
    names = ("process_s", "import_s", "open_s", "search_s")
    rows = [[f"{one['clauses']:,}", *(figure(one["first"][name]) for name in names)] for one in sizes]
    return table(["clauses", "whole process", "imports", "open", "first search"], rows)


def _build(sizes: Sequence[Row]) -> str:
    names = ("keywords", "encode", "vectors", "rest")
    rows = []
    for one in sizes:
        build = one["build"]
        memory = build["memory"]["after"]
        rows.append(
            [
                f"{one['clauses']:,}", f"{build['policies']:,}", figure(build["seconds"]),
                *(figure(build["steps"].get(name)) for name in names),
                figure(build["cutting_words_s"]),
                figure(one["cache"]["seconds"]) if one["cache"]["ready"] else "-",
                figure(one["cache"]["builder_peak_mb"]) if one["cache"]["ready"] else "-",
                figure(build_seconds(one)), figure(memory and memory["peak_mb"]),
                figure(build["disk_mb"]["keywords"]), figure(one["cache"]["disk_mb"]),
            ]
        )  # fmt: skip
    heads = [
        "clauses",
        "policies",
        "build",
        *names,
        "cutting words",
        "cache",
        "cache peak MB",
        "in all",
        "peak MB",
        "keywords MB",
        "disk MB",
    ]
    return table(heads, rows)


def _updates(updates: Row) -> str:
    rows = []
    for name, one in updates["steps"].items():
        counts = one["counts"]
        changed = (
            f"{counts['policies_added']} / {counts['policies_changed']} / {counts['policies_withdrawn']}"
        )
        numbers = [str(counts["clauses_encoded"]), str(counts["clauses_written"])]
        rows.append(
            [
                name,
                changed,
                *numbers,
                figure(one["seconds"]),
                figure(one["visible_s"]),
                figure(one["written_mb"]),
            ]
        )
    heads = [
        "one policy",
        "policies added / changed / withdrawn",
        "clauses encoded",
        "clauses written",
        "s",
        "seen by another process after s",
        "MB more on disk",
    ]
    told = (
        f"An index of {updates['policies']:,} policies and {updates['clauses']:,} clauses; the changed policy has "
        f"{updates['target_rows']} clauses. The time is that of the whole update in a process that has the texts read. After the withdrawal "
        f"{updates['withdrawn_found']} clauses of the withdrawn policy are found by its own words."
    )
    return f"{told}\n\n{table(heads, rows)}"


_HEAD = """# Retrieval from 250 to half a million clauses

Made by `make scale DATA=folder` (`python -m eval scale DATA`); do not edit. What the questions and the clauses are:

- **Clauses** are made from `DATA/statutes/*.jsonl.gz`, 144,940 real articles. Each article is cut into its sentences (at 。 and ；, 8 characters or more), a
  sentence is a clause, and its context is the law, chapter and article. Laws come in an order drawn by the seed, cut into policies of at most 60 clauses:
  500,000 clauses are 10,004 policies. The real sentences are 407,457; the clauses beyond them are recombined, one sentence each of two
  articles drawn at random, under the heading of the first. A smaller size is a beginning of every larger one.
- **Questions**: half are real ones of STARD's train split, half are sentences of the clauses with 15 % of their characters dropped. None are of dev.
- Every measurement runs in a fresh process: build, cold start, search with exact vectors, the cache of the vectors, search with it, anchors."""

_SEARCH_NOTE = """`Retriever.search` for 10 hits, every question once, after 20 to warm up. *Of processors*: the time that the
processors gave to the process, which a busy machine hardly changes. *Without cache*: exact vectors alone, as a process that has just
started searches. *Filtered*: only policies of the national level."""

_ANCHOR_NOTE = """Anchors on the same queries: *tantivy raw* is `Searcher.search` alone with the very query that the keyword channel makes, in a process without the rest; *NumPy* is
one product of all vectors, in memory, with the question's, and the best 50."""

_BUILD_NOTE = """Steps as the build tells them; *rest* is checking, hashing and writing. *Cutting words* is what one core would need for all clauses, from the first 20,000: it is part of
*keywords*. *Cache* is chromadb's, built after the index is in service. Disk is in all, with the cache. Peak memory holds the made clauses themselves."""
