"""GET /api/search, /api/policies and /api/clauses/{address}."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from assistant.errors import InputError
from assistant.interfaces.hits import findings_json
from assistant.interfaces.http.access import assistant_of, checked_message
from assistant.interfaces.http.problems import documented
from assistant.retrieval.answerable import UNLIKELY_BELOW
from assistant.search.conditions import Conditions

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
    answerable: float = Field(
        ge=0,
        le=1,
        description=f"资料库里有答案的可能，0 到 1；低于 {UNLIKELY_BELOW} 时多半没有。直接定位到的条款为 1，没有查到为 0",
        examples=[0.93],
    )
    results: list[Hit]


@router.get(
    "/api/search",
    summary="查条款",
    description=(
        "查询里的条款号和文号直接定位，其余按关键词和语义查找。条件在排序之前生效：同一种条件可给多次，满足其一即可；"
        "不同种类须同时满足。`before` 是此前问过的话，按先后给出，接着问（“那近零碳呢”）时用。"
    ),
    response_model=SearchAnswer,
    responses=documented(404, 409, 413, 422, 500, 503),
)
def search(
    request: Request,
    q: Annotated[str, Query(description="关键词、条款号或文号")],
    limit: Annotated[int, Query(ge=1, le=50, description="最多几条")] = 10,
    policy: Annotated[list[str] | None, Query(description="政策的编号、名称或文号")] = None,
    region: Annotated[list[str] | None, Query(description="地区，如 福州市")] = None,
    level: Annotated[list[str] | None, Query(description="层级：国家、省级、市级")] = None,
    issuer: Annotated[list[str] | None, Query(description="发文机关，联合印发的也算")] = None,
    status: Annotated[list[str] | None, Query(description="状态：现行、征求意见稿、已废止、已失效")] = None,
    on: Annotated[str | None, Query(description="在这一天有效，YYYY-MM-DD")] = None,
    before: Annotated[list[str] | None, Query(description="此前问过的话，按先后")] = None,
) -> dict[str, Any]:
    """Clauses nearest to the query."""
    query = checked_message(request, q)
    if not query.strip():
        raise InputError("参数 q 是空的；应为关键词、条款号或文号，如 /api/search?q=碳抵消")
    earlier = [checked_message(request, question) for question in before or ()]
    conditions = Conditions(
        tuple(policy or ()),
        tuple(region or ()),
        tuple(level or ()),
        tuple(issuer or ()),
        tuple(status or ()),
        on,
    )
    return findings_json(query, assistant_of(request).find(query, limit, conditions, earlier))


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
