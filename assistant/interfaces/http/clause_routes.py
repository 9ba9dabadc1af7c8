"""GET /api/search, /api/policies and /api/clauses/{address}."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from assistant.errors import InputError
from assistant.interfaces.hits import hit_json
from assistant.interfaces.http.access import assistant_of, checked_message
from assistant.interfaces.http.problems import documented

router = APIRouter(tags=["条款"])


class Hit(BaseModel):
    """One clause found."""

    address: str = Field(description="条款地址，如 fujian-zero-carbon-factory#第八条/（二）")
    policy_id: str
    title: str
    policy_status: str
    label: str
    kind: str
    heading_path: list[str]
    text: str
    score: float


class SearchAnswer(BaseModel):
    """What a search found, best first."""

    query: str
    results: list[Hit]


@router.get(
    "/api/search",
    summary="查条款",
    description="查询里的条款号和文号直接定位，其余按关键词和语义查找。",
    response_model=SearchAnswer,
    responses=documented(404, 409, 413, 422, 500, 503),
)
def search(
    request: Request,
    q: Annotated[str, Query(description="关键词、条款号或文号")],
    limit: Annotated[int, Query(ge=1, le=50, description="最多几条")] = 10,
    policy: Annotated[str | None, Query(description="只在这份政策（编号）里查")] = None,
) -> dict[str, Any]:
    """Clauses nearest to the query."""
    query = checked_message(request, q)
    if not query.strip():
        raise InputError("参数 q 是空的；应为关键词、条款号或文号，如 /api/search?q=碳抵消")
    results = assistant_of(request).search(query, limit, policy)
    return {"query": query, "results": [hit_json(hit) for hit in results]}


@router.get("/api/policies", summary="收录的政策文件", responses=documented(500, 503))
def policies(request: Request) -> dict[str, Any]:
    """The catalogue."""
    return {"policies": assistant_of(request).policies()}


@router.get(
    "/api/clauses/{address:path}",
    summary="读一条条款",
    description=(
        "地址形如 `fujian-zero-carbon-factory%23第八条/（二）`（# 须写成 %23），"
        "也可写作 `fujian-zero-carbon-factory/第八条/（二）`，或人们的写法：`第8条`、`附件3第10项`。"
    ),
    responses=documented(404, 409, 413, 422, 500, 503),
)
def clause(address: str, request: Request) -> dict[str, Any]:
    """A clause's JSON view."""
    written = checked_message(request, address)
    if not written.strip():
        raise InputError("没有给条款地址；应形如 /api/clauses/fujian-zero-carbon-factory%23第八条")
    return assistant_of(request).clause_view(written)
