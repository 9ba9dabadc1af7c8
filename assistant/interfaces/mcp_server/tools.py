"""What the MCP server offers: the agent's tools as they are, `ask` for a whole answer, `list_policies` for the names that tools take."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from mcp_types import CallToolResult, TextContent, Tool, ToolAnnotations
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from assistant.agent.answer import Answer, ProgressEvent
from assistant.errors import InputError, TiaowenError
from assistant.interfaces.request_bodies import Text, describe_errors

if TYPE_CHECKING:
    from assistant.service import Assistant

logger = logging.getLogger(__name__)
Progress = Callable[[ProgressEvent], None]


class AskArguments(BaseModel):
    """Arguments of `ask`."""

    model_config = ConfigDict(extra="forbid")

    message: Text = Field(description="要问的话，中文")
    conversation_id: Text | None = Field(
        default=None, description="接着哪个对话问：上一次回答里的 conversation_id"
    )


class NoArguments(BaseModel):
    """`list_policies` takes none."""

    model_config = ConfigDict(extra="forbid")


@cache
def offered() -> tuple[Tool, ...]:
    """The tools with their schemas."""
    from assistant.agent.tools.single_use import BY_NAME, ToolAnswer, arguments_of

    reading = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
    answering = ToolAnnotations(read_only_hint=False, destructive_hint=False, open_world_hint=False)
    answered = TypeAdapter(ToolAnswer).json_schema()
    own = [
        Tool(
            name="ask",
            title="问一句话",
            description="问一句话：依据政策原文作答，逐条注明出处，数字由规则引擎计算；可带 conversation_id 接着问。回答存入记录。",
            input_schema=_schema(AskArguments),
            output_schema=TypeAdapter(Answer).json_schema(),
            annotations=answering,
        ),
        Tool(
            name="list_policies",
            title="收录的政策和各种编号",
            description="收录的政策和各种编号：其他工具的 policy、programme、metric、facts 用的编号都在这里。",
            input_schema=_schema(NoArguments),
            annotations=reading,
        ),
    ]
    shared = [
        Tool(
            name=name,
            title=tool.description.partition("：")[0],
            description=tool.description,
            input_schema=_schema(arguments_of(tool)),
            output_schema=answered,
            annotations=reading,
        )
        for name, tool in BY_NAME.items()
    ]
    return (*own, *shared)


@dataclass(frozen=True)
class Use:
    """One use of a tool; `longest` is the limit on one argument, in characters."""

    tool: str
    arguments: Mapping[str, Any]
    owner: str | None
    longest: int
    on_progress: Progress


def call(assistant: Assistant, use: Use) -> CallToolResult:
    """Use a tool; whatever goes wrong is told as the tool's error, in Chinese."""
    from assistant.agent.tools.single_use import sources_of

    try:
        _check_length(use.arguments, use.longest)
        if use.tool == "ask":
            return _ask(assistant, AskArguments.model_validate(use.arguments), use)
        if use.tool == "list_policies":
            NoArguments.model_validate(use.arguments)
            return _result(assistant.catalogue())
        answer = assistant.use_tool(use.tool, use.arguments, use.on_progress)
    except ValidationError as error:
        return failed(describe_errors(error.errors()))
    except TiaowenError as error:
        return failed(str(error))
    except Exception:
        logger.exception("the tool %s broke off", use.tool[:60])
        return failed("服务内部出错，已记入日志；请稍后再试")
    if answer.error:
        return _result(answer.text, error=True)
    return _result(f"{answer.text}{sources_of(answer.citations, answer.text)}", answer.to_json())


def failed(why: str) -> CallToolResult:
    """A tool's error."""
    return _result(f"错误：{why}", error=True)


def _ask(assistant: Assistant, asked: AskArguments, use: Use) -> CallToolResult:
    from assistant.agent.tools.single_use import sources_of

    for event in assistant.stream(asked.message, asked.conversation_id, use.owner):
        if isinstance(event, Answer):
            text = f"{event.answer}{sources_of(event.citations, event.answer)}\n\nconversation_id：{event.conversation_id}"
            return _result(text, event.to_json())
        use.on_progress(event)
    raise InputError("没有得到回答；请再问一次")


def _result(text: str, data: dict[str, Any] | None = None, error: bool = False) -> CallToolResult:
    return CallToolResult(
        content=[TextContent(type="text", text=text)], structured_content=data, is_error=error
    )


def _check_length(arguments: Mapping[str, Any], longest: int) -> None:
    for name, value in arguments.items():
        if len(str(value)) > longest:
            raise InputError(f"参数 {name} 有 {len(str(value))} 个字，超过上限 {longest} 个字；请缩短")


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    """A model's JSON schema without the titles that pydantic makes up."""
    schema = model.model_json_schema()
    fields = schema.get("properties", {}).items()
    kept = {name: {key: part for key, part in field.items() if key != "title"} for name, field in fields}
    return {
        "type": "object",
        "properties": kept,
        "required": schema.get("required", []),
        "additionalProperties": False,
    }
