"""Made things for the evaluation's own tests: questions, answers and citations that are not the product's."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from assistant.agent.answer import Answer, AnswerStatus, Citation, Verdict
from eval.questions import Question, parse_row

STORED = "第八条  申报企业应满足：\n（二）企业以2021年为基准期，碳削\n\n- 14 -\n\n减率达100%，抵消不得超过基准期的50%。\n第九条  其他。\n"
CLAUSE = "（二）企业以2021年为基准期，碳削减率达100%，抵消不得超过基准期的50%。"
POLICY = "made-policy"


def question(**changed: Any) -> Question:
    """A question whose expectation is `changed` (status answered unless said otherwise)."""
    expect = {"status": ["answered"], **changed}
    row = {
        "id": "q1",
        "user": "hotline",
        "kind": "lookup",
        "turns": ["抵消能不能超过一半？"],
        "expect": expect,
    }
    return parse_row(json.dumps(row, ensure_ascii=False), "made:1")


def corpus(folder: Path) -> Path:
    """A corpus folder with one stored text."""
    (folder / POLICY).mkdir(parents=True)
    (folder / POLICY / "text.txt").write_bytes(STORED.encode())
    return folder


def citation(**changed: Any) -> Citation:
    """A citation of the made clause that verifies, unless `changed` breaks it."""
    quote = changed.pop("quote", "碳削减率达100%")
    start = STORED.index("碳削")
    parts: dict[str, Any] = {
        "marker": 1,
        "policy_id": POLICY,
        "title": "示范办法",
        "address": f"{POLICY}#第八条/（二）",
        "label": "第八条（二）",
        "text": CLAUSE,
        "quote": quote,
        "start": start,
        "end": STORED.index("100%") + 4,
        "source_sha256": hashlib.sha256(STORED.encode()).hexdigest(),
        "policy_status": "现行",
    }
    return Citation(**(parts | changed))


def answer(
    text: str,
    status: str = "answered",
    citations: tuple[Citation, ...] = (),
    verdict: Verdict | None = None,
    **parts: Any,
) -> Answer:
    """An answer with this text."""
    made = {"id": "a1", "conversation_id": "c1", "citations": citations, "verdict": verdict, **parts}
    return Answer(status=AnswerStatus(status), answer=text, **made)
