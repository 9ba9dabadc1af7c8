"""GET /api/search, /api/policies with their clauses and texts, and /api/clauses/{address}."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from assistant.errors import InputError
from assistant.interfaces.hits import findings_json
from assistant.interfaces.http.access import assistant_of, checked_message
from assistant.interfaces.http.clause_models import (
    Catalogue,
    ClauseList,
    ClauseView,
    PolicyView,
    SearchAnswer,
)
from assistant.interfaces.http.conditional import NOT_MODIFIED, conditional
from assistant.interfaces.http.problems import documented
from assistant.search.conditions import Conditions

router = APIRouter(tags=["条款"])
PolicyId = Annotated[str, Path(description="政策编号", examples=["fujian-zero-carbon-factory"])]


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
    q: Annotated[str, Query(description="关键词、条款号或文号", examples=["碳抵消"])],
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


@router.get(
    "/api/policies",
    summary="收录的政策文件",
    response_model=Catalogue,
    responses={**NOT_MODIFIED, **documented(500, 503)},
)
def policies(request: Request) -> Response:
    """The catalogue."""
    reader = assistant_of(request).reader
    return _json(request, reader.catalogue_tag(), lambda: {"policies": reader.catalogue()})


@router.get(
    "/api/policies/{policy_id}",
    summary="一份政策文件",
    response_model=PolicyView,
    responses={**NOT_MODIFIED, **documented(404, 422, 500, 503)},
)
def policy(policy_id: PolicyId, request: Request) -> Response:
    """One policy of the catalogue."""
    reader = assistant_of(request).reader
    return _json(request, reader.policy_tag(policy_id), lambda: reader.policy_view(policy_id))


@router.get(
    "/api/policies/{policy_id}/clauses",
    summary="一份政策的条款，一页一页读",
    description="按原文的先后。下一页把这一页的 `cursor` 带上；最后一页的 `cursor` 是 null。",
    response_model=ClauseList,
    responses={**NOT_MODIFIED, **documented(404, 422, 500, 503)},
)
def policy_clauses(
    policy_id: PolicyId,
    request: Request,
    cursor: Annotated[str | None, Query(description="上一页给出的 cursor；从头读就不要给")] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="一页几条")] = 50,
) -> Response:
    """A page of a policy's clauses."""
    reader = assistant_of(request).reader
    page = reader.clauses_view(policy_id, cursor, limit)
    return _json(request, reader.policy_tag(policy_id, cursor or "", str(limit)), lambda: page)


@router.get(
    "/api/policies/{policy_id}/text",
    summary="存档原文",
    description="存档文件逐字节原样；它的 sha256 就是目录里的 sha256，也是 ETag。",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "原文"},
        **NOT_MODIFIED,
        **documented(404, 422, 500, 503),
    },
)
def policy_text(policy_id: PolicyId, request: Request) -> Response:
    """The stored file."""
    reader = assistant_of(request).reader
    found = reader.policy(policy_id)
    name = {"Content-Disposition": f'inline; filename="{found.id}.txt"'}
    return conditional(
        request,
        f'"{found.sha256}"',
        lambda headers: Response(
            reader.library.source(found.id).encode(),
            headers={**headers, **name},
            media_type="text/plain; charset=utf-8",
        ),
    )


@router.get(
    "/api/clauses/{address:path}",
    summary="读一条条款",
    description=(
        "地址形如 `fujian-zero-carbon-factory%23第八条/（二）`（# 须写成 %23），"
        "也可写作 `fujian-zero-carbon-factory/第八条/（二）`，或人们的写法：`第8条`、`附件3第10项`。"
    ),
    response_model=ClauseView,
    responses={**NOT_MODIFIED, **documented(404, 409, 413, 422, 500, 503)},
)
def clause(
    address: Annotated[str, Path(description="条款地址", examples=["第八条第二项"])], request: Request
) -> Response:
    """A clause's JSON view."""
    written = checked_message(request, address)
    if not written.strip():
        raise InputError("没有给条款地址；应形如 /api/clauses/fujian-zero-carbon-factory%23第八条")
    reader = assistant_of(request).reader
    return _json(request, reader.clause_tag(written), lambda: reader.clause_view(written))


def _json(request: Request, tag: str, body: Callable[[], dict[str, Any]]) -> Response:
    return conditional(request, tag, lambda headers: JSONResponse(body(), headers=headers))
