"""How near two stretches of Chinese text are, by their pairs of characters: exact, quick, and the same every time."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_FUNCTION = frozenset(  # particles, pronouns, prepositions, conjunctions, auxiliaries, numerals: no content of their own
    "的了是在有和与也就都这那其之以为于对中把被让使给向从到由将并且或及等不没无要可能会须应该当需说即指则而但若如果因此所自已经又再还"
    "仍才只仅更最很个项条类种者一二三四五六七八九十两几多上下前后内外里间时年月日按照据根本各此每某你您我他们什么吗呢吧啊"
)
_LETTERS = re.compile(r"[^\u4e00-\u9fffa-z0-9%]")


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Widths folded, small letters, signs and white space left out."""
    return _LETTERS.sub("", unicodedata.normalize("NFKC", text).lower())


@lru_cache(maxsize=8192)
def squeezed(text: str) -> str:
    """Widths folded and white space left out, signs kept: what an exact quotation is compared in."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).replace("—", "-").replace("–", "-")


@lru_cache(maxsize=8192)
def pairs(text: str) -> frozenset[str]:
    """Neighbouring characters of the folded text; a single character is a pair of its own."""
    plain = folded(text)
    return frozenset(plain[at : at + 2] for at in range(max(1, len(plain) - 1))) if plain else frozenset()


def covered(part: str, *sources: str) -> float:
    """The share of `part`'s pairs that the sources hold too, in [0, 1]; 0 when `part` has none."""
    wanted = pairs(part)
    left = set(wanted)
    for source in sources:
        left -= pairs(source)
    return 1 - len(left) / len(wanted) if wanted else 0.0


def content_known(part: str, *sources: str) -> tuple[float, int]:
    """The share of a text's different Chinese characters with content that the sources hold too, and how many it has."""
    wanted = {char for char in folded(part) if "\u4e00" <= char <= "\u9fff"} - _FUNCTION
    known = sum(any(char in source for source in sources) for char in wanted)
    return (known / len(wanted) if wanted else 1.0), len(wanted)


def is_subsequence(part: str, whole: str) -> bool:
    """Whether all characters of one stand in the other in their order."""
    characters = iter(whole)
    return all(character in characters for character in part)
