"""What one answer may cost a model: time in all, calls, tokens, one repair; and the clock that ends a call."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from langchain_core.messages import AIMessage

from assistant.agent.models.faults import fault_of
from assistant.errors import ModelFault
from assistant.settings import Settings

T = TypeVar("T")
MOST_STEPS = 8  # calls of the model for one answer, the repair among them


@dataclass
class ModelBudget:
    """What is left for one answer; `deadline` on the monotonic clock."""

    deadline: float
    call_seconds: float
    tokens_left: int
    steps_left: int = MOST_STEPS
    repairs_left: int = 1
    tokens_in: int = 0
    tokens_out: int = 0
    faults: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, settings: Settings) -> ModelBudget:
        """A fresh budget as the settings allow."""
        return cls(time.monotonic() + settings.answer_timeout, settings.model_timeout, settings.turn_tokens)

    def call(self, ask: Callable[[], T]) -> T:
        """Ask the model once within what is left. Raises ModelFault, whatever the model's package raised.

        A call that does not end in time is left to itself in a thread that keeps nothing alive; over HTTP it ends by its
        own deadline soon after.
        """
        if self.steps_left <= 0:
            raise ModelFault("loop", "模型反复调用工具，没有作答")
        if self.tokens_left <= 0:
            raise ModelFault("tokens", "这次回答用的词元已到上限")
        self.steps_left -= 1
        seconds = min(self.call_seconds, self.deadline - time.monotonic())
        if seconds <= 0:
            raise ModelFault("timeout", "模型在时限内没有答完")
        result: list[T] = []
        failed: list[BaseException] = []
        context = contextvars.copy_context()

        def run() -> None:
            try:
                result.append(context.run(ask))
            except BaseException as error:  # noqa: BLE001 - handed over to the thread that waits
                failed.append(error)

        worker = threading.Thread(target=run, name="tiaowen-model", daemon=True)
        worker.start()
        worker.join(seconds)
        if worker.is_alive():
            raise ModelFault("timeout", "模型在时限内没有答完")
        if failed:
            raise fault_of(failed[0]) from None
        return result[0]

    def count(self, message: AIMessage) -> None:
        """Take what a message cost from what is left; estimated from its length where the model does not tell."""
        usage: Any = message.usage_metadata
        spent_in = int(usage["input_tokens"]) if usage else 0
        spent_out = int(usage["output_tokens"]) if usage else len(message.text) + 1
        self.tokens_in += spent_in
        self.tokens_out += spent_out
        self.tokens_left -= spent_in + spent_out
