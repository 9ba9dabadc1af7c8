"""Whether what a search found answers a question: a calibrated probability, and what exactly the corpus lacks.

Logistic regression over the features below, fitted by `python -m eval looking` on judged questions; the weights lie beside this
file in answering.json. What the corpus cannot answer by its kind (a price, a tax, another place, another document, a person
in office) shows in the features: words of corpus/lexicon.yaml that decide a question and do not stand where it is answered,
places and documents that no policy covers, names that the corpus never mentions, years that it has no text for.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from assistant.agent.tools.passages import Passage
from assistant.agent.tools.sentence_features import CONTACT, NAMING, Question
from assistant.retrieval.asking import Ask

WEIGHTS_FILE = "answering.json"
FEATURES = (
    "coverage",  # share of the question that the best passage's clause covers
    "coverage_near",  # the most that one of the first five covers
    "own",  # share of the question in the best sentence itself
    "chance",  # of the best clause among those found
    "cosine",  # of the question and the best sentence
    "cosine_near",  # the greatest of the first ten
    "corpus",  # log odds of retrieval/answerable.py
    "strange",  # share of the question's weight that the corpus does not hold
    "uncovered",  # names that the corpus never mentions, at most three
    "named",  # the question names a policy, a programme or a clause, or carries on one that did
    "subject",  # the best clause is one that the rule books bind to what the question names
    "place",  # a place that no policy found speaks for
    "document",  # a document that the corpus does not hold
    "undecided",  # words that decide the question and do not stand in the best clause, at most two
    "money",  # money is asked for, and the best clause has none
    "year",  # a year is asked for that no clause near has
    "contact",  # a contact is asked for, and the best sentence has one
    "points",  # points are asked for, and the best clause has some
    "heading",  # the best sentence only names something
    "words",  # how many pairs of content the question has, as a logarithm
)
MONEY = re.compile(r"多少(?:钱|块|元)|几(?:块|万块|千块|百块|毛)|多少万(?!吨|公顷|辆|家)")
SUBJECT = (
    "metric",
    "metric_also",
    "metric_topic",
    "limit",
    "fact",
    "qualifying",
    "reference",
    "validity",
    "front_matter",
)
_NEAR = 5
_LIMIT = 6.0


@dataclass(frozen=True)
class Lacks:
    """What a question asks about that the corpus does not have, where it can be told."""

    document: str | None = None
    place: str | None = None
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # that decide the question
    money: bool = False
    years: tuple[str, ...] = ()


@dataclass(frozen=True)
class AnsweringModel:
    """Logistic regression over FEATURES; from `answers_from` up a question is answered."""

    weights: Mapping[str, float]
    intercept: float
    answers_from: float = 0.5

    @classmethod
    def shipped(cls) -> AnsweringModel:
        """The model that lies beside this file."""
        data = json.loads(resources.files(__package__).joinpath(WEIGHTS_FILE).read_text(encoding="utf-8"))
        return cls(data["weights"], data["intercept"], data["answers_from"])

    def probability(self, values: Mapping[str, float]) -> float:
        """Probability (0…1) that the best passage answers."""
        total = self.intercept + sum(self.weights.get(name, 0.0) * values[name] for name in FEATURES)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, total))))


def lacking(
    question: Question,
    passages: Sequence[Passage],
    decisive: Sequence[str],
    place: str | None,
    document: str | None,
) -> Lacks:
    """What of a question the passages (best first) have nothing for."""
    said = _said(passages[0]) if passages else ""
    near = "".join(passage.clause.text for passage in passages[: 2 * _NEAR])
    asked = question.years if Ask.AMOUNT in question.asks and not question.confirms else frozenset()
    return Lacks(
        document,
        place,
        tuple(question.uncovered),
        tuple(word for word in decisive if word in question.text and word not in said),
        MONEY.search(question.text) is not None and "元" not in said,
        tuple(sorted(asked)) if asked and not any(year in near for year in asked) else (),
    )


def features(
    question: Question,
    passages: Sequence[Passage],
    lacks: Lacks,
    corpus: float,
    strange: float,
    named: bool,
    signals: Mapping[str, float],
) -> dict[str, float]:
    """Values of FEATURES. `corpus` is retrieval's probability, `strange` the share of the question that is unknown,
    `signals` what the question points at in the best clause (search/pointers.py)."""
    if not passages:
        return dict.fromkeys(FEATURES, 0.0)
    best = passages[0]
    odds = math.log(max(corpus, 1e-4) / max(1 - corpus, 1e-4))
    return {
        "coverage": best.coverage,
        "coverage_near": max(passage.coverage for passage in passages[:_NEAR]),
        "own": sum(best.words.values()),
        "chance": best.chance,
        "cosine": best.cosine,
        "cosine_near": max(passage.cosine for passage in passages[: 2 * _NEAR]),
        "corpus": max(-_LIMIT, min(_LIMIT, odds)),
        "strange": strange,
        "uncovered": float(min(3, len(lacks.names))),
        "named": float(named),
        "subject": max((signals.get(name, 0.0) for name in SUBJECT), default=0.0),
        "place": float(lacks.place is not None),
        "document": float(lacks.document is not None),
        "undecided": float(min(2, len(lacks.words))),
        "money": float(lacks.money),
        "year": float(bool(lacks.years)),
        "contact": float(Ask.CONTACT in question.asks and CONTACT.search(best.sentence) is not None),
        "points": float(Ask.POINTS in question.asks and "points" in best.clause.attributes),
        "heading": float(best.clause.kind in NAMING),
        "words": math.log1p(question.size),
    }


def _said(passage: Passage) -> str:
    return passage.clause.text + "".join(passage.clause.heading_path)
