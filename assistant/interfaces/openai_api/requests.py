"""What a chat completion may ask for, and the dialogue that its messages tell.

What only steers how a model writes (temperature, stop, max_tokens, seed, …), and tools that a model is free not to call,
are accepted and have no effect; what would change the shape of the result (n, a demanded tool, response_format, logprobs,
audio) is refused by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.interfaces.openai_api.client_tasks import is_client_task
from assistant.interfaces.openai_api.problems import OpenAIRequestError
from assistant.interfaces.request_bodies import Text
from assistant.kept_dialogue import Exchange

MODEL = "tiaowen"
MOST_TURNS = 100
_NO_CALLS = "{} 只能是 auto 或 none：这里不调用请求里的工具，查条款、测算由服务自己完成"
_NOT_SAID = ("system", "developer", "assistant", "tool", "function")


class ChatMessage(BaseModel):
    """One message of the dialogue; only what users say is read."""

    model_config = ConfigDict(extra="allow")

    role: Text = Field(
        description="user；system、developer 不作为指令，assistant、tool、function 不影响回答",
        examples=["user"],
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
    tools: list[Any] | None = Field(default=None, description="接受而不调用：工具由服务自己调用")
    tool_choice: Any = Field(default=None, description="auto 或 none；不能要求调用")
    functions: list[Any] | None = Field(default=None, description="接受而不调用")
    function_call: Any = Field(default=None, description="auto 或 none；不能要求调用")
    response_format: dict[str, Any] | None = Field(default=None, description='只能是 {"type": "text"}')
    logprobs: bool | None = Field(default=None, description="不支持")
    modalities: list[Any] | None = Field(default=None, description='只能是 ["text"]')
    metadata: dict[str, Any] | None = Field(default=None, description="conversation_id 也可以放在这里")
    conversation_id: Text | None = Field(
        default=None, description="接着这个已存的对话问；此时只读最后一条 user 消息"
    )
    user: Any = Field(default=None, description="调用者的哪一位使用者在问：不同的使用者各有各的对话")

    @property
    def end_user(self) -> str:
        """Whom the caller asks for, where the caller tells its users apart; empty otherwise."""
        return self.user if isinstance(self.user, str) else ""


@dataclass(frozen=True)
class Dialogue:
    """The message to answer, and what was said and answered before it; or a stored conversation's id."""

    message: str
    earlier: tuple[Exchange, ...]
    conversation_id: str | None


def dialogue_of(request: CompletionRequest) -> Dialogue:
    """The dialogue of a request. Raises OpenAIRequestError that names what is not answered here."""
    _check(request)
    exchanges = _exchanges(request.messages)
    if request.messages[-1].role != "user":
        raise OpenAIRequestError(
            "最后一条消息应为 role=user：这里不续写 assistant 的话", "messages", "invalid_value"
        )
    if is_client_task(exchanges[-1].said):
        raise OpenAIRequestError(
            "这一条像是聊天软件自动发来的任务（给对话起标题、打标签、写摘要、拟追问等）；"
            "这里只回答关于政策的提问，没有记录这一条。要提问请直接写出问题",
            "messages",
            "unsupported_task",
        )
    if len(exchanges) > MOST_TURNS:
        raise OpenAIRequestError(
            f"对话里有 {len(exchanges)} 条 user 消息，最多 {MOST_TURNS} 条；请开始新的对话",
            "messages",
            "context_length_exceeded",
        )
    conversation_id = request.conversation_id or (request.metadata or {}).get("conversation_id") or None
    if conversation_id is not None and not isinstance(conversation_id, str):
        raise OpenAIRequestError("conversation_id 应为字符串", "metadata.conversation_id", "invalid_type")
    earlier = () if conversation_id else tuple(exchanges[:-1])
    return Dialogue(exchanges[-1].said, earlier, conversation_id)


def _check(request: CompletionRequest) -> None:
    if request.model != MODEL:
        raise OpenAIRequestError(
            f"没有模型「{request.model[:60]}」；只有 {MODEL}", "model", "model_not_found", 404
        )
    refused: Sequence[tuple[str, bool, str]] = (
        ("n", request.n not in (None, 1), f"不支持 n={request.n}；一次只给一个回答，请去掉 n"),
        ("tool_choice", _demands(request.tool_choice), _NO_CALLS.format("tool_choice")),
        ("function_call", _demands(request.function_call), _NO_CALLS.format("function_call")),
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


def _demands(choice: Any) -> bool:
    """Whether a tool has to be called: by name, or any of them."""
    if isinstance(choice, dict):
        allowed = choice.get("allowed_tools")
        mode = allowed.get("mode") if isinstance(allowed, dict) else choice.get("mode")
        return bool(mode != "auto")
    return choice not in (None, "auto", "none")


def _exchanges(messages: Sequence[ChatMessage]) -> list[Exchange]:
    """What the user said, each with what the client says was answered to it."""
    found: list[Exchange] = []
    for number, message in enumerate(messages):
        if _is_said(message, number):
            found.append(Exchange(_text(message, number), ""))
        elif message.role == "assistant" and found:
            found[-1] = replace(found[-1], heard=found[-1].heard + _heard(message))
    return found


def _heard(message: ChatMessage) -> str:
    """The text of an answer as the client has it; whatever else it holds changes nothing here."""
    if isinstance(message.content, str):
        return message.content
    return "".join(part["text"] for part in message.content or () if isinstance(part.get("text"), str))


def _is_said(message: ChatMessage, number: int) -> bool:
    if message.role == "user":
        return True
    if message.role in _NOT_SAID:
        return False
    raise OpenAIRequestError(
        f"不支持 role={message.role[:20]} 的消息；可用 user、{'、'.join(_NOT_SAID)}",
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
