"""POST /api/verify: any text held against the policies, sentence by sentence."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from assistant.interfaces.http.access import assistant_of
from assistant.interfaces.http.problems import documented
from assistant.interfaces.request_bodies import ReviewRequest

router = APIRouter(tags=["核对"])


@router.post(
    "/api/verify",
    summary="逐句核对一段文字",
    description=(
        "每句给出 finding：supported（条款支持）、contradicted（与条款不符，failures 指出是哪几个字、条款怎么写）"
        "或 not_found（没有查到说这件事的条款）；citation 是所依据的条款，summary 是各有多少句。"
    ),
    responses=documented(400, 413, 422, 500, 503),
)
def verify(body: ReviewRequest, request: Request) -> dict[str, Any]:
    """Review the text."""
    return assistant_of(request).verify(body.text).to_json()
