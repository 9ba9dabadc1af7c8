"""GET /healthz (the process lives) and /readyz (it can answer)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from assistant.interfaces.http.opening import Opening

router = APIRouter(tags=["运行"])


@router.get("/healthz", summary="进程是否活着")
def healthz() -> dict[str, str]:
    """Alive, whatever the index does."""
    return {"status": "ok"}


@router.get(
    "/readyz",
    summary="能否回答",
    responses={503: {"description": "尚未就绪：索引正在建立，或启动失败（failed 为 true）"}},
)
def readyz(request: Request) -> JSONResponse:
    """Ready, with what was loaded; 503 with the step that goes on otherwise."""
    opening: Opening = request.app.state.opening
    state = opening.readiness()
    ready = bool(state.get("ready"))
    headers = {"Cache-Control": "no-store"} if ready else {"Cache-Control": "no-store", "Retry-After": "2"}
    return JSONResponse(state, status_code=200 if ready else 503, headers=headers)
