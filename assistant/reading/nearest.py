"""The stretch of a text that is nearest to some words by edit distance, exactly, in time that long integers make short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Nearest:
    """text[start:end] differs from the words sought by `distance` characters inserted, left out or replaced."""

    start: int
    end: int
    distance: int


def nearest(words: str, text: str) -> Nearest:
    """The first stretch of `text` with the least edit distance to `words` (not empty); of such stretches that end
    one after the other the last one, so that a changed last character is replaced and not left out.

    Myers, A fast bit-vector algorithm for approximate string matching (J. ACM 46, 1999), over integers of len(words) bits.
    """
    best, end = len(words), 0
    for place, distance in enumerate(_distances(words, text, anchored=False), 1):
        if distance < best or (distance == best and place == end + 1 and best < len(words)):
            best, end = distance, place
    start, nearest_length = end, -1
    for length, distance in enumerate(_distances(words[::-1], text[:end][::-1], anchored=True), 1):
        closer = abs(length - len(words)) < abs(nearest_length - len(words))
        if distance == best and (nearest_length < 0 or closer):
            start, nearest_length = end - length, length
        if length - len(words) > best:
            break
    return Nearest(start, end, best)


def _distances(words: str, text: str, anchored: bool) -> Iterator[int]:
    """After each character of the text: the least distance of the words to a stretch that ends there.

    `anchored`: the stretch begins with the text.
    """
    size = len(words)
    full, last = (1 << size) - 1, 1 << (size - 1)
    places: dict[str, int] = {}
    for bit, character in enumerate(words):
        places[character] = places.get(character, 0) | 1 << bit
    more, less, distance = full, 0, size
    for character in text:
        same = places.get(character, 0)
        vertical = same | less
        horizontal = (((same & more) + more) ^ more) | same
        up = less | ~(horizontal | more) & full
        down = more & horizontal
        if up & last:
            distance += 1
        elif down & last:
            distance -= 1
        up = (up << 1 | anchored) & full
        down = down << 1 & full
        more = down | ~(vertical | up) & full
        less = up & vertical
        yield distance
