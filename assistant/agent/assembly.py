"""From what the graph left behind to the answer object: citations numbered, verdict and computations beside the text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, ToolMessage

from assistant.agent.answer import (
    Answer,
    AnswerStatus,
    Calculation,
    Citation,
    MissingFact,
    ScoreBounds,
    Verdict,
    VerdictFinding,
)
from assistant.agent.calls import HandedOut, ToolCall, clipped
from assistant.agent.desk import TurnContext
from assistant.agent.evidence import markers_in, renumber


def verdict_of(data: Mapping[str, Any], order: Mapping[int, int]) -> Verdict:
    """The engine's verdict from an assessment's data; `order` maps handed-out markers to shown ones.

    A scored item that nothing is known about has no finding of its own; the score's bounds hold it.
    """
    findings = tuple(
        VerdictFinding(item["label"], item["status"], item["reason"], order.get(item["marker"]))
        for item in told(data["findings"])
    )
    score = ScoreBounds(**data["score"]) if data["score"] else None
    return Verdict(data["label"], data["status"], findings, score, data["validity"])


def told(findings: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The findings worth telling: every veto item, and the scored items that something is known about."""
    return [item for item in findings if item["kind"] == "veto" or item["status"] != "待补充"]


def calculation_of(item: Mapping[str, Any], order: Mapping[int, int]) -> Calculation:
    """One computation from a metric's data."""
    return Calculation(
        metric=item["metric"],
        label=item["label"],
        inputs=item["inputs"],
        formula=item["formula"],
        value=item["value"],
        display=item["display"],
        limit=item["limit"],
        passed=item["passed"],
        citation=order.get(item["marker"]),
    )


def markers_of(data: Mapping[str, Any]) -> list[int]:
    """Markers of an assessment's findings and computations, in order."""
    items = [*told(data["findings"]), *data["calculations"]]
    return [item["marker"] for item in items if item["marker"]]


class Assembly:
    """From the graph's messages to the answer object."""

    def __init__(self, messages: list[BaseMessage], context: TurnContext) -> None:
        last = messages[-1]
        self._text = str(last.content) if isinstance(last, AIMessage) else ""
        outcome = last.additional_kwargs.get("outcome") if isinstance(last, AIMessage) else None
        self.outcome: Mapping[str, Any] = outcome or {}
        self._artifacts = [
            message.artifact
            for message in messages
            if isinstance(message, ToolMessage) and isinstance(message.artifact, dict)
        ]
        self._messages = messages
        self._context = context
        self._order = self._numbering()

    @property
    def text(self) -> str:
        """The draft with its citations numbered as a person sees them."""
        return renumber(self._text, self._order).strip()

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The tools as they were called, in order; a call that no tool answered handed nothing out."""
        return tuple(
            ToolCall(call["name"], clipped(call["args"]), self._handed_out(call["id"] or call["name"]))
            for message in self._messages
            if isinstance(message, AIMessage)
            for call in message.tool_calls
        )

    def _handed_out(self, call_id: str) -> tuple[HandedOut, ...]:
        held = ((one, self._context.ledger.get(one)) for one in self._context.handed_out.get(call_id, ()))
        return tuple(
            HandedOut(marker, self._order.get(marker), entry.clause.address)
            for marker, entry in held
            if entry is not None
        )

    @property
    def facts(self) -> Mapping[str, Mapping[str, str]]:
        """Facts of the applicant as they now stand, by policy."""
        return self._context.facts

    @property
    def message(self) -> str:
        """What the user said."""
        return self._context.message

    @property
    def assessment(self) -> dict[str, Any] | None:
        """The assessment of the turn, the last of several."""
        return self._assessments[-1] if self._assessments else None

    @property
    def _assessments(self) -> list[dict[str, Any]]:
        return [data for data in self._artifacts if "findings" in data]

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """The engine's verdict of each assessment of the turn."""
        return tuple(verdict_of(data, self._order) for data in self._assessments)

    @property
    def measured(self) -> Mapping[str, Any] | None:
        """What a trace is to explain: the turn's assessment, else its last computation; None without one."""
        computed = (data for data in reversed(self._artifacts) if "calculation" in data or data.get("checks"))
        return self.assessment or next(computed, None)

    @property
    def _computed(self) -> list[dict[str, Any]]:
        single = [
            item
            for data in self._artifacts
            if "calculation" in data
            for item in (*data["steps"], data["calculation"], *data["apart"])
        ]
        checked = [
            item
            for data in self._artifacts
            if data.get("sentences")
            for item in (data["solution"], *data["checks"])
        ]
        compared = [data[key] for data in self._artifacts for key in ("difference", "ratio") if data.get(key)]
        assessed = [item for data in self._assessments for item in data["calculations"]]
        summed = [data["sum"] for data in self._artifacts if data.get("sum")]
        return [*single, *checked, *compared, *assessed, *summed]

    @property
    def engine_texts(self) -> list[str]:
        """Every text the rule engine produced, as sources of figures."""
        texts: list[str] = []
        for item in self._computed:
            texts += [
                item["formula"],
                item["substituted"] or "",
            ]  # what is put in and comes out stands in the computations
        for assessed in self._assessments:
            texts += [finding["reason"] for finding in assessed["findings"]]
            texts += [finding["label"] for finding in assessed["findings"]]
            texts += [question["question"] for question in assessed["missing"]]
            texts += [question["why"] for question in assessed["missing"]]
            if score := assessed["score"]:
                texts += [
                    f"评分项目前可定在{score['low']}分到{score['high']}分之间，满分{score['max']}分，得分为{score['low']}分"
                ]
            texts += [str(len(assessed["findings"]))]
            texts += list(assessed["warnings"])
        for data in self._artifacts:
            texts += [note["text"] for note in data.get("notes", ())]
            texts += data.get("sentences", ())
            texts += data.get("remarks", ())
            texts += data.get("points", ())
            texts += data.get("told", ())
            if added := data.get("sum"):
                texts += [f"{'、'.join(added['inputs'])}合计{added['display']}"]
            texts += [entry["question"] for entry in data.get("missing", ())]
            texts += [str(data[key]) for key in ("message", "unknown") if key in data]
        return texts

    def _numbering(self) -> dict[int, int]:
        """Handed-out markers in order of use: in the text, then in the findings and computations."""
        used = [marker for marker in markers_in(self._text) if self._context.ledger.get(marker)]
        used += [marker for data in self._assessments for marker in markers_of(data)]
        used += [item["marker"] for item in self._computed if item["marker"]]
        return {marker: number for number, marker in enumerate(dict.fromkeys(used), start=1)}

    def answer(self, answer_id: str, conversation_id: str, engine: str) -> Answer:
        """The answer with citations numbered 1, 2, … and the engine's verdict and computations beside the text."""
        citations = tuple(self._context.ledger.citation(old, new) for old, new in self._order.items())
        warnings = with_standing(self.outcome.get("warnings", ()), citations)
        missing = [tuple(pair) for pair in self.outcome.get("missing", self._asked_next())]
        text = self.text
        notice = "\n\n".join(f"提示：{warning}" for warning in warnings)
        return Answer(
            id=answer_id,
            conversation_id=conversation_id,
            status=AnswerStatus(self.outcome.get("status", self._derived_status(citations))),
            answer=f"{text}\n\n{notice}" if notice else text,
            # the answer has room for one verdict; of several each is told in the text
            verdict=verdict_of(self._assessments[0], self._order) if len(self._assessments) == 1 else None,
            citations=citations,
            calculations=tuple(calculation_of(item, self._order) for item in self._computed),
            missing=tuple(MissingFact(fact, question) for fact, question in missing),
            warnings=warnings,
            engine=engine,
        )

    def _asked_next(self) -> list[tuple[str, str]]:
        """What an assessment still needs first, where the draft does not say what is missing."""
        assessed = self.assessment
        return [(one["fact"], one["question"]) for one in assessed["missing"][:1]] if assessed else []

    def _derived_status(self, citations: tuple[Citation, ...]) -> str:
        if self.assessment and self.assessment["status"] == "待补充":
            return AnswerStatus.NEEDS_FACTS
        return AnswerStatus.ANSWERED if citations else AnswerStatus.REFUSED


def with_standing(warnings: Iterable[str], citations: Iterable[Citation]) -> tuple[str, ...]:
    """The warnings, and one for each cited policy that is not in force unless a warning says so already."""
    found = list(dict.fromkeys(warnings))
    for citation in citations:
        title, status = citation.title, citation.policy_status
        if status != "现行" and not any(title in warning and status in warning for warning in found):
            found.append(f"《{title}》目前是{status}，以正式印发的文本为准。")
    return tuple(found)
