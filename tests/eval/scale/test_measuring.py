from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.retrieval.progress import SilentProgress
from eval.child import ChildError, run_child
from eval.scale import child
from eval.scale.clauses import make_policies, read_articles
from eval.scale.index import open_retriever, source_of, stored_vectors, warmed, write_index
from eval.scale.measuring import anchors, build, first, questions_for, search
from eval.scale.updating import update
from tests.eval.scale.made import write_data
from tests.retrieval.made import write_encoder

SIZE = 130


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """(data, folder of an index of 130 clauses, encoder)."""
    home = tmp_path_factory.mktemp("scale")
    data, encoder = write_data(home / "data"), str(write_encoder(home / "encoder"))
    source = source_of(make_policies(read_articles(data / "statutes"), SIZE))
    write_index(home / "index", source, encoder, SilentProgress())
    return data, home / "index", encoder


def test_the_source_has_every_clause_once_and_the_metadata_of_its_policy(tmp_path: Path) -> None:
    policies = make_policies(read_articles(write_data(tmp_path) / "statutes"), SIZE)
    source = source_of(policies)
    assert [entry.text for entry in source.entries] == [
        one.text for policy in policies for one in policy.clauses
    ]
    assert len({entry.address for entry in source.entries}) == SIZE
    record = source.policies[policies[-1].id].record
    assert (record.title, record.level, record.status) == (
        policies[-1].title,
        policies[-1].level,
        policies[-1].status,
    )


def test_a_build_is_told_by_its_steps(tmp_path: Path) -> None:
    data, encoder = write_data(tmp_path / "data"), str(write_encoder(tmp_path / "encoder"))
    result = build(data, SIZE, tmp_path / "index", encoder)
    assert {"keywords", "encode", "rest"} <= set(result["steps"])
    assert sum(result["steps"].values()) == pytest.approx(result["seconds"])
    assert result["policies"] == len(make_policies(read_articles(data / "statutes"), SIZE))
    assert 0 < result["disk_mb"]["keywords"] < result["disk_mb"]["all"]


def test_a_search_is_measured_in_all_and_in_parts(made: tuple[Path, Path, str]) -> None:
    data, folder, encoder = made
    asked = questions_for(data, SIZE, 30)
    result = search(folder, encoder, asked, wait_s=0)
    whole, parts = result["whole_ms"], result["parts_ms"]
    assert 0 < whole["p50"] <= whole["p95"] <= whole["p99"] <= whole["max"]
    assert result["whole_cpu_ms"]["p50"] > 0
    assert all(parts[name]["p50"] > 0 for name in ("keywords", "encode", "vectors", "ranking"))
    assert first(folder, encoder, asked[0])["hits"] > 0


def test_the_anchors_ask_what_the_search_asks_and_hold_every_vector(made: tuple[Path, Path, str]) -> None:
    data, folder, encoder = made
    assert stored_vectors(folder).shape[0] == SIZE
    result = anchors(folder, encoder, questions_for(data, SIZE, 30))
    assert result["tantivy_ms"]["p50"] > 0
    assert min(result["numpy_ms"]["p50"], result["numpy_cpu_ms"]["p50"]) > 0


def test_an_index_too_small_for_a_cache_is_not_waited_for(made: tuple[Path, Path, str]) -> None:
    _, folder, encoder = made
    retriever = open_retriever(folder, encoder)
    try:
        assert not warmed(retriever, 600)
    finally:
        retriever.close()


def test_updates_touch_one_policy_and_are_seen_by_another_process(tmp_path: Path) -> None:
    data, encoder = write_data(tmp_path / "data"), str(write_encoder(tmp_path / "encoder"))
    result = update(data, SIZE, tmp_path / "index", encoder)
    counts = {name: one["counts"] for name, one in result["steps"].items()}
    assert counts["add"]["policies_added"] == counts["add"]["clauses_written"] == 1
    assert (counts["change"]["policies_changed"], counts["change"]["clauses_written"]) == (
        1,
        result["target_rows"],
    )
    assert (counts["withdraw"]["policies_withdrawn"], counts["withdraw"]["clauses_written"]) == (1, 0)
    assert all(0 <= one["visible_s"] < 30 for one in result["steps"].values())
    assert result["withdrawn_found"] == 0


def test_a_measurement_runs_in_a_process_of_its_own(made: tuple[Path, Path, str], tmp_path: Path) -> None:
    data, folder, encoder = made
    asked = tmp_path / "questions.json"
    asked.write_text(json.dumps(questions_for(data, SIZE, 4)), encoding="utf-8")
    options = ["first", "--folder", str(folder), "--encoder", encoder, "--questions", str(asked)]
    result = run_child("eval.scale.child", options)
    assert result["process_s"] > result["open_s"] > 0
    with pytest.raises(ChildError, match=r"ended with 1: [\s\S]*IndexStaleError"):
        run_child("eval.scale.child", [*options[:2], str(tmp_path / "nothing"), *options[3:]])


def test_a_step_that_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        child.main(["fly"])
    assert "fly" in capsys.readouterr().err
