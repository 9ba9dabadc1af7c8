"""The keyword channel: BM25 of tantivy over single characters, character pairs and words, all cut before they reach it.

Characters find what is written another way, words put the right clause first; docs/decisions/0002-keywords-and-encoder.md has the
comparison. Single characters are what a query costs: in a large index only those that stand in no pair are asked for
(docs/decisions/0004-index-segments.md).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from assistant.documents.policy import IN_FORCE
from assistant.errors import IndexDamagedError, SearchIndexError
from assistant.retrieval.cutting import cut_entries
from assistant.retrieval.entries import Entry, PolicyRecord
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.progress import Progress
from assistant.retrieval.tokenizer import split_terms
from assistant.retrieval.words import WordCutter

if TYPE_CHECKING:
    import tantivy

# Part of the index manifest: a change here makes every index stale.
FIELDS_VERSION = 1

# In an index of more clauses than this, single characters of a query are left out where pairs hold them.
CHARACTERS_UP_TO = 100_000

_TEXT_FIELDS = ("characters", "pairs", "words")
_FILTER_FIELDS = ("policy", "region", "level", "issuer", "status")
_NEVER = date.max.toordinal() + 1
_WRITER_BYTES = 50_000_000
_LARGE_WRITER_BYTES = 300_000_000
_LARGE = 100_000
_REPORT_EVERY = 500
# Hits asked for beyond the limit, to see that no tie is cut in two.
_SPARE = 8
_REMEMBERED_TERMS = 65536  # terms whose frequency is kept
# Scores of equal documents differ by rounding alone: their terms are not always added up in the same order.
_ROUNDING = 1e-5


@dataclass(frozen=True)
class IndexedClause:
    """A row of the keyword index."""

    place: int
    record: PolicyRecord
    entry: Entry


class ClauseRows(Protocol):
    """Rows to be written, which may be gone through more than once."""

    def __len__(self) -> int:
        """How many there are."""

    def __iter__(self) -> Iterator[IndexedClause]:
        """The rows, in the order of their places."""


def library_version() -> str:
    """Version of tantivy; an index of another version is rebuilt."""
    from importlib.metadata import version

    return version("tantivy")


def build_lexical(
    folder: Path, clauses: ClauseRows, words: WordCutter, words_file: Path, progress: Progress
) -> None:
    """Write a fresh index of `clauses` into `folder`. Raises OSError, SearchIndexError (the disk is full).

    `words_file` is where `words` lies, for processes that help.
    """
    import tantivy

    folder.mkdir(parents=True)
    with _told(folder):
        index = tantivy.Index(_schema(), path=str(folder))
        _write(index, (), clauses, words, words_file, progress)


def derive_lexical(
    base: Path,
    folder: Path,
    dropped: Iterable[str],
    clauses: ClauseRows,
    words: WordCutter,
    words_file: Path,
    progress: Progress,
) -> None:
    """Write into `folder` the index of `base` without the policies `dropped` and with `clauses`; `base` stays as it is.

    The two share the files that are the same. Raises OSError, SearchIndexError.
    """
    import tantivy

    folder.mkdir(parents=True)
    for path in base.iterdir():
        if path.suffix == ".lock":
            continue
        if path.suffix == ".json":  # what tantivy writes anew
            shutil.copyfile(path, folder / path.name)
        else:
            link_or_copy(path, folder / path.name)
    with _told(folder):
        _write(tantivy.Index.open(str(folder)), dropped, clauses, words, words_file, progress)


def link_or_copy(source: Path, target: Path) -> None:
    """A hard link, or a copy where the file system has none."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def lexical_files(folder: Path) -> list[str]:
    """Names of the files that make up the index in `folder`."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def _write(
    index: tantivy.Index,
    dropped: Iterable[str],
    clauses: ClauseRows,
    words: WordCutter,
    words_file: Path,
    progress: Progress,
) -> None:
    heap = _LARGE_WRITER_BYTES if len(clauses) > _LARGE else _WRITER_BYTES
    # One thread: the same clauses give the same segments.
    writer = index.writer(heap_size=heap, num_threads=1)
    for policy_id in dropped:
        writer.delete_documents_by_term("policy", policy_id)
    if len(clauses):
        progress.start("建立关键词索引", len(clauses))
    cut = cut_entries((clause.entry for clause in clauses), len(clauses), words, words_file)
    for row, (clause, text) in enumerate(zip(clauses, cut, strict=True), 1):
        writer.add_document(_document(clause, text))
        if row % _REPORT_EVERY == 0:
            progress.advance(_REPORT_EVERY)
    progress.advance(len(clauses) % _REPORT_EVERY)
    writer.commit()
    writer.wait_merging_threads()
    if len(clauses):
        progress.finish()


def _document(clause: IndexedClause, text: Sequence[str]) -> tantivy.Document:
    import tantivy

    record = clause.record
    document = tantivy.Document()
    document.add_integer("place", clause.place)
    document.add_integer("valid_from", record.valid_from.toordinal() if record.valid_from else 0)
    document.add_integer("valid_to", record.valid_to.toordinal() if record.valid_to else _NEVER)
    values = (record.id, record.region, record.level, record.issuer, record.status)
    for field, value in zip(_FILTER_FIELDS, values, strict=True):
        document.add_text(field, value)
    for field, value in zip(_TEXT_FIELDS, text, strict=True):
        document.add_text(field, value)
    return document


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """tantivy tells of a full disk by a ValueError."""
    try:
        yield
    except ValueError as error:
        raise SearchIndexError(f"关键词索引 {folder} 无法写入：{error}；请检查权限和磁盘空间") from error


class LexicalIndex:
    """An opened index; safe to search from several threads."""

    def __init__(self, folder: Path, words: WordCutter) -> None:
        """`words` is the cutter that the index was built with. Raises IndexDamagedError when tantivy cannot open the folder."""
        try:
            with _writable(folder) as opened:
                self._open(opened)
        except (ValueError, OSError) as error:
            raise IndexDamagedError(f"关键词索引 {folder} 打不开：{error}") from error
        self._words = words
        self._sparing = len(self) > CHARACTERS_UP_TO
        self._counted = lru_cache(_REMEMBERED_TERMS)(self._searcher.doc_freq)

    def _open(self, folder: Path) -> None:
        import tantivy

        index = tantivy.Index.open(str(folder))
        index.config_reader("manual")  # nobody writes to a finished index: no thread need watch it
        self._searcher = index.searcher()
        self._schema = index.schema

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(self, query: str, limit: int, where: ClauseFilter | None = None) -> list[tuple[int, float]]:
        """(place, BM25 score) of the best `limit` clauses, best first, ties by place; each term of the query counts once.

        `where` chooses before the ranking and does not score.
        """
        terms = list(self._query_terms(query))
        if not terms or limit < 1:
            return []
        wanted = self._any_of(self._term(field, term) for field, term in terms)
        if where is not None:
            conditions = self._conditions(where)
            if conditions is None:
                return []
            wanted = self._all_of([wanted, *conditions])
        return self._ranked(wanted, limit)

    def places_of(self, policy_id: str, limit: int) -> list[int]:
        """Places of at most `limit` clauses of a policy, in ascending order."""
        hits = self._searcher.search(self._term("policy", policy_id), limit, count=False).hits
        return sorted(self._places([address for _, address in hits]))

    def doc_freq(self, field: str, term: str) -> int:
        """In how many clauses a term of a text field stands; clauses withdrawn since the last full build may count."""
        return int(self._counted(field, term))

    def text_freq(self, term: str) -> int:
        """In how many clauses a pair, a Latin word or number, or a single character stands."""
        single = len(term) == 1 and not term.isascii()
        return self.doc_freq("characters" if single else "pairs", term)

    def word_freq(self, word: str) -> int:
        """In how many clauses a word of two characters or more stands."""
        return self.doc_freq("words", word)

    def has(self, field: str, terms: Sequence[str]) -> bool:
        """Whether one clause has all `terms` in a text field."""
        if not all(self.doc_freq(field, term) for term in terms):
            return False
        wanted = self._all_of([self._term(field, term) for term in terms])
        return bool(self._searcher.search(wanted, 1, count=False).hits)

    def _query_terms(self, query: str) -> Iterator[tuple[str, str]]:
        """(field, term) of a query, each once."""
        terms = split_terms(query)
        characters = terms.lone if self._sparing else terms.characters
        words = self._words.search_words(query) if terms.pairs else []
        for field, values in zip(_TEXT_FIELDS, (characters, terms.pairs, words), strict=True):
            for value in dict.fromkeys(values):
                yield field, value

    def _ranked(self, wanted: tantivy.Query, limit: int) -> list[tuple[int, float]]:
        """The best `limit` by score and place. tantivy breaks ties by its own segments, so that they are sought in full."""
        most = max(len(self), 1)
        asked = min(limit + _SPARE, most)
        while True:
            hits = self._searcher.search(wanted, asked, count=False).hits
            scores = [float(score) for score, _ in hits]
            if asked == most or len(hits) < asked or _settled(scores, limit):
                break
            asked = min(asked * 4, most)
        ranked: list[tuple[int, float]] = []
        tied: list[tuple[int, float]] = []
        for place, score in zip(self._places([address for _, address in hits]), scores, strict=True):
            if tied and _apart(tied[-1][1], score):
                ranked += sorted(tied)
                tied = []
            tied.append((place, score))
        return [*ranked, *sorted(tied)][:limit]

    def _places(self, addresses: Sequence[tantivy.DocAddress]) -> list[int]:
        values = self._searcher.fast_field_values("place", list(addresses))
        return cast("list[int]", values)  # the annotation allows for fields that a document lacks

    def _conditions(self, where: ClauseFilter) -> list[tantivy.Query] | None:
        """What must hold, as queries that do not score; None when nothing can."""
        import tantivy

        conditions = []
        chosen = (where.policy_ids, where.regions, where.levels, where.issuers, where.statuses)
        for field, values in zip(_FILTER_FIELDS, chosen, strict=True):
            if values is not None:
                if not values:
                    return None
                conditions.append(tantivy.Query.term_set_query(self._schema, field, sorted(values)))
        if where.in_force_on is not None:
            day, kind = where.in_force_on.toordinal(), tantivy.FieldType.Integer
            conditions += [
                self._term("status", IN_FORCE),
                tantivy.Query.range_query(self._schema, "valid_from", kind, None, day),
                tantivy.Query.range_query(self._schema, "valid_to", kind, day, None),
            ]
        return [tantivy.Query.const_score_query(condition, 0.0) for condition in conditions]

    def _term(self, field: str, value: str) -> tantivy.Query:
        import tantivy

        return tantivy.Query.term_query(self._schema, field, value, index_option="freq")

    def _any_of(self, queries: Iterable[tantivy.Query]) -> tantivy.Query:
        import tantivy

        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])

    def _all_of(self, queries: Iterable[tantivy.Query]) -> tantivy.Query:
        import tantivy

        return tantivy.Query.boolean_query([(tantivy.Occur.Must, query) for query in queries])


@contextmanager
def _writable(folder: Path) -> Iterator[Path]:
    """`folder`, or a folder of links to its files where it cannot be written: tantivy locks a file to open an index."""
    if os.access(folder, os.W_OK):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="tiaowen-index-") as name:
        for path in folder.iterdir():
            if path.suffix != ".lock":
                (Path(name) / path.name).symlink_to(path.resolve())
        yield Path(name)


def _settled(scores: Sequence[float], limit: int) -> bool:
    """Whether the tie that the last place of `limit` stands in has ended."""
    return any(_apart(scores[at - 1], scores[at]) for at in range(limit, len(scores)))


def _apart(better: float, worse: float) -> bool:
    return better - worse > _ROUNDING * max(abs(better), 1.0)


def _schema() -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    for field in ("place", "valid_from", "valid_to"):
        builder.add_integer_field(field, fast=True)
    for field in _FILTER_FIELDS:
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in _TEXT_FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()
