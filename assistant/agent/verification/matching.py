"""How near two stretches of Chinese text are, by their pairs of characters: exact, quick, and the same every time."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

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
