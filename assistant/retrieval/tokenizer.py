"""Character terms of a text: single characters and character pairs; Latin words and numbers stay whole."""

from __future__ import annotations

import re
import unicodedata
from operator import add
from typing import NamedTuple

# Part of the index manifest: a change here makes every index stale.
TERMS_VERSION = 3

_RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|[a-z]+|[0-9]+(?:\.[0-9]+)*%?")
_LATIN = re.compile(r"[a-z0-9]")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")


class Terms(NamedTuple):
    """Terms of a text in order, repeated as often as they occur.

    `pairs` holds the pairs, and the Latin words and numbers; `lone` are the characters that stand in no pair (and in
    `characters` too).
    """

    characters: list[str]
    pairs: list[str]
    lone: list[str]


def fold(text: str) -> str:
    """NFKC and lower case: full-width signs, superscripts and capitals meet their plain forms."""
    return unicodedata.normalize("NFKC", text).lower()


def split_terms(text: str) -> Terms:
    """Characters and pairs of `text`, apart.

    A run of Chinese characters gives each character and each adjacent pair; a Latin word or a number is one term among
    the pairs (5,000 and 5000 are the same one).
    """
    terms = Terms([], [], [])
    for run in _runs(text):
        if _LATIN.match(run):
            terms.pairs.append(run)
        else:
            terms.characters.extend(run)
            terms.pairs.extend(run[i : i + 2] for i in range(len(run) - 1))
            if len(run) == 1:
                terms.lone.append(run)
    return terms


def pair_terms(text: str) -> frozenset[str]:
    """Pairs, Latin words and numbers of `text`, and characters that stand alone, each once."""
    found: set[str] = set()
    for run in _runs(text):
        if len(run) == 1 or _LATIN.match(run):
            found.add(run)
        else:
            found.update(map(add, run, run[1:]))
    return frozenset(found)


def character_terms(text: str) -> list[str]:
    """Characters and pairs of `text` in one list, run by run."""
    terms: list[str] = []
    for run in _runs(text):
        if _LATIN.match(run):
            terms.append(run)
        else:
            terms.extend(run)
            terms.extend(run[i : i + 2] for i in range(len(run) - 1))
    return terms


def _runs(text: str) -> list[str]:
    return _RUN.findall(_THOUSANDS.sub("", fold(text)))
