"""The OpenAPI document: FastAPI's, with our error shapes in place of its own, what stands before every route, and examples.

The examples are answers of the real server (`openapi_examples.json`, by operation id); a test holds them to the schemas.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from assistant.interfaces.http.problems import MEDIA_TYPE, ProblemDocument, documented
from assistant.interfaces.openai_api.problems import PREFIX, documented_openai

TAGS = (
    ("问答", "问一句话，接着问，读已给出的回答"),
    ("条款", "查条款，读政策目录和条款原文"),
    ("判定", "按规则册判定、算还差多少、比较两种情形、导出文件"),
    ("核对", "核对引文和成段的文字"),
    ("记录", "查、导出、重算回答记录，反馈和它的处理"),
    ("坐席", "热线坐席：随打随出、可以念的答复、来电、标准答复、当日统计"),
    ("OpenAI 兼容", "现成的 OpenAI 客户端改一个地址就能用；错误用 OpenAI 的形式"),
    ("运行", "存活、就绪、计数"),
)
_FOREIGN = (
    "HTTPValidationError",
    "ValidationError",
)  # FastAPI's own error shapes, which no route answers with
_UNGUARDED = ("/healthz", "/readyz")
DONE = ("200", "201")
_SAFE = ("get", "head", "options")
_ANY = (401, 429, 500)  # from what stands before every route, and from a defect
_TITLES = {
    "400": ("broken-json", "JSON 不合法", "请求正文第 12 个字符处不是合法的 JSON；应为 JSON 对象，用 UTF-8 编码"),
    "401": ("unauthorized", "需要登录", "API 密钥不对，或已停用；请检查 Authorization 请求头，应为 Bearer tw_…"),
    "403": ("forbidden", "没有权限", "这里需要审核以上的身份；张三是坐席"),
    "404": ("unknown-clause", "没有这一条款", "收录的政策都没有「第九十九条」；《福建省零碳工厂建设管理办法》有第一条至第十五条"),
    "409": ("ambiguous-clause", "条款不止一个", "「第二项」不止一处；请写明是哪个政策、哪一部分"),
    "413": ("message-too-long", "问题太长", "问题有 4001 个字，超过上限 4000 个字；请缩短或分几次问"),
    "422": ("invalid-input", "输入不合法", "问题是空的；请写出要问的内容"),
    "429": ("too-many-requests", "请求太频繁", "一分钟里问了 120 次；请 12 秒以后再问"),
    "500": ("internal", "服务内部错误", "服务内部出错，已记入日志；请稍后再试"),
    "503": ("not-ready", "服务尚未就绪", "服务正在准备：计算条款向量（120/300）；请稍后再试"),
    "504": ("took-too-long", "这一问用时太长", "这一问超过了 120 秒还没有答完，已经停止；请把问题拆小，或稍后再试"),
}  # fmt: skip


def operation_id(route: APIRoute) -> str:
    """The name of the route's function: clients made from the document read well."""
    return route.name


def openapi_of(app: FastAPI) -> dict[str, Any]:
    """The document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title,
            version=app.version,
            description=app.description,
            routes=app.routes,
            tags=[{"name": name, "description": about} for name, about in TAGS],
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas["ProblemDocument"] = ProblemDocument.model_json_schema()
        for name in _FOREIGN:
            schemas.pop(name, None)
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                _complete(path, method, operation)
        app.openapi_schema = document
    return app.openapi_schema


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    responses: dict[str, Any] = operation["responses"]
    if _FOREIGN[0] in str(responses.get("422")):
        del responses["422"]
    if path not in _UNGUARDED:
        statuses = _ANY if method in _SAFE else (*_ANY, 403, 413)
        for status, response in _refusals(path, statuses).items():
            responses.setdefault(str(status), response)
    for status, response in responses.items():
        content = response.get("content", {})
        if MEDIA_TYPE in content and status in _TITLES:
            content[MEDIA_TYPE].setdefault("example", _example(status))
    operation["responses"] = dict(sorted(responses.items()))
    told = examples().get(operation["operationId"], {})
    for status in DONE:
        content = responses.get(status, {}).get("content", {}).get("application/json")
        if content is not None and "response" in told:
            content.setdefault("example", told["response"])


def _refusals(path: str, statuses: tuple[int, ...]) -> dict[int | str, dict[str, Any]]:
    if not path.startswith(PREFIX):
        return documented(*statuses)
    schema = {"$ref": "#/components/schemas/OpenAIErrorDocument"}
    return {
        status: {"description": one["description"], "content": {"application/json": {"schema": schema}}}
        for status, one in documented_openai(*statuses).items()
    }


def _example(status: str) -> dict[str, Any]:
    slug, title, detail = _TITLES[status]
    return {
        "type": f"urn:tiaowen:problem:{slug}",
        "title": title,
        "status": int(status),
        "detail": detail,
    }


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Answers of the real server by operation id: {"response": …}."""
    text = (Path(__file__).parent / "openapi_examples.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = json.loads(text)
    return found
