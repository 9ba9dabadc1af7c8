"""One tool used by itself, outside a conversation: for programs that call the agent's tools (MCP, LangChain).

Nothing is remembered between two uses, and the facts are the caller's own. What a tool answers carries markers, numbered from 1
in each use, with the citations behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from langchain.tools import ToolRuntime
from langchain_core.messages import AIMessage, ToolMessage
from langchain_core.tools import StructuredTool
from langgraph.types import Command
from pydantic import BaseModel

from assistant.agent.answer import Answer, Calculation, Citation, MissingFact, ProgressEvent, Verdict
from assistant.agent.assembly import Assembly
from assistant.agent.conversation import Conversation
from assistant.agent.desk import PolicyDesk, TurnContext, TurnHandle
from assistant.agent.evidence import EvidenceLedger, markers_in
from assistant.agent.tools.toolbox import TOOLS
from assistant.errors import InputError

BY_NAME: Mapping[str, StructuredTool] = {one.name: one for one in TOOLS if isinstance(one, StructuredTool)}


def arguments_of(tool: StructuredTool) -> type[BaseModel]:
    """What a caller may hand to a tool, as a pydantic model."""
    schema = tool.tool_call_schema
    assert isinstance(schema, type)
    assert issubclass(schema, BaseModel)
    return schema


@dataclass(frozen=True)
class ToolAnswer:
    """What a tool answered; `error` when it could not, with the reason in `text`."""

    text: str
    citations: tuple[Citation, ...] = ()
    verdict: Verdict | None = None
    calculations: tuple[Calculation, ...] = ()
    missing: tuple[MissingFact, ...] = ()
    warnings: tuple[str, ...] = ()
    error: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)


def use_tool(
    desk: PolicyDesk,
    name: str,
    arguments: Mapping[str, Any],
    today: date,
    on_progress: Callable[[ProgressEvent], None] | None = None,
) -> ToolAnswer:
    """Use the tool `name`. Raises InputError for an unknown tool or argument, pydantic's ValidationError for a wrong value."""
    tool = BY_NAME.get(name)
    if tool is None or tool.func is None:
        raise InputError(f"没有工具「{name[:60]}」；可用：{'、'.join(BY_NAME)}")
    model = arguments_of(tool)
    legal = model.model_fields
    if unknown := [key for key in arguments if key not in legal]:
        raise InputError(f"不认识的参数「{unknown[0][:60]}」；{name} 的参数：{'、'.join(legal)}")
    values = model.model_validate(dict(arguments))
    message = str(arguments.get("query", ""))
    context = TurnContext(
        desk, Conversation(id=""), message, EvidenceLedger(desk.library), today, on_progress
    )
    runtime: ToolRuntime[TurnHandle, Any] = ToolRuntime(
        state={},
        context=TurnHandle(context),
        config={},
        stream_writer=lambda _: None,
        tool_call_id=name,
        store=None,
    )
    given = {key: getattr(values, key) for key in legal}
    command: Command[Any] = tool.func(**given, runtime=runtime)
    assert isinstance(command.update, dict)
    return _answered(command.update["messages"][0], context)


def sources_of(citations: tuple[Citation, ...], text: str) -> str:
    """The sources as lines; the words relied on stand with each whose words the text does not hold."""
    lines = [
        f"[{one.marker}] 《{one.title}》{one.label}（{one.policy_status}） {one.address}"
        + ("" if one.quote in text else f"：{one.quote}")
        for one in citations
    ]
    return "\n\n出处：\n" + "\n".join(lines) if lines else ""


def _answered(message: ToolMessage, context: TurnContext) -> ToolAnswer:
    text = str(message.content)
    data = message.artifact if isinstance(message.artifact, dict) else {}
    if "error" in data or "unknown" in data:
        return ToolAnswer(text, error=True)
    if not markers_in(text):  # what the text rests on, where it names no marker itself
        text += "".join(f"[{item['marker']}]" for item in data.get("items", ()))
    assembly = Assembly([message, AIMessage(text or "没有结果。")], context)
    answer = assembly.answer("", "", "")
    lines = [assembly.text, *_figures(answer), *(f"提示：{warning}" for warning in answer.warnings)]
    if choices := data.get("choices"):
        lines.append(f"请写明是哪一处：{'、'.join(choices)}")
    return ToolAnswer(
        "\n".join(lines),
        answer.citations,
        answer.verdict,
        answer.calculations,
        answer.missing,
        answer.warnings,
    )


def _figures(answer: Answer) -> list[str]:
    """Verdict and computations as lines, as the engine gave them."""
    lines = []
    if verdict := answer.verdict:
        lines += [
            f"- {one.criterion}：{one.status}（{one.reason}）{_marker(one.citation)}"
            for one in verdict.findings
        ]
        if score := verdict.score:
            lines.append(f"- 得分：{score.low}分到{score.high}分，满分{score.max}分")
    lines += [
        f"- {one.label} = {one.formula} = {one.display}{_limit(one)}{_marker(one.citation)}"
        for one in answer.calculations
    ]
    lines += [f"- 还需要（{one.fact}）：{one.question}" for one in answer.missing]
    return lines


def _limit(one: Calculation) -> str:
    if one.limit is None:
        return ""
    return f"（要求{one.limit}{'' if one.passed is None else '，达到' if one.passed else '，没有达到'}）"


def _marker(citation: int | None) -> str:
    return "" if citation is None else f"[{citation}]"
