from __future__ import annotations

import math
from pathlib import Path

import pytest

from assistant.errors import SearchIndexError
from assistant.retrieval.answerable import (
    FEATURES,
    WEIGHTS,
    AnswerableModel,
    Evidence,
    features,
)


class Corpus:
    """100 clauses; 抵消 stands in 9 of them, 比例 in 49, 上限 in none; single characters in all."""

    def __init__(self) -> None:
        self.counts = {"抵消": 9, "比例": 49}

    def __len__(self) -> int:
        return 100

    def text_freq(self, term: str) -> int:
        return 100 if len(term) == 1 else self.counts.get(term, 0)

    def word_freq(self, word: str) -> int:
        return self.counts.get(word, 0)


def idf(held: int) -> float:
    return math.log(1 + (100 - held + 0.5) / (held + 0.5))


def evidence(query: str, *texts: str, **parts: object) -> Evidence:
    given = {"words": (), "names": (), "uncovered": (), "score": 0.0, "cosine": 0.0} | parts
    return Evidence(query=query, texts=texts, **given)  # type: ignore[arg-type]


def test_the_best_clause_covers_a_share_of_the_weight() -> None:
    found = features(evidence("抵消 比例", "碳抵 消", "抵消的规定", "比例"), Corpus())
    assert found["terms_covered"] == pytest.approx(idf(9) / (idf(9) + idf(49)))
    assert found["terms_known"] == 1


def test_white_space_and_width_do_not_hide_a_term() -> None:
    assert features(evidence("抵消", "抵\n消"), Corpus())["terms_covered"] == 1
    assert features(evidence("ＣＣＥＲ", "用ccer"), Corpus())["terms_covered"] == 1


def test_what_the_corpus_lacks_weighs_most() -> None:
    found = features(evidence("抵消 上限", "抵消"), Corpus())
    assert found["terms_known"] == found["terms_covered"] == pytest.approx(idf(9) / (idf(9) + idf(0)))
    assert found["terms_known"] < 0.5


def test_clauses_past_the_first_five_are_not_looked_at() -> None:
    assert features(evidence("抵消", *["别的"] * 5, "抵消"), Corpus())["terms_covered"] == 0
    assert features(evidence("抵消", *["别的"] * 4, "抵消"), Corpus())["terms_covered"] == 1


def test_names_may_be_covered_by_different_clauses() -> None:
    names = ("抵消", "比例", "上限")
    found = features(evidence("抵消比例上限", "抵消", "比例", names=names, uncovered=("上限",)), Corpus())
    assert found["names_covered"] == pytest.approx((idf(9) + idf(49)) / (idf(9) + idf(49) + idf(0)))
    assert found["names_unknown"] == 1
    assert features(evidence("问", uncovered=tuple("甲乙丙丁戊")), Corpus())["names_unknown"] == 3


def test_the_score_is_a_share_of_what_the_question_could_score() -> None:
    ideal = 2.2 * (idf(100) * 2 + idf(9) * 2)  # two single characters, the pair, the word
    found = features(evidence("抵消", words=("抵消",), score=ideal / 2, cosine=0.7), Corpus())
    assert found["score"] == pytest.approx(0.5)
    assert found["cosine"] == 0.7
    assert found["matched"] == pytest.approx(math.log(1 + ideal / 2 / (2.2 * idf(0))))


def test_a_question_without_a_term_has_no_share_of_anything() -> None:
    assert features(evidence("？！"), Corpus()) == dict.fromkeys(FEATURES, 0.0)


def test_a_model_is_written_and_read_and_gives_a_probability(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    AnswerableModel(dict.fromkeys(FEATURES, 0.0) | {"cosine": 2.0}, -1.0).write(path, {"cases": 3})
    model = AnswerableModel.read(path)
    values = dict.fromkeys(FEATURES, 1.0)
    assert model.probability(values) == pytest.approx(1 / (1 + math.exp(-1)))
    assert model.probability(values | {"cosine": 0.5}) == 0.5
    assert model.probability(values | {"cosine": 1e9}) == pytest.approx(1)


@pytest.mark.parametrize(
    "content", ["", "[]", '{"weights": {"cosine": 1}, "intercept": 0}', '{"intercept": 0}']
)
def test_weights_that_cannot_be_used_are_named(content: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SearchIndexError, match=r"weights.json 不是可读的可答性权重"):
        AnswerableModel.read(path)


def test_the_shipped_weights_tell_a_covered_question_from_a_foreign_one() -> None:
    model = AnswerableModel.read(WEIGHTS)
    covered = dict(zip(FEATURES, (0.9, 1.0, 1.0, 0.0, 0.6, 0.8, 2.5), strict=True))
    foreign = dict(zip(FEATURES, (0.1, 0.3, 0.1, 3.0, 0.1, 0.3, 0.5), strict=True))
    assert model.probability(covered) > 0.9
    assert model.probability(foreign) < 0.1
