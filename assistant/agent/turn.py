"""One turn, as a short list of steps: run the graph, gather its draft, number its citations, verify, remember."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

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
from assistant.agent.understanding.carrying import supposed_after, together, topic_of, unsettled_after
from assistant.agent.understanding.facts.applicants import after_cases, of_applicant
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.reading import Reading
from assistant.agent.verification import Failure, verify, without_unsourced
from assistant.errors import AddressError
from assistant.plain_text import plain

T = TypeVar("T")

LOG = logging.getLogger(__name__)
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
        conversation = _still_there(conversation, self.desk)
        conversation = of_applicant(plain(self.planner.heard(message, conversation)), conversation)
        reading = together(self.planner.read_all(message, conversation))
        context = TurnContext(
            desk=self.desk,
            conversation=conversation,
            message=message,
            ledger=EvidenceLedger(self.desk.library),
            today=today,
            on_progress=on_progress,
            doubtful=reading.facts.doubtful.union(*(case.facts.doubtful for case in reading.cases)),
        )
        state = self.graph.invoke(
            {"messages": [HumanMessage(message)], "facts": conversation.facts},
            config={"recursion_limit": RECURSION_LIMIT},
            context=TurnHandle(context),
        )
        draft = Assembly(state["messages"], context)
        answer = draft.answer(answer_id, conversation.id, self.engine)
        context.progress("verify", "核对引文和数字…")
        answer, failures = self._verified(answer, draft, reading, conversation)
        trace = None if failures else trace_of(draft.measured, context, reading.facts)
        answer = replace(answer, elapsed_ms=round((time.perf_counter() - began) * 1000))
        return Turn(answer, _remember(context, reading, answer, draft), failures, trace)

    def _verified(
        self, answer: Answer, draft: Assembly, reading: Reading, conversation: Conversation
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
        said = [plain(words) for words in (*conversation.said, draft.message)]
        told = [part for item in reading.noted for part in item] + [reading.converted or ""]
        told += [item.why for item in reading.facts.unread]  # the calendar's years, and what was not read
        computed = (*draft.engine_texts, *catalogue, *told)
        failures = verify(answer, sources, said, computed)
        if not failures:
            return answer, ()
        proven = without_unsourced(answer.answer, failures)
        if proven is not None:
            rest = replace(answer, answer=proven)
            if not verify(rest, sources, said, computed):
                LOG.warning("answer %s is shown without lines that failed verification", answer.id)
                return rest, ()
        kinds = ", ".join(failure.type for failure in failures)
        LOG.warning("answer %s failed verification: %s", answer.id, kinds)
        LOG.debug("failures: %s", failures)
        refused = Answer(
            answer.id, answer.conversation_id, AnswerStatus.FAILED, UNPROVEN, engine=answer.engine
        )
        return refused, failures


def _still_there(conversation: Conversation, desk: PolicyDesk) -> Conversation:
    """The conversation without what the corpus no longer holds: it may have changed since the last turn."""
    library, books = desk.library, desk.books

    def held(address: str) -> bool:
        try:
            library.clause(address)
        except AddressError:
            return False
        return True

    def named(kind: str, name: str | None) -> str | None:
        policy, _, id = (name or "").partition("/")
        book = books.books.get(policy)
        return name if book and id in getattr(book, kind) else None

    def known(policy: str, facts: Mapping[str, T]) -> dict[str, T]:
        # A book that is broken for now keeps its facts: they count again once it is put right.
        book = books.books.get(policy)
        held = {} if book is None else {**book.facts, **book.metrics}
        return {fact: value for fact, value in facts.items() if book is None or fact in held}

    kept = library.policies.keys()
    fact_ids = {fact for book in books.books.values() for fact in book.facts}
    figure_ids = fact_ids | {metric for book in books.books.values() for metric in book.metrics}
    return replace(
        conversation,
        facts={
            policy: known(policy, facts) for policy, facts in conversation.facts.items() if policy in kept
        },
        origins={
            policy: known(policy, facts) for policy, facts in conversation.origins.items() if policy in kept
        },
        programme=named("programmes", conversation.programme),
        metric=named("metrics", conversation.metric),
        pending=conversation.pending if conversation.pending in fact_ids else None,
        latest=tuple(fact for fact in conversation.latest if fact in fact_ids),
        supposed={id: value for id, value in conversation.supposed.items() if id in figure_ids},
        focus=tuple(address for address in conversation.focus if held(address)),
        choices=tuple(address for address in conversation.choices if held(address)),
        unsettled={
            words: [fact for fact in facts if fact in figure_ids]
            for words, facts in conversation.unsettled.items()
        },
        policies=tuple(policy for policy in conversation.policies if policy in kept),
        earlier=tuple(
            replace(
                topic,
                focus=tuple(address for address in topic.focus if held(address)),
                policies=tuple(policy for policy in topic.policies if policy in kept),
            )
            for topic in conversation.earlier
        ),
    )


def _remember(context: TurnContext, reading: Reading, answer: Answer, draft: Assembly) -> Conversation:
    """The conversation after this turn."""
    conversation, message = context.conversation, context.message
    kept = conversation.with_topic().with_turn(message)
    if reading.intent is Intent.FORGET and reading.dropped:
        left = {
            policy: {id: value for id, value in facts.items() if id not in reading.dropped.get(policy, ())}
            for policy, facts in conversation.facts.items()
        }
        return replace(kept, facts=left, pending=None, supposed={})
    if reading.intent in (Intent.RECALL, Intent.WHY, Intent.CONVERT):
        return kept
    if reading.intent is Intent.FORGET:
        return Conversation(id=conversation.id, turns=kept.turns, said=(message,))
    if reading.intent in (Intent.GREETING, Intent.INSIDES, Intent.OFF_TOPIC):
        return kept
    programme = (
        f"{reading.programme.policy}/{reading.programme.id}" if reading.programme else conversation.programme
    )
    metric = f"{reading.metric.policy}/{reading.metric.id}" if reading.metric else conversation.metric
    thread = draft.outcome.get("thread", {})
    cited = tuple(dict.fromkeys(citation.policy_id for citation in answer.citations))
    told = [
        (case.name, case.programme.policy, case.facts.values)
        for case in reading.cases
        if case.apart and case.programme and any(item.words for item in case.facts.stated)
    ]
    after = replace(
        kept.with_values(reading.values or tuple(thread.get("values", ()))),
        facts=context.facts,
        origins={
            policy: fact_origins(context, reading.facts, policy, context.facts[policy])
            for policy in context.facts
        },
        programme=programme,
        metric=metric,
        latest=tuple(item.fact for item in reading.facts.stated) or conversation.latest,
        supposed=supposed_after(conversation, reading),
        unsettled=unsettled_after(conversation, reading),
        pending=draft.outcome.get("pending"),
        skipped=reading.skipped,
        stage=reading.stage,
        applying=reading.applying,
        intent=str(reading.intent),
        query=str(thread.get("query", topic_of(reading)))[:300],
        focus=_focus(answer, thread.get("within")),
        choices=tuple(thread.get("choices", ())),
        policies=tuple(thread.get("policies", reading.policies)) or cited[:1] or conversation.policies,
    )
    return after_cases(after, told)


def _focus(answer: Answer, within: str | None) -> tuple[str, ...]:
    """The clauses that the next message may point back at: those cited, or the one searched where it says nothing (要多久)."""
    cited = [citation.address for citation in answer.citations]
    silent = answer.status is AnswerStatus.ANSWERED and not any(
        f"{address}/".startswith(f"{within}/") for address in cited
    )
    return tuple([within, *cited][:3] if within and silent else cited[:3])
