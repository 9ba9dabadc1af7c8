"""Hard negatives: passages that share a question's words and are not its gold."""

from __future__ import annotations

from assistant.retrieval.tokenizer import character_terms
from eval.encoder.data import QuestionSet


def mine_negatives(asked: QuestionSet, depth: int) -> dict[str, list[str]]:
    """The first `depth` passages by BM25 over character pairs, without the gold ones, for each question id."""
    import bm25s

    ids = list(asked.passages)
    index = bm25s.BM25(k1=1.2, b=0.75)
    index.index([_pairs(text) for text in asked.passages.values()], show_progress=False)
    questions = list(asked.questions)
    terms = [_pairs(asked.questions[question]) for question in questions]
    found, _ = index.retrieve(terms, k=min(depth, len(ids)), show_progress=False)
    return {
        question: [ids[row] for row in rows if ids[row] not in asked.gold[question]]
        for question, rows in zip(questions, found, strict=True)
    }


def _pairs(text: str) -> list[str]:
    """Character pairs, Latin words and numbers; single characters find too much."""
    return [term for term in character_terms(text) if len(term) > 1]
