"""Turns to be stored, as an assistant makes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from assistant.agent.answer import Answer, AnswerStatus, Citation, Verdict
from assistant.agent.conversation import Conversation
from assistant.records import Records, new_id
from assistant.records.conversations import TurnRecord

TODAY = date(2026, 11, 21)
POLICY = "fujian-zero-carbon-factory"
CITATION = Citation(
    1, POLICY, "办法", f"{POLICY}#第八条", "第八条", "全文", "不超过50%", 3, 9, "ab" * 32, "征求意见稿"
)
VERDICT = Verdict("零碳工厂", "不符合", (), None)


def turn(
    question: str = "抵消能不能超过一半", before: Conversation | None = None, **changes: Any
) -> TurnRecord:
    """A turn after `before` (a new conversation); `changes` of the record, or of the answer by its own fields."""
    begun = before or Conversation(id=new_id("c"))
    own = {name: changes.pop(name) for name in list(changes) if name in Answer.__dataclass_fields__}
    answer = Answer(
        new_id("a"), begun.id, AnswerStatus.ANSWERED, "不能 [1]。", citations=(CITATION,), elapsed_ms=12
    )
    after = replace(begun.with_turn(question), facts={POLICY: {"offset": "6万吨"}})
    record = TurnRecord(question, replace(answer, **own), after, begun, TODAY)
    return replace(record, **changes)


def saved(store: Records, question: str = "抵消能不能超过一半", **changes: Any) -> TurnRecord:
    """A turn that is stored."""
    made = turn(question, **changes)
    store.conversations.save_turn(made)
    return made
