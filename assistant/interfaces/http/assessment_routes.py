"""POST /api/assessments."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from assistant.interfaces.http.access import assistant_of
from assistant.interfaces.http.problems import documented
from assistant.interfaces.request_bodies import AssessmentRequest

router = APIRouter(tags=["判定"])


@router.post(
    "/api/assessments",
    summary="按规则册判定",
    description="不知道的事实不写：相应的判定是 待补充，missing 里列出要问的话。",
    responses=documented(400, 404, 413, 422, 500, 503),
)
def assess(body: AssessmentRequest, request: Request) -> dict[str, Any]:
    """Assess the facts against one programme."""
    return assistant_of(request).assess(body.payload())
