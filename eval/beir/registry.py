"""Every configuration that is compared, by name. A new one is a class with `name`, `group` and `build`.

`build` is handed the workshop (passages and what is kept of them) and returns what searches; rows are positions in
`workshop.passages`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from assistant.errors import InputError
from assistant.retrieval.entries import Entry
from assistant.retrieval.lexical import LexicalIndex, build_lexical
from assistant.retrieval.progress import SilentProgress
from assistant.settings import PROJECT_ROOT
from eval.beir import fusion
from eval.beir.expansion import Feedback, added_text, corpus_synonyms, fed_back
from eval.beir.fusion import Ranked
from eval.beir.measures import DEPTH
from eval.beir.postings import best_rows
from eval.beir.terms import TERM_SETS
from eval.beir.workshop import Workshop

SHIPPED_ENCODER = str(PROJECT_ROOT / "indexes" / "encoder")
GROUPS = ("keywords", "keywords, best terms varied", "vectors", "fused")

_SHIPPED_CONSTANT = 10.0
_SHIPPED_WEIGHT = 0.3


class Searcher(Protocol):
    """A configuration over a corpus."""

    def search(self, query: str, limit: int) -> Ranked:
        """(row, score) of the best `limit` passages, best first."""


class Configuration(Protocol):
    """How passages are searched."""

    @property
    def name(self) -> str:
        """What the report calls it."""

    @property
    def group(self) -> str:
        """One of GROUPS."""

    def build(self, workshop: Workshop) -> Searcher:
        """Index the workshop's passages."""


def configurations(tuned: dict[str, Any], encoders: Sequence[str] = ()) -> list[Configuration]:
    """All configurations, the shipped encoder's and those of further `encoders` (folders or hub names)."""
    best = tuned["keyword"]
    rows: list[Configuration] = [Bm25s(terms) for terms in TERM_SETS]
    rows += [
        Bm25s(best, repeated=True),
        Bm25s(best, heading=0),
        Bm25s(best, text=2),
        HeadingField(best),
        FeedbackSearch(best),
        SynonymSearch(best),
        Shipped(),
    ]
    for encoder in dict.fromkeys((SHIPPED_ENCODER, *encoders)):
        vectors = Vectors(encoder)
        rows += [
            vectors,
            RankFusion(Shipped(), vectors, _SHIPPED_CONSTANT, _SHIPPED_WEIGHT),
            *(
                RankFusion(Bm25s(best), vectors, constant, weight)
                for constant, weight in ((10.0, 0.3), (10.0, 1.0), (60.0, 0.3), (60.0, 1.0))
            ),
            *(
                ScoreFusion(Bm25s(best), vectors, scale, weight)
                for scale in fusion.SCALES
                for weight in (0.3, 1.0, None)
            ),
            CalibratedFusion(Bm25s(best), vectors),
        ]
    return rows


def chosen(rows: Sequence[Configuration], only: Sequence[str]) -> list[Configuration]:
    """Those whose name holds one of the texts in `only`; all when it is empty. Raises InputError for one that fits none."""
    for text in only:
        if not any(text in row.name for row in rows):
            raise InputError(f"没有名称含 {text!r} 的配置；现有：{'、'.join(row.name for row in rows)}")
    return [row for row in rows if not only or any(text in row.name for text in only)]


@dataclass(frozen=True)
class Bm25s:
    """bm25s over a set of terms, k1 and b from the train split; each term of a query counts once unless `repeated`."""

    terms: str
    heading: int = 1
    text: int = 1
    repeated: bool = False

    @property
    def name(self) -> str:
        """The terms, and what differs from heading and text counted once."""
        varied = ["text twice"] * (self.text == 2) + ["no headings"] * (self.heading == 0)
        varied += ["query terms as often as they occur"] * self.repeated
        return " · ".join([f"BM25 {self.terms}", *varied])

    @property
    def group(self) -> str:
        """Plain, or a variation of the best terms."""
        return GROUPS[0] if (self.heading, self.text, self.repeated) == (1, 1, False) else GROUPS[1]

    def build(self, workshop: Workshop) -> Searcher:
        """Index counts, expanded to token lists."""
        return _Bm25sSearcher(self, workshop)


class _Bm25sSearcher:
    def __init__(self, plan: Bm25s, workshop: Workshop) -> None:
        import bm25s
        from bm25s.tokenization import Tokenized

        self._plan, self._workshop = plan, workshop
        counts = workshop.corpus.counts(TERM_SETS[plan.terms], plan.heading, plan.text)
        tokens = np.repeat(counts.indices, counts.data)
        ends = np.cumsum(np.asarray(counts.sum(axis=1)).ravel())[:-1]
        ids = [part.tolist() for part in np.split(tokens, ends)]
        parameters = workshop.tuned["bm25"][plan.terms]
        self._index = bm25s.BM25(method="lucene", k1=parameters["k1"], b=parameters["b"])
        vocabulary = {str(column): column for column in range(counts.shape[1])}
        self._index.index(Tokenized(ids=ids, vocab=vocabulary), show_progress=False)

    def search(self, query: str, limit: int) -> Ranked:
        columns = self._workshop.query_columns(self._plan.terms, query, self._plan.repeated)
        tokens = [column for column, count in columns.items() for _ in range(int(count))]
        return best_rows(self._index.get_scores_from_ids(tokens), limit) if tokens else []


@dataclass(frozen=True)
class HeadingField:
    """Headings as a field of their own: BM25 of the text plus, with the tuned weight, BM25 of the heading."""

    terms: str

    @property
    def name(self) -> str:
        """The terms, and that headings are a field."""
        return f"BM25 {self.terms} · headings as a field"

    group = GROUPS[1]

    def build(self, workshop: Workshop) -> Searcher:
        """Two sets of postings."""
        return _FieldSearcher(self.terms, workshop, workshop.tuned["field"]["weight"])


class _FieldSearcher:
    def __init__(self, terms: str, workshop: Workshop, weight: float) -> None:
        parameters = workshop.tuned["bm25"][terms]
        k1, b = parameters["k1"], parameters["b"]
        self._terms, self._workshop, self._weight = terms, workshop, np.float32(weight)
        self._text = workshop.postings(terms, heading=0, text=1).weighed(k1, b)
        self._heading = workshop.postings(terms, heading=1, text=0).weighed(k1, b)

    def search(self, query: str, limit: int) -> Ranked:
        columns = self._workshop.query_columns(self._terms, query)
        return best_rows(self._text.scores(columns) + self._weight * self._heading.scores(columns), limit)


@dataclass(frozen=True)
class FeedbackSearch:
    """Terms of the best passages added to the query (RM3), as tuned."""

    terms: str

    @property
    def name(self) -> str:
        """The terms, and the expansion."""
        return f"BM25 {self.terms} · feedback from the best passages"

    group = GROUPS[1]

    def build(self, workshop: Workshop) -> Searcher:
        """Postings, and the counts by passage that feedback reads."""
        plan = workshop.tuned["feedback"]
        return FeedbackSearcher(
            self.terms, workshop, Feedback(plan["passages"], plan["terms"], plan["share"])
        )


class FeedbackSearcher:
    """Searches twice: the second time with terms of what the first found."""

    def __init__(self, terms: str, workshop: Workshop, plan: Feedback) -> None:
        parameters = workshop.tuned["bm25"][terms]
        self._terms, self._workshop, self._plan = terms, workshop, plan
        self._counts = workshop.corpus.counts(TERM_SETS[terms], 1, 1)
        self._postings = workshop.postings(terms, 1, 1)
        self._weighed = self._postings.weighed(parameters["k1"], parameters["b"])

    def search(self, query: str, limit: int, plan: Feedback | None = None) -> Ranked:
        """`plan` stands for the one given at the start."""
        columns = self._workshop.query_columns(self._terms, query)
        wanted = fed_back(columns, self._postings, self._weighed, self._counts, plan or self._plan)
        return best_rows(self._weighed.scores(wanted), limit)


@dataclass(frozen=True)
class SynonymSearch:
    """Abbreviations (以下简称) and defined terms (所称…是指) of the corpus added to the query with the tuned weight."""

    terms: str

    @property
    def name(self) -> str:
        """The terms, and the expansion."""
        return f"BM25 {self.terms} · abbreviations and defined terms"

    group = GROUPS[1]

    def build(self, workshop: Workshop) -> Searcher:
        """Postings, and the synonyms that the passages state."""
        return SynonymSearcher(self.terms, workshop, workshop.tuned["synonyms"]["weight"])


class SynonymSearcher:
    """Searches with what the corpus puts in the place of the query's terms."""

    def __init__(self, terms: str, workshop: Workshop, weight: float) -> None:
        parameters = workshop.tuned["bm25"][terms]
        self._terms, self._workshop, self._weight = terms, workshop, weight
        self._weighed = workshop.postings(terms, 1, 1).weighed(parameters["k1"], parameters["b"])
        self._synonyms = corpus_synonyms(passage.text for passage in workshop.passages)

    def search(self, query: str, limit: int, weight: float | None = None) -> Ranked:
        """`weight` stands for the one given at the start."""
        columns = self._workshop.query_columns(self._terms, query)
        more = self._workshop.query_columns(self._terms, added_text(query, self._synonyms))
        share = self._weight if weight is None else weight
        return best_rows(self._weighed.scores({**dict.fromkeys(more, share), **columns}), limit)


@dataclass(frozen=True)
class Shipped:
    """The product's keyword channel: tantivy, k1 1.2 and b 0.75 fixed, text twice, query terms once."""

    name = "tantivy as shipped"
    group = GROUPS[0]

    def build(self, workshop: Workshop) -> Searcher:
        """Index in a folder that goes with the searcher."""
        return _ShippedSearcher(workshop)


class _ShippedSearcher:
    def __init__(self, workshop: Workshop) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="tiaowen-lexical-")
        folder = Path(self._folder.name) / "lexical"
        entries = [Entry(one.id, "", one.heading, one.text) for one in workshop.passages]
        build_lexical(folder, entries, workshop.words, SilentProgress())
        self._index = LexicalIndex(folder, workshop.words)

    def search(self, query: str, limit: int) -> Ranked:
        return self._index.search(query, limit)


@dataclass(frozen=True)
class Vectors:
    """An encoder's vectors, searched exactly."""

    source: str

    @property
    def name(self) -> str:
        """The encoder's folder or hub name."""
        return f"encoder {encoder_name(self.source)}"

    group = GROUPS[2]

    def build(self, workshop: Workshop) -> Searcher:
        """Vectors of all passages in memory."""
        return _VectorSearcher(self.source, workshop)


class _VectorSearcher:
    def __init__(self, source: str, workshop: Workshop) -> None:
        self._encoder, self._vectors = workshop.encoded(source)

    def search(self, query: str, limit: int) -> Ranked:
        return best_rows(self._vectors @ self._encoder.encode_queries([query])[0], limit, least=None)


@dataclass(frozen=True)
class RankFusion:
    """Reciprocal ranks of a keyword channel and vectors."""

    keywords: Configuration
    vectors: Vectors
    constant: float
    weight: float

    @property
    def name(self) -> str:
        """Both channels, constant and weight."""
        return f"{_pair(self.keywords, self.vectors)} · ranks, constant {self.constant:g}, weight {self.weight:g}"

    group = GROUPS[3]

    def build(self, workshop: Workshop) -> Searcher:
        """Both channels."""
        return _Fused(self.keywords, self.vectors, workshop, self._fuse)

    def _fuse(self, first: Ranked, second: Ranked) -> Ranked:
        return fusion.by_rank(first, second, self.constant, self.weight)


@dataclass(frozen=True)
class ScoreFusion:
    """Scores of both channels on one scale; the vectors have `weight`, or the tuned weight when it is None."""

    keywords: Configuration
    vectors: Vectors
    scale: str
    weight: float | None

    @property
    def name(self) -> str:
        """Both channels, scale and weight."""
        weight = "from train" if self.weight is None else f"{self.weight:g}"
        return f"{_pair(self.keywords, self.vectors)} · {self.scale}, weight {weight}"

    group = GROUPS[3]

    def build(self, workshop: Workshop) -> Searcher:
        """Both channels."""
        weight = workshop.tuned["fusion"][self.scale]["weight"] if self.weight is None else self.weight

        def fuse(first: Ranked, second: Ranked) -> Ranked:
            return fusion.by_score(first, second, self.scale, weight)

        return _Fused(self.keywords, self.vectors, workshop, fuse)


@dataclass(frozen=True)
class CalibratedFusion:
    """Probability of relevance from both channels' scores, by logistic regression on the train split."""

    keywords: Configuration
    vectors: Vectors

    @property
    def name(self) -> str:
        """Both channels."""
        return f"{_pair(self.keywords, self.vectors)} · calibrated on train"

    group = GROUPS[3]

    def build(self, workshop: Workshop) -> Searcher:
        """Both channels."""
        fitted = workshop.tuned["fusion"]["calibrated"]
        calibration = fusion.Calibration(tuple(fitted["weights"]), fitted["intercept"])
        return _Fused(self.keywords, self.vectors, workshop, calibration.fused)


class _Fused:
    def __init__(self, keywords: Configuration, vectors: Vectors, workshop: Workshop, fuse: _Fuse) -> None:
        self._channels = (keywords.build(workshop), vectors.build(workshop))
        self._fuse = fuse

    def search(self, query: str, limit: int) -> Ranked:
        first, second = (channel.search(query, max(limit, DEPTH)) for channel in self._channels)
        return self._fuse(first, second)[:limit]


class _Fuse(Protocol):
    def __call__(self, first: Ranked, second: Ranked, /) -> Ranked: ...


def encoder_name(source: str) -> str:
    """`shipped`, or the last part of a folder or hub name."""
    return "shipped" if source == SHIPPED_ENCODER else source.rstrip("/").rsplit("/", 1)[-1]


def _pair(keywords: Configuration, vectors: Vectors) -> str:
    return f"{keywords.name} + {encoder_name(vectors.source)}"
