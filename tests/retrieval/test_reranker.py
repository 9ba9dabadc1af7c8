"""The reranker: each feature by hand on small clauses, and what the weights make of them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping

import numpy as np
import pytest

from assistant.retrieval import reranker
from assistant.retrieval.entries import Entry
from assistant.retrieval.reranker import FEATURES, ClauseTerms, Found, QuestionTerms, Ranking

PLACE = "青山市古茶树保护办法 第四条"


def clause(text: str, context: str = PLACE) -> ClauseTerms:
    return ClauseTerms(Entry("tea#第四条", "tea", context, text))


def found(terms: ClauseTerms | str, **given: float | None) -> Found:
    own = clause(terms) if isinstance(terms, str) else terms
    values: dict[str, float | None] = {
        "lexical": 1.0,
        "cosine": 0.0,
        "lexical_rank": None,
        "vector_rank": None,
    }
    values.update(given)
    return Found(own, "tea", **values)  # type: ignore[arg-type]


def asked(question: str, weight: Mapping[str, float] | Callable[[str], float] | None = None) -> QuestionTerms:
    """A question; every pair weighs 1 where nothing else is said."""
    if weight is None:
        return QuestionTerms(question, lambda _: 1.0)
    return QuestionTerms(question, weight if callable(weight) else lambda term: weight.get(term, 0.0))


def features(question: QuestionTerms, *clauses: Found, ranking: Ranking | None = None) -> dict[str, float]:
    """Of the first of `clauses`."""
    row = (ranking or Ranking({})).features(question, clauses)[0]
    return dict(zip(FEATURES, row.tolist(), strict=True))


def test_shares_are_of_the_best_sentence_of_the_place_and_of_the_rest_and_do_not_overlap() -> None:
    # 古茶 and 茶树 stand above; 采摘 摘鲜 鲜叶 in the second sentence, 鲜叶 also in the first; 罚款 in the third; 登记 nowhere.
    terms = clause("鲜叶应当分级。采摘鲜叶不得超过两次。违者罚款。")
    got = features(asked("古茶树 采摘鲜叶 罚款 登记"), found(terms))
    # Pairs: 古茶 茶树 采摘 摘鲜 鲜叶 罚款 登记.
    assert got["sentence"] == pytest.approx(3 / 7)
    assert got["place"] == pytest.approx(2 / 7)
    assert got["rest"] == pytest.approx(1 / 7)
    assert got["covered"] == pytest.approx(6 / 7)
    assert got["title"] == pytest.approx(2 / 7)


def test_what_the_sentence_says_again_does_not_count_for_the_place() -> None:
    got = features(asked("古茶树采摘"), found("古茶树采摘须登记。"))
    # Pairs: 古茶 茶树 树采 采摘; the first two stand above and in the sentence.
    assert (got["sentence"], got["place"], got["rest"], got["covered"]) == (1.0, 0.0, 0.0, 1.0)
    assert got["title"] == pytest.approx(0.5)


def test_what_the_place_says_does_not_count_for_the_rest() -> None:
    got = features(asked("采摘鲜叶 古茶树"), found("采摘鲜叶两次。古茶树挂牌。"))
    assert got["sentence"] == pytest.approx(3 / 5)
    assert got["place"] == pytest.approx(2 / 5)
    assert got["rest"] == 0.0
    assert got["covered"] == 1.0


def test_pairs_count_by_their_weight_and_unknown_ones_not_at_all() -> None:
    weights = {"采摘": 3.0, "鲜叶": 1.0}  # 摘鲜 and 汇率 stand nowhere
    question = asked("采摘鲜叶 汇率", weights)
    assert dict(question.weights) == weights
    assert features(question, found("采摘须登记。"))["sentence"] == pytest.approx(3 / 4)
    # The best sentence is the one that holds most weight, not most pairs.
    several = asked("采摘 挂牌普查", {"采摘": 3.0, "挂牌": 1.0, "牌普": 1.0, "普查": 0.5})
    assert features(several, found("挂牌普查。采摘。"))["sentence"] == pytest.approx(3 / 5.5)


def test_a_question_of_unknown_words_covers_nothing_and_divides_by_nothing() -> None:
    got = features(asked("汇率", {}), found("采摘鲜叶。"))
    assert [got[name] for name in ("sentence", "place", "rest", "covered", "title")] == [0.0] * 5


def test_asking_words_are_no_part_of_the_question() -> None:
    assert asked("请问一下，采摘有没有规定？").weights.keys() == {"采摘"}


def test_ranks_scores_and_cosines_are_told() -> None:
    one = found("采摘。", lexical=4.0, cosine=0.25, lexical_rank=1, vector_rank=10)
    other = found("鲜叶。", lexical=8.0, lexical_rank=None, vector_rank=None)
    got = features(asked("采摘"), one, other)
    assert got["lexical"] == 0.5
    assert (got["lexical_rank"], got["vector_rank"], got["cosine"]) == (10 / 11, 10 / 20, 0.25)
    rows = Ranking({}).features(asked("采摘"), [one, other])
    assert rows[1, FEATURES.index("lexical")] == 1.0
    assert rows[1, FEATURES.index("lexical_rank")] == rows[1, FEATURES.index("vector_rank")] == 0.0


def test_no_keyword_score_at_all_is_none_not_an_error() -> None:
    assert features(asked("采摘"), found("采摘。", lexical=0.0, vector_rank=1))["lexical"] == 0.0


def test_length() -> None:
    assert features(asked("采摘"), found("一二三四五。"))["length"] == pytest.approx(math.log(7) / 6)


@pytest.mark.parametrize(
    ("feature", "question", "text", "value"),
    [
        ("definition", "古茶树是什么意思", "本办法所称古茶树，是指树龄一百年以上的茶树。", 1.0),
        ("definition", "古茶树一百年", "本办法所称古茶树，是指树龄一百年以上的茶树。", 0.0),
        ("definition", "古茶树是什么意思", "古茶树应当挂牌。", 0.0),
        ("when", "采摘什么时候开始", "采摘自2024年5月1日开始。", 1.0),
        ("when", "采摘什么时候开始", "采摘开始须登记。", 0.0),
        ("when", "采摘怎样开始", "采摘自2024年5月1日开始。", 0.0),
        ("when", "采摘什么时候开始", "采摘开始须登记。期限另定。", 0.0),  # not the best sentence
        ("amount", "采摘多少吨", "采摘不超过5万吨。", 1.0),
        ("amount", "采摘多少吨", "采摘不超过5家。", 0.5),
        ("amount", "采摘多少吨", "采摘须登记。", 0.0),
        ("amount", "采摘几家", "采摘者 12 家。", 1.0),
        ("amount", "采摘归哪里管", "采摘不超过5万吨。", 0.0),
        ("amount", "采摘多少吨", "采摘须登记。另有5万吨。", 0.0),  # not the best sentence
        ("points", "采摘得多少分", "采摘得5分。", 1.0),
        ("points", "采摘得多少分", "采摘须登记。", 0.0),
        ("points", "采摘多少", "采摘得5分。", 0.0),
        ("figures", "采摘多少次", "采摘须登记。另有5次。", 1.0),
        ("figures", "采摘多少次", "采摘两次。", 0.0),
        ("figures", "采摘归哪里管", "采摘5次。", 0.0),
        ("lead_in", "采摘", "采摘应当符合下列条件：", 1.0),
        ("lead_in", "采摘", "采摘应当符合下列条件： ", 1.0),
        ("lead_in", "采摘", "采摘：每年两次。", 0.0),
        ("lead_in", "采摘", "采摘须登记。鲜叶包括：", 0.0),  # not the best sentence
    ],
)
def test_what_is_asked_for_and_what_the_clause_has(
    feature: str, question: str, text: str, value: float
) -> None:
    assert features(asked(question), found(text))[feature] == value


def test_full_width_figures_are_read() -> None:
    assert features(asked("采摘多少吨"), found("采摘不超过５吨。"))["amount"] == 1.0


def test_a_clause_without_a_sentence_is_one() -> None:
    assert clause("。").sentences == ["。"]
    assert features(asked("采摘"), found("。"))["covered"] == 0.0


def test_priors_are_those_of_the_policy() -> None:
    assert features(asked("采摘"), found("采摘。"), ranking=Ranking({}, {"tea": 0.4}))["prior"] == 0.4
    assert features(asked("采摘"), found("采摘。"), ranking=Ranking({}, {"bus": 0.4}))["prior"] == 0.0


def test_scores_are_the_weighted_features_and_signals() -> None:
    ranking = Ranking({"sentence": 2.0, "cosine": 4.0, "reference": 8.0, "other_policy": -1.0})
    pair = [found("采摘。", cosine=0.5), found("挂牌。", cosine=0.25)]
    assert ranking.scores(asked("采摘"), pair).tolist() == [4.0, 1.0]
    signals: list[Mapping[str, float]] = [
        {},
        {"reference": 0.5, "other_policy": 1.0, "nobody_weighs_this": 9.0},
    ]
    assert ranking.scores(asked("采摘"), pair, signals).tolist() == [4.0, 4.0]
    assert ranking.scores(asked("采摘"), []).shape == (0,)


def test_the_vector_follows_the_names_given() -> None:
    ranking = Ranking({"b": 2.0, "a": 1.0})
    assert ranking.vector(("a", "none", "b")).tolist() == [1.0, 0.0, 2.0]
    values = {name: float(number) for number, name in enumerate(FEATURES)}
    assert np.array_equal(Ranking(values).vector(FEATURES), np.arange(len(FEATURES)))


def test_the_shipped_weights_are_of_features_that_there_are() -> None:
    from assistant.search.pointers import SIGNALS

    shipped = Ranking.shipped()
    assert shipped.weights.keys() <= {*FEATURES, *SIGNALS}
    assert any(shipped.weights.values())
    assert all(math.isfinite(value) for value in shipped.weights.values())
    assert json.dumps(dict(shipped.weights))  # plain numbers


def test_equal_clauses_score_the_same_whatever_order_their_pairs_come_in() -> None:
    """Sums of a set must not depend on how it happens to be laid out."""
    words = [chr(0x4E00 + 37 * number) * 2 for number in range(60)]
    weights = {word: 0.1 + 1 / (3 + number) for number, word in enumerate(words)}
    forward, back = clause("，".join(words) + "。"), clause("，".join(reversed(words)) + "。")
    question = asked(" ".join(words), weights)
    everything = features(question, found(forward))
    assert everything["sentence"] == features(question, found(back))["sentence"] == 1.0
    assert reranker.Ranking({"covered": 1.0}).scores(question, [found(forward), found(back)]).tolist() == [
        1.0,
        1.0,
    ]
