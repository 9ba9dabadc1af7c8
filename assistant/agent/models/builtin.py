"""The `builtin` model: the deterministic planner as a real LangChain chat model."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from pydantic import ConfigDict

from assistant.agent.conversation import Conversation
from assistant.agent.planner import Planner
from assistant.agent.writing.draft import ToolResult

STATE = re.compile(r"<conversation>(.*?)</conversation>", re.S)


def state_block(conversation: Conversation) -> str:
    """The conversation's state as the built-in model reads it, at the end of the system message."""
    return f"<conversation>{conversation.dumps()}</conversation>"


class BuiltinChatModel(BaseChatModel):
    """Emits tool calls from the question and the conversation's state, then writes the answer from the results.

    The same messages give the same output; there is no network and no randomness.
    """

    planner: Planner

    model_config = ConfigDict(arbitrary_types_allowed=True)

    @property
    def _llm_type(self) -> str:
        return "tiaowen-builtin"

    def bind_tools(
        self, tools: Sequence[dict[str, Any] | type | BaseTool | Any], **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The planner knows the project's tools by name; nothing is to be bound."""
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        question, results = _last_turn(messages)
        conversation = _conversation_in(messages)
        step = self.planner.step(question, conversation, results)
        if step.calls:
            done = len(results)
            calls = [
                {
                    "name": call.name,
                    "args": call.arguments,
                    "id": f"call_{done + number}",
                    "type": "tool_call",
                }
                for number, call in enumerate(step.calls)
            ]
            message = AIMessage(content="", tool_calls=calls)
        else:
            message = AIMessage(content=step.text, additional_kwargs={"outcome": step.outcome})
        return ChatResult(generations=[ChatGeneration(message=message)])


def _last_turn(messages: Sequence[BaseMessage]) -> tuple[str, list[ToolResult]]:
    """The last question and the tool results that came after it."""
    question = ""
    results: list[ToolResult] = []
    for message in messages:
        if isinstance(message, HumanMessage):
            question, results = str(message.content), []
        elif isinstance(message, ToolMessage):
            artifact = message.artifact if isinstance(message.artifact, dict) else {}
            results.append(ToolResult(message.name or "", artifact))
    return question, results


def _conversation_in(messages: Sequence[BaseMessage]) -> Conversation:
    for message in reversed(messages):
        if isinstance(message, SystemMessage):
            found = STATE.findall(str(message.content))
            if found:
                return Conversation.from_json(json.loads(found[-1]))
    return Conversation(id="")
