"""Quotes tied to the stored file."""

from __future__ import annotations

import re

import pytest

from assistant.documents.library import Library
from assistant.documents.passage import is_space
from assistant.documents.quoting import without_space
from assistant.errors import UnknownClauseError

ZERO = "fujian-zero-carbon-factory"
SYNERGY = "fujian-pollution-carbon-synergy"


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_every_sentence_of_every_clause_can_be_cited(library: Library) -> None:
    for clause in library.clauses():
        source = library.source(clause.policy_id)
        for line in clause.text.split("\n"):
            if not line:
                continue
            found, span, words = library.cite(clause.address, line)
            assert found is clause
            assert words == line
            # Only the form fields and the page-broken lines of 福州 have foreign words inside their range.
            if _bare(source[span.start : span.end]) != _bare(line):
                assert re.search(r"^\s*13\s*$", source[span.start : span.end], re.MULTILINE), clause.address


def test_standing_without_a_page_number_comes_first(library: Library) -> None:
    quote = "强化资源回收和综合利用，推动尾矿、粉煤灰"
    _, span, words = library.cite(f"{SYNERGY}#四/（十四）", quote)
    assert words == quote
    assert library.source(SYNERGY)[span.start : span.end] == quote
    first = library.clause(f"{SYNERGY}#四/（十四）").standings[0].locate(quote)
    assert first is not None
    assert "- 14 -" in library.source(SYNERGY)[first.start : first.end]


def test_white_space_does_not_count_but_a_digit_does(library: Library) -> None:
    clause, span, words = library.cite(f"{ZERO}#第八条/（二）", "不得超过 基准期的\n50%")
    assert words == "不得超过基准期的50%"
    assert library.source(ZERO)[span.start : span.end] == words
    assert clause.path == "第八条/（二）"
    with pytest.raises(UnknownClauseError, match="第八条（二）中没有「不得超过基准期的60%」这句话"):
        library.cite(f"{ZERO}#第八条/（二）", "不得超过基准期的60%")
    with pytest.raises(UnknownClauseError):
        library.cite(f"{ZERO}#第八条/（二）", " \n")


def test_a_quote_of_an_item_is_found_from_its_article(library: Library) -> None:
    clause, _, _ = library.cite(f"{ZERO}#第八条", "碳削减率达100%")
    assert clause.path == "第八条/（二）"
    with pytest.raises(UnknownClauseError):
        library.cite(f"{ZERO}#第九条", "碳削减率达100%")


def test_full_text_holds_the_descendants(library: Library) -> None:
    article = library.clause(f"{ZERO}#第八条")
    whole = library.full_text(article)
    assert whole.startswith(article.text + "\n（一）")
    assert whole.count("\n") == 2
    assert "温室气体排放管理体系\n设立温室气体排放管理机构" in library.full_text(
        library.clause(f"{ZERO}#附件3/11")
    )


def test_white_space_is_what_mending_takes_for_white_space() -> None:
    signs = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    assert without_space("".join(signs)) == "".join(sign for sign in signs if not is_space(sign))
