"""GET /healthz (the process lives) and /readyz (it can answer)."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from assistant.interfaces.http.opening import Opening

router = APIRouter(tags=["运行"])


class Alive(BaseModel):
    """The process lives."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Questions are answered, from what was loaded."""

    ready: Literal[True]
    problem: str | None = Field(description="为什么用的不是最新的索引；是最新的则为 null")
    policies: int
    clauses: int
    rule_books: dict[str, str] = Field(description="ok，或规则册为什么不可用")
    index: dict[str, Any] = Field(description="在用的索引：何时建成、语料的散列、编码器等")
    model: str = Field(description="作答的模型")


class CurrentStep(BaseModel):
    """What is being done; `total` is 0 where the amount of work is not known."""

    label: str
    done: int
    total: int


class NotReady(BaseModel):
    """Why questions are not answered yet, or will not be."""

    ready: Literal[False]
    failed: bool = Field(description="true：启动失败，不会自己变好")
    detail: str
    step: CurrentStep


@router.get("/healthz", summary="进程是否活着")
def healthz() -> Alive:
    """Alive, whatever the index does."""
    return Alive()


@router.get(
    "/readyz",
    summary="能否回答",
    response_model=Ready,
    responses={
        503: {"description": "尚未就绪：索引正在建立，或启动失败（failed 为 true）", "model": NotReady}
    },
)
def readyz(request: Request) -> JSONResponse:
    """Ready, with what was loaded; 503 with the step that goes on otherwise."""
    opening: Opening = request.app.state.opening
    state = opening.readiness()
    ready = bool(state.get("ready"))
    headers = {"Cache-Control": "no-store"} if ready else {"Cache-Control": "no-store", "Retry-After": "2"}
    return JSONResponse(state, status_code=200 if ready else 503, headers=headers)
