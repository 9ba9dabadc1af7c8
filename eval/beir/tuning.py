"""Parameters by grid on the train split: nDCG@10 over a fixed sample of its questions, whole corpus.

The order: k1 and b for each set of terms; then, for the best set, the weight of a heading field, feedback and synonyms;
then the weights of fused channels. The shipped encoder was itself trained on train questions, so whatever is fused by a
weight from train trusts it more than new questions bear out; docs/retrieval.md says what that costs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import ir_measures
import numpy as np
from ir_measures import nDCG

from assistant.retrieval.progress import Progress
from eval.beir import fusion
from eval.beir.expansion import Feedback
from eval.beir.folder import JudgedQuestions
from eval.beir.fusion import Ranked
from eval.beir.keywords import Bm25s, FeedbackSearcher, SynonymSearcher
from eval.beir.measures import DEPTH
from eval.beir.postings import best_rows
from eval.beir.registry import SHIPPED_ENCODER, Vectors
from eval.beir.terms import TERM_SETS
from eval.beir.workshop import Workshop
from eval.steps import step

K1 = (0.4, 0.8, 1.2, 1.6, 2.0, 3.0)
B = (0.2, 0.4, 0.6, 0.75, 0.9)
FIELD_WEIGHTS = (0.1, 0.25, 0.5, 1.0)
FEEDBACK = tuple(
    Feedback(n, terms, share) for n in (5, 10) for terms in (10, 30) for share in (0.1, 0.3, 0.5)
)
SYNONYM_WEIGHTS = (0.1, 0.3, 1.0)
SCORE_WEIGHTS = (0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
SAMPLE = 400

_SEED = 4
_TOP = 10
_NEGATIVES = 30  # a question's wrong passages that calibration learns from

Search = Callable[[str], Ranked]


class Tuner:
    """Scores configurations on a sample of train questions."""

    def __init__(
        self, train: JudgedQuestions, workshop: Workshop, progress: Progress, sample: int = SAMPLE
    ) -> None:
        """`workshop` holds train's passages; what is tuned goes into its `tuned`, for what is tuned after it."""
        asked = sorted(train.gold)
        self._asked = random.Random(_SEED).sample(asked, min(sample, len(asked)))
        self._train, self._workshop, self._progress = train, workshop, progress
        self._ids = [passage.id for passage in workshop.passages]
        self._qrels = {one: dict(train.gold[one]) for one in self._asked}

    def tune(self) -> dict[str, Any]:
        """Everything that `Workshop.tuned` holds, with the grids it was chosen from."""
        found: dict[str, Any] = {"questions": len(self._asked), "measure": "train nDCG@10", "bm25": {}}
        self._workshop.tuned = found
        for terms in TERM_SETS:
            found["bm25"][terms] = self._parameters(terms)
        best = max(TERM_SETS, key=lambda terms: found["bm25"][terms]["value"])
        found["keyword"] = best
        found["field"] = self._field(best)
        found["feedback"] = self._feedback(best)
        found["synonyms"] = self._synonyms(best)
        found["fusion"] = self._fusion(best)
        return found

    def _parameters(self, terms: str) -> dict[str, Any]:
        postings = self._workshop.postings(terms, 1, 1)
        queries = {
            one: self._workshop.query_columns(terms, self._train.questions[one]) for one in self._asked
        }
        grid = []
        with step(self._progress, f"k1、b：{terms}", len(K1) * len(B)):
            for k1 in K1:
                for b in B:
                    weighed = postings.weighed(k1, b)
                    run = {one: best_rows(weighed.scores(query), _TOP) for one, query in queries.items()}
                    grid.append({"k1": k1, "b": b, "value": self._value(run)})
                    self._progress.advance()
        return {**_best(grid), "grid": grid}

    def _field(self, terms: str) -> dict[str, Any]:
        parameters = self._workshop.tuned["bm25"][terms]
        text = self._workshop.postings(terms, 0, 1).weighed(parameters["k1"], parameters["b"])
        heading = self._workshop.postings(terms, 1, 0).weighed(parameters["k1"], parameters["b"])
        queries = {
            one: self._workshop.query_columns(terms, self._train.questions[one]) for one in self._asked
        }
        both = {one: (text.scores(query), heading.scores(query)) for one, query in queries.items()}
        grid = []
        for weight in FIELD_WEIGHTS:
            run = {
                one: best_rows(first + np.float32(weight) * second, _TOP)
                for one, (first, second) in both.items()
            }
            grid.append({"weight": weight, "value": self._value(run)})
        return {**_best(grid), "grid": grid}

    def _feedback(self, terms: str) -> dict[str, Any]:
        searcher = FeedbackSearcher(terms, self._workshop, FEEDBACK[0])
        grid = []
        with step(self._progress, "相关反馈", len(FEEDBACK)):
            for plan in FEEDBACK:
                value = self._value(self._run(lambda query, plan=plan: searcher.search(query, _TOP, plan)))  # type: ignore[misc]
                grid.append(
                    {"passages": plan.passages, "terms": plan.terms, "share": plan.share, "value": value}
                )
                self._progress.advance()
        return {**_best(grid), "grid": grid}

    def _synonyms(self, terms: str) -> dict[str, Any]:
        searcher = SynonymSearcher(terms, self._workshop, 0.0)
        grid = []
        for weight in SYNONYM_WEIGHTS:
            value = self._value(self._run(lambda query, weight=weight: searcher.search(query, _TOP, weight)))  # type: ignore[misc]
            grid.append({"weight": weight, "value": value})
        return {**_best(grid), "grid": grid}

    def _fusion(self, terms: str) -> dict[str, Any]:
        keywords = Bm25s(terms).build(self._workshop)
        vectors = Vectors(SHIPPED_ENCODER).build(self._workshop)
        pairs: dict[str, tuple[Ranked, Ranked]] = {}
        with step(self._progress, "融合", len(self._asked)):
            for one in self._asked:
                query = self._train.questions[one]
                pairs[one] = (keywords.search(query, DEPTH), vectors.search(query, DEPTH))
                self._progress.advance()
        found: dict[str, Any] = {}
        for scale in fusion.SCALES:
            grid = []
            for weight in SCORE_WEIGHTS:
                run = {one: fusion.by_score(*pair, scale, weight)[:_TOP] for one, pair in pairs.items()}
                grid.append({"weight": weight, "value": self._value(run)})
            found[scale] = {**_best(grid), "grid": grid}
        found["calibrated"] = self._calibrated(pairs)
        return found

    def _calibrated(self, pairs: Mapping[str, tuple[Ranked, Ranked]]) -> dict[str, Any]:
        from sklearn.linear_model import LogisticRegression

        chance = random.Random(_SEED)
        rows: list[Sequence[float]] = []
        labels: list[bool] = []
        for one, pair in pairs.items():
            features = fusion.calibration_features(*pair)
            gold = self._train.gold[one]
            wrong = [row for row in features if self._ids[row] not in gold]
            kept = set(chance.sample(wrong, min(_NEGATIVES, len(wrong))))
            for row, values in features.items():
                if row in kept or self._ids[row] in gold:
                    rows.append(values)
                    labels.append(self._ids[row] in gold)
        table = np.array(rows)
        mean, width = table.mean(axis=0), table.std(axis=0) + 1e-9
        model = LogisticRegression(max_iter=1000).fit((table - mean) / width, labels)
        weights = model.coef_[0] / width
        fitted = fusion.Calibration(tuple(map(float, weights)), float(model.intercept_[0] - weights @ mean))
        run = {one: fitted.fused(*pair)[:_TOP] for one, pair in pairs.items()}
        return {"weights": list(fitted.weights), "intercept": fitted.intercept, "value": self._value(run)}

    def _run(self, search: Search) -> dict[str, Ranked]:
        return {one: search(self._train.questions[one]) for one in self._asked}

    def _value(self, run: Mapping[str, Ranked]) -> float:
        scored = {
            one: {self._ids[row]: float(len(ranked) - rank) for rank, (row, _) in enumerate(ranked)}
            or {"": 0.0}
            for one, ranked in run.items()
        }
        return round(float(ir_measures.calc_aggregate([nDCG @ _TOP], self._qrels, scored)[nDCG @ _TOP]), 4)


def _best(grid: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """The first of the best rows."""
    return max(grid, key=lambda row: float(row["value"]))
