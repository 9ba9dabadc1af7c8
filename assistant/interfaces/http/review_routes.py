"""POST /api/verify and /api/quotes/verify: any text, and what is said to be a quotation, held against the policies."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from assistant.interfaces.http.access import assistant_of
from assistant.interfaces.http.clause_models import QuoteAnswer, ReviewAnswer
from assistant.interfaces.http.problems import documented
from assistant.interfaces.request_bodies import QuoteRequest, ReviewRequest

router = APIRouter(tags=["核对"])


@router.post(
    "/api/verify",
    summary="逐句核对一段文字",
    description=(
        "每句给出 finding：supported（条款支持）、contradicted（与条款不符，failures 指出是哪几个字、条款怎么写）"
        "或 not_found（没有查到说这件事的条款）；citation 是所依据的条款，summary 是各有多少句。"
    ),
    response_model=ReviewAnswer,
    responses=documented(400, 413, 422, 500, 503),
)
def verify(body: ReviewRequest, request: Request) -> dict[str, Any]:
    """Review the text."""
    return assistant_of(request).verify(body.text).to_json()


@router.post(
    "/api/quotes/verify",
    summary="核对引文",
    description=(
        "这句话是不是原文：exact（原文，在哪里）、differs（有出入，逐字列出差别）或 not_found（未见，附最接近的一处）。"
        "空白和全角半角不计，其余一字不差才算原文；前面漏了“不得”“未”这类字、数字只截了一半，都算有出入。"
        "几句话不是整段原文时逐句核对。"
    ),
    response_model=QuoteAnswer,
    responses=documented(400, 404, 409, 413, 422, 500, 503),
)
def verify_quote(body: QuoteRequest, request: Request) -> dict[str, Any]:
    """Hold a quotation against the texts."""
    return assistant_of(request).verify_quote(body.quote, body.policy, body.address).to_json()
