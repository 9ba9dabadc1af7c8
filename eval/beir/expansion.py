"""More terms for a query, from the corpus itself: pseudo-relevance feedback, abbreviations and defined terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scipy import sparse

from eval.beir.postings import Postings, WeighedPostings, best_rows

# （以下简称“双碳”）, (以下简称刑法), （下称……）: what stands before it is the long form.
_ABBREVIATED = re.compile(
    r"([\u3400-\u9fff《》]{2,40}?)[（(]以?下[简统]?称[为：:]?[“\"《]?([\u3400-\u9fffa-z0-9]{2,15})[”\"》]?[）)]",
    re.I,
)
# 本法所称碳抵消，是指……。: the definition's own words explain the term.
_DEFINED = re.compile(r"所称(?:的)?[“\"]?([\u3400-\u9fff]{2,15})[”\"]?[，,]?(?:是指|指|包括)([^。；]{4,80})")
_BREAK = re.compile(r"[，。；、：]")
_LONGEST = 16


@dataclass(frozen=True)
class Feedback:
    """Relevance model of a query's best passages (RM3): so many passages, so many of their terms, and their share."""

    passages: int
    terms: int
    share: float


def fed_back(
    query: Mapping[int, float],
    postings: Postings,
    weighed: WeighedPostings,
    counts: sparse.csr_matrix,
    plan: Feedback,
) -> dict[int, float]:
    """The query's terms and those of its best passages, with weights that sum to the query's own.

    A term's weight in the model is the sum over passages of score x tf / length x idf: without idf the commonest
    characters would be all there is.
    """
    best = best_rows(weighed.scores(query), plan.passages)
    if not best or not query:
        return dict(query)
    model: dict[int, float] = {}
    total = sum(score for _, score in best)
    for row, score in best:
        part = slice(counts.indptr[row], counts.indptr[row + 1])
        columns, tf = counts.indices[part], counts.data[part]
        length = float(tf.sum())
        for column, count in zip(columns, tf, strict=True):
            model[int(column)] = model.get(int(column), 0.0) + score / total * float(count) / length * float(
                postings.idf[column]
            )
    chosen = sorted(model.items(), key=lambda held: (-held[1], held[0]))[: plan.terms]
    mass = sum(weight for _, weight in chosen)
    own = sum(query.values())
    expanded = {column: (1 - plan.share) * weight for column, weight in query.items()}
    for column, weight in chosen:
        expanded[column] = expanded.get(column, 0.0) + plan.share * own * weight / mass
    return expanded


def corpus_synonyms(texts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Term -> words that the corpus itself puts in its place: long form and short form, a defined term's definition."""
    found: dict[str, dict[str, None]] = {}
    for text in texts:
        for match in _ABBREVIATED.finditer(text):
            long = _BREAK.split(match[1])[-1].strip("《》")[-_LONGEST:]
            short = match[2]
            if long != short and len(long) > len(short):
                found.setdefault(short, {})[long] = None
                found.setdefault(long, {})[short] = None
        for match in _DEFINED.finditer(text):
            found.setdefault(match[1], {})[match[2]] = None
    return {term: tuple(words) for term, words in found.items()}


def added_text(query: str, synonyms: Mapping[str, tuple[str, ...]], most: int = 2) -> str:
    """What the synonyms of the query's terms add to it: the first `most` of each, longest terms first."""
    held = sorted((term for term in synonyms if term in query), key=len, reverse=True)
    return " ".join(word for term in held for word in synonyms[term][:most] if word not in query)
