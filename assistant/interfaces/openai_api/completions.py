"""An answer in OpenAI's shape: the text with its sources, the whole answer object beside it, the same in pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.agent.answer import Answer
from assistant.interfaces.openai_api.requests import MODEL

# What CommonMark does not close: **结论：符合。**后面接着说, **65%**的抵消. The sign goes behind the asterisks, or a blank.
_STRONG = re.compile(r"\*\*(?=\S)([^*\n]+?)([。！？；：，、]*)\*\*(?=(\w?))")
_PIECE = re.compile(r".{1,40}?(?:[。！？；：\n]|$)|.{1,40}", re.S)


class Usage(BaseModel):
    """What was read and written, counted in characters: the built-in planner has no tokens."""

    prompt_tokens: int = Field(ge=0, description="对话里 user 消息的字符数")
    completion_tokens: int = Field(ge=0, description="回答的字符数")
    total_tokens: int = Field(ge=0)
    unit: Literal["characters"] = Field(default="characters", description="计数的单位是字符，不是词元")


class AssistantMessage(BaseModel):
    """The answer."""

    role: Literal["assistant"] = "assistant"
    content: str = Field(description="回答，带 [1] 标记，末尾列出各个出处")
    refusal: None = None


class Choice(BaseModel):
    """The only choice."""

    index: Literal[0] = 0
    message: AssistantMessage
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Completion(BaseModel):
    """A chat completion; `tiaowen` is the answer object of POST /api/chat."""

    id: str = Field(examples=["chatcmpl-a_0f6f0c5d"])
    object: Literal["chat.completion"] = "chat.completion"
    created: int = Field(description="Unix 时间，秒")
    model: str = MODEL
    choices: list[Choice]
    usage: Usage
    tiaowen: dict[str, Any] = Field(
        description="完整的回答对象，与 POST /api/chat 相同：引用、结论、测算、还缺什么"
    )


class Model(BaseModel):
    """A model that can be asked for."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = MODEL


class ModelList(BaseModel):
    """The models: one, whatever writes behind it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"object": "list", "data": [Model().model_dump()]}]}
    )

    object: Literal["list"] = "list"
    data: list[Model]


def content_of(answer: Answer) -> str:
    """The answer's text, with the sources that it refers to listed below it; all of them when it refers to none."""
    text = _STRONG.sub(_closed, answer.answer)
    if not answer.citations:
        return text
    referred = [one for one in answer.citations if f"[{one.marker}]" in text]
    sources = [
        f"- [{one.marker}] 《{one.title}》{one.label}（{one.policy_status}）"
        for one in referred or answer.citations
    ]
    return f"{text}\n\n出处：\n\n" + "\n".join(sources)


def _closed(strong: re.Match[str]) -> str:
    words, sign, following = strong.groups()
    if following and sign:
        return f"**{words}**{sign}"
    return f"**{words}** " if following and not words[-1].isalnum() else strong.group()


def usage_of(said: Sequence[str], answer: Answer) -> Usage:
    """Characters of what the user said and of the answer."""
    read, written = sum(map(len, said)), len(content_of(answer))
    return Usage(prompt_tokens=read, completion_tokens=written, total_tokens=read + written)


def completion(answer: Answer, said: Sequence[str], created: int) -> dict[str, Any]:
    """The answer as a whole."""
    return Completion(
        id=f"chatcmpl-{answer.id}",
        created=created,
        choices=[Choice(message=AssistantMessage(content=content_of(answer)))],
        usage=usage_of(said, answer),
        tiaowen=answer.to_json(),
    ).model_dump()


class Chunks:
    """The chunks of one stream."""

    def __init__(self, id: str, created: int, with_usage: bool) -> None:
        self._head = {"id": id, "object": "chat.completion.chunk", "created": created, "model": MODEL}
        # OpenAI tells usage as null in each chunk before the last, where it is asked for at all.
        self._usage: dict[str, Any] = {"usage": None} if with_usage else {}
        self._with_usage = with_usage

    def opening(self) -> dict[str, Any]:
        """Says that an answer is coming."""
        return self._chunk({"role": "assistant", "content": ""}, None)

    def answer(self, answer: Answer, said: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The text in pieces, then the end with the answer object, then usage where it is asked for."""
        for piece in _PIECE.findall(content_of(answer)):
            yield self._chunk({"content": piece}, None)
        yield {**self._chunk({}, "stop"), "tiaowen": answer.to_json()}
        if self._with_usage:
            yield {**self._head, "choices": [], "usage": usage_of(said, answer).model_dump()}

    def _chunk(self, delta: dict[str, Any], finish: str | None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return {**self._head, "choices": [choice], **self._usage}
