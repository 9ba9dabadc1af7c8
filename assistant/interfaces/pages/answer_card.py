"""One answer as the HTML of its card."""

from __future__ import annotations

from typing import Any

from assistant.agent.answer import Answer
from assistant.interfaces.pages.answer_markdown import mark_quote, render_answer
from assistant.interfaces.pages.rendering import render

IN_FORCE = "现行"
_VERDICT_CLASSES = {"符合": "pass", "不符合": "fail", "待补充": "open"}


def answer_fragment(answer: Answer) -> str:
    """One answer as the HTML of its card."""
    return render("answer.html", **answer_card(answer.to_json()))


def answer_card(answer: dict[str, Any]) -> dict[str, Any]:
    """What the template of a card needs, from an answer object."""
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
    return {
        "answer": answer,
        "prefix": prefix,
        "body": render_answer(answer["answer"], markers, prefix),
        "citations": citations,
        "verdict_class": _VERDICT_CLASSES.get(verdict["status"], "open") if verdict else "",
        "finding_classes": _VERDICT_CLASSES,
    }
