"""The HTML of the chat page, of one answer and of an error, from the templates under `web/`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.agent.answer import Answer
from assistant.interfaces.http.answer_markdown import mark_quote, render_answer
from assistant.interfaces.http.problems import Problem

if TYPE_CHECKING:
    from jinja2 import Environment

WEB = Path(__file__).resolve().parent.parent / "web"
STATIC = WEB / "static"
IN_FORCE = "现行"
STARTERS = (
    "我们 2021 年排放 10 万吨，去年 4 万吨，买了 4 万吨碳汇，够不够申报零碳工厂？",
    "碳抵消能不能超过一半？",
    "近零碳工厂要满足哪些指标？",
    "减污降碳要怎么推进？",
    "福州工业领域碳达峰有哪些目标？",
    "林业碳汇下一步怎么做？",
)
_VERDICT_CLASSES = {"符合": "pass", "不符合": "fail", "待补充": "open"}


@dataclass(frozen=True)
class Turn:
    """A question with the answer object that was given."""

    question: str
    answer: dict[str, Any]


def answer_fragment(answer: Answer) -> str:
    """One answer as the HTML of its card."""
    return _environment().get_template("answer.html").render(**_card(answer.to_json()))


def chat_page(
    turns: Sequence[Turn] = (),
    *,
    waiting: str | None = None,
    problem: Problem | None = None,
    draft: str = "",
    message_limit: int,
) -> str:
    """The whole page; `waiting` says why there is no answer yet, `draft` is what was typed and refused."""
    conversation_id = turns[-1].answer["conversation_id"] if turns else ""
    return (
        _environment()
        .get_template("chat.html")
        .render(
            turns=[{"question": turn.question, **_card(turn.answer)} for turn in turns],
            shown=[turn.answer["id"] for turn in turns],
            conversation_id=conversation_id,
            starters=STARTERS,
            waiting=waiting,
            problem=problem,
            draft=draft,
            message_limit=message_limit,
        )
    )


def error_page(problem: Problem) -> str:
    """A page that tells of an error."""
    return _environment().get_template("error.html").render(problem=problem)


def _card(answer: dict[str, Any]) -> dict[str, Any]:
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


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
