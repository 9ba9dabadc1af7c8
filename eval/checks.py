"""One answered question against what was expected of it: each check alone, and the reasons why it failed.

What is wrong is told apart from what was asked for instead: a verdict or a number that is not the expected one misleads,
a question back does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.agent.answer import Answer, AnswerStatus
from eval.figures import find_figures, has_figure, holds, normalise, unsourced
from eval.metrics import Lineage, meets, path_lineage
from eval.questions import Expectation, Question

CHECKS = ("status", "numbers", "verdict", "contains", "absent")
COMPUTED_KINDS = ("eligibility", "gap", "metric", "score", "spot_check", "what_if")
DECIDED = ("符合", "不符合")


@dataclass(frozen=True)
class Checks:
    """Each check: True, False, or None where the question asks for no such thing. `reasons` says why one is False."""

    status: bool
    gold: bool | None
    numbers: bool | None
    verdict: bool | None
    contains: bool | None
    absent: bool | None
    refused: bool  # what the answer did
    reasons: tuple[str, ...]
    wrong: tuple[str, ...] = ()  # "verdict", "number": what misleads
    asked: bool = (
        False  # a verdict or number was expected and is not there, but what is missing was asked for
    )

    @property
    def right(self) -> bool:
        """Status, numbers, verdict, words and unwanted words all as expected (gold is counted apart)."""
        return all(getattr(self, name) is not False for name in CHECKS)

    @property
    def failed(self) -> tuple[str, ...]:
        """Names of the checks that failed, gold among them."""
        return tuple(name for name in ("gold", *CHECKS) if getattr(self, name) is False)


def check_answer(
    question: Question, answer: Answer | None, error: str | None = None, lineage: Lineage = path_lineage
) -> Checks:
    """Check the answer to a question's last turn; `error` is the message of a turn that raised instead."""
    expect = question.expect
    if answer is None:
        return Checks(
            status=False,
            gold=False if expect.gold else None,
            numbers=False if expect.numbers else None,
            verdict=False if expect.verdict else None,
            contains=False if expect.contains else None,
            absent=None,
            refused=False,
            reasons=(f"error: {error or 'no answer'}",),
        )
    parts = {
        "gold": _gold(expect, answer, lineage),
        "status": _status(expect, answer),
        "numbers": _numbers(expect, answer),
        "verdict": _verdict(expect, answer),
        "contains": _contains(expect, answer),
        "absent": _absent(expect, answer),
    }
    right = {name: None if reasons is None else not reasons for name, reasons in parts.items()}
    wrongs = {"verdict": _wrong_verdict(expect, answer), "number": _wrong_number(question, answer)}
    lacking = right["verdict"] is False or right["numbers"] is False
    return Checks(
        status=right["status"] is True,
        gold=right["gold"],
        numbers=right["numbers"],
        verdict=right["verdict"],
        contains=right["contains"],
        absent=right["absent"],
        refused=answer.status == AnswerStatus.REFUSED,
        reasons=tuple(reason for reasons in parts.values() for reason in reasons or ()),
        wrong=tuple(name for name, wrong in wrongs.items() if wrong),
        asked=lacking and answer.status == AnswerStatus.NEEDS_FACTS,
    )


def _gold(expect: Expectation, answer: Answer, lineage: Lineage) -> list[str] | None:
    if not expect.gold:
        return None
    cited = [citation.address for citation in answer.citations]
    return [
        f"gold: none of {', '.join(group)} among the cited ({', '.join(cited) or 'nothing'})"
        for group in expect.gold
        if not any(meets(address, group, lineage) for address in cited)
    ]


def _status(expect: Expectation, answer: Answer) -> list[str]:
    given = str(answer.status)
    return [] if given in expect.status else [f"status: {given}, expected {' or '.join(expect.status)}"]


def _numbers(expect: Expectation, answer: Answer) -> list[str] | None:
    if not expect.numbers:
        return None
    return [
        f"numbers: {' or '.join(group)} does not stand in the answer"
        for group in expect.numbers
        if not any(has_figure(answer.answer, number) for number in group)
    ]


def _verdict(expect: Expectation, answer: Answer) -> list[str] | None:
    wanted, given = expect.verdict, answer.verdict
    if wanted is None:
        return None
    if given is None:
        return [f"verdict: none, expected {wanted.programme} {wanted.status}"]
    if (given.programme, given.status) == (wanted.programme, wanted.status):
        return []
    return [f"verdict: {given.programme} {given.status}, expected {wanted.programme} {wanted.status}"]


def _wrong_verdict(expect: Expectation, answer: Answer) -> bool:
    """Whether the answer decides otherwise than expected; 待补充 and no verdict decide nothing."""
    given = answer.verdict
    if expect.verdict is None or given is None or given.status not in DECIDED:
        return False
    return bool(_verdict(expect, answer))


def _wrong_number(question: Question, answer: Answer) -> bool:
    """Whether a figure was computed in place of an expected one: of its unit, and equal to none that is expected."""
    if question.kind not in COMPUTED_KINDS or answer.status != AnswerStatus.ANSWERED:
        return False
    groups = question.expect.numbers
    lacking = [group for group in groups if not any(has_figure(answer.answer, number) for number in group)]
    wanted = [number for group in groups for number in group]
    units = {unit for group in lacking for number in group for unit in _units(number)}
    return any(
        units & _units(one.display) and not any(has_figure(one.display, number) for number in wanted)
        for one in answer.calculations
    )


def _units(text: str) -> set[str | None]:
    return {figure.unit for figure in find_figures(normalise(text))}


def _contains(expect: Expectation, answer: Answer) -> list[str] | None:
    if not expect.contains:
        return None
    return [
        f"contains: {' or '.join(group)} does not stand in the answer"
        for group in expect.contains
        if not any(holds(answer.answer, words) for words in group)
    ]


def _absent(expect: Expectation, answer: Answer) -> list[str] | None:
    if not expect.absent:
        return None
    return [f"absent: {words} stands in the answer" for words in expect.absent if holds(answer.answer, words)]


def unsourced_figures(answer: Answer, said: Sequence[str]) -> list[str]:
    """Figures of the answer's text that no cited clause, no turn of the user and no result of the engine holds."""
    sources: list[str] = []
    for citation in answer.citations:
        sources += [citation.text, citation.quote, citation.label, citation.address, citation.title]
    for calculation in answer.calculations:
        sources += [calculation.label, calculation.formula, calculation.display]
        sources += [words for words in (calculation.value, calculation.limit) if words]
        sources += [words for pair in calculation.inputs.items() for words in pair]
    if verdict := answer.verdict:
        sources += [verdict.programme]
        sources += [words for finding in verdict.findings for words in (finding.criterion, finding.reason)]
        sources += [verdict.score.low, verdict.score.high, verdict.score.max] if verdict.score else []
    return unsourced(answer.answer, sources, said)
