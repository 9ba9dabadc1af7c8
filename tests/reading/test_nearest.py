"""The nearest stretch, held against a plain table of edit distances."""

from __future__ import annotations

import random

import pytest

from assistant.reading.nearest import nearest


def distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


@pytest.mark.parametrize(
    ("words", "text", "stretch", "edits"),
    [
        ("不超过60%", "其中不超过50%的部分", "不超过50%", 1),
        ("不超过50%", "其中不超过50%的部分", "不超过50%", 0),
        ("全无此字", "完了", "", 4),
        ("越高", "占比越高，得分越低", "越高", 0),
        ("不得超过一半", "不得一半", "不得一半", 2),
    ],
)
def test_the_stretch_and_its_distance(words: str, text: str, stretch: str, edits: int) -> None:
    found = nearest(words, text)
    assert (text[found.start : found.end], found.distance) == (stretch, edits)


def test_no_stretch_is_nearer_and_the_one_given_is_that_near() -> None:
    chance = random.Random(7)
    for _ in range(300):
        words = "".join(chance.choices("甲乙丙", k=chance.randint(1, 9)))
        text = "".join(chance.choices("甲乙丙丁", k=chance.randint(0, 14)))
        found = nearest(words, text)
        least = min(distance(words, text[a:b]) for a in range(len(text) + 1) for b in range(a, len(text) + 1))
        assert found.distance == least, (words, text)
        assert distance(words, text[found.start : found.end]) == least, (words, text)


def test_words_longer_than_a_machine_word() -> None:
    words = "".join(chr(0x4E00 + i) for i in range(200))
    text = "前" + words[:90] + "改" + words[91:] + "后"
    found = nearest(words, text)
    assert (found.start, found.end, found.distance) == (1, 201, 1)
