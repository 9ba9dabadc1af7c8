"""The agent graphs: LangChain's create_agent with the project's tools, state and middleware, for the built-in model and for others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, NotRequired

from langchain.agents import AgentState, create_agent
from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import SystemMessage
from langgraph.graph.state import CompiledStateGraph

from assistant.agent.desk import TurnContext, TurnHandle
from assistant.agent.models.builtin import state_block
from assistant.agent.models.guarding import GuardMiddleware
from assistant.agent.tools.toolbox import TOOLS

RECURSION_LIMIT = 24


Facts = dict[str, dict[str, str]]


def merge_facts(old: Facts, new: Facts) -> Facts:
    """Facts by policy; a later statement of the same fact replaces the earlier one."""
    return {policy: {**old.get(policy, {}), **new.get(policy, {})} for policy in {**old, **new}}


class TurnState(AgentState[Any]):
    """Messages of the turn and the conversation's facts: {policy id: {fact id: value as written}}."""

    facts: NotRequired[Annotated[Facts, merge_facts]]


class ConversationMiddleware(AgentMiddleware[TurnState, TurnHandle, Any]):
    """Shows the built-in model the conversation's state; nothing of it enters the history."""

    state_schema = TurnState

    @staticmethod
    def _shown(request: ModelRequest[TurnHandle]) -> ModelRequest[TurnHandle]:
        turn: TurnContext = request.runtime.context.turn
        return request.override(system_message=SystemMessage(content=state_block(turn.conversation)))

    def wrap_model_call(
        self,
        request: ModelRequest[TurnHandle],
        handler: Callable[[ModelRequest[TurnHandle]], ModelResponse[Any]],
    ) -> ModelResponse[Any]:
        """Add the state to the system message of this call."""
        return handler(self._shown(request))

    async def awrap_model_call(
        self, request: ModelRequest[TurnHandle], handler: Callable[[ModelRequest[TurnHandle]], Any]
    ) -> ModelResponse[Any]:
        """The same for asynchronous callers."""
        response: ModelResponse[Any] = await handler(self._shown(request))
        return response


def build_graph(model: BaseChatModel, guarded: bool = False) -> CompiledStateGraph[Any, TurnHandle, Any, Any]:
    """The compiled agent; one serves all turns of a process. `guarded`: for a model whose words have to be proven."""
    return create_agent(
        model,
        tools=list(TOOLS),
        middleware=[GuardMiddleware() if guarded else ConversationMiddleware()],
        state_schema=TurnState,
        context_schema=TurnHandle,
        name="tiaowen",
    )
