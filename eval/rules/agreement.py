"""The rule engine against the oracle over random applicants: every finding, point, metric and verdict compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

from assistant.documents.library import Library
from assistant.errors import FactError
from assistant.retrieval.progress import Progress
from assistant.rules.assessment import Assessment, Status
from assistant.rules.book import FactValue, RuleBook
from assistant.rules.books import RuleBooks
from assistant.rules.engine import assess, compute_metric
from assistant.rules.facts import parse_facts
from eval.rules.applicants import Applicant, applicants
from eval.rules.gaps import Days, Span
from eval.rules.oracle import (
    DATED,
    FREE_FOR,
    LAST_DAY,
    LEAST_ENERGY,
    LEAST_PROJECTS,
    OFFSET_CAP,
    Judgement,
    RefusedError,
    add_months,
    judge,
    spot_checks,
)
from eval.steps import step

POLICY = "fujian-zero-carbon-factory"
SEED = "第八条"
CHUNK = 500
FULL_SCORE = 100  # 合计 of both annexes
SHOWN = 10  # disagreements that a report keeps
# Where the engine may leave open what the oracle decides: it says 待补充, which is true but not all that follows.
# A quotient whose divisor is open (2021's emissions, or those before the cultivation) may be the same for every divisor:
# an offset equal to the emissions, no emissions left. A quotient of figures known only within bounds is taken as if they
# moved apart from each other.
WEAKER = {
    "carbon_reduction": ("baseline_emissions", "report_emissions", "offset_emissions"),
    "cultivation_reduction": ("cultivation_start_emissions", "cultivation_end_emissions"),
    "reduction_rate": ("baseline_emissions",),
    "cultivation_reduction_rate": ("cultivation_start_emissions",),
}


class Difference(NamedTuple):
    """Where engine and oracle differ: the rule, what each says; `weaker` when the engine only knows less (WEAKER)."""

    rule: str
    engine: object
    oracle: object
    weaker: bool = False


@dataclass
class Agreement:
    """What a run compared. `weaker` counts findings left open that the oracle decides (see WEAKER)."""

    applicants: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    sides: Counter[str] = field(default_factory=Counter)
    weaker: Counter[str] = field(default_factory=Counter)
    disagreeing: int = 0
    disagreements: list[str] = field(default_factory=list)

    def add(self, other: Agreement) -> None:
        """Count another run in."""
        self.applicants += other.applicants
        self.disagreeing += other.disagreeing
        for mine, its in (
            (self.verdicts, other.verdicts),
            (self.findings, other.findings),
            (self.sides, other.sides),
            (self.weaker, other.weaker),
        ):
            mine.update(its)
        self.disagreements = [*self.disagreements, *other.disagreements][:SHOWN]


def run_agreement(
    count: int, processes: int, corpus: Path, progress: Progress, seed: str = SEED
) -> Agreement:
    """Compare `count` applicants of a seed, in chunks over processes; the figures do not depend on their number."""
    chunks = [(f"{seed}-{start}", min(CHUNK, count - start), corpus) for start in range(0, count, CHUNK)]
    total = Agreement()
    with (
        step(progress, f"对照独立推算（{processes} 个进程）", count),
        ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool,
    ):
        for part in pool.map(_chunk, chunks):
            total.add(part)
            progress.advance(part.applicants)
    return total


_BOOKS: dict[Path, RuleBook] = {}


def _chunk(chunk: tuple[str, int, Path]) -> Agreement:
    seed, count, corpus = chunk
    if corpus not in _BOOKS:
        _BOOKS[corpus] = RuleBooks.load(Library.load(corpus), corpus).book(POLICY)
    return compare_all(_BOOKS[corpus], applicants(seed, count))


def compare_all(book: RuleBook, sample: Iterable[Applicant]) -> Agreement:
    """Compare each applicant of a sample."""
    total = Agreement()
    for applicant in sample:
        total.applicants += 1
        total.sides.update(sides(applicant))
        judged = expected(applicant)
        if isinstance(judged, Judgement):
            total.verdicts[judged.verdict] += 1
            total.findings.update(judged.findings.values())
        else:
            total.verdicts["refused"] += 1
        differences = list(compare(book, applicant, judged))
        total.weaker.update(one.rule for one in differences if one.weaker)
        wrong = [one for one in differences if not one.weaker]
        total.disagreeing += bool(wrong)
        if wrong and len(total.disagreements) < SHOWN:
            total.disagreements.append(_told(applicant, wrong))
    return total


def _told(applicant: Applicant, wrong: list[Difference]) -> str:
    said = "; ".join(f"{one.rule}: engine {one.engine}, oracle {one.oracle}" for one in wrong)
    return f"{said}\n  {applicant.programme} on {applicant.day} by {applicant.stage}: {applicant.told}"


def expected(applicant: Applicant) -> Judgement | str:
    """The oracle's judgement, or the fact that it refuses."""
    try:
        return judge(applicant.programme, applicant.facts, applicant.day, applicant.stage)
    except RefusedError as error:
        return error.fact


def compare(book: RuleBook, applicant: Applicant, judged: Judgement | str) -> Iterator[Difference]:
    """Every difference between the engine's assessment of what was told and the oracle's judgement of the facts."""
    try:
        facts = parse_facts(book, applicant.told)
        result = assess(book, applicant.programme, facts, applicant.day, applicant.stage)
    except FactError as error:
        if isinstance(judged, Judgement):
            yield Difference("facts", f"refuses: {error}", judged.verdict)
        return
    if not isinstance(judged, Judgement):
        yield Difference("facts", result.status, f"refuses {judged}")
        return
    yield from _findings(applicant, result, judged)
    score, total = result.score, judged.score
    if (score.low, score.high) != (total.low, total.high) or score.maximum != FULL_SCORE:
        yield Difference("score", score, total)
    yield from _metrics(applicant, result, judged)
    yield from _counts(book, applicant, facts)
    asked = {missing.fact_id for missing in result.missing}
    known = {id for id, value in applicant.facts.items() if not isinstance(value, Span | Days)}
    waits = result.status is Status.OPEN and applicant.day <= LAST_DAY
    if asked & known or (waits and not asked) or (asked and result.status is Status.FAILED):
        yield Difference("missing", sorted(asked), sorted(known))


def _findings(applicant: Applicant, result: Assessment, judged: Judgement) -> Iterator[Difference]:
    found = {finding.criterion_id: finding for finding in result.findings}
    if set(found) != set(judged.findings):
        yield Difference(
            "criteria", sorted(set(found) - set(judged.findings)), sorted(set(judged.findings) - set(found))
        )
        return
    weaker = False
    for id, finding in found.items():
        if finding.status != judged.findings[id]:
            less = finding.status is Status.OPEN and _may_be_weaker(applicant, id)
            weaker = weaker or less
            yield Difference(id, finding.status, judged.findings[id], less)
        points, expects = finding.points, judged.points.get(id)
        if (points and (points.low, points.high)) != (expects and (expects.low, expects.high)):
            yield Difference(f"points of {id}", points, expects)
    if result.status != judged.verdict:
        less = weaker or _may_be_weaker(applicant, "verdict")
        yield Difference("verdict", result.status, judged.verdict, less and result.status is Status.OPEN)


def _may_be_weaker(applicant: Applicant, id: str) -> bool:
    """See WEAKER. Of who says no to 第七条 as a whole, or yes though listed, the engine asks which part is meant."""
    if id.startswith("basic_") or id == "verdict":
        whole = applicant.facts.get("basic_conditions")
        return whole is False or (whole is True and id == "basic_supervision")
    divisor, *others = WEAKER.get(id, ("",))
    blurred = any(isinstance(applicant.facts.get(name), Span) for name in (divisor, *others))
    return bool(divisor) and (divisor not in applicant.facts or blurred)


def _metrics(applicant: Applicant, result: Assessment, judged: Judgement) -> Iterator[Difference]:
    """A metric that no known fact enters is not shown, which is as good as not decided."""
    values = {calculation.metric_id: calculation.value for calculation in result.calculations}
    for id in values.keys() | judged.metrics.keys():
        value, expects = values.get(id), judged.metrics.get(id)
        if value != expects:
            less = value is None and _may_be_weaker(applicant, id)
            yield Difference(id, value, expects, less)


def _counts(book: RuleBook, applicant: Applicant, facts: Mapping[str, FactValue]) -> Iterator[Difference]:
    """The metrics that stand outside the programmes: spot checks and the most that may be offset."""
    candidates = applicant.facts.get("candidate_count")
    baseline = applicant.facts.get("baseline_emissions")
    for id, expects in (
        ("spot_check_count", spot_checks(candidates) if isinstance(candidates, Fraction) else None),
        ("offset_cap", baseline * OFFSET_CAP if isinstance(baseline, Fraction) else None),
    ):
        value = compute_metric(book, id, facts).value
        if value != expects:
            yield Difference(id, value, expects)


def sides(applicant: Applicant) -> Iterator[str]:
    """On which side of each limit an applicant stands, where it stands at it or within one unit of it."""
    facts = {id: value for id, value in applicant.facts.items() if isinstance(value, Fraction)}
    pairs = (
        ("100%", facts.get("offset_emissions"), facts.get("report_emissions")),
        ("50%", facts.get("offset_emissions"), _times(facts.get("baseline_emissions"), Fraction(1, 2))),
        (
            "5%",
            facts.get("cultivation_end_emissions"),
            _times(facts.get("cultivation_start_emissions"), Fraction(19, 20)),
        ),
        ("8吨/万元", facts.get("report_emissions"), _times(facts.get("industrial_added_value"), Fraction(8))),
        ("5000tce", facts.get("energy_consumption"), LEAST_ENERGY),
        ("3项", facts.get("retrofit_projects"), LEAST_PROJECTS),
    )
    for name, value, limit in pairs:
        if value is not None and limit is not None and abs(value - limit) <= 1:
            yield f"{name} {_side(value - limit)}"
    for id in DATED.values():
        happened = applicant.facts.get(id)
        if isinstance(happened, date):
            days = (applicant.day - add_months(happened, FREE_FOR)).days
            if abs(days) <= 1:
                yield f"36个月 {_side(Fraction(days))}"


def _side(beyond: Fraction) -> str:
    return "at" if beyond == 0 else "just below" if beyond < 0 else "just above"


def _times(value: Fraction | None, factor: Fraction) -> Fraction | None:
    return None if value is None else value * factor
