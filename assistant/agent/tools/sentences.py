"""Sentences of a clause: the unit that is quoted, and what each one holds."""

from __future__ import annotations

import re

SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?][”’」』）)]*|[^。！？!?\n]+")
RESPONSIBLE = re.compile(r"（(?:责任单位|市[^（）]{2,60}负责)[^）]*(?:）|$)")
RUN_IN = re.compile(r"(?:（[一二三四五六七八九十]+）|\d{1,2}\.|[一二三四五六七八九十]是)[^。，；]{1,30}。")
MAX_SENTENCE = 160


def sentences(text: str) -> list[str]:
    """Sentences of a mended text in order, verbatim; the note of responsible units stands alone; long ones are cut at ；."""
    found: list[str] = []
    for block in text.split("\n"):
        heading = ""
        for match in SENTENCE.finditer(block):
            sentence = heading + match.group()
            heading = ""
            if RUN_IN.fullmatch(sentence.strip()) and match.end() < len(block):
                heading = sentence  # （三）复审。 is read with the sentence after it
                continue
            found += _without_responsible(sentence.strip())
    return [part for sentence in found for part in _cut_long(sentence) if part]


def _without_responsible(sentence: str) -> list[str]:
    note = RESPONSIBLE.search(sentence)
    if not note:
        return [sentence]
    return [
        part.strip()
        for part in (sentence[: note.start()], note.group(), sentence[note.end() :])
        if part.strip()
    ]


def _cut_long(sentence: str) -> list[str]:
    if len(sentence) <= MAX_SENTENCE or "；" not in sentence:
        return [sentence]
    return [part for part in re.split(r"(?<=；)", sentence) if part]


def is_responsible_note(sentence: str) -> bool:
    """Whether the sentence is the （责任单位：…） note of a measure."""
    return bool(RESPONSIBLE.fullmatch(sentence)) or sentence.startswith("（责任单位")
