"""One turn, as a short list of steps: run the graph, gather its draft, number its citations, verify, remember."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from langchain_core.messages import HumanMessage
from langgraph.graph.state import CompiledStateGraph

from assistant.agent.answer import Answer, AnswerStatus, ProgressEvent
from assistant.agent.assembly import Assembly
from assistant.agent.calls import ToolCall
from assistant.agent.conversation import Conversation
from assistant.agent.desk import PolicyDesk, TurnContext, TurnHandle
from assistant.agent.evidence import EvidenceLedger
from assistant.agent.explaining import fact_origins, trace_of
from assistant.agent.graph import RECURSION_LIMIT
from assistant.agent.models.budget import MOST_STEPS, ModelBudget
from assistant.agent.models.external import ExternalModel
from assistant.agent.planner import Planner
from assistant.agent.understanding.carrying import (
    is_in_place,
    still_asked,
    supposed_after,
    together,
    topic_of,
    unsettled_after,
)
from assistant.agent.understanding.facts.applicants import after_cases, of_applicant
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.reading import Reading
from assistant.agent.verification import PROVEN, Failure, Grounds, verify, without_unsourced
from assistant.agent.verification.catalogue import bound_clauses, catalogue_of
from assistant.errors import AddressError, ModelFault
from assistant.plain_text import plain
from assistant.settings import BUILTIN
from assistant.telemetry import TurnReport, span

T = TypeVar("T")

LOG = logging.getLogger(__name__)
UNPROVEN = "这次没能写出每句话都有出处的回答，所以不作答。请换一种问法，或直接查阅条款原文。"


PLANNERS_OWN = (
    Intent.GREETING,
    Intent.FORGET,
    Intent.RECALL,
    Intent.CONVERT,
    Intent.INSIDES,
    Intent.OFF_TOPIC,
)


@dataclass(frozen=True)
class Turn:
    """A finished turn: the answer to show and what it was held against, the conversation to remember, the trace of a verdict or computations."""

    answer: Answer
    conversation: Conversation
    failures: tuple[Failure, ...] = ()
    trace: dict[str, Any] | None = None
    grounds: Grounds = field(default_factory=Grounds)
    fault: ModelFault | None = None
    spent: ModelBudget | None = None
    calls: tuple[ToolCall, ...] = ()

    @property
    def report(self) -> TurnReport:
        """The turn in figures, for logs and counters."""
        refused = tuple(failure.type for failure in self.failures)
        spent = self.spent
        return TurnReport(
            answer_id=self.answer.id,
            status=str(self.answer.status),
            engine=self.answer.engine,
            elapsed_ms=self.answer.elapsed_ms,
            fault=self.fault.kind if self.fault else None,
            failures=(*refused, *(spent.faults if spent else ())),
            tokens_in=spent.tokens_in if spent else 0,
            tokens_out=spent.tokens_out if spent else 0,
            model_calls=MOST_STEPS - spent.steps_left if spent else 0,
        )


@dataclass(frozen=True)
class TurnRunner:
    """Runs turns over one compiled graph."""

    graph: CompiledStateGraph[Any, TurnHandle, Any, Any]
    desk: PolicyDesk
    planner: Planner
    external: ExternalModel | None = None
    engine: str = BUILTIN

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
        with span("read", stage="read"):
            conversation = _still_there(conversation, self.desk)
            conversation = of_applicant(plain(self.planner.heard(message, conversation)), conversation)
            reading = together(self.planner.read_all(message, conversation))

        def begun() -> TurnContext:
            ledger = EvidenceLedger(self.desk.library)
            doubtful = reading.facts.doubtful.union(*(case.facts.doubtful for case in reading.cases))
            return TurnContext(self.desk, conversation, message, ledger, today, on_progress, doubtful)

        def ground(answer: Answer, draft: Assembly) -> Grounds:
            return self._grounds(answer, draft, reading, conversation)

        context = begun()
        draft, fault = self._by_model(context, reading, ground)
        spent, by_model = context.budget, draft is not None
        if draft is None:
            context = begun()
            draft = self._by_planner(context)
        engine = self.engine if fault or self.external is None or draft.outcome else self.external.name
        answer = noticed(draft.answer(answer_id, conversation.id, engine), fault)
        cited = tuple(dict.fromkeys(citation.address for citation in answer.citations))
        context.progress("verify", "核对引文和数字…", cited)
        grounds = ground(answer, draft)
        with span("gate", stage="gate"):
            answer, failures = _verified(answer, grounds, by_model)
        refused = answer.status is AnswerStatus.FAILED
        trace = None if refused else trace_of(draft.measured, context, reading.facts)
        answer = replace(answer, elapsed_ms=round((time.perf_counter() - began) * 1000))
        return Turn(
            answer,
            _remember(context, reading, answer, draft),
            failures,
            trace,
            grounds,
            fault,
            spent,
            draft.calls,
        )

    def _by_planner(self, context: TurnContext) -> Assembly:
        """The deterministic draft."""
        state = self.graph.invoke(
            {"messages": [HumanMessage(context.message)], "facts": context.conversation.facts},
            config={"recursion_limit": RECURSION_LIMIT},
            context=TurnHandle(context),
        )
        return Assembly(state["messages"], context)

    def _by_model(
        self, context: TurnContext, reading: Reading, ground: Callable[[Answer, Assembly], Grounds]
    ) -> tuple[Assembly | None, ModelFault | None]:
        """The model's draft, proven; None, and the fault where there was one, when the planner is to answer.

        Small talk, what is remembered or forgotten, and several applicants side by side are the planner's own.
        """
        if self.external is None or reading.cases or reading.intent in PLANNERS_OWN:
            return None, None
        understood = {
            policy: {**values}
            for policy in self.desk.books.books
            if (values := _of_policy(reading, policy, self.desk))
        }
        known = context.conversation.facts
        supposing = any(is_in_place(reading.facts, known.get(policy, {})) for policy in understood)
        try:
            return self.external.draft(context, understood, supposing, ground), None
        except ModelFault as fault:
            spent = context.budget
            LOG.warning(
                "model %s: %s %s; the planner answers",
                self.external.name,
                fault.kind,
                ",".join(spent.faults) if spent else "",
            )
            return None, fault

    def _grounds(
        self, answer: Answer, draft: Assembly, reading: Reading, conversation: Conversation
    ) -> Grounds:
        """What the answer may rest on: its citations, the user's words, the engine's and the catalogue's texts."""
        library, books = self.desk.library, self.desk.books.books
        told = [part for item in reading.noted for part in item] + [reading.converted or ""]
        told += [item.why for item in reading.facts.unread]  # the calendar's years, and what was not read
        facts = (reading.facts, *(case.facts for case in reading.cases))
        heard = (words for one in facts for words in one.words)
        return Grounds(
            citations=answer.citations,
            sources={citation.policy_id: library.source(citation.policy_id) for citation in answer.citations},
            said=tuple(plain(words) for words in (*conversation.said, draft.message, *heard)),
            engine=tuple(text for text in (*draft.engine_texts, *told) if text),
            catalogue=catalogue_of(library, books),
            calculations=answer.calculations,
            verdicts=draft.verdicts,
            programmes=tuple(one.label for book in books.values() for one in book.programmes.values()),
            bound=bound_clauses(books.values()),
            facts=tuple(
                (book.facts[id].label, value)
                for policy, values in draft.facts.items()
                if (book := books.get(policy))
                for id, value in values.items()
                if id in book.facts
            ),
        )


def _verified(answer: Answer, grounds: Grounds, by_model: bool) -> tuple[Answer, tuple[Failure, ...]]:
    """The answer when it holds, else the refusal that takes its place; and what the gate found.

    What is judged by likeness is held against a model's words only: the planner's sentences are forms that its tools fill,
    and there such an alarm is counted and logged (docs/decisions/0012).
    """
    failures = verify(answer.answer, grounds, answer.warnings)
    wrong = _wrong(failures, by_model)
    if failures:
        LOG.warning("answer %s: the gate found %s", answer.id, ", ".join(one.type for one in failures))
        LOG.debug("failures: %s", failures)
    if not wrong:
        return answer, failures
    proven = without_unsourced(answer.answer, wrong)
    if proven is not None and not _wrong(verify(proven, grounds, answer.warnings), by_model):
        LOG.warning("answer %s is shown without lines that failed verification", answer.id)
        return replace(answer, answer=proven), failures
    refused = Answer(answer.id, answer.conversation_id, AnswerStatus.FAILED, UNPROVEN, engine=answer.engine)
    return refused, failures


def _wrong(failures: tuple[Failure, ...], by_model: bool) -> tuple[Failure, ...]:
    """The failures that stop an answer."""
    return failures if by_model else tuple(one for one in failures if one.type in PROVEN)


def noticed(answer: Answer, fault: ModelFault | None) -> Answer:
    """The planner's answer with a word that it stands in for the model's."""
    if fault is None:
        return answer
    notice = f"{fault}，以上由内置规则作答。"
    return replace(answer, answer=f"{answer.answer}\n\n提示：{notice}", warnings=(*answer.warnings, notice))


def _of_policy(reading: Reading, policy: str, desk: PolicyDesk) -> dict[str, str]:
    """The facts read from the message that a policy's rule book knows."""
    book = desk.books.books[policy]
    return {id: value for id, value in reading.facts.values.items() if id in book.facts or id in book.metrics}


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
        latest=tuple(fact for fact in conversation.latest if fact in figure_ids),
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
        pending=draft.outcome.get("pending") or still_asked(conversation, reading),
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
