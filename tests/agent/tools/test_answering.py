"""Whether what was found answers: what is lacking, and the probability that comes of it."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.agent.tools.answering import FEATURES, AnsweringModel, Lacks, features, lacking
from assistant.agent.tools.passages import Passage
from assistant.agent.tools.sentence_features import Question
from assistant.documents.library import Library
from assistant.retrieval.asking import asks_of

CAP = "fujian-zero-carbon-factory#第八条/（二）"


def question(text: str, **told: Any) -> Question:
    return Question(text, asks_of(text), **told)


def passage(library: Library, address: str = CAP, coverage: float = 0.6) -> Passage:
    clause = library.clause(address)
    return Passage(clause, clause.text, 0, 1.0, 0.9, coverage, {"抵消": 0.4}, 0.3)


def test_a_decisive_word_must_stand_where_the_answer_is(corpus_library: Library) -> None:
    found = [passage(corpus_library)]
    asked = question("抵消的碳汇收盘价和基准期")
    assert lacking(asked, found, ("收盘价", "基准期", "厅长"), None, None).words == ("收盘价",)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2035年的碳削减率要达到多少", ("2035",)),
        ("2021年的碳削减率要达到多少", ()),
        ("2035年谁来核查", ()),
        ("碳削减率2035年要达到100%，对吧", ()),
    ],
)
def test_a_year_is_lacking_where_an_amount_is_asked_for_it(
    text: str, years: tuple[str, ...], corpus_library: Library
) -> None:
    assert lacking(question(text), [passage(corpus_library)], (), None, None).years == years


def test_money_is_lacking_where_the_clause_has_none(corpus_library: Library) -> None:
    assert lacking(question("买碳汇要多少钱"), [passage(corpus_library)], (), None, None).money
    assert not lacking(question("买碳汇要买多少"), [passage(corpus_library)], (), None, None).money


NOTHING_LACKS = Lacks()


def values(library: Library, lacks: Lacks = NOTHING_LACKS, **told: Any) -> dict[str, float]:
    given = {"corpus": 0.5, "strange": 0.1, "named": False, "signals": {}} | told
    return features(question("抵消上限是多少"), [passage(library)], lacks, **given)


def test_every_feature_has_a_value_and_nothing_found_has_none(corpus_library: Library) -> None:
    assert set(values(corpus_library)) == set(FEATURES)
    nothing = features(question("甲"), [], Lacks(), 0.5, 0.1, True, {})
    assert nothing == dict.fromkeys(FEATURES, 0.0)


@pytest.mark.parametrize(
    "lacks",
    [
        Lacks(place="浙江"),
        Lacks(document="GB/T 24067"),
        Lacks(words=("收盘价",)),
        Lacks(money=True),
        Lacks(years=("2035",)),
    ],
)
def test_each_lack_alone_speaks_against_an_answer_by_the_shipped_weights(
    lacks: Lacks, corpus_library: Library
) -> None:
    model = AnsweringModel.shipped()
    plain = values(corpus_library, named=True, signals={"limit": 1.0})
    lacking_one = values(corpus_library, lacks, named=True, signals={"limit": 1.0})
    assert model.probability(plain) >= model.answers_from
    odds = [chance / (1 - chance) for chance in map(model.probability, (plain, lacking_one))]
    assert odds[1] < odds[0] / 7


def test_what_the_rule_books_bind_to_the_question_speaks_for_an_answer(corpus_library: Library) -> None:
    model = AnsweringModel.shipped()
    assert set(model.weights) <= set(FEATURES)
    bound, free = values(corpus_library, signals={"limit": 1.0}), values(corpus_library)
    assert (bound["subject"], free["subject"]) == (1.0, 0.0)
    assert model.probability(bound) > model.probability(free)
