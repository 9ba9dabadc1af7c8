"""Words of a text by jieba, with a dictionary of our own that opens fast.

jieba's whole dictionary takes most of a second and 60 MB to open; entries seen three times or less in its training text are
left out here, which halves both. The dictionary is made when the index is built and lies with it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from assistant.errors import IndexDamagedError
from assistant.retrieval.tokenizer import fold

# Part of the index manifest: a change here makes every index stale.
WORDS_VERSION = 1
_RARE = 3
_NAMING_TAGS = ("n", "vn", "j")  # nouns, names, places; verbal nouns; abbreviations
_NAME = re.compile(r"[\u3400-\u9fff]{2,}|[a-z]{2,}")
_CHINESE = re.compile(r"[\u3400-\u9fff]{2,}")

_SHARED: dict[str, WordCutter] = {}
_SHARED_LOCK = threading.Lock()


class WordCutter:
    """Cuts text into words and knows which of them are names of things."""

    def __init__(self, frequencies: Mapping[str, int], others: frozenset[str]) -> None:
        """`frequencies` holds words and, with 0, their beginnings, as jieba wants; `others` are words that name nothing."""
        import jieba

        self._frequencies = frequencies
        self._others = others
        self._tokenizer: Any = jieba.Tokenizer()
        self._tokenizer.FREQ = frequencies
        self._tokenizer.total = sum(frequencies.values())
        self._tokenizer.initialized = True

    @classmethod
    def build(cls) -> WordCutter:
        """Make the dictionary from jieba's own."""
        return cls(*_jieba_dictionary())

    @classmethod
    def load(cls, path: Path) -> WordCutter:
        """Read what `save` wrote. Raises IndexDamagedError."""
        try:
            others, names, counts = (line.split(" ") for line in path.read_text(encoding="utf-8").split("\n"))
            frequencies = dict(zip([*others, *names], map(int, counts), strict=True))
        except (OSError, ValueError) as error:
            raise IndexDamagedError(f"词典 {path} 无法读取：{error}") from error
        return cls(frequencies, frozenset(others))

    @classmethod
    def shared(cls, path: Path, sha256: str) -> WordCutter:
        """The same, read once a process as long as the file's hash is this one: generations share their dictionary."""
        with _SHARED_LOCK:
            if sha256 not in _SHARED:
                loaded = cls.load(path)
                _SHARED.clear()
                _SHARED[sha256] = loaded
            return _SHARED[sha256]

    def save(self, path: Path) -> None:
        """Write the dictionary: words that name nothing, the others, then the frequencies of both, a line each."""
        others = sorted(self._others)
        names = [word for word in self._frequencies if word not in self._others]
        counts = [str(self._frequencies[word]) for word in (*others, *names)]
        path.write_text("\n".join(" ".join(line) for line in (others, names, counts)), encoding="utf-8")

    def cut(self, text: str) -> list[str]:
        """Words and signs of `text`, folded, in order; joined they are the folded text."""
        return list(self._tokenizer.cut(fold(text)))

    def known(self, text: str) -> list[str]:
        """Words of the dictionary in `text`, in order, and what stands between them; joined they are `text`."""
        return list(self._tokenizer.cut(text, HMM=False))

    def frequency(self, word: str) -> int:
        """How often a word stands in the dictionary's texts; 0 for one it does not hold."""
        return self._frequencies.get(word, 0)

    def search_words(self, text: str) -> list[str]:
        """Words of two characters or more, long ones also in their parts, repeated as often as they occur.

        Numbers and Latin words are left to the character terms, which hold them whole.
        """
        return [word for word in self._tokenizer.cut_for_search(fold(text)) if _CHINESE.fullmatch(word)]

    def names(self, text: str) -> list[str]:
        """Words that name things, people or places, in order, each once: Chinese ones of the dictionary, Latin ones.

        Words that jieba makes up from single characters are left out: in questions most of them are no words.
        """
        cut = self._tokenizer.cut(fold(text), HMM=False)
        found = (word for word in cut if _NAME.fullmatch(word) and word not in self._others)
        return list(dict.fromkeys(found))


@cache
def _jieba_dictionary() -> tuple[dict[str, int], frozenset[str]]:
    """(frequencies, words that name nothing) of jieba's dict.txt without its rare entries."""
    frequencies: dict[str, int] = {}
    others = []
    text = resources.files("jieba").joinpath("dict.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        word, count, tag = line.split(" ")
        if int(count) > _RARE:
            frequencies[word] = int(count)
            if not tag.startswith(_NAMING_TAGS):
                others.append(word)
    for word in list(frequencies):
        for end in range(1, len(word)):
            frequencies.setdefault(word[:end], 0)
    return frequencies, frozenset(others)
