"""Batch screening: every enterprise of a file assessed, each on its own; what cannot be assessed says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.agent.assessment import AssessedApplicant
from assistant.errors import FactError, InputError, QuantityError
from assistant.interfaces.exports.wording import bounds_text
from assistant.interfaces.intake.enterprise import Enterprise, Enterprises
from assistant.rules.assessment import Status

NOT_ASSESSED = "未判定"
COLUMNS = ("企业名称", "申报类别", "结论", "首个不符合的条件", "得分", "待补充", "下一个问题／未判定的原因")


@dataclass(frozen=True)
class Screened:
    """One enterprise: assessed, or with the problems that forbade it."""

    enterprise: Enterprise
    assessed: AssessedApplicant | None
    problems: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Name, place, and the assessment or the problems."""
        return {
            "name": self.enterprise.name,
            "place": self.enterprise.place,
            "assessment": self.assessed.data if self.assessed else None,
            "problems": list(self.problems),
        }

    def cells(self) -> tuple[str, ...]:
        """The row of the summary, in the order of COLUMNS."""
        if self.assessed is None:
            return (self.enterprise.name, "", NOT_ASSESSED, "", "", "", "；".join(self.problems))
        result = self.assessed.result
        failed = next(
            (
                finding.label
                for finding in result.findings
                if finding.kind == "veto" and finding.status is Status.FAILED
            ),
            "",
        )
        question = result.missing[0].question if result.missing else ""
        return (
            self.enterprise.name,
            result.label,
            result.status.value,
            failed,
            bounds_text(result.score),
            str(len(result.missing)),
            question,
        )


def screen(
    enterprises: Enterprises, assess: Callable[[Mapping[str, Any]], AssessedApplicant]
) -> list[Screened]:
    """Assess each enterprise; a broken rule book still stops everything (RuleBookError)."""
    return [_screen(enterprise, assess) for enterprise in enterprises.entries]


def _screen(enterprise: Enterprise, assess: Callable[[Mapping[str, Any]], AssessedApplicant]) -> Screened:
    if enterprise.problems:
        return Screened(enterprise, None, enterprise.problems)
    try:
        return Screened(enterprise, assess(enterprise.request), ())
    except (FactError, InputError, QuantityError) as error:
        return Screened(enterprise, None, (f"{enterprise.place}：{error}",))
