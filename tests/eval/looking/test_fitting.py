"""Fitting which sentence answers and whether any does, on searches made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant.agent.tools import answering
from assistant.agent.tools.passages import Examined, SentenceModel
from assistant.agent.tools.searching import Searched
from assistant.agent.tools.sentence_features import FEATURES, ClauseParts, Question
from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from eval.looking.collecting import Collected
from eval.looking.fitting import (
    Weighed,
    answering_model,
    by_author,
    operating_point,
    out_of_author,
    right_both_ways,
    sentence_figures,
    sentence_model,
    sentence_weights,
    sharpness,
    shown,
)

OWN, COSINE = (FEATURES.index(name) for name in ("own", "cosine"))
ZERO = "fujian-zero-carbon-factory"


def collected(
    library: Library, identity: str, rows: Sequence[tuple[float, float]], best: int, answered: bool = True
) -> Collected:
    """A search that found so many clauses of one sentence each, with these values of `own` and `cosine`."""
    clauses = [one for one in library.clauses(ZERO) if one.kind is ClauseKind.ITEM][: len(rows)]
    parts = [ClauseParts.of(one, library.policies[ZERO]) for one in clauses]
    table = np.zeros((len(rows), len(FEATURES)))
    for at, (own, cosine) in enumerate(rows):
        table[at, OWN], table[at, COSINE] = own, cosine
    positive = np.arange(len(rows)) == best
    return Collected(
        identity,
        "lookup",
        Searched(Question("甲"), (), {}, 0.5, False),
        Examined([(at, one, 0) for at, one in enumerate(parts)], table, [0.5] * len(rows), lambda _: {}),
        positive,
        positive[None, :],
        answered,
    )


def separable(library: Library, count: int = 24) -> list[Collected]:
    """The answer is where own - cosine is greatest; two authors."""
    random = np.random.default_rng(1)
    made = []
    for number in range(count):
        values = random.uniform(size=(5, 2))
        best = int((values[:, 0] - values[:, 1]).argmax())
        rows = [(float(own), float(cosine)) for own, cosine in values]
        made.append(collected(library, f"{'ab'[number % 2]}{number:03}", rows, best))
    return made


def test_what_tells_the_answer_is_found(corpus_library: Library) -> None:
    searches = separable(corpus_library)
    weights = sentence_weights(searches)
    assert weights[OWN] > 0 > weights[COSINE]
    assert set(sentence_model(weights).weights) == {"own", "cosine"}
    figures = sentence_figures(searches, by_author(searches, weights))
    assert figures["sentence@1"] > 0.8
    assert figures["clause@3"] >= figures["clause@2"] >= figures["clause@1"]


def test_an_author_is_left_out_of_the_model_that_meets_it(corpus_library: Library) -> None:
    """Author b says the opposite of author a: each is met by the other's model and always wrong."""
    rows = [(1.0, 0.0), (0.0, 1.0)]
    searches = [collected(corpus_library, f"a{n}", rows, 0) for n in range(4)]
    searches += [collected(corpus_library, f"b{n}", rows, 1) for n in range(4)]
    figures = sentence_figures(searches, by_author(searches, sentence_weights(searches)))
    assert figures["sentence@1"] == 0.0


def test_of_several_searches_of_a_question_none_teaches(corpus_library: Library) -> None:
    searches = separable(corpus_library)
    again = [*searches, *(collected(corpus_library, "c1", [(0.0, 1.0), (1.0, 0.0)], 0) for _ in range(2))]
    assert np.allclose(sentence_weights(again), sentence_weights(searches))


def test_models_that_are_surely_right_are_sharper(corpus_library: Library) -> None:
    right = [collected(corpus_library, f"a{n}", [(1.0, 0.0), (0.0, 0.0)], 0) for n in range(8)]
    mixed = [collected(corpus_library, f"a{n}", [(1.0, 0.0), (0.0, 0.0)], n % 2) for n in range(8)]
    models = {"a": SentenceModel({"own": 2.0})}
    assert sharpness(right, models) > sharpness(mixed, models)
    sure, unsure = ({"a": SentenceModel({"own": 2.0}, sharp)} for sharp in (2.0, 0.5))
    assert shown(right, sure) == (1.0, 1.0)
    assert shown(mixed, unsure) == (1.0, 2.0)


def weighed(library: Library, identity: str, answered: bool, **values: float) -> Weighed:
    one = collected(library, identity, [(1.0, 0.0)], 0, answered)
    return Weighed(one, dict.fromkeys(answering.FEATURES, 0.0) | values)


def test_answering_is_learned_and_both_outcomes_count_alike(corpus_library: Library) -> None:
    rows = [weighed(corpus_library, f"{'ab'[n % 2]}{n}", True, coverage=0.8 + n / 100) for n in range(20)]
    rows += [weighed(corpus_library, f"{'ab'[n % 2]}9{n}", False, coverage=0.2, place=1.0) for n in range(4)]
    model = answering_model(rows)
    assert model.weights["coverage"] > 0 > model.weights["place"]
    assert "place" not in answering_model(rows, ["place"]).weights
    found = out_of_author(rows)
    threshold = operating_point(rows, found)
    assert right_both_ways(rows, found, threshold) == (1.0, 1.0)
    assert right_both_ways(rows, found, 0.0) == (0.0, 1.0)
    assert right_both_ways(rows, found, 1.0) == (1.0, 0.0)


def test_a_clause_of_the_corpus_is_cut_for_the_features(corpus_library: Library) -> None:
    clause: Clause = corpus_library.clause(f"{ZERO}#第八条/（二）")
    parts = ClauseParts.of(clause, corpus_library.policies[ZERO])
    assert parts.region == "福建省"
    assert "第八条" in parts.headings
    assert parts.sentences[0].percent
