"""An answer as plain text to paste elsewhere: the question, the answer with its [n], and the numbered sources."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assistant.interfaces.pages.answer_card import IN_FORCE

_EMPHASIS = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.S)


def plain_answer(question: str, answer: Mapping[str, Any]) -> str:
    """The text; each source names its document, clause, status where it is not in force, words and address."""
    body = _EMPHASIS.sub(r"\1", answer["answer"]).strip()
    parts = [f"问：{question.strip()}", f"答：{body}"]
    if answer["citations"]:
        parts.append("依据：\n" + "\n".join(_source(item) for item in answer["citations"]))
    unsaid = [warning for warning in answer["warnings"] if warning not in answer["answer"]]
    parts += [f"注意：{warning}" for warning in unsaid]
    parts.append(f"（条问，回答编号 {answer['id']}；以主管部门解释为准）")
    return "\n\n".join(parts) + "\n"


def _source(citation: Mapping[str, Any]) -> str:
    status = "" if citation["policy_status"] == IN_FORCE else f"（{citation['policy_status']}）"
    quote = re.sub(r"\s+", "", citation["quote"])
    return f"[{citation['marker']}] 《{citation['title']}》{status}{citation['label']}：“{quote}” {citation['address']}"
