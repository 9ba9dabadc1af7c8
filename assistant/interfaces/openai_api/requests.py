"""What a chat completion may ask for, and the dialogue that its messages tell.

What only steers how a model writes (temperature, stop, max_tokens, seed, …) is accepted and has no effect; what would
change the shape of the result (n, tools, response_format, logprobs, audio) is refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.interfaces.openai_api.problems import OpenAIRequestError
from assistant.interfaces.request_bodies import Text

MODEL = "tiaowen"
MOST_TURNS = 100
_NOT_SAID = ("system", "developer", "assistant")


class ChatMessage(BaseModel):
    """One message of the dialogue; only what users say is read."""

    model_config = ConfigDict(extra="allow")

    role: Text = Field(
        description="user；system、developer 不作为指令，assistant 不影响回答", examples=["user"]
    )
    content: Text | list[dict[str, Any]] | None = Field(
        default=None,
        description="文字，或只含 text 的内容片段",
        examples=["碳抵消能不能超过一半？"],
    )


class StreamOptions(BaseModel):
    """What a stream tells besides the text."""

    model_config = ConfigDict(extra="allow")

    include_usage: bool | None = Field(default=None, description="最后另发一个只有 usage 的片段")


class CompletionRequest(BaseModel):
    """OpenAI's request; fields that are not named here are accepted and have no effect."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {"model": MODEL, "messages": [{"role": "user", "content": "碳抵消能不能超过一半？"}]}
            ]
        },
    )

    model: Text = Field(description=f"只有 {MODEL}", examples=[MODEL])
    messages: list[ChatMessage] = Field(
        min_length=1, description=f"整个对话，最后一条是 user；最多 {MOST_TURNS} 条 user"
    )
    stream: bool | None = Field(default=None, description="true：以 text/event-stream 回答")
    stream_options: StreamOptions | None = None
    n: int | None = Field(default=None, description="只能是 1")
    tools: list[Any] | None = Field(default=None, description="不支持：工具由服务自己调用")
    functions: list[Any] | None = Field(default=None, description="不支持")
    response_format: dict[str, Any] | None = Field(default=None, description='只能是 {"type": "text"}')
    logprobs: bool | None = Field(default=None, description="不支持")
    modalities: list[Any] | None = Field(default=None, description='只能是 ["text"]')
    metadata: dict[str, Any] | None = Field(default=None, description="conversation_id 也可以放在这里")
    conversation_id: Text | None = Field(
        default=None, description="接着这个已存的对话问；此时只读最后一条 user 消息"
    )


@dataclass(frozen=True)
class Dialogue:
    """What the user said: `earlier` messages, oldest first, and the one to answer; or a stored conversation's id."""

    message: str
    earlier: tuple[str, ...]
    conversation_id: str | None


def dialogue_of(request: CompletionRequest) -> Dialogue:
    """The dialogue of a request. Raises OpenAIRequestError that names what is not answered here."""
    _check(request)
    said = [
        _text(message, number) for number, message in enumerate(request.messages) if _is_said(message, number)
    ]
    if request.messages[-1].role != "user":
        raise OpenAIRequestError(
            "最后一条消息应为 role=user：这里不续写 assistant 的话", "messages", "invalid_value"
        )
    if len(said) > MOST_TURNS:
        raise OpenAIRequestError(
            f"对话里有 {len(said)} 条 user 消息，最多 {MOST_TURNS} 条；请开始新的对话",
            "messages",
            "context_length_exceeded",
        )
    conversation_id = request.conversation_id or (request.metadata or {}).get("conversation_id") or None
    if conversation_id is not None and not isinstance(conversation_id, str):
        raise OpenAIRequestError("conversation_id 应为字符串", "metadata.conversation_id", "invalid_type")
    return Dialogue(said[-1], () if conversation_id else tuple(said[:-1]), conversation_id)


def _check(request: CompletionRequest) -> None:
    if request.model != MODEL:
        raise OpenAIRequestError(
            f"没有模型「{request.model[:60]}」；只有 {MODEL}", "model", "model_not_found", 404
        )
    refused: Sequence[tuple[str, bool, str]] = (
        ("n", request.n not in (None, 1), f"不支持 n={request.n}；一次只给一个回答，请去掉 n"),
        ("tools", bool(request.tools), "不支持调用方的 tools；查条款、测算由服务自己完成"),
        ("functions", bool(request.functions), "不支持调用方的 functions；查条款、测算由服务自己完成"),
        (
            "response_format",
            (request.response_format or {}).get("type", "text") != "text",
            "不支持 response_format；回答是文字，完整的回答对象在 tiaowen 字段里",
        ),
        ("logprobs", bool(request.logprobs), "不支持 logprobs"),
        (
            "modalities",
            any(kind != "text" for kind in request.modalities or ()),
            "不支持 modalities；回答只有文字",
        ),
    )
    for param, wrong, why in refused:
        if wrong:
            raise OpenAIRequestError(why, param)


def _is_said(message: ChatMessage, number: int) -> bool:
    if message.role == "user":
        return True
    if message.role in _NOT_SAID:
        return False
    raise OpenAIRequestError(
        f"不支持 role={message.role[:20]} 的消息；可用 user、assistant、system、developer",
        f"messages[{number}].role",
        "invalid_value",
    )


def _text(message: ChatMessage, number: int) -> str:
    """The words of a user's message; parts that are no text are refused."""
    if isinstance(message.content, str):
        return message.content
    if message.content is None:
        raise OpenAIRequestError(
            f"第 {number + 1} 条消息没有 content", f"messages[{number}].content", "invalid_type"
        )
    texts = []
    for at, part in enumerate(message.content):
        kind, text = part.get("type"), part.get("text")
        where = f"messages[{number}].content[{at}]"
        if kind != "text":
            raise OpenAIRequestError(
                f"不支持 {str(kind)[:20]} 内容：只读文字，请把图片、文件里的话写成文字",
                where,
                "unsupported_content",
            )
        if not isinstance(text, str) or any("\ud800" <= one <= "\udfff" for one in text):
            raise OpenAIRequestError("text 应为合法的文字", f"{where}.text", "invalid_type")
        texts.append(text)
    return "\n".join(texts)
