"""A turn by a model other than the built-in one: its draft, proven, or a fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langgraph.errors import GraphRecursionError
from langgraph.graph.state import CompiledStateGraph

from assistant.agent.answer import Answer
from assistant.agent.assembly import Assembly
from assistant.agent.desk import TurnContext, TurnHandle
from assistant.agent.models.briefing import INSTRUCTIONS, briefing
from assistant.agent.models.budget import MOST_STEPS, ModelBudget
from assistant.agent.models.faults import fault_of
from assistant.agent.verification import Failure, Grounds, verify
from assistant.errors import ModelFault
from assistant.settings import Settings

_LEAKED = 14  # characters of the instructions in a row that no answer may repeat
_IDS = re.compile(
    r"\b(?:assess_programme|compute_metric|solve_limit|search_clauses|read_clause|check_quotation|describe_policy)\b"
)
Ground = Callable[[Answer, Assembly], Grounds]


@dataclass(frozen=True)
class ExternalModel:
    """A guarded graph over a model that a setting names."""

    graph: CompiledStateGraph[Any, TurnHandle, Any, Any]
    settings: Settings

    @property
    def name(self) -> str:
        """What answers say of who wrote them."""
        return self.settings.model

    def draft(
        self,
        context: TurnContext,
        understood: Mapping[str, Mapping[str, str]],
        supposing: bool,
        ground: Ground,
    ) -> Assembly:
        """What the model made of the message, proven. Raises ModelFault."""
        context.by_model, context.understood, context.supposing = True, understood, supposing
        context.budget = ModelBudget.of(self.settings)
        context.briefing = briefing(
            context.conversation, understood, context.desk.library, context.desk.books.books
        )

        def review(messages: list[BaseMessage], message: AIMessage) -> tuple[Failure, ...]:
            return reviewed(Assembly([*messages, message], context), ground)

        context.review = review
        try:
            state = self.graph.invoke(
                {"messages": [HumanMessage(context.message)], "facts": context.conversation.facts},
                config={"recursion_limit": 2 * MOST_STEPS + 4},
                context=TurnHandle(context),
            )
        except GraphRecursionError:
            raise ModelFault("loop", "模型反复调用工具，没有作答") from None
        except ModelFault:
            raise
        except Exception as error:  # whatever a model's package or a malformed call makes the graph raise
            raise fault_of(error) from error
        draft = Assembly(state["messages"], context)
        if reviewed(draft, ground):  # what is shown is what was proven
            raise ModelFault("unproven", "模型的回答没有通过核对")
        return draft


def reviewed(draft: Assembly, ground: Ground) -> tuple[Failure, ...]:
    """What of a model's draft does not hold: the gate's failures, instructions given away, and an answer that cites nothing."""
    answer = draft.answer("", "", "")
    found = list(verify(draft.text, ground(answer, draft), answer.warnings))
    if leaked := _leaked(draft.text):
        found.append(Failure("leak", leaked, "系统提示词"))
    if not answer.citations:
        found.append(Failure("uncited", draft.text[:40], "工具给出的引用"))
    return tuple(found)


def _leaked(text: str) -> str:
    plain = re.sub(r"\s+", "", text)
    rules = re.sub(r"\s+", "", INSTRUCTIONS)
    for at in range(len(rules) - _LEAKED + 1):
        if rules[at : at + _LEAKED] in plain:
            return rules[at : at + _LEAKED]
    named = _IDS.search(text)
    return named[0] if named else ""
