"""One turn, as a short list of steps: run the graph, gather its draft, number its citations, verify, remember."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from langchain_core.messages import HumanMessage
from langgraph.graph.state import CompiledStateGraph

from assistant.agent.answer import Answer, AnswerStatus, ProgressEvent
from assistant.agent.assembly import Assembly
from assistant.agent.conversation import Conversation
from assistant.agent.desk import PolicyDesk, TurnContext, TurnHandle
from assistant.agent.evidence import EvidenceLedger
from assistant.agent.explaining import fact_origins, trace_of
from assistant.agent.graph import RECURSION_LIMIT
from assistant.agent.planner import Planner
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.reading import Reading
from assistant.agent.verification import Failure, verify

LOG = logging.getLogger(__name__)
BARE = 8  # characters: 多少分？, 谁负责呢
UNPROVEN = "这次没能写出每句话都有出处的回答，所以不作答。请换一种问法，或直接查阅条款原文。"


@dataclass(frozen=True)
class Turn:
    """A finished turn: the answer to show, the conversation to remember, and the trace of a verdict or computations."""

    answer: Answer
    conversation: Conversation
    failures: tuple[Failure, ...] = ()
    trace: dict[str, Any] | None = None


@dataclass(frozen=True)
class TurnRunner:
    """Runs turns over one compiled graph."""

    graph: CompiledStateGraph[Any, TurnHandle, Any, Any]
    desk: PolicyDesk
    planner: Planner
    engine: str

    def run(
        self,
        message: str,
        conversation: Conversation,
        answer_id: str,
        today: date,
        on_progress: Callable[[ProgressEvent], None] | None = None,
    ) -> Turn:
        """Answer one message."""
        began = time.perf_counter()
        reading = self.planner.read(message, conversation)
        context = TurnContext(
            desk=self.desk,
            conversation=conversation,
            message=message,
            ledger=EvidenceLedger(self.desk.library),
            today=today,
            on_progress=on_progress,
        )
        state = self.graph.invoke(
            {"messages": [HumanMessage(message)], "facts": conversation.facts},
            config={"recursion_limit": RECURSION_LIMIT},
            context=TurnHandle(context),
        )
        draft = Assembly(state["messages"], context)
        answer = draft.answer(answer_id, conversation.id, self.engine)
        context.progress("verify", "核对引文和数字…")
        answer, failures = self._verified(answer, draft, message, conversation)
        trace = None if failures else trace_of(draft.measured, context, reading.facts)
        answer = replace(answer, elapsed_ms=round((time.perf_counter() - began) * 1000))
        return Turn(answer, _remember(context, reading, answer, draft), failures, trace)

    def _verified(
        self, answer: Answer, draft: Assembly, message: str, conversation: Conversation
    ) -> tuple[Answer, tuple[Failure, ...]]:
        """The answer when it holds; else the refusal that takes its place, and what failed."""
        sources = {
            citation.policy_id: self.desk.library.source(citation.policy_id) for citation in answer.citations
        }
        catalogue = [
            f"{policy.title} {policy.number or ''} {policy.published or ''} {policy.valid_to or ''}"
            for policy in self.desk.library.policies.values()
        ]
        catalogue += [
            f"{fact.label}\n{fact.question}"
            for book in self.desk.books.books.values()
            for fact in book.facts.values()
        ]
        said = (*conversation.said, message)
        failures = verify(answer, sources, said, (*draft.engine_texts, *catalogue))
        if not failures:
            return answer, ()
        kinds = ", ".join(failure.type for failure in failures)
        LOG.warning("answer %s failed verification: %s", answer.id, kinds)
        LOG.debug("failures: %s", failures)
        refused = Answer(
            answer.id, answer.conversation_id, AnswerStatus.FAILED, UNPROVEN, engine=answer.engine
        )
        return refused, failures


def _topic(reading: Reading) -> str:
    """What the conversation is about now: a bare follow-up leaves the question it carried on."""
    if reading.before and len(reading.query) <= BARE:
        return f"{reading.before} {reading.query}"
    return reading.query


def _remember(context: TurnContext, reading: Reading, answer: Answer, draft: Assembly) -> Conversation:
    """The conversation after this turn."""
    conversation, message = context.conversation, context.message
    kept = conversation.with_turn(message)
    if reading.intent is Intent.FORGET:
        return Conversation(id=conversation.id, turns=kept.turns, said=(message,))
    if reading.intent in (Intent.GREETING, Intent.INSIDES, Intent.OFF_TOPIC):
        return kept
    programme = (
        f"{reading.programme.policy}/{reading.programme.id}" if reading.programme else conversation.programme
    )
    metric = f"{reading.metric.policy}/{reading.metric.id}" if reading.metric else conversation.metric
    cited = tuple(dict.fromkeys(citation.policy_id for citation in answer.citations))
    return replace(
        kept,
        facts=context.facts,
        origins={
            policy: fact_origins(context, reading.facts, policy, context.facts[policy])
            for policy in context.facts
        },
        programme=programme,
        metric=metric,
        latest=tuple(item.fact for item in reading.facts.stated) or conversation.latest,
        pending=draft.outcome.get("pending"),
        stage=reading.stage,
        intent=str(reading.intent),
        query=_topic(reading)[:300],
        focus=tuple(citation.address for citation in answer.citations[:3]),
        policies=reading.policies or cited[:1] or conversation.policies,
    )
