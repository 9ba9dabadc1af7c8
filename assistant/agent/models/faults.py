"""What a model may do wrong, each with a name and a sentence for a person."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from langchain_core.messages import AIMessage

from assistant.errors import ModelFault

logger = logging.getLogger(__name__)

LONGEST = 20_000  # characters of an answer
MOST_CALLS = 8  # tool calls of one step that are run
FINISHED = ("stop", "tool_calls", "function_call", "end_turn", "tool_use", "STOP")
_HAN, _LETTER = re.compile(r"[\u4e00-\u9fff]"), re.compile(r"[A-Za-z]")
_LEAST_CHINESE = 0.5  # share of Chinese characters among the letters of an answer

# (statuses, words of an exception's class name or message, kind, what a person is told); the first that fits counts
_KNOWN: tuple[tuple[tuple[int, ...], str, str, str], ...] = (
    ((408, 504), r"(?i:timed? ?out)", "timeout", "模型在时限内没有答完"),
    (
        (401, 403),
        r"AuthenticationError|PermissionDenied|invalid_api_key",
        "refused",
        "模型接口拒绝了密钥",
    ),
    ((429,), r"RateLimit", "rate_limit", "模型接口太忙（请求过多）"),
    (
        (413,),
        r"context_length|maximum context|too many tokens|context window",
        "context",
        "对话对这个模型来说太长",
    ),
    ((), r"(?i:certificate|\bSSL|\bTLS)", "tls", "与模型接口的安全连接失败"),
    (
        (),
        r"ConnectError|APIConnection|Connection ?(?:refused|reset|error)|RemoteProtocol",
        "connection",
        "连接不上模型接口",
    ),
    ((404,), r"NotFound", "not_found", "模型接口没有这个模型或地址"),
    ((400, 422), r"BadRequest|UnprocessableEntity", "bad_request", "模型接口不接受请求"),
    (tuple(range(500, 600)), r"InternalServer|APIStatus", "server", "模型接口出错"),
)


def fault_of(error: BaseException) -> ModelFault:
    """The fault behind an exception of a model's package; the message never repeats the exception's own text."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ModelFault):
            return seen
        seen = seen.__cause__ or seen.__context__
    chain: list[str] = []
    status: int | None = None
    seen = error
    while seen is not None and len(chain) < 5:
        status = status or getattr(seen, "status_code", None)
        chain.append(f"{type(seen).__name__}: {seen}")
        seen = seen.__cause__ or seen.__context__
    told = "\n".join(chain)
    for answered, words, kind, message in _KNOWN:
        if status in answered or re.search(words, told):
            return ModelFault(kind, message)
    logger.debug("a model's fault of no known kind", exc_info=error)
    return ModelFault("malformed", "模型接口返回的内容读不懂")


def check_message(message: AIMessage) -> None:
    """Raise ModelFault for a message that is no whole answer and no legal tool call."""
    reason = message.response_metadata.get("finish_reason") or message.response_metadata.get("stop_reason")
    if message.invalid_tool_calls and not message.tool_calls:
        raise ModelFault("tool_arguments", "模型调用工具的参数不合法")
    if reason is not None and reason not in FINISHED:
        raise ModelFault("cut", "模型的回答没有写完")
    if message.tool_calls:
        return
    if reason is None and _names_reasons(message):
        raise ModelFault("cut", "模型的回答没有写完")
    text = message.text.strip()
    if not text:
        raise ModelFault("empty", "模型没有给出回答")
    if len(text) > LONGEST:
        raise ModelFault("too_large", f"模型的回答太长：{len(text)} 个字符，最多 {LONGEST} 个")
    if not is_chinese(text):
        raise ModelFault("language", "模型没有用中文回答")


def _names_reasons(message: AIMessage) -> bool:
    """Whether the model's package tells how a message ended, so that none told means a message cut off."""
    return "finish_reason" in message.response_metadata


def is_chinese(text: str) -> bool:
    """Whether an answer is written in Chinese; names, units and formulas may stay Latin."""
    chinese, latin = len(_HAN.findall(text)), len(_LETTER.findall(text))
    return chinese > 0 and chinese >= _LEAST_CHINESE * (chinese + latin / 4)


def within_calls(message: AIMessage) -> AIMessage:
    """The message with its first calls; a model that asks for fifty at once gets the first few."""
    calls: Sequence[object] = message.tool_calls
    if len(calls) <= MOST_CALLS:
        return message
    return AIMessage(
        content=message.content,
        tool_calls=message.tool_calls[:MOST_CALLS],
        response_metadata=message.response_metadata,
        usage_metadata=message.usage_metadata,
        id=message.id,
    )
