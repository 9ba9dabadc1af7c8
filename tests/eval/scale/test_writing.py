from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import pytest

from eval.markdown import figure, ratio, table
from eval.scale.command import sizes
from eval.scale.plot import can_plot, draw
from eval.scale.run import build_seconds, limits
from eval.scale.writing import scale_page


def times(p95: float) -> dict[str, float]:
    return {"p50": p95 / 2, "p95": p95, "p99": p95 * 1.1, "max": p95 * 2}


def memory(resident: float) -> dict[str, float]:
    return {
        "resident_mb": resident,
        "anonymous_mb": resident / 2,
        "mapped_mb": resident / 2,
        "peak_mb": resident + 1,
    }


def searched(p95: float, resident: float) -> dict[str, Any]:
    parts = {
        "keywords": times(p95 / 2),
        "vectors": times(p95 / 4),
        "encode": times(0.1),
        "ranking": times(0.2),
    }
    held = {"imported": memory(50), "opened": memory(60), "searched": memory(resident)}
    return {
        "load": 1.0,
        "whole_ms": times(p95),
        "whole_cpu_ms": times(p95 / 10),
        "parts_ms": parts,
        "filtered_ms": times(3),
        "memory": held,
    }


def measured(clauses: int, p95: float, resident: float, seconds: float, ready: bool) -> dict[str, Any]:
    return {
        "clauses": clauses,
        "build": {
            "load": 0.5, "policies": clauses // 50, "seconds": seconds, "steps": {"keywords": 1.0, "encode": 2.0, "rest": 0.5},
            "cutting_words_s": 0.7, "memory": {"before": memory(40), "after": memory(300)}, "disk_mb": {"all": 10.0, "keywords": 4.0},
        },
        "first": {"runs": 3, "process_s": 0.9, "import_s": 0.3, "open_s": 0.2, "search_s": 0.1, "load": 1.0},
        "exact": searched(p95 * 3, resident),
        "cache": {"ready": ready, "seconds": 100.0, "disk_mb": 12.0, "builder_peak_mb": 1355.0},
        "search": searched(p95, resident),
        "anchors": {"load": 2.0, "tantivy_ms": times(p95 / 4), "numpy_ms": times(p95 / 8)},
    }  # fmt: skip


def report(p95: float = 20.0, resident: float = 900.0, visible: float = 0.4) -> dict[str, Any]:
    counts = {
        "policies_added": 1,
        "policies_changed": 0,
        "policies_withdrawn": 0,
        "clauses_encoded": 7,
        "clauses_written": 8,
    }
    made: dict[str, Any] = {
        "made_at": "2026-11-21", "python": "3.11", "cores": 2, "seed": 4, "load_at_start": 0.1, "plan": {"questions": 9},
        "five_texts": [{"name": "cold tiaowen search, median of 9", "limit": "≤ 1 s", "measured": "0.70 s", "met": True}],
        "sizes": [measured(250, 2.0, 100.0, 3.0, ready=False), measured(500_000, p95, resident, 200.0, ready=True)],
        "updates": {
            "policies": 10_004, "clauses": 500_000, "target_rows": 61, "withdrawn_found": 0,
            "steps": {"add": {"seconds": 1.5, "visible_s": visible, "written_mb": 0.2, "counts": counts}},
        },
    }  # fmt: skip
    return made | {"limits": limits(made)}


def verdicts(made: dict[str, Any]) -> dict[str, bool | None]:
    return {one["name"]: one["met"] for one in made["limits"]}


def test_limits_are_those_of_the_sizes_that_were_measured() -> None:
    found = verdicts(report())
    assert found["warm search over 500,000 clauses, p95"] is True
    assert found["memory of the search process at 500,000 clauses"] is True
    assert found["index build at 500,000 clauses, cache of the vectors included"] is True
    assert not any("57,000" in name for name in found)
    worse = verdicts(report(p95=30.1, resident=1501.0, visible=2.1))
    assert [name for name, met in worse.items() if met is False] == [
        "warm search over 500,000 clauses, p95",
        "memory of the search process at 500,000 clauses",
        "update of one policy of 10,004 seen by another process, slowest",
    ]


def test_a_build_includes_the_cache_where_there_is_one() -> None:
    assert build_seconds(measured(250, 1, 1, 3.0, ready=False)) == 3.0
    assert build_seconds(measured(500_000, 1, 1, 3.0, ready=True)) == 103.0


def test_the_page_has_each_table_with_its_ratios() -> None:
    page = scale_page(report(), "retrieval-scale.svg")
    assert "![time and memory from 250 to 500,000 clauses](retrieval-scale.svg)" in page
    assert "| 500,000 | 10.0 | 20.0 | 22.0 | ×10.0 | 2.00 | 60.0 | 3.00 |" in page
    assert "| 500,000 | 10.0 | 5.00 | ×2.00 | 5.00 | 2.50 | ×2.00 | 0.1 | 0.2 | ×4.00 | ×8.00 |" in page
    assert "| 500,000 | 50.0 | 60.0 | 900 | 450 | 450 | 901 |" in page
    assert (
        "| 500,000 | 10,000 | 200 | 1.00 | 2.00 | - | 0.5 | 0.7 | 100 | 1,355 | 300 | 301 | 4.00 | 12.0 |"
        in page
    )
    assert "| add | 1 / 0 / 0 | 7 | 8 | 1.50 | 0.4 | 0.2 |" in page
    assert "0.5 to 2 (one process measuring is 1)" in page
    assert "![" not in scale_page(report(), None)


def test_the_plot_is_a_small_file(tmp_path: Path) -> None:
    if not can_plot():
        pytest.skip("matplotlib is not installed (the extra `docs`)")
    for name in ("plot.svg", "plot.png"):
        draw(report(), tmp_path / name)
        assert 5_000 < (tmp_path / name).stat().st_size < 200_000
    drawn = (tmp_path / "plot.svg").read_text(encoding="utf-8")
    for words in ("warm search", "limit of p95", "NumPy exact", "cold process", "500k"):
        assert words in drawn
    draw(report(), tmp_path / "again.svg")
    assert (tmp_path / "again.svg").read_text(encoding="utf-8") == drawn


def test_figures_have_three_places_that_count() -> None:
    assert [figure(value) for value in (None, 0, 0.01234, 1.234, 12.34, 123.4, 12345.6)] == [
        "-", "0", "0.0123", "1.23", "12.3", "123", "12,346",
    ]  # fmt: skip
    assert (ratio(3, 2), ratio(3, 0), ratio(None, 2)) == ("×1.50", "-", "-")
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | ---: |\n| 1 | 2 |"


def test_sizes_are_read_strictly() -> None:
    assert sizes("250,1000") == (250, 1000)
    for wrong in ("", "a", "250,0"):
        with pytest.raises(argparse.ArgumentTypeError, match="legal"):
            sizes(wrong)
