"""The guard around a model: its time, calls and tokens are limited, its messages checked, and a final answer is proven.

A draft that does not hold is sent back once with what failed; neither it nor the reproach enters the history.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ModelRequest, ModelResponse
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from assistant.agent.desk import TurnContext, TurnHandle
from assistant.agent.models.briefing import feedback
from assistant.agent.models.budget import ModelBudget
from assistant.agent.models.faults import check_message, within_calls
from assistant.errors import ModelFault
from assistant.telemetry import span

Handler = Callable[[ModelRequest[TurnHandle]], ModelResponse[Any]]
REPAIRABLE = ("tool_arguments", "empty", "language", "too_large")


class GuardMiddleware(AgentMiddleware[Any, TurnHandle, Any]):
    """Around each call of a model that is not the built-in one. Raises ModelFault when nothing can be shown."""

    def wrap_model_call(self, request: ModelRequest[TurnHandle], handler: Handler) -> ModelResponse[Any]:
        """One step of the model: a legal tool call, or an answer that holds."""
        turn: TurnContext = request.runtime.context.turn
        budget = turn.budget
        assert budget is not None, "a turn of a model has a budget"
        shown = request.override(system_message=SystemMessage(content=turn.briefing))
        message, wrong, fault = self._asked(shown, handler, turn, budget)
        if wrong and budget.repairs_left > 0:
            budget.repairs_left -= 1
            turn.progress("repair", "回答没有通过核对，正在改正…")
            again = shown.override(
                messages=[*shown.messages, AIMessage(content=message.text or "（空）"), HumanMessage(wrong)]
            )
            message, wrong, fault = self._asked(again, handler, turn, budget)
        if wrong:
            raise fault or ModelFault("unproven", "模型的回答没有通过核对")
        return ModelResponse(result=[message])

    async def awrap_model_call(
        self, request: ModelRequest[TurnHandle], handler: Callable[[ModelRequest[TurnHandle]], Any]
    ) -> ModelResponse[Any]:
        """The graph is run in worker threads; asynchronous callers would go round the clock."""
        raise NotImplementedError("run the guarded graph with invoke")

    def _asked(
        self, request: ModelRequest[TurnHandle], handler: Handler, turn: TurnContext, budget: ModelBudget
    ) -> tuple[AIMessage, str, ModelFault | None]:
        """The model's message; what is to be said to it when it does not hold (else empty), and its fault."""
        turn.progress("model", "模型正在组织回答…")
        with span("model", stage="model"):
            response = budget.call(lambda: handler(request))
        message = response.result[-1]
        if not isinstance(message, AIMessage):
            raise ModelFault("malformed", "模型接口返回的内容读不懂")
        budget.count(message)
        try:
            check_message(message)
        except ModelFault as fault:
            budget.faults.append(fault.kind)
            if fault.kind not in REPAIRABLE:
                raise
            return (
                message,
                f"上面的回答不能用：{fault}。请用中文重新作答；调用工具时参数须是合法的 JSON 对象。",
                fault,
            )
        if message.tool_calls:
            return within_calls(message), "", None
        turn.progress("verify", "核对引文和数字…")
        with span("gate", stage="gate"):
            failures = turn.review(list(request.messages), message) if turn.review else ()
        budget.faults += [failure.type for failure in failures]
        return message, feedback(failures) if failures else "", None
