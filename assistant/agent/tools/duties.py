"""The work of the duties tool: the tasks whose note of responsible units names an office."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.agent.desk import TurnContext
from assistant.agent.tools.items import Found, quoted_item
from assistant.agent.tools.sentences import RUN_IN, is_responsible_note, sentences
from assistant.documents.clause import Clause
from assistant.errors import InputError


def duties(turn: TurnContext, office: str, policies: Sequence[str]) -> Found:
    """Tasks of the policies (empty: of all) that name `office` among the responsible units, in the order of the texts.

    Each with its heading quoted (`item`) and with the marker of the note (`note`). Raises InputError where none does.
    """
    library = turn.desk.library
    tasks: list[dict[str, Any]] = []
    for policy in policies or library.policies:
        for clause in library.clauses(policy):
            note = next(
                (part for part in sentences(clause.text) if is_responsible_note(part) and office in part),
                None,
            )
            if note is None:
                tasks += [
                    _said(turn, clause, part) for part in sentences(clause.text) if f"{office}负责" in part
                ]
                continue
            head = RUN_IN.match(clause.text)
            item = quoted_item(turn, clause, head.group() if head else note)
            tasks.append({"item": item, "note": turn.ledger.hand_out(clause.address, note)})
    if not tasks:
        raise InputError(f"责任单位中没有写到“{office}”。")
    content = "\n".join(
        f"[{task['note']}] {task['item']['label']}：{task['item']['quote']}" for task in tasks
    )
    return content, {"office": office, "tasks": tasks, "items": [task["item"] for task in tasks]}


def _said(turn: TurnContext, clause: Clause, sentence: str) -> dict[str, Any]:
    """A task that running text gives to an office: 第五条省工信厅负责…."""
    item = quoted_item(turn, clause, sentence)
    return {"item": item, "note": item["marker"]}
