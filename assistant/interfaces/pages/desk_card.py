"""The card that an operator reads out: the sentence large, the clause behind it, figures, and the rest folded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.hotline.aloud import aloud
from assistant.hotline.hotline import Given
from assistant.interfaces.pages.answer_card import VERDICT_CLASSES, answer_card
from assistant.interfaces.pages.answer_markdown import mark_quote
from assistant.interfaces.pages.rendering import render
from assistant.records.days import beijing_time
from assistant.records.standard_answers import StandardAnswer

PROPOSED, IN_USE, WITHDRAWN = "待审核", "在用", "已撤回"
_LONG = 90  # characters from which the sentence is set smaller


def desk_card(given: Given) -> dict[str, Any]:
    """What POST /api/desk/ask answers, but for the earlier calls."""
    first = given.standards[0].standard if given.standards and given.standards[0].first else None
    shown = standard_answer(first) if first else given.answer
    said = aloud(shown["answer"], shown)
    told_by = (
        f"标准答复，{first.approved_by} {beijing_time(first.approved_at, '%Y-%m-%d')} 审核" if first else ""
    )
    others = [one.standard for one in given.standards if one.standard is not first]
    html = render(
        "desk_card.html",
        said=said,
        long=len(said.sentence) > _LONG,
        clause=_marked(said.clause),
        standard=first,
        told_by=told_by,
        shown=shown,
        verdict_class=VERDICT_CLASSES.get(shown["verdict"]["status"], "open") if shown["verdict"] else "",
        today=None if first is None else answer_card(given.answer),
        card=answer_card(shown),
        others=[standard_hit(one) for one in others],
    )
    return {
        "answer": given.answer,
        "standard": standard_hit(first) if first else None,
        "sentence": said.sentence,
        "caution": said.caution,
        "source": said.source,
        "copied": said.copied(told_by),
        "html": html,
    }


def standard_answer(standard: StandardAnswer) -> dict[str, Any]:
    """A standard answer in the shape of an answer: its words with the citations it was approved with."""
    return {**(standard.answer or {}), "answer": standard.text}


def standard_hit(standard: StandardAnswer) -> dict[str, Any]:
    """A standard answer as it is offered."""
    return {
        "id": standard.id,
        "question": standard.question,
        "sentence": aloud(standard.text, standard_answer(standard)).sentence,
        "approved_by": standard.approved_by or "",
        "approved_at": standard.approved_at,
    }


def state_of(standard: StandardAnswer) -> str:
    """待审核, 在用 or 已撤回."""
    if standard.withdrawn_at is not None:
        return WITHDRAWN
    return IN_USE if standard.approved_at is not None else PROPOSED


def _told_by(standard: StandardAnswer) -> str:
    day = beijing_time(standard.approved_at, "%Y-%m-%d")
    return f"标准答复，{standard.approved_by} {day} 审核"


def _marked(clause: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if clause is None else {**clause, "marked": mark_quote(clause["text"], clause["quote"])}
