"""Keyword configurations: BM25 over sets of terms, and what is varied about the best of them."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from assistant.retrieval.entries import Entry, PolicyRecord
from assistant.retrieval.lexical import IndexedClause, LexicalIndex, build_lexical
from assistant.retrieval.progress import SilentProgress
from eval.beir.expansion import Feedback, added_text, corpus_synonyms, fed_back
from eval.beir.fusion import Ranked
from eval.beir.postings import best_rows
from eval.beir.terms import TERM_SETS
from eval.beir.workshop import Workshop

GROUPS = ("keywords", "keywords, best terms varied", "vectors", "fused", "reranked")


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
        self._index = keyword_index(Path(self._folder.name), workshop)

    def search(self, query: str, limit: int) -> Ranked:
        return self._index.search(query, limit)


def keyword_index(folder: Path, workshop: Workshop) -> LexicalIndex:
    """The product's keyword index of the workshop's passages, written into `folder`; places are rows."""
    record = PolicyRecord("", "", "", "", "", "", None, None)
    clauses = [
        IndexedClause(row, record, Entry(one.id, "", one.heading, one.text))
        for row, one in enumerate(workshop.passages)
    ]
    words_file = folder / "words.txt"
    workshop.words.save(words_file)
    build_lexical(folder / "lexical", clauses, workshop.words, words_file, SilentProgress())
    return LexicalIndex(folder / "lexical", workshop.words)
