"""POST /api/assessments, what would have to change (gap), two scenarios side by side (compare), and files (export)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from assistant.interfaces.exports.files import FORMATS, content_disposition, format_named
from assistant.interfaces.http.access import assistant_of
from assistant.interfaces.http.assessment_models import AssessmentAnswer, ComparisonAnswer, OutlookAnswer
from assistant.interfaces.http.problems import documented
from assistant.interfaces.request_bodies import AssessmentRequest, ComparisonRequest, FactsRequest

router = APIRouter(tags=["判定"])


@router.post(
    "/api/assessments",
    summary="按规则册判定",
    description="不知道的事实不写：相应的判定是 待补充，missing 里列出要问的话。",
    response_model=None,
    responses={200: {"model": AssessmentAnswer}, **documented(400, 404, 413, 422, 500, 503)},
)
def assess(body: AssessmentRequest, request: Request) -> dict[str, Any]:
    """Assess the facts against one programme."""
    return assistant_of(request).assess(body.payload())


@router.post(
    "/api/assessments/gap",
    summary="还差多少",
    description="正文与 /api/assessments 相同。逐条给出：每个可以调整的数字须在什么范围（alone：其他不变；together：其他也可以调整）、"
    "达不到的证明、改动最少的做法和得分表。精确值写成分数，如 2/5。",
    response_model=None,
    responses={200: {"model": OutlookAnswer}, **documented(400, 404, 413, 422, 500, 503)},
)
def explore(body: FactsRequest, request: Request) -> dict[str, Any]:
    """What each criterion would still take."""
    return assistant_of(request).explore(body.payload())


@router.post(
    "/api/assessments/compare",
    summary="比较两种情形",
    description="facts_a 与 facts_b 是同一申报类别的两组事实：列出不同的事实、各指标的变化、状态变了的条件、得分和结论的变化。",
    response_model=None,
    responses={200: {"model": ComparisonAnswer}, **documented(400, 404, 413, 422, 500, 503)},
)
def compare(body: ComparisonRequest, request: Request) -> dict[str, Any]:
    """Two scenarios side by side."""
    return assistant_of(request).compare(body.payload())


@router.post(
    "/api/assessments/export",
    summary="判定并导出为文件",
    description="正文与 /api/assessments 相同；返回自评价工作簿、填好的申报书、Markdown 或 JSON 文件。",
    response_class=Response,
    responses={
        200: {"content": {one.media_type: {} for one in FORMATS.values()}, "description": "文件"},
        **documented(400, 404, 413, 422, 500, 503),
    },
)
def export(
    body: AssessmentRequest,
    request: Request,
    format: Annotated[str, Query(description=f"文件格式：{'、'.join(FORMATS)}")] = "xlsx",
) -> Response:
    """Assess the facts and answer with a file."""
    chosen = format_named(format)
    assessed = assistant_of(request).assess_applicant(body.payload())
    headers = {"Content-Disposition": content_disposition(assessed, chosen), "Cache-Control": "no-store"}
    return Response(chosen.make(assessed), media_type=chosen.media_type, headers=headers)
