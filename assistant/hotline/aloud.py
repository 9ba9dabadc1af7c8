"""What an operator reads out of an answer: the sentence that decides, what has to be said with it, and the clause behind it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

PASSED, FAILED = "符合", "不符合"
IN_FORCE, DRAFT = "现行", "征求意见稿"
_MARKER = re.compile(r"\[(\d{1,3})\]")
_LIST_SIGN = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+")
_QUOTED_ALONE = re.compile(r"《[^》]*》[^：“”]{0,40}：(?P<torn>…?)“(?P<words>.*)”…?。?", re.DOTALL)
_BEHIND = re.compile(r"(?:\*\*)?(?:\[\d{1,3}\])*")
_NUMERAL = "[一二三四五六七八九十百]+"
_NUMBER = re.compile(
    rf"^(?:（{_NUMERAL}）|第{_NUMERAL}条|\d+[.．、](?!\d)|注：)\s*"
)  # of a clause or item; nobody reads it out
_ENDS = "。！？!?"
_BREAKS = f"{_ENDS}\n"
_SHORT = 8  # characters
_LISTED = 300  # characters of a list that is read out
_ELSEWHERE = "各项见完整回答。"
_ASKED = 80  # characters of a question that is asked in one breath; a longer one stands in its list


@dataclass(frozen=True)
class Aloud:
    """`sentence` is read out; `caution` is said with it, None where the clause is in force; `clause` is the citation behind it."""

    sentence: str
    caution: str | None
    clause: Mapping[str, Any] | None

    @property
    def source(self) -> str:
        """The clause in words, empty without one."""
        if self.clause is None:
            return ""
        return f"《{self.clause['title']}》{status_note(self.clause['policy_status'])}{self.clause['label']}"

    def copied(self, told_by: str = "") -> str:
        """The sentence with its source, to paste elsewhere; `told_by` says whose words they are."""
        lines = [self.sentence]
        if self.clause is not None:
            quote = re.sub(r"\s+", "", self.clause["quote"])
            words = "" if _NUMBER.sub("", quote) in re.sub(r"\s+", "", self.sentence) else f"：“{quote}”"
            lines.append(f"依据：{self.source}{words} {self.clause['address']}")
        lines += [line for line in (self.caution, told_by) if line]
        return "\n".join(lines)


def aloud(text: str, answer: Mapping[str, Any]) -> Aloud:
    """What to read out of `text`, the words of an answer whose citations are those of `answer`."""
    said = _first_sentence(text)
    marked = _MARKER.search(said) or _MARKER.search(text)
    citations = answer["citations"]
    clause = next(
        (item for item in citations if marked and item["marker"] == int(marked[1])),
        citations[0] if citations else None,
    )
    sentence = _unmarked(said)
    if clause is not None and (quoted := _quoted_alone(sentence)):
        sentence = _whole(quoted, clause)
    sentence = _with_what_decides(_NUMBER.sub("", sentence), text, said, answer)
    caution = caution_of(clause["title"], clause["policy_status"]) if clause is not None else None
    return Aloud(sentence, caution, clause)


def caution_of(title: str, status: str) -> str | None:
    """What has to be said of a policy that is not in force."""
    if status == IN_FORCE:
        return None
    if status == DRAFT:
        return f"《{title}》目前是征求意见稿，尚未正式施行，以正式印发的文本为准。"
    return f"《{title}》的状态是“{status}”，不是现行规定。"


def status_note(status: str) -> str:
    """A status in brackets behind a title; nothing for a policy in force."""
    return "" if status == IN_FORCE else f"（{status}）"


def _first_sentence(text: str) -> str:
    """The first sentence outside quotation marks; a line that only leads to a list goes with its first item.

    An item that leads to the others goes with them, or says where they stand where they are too long to be read out.
    """
    lines = _lines(text)
    if not lines:
        return ""
    if lines[0].rstrip().endswith("：") and len(lines) > 1:
        del lines[0]
    said, rest = _cut(_LIST_SIGN.sub("", lines[0]))
    items = [_LIST_SIGN.sub("", line) for line in takewhile(_LIST_SIGN.match, lines[1:])]
    if items and _unmarked(said).endswith("："):
        return said + ("".join(items) if len("".join(items)) <= _LISTED else _ELSEWHERE)
    # 不能。 alone tells a caller too little: the next sentence goes with it, of a quotation its words.
    if len(said) <= _SHORT and rest:
        more = _cut(rest)[0]
        quoted = _quoted_alone(_unmarked(more))
        said += f"原文：“{_NUMBER.sub('', quoted['words'])}”" if quoted else more
    return said


def _lines(text: str) -> list[str]:
    """The lines that are not empty; a quotation that goes on behind the end of a line is one line with it."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and lines[-1].count("“") > lines[-1].count("”"):
            lines[-1] += line
        elif line.strip():
            lines.append(line)
    return lines


def _with_what_decides(sentence: str, text: str, said: str, answer: Mapping[str, Any]) -> str:
    """A verdict with its reason, and what cannot be said yet with what has to be asked first."""
    asked = next((str(item["question"]) for item in answer.get("missing", ())), "")
    if answer.get("status") == "needs_facts" and 0 < len(asked) <= _ASKED and asked in text:
        return sentence if asked in sentence else sentence + asked
    verdict = answer.get("verdict")
    if verdict and verdict["status"] in (PASSED, FAILED) and verdict["status"] in sentence:
        rest = text.partition(said)[2].partition("\n")[0]
        return sentence + _unmarked(_cut(rest)[0])
    return sentence


def _quoted_alone(sentence: str) -> re.Match[str] | None:
    """A sentence that is a clause's name and its words, and nothing else; quotation marks inside are the clause's."""
    found = _QUOTED_ALONE.fullmatch(sentence)
    depth = 0
    for sign in found["words"] if found else "”":
        depth += (sign == "“") - (sign == "”")
        if depth < 0:
            return None
    return found


def _whole(quoted: re.Match[str], clause: Mapping[str, Any]) -> str:
    """The words of a quotation; where they are a part of a sentence, the sentence of the clause that they stand in."""
    words, text = quoted["words"], clause.get("text", "")
    at = text.find(words)
    if not quoted["torn"] or at < 0:
        return words
    begin = max(text.rfind(end, 0, at) for end in _BREAKS) + 1
    ends = [place for end in _BREAKS if (place := text.find(end, at + len(words))) >= 0]
    return str(text[begin : min(ends) + 1 if ends else len(text)]).strip()


def _unmarked(text: str) -> str:
    return _MARKER.sub("", text).replace("**", "").strip()


def _cut(text: str) -> tuple[str, str]:
    """A sentence with the markers behind it, and what follows."""
    depth = 0
    for at, sign in enumerate(text):
        depth += (sign == "“") - (sign == "”")
        if sign in _ENDS and depth <= 0:
            behind = _BEHIND.match(text, at + 1)
            end = behind.end() if behind else at + 1
            return text[:end], text[end:].strip()
    return text, ""
