"""Character terms of a text: single characters and character pairs; Latin words and numbers stay whole."""

from __future__ import annotations

import re
import unicodedata

# Part of the index manifest: a change here makes every index stale.
TERMS_VERSION = 2

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[a-z]+|[0-9]+(?:\.[0-9]+)*%?")
_LATIN = re.compile(r"[a-z0-9]")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")


def fold(text: str) -> str:
    """NFKC and lower case: full-width signs, superscripts and capitals meet their plain forms."""
    return unicodedata.normalize("NFKC", text).lower()


def character_terms(text: str) -> list[str]:
    """Terms of `text` in order, repeated as often as they occur.

    A run of Chinese characters gives each character and each adjacent pair; a Latin word or a number is one term
    (5,000 and 5000 are the same one).
    """
    terms: list[str] = []
    for run in _RUN.findall(_THOUSANDS.sub("", fold(text))):
        if _LATIN.match(run):
            terms.append(run)
        else:
            terms.extend(run)
            terms.extend(run[i : i + 2] for i in range(len(run) - 1))
    return terms
