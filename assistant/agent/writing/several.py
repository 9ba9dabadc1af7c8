"""One answer to several questions: what each was answered, in order, nothing twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.agent.answer import AnswerStatus
from assistant.agent.evidence import MARKER
from assistant.agent.writing.draft import Draft, ToolResult

QUOTED = re.compile(r"“([^”]{2,})”")
SOURCE = re.compile(r"《[^》]+》[^：“]*(?=：)")
SIGN = re.compile(r"^(?:相关条款|同时不符合|已符合|测算|依据)：?$")
CONCLUSION = "**结论："
ORDER = ("第一个问题", "第二个问题", "第三个问题", "第四个问题")


def found_in(results: Sequence[ToolResult]) -> tuple[str, ...]:
    """Addresses that a question's tools found, best first."""
    found: list[str] = []
    for result in results:
        items = result.artifact.get("passages") or result.artifact.get("items") or ()
        found += [str(item["address"]) for item in items]
    return tuple(dict.fromkeys(found))


def joined(drafts: Sequence[Draft], assessed: int = 0) -> Draft:
    """The drafts as one; where one of several questions has no answer it is said of which.

    `assessed` is how many assessments they rest on: beside another, none is the conclusion of the answer.
    """
    if len(drafts) == 1:
        return drafts[0]
    statuses = {draft.status for draft in drafts}
    told: set[tuple[str, str]] = set()
    texts = []
    if assessed > 1:
        drafts = [replace(draft, text=draft.text.replace(CONCLUSION, "**")) for draft in drafts]
    for number, draft in enumerate(drafts):
        text = _new_in(draft.text, told)
        if text and len(statuses) > 1:
            text = f"{ORDER[number]}：{text}"
        texts.append(text)
    missing = tuple(dict.fromkeys(pair for draft in drafts for pair in draft.missing))
    warnings = tuple(dict.fromkeys(words for draft in drafts for words in draft.warnings))
    pending = next((draft.pending for draft in drafts if draft.pending), None)
    return Draft("\n\n".join(filter(None, texts)), _status(statuses), missing, pending, warnings)


def _status(statuses: set[AnswerStatus]) -> AnswerStatus:
    order = (AnswerStatus.NEEDS_FACTS, AnswerStatus.ANSWERED, AnswerStatus.REFUSED)
    return next(status for status in order if status in statuses)


def _new_in(text: str, told: set[tuple[str, str]]) -> str:
    """A text without the lines whose quotations, or whose words, were told before; `told` grows by what is new."""
    paragraphs, source = [], ""
    for paragraph in text.split("\n\n"):
        lines = []
        for line in paragraph.split("\n"):
            named = SOURCE.search(line)
            source = named.group() if named else source
            words = {(source, quote) for quote in QUOTED.findall(line)} or {("", MARKER.sub("", line))}
            if words <= told:
                continue
            told |= {(place, word) for place, word in words if not SIGN.match(word)}
            lines.append(line)
        if lines and not (len(lines) == 1 and SIGN.match(lines[0])):
            paragraphs.append("\n".join(lines))
    return "\n\n".join(paragraphs)
