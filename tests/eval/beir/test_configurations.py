from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.errors import InputError
from eval.beir import fusion
from eval.beir.expansion import added_text, corpus_synonyms
from eval.beir.folder import Passage
from eval.beir.keywords import Bm25s, HeadingField
from eval.beir.postings import best_rows
from eval.beir.registry import chosen, configurations
from eval.beir.terms import TERM_SETS
from eval.beir.workshop import Workshop, read_tuned
from tests.eval.beir import made

PASSAGES = [Passage(*row) for row in made.PASSAGES]


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(PASSAGES, tmp_path / "cache", made.TUNED)


def ids(found: fusion.Ranked) -> list[str]:
    return [PASSAGES[row].id for row, _ in found]


@pytest.mark.parametrize("name", [row.name for row in configurations(made.TUNED)])
def test_every_configuration_finds_the_passage_best_first(name: str, workshop: Workshop) -> None:
    (configuration,) = (row for row in configurations(made.TUNED) if row.name == name)
    searcher = configuration.build(workshop)
    found = searcher.search("企业几日内申报", 3)
    assert ids(found)[0] == "a2"
    assert len(found) <= 3
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_names_are_all_different_and_chosen_by_a_part() -> None:
    rows = configurations(made.TUNED, ["/somewhere/other"])
    names = [row.name for row in rows]
    assert len(set(names)) == len(names)
    assert "encoder other" in names
    assert [row.name for row in chosen(rows, ["shipped · calibrated"])] == [
        "BM25 pairs + shipped · calibrated on train"
    ]
    with pytest.raises(InputError, match="没有名称含 'nothing' 的配置"):
        chosen(rows, ["nothing"])


def test_the_shipped_parameters_hold_what_the_registry_asks_for() -> None:
    tuned = read_tuned()
    assert set(tuned["bm25"]) == set(TERM_SETS)
    assert tuned["keyword"] in TERM_SETS
    assert set(fusion.SCALES) < set(tuned["fusion"])


@pytest.mark.parametrize("terms", TERM_SETS)
def test_postings_score_as_bm25s_does(terms: str, workshop: Workshop) -> None:
    query = "绿色电力证书由国家核发"
    columns = workshop.query_columns(terms, query)
    own = best_rows(workshop.postings(terms, 1, 1).weighed(1.2, 0.5).scores(columns), 5)
    theirs = Bm25s(terms).build(workshop).search(query, 5)
    assert [row for row, _ in own] == [row for row, _ in theirs]
    assert [score for _, score in own] == pytest.approx([score for _, score in theirs], rel=1e-5)


def test_a_repeated_query_term_counts_once_or_as_often_as_it_occurs(workshop: Workshop) -> None:
    once, often = (Bm25s("pairs", repeated=repeated).build(workshop) for repeated in (False, True))
    query, twice = "申报", "申报，申报"
    assert once.search(twice, 1)[0][1] == pytest.approx(once.search(query, 1)[0][1])
    assert often.search(twice, 1)[0][1] == pytest.approx(2 * often.search(query, 1)[0][1])


def test_headings_count_as_often_as_is_said(workshop: Workshop) -> None:
    query = "另一"
    assert Bm25s("pairs", heading=0).build(workshop).search(query, 5) == []
    assert set(ids(Bm25s("pairs").build(workshop).search(query, 5))) == {"b1", "b2"}
    full = HeadingField("pairs").build(workshop).search(query, 5)
    text = workshop.postings("pairs", 1, 0).weighed(1.2, 0.5).scores(workshop.query_columns("pairs", query))
    assert full[0][1] == pytest.approx(0.5 * float(text.max()))


def test_the_cache_gives_the_same_and_tells_the_time_it_saved(tmp_path: Path) -> None:
    first, second = (Workshop(PASSAGES, tmp_path / "cache", made.TUNED) for _ in range(2))
    found = [Bm25s("words").build(one).search("绿色电力证书", 5) for one in (first, second)]
    assert found[0] == found[1] != []
    assert first.borrowed_seconds == 0
    assert second.borrowed_seconds > 0
    other = Workshop([*PASSAGES, Passage("c", "新法", "绿色电力证书")], tmp_path / "cache", made.TUNED)
    assert len(Bm25s("words").build(other).search("绿色电力证书", 5)) == 3


def test_a_broken_off_cache_is_counted_again(tmp_path: Path, workshop: Workshop) -> None:
    assert Bm25s("words").build(workshop).search("核发", 5)
    (facts,) = (tmp_path / "cache").glob("terms-*/facts.json")
    facts.unlink()
    (facts.parent / "word.txt").write_text("", encoding="utf-8")
    again = Workshop(PASSAGES, tmp_path / "cache", made.TUNED)
    assert Bm25s("words").build(again).search("核发", 5)


def test_best_rows_breaks_ties_by_row_and_leaves_zeros_out() -> None:
    scores = np.array([0, 2, 1, 2, 1, -1], dtype=np.float32)
    assert best_rows(scores, 3) == [(1, 2), (3, 2), (2, 1)]
    assert best_rows(scores, 10) == [(1, 2), (3, 2), (2, 1), (4, 1)]
    assert [row for row, _ in best_rows(scores, 10, least=None)] == [1, 3, 2, 4, 0, 5]


def test_ranks_fused_by_hand() -> None:
    fused = fusion.by_rank([(7, 9.0), (8, 1.0)], [(8, 0.9), (9, 0.1)], constant=10, weight=0.5)
    expected = {7: 1 / 11, 8: 1 / 12 + 0.5 / 11, 9: 0.5 / 12}
    assert dict(fused) == pytest.approx(expected)
    assert [row for row, _ in fused] == [8, 7, 9]


def test_scores_fused_by_hand() -> None:
    fused = dict(fusion.by_score([(1, 4.0), (2, 2.0)], [(2, 0.9), (3, 0.5)], "min-max", weight=0.5))
    assert fused == pytest.approx({1: 1.0, 2: 0.5, 3: 0.0})
    scaled = dict(fusion.by_score([(1, 4.0), (2, 2.0)], [], "z-score", weight=1))
    assert scaled == pytest.approx({1: 1.0, 2: -1.0})


def test_calibrated_fusion_orders_by_probability() -> None:
    calibration = fusion.Calibration((1.0, 0.0, 0.0, 0.0, 10.0, 0.0), -5.0)
    fused = calibration.fused([(1, 4.0), (2, 2.0)], [(2, 0.9), (3, 0.5)])
    assert [row for row, _ in fused] == [2, 1, 3]
    assert fused[0][1] == pytest.approx(1 / (1 + np.exp(-(0.5 + 9 - 5))))


def test_the_corpus_states_its_own_synonyms() -> None:
    synonyms = corpus_synonyms(text for _, _, text in made.PASSAGES)
    assert synonyms["指南"] == ("二氧化碳排放核算指南",)
    assert synonyms["二氧化碳排放核算指南"] == ("指南",)
    assert synonyms["碳抵消"] == ("用碳汇中和排放",)
    assert added_text("指南在哪", synonyms) == "二氧化碳排放核算指南"
    assert added_text("谁编制", synonyms) == ""
