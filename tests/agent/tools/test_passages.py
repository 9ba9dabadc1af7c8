"""Which sentence of the clauses found answers, and how many clauses are shown so that one surely does."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.agent.tools import passages
from assistant.agent.tools.passages import PassageRanker, Ranked, SentenceModel, clauses_shown
from assistant.agent.tools.sentence_features import FEATURES, Question
from assistant.agent.understanding.lexicon import Lexicon
from assistant.documents.library import Library
from assistant.retrieval.asking import asks_of

ZERO = "fujian-zero-carbon-factory"


def no_meaning(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.zeros((len(texts), 1), dtype=np.float32)


def ranker(library: Library, **weights: float) -> PassageRanker:
    return PassageRanker(library, Lexicon({}, {}), no_meaning, SentenceModel(weights))


def row(library: Library, address: str, sentence: str, text: str, **told: object) -> dict[str, float]:
    """Features of one sentence of a clause, for a question."""
    question = Question(text, asks_of(text), **told)  # type: ignore[arg-type]
    examined = ranker(library).examine(question, [Ranked(library.clause(address), 1.0)])
    at = next(
        place for place, (_, parts, n) in enumerate(examined.sentences) if sentence in parts.sentences[n].text
    )
    return dict(zip(FEATURES, examined.table[at], strict=True))


def test_the_shipped_weights_are_those_of_the_features() -> None:
    model = SentenceModel.shipped()
    assert set(model.weights) <= set(FEATURES)
    assert model.weights["own"] > 0 > model.weights["units_unasked"]


def test_the_note_of_responsible_units_is_for_who_asks_who(corpus_library: Library) -> None:
    address = "fujian-pollution-carbon-synergy#三/（八）"
    who = row(corpus_library, address, "责任单位", "农业领域协同增效由谁负责")
    what = row(corpus_library, address, "责任单位", "农业领域协同增效的内容")
    assert (who["units_asked"], who["units_unasked"]) == (1.0, 0.0)
    assert (what["units_asked"], what["units_unasked"]) == (0.0, 1.0)


def test_a_year_that_is_asked_about_is_told_from_another(corpus_library: Library) -> None:
    address = "fujian-zero-carbon-factory#第八条/（二）"
    same = row(corpus_library, address, "2021年", "2021年的基准期碳削减率要多少")
    other = row(corpus_library, address, "2021年", "2035年的碳削减率要多少")
    assert (same["year_same"], same["year_other"]) == (1.0, 0.0)
    assert (other["year_same"], other["year_other"]) == (0.0, 1.0)


def test_words_of_the_question_that_is_carried_on_are_not_its_own(corpus_library: Library) -> None:
    address = f"{ZERO}#第十二条/（五）"
    alone = row(corpus_library, address, "验收", "谁来验收")
    carried = row(corpus_library, address, "验收", "谁来", before="验收")
    assert alone["said"] > 0 == carried["said"]
    assert carried["own"] > 0


def test_the_place_of_a_policy_counts_where_places_are_named(corpus_library: Library) -> None:
    address = "fuzhou-industry-carbon-peak#四/（三）"
    own = row(corpus_library, address, "绿色金融", "福州发展绿色金融", regions=frozenset({"福州市"}))
    other = row(corpus_library, address, "绿色金融", "全省发展绿色金融", regions=frozenset({"福建省"}))
    assert (own["own_place"], own["other_place"]) == (1.0, 0.0)
    assert (other["own_place"], other["other_place"]) == (0.0, 1.0)


def test_the_model_decides_the_order(corpus_library: Library) -> None:
    found = [
        Ranked(corpus_library.clause(f"{ZERO}#{path}"), 1.0)
        for path in ("第十二条/（四）", "第十二条/（五）")
    ]
    question = Question("培育期", asks_of("培育期"))
    by_words = ranker(corpus_library, own=1.0).rank(question, found, 5)
    by_order = ranker(corpus_library, order=1.0).rank(question, list(reversed(found)), 5)
    assert by_words[0].clause.path == "第十二条/（四）"
    assert by_order[0].clause.path == "第十二条/（五）"


def test_chances_are_those_of_clauses() -> None:
    """Two sentences of one clause share its chance; sharper is surer."""
    scores = np.array([2.0, 1.0, 0.0])
    flat, sharp = SentenceModel({}, 1.0), SentenceModel({}, 3.0)
    chances = flat.chances(scores, [0, 0, 1])
    assert chances[0] == chances[1] == pytest.approx(1 / (1 + np.exp(-2)))
    assert chances[0] + chances[2] == pytest.approx(1.0)
    assert sharp.chances(scores, [0, 0, 1])[0] > chances[0]
    assert len(flat.chances(np.array([]), [])) == 0


@pytest.mark.parametrize(
    ("chances", "count"),
    [([0.97, 0.02], 1), ([0.6, 0.36, 0.04], 2), ([0.4, 0.3, 0.2, 0.1], 3), ([0.5], 1), ([], 0)],
)
def test_so_many_clauses_are_shown_that_one_surely_answers(chances: list[float], count: int) -> None:
    assert clauses_shown(chances) == count


def test_the_weights_say_what_they_were_fitted_on() -> None:
    from importlib import resources

    data = json.loads(
        resources.files("assistant.agent.tools").joinpath(passages.WEIGHTS_FILE).read_text(encoding="utf-8")
    )
    assert data["fitted_on"]["answered"] > data["fitted_on"]["refused"] > 100
