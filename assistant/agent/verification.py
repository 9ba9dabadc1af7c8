"""The gate: nothing is shown that has no source. Pure functions over the draft and its evidence, with no model inside.

Checked: markers were handed out; quotes stand in their clauses and the clauses in the stored file; every figure is
quoted, the user's or the engine's; a verdict that is stated is the engine's; a policy that is not in force is named so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.agent.answer import Answer, Citation
from assistant.agent.evidence import MARKER

FIGURE = re.compile(r"(?<![\d.])(\d[\d,]*(?:\.\d+)?)\s*(%|万吨|亿吨|千吨|吨|万元|亿元|元|分|项|家|年|月|日)?")
SPACE = re.compile(r"\s+")
QUOTED = re.compile(r"“([^”]+)”(?=\[\d+\])")
VERDICT = re.compile(r"结论：[^。]*?(不符合|待补充|符合)")


@dataclass(frozen=True)
class Failure:
    """One thing that does not hold: its type, the words in the answer and what they were held against."""

    type: str
    words: str
    against: str


def verify(
    answer: Answer, sources: dict[str, str], said: Sequence[str], computed: Sequence[str]
) -> tuple[Failure, ...]:
    """Failures of an answer. `sources` are the stored texts by policy id, `said` the user's words, `computed` the engine's texts."""
    failures = [
        *_markers(answer),
        *_quotes(answer),
        *_spans(answer.citations, sources),
        *_figures(answer, said, computed),
        *_verdict(answer),
        *_standing(answer),
    ]
    return tuple(failures)


def without_unsourced(text: str, failures: Sequence[Failure]) -> str | None:
    """A text without the lines that hold figures without a source; None where its first line does, or something else failed."""
    wrong = {failure.words for failure in failures}
    if any(failure.type != "number" for failure in failures):
        return None
    lines = text.split("\n")
    kept = [line for line in lines if not wrong & {number + unit for number, unit in figures(line)}]
    return "\n".join(kept).strip() if kept and kept[0] == lines[0] else None


def figures(text: str) -> list[tuple[str, str]]:
    """(number without grouping, unit) of every figure, widths folded; markers and Markdown list numbers excluded."""
    return list(_figures_in(text))


@lru_cache(maxsize=2048)  # the catalogue and the words said before are held against every answer
def _figures_in(text: str) -> tuple[tuple[str, str], ...]:
    folded = unicodedata.normalize("NFKC", MARKER.sub("", text))
    folded = re.sub(r"^\s*\d+\.\s", "", folded, flags=re.M)
    return tuple((number.replace(",", ""), unit or "") for number, unit in FIGURE.findall(folded))


def _markers(answer: Answer) -> Iterable[Failure]:
    known = {citation.marker for citation in answer.citations}
    for marker in MARKER.findall(answer.answer):
        if int(marker) not in known:
            yield Failure("marker", f"[{marker}]", "没有这个引用")


def _quotes(answer: Answer) -> Iterable[Failure]:
    for citation in answer.citations:
        if not citation.quote or citation.quote not in citation.text:
            yield Failure("quote", citation.quote, citation.address)
    for words in QUOTED.findall(answer.answer):
        if not any(_squeezed(words) in _squeezed(citation.text) for citation in answer.citations):
            yield Failure("quote", words, "所引条款")


def _spans(citations: Iterable[Citation], sources: dict[str, str]) -> Iterable[Failure]:
    for citation in citations:
        held = _squeezed(sources[citation.policy_id][citation.start : citation.end])
        if not _held(_squeezed(citation.quote), held):
            yield Failure("span", citation.quote, f"{citation.policy_id}[{citation.start}:{citation.end}]")


def _held(quote: str, stored: str) -> bool:
    """The stored range is the quote, page numbers between its lines aside."""
    if quote == stored:
        return True
    plain = re.sub(r"-\d+-", "", stored)
    return quote == plain or (len(stored) - len(quote) <= 4 and _is_subsequence(quote, stored))


def _is_subsequence(part: str, whole: str) -> bool:
    characters = iter(whole)
    return all(character in characters for character in part)


def _figures(answer: Answer, said: Sequence[str], computed: Sequence[str]) -> Iterable[Failure]:
    quoted = [f"{c.text}\n{c.label}\n{c.title}" for c in answer.citations]
    allowed: set[tuple[str, str]] = set()
    for text in (*quoted, *said, *computed):
        allowed.update(_figures_in(text))
    numbers_said = {number for text in said for number, _ in _figures_in(text)}
    for number, unit in figures(answer.answer):
        if (number, unit) not in allowed and not (not unit and number in numbers_said):
            yield Failure("number", number + unit, "引文、用户的话和规则引擎的结果")


def _verdict(answer: Answer) -> Iterable[Failure]:
    for stated in VERDICT.findall(answer.answer):
        if answer.verdict is None or answer.verdict.status != stated:
            yield Failure("verdict", stated, answer.verdict.status if answer.verdict else "没有判定")


def _standing(answer: Answer) -> Iterable[Failure]:
    for citation in answer.citations:
        named = citation.policy_status in answer.answer or any(
            citation.policy_status in w for w in answer.warnings
        )
        if citation.policy_status != "现行" and not named:
            yield Failure("standing", citation.title, citation.policy_status)


def _squeezed(text: str) -> str:
    return SPACE.sub("", text)
