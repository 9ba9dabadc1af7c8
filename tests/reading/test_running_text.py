"""The running text: each character tied to its clause and to the stored file."""

from __future__ import annotations

import sys

from assistant.reading.reader import ClauseReader
from assistant.reading.running_text import bare, kept


def test_each_character_keeps_its_place() -> None:
    every = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    for start in range(0, len(every), 50_000):
        text = every[start : start + 50_000]
        assert len(bare(text)) == len(kept(text))
    assert bare("５０％ （一）\u3000Ａ\n") == "50%(一)A"


def test_stretches_are_the_clauses_words_and_the_files(reader: ClauseReader) -> None:
    running = reader.texts.of("fujian-zero-carbon-factory")
    source = reader.library.source("fujian-zero-carbon-factory")
    parts = list(running.stretches(0, len(running.text)))
    assert [part.clause.path for part in parts] == [
        clause.path for clause in reader.library.clauses("fujian-zero-carbon-factory") if clause.text
    ]
    for part in parts:
        assert part.words == part.clause.text.strip()
        place = running.span_of(part.clause)
        assert place is not None
        assert running.clause_at(place[0]) == running.clause_at(place[1] - 1) == part.clause
        stored = source[part.span.start : part.span.end]
        assert (stored[0], stored[-1]) == (part.words[0], part.words[-1])


def test_the_sentence_around_some_words(reader: ClauseReader) -> None:
    running = reader.texts.of("fujian-zero-carbon-factory")
    at = running.text.index(bare("此项得分越低"))
    start, end = running.sentence_around(at, at + 6)
    assert running.text[start:end].startswith("10碳抵消(逆向指标)评价企业通过绿证交易")
    assert running.text[start:end].endswith("此项得分越低。")
    at = running.text.index(bare("该项得分=50"))
    start, end = running.sentence_around(at, at + 3)
    assert running.text[start:end].startswith("【碳抵消占比=")
    assert running.text[start:end].endswith("】20")
