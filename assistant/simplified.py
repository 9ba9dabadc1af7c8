"""Traditional characters read as simplified ones: the texts are written in these, people also write the others.

OpenCC's `t2s`: by phrases before characters (乾隆 keeps its 乾, 乾淨 does not), its tables in the package, ready in some
10 ms. It leaves simplified text as it is and never changes the length, so that positions stay.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC


def simplified(text: str) -> str:
    """`text` in simplified characters, position by position."""
    if text.isascii():
        return text
    converted: str = _converter().convert(text)
    return converted if len(converted) == len(text) else text


def as_written(words: str, text: str) -> str:
    """The characters of `text` that `words` of its simplified form stand for; the words themselves where they do not stand in it."""
    at = simplified(text).find(words)
    return text[at : at + len(words)] if at >= 0 else words


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
