"""The HTTP application: routes, limits, error handling and the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware

from assistant.interfaces.http import (
    assessment_routes,
    chat_routes,
    clause_routes,
    conversation_routes,
    desk_routes,
    health_routes,
    metrics_routes,
    record_routes,
    review_routes,
)
from assistant.interfaces.http.answering import Answering
from assistant.interfaces.http.error_response import install_error_handlers
from assistant.interfaces.http.guards import install_guards
from assistant.interfaces.http.journal import Journal
from assistant.interfaces.http.metrics_routes import Metrics
from assistant.interfaces.http.openapi import openapi_of, operation_id
from assistant.interfaces.http.opening import Opening
from assistant.interfaces.http.page_files import PageFiles
from assistant.interfaces.http.security import CORS
from assistant.interfaces.mcp_server.http import McpEndpoint
from assistant.interfaces.openai_api import routes as openai_routes
from assistant.interfaces.pages import answer_files, chat, checking, clauses, desk, login, records
from assistant.interfaces.pages.assess import routes as assess
from assistant.interfaces.pages.rendering import STATIC

if TYPE_CHECKING:
    from assistant.interfaces.http.opening import AssistantFactory
    from assistant.settings import Settings

_ABOUT = "依据政策原文回答问题，逐条注明出处，数字由规则引擎精确计算。错误一律为 application/problem+json。"


def create_app(
    open_assistant: AssistantFactory, settings: Settings, metrics: Metrics | None = None
) -> FastAPI:
    """The application; `open_assistant(progress)` runs in the background once the server has started."""
    opening = Opening(open_assistant)
    answering = Answering(settings)
    mcp = McpEndpoint(opening, settings, answering)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        opening.begin()
        async with mcp.running():
            yield
        await run_in_threadpool(opening.end)
        app.state.accounts.close()

    # The interactive documentation pages of FastAPI load scripts from another host: they stay off.
    app = FastAPI(
        title="条问",
        description=_ABOUT,
        version=_version(),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=operation_id,
    )
    app.state.opening = opening
    app.state.settings = settings
    app.state.answering = answering
    app.state.metrics = metrics or Metrics()
    for routes in (
        chat_routes,
        conversation_routes,
        clause_routes,
        assessment_routes,
        record_routes,
        review_routes,
        desk_routes,
        health_routes,
        metrics_routes,
        openai_routes,
        chat,
        clauses,
        checking,
        answer_files,
        assess,
        login,
        records,
        desk,
    ):
        app.include_router(routes.router)
    app.router.routes.append(mcp.route())
    app.mount("/static", PageFiles(directory=STATIC), name="static")
    install_guards(app, settings)
    if settings.cors_origins:
        app.add_middleware(CORSMiddleware, allow_origins=settings.cors_origins, **CORS)
    app.add_middleware(Journal, metrics=app.state.metrics, addresses=settings.log_addresses)
    install_error_handlers(app)
    app.openapi = lambda: openapi_of(app)  # type: ignore[method-assign]
    return app


def _version() -> str:
    try:
        return version("tiaowen")
    except PackageNotFoundError:
        return "0"
