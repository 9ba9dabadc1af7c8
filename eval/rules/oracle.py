"""The rules of 福建省零碳工厂建设管理办法（征求意见稿） read from its text a second time: an oracle for the rule engine.

Written from the articles and the two annexes alone; it reads no rule book and imports nothing of the product. Numbers
are fractions in 吨, 吨标准煤, 万元, 项, 家 and 分.

What it says of an applicant with gaps: a missing number may be anything that is legal (a baseline or an added value
above zero, the rest zero or more), a missing yes or no may be either, a date known in part any day of its span. A
finding is 符合 or 不符合 when every completion agrees and 待补充 when two completions differ; points and metrics are the
least and the greatest of all completions. So the statement is exact, not only sound: the parts of one finding are
solved together (an own reduction so small that no offset under the cap can mend it is 不符合 before the offset is known).
附件4第9项 names no year: its emissions are a figure of their own.

Readings where the text is silent: rows 8, 9 of 附件3 and 9, 10 of 附件4 give all points or none; an incident counts up
to the corresponding day 36 months on; the 36 months of 第七条（四） hold for the list as well.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from eval.rules.gaps import (
    EITHER,
    NO,
    YES,
    ZERO,
    Days,
    Ends,
    Facts,
    Span,
    Truth,
    at_most,
    both,
    either,
    ends,
    exact,
    ratio,
    truth_of,
)

MET, FAILED, OPEN, GRADED = "符合", "不符合", "待补充", "已评分"


class RefusedError(Exception):
    """The facts cannot be true of any applicant; `fact` is the one to correct."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


@dataclass(frozen=True)
class Judgement:
    """`findings` and `points` by criterion, `metrics` (None: not decided yet), `score` the sum of the points."""

    verdict: str
    findings: Mapping[str, str]
    points: Mapping[str, Span]
    metrics: Mapping[str, Fraction | None]
    score: Span


FREE_FOR = 36  # 第七条（三）（四）: 近36个月
OFFSET_CAP = Fraction(50, 100)  # 第八条（二）: 不得超过基准期的50%
LEAST_CUT = Fraction(5, 100)  # 第九条（三）: 碳削减率不低于5%
LEAST_ENERGY = Fraction(5000)  # 第九条（一）: 5000吨标准煤及以上
MOST_INTENSITY = Fraction(8)  # 附件3第8项, 附件4第9项: ≤8吨二氧化碳/万元
LEAST_PROJECTS = Fraction(3)  # 附件3第9项, 附件4第10项: 3项及以上
SPOT_CHECK = Fraction(20, 100)  # 第十一条（四）, 第十二条（三）（五）: 不低于20%且不少于1家

POSITIVE = ("baseline_emissions", "cultivation_start_emissions", "industrial_added_value")
WHOLE = ("retrofit_projects", "candidate_count")
# What 第七条 declares, with the date that answers the same question where a window is counted.
DATED = {
    "no_accidents_36_months": "last_accident_date",
    "no_violations_36_months": "last_violation_date",
    "no_serious_findings_36_months": "last_serious_finding_date",
    "not_on_rectification_list_36_months": "last_listing_date",
}
BASIC = (
    "registered_in_fujian",
    "manufacturer",
    "industrial_policy_compliant",
    "no_outdated_equipment",
    "not_dishonest_debtor",
    *DATED,
)
LAST_DAY = date(2028, 12, 31)  # 第十五条: 有效期至2028年12月31日
# 附件4 is the table of the acceptance (验收): what stands only there, and 第九条（三）, cannot be judged before it.
AT_ACCEPTANCE = ("cultivation_reduction", "green_laws_near_zero")

# Rows of the tables whose points are given by 满足程度, with the full points of their 分值 cell.
ZERO_ROWS = {
    **{f"zc_11_{row}": 5 for row in (1, 2, 3)},
    **{f"zc_{item}": 5 for item in (12, 13, 14)},
    **{f"zc_15_{row}": 5 for row in (1, 2)},
    **{f"zc_{item}": 5 for item in (16, 17)},
    **{f"zc_18_{row}": 5 for row in (1, 2)},
    **{f"zc_{item}": 5 for item in (19, 20)},
}
NEAR_ZERO_ROWS = {
    **{f"nzc_12_{row}": 5 for row in (1, 2, 3)},
    **{f"nzc_{item}": 5 for item in (13, 14, 15)},
    **{f"nzc_16_{row}": 5 for row in (1, 2)},
    **{f"nzc_{item}": 5 for item in (17, 18)},
    **{f"nzc_19_{row}": 5 for row in (1, 2)},
    **{f"nzc_{item}": 5 for item in (20, 21)},
}


def add_months(day: date, months: int) -> date:
    """The same day some months later, the month's last day where it has no such day (Civil Code, art. 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def spot_checks(enterprises: Fraction) -> Fraction:
    """The least number of factories that are visited."""
    return max(Fraction(1), Fraction(-((-enterprises * SPOT_CHECK) // 1)))


def refuse_illegal(facts: Facts, day: date) -> None:
    """RefusedError for what cannot be: negative, a zero to divide by, half a project, points over full, a day to come."""
    for id, value in facts.items():
        first = value.first if isinstance(value, Days) else value
        if isinstance(first, date) and first > day:
            raise RefusedError(id)
        if isinstance(value, bool | date | Days):
            continue
        low, high = ends(value)
        if low < 0 or (id in POSITIVE and low <= 0) or (id == "candidate_count" and low < 1):
            raise RefusedError(id)
        if id in WHOLE and low.denominator != 1:
            raise RefusedError(id)
        if id.startswith("score_") and (high is None or high > 5):
            raise RefusedError(id)


def judge(programme: str, facts: Facts, day: date, stage: str | None = None) -> Judgement:
    """Judge an applicant for zero_carbon or near_zero_carbon on a day, by a stage (申报, 培育, 验收; None: the last).

    RefusedError when the facts cannot be true. After the last day of validity there is no verdict.
    """
    refuse_illegal(facts, day)
    sheet = _Sheet(facts, day)
    vetoes, metrics = sheet.zero_carbon() if programme == "zero_carbon" else sheet.near_zero_carbon()
    if programme == "near_zero_carbon" and stage in ("申报", "培育"):
        vetoes.update(dict.fromkeys(AT_ACCEPTANCE, EITHER))
        sheet.put_off()
    due = [truth for id, truth in vetoes.items() if stage in (None, "验收") or id not in AT_ACCEPTANCE]
    findings = {id: _status(truth) for id, truth in (vetoes | sheet.scored).items()}
    for id, span in sheet.points.items():
        findings.setdefault(id, GRADED if span.low == span.high else OPEN)
    low = sum((span.low for span in sheet.points.values()), ZERO)
    high = sum((span.high or ZERO for span in sheet.points.values()), ZERO)
    verdict = OPEN if day > LAST_DAY else _status(both(*due, sheet.conditions))
    return Judgement(verdict, findings, sheet.points, metrics, Span(low, high))


def _status(truth: Truth) -> str:
    return OPEN if truth == EITHER else MET if True in truth else FAILED


class _Sheet:
    """One applicant's facts under the clauses that both programmes share, and each programme's own."""

    def __init__(self, facts: Facts, day: date) -> None:
        self.facts = facts
        self.day = day
        self.scored: dict[str, Truth] = {}
        self.points: dict[str, Span] = {}
        self.full: dict[str, Fraction] = {}
        self.conditions = EITHER if facts.get("basic_conditions") is None else self.known("basic_conditions")

    def zero_carbon(self) -> tuple[dict[str, Truth], dict[str, Fraction | None]]:
        """第七条, 第八条 and 附件3: vetoes, metrics; the points are kept."""
        baseline, report, offset = self.carbon()
        share = ratio(offset, baseline)
        vetoes = {**self._basics(), **self._common("zero"), "carbon_reduction": self._reduction()}
        self._threshold("zc_8", self._intensity(report), 5)
        self._threshold("zc_9", self._projects(), 5)
        self.points["zc_10"] = Span(_held(share[1]), _held(share[0]))
        self._graded(ZERO_ROWS)
        return vetoes, {
            "reduction_rate": self._rate(),
            "offset_share": exact(share),
            "offset_score": exact((_held(share[1]), _held(share[0]))),
            "emission_intensity": exact(ratio(report, self.ends("industrial_added_value"))),
        }

    def near_zero_carbon(self) -> tuple[dict[str, Truth], dict[str, Fraction | None]]:
        """第七条, 第九条 and 附件4: vetoes, metrics; the points are kept."""
        start, end = self.ends("cultivation_start_emissions"), self.ends("cultivation_end_emissions")
        # 附件4第9项 names no year: the applicant's own figure of the year that it takes.
        emitted = self.ends("annual_emissions")
        energy = self.ends("energy_consumption")
        enough = truth_of(energy[1] is None or energy[1] >= LEAST_ENERGY, energy[0] < LEAST_ENERGY)
        cut = at_most(end, start, 1 - LEAST_CUT)
        vetoes = {
            **self._basics(),
            **self._common("near_zero"),
            "energy_scale": both(enough, self.known("green_factory")),
            "cultivation_reduction": both(cut, self.known("emissions_continuously_falling")),
        }
        self._threshold("nzc_9", self._intensity(emitted), 15)
        self._threshold("nzc_10", self._projects(), 15)
        self._graded(NEAR_ZERO_ROWS)
        left = exact(ratio(end, start))
        return vetoes, {
            "cultivation_reduction_rate": None if left is None else 1 - left,
            "emission_intensity_near_zero": exact(ratio(emitted, self.ends("industrial_added_value"))),
        }

    def carbon(self) -> tuple[Ends, Ends, Ends]:
        """2021's emissions, the report year's and the offset."""
        return self.ends("baseline_emissions"), self.ends("report_emissions"), self.ends("offset_emissions")

    def ends(self, id: str) -> Ends:
        return ends(self.facts.get(id))

    def known(self, id: str) -> Truth:
        value = self.facts.get(id)
        return truth_of(value, not value) if isinstance(value, bool) else EITHER

    def put_off(self) -> None:
        """No row of the table can be graded yet."""
        self.points = {id: Span(ZERO, self.full[id]) for id in self.points}
        self.scored = dict.fromkeys(self.scored, EITHER)

    def _basic(self, id: str) -> Truth:
        """A requirement of 第七条 that counts a window: as declared and as its date shows."""
        both = self.known(id) & self._shown(DATED[id])
        if not both:
            raise RefusedError(id)
        return both

    def _shown(self, id: str) -> Truth:
        """Whether the last incident lies before the window: its day 36 months on has passed."""
        happened = self.facts.get(id)
        if isinstance(happened, date):
            happened = Days(happened, happened)
        if not isinstance(happened, Days):
            return EITHER
        return truth_of(
            add_months(happened.first, FREE_FOR) < self.day, add_months(happened.last, FREE_FOR) >= self.day
        )

    def _basics(self) -> dict[str, Truth]:
        """第七条（一） to （四）, each alone and together: who says that all are met, or that not all are, has said so."""
        accidents, violations, findings, listing = map(self._basic, DATED)
        mended = either(listing, self.known("rectification_completed"))
        found = {
            "basic_registration": both(self.known("registered_in_fujian"), self.known("manufacturer")),
            "basic_industrial_policy": both(
                self.known("industrial_policy_compliant"), self.known("no_outdated_equipment")
            ),
            "basic_no_incidents": both(accidents, violations),
            "basic_not_dishonest": self.known("not_dishonest_debtor"),
            "basic_supervision": both(findings, mended),
        }
        self.conditions &= both(*found.values())
        if not self.conditions:
            raise RefusedError("basic_conditions")
        if self.conditions == YES:
            return dict.fromkeys(found, YES)
        left = [id for id, truth in found.items() if truth == EITHER]
        if self.conditions == NO and NO not in found.values() and len(left) == 1:
            found[left[0]] = NO
        return found

    def _common(self, name: str) -> dict[str, Truth]:
        """第八条（一） and 第九条（二） are the same words; so are item 5 of both annexes."""
        return {
            f"green_laws_{name}": self.known("green_laws_compliant"),
            f"efficiency_{name}": both(self.known("limits_advanced"), self.known("benchmark_reached")),
        }

    def _reduction(self) -> Truth:
        """第八条（二）: baseline − report + offset ≥ baseline, and offset ≤ half of the baseline, by one and the same offset."""
        baseline, report, offset = self.carbon()
        cap = None if baseline[1] is None else baseline[1] * OFFSET_CAP
        most = min((end for end in (offset[1], cap) if end is not None), default=None)
        may_hold = most is None or max(offset[0], report[0]) <= most
        short = report[1] is None or offset[0] < report[1]
        return truth_of(may_hold, short or False in at_most(offset, baseline, OFFSET_CAP))

    def _rate(self) -> Fraction | None:
        """(baseline − report + offset) ÷ baseline; 1 whatever the baseline where the offset makes up for all."""
        baseline, report, offset = map(exact, self.carbon())
        if report is None or offset is None:
            return None
        if report == offset:
            return Fraction(1)
        return None if baseline is None else (baseline - report + offset) / baseline

    def _intensity(self, emitted: Ends) -> Truth:
        return at_most(emitted, self.ends("industrial_added_value"), MOST_INTENSITY)

    def _projects(self) -> Truth:
        low, high = self.ends("retrofit_projects")
        return truth_of(high is None or high >= LEAST_PROJECTS, low < LEAST_PROJECTS)

    def _threshold(self, id: str, truth: Truth, full: int) -> None:
        """A row with a limit: all points or none."""
        self.scored[id] = truth
        self.full[id] = Fraction(full)
        self.points[id] = Span(Fraction(full if truth == YES else 0), Fraction(0 if truth == NO else full))

    def _graded(self, rows: Mapping[str, int]) -> None:
        """Rows that the enterprise grades itself, 0 to full."""
        for id, full in rows.items():
            low, high = self.ends(f"score_{id}")
            self.full[id] = Fraction(full)
            self.points[id] = Span(low, Fraction(full) if high is None else high)


def _held(share: Fraction | None) -> Fraction:
    """附件3第10项: 50 − 占比 × 100, within 0 and the 20 points of the row."""
    return ZERO if share is None else min(max(50 - share * 100, ZERO), Fraction(20))
