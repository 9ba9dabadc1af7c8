"""What assessments, gaps and comparisons answer, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.agent.answer import Calculation, Citation, ScoreBounds, Verdict

Told = dict[str, Any]


class StageStatus(BaseModel):
    """How the criteria of one stage stand."""

    stage: str = Field(description="申报、培育或验收")
    status: str = Field(description="符合、不符合或待补充")


class Needed(BaseModel):
    """A fact that is still needed."""

    fact: str = Field(description="事实编号")
    question: str = Field(description="要问的话")
    why: str = Field(description="它决定哪一项")


class CitedNote(BaseModel):
    """Something that the texts leave open, where it matters."""

    text: str
    citation: int | None


class AssessmentAnswer(BaseModel):
    """A verdict with its findings, computations and sources."""

    model_config = ConfigDict(extra="forbid")

    policy: str = Field(description="政策编号")
    programme: str = Field(description="类别编号")
    on: str = Field(description="按哪一天判定")
    stage: str | None = Field(description="只判定到哪个阶段为止")
    stages: list[StageStatus]
    applicant: dict[str, str] = Field(description="申报书上由企业填写的栏目")
    verdict: Verdict
    citations: list[Citation]
    calculations: list[Calculation]
    missing: list[Needed]
    notes: list[CitedNote]
    warnings: list[str]
    trace: Told | None = Field(default=None, description="推导，请求里 trace 为 true 时才有")


class CriterionOutlook(BaseModel):
    """What one criterion would still take; exact values are fractions as text."""

    criterion: str
    label: str
    kind: str
    stage: str
    status: str
    reason: str
    points: ScoreBounds | None
    citation: int | None
    facts: list[Told] = Field(description="可以调整的数字和它们须在的范围")
    metrics: list[Told] = Field(description="指标现在的值和要求")
    plans: list[Told] = Field(description="改动最少的做法")
    scores: list[Told] = Field(description="得分表")
    decided_by: list[str] = Field(description="达不到时，由哪些事实决定")
    sentences: list[str] = Field(description="给人看的话")


class OutlookAnswer(BaseModel):
    """What each criterion of a programme would still take."""

    policy: str
    programme: str
    label: str
    on: str
    status: str
    score: ScoreBounds
    criteria: list[CriterionOutlook]
    citations: list[Citation]
    warnings: list[str]


class ComparisonAnswer(BaseModel):
    """Two scenarios side by side; pairs are the first and the second."""

    policy: str
    programme: str
    label: str
    on: str
    statuses: list[str]
    scores: list[ScoreBounds]
    score_difference: dict[str, str]
    facts: list[Told] = Field(description="不同的事实：fact、label、a、b")
    metrics: list[Told] = Field(
        description="变了的指标：label、values、display、difference、passed、citation"
    )
    findings: list[Told] = Field(description="变了的判定：label、statuses、reasons、points、citation")
    sentences: list[str]
    citations: list[Citation]
    warnings: list[str]
