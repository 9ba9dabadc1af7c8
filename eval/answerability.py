"""How well the corpus's own signs tell a question that it answers from one that it does not.

Cases, each a question, a corpus and whether the corpus answers it:

- the product's questions of one turn over the policies: those with gold clauses that may not be refused, and those
  that only a refusal answers;
- STARD questions over the policies: none is answered;
- STARD questions over STARD: answered over the whole corpus, not answered once every article of the gold laws is gone
  (neighbouring laws often say the same, so this is a hard and partly wrong label);
- the product's questions over STARD: scores are told, no label is claimed.

Fitted on, in folds by question: product dev, and STARD train over the policies. Product test and STARD dev give the figures.
STARD train over STARD is left out of the fit: the shipped encoder was trained on those very pairs, so their cosines are
those of answered questions as no new question's are.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.documents.library import Library
from assistant.retrieval.answerable import DEPTH, FEATURES, AnswerableModel, Evidence, features
from assistant.retrieval.coverage import Coverage
from assistant.retrieval.entries import IndexSource
from assistant.retrieval.progress import Progress
from eval.beir.folder import JudgedQuestions, Passage
from eval.beir.keywords import keyword_index
from eval.beir.registry import SHIPPED_ENCODER
from eval.beir.terms import KINDS
from eval.beir.workshop import Workshop
from eval.metrics import mean
from eval.questions import Question
from eval.ranking.priors import policy_of
from eval.steps import step

SAMPLE = 500
FOLDS = 5
BINS = 5

_SEED = 4
_DEEP = 400  # hits that are looked through when laws are taken out
_FIELD_KINDS = {"characters": ("single", "pair", "run"), "words": ("word",)}


@dataclass(frozen=True)
class Case:
    """A question over a corpus. `answerable` is None where nothing is claimed; `without` are laws taken out."""

    id: str
    group: str
    corpus: str
    query: str
    answerable: bool | None
    without: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Scored:
    """A case and its features."""

    case: Case
    values: Mapping[str, float]


def product_cases(questions: Sequence[Question], split: str) -> list[Case]:
    """Questions of one turn whose answerability is beyond doubt, over the policies."""
    cases = []
    for question in (one for one in questions if len(one.turns) == 1):
        if question.expect.must_refuse:
            cases.append(Case(question.id, f"product {split}", "policies", question.turns[0], False))
        elif question.expect.must_answer and question.expect.gold:
            cases.append(Case(question.id, f"product {split}", "policies", question.turns[0], True))
    return cases


def foreign_cases(judged: JudgedQuestions, most: int | None = None) -> list[Case]:
    """Public questions, or a sample of so many, over the policies."""
    asked = sorted(judged.gold)
    if most is not None and most < len(asked):
        asked = random.Random(_SEED).sample(asked, most)
    group = f"public {judged.split} over the policies"
    return [Case(one, group, "policies", judged.questions[one], False) for one in asked]


def statute_cases(judged: JudgedQuestions) -> list[Case]:
    """Public questions over their own corpus, and over it without the gold laws."""
    laws = {passage.id: policy_of(passage) for passage in judged.passages}
    group = f"public {judged.split}, whole or without the gold laws"
    cases = []
    for one, query in judged.questions.items():
        gone = frozenset(laws[passage] for passage in judged.gold[one])
        cases += [
            Case(one, group, "statutes", query, True),
            Case(one, group, "statutes", query, False, gone),
        ]
    return cases


class Examined:
    """A corpus with the product's channels over it."""

    def __init__(self, workshop: Workshop) -> None:
        """Index the workshop's passages; the folder of the index goes with this object."""
        self._workshop = workshop
        self._laws = np.array([policy_of(passage) for passage in workshop.passages])
        self._texts = [f"{passage.heading} {passage.text}" for passage in workshop.passages]
        self._folder = tempfile.TemporaryDirectory(prefix="tiaowen-lexical-")
        self._lexical = keyword_index(Path(self._folder.name), workshop)
        self._coverage = Coverage(self._lexical, workshop.words)
        self._encoder, self._vectors = workshop.encoded(SHIPPED_ENCODER)
        tables = workshop.corpus.tables
        self._held = {kind: ((tables[kind].heading + tables[kind].text) > 0).tocsc() for kind in KINDS}

    def values(self, query: str, without: frozenset[str] = frozenset()) -> dict[str, float]:
        """Features of a question, as if the articles of some laws were not there.

        Names that the corpus lacks are looked for in all of it: those laws' own words count as known.
        """
        kept = self.kept(without)
        words = self._workshop.words
        hits = self._lexical.search(query, _DEEP if without else DEPTH)
        best = [(row, score) for row, score in hits if kept[row]][:DEPTH]
        cosines = self._vectors @ self._encoder.encode_queries([query])[0]
        evidence = Evidence(
            query=query,
            words=words.search_words(query),
            names=words.names(query),
            uncovered=self._coverage.uncovered(query),
            texts=[self._texts[row] for row, _ in best],
            score=best[0][1] if best else 0.0,
            cosine=float(cosines[kept].max(initial=0.0)),
        )
        return features(evidence, _Frequencies(self, kept))

    def kept(self, without: frozenset[str]) -> NDArray[np.bool_]:
        """Which passages stand in none of these laws."""
        return ~np.isin(self._laws, list(without)) if without else np.ones(len(self._texts), dtype=bool)

    def doc_freq(self, field: str, term: str, kept: NDArray[np.bool_]) -> int:
        """Kept passages with the term."""
        tables = self._workshop.corpus.tables
        for kind in _FIELD_KINDS[field]:
            column = tables[kind].vocabulary.get(term)
            if column is not None:
                held = self._held[kind]
                return int(kept[held.indices[held.indptr[column] : held.indptr[column + 1]]].sum())
        return 0


class _Frequencies:
    def __init__(self, corpus: Examined, kept: NDArray[np.bool_]) -> None:
        self._corpus, self._kept, self._count = corpus, kept, int(kept.sum())

    def __len__(self) -> int:
        return self._count

    def text_freq(self, term: str) -> int:
        return self._corpus.doc_freq("characters", term, self._kept)

    def word_freq(self, word: str) -> int:
        return self._corpus.doc_freq("words", word, self._kept)


def policy_passages(corpus: Path) -> list[Passage]:
    """Clauses of the product's corpus."""
    return [
        Passage(one.address, one.context, one.text) for one in IndexSource.of(Library.load(corpus)).entries
    ]


def scored(cases: Sequence[Case], corpora: Mapping[str, Examined], progress: Progress) -> list[Scored]:
    """Features of every case."""
    rows = []
    with step(progress, "可答性特征", len(cases)):
        for case in cases:
            rows.append(Scored(case, corpora[case.corpus].values(case.query, case.without)))
            progress.advance()
    return rows


def fitted(rows: Sequence[Scored]) -> AnswerableModel:
    """Logistic regression in which both labels of each group weigh the same, whatever their numbers."""
    from sklearn.linear_model import LogisticRegression

    table, labels, weights = _table(rows), _labels(rows), _weights(rows)
    center = np.average(table, axis=0, weights=weights)
    width = np.sqrt(np.average((table - center) ** 2, axis=0, weights=weights)) + 1e-9
    model = LogisticRegression(max_iter=1000).fit((table - center) / width, labels, sample_weight=weights)
    slopes = model.coef_[0] / width
    return AnswerableModel(
        {name: round(float(slope), 6) for name, slope in zip(FEATURES, slopes, strict=True)},
        round(float(model.intercept_[0] - slopes @ center), 6),
    )


def out_of_fold(rows: Sequence[Scored]) -> list[float]:
    """Each case's probability by a model that saw no case of the same question."""
    asked = sorted({row.case.id for row in rows})
    random.Random(_SEED).shuffle(asked)
    fold = {one: place % FOLDS for place, one in enumerate(asked)}
    found = [0.0] * len(rows)
    for held in range(FOLDS):
        model = fitted([row for row in rows if fold[row.case.id] != held])
        for place, row in enumerate(rows):
            if fold[row.case.id] == held:
                found[place] = model.probability(row.values)
    return found


def figures(labels: Sequence[bool], probabilities: Sequence[float], threshold: float = 0.5) -> dict[str, Any]:
    """AUC, precision and recall of "answerable" and of "not answerable" at the threshold, calibration in BINS bins.

    Cases of the two labels weigh the same in the calibration, as they did in the fit. `auc` is None for one label alone.
    """
    from sklearn.metrics import roc_auc_score

    truth, given = np.array(labels, dtype=bool), np.array(probabilities)
    said = given >= threshold
    both = bool(truth.any() and not truth.all())
    weights = np.where(truth, 1 / max(truth.sum(), 1), 1 / max((~truth).sum(), 1))
    bins, error = _bins(truth, given, weights)
    return {
        "cases": len(labels),
        "answerable": int(truth.sum()),
        "auc": float(roc_auc_score(truth, given)) if both else None,
        "precision": _ratio(said & truth, said),
        "recall": _ratio(said & truth, truth),
        "refusal_precision": _ratio(~said & ~truth, ~said),
        "refusal_recall": _ratio(~said & ~truth, ~truth),
        "ece": error if both else None,
        "bins": bins,
    }


def feature_aucs(rows: Sequence[Scored]) -> dict[str, float]:
    """AUC of each feature alone (names_unknown the other way round), as scorers."""
    from sklearn.metrics import roc_auc_score

    table, labels = _table(rows), _labels(rows)
    signs = {"names_unknown": -1.0}
    return {
        name: float(roc_auc_score(labels, signs.get(name, 1.0) * table[:, column]))
        for column, name in enumerate(FEATURES)
    }


def by_group(rows: Sequence[Scored]) -> dict[str, list[int]]:
    """Places of the cases of each group."""
    groups: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(row.case.group, []).append(place)
    return groups


def _bins(
    truth: NDArray[np.bool_], given: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[list[dict[str, float | int | None]], float]:
    places = np.minimum((given * BINS).astype(int), BINS - 1)
    rows: list[dict[str, float | int | None]] = []
    error = 0.0
    for place in range(BINS):
        inside = places == place
        weight = float(weights[inside].sum())
        told = float((given[inside] * weights[inside]).sum() / weight) if weight else None
        true = float((truth[inside] * weights[inside]).sum() / weight) if weight else None
        if told is not None and true is not None:
            error += weight / float(weights.sum()) * abs(told - true)
        rows.append({"from": place / BINS, "cases": int(inside.sum()), "told": told, "true": true})
    return rows, error


def _ratio(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float | None:
    return mean(part[whole].astype(float))


def _table(rows: Sequence[Scored]) -> NDArray[np.float64]:
    return np.array([[row.values[name] for name in FEATURES] for row in rows])


def _labels(rows: Sequence[Scored]) -> NDArray[np.bool_]:
    return np.array([bool(row.case.answerable) for row in rows])


def _weights(rows: Sequence[Scored]) -> NDArray[np.float64]:
    """Both labels weigh the same over all, and within a label each group the same."""
    cells = [(row.case.group, row.case.answerable) for row in rows]
    groups = {label: len({group for group, own in cells if own == label}) for label in (True, False)}
    counts = {cell: cells.count(cell) for cell in set(cells)}
    return np.array([1000.0 / counts[cell] / groups[bool(cell[1])] for cell in cells])
