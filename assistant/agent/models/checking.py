"""`tiaowen model check`: what a configured model can do, found by asking it, told in plain words."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import tool

from assistant.agent.models.budget import ModelBudget
from assistant.agent.models.choosing import external_model
from assistant.agent.models.faults import fault_of, is_chinese
from assistant.errors import ModelFault
from assistant.settings import Settings

ASKED_CLAUSE = "第八条"


@dataclass(frozen=True)
class Ability:
    """One thing a model can or cannot do: `told` says what was seen, `seconds` how long it took."""

    name: str
    works: bool
    told: str
    seconds: float


@tool
def read_clause(reference: str) -> str:
    """阅读条款：reference 是条款号，如 第八条。"""
    return reference


def check_model(settings: Settings) -> tuple[Ability, ...]:
    """Ask the model three things: a sentence in Chinese, one call of a tool, a streamed answer.

    Raises SettingsError when the model cannot even be made. What the model's server says is never repeated, nor the key.
    """
    model = external_model(settings)
    asked: tuple[tuple[str, Callable[[], str]], ...] = (
        ("中文作答", lambda: _chinese(model)),
        ("调用工具", lambda: _tool_call(model)),
        ("流式输出", lambda: _streaming(model)),
    )
    return tuple(_tried(name, ask, settings) for name, ask in asked)


def _tried(name: str, ask: Callable[[], str], settings: Settings) -> Ability:
    began = time.monotonic()
    try:
        told, works = ModelBudget.of(settings).call(ask), True
    except ModelFault as fault:
        told, works = str(fault), False
    return Ability(name, works, told, time.monotonic() - began)


def _chinese(model: BaseChatModel) -> str:
    answer = model.invoke([HumanMessage("请用一句中文说明什么是碳抵消。")])
    if not isinstance(answer, AIMessage) or not answer.text.strip():
        raise ModelFault("empty", "模型没有给出回答")
    if not is_chinese(answer.text):
        raise ModelFault("language", "模型没有用中文回答")
    return "能用中文回答"


def _tool_call(model: BaseChatModel) -> str:
    bound = model.bind_tools([read_clause])
    answer = bound.invoke([HumanMessage(f"请调用工具 read_clause 阅读{ASKED_CLAUSE}，不要直接回答。")])
    if not isinstance(answer, AIMessage) or not answer.tool_calls:
        wrong = isinstance(answer, AIMessage) and answer.invalid_tool_calls
        raise ModelFault(
            "tools", "工具参数不是合法的 JSON" if wrong else "没有调用工具；条问需要支持工具调用的模型"
        )
    call = answer.tool_calls[0]
    if call["name"] != read_clause.name or ASKED_CLAUSE not in str(call["args"].get("reference", "")):
        raise ModelFault("tools", "调用了工具，但工具名或参数不对")
    return "能按要求调用工具"


def _streaming(model: BaseChatModel) -> str:
    parts = 0
    try:
        for chunk in model.stream([HumanMessage("请从一数到五。")]):
            parts += bool(chunk.text)
    except Exception as error:
        raise fault_of(error) from error
    if parts < 2:
        raise ModelFault("stream", "没有分段输出（不影响使用：条问核对完整回答后才显示）")
    return f"能分段输出（{parts} 段）"
