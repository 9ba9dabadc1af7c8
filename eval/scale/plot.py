"""How time and memory grow with the clauses: four small panels, logarithmic in the clauses. Needs the extra `docs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from eval.scale.run import BUILD_LIMIT_S, LARGEST, MEMORY_LIMIT_MB, P95_LIMITS_MS, build_seconds

_INK, _GRID = "#333333", "#dddddd"
_COLOURS = ("#1f5fa8", "#c2571a", "#3f8f4f", "#8a8a8a")


def can_plot() -> bool:
    """Whether matplotlib is installed."""
    return find_spec("matplotlib") is not None


def draw(report: Mapping[str, Any], path: Path) -> None:
    """Write the plot to `path` (.svg or .png)."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    look: Any = {
        "font.size": 9, "axes.edgecolor": _INK, "axes.labelcolor": _INK, "text.color": _INK, "xtick.color": _INK,
        "ytick.color": _INK, "axes.spines.top": False, "axes.spines.right": False, "svg.hashsalt": "scale", "svg.fonttype": "none",
    }  # fmt: skip
    sizes = report["sizes"]
    with plt.rc_context(look):
        figure, axes = plt.subplots(2, 2, figsize=(10, 7), layout="constrained")
        _search(axes[0][0], sizes)
        _parts(axes[0][1], sizes)
        _memory(axes[1][0], sizes)
        _build(axes[1][1], sizes)
        for axis in axes.flat:
            axis.set_xscale("log")
            axis.set_yscale("log")
            axis.set_xlabel("clauses")
            axis.set_xticks([one["clauses"] for one in sizes], [_short(one["clauses"]) for one in sizes])
            axis.minorticks_off()
            axis.yaxis.set_major_formatter("{x:g}")
            axis.grid(True, color=_GRID, linewidth=0.6)
            axis.legend(frameon=False, fontsize=8)
        figure.savefig(path, dpi=110, metadata={"Date": None} if path.suffix == ".svg" else None)
        plt.close(figure)


def _search(axis: Any, sizes: Sequence[Mapping[str, Any]]) -> None:
    axis.set_title("warm search", loc="left")
    axis.set_ylabel("ms")
    for name, colour in zip(("p50", "p95", "p99"), _COLOURS, strict=False):
        _line(axis, sizes, [one["search"]["whole_ms"][name] for one in sizes], name, colour)
    _limit(axis, P95_LIMITS_MS.items(), "limit of p95")


def _parts(axis: Any, sizes: Sequence[Mapping[str, Any]]) -> None:
    axis.set_title("parts of a search and their anchors, p95", loc="left")
    axis.set_ylabel("ms")
    for (name, anchor, label), colour in zip(
        (("keywords", "tantivy_ms", "tantivy raw"), ("vectors", "numpy_ms", "NumPy exact")),
        _COLOURS,
        strict=False,
    ):
        _line(axis, sizes, [one["search"]["parts_ms"][name]["p95"] for one in sizes], name, colour)
        _line(axis, sizes, [one["anchors"][anchor]["p95"] for one in sizes], label, colour, "--")


def _memory(axis: Any, sizes: Sequence[Mapping[str, Any]]) -> None:
    axis.set_title("memory of the search process, and disk", loc="left")
    axis.set_ylabel("MB")
    held = [one for one in sizes if one["search"]["memory"]["searched"]]
    for name, label, colour in (
        ("resident_mb", "resident", _COLOURS[0]),
        ("anonymous_mb", "of it own", _COLOURS[2]),
    ):
        _line(axis, held, [one["search"]["memory"]["searched"][name] for one in held], label, colour)
    _line(axis, sizes, [one["cache"]["disk_mb"] for one in sizes], "disk", _COLOURS[3], "--")
    _limit(axis, [(LARGEST, MEMORY_LIMIT_MB)], "limit")


def _build(axis: Any, sizes: Sequence[Mapping[str, Any]]) -> None:
    axis.set_title("index build, and a cold process to its first result", loc="left")
    axis.set_ylabel("s")
    _line(axis, sizes, [build_seconds(one) for one in sizes], "build, cache included", _COLOURS[0])
    _line(axis, sizes, [one["build"]["seconds"] for one in sizes], "build", _COLOURS[2])
    _line(axis, sizes, [one["first"]["process_s"] for one in sizes], "cold process", _COLOURS[1])
    _limit(axis, [(LARGEST, BUILD_LIMIT_S)], "limit of the build")


def _line(
    axis: Any,
    sizes: Sequence[Mapping[str, Any]],
    values: Sequence[float],
    label: str,
    colour: str,
    style: str = "-",
) -> None:
    axis.plot(
        [one["clauses"] for one in sizes], values, style, color=colour, marker="o", markersize=3, label=label
    )


def _limit(axis: Any, places: Any, label: str) -> None:
    clauses, values = zip(*places, strict=True)
    axis.plot(clauses, values, "v", color="#b00020", label=label)


def _short(clauses: int) -> str:
    return f"{clauses / 1000:g}k" if clauses >= 1000 else str(clauses)
