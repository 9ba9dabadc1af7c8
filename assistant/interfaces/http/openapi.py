"""The OpenAPI document: FastAPI's, with our error shapes in place of its own."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from assistant.interfaces.http.problems import ProblemDocument

_FOREIGN = (
    "HTTPValidationError",
    "ValidationError",
)  # FastAPI's own error shapes, which no route answers with


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["ProblemDocument"] = ProblemDocument.model_json_schema()
        for name in _FOREIGN:
            schemas.pop(name, None)
        for operation in _operations(document):
            if _FOREIGN[0] in str(operation["responses"].get("422")):
                del operation["responses"]["422"]
        app.openapi_schema = document
    return app.openapi_schema


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for methods in document["paths"].values() for operation in methods.values()]
