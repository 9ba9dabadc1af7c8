"""One answer as the HTML of its card, and the facts understood so far as the HTML of their panel."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.agent.answer import Answer, MissingFact
from assistant.interfaces.pages.answer_markdown import mark_quote, render_answer
from assistant.interfaces.pages.limit_bar import limit_bar, score_bar
from assistant.interfaces.pages.rendering import render
from assistant.interfaces.pages.suggesting import suggestions

if TYPE_CHECKING:
    from assistant.agent.understood import FactField, UnderstoodFact
    from assistant.service import Assistant

IN_FORCE = "现行"
VERDICT_CLASSES = {"符合": "pass", "不符合": "fail", "待补充": "open"}
_AMOUNT = re.compile(r"\s*(\d[\d,]*(?:\.\d+)?)\s*(\D*)\s*")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


@dataclass(frozen=True)
class Surroundings:
    """What stands around a card that a reader can still answer.

    `fields` are those of the missing facts, `programmes` what the cited policies' rule books decide, `asked` the questions so far,
    `action` where its forms go.
    """

    fields: tuple[FactField | None, ...] = ()
    programmes: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    action: str = "/"


def surroundings(
    assistant: Assistant, answer: Mapping[str, Any], asked: Collection[str], action: str = "/"
) -> Surroundings:
    """What the service knows around the latest answer of a conversation."""
    cited = {item["policy_id"] for item in answer["citations"]}
    missing = [MissingFact(item["fact"], item["question"]) for item in answer["missing"]]
    return Surroundings(
        assistant.fields_of(missing) if missing else (),
        assistant.programmes_of(cited) if cited else (),
        tuple(asked),
        action,
    )


def answer_fragments(
    assistant: Assistant, owner: str | None, question: str, answer: Answer
) -> dict[str, str]:
    """A streamed answer's card and the panel of the facts that its conversation now holds."""
    plain = answer.to_json()
    card = answer_card(plain, surroundings(assistant, plain, (question,)))
    facts = facts_panel(assistant.facts_of(answer.conversation_id, owner), answer.conversation_id)
    return {"html": render("answer.html", **card), "facts": render("facts.html", **facts)}


def answer_card(answer: dict[str, Any], around: Surroundings | None = None) -> dict[str, Any]:
    """What the template of a card needs; without surroundings nothing on it can be answered any more."""
    prefix = f"cite-{answer['id'] or 'none'}"
    citations = [
        {
            **item,
            "marked": mark_quote(item["text"], item["quote"]),
            "in_force": item["policy_status"] == IN_FORCE,
        }
        for item in answer["citations"]
    ]
    markers = {item["marker"] for item in citations}
    verdict = answer["verdict"]
    fields = around.fields if around and around.fields else (None,) * len(answer["missing"])
    return {
        "answer": answer,
        "prefix": prefix,
        "body": render_answer(answer["answer"], markers, prefix),
        "citations": citations,
        "verdict_class": VERDICT_CLASSES.get(verdict["status"], "open") if verdict else "",
        "finding_classes": VERDICT_CLASSES,
        "score_bar": score_bar(verdict["score"]) if verdict and verdict["score"] else None,
        "calculations": [{**item, "bar": limit_bar(item)} for item in answer["calculations"]],
        "missing": [
            {"question": item["question"], "field": field and reply_form(field)}
            for item, field in zip(answer["missing"], fields, strict=True)
        ],
        "around": around,
        "suggestions": suggestions(answer, around.programmes, around.asked) if around else (),
    }


def facts_panel(facts: Sequence[UnderstoodFact], conversation_id: str, action: str = "/") -> dict[str, Any]:
    """What the template of the panel needs."""
    return {
        "facts": [{"fact": fact, "field": reply_form(fact.field, fact.value)} for fact in facts],
        "conversation_id": conversation_id,
        "action": action,
    }


def reply_form(field: FactField, value: str = "") -> dict[str, Any]:
    """A field as its template needs it, filled with a value that was told as far as it fits the field."""
    amount, unit = _amount(value, field)
    return {"field": field, "value": value, "amount": amount, "unit": unit}


def _amount(value: str, field: FactField) -> tuple[str, str]:
    """The number and the unit of a value that a number's input can hold; nothing for one that it cannot."""
    if field.kind == "date":
        return value, ""
    found = _AMOUNT.fullmatch(value.translate(_FULL_WIDTH))
    if found is None:
        return "", ""
    number, unit = found[1].replace(",", ""), found[2].strip()
    return (number, unit) if not unit or unit in field.units else ("", "")
