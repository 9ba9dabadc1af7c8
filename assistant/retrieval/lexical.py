"""The keyword channel: BM25 of tantivy over character terms and words, both cut before they reach it.

Characters find what is written another way, words put the right clause first; docs/decisions/0002-keywords-and-encoder.md has the
comparison. A clause's own text counts twice beside its headings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import IndexDamagedError
from assistant.retrieval.entries import Entry
from assistant.retrieval.progress import Progress
from assistant.retrieval.tokenizer import character_terms
from assistant.retrieval.words import WordCutter

if TYPE_CHECKING:
    import tantivy

_WRITER_BYTES = 50_000_000
_REPORT_EVERY = 500


def library_version() -> str:
    """Version of tantivy; an index of another version is rebuilt."""
    from importlib.metadata import version

    return version("tantivy")


def build_lexical(folder: Path, entries: Sequence[Entry], words: WordCutter, progress: Progress) -> None:
    """Write a fresh index of `entries` (row = position) into `folder`."""
    import tantivy

    folder.mkdir(parents=True)
    index = tantivy.Index(_schema(), path=str(folder))
    # One thread, so that one segment holds the rows in order: ties keep the order of the texts.
    writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
    progress.start("建立关键词索引", len(entries))
    for row, entry in enumerate(entries):
        document = tantivy.Document()
        document.add_integer("row", row)
        document.add_text("policy", entry.policy_id)
        weighted = f"{entry.context}\n{entry.text}\n{entry.text}"
        document.add_text("characters", " ".join(character_terms(weighted)))
        document.add_text("words", " ".join(words.search_words(weighted)))
        writer.add_document(document)
        if (row + 1) % _REPORT_EVERY == 0:
            progress.advance(_REPORT_EVERY)
    progress.advance(len(entries) % _REPORT_EVERY)
    writer.commit()
    writer.wait_merging_threads()
    progress.finish()


class LexicalIndex:
    """An opened index; safe to search from several threads."""

    def __init__(self, folder: Path, words: WordCutter) -> None:
        """`words` is the cutter that the index was built with. Raises IndexDamagedError when tantivy cannot open the folder."""
        import tantivy

        try:
            self._index = tantivy.Index.open(str(folder))
            self._searcher = self._index.searcher()
        except (ValueError, OSError) as error:
            raise IndexDamagedError(f"关键词索引 {folder} 打不开：{error}") from error
        self._schema = self._index.schema
        self._words = words

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self, query: str, limit: int, policy_ids: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """(row, BM25 score) of the best `limit` clauses, best first; each term of the query counts once."""
        characters = dict.fromkeys(character_terms(query))
        if not characters or limit < 1:
            return []
        terms = [self._term("characters", term) for term in characters]
        terms += [self._term("words", word) for word in dict.fromkeys(self._words.search_words(query))]
        wanted = _any_of(terms)
        if policy_ids is not None:
            wanted = self._within(wanted, policy_ids)
        hits = self._searcher.search(wanted, limit, count=False).hits
        return [(int(self._searcher.doc(place)["row"][0]), float(score)) for score, place in hits]

    def _term(self, field: str, value: str) -> tantivy.Query:
        import tantivy

        return tantivy.Query.term_query(self._schema, field, value, index_option="freq")

    def _within(self, query: tantivy.Query, policy_ids: Collection[str]) -> tantivy.Query:
        import tantivy

        policies = _any_of(self._term("policy", policy_id) for policy_id in sorted(policy_ids))
        # A constant of zero: the filter chooses and does not score.
        chosen = tantivy.Query.const_score_query(policies, 0.0)
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, chosen)])


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", stored=True)
    builder.add_text_field("policy", tokenizer_name="raw", index_option="basic")
    for field in ("characters", "words"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _any_of(queries: Iterable[tantivy.Query]) -> tantivy.Query:
    import tantivy

    return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])
