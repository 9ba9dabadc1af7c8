"""Clauses, grounds and computations made for the gate's tests: another policy than those of the corpus."""

from __future__ import annotations

from typing import Any

from assistant.agent.answer import Calculation, Citation, Verdict
from assistant.agent.verification import Grounds, verify

TITLE = "某市绿色园区管理办法"
LIMITS = (
    "第二条 年取水量不低于300吨且不高于500吨的园区，可以申报；回用率达到40%以上，损耗不得超过基准期的15%。"
)
STEPS = "第三条 程序包括申报、评审、核查、公示等环节。经公示无异议后，由市水务局予以公布。鼓励园区公开数据，应当每年提交报告。"
ROW = "4\n中水回用\n建设中水回用设施，占比越高，此项得分越高。\n12"
YEARS = "第五条 到2025年，回用率提高到40%；到2030年，回用率提高到55%。"


def cite(text: str, marker: int = 1, label: str = "第二条", **further: Any) -> Citation:
    """A citation whose quote is the whole clause."""
    made: dict[str, Any] = {
        "policy_id": "park",
        "title": TITLE,
        "address": f"park#{label}",
        "quote": text,
        "start": 0,
        "end": len(text),
        "source_sha256": "0" * 64,
        "policy_status": "现行",
    }
    return Citation(marker=marker, label=label, text=text, **(made | further))


def cited(*texts: str, **further: Any) -> Grounds:
    """Grounds whose markers 1, 2, … stand for these clauses (第二条, 第三条, …)."""
    numerals = "二三四五六七"
    citations = tuple(cite(text, at, f"第{numerals[at - 1]}条") for at, text in enumerate(texts, start=1))
    return Grounds(citations, **further)


def calculation(
    label: str,
    display: str,
    limit: str | None = None,
    passed: bool | None = None,
    inputs: dict[str, str] | None = None,
    citation: int | None = 1,
) -> Calculation:
    """A result of the engine's."""
    return Calculation("m", label, inputs or {}, "", "1", display, limit, passed, citation)


def judged(programme: str, status: str) -> Verdict:
    """A verdict without findings."""
    return Verdict(programme, status, (), None)


def types(text: str, grounds: Grounds, warnings: tuple[str, ...] = ()) -> set[str]:
    """Types of what does not hold."""
    return {failure.type for failure in verify(text, grounds, warnings)}
