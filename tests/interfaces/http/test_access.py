"""Who may call what: every route of the application as every kind of caller. A route without a row fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from assistant.interfaces.http.app import create_app
from assistant.interfaces.http.sessions import VISITOR
from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.fake_assistant import POLICY, FakeAssistant
from tests.interfaces.running_server import running
from tests.interfaces.signing_in import key_headers, sign_in

PAGE = {"Accept": "text/html"}
FACTS = {"programme": "零碳工厂", "facts": {}}
ASSESSED = {"policy": POLICY, "programme": "zero_carbon"}
OPEN = -1  # answers also where visitors are not received


@dataclass(frozen=True)
class Row:
    """One route: the least role it answers, the status it then answers with, and a request for it."""

    least: int = Role.VISITOR
    status: int = 200
    path: str | None = None
    request: dict[str, Any] = field(default_factory=dict)


ROWS: dict[tuple[str, str], Row] = {
    ("POST", "/api/chat"): Row(request={"json": {"message": "抵消呢"}}),
    ("GET", "/api/answers/{answer_id}"): Row(status=404, path="/api/answers/a_no"),
    ("GET", "/api/conversations"): Row(),
    ("GET", "/api/conversations/{conversation_id}"): Row(status=404, path="/api/conversations/c_no"),
    ("DELETE", "/api/conversations/{conversation_id}"): Row(status=404, path="/api/conversations/c_no"),
    ("GET", "/api/search"): Row(path="/api/search?q=x"),
    ("GET", "/api/policies"): Row(),
    ("GET", "/api/clauses/{address:path}"): Row(path="/api/clauses/第八条第二项"),
    ("POST", "/api/assessments"): Row(request={"json": FACTS}),
    ("POST", "/api/assessments/gap"): Row(request={"json": FACTS}),
    ("POST", "/api/assessments/compare"): Row(
        request={"json": {"programme": "零碳工厂", "facts_a": {}, "facts_b": {}}}
    ),
    ("POST", "/api/assessments/export"): Row(
        status=422, path="/api/assessments/export?format=no", request={"json": FACTS}
    ),
    ("POST", "/api/verify"): Row(request={"json": {"text": "抵消不超过50%。"}}),
    ("GET", "/api/policies/{policy_id}"): Row(path=f"/api/policies/{POLICY}"),
    ("GET", "/api/policies/{policy_id}/clauses"): Row(path=f"/api/policies/{POLICY}/clauses"),
    ("GET", "/api/policies/{policy_id}/text"): Row(path=f"/api/policies/{POLICY}/text"),
    ("POST", "/api/quotes/verify"): Row(request={"json": {"quote": "不得超过基准期的50%"}}),
    ("POST", "/v1/chat/completions"): Row(
        request={"json": {"model": "tiaowen", "messages": [{"role": "user", "content": "抵消呢"}]}}
    ),
    ("GET", "/v1/models"): Row(),
    ("GET", "/v1/models/{model}"): Row(path="/v1/models/tiaowen"),
    # 400: not the content type of MCP; tests/interfaces/mcp_server has what it answers.
    ("POST", "/mcp"): Row(status=400, request={"content": b"", "headers": {"Content-Type": "text/plain"}}),
    ("GET", "/healthz"): Row(OPEN),
    ("GET", "/readyz"): Row(OPEN),
    ("GET", "/metrics"): Row(),
    ("GET", "/openapi.json"): Row(),
    ("GET", "/static"): Row(OPEN, path="/static/style.css"),
    ("GET", "/"): Row(request={"headers": PAGE}),
    ("POST", "/"): Row(status=303, request={"data": {"message": "抵消呢"}}),
    ("GET", "/policies"): Row(request={"headers": PAGE}),
    ("GET", "/policies/{policy_id}"): Row(path=f"/policies/{POLICY}", request={"headers": PAGE}),
    ("GET", "/clauses"): Row(request={"headers": PAGE}),
    ("GET", "/clauses/{address:path}"): Row(
        status=302, path="/clauses/第八条第二项", request={"headers": PAGE}
    ),
    ("GET", "/verify"): Row(request={"headers": PAGE}),
    ("POST", "/verify"): Row(request={"data": {"kind": "passage", "text": "抵消不超过50%。"}}),
    ("GET", "/embed"): Row(request={"headers": PAGE}),
    ("POST", "/embed"): Row(status=303, request={"data": {"message": "抵消呢"}}),
    ("POST", "/forget"): Row(status=404, request={"data": {"conversation_id": "c_no"}}),
    ("GET", "/answers/{answer_id}/text"): Row(status=404, path="/answers/a_no/text"),
    ("GET", "/answers/{answer_id}/self-assessment"): Row(status=404, path="/answers/a_no/self-assessment"),
    ("POST", "/answers/{answer_id}/feedback"): Row(
        status=404, path="/answers/a_no/feedback", request={"data": {"kind": "有用"}}
    ),
    ("GET", "/assess"): Row(request={"headers": PAGE}),
    # 422: the stand-in of the assistant knows no programme by its id; tests/interfaces/pages/assess has the answers.
    ("POST", "/assess"): Row(status=422, request={"data": ASSESSED}),
    ("POST", "/assess/verdict"): Row(status=422, request={"data": ASSESSED}),
    ("POST", "/assess/trace"): Row(status=422, request={"data": ASSESSED}),
    ("POST", "/assess/export"): Row(status=422, request={"data": {**ASSESSED, "format": "no"}}),
    ("GET", "/api/answers"): Row(Role.SUPERVISOR),
    ("GET", "/api/records/export"): Row(Role.SUPERVISOR),
    ("POST", "/api/answers/{answer_id}/replay"): Row(status=404, path="/api/answers/a_no/replay"),
    ("POST", "/api/answers/{answer_id}/feedback"): Row(
        status=404, path="/api/answers/a_no/feedback", request={"json": {"kind": "有用"}}
    ),
    ("GET", "/api/answers/{answer_id}/feedback"): Row(
        Role.SUPERVISOR, status=404, path="/api/answers/a_no/feedback"
    ),
    ("POST", "/api/feedback/{feedback_id}/resolution"): Row(
        Role.SUPERVISOR,
        status=422,
        path="/api/feedback/f_no/resolution",
        request={"json": {"resolution": "无误"}},
    ),
    ("GET", "/records"): Row(Role.SUPERVISOR, request={"headers": PAGE}),
    ("GET", "/records/{answer_id}"): Row(
        Role.SUPERVISOR, status=404, path="/records/a_no", request={"headers": PAGE}
    ),
    ("POST", "/records/{answer_id}/replay"): Row(Role.SUPERVISOR, status=404, path="/records/a_no/replay"),
    ("POST", "/records/{answer_id}/feedback/{feedback_id}"): Row(
        Role.SUPERVISOR,
        status=404,
        path="/records/a_no/feedback/f_no",
        request={"data": {"resolution": "无误"}},
    ),
    ("GET", "/api/desk/suggest"): Row(Role.STAFF, path="/api/desk/suggest?q=x"),
    ("POST", "/api/desk/ask"): Row(Role.STAFF, request={"json": {"question": "抵消呢"}}),
    ("GET", "/api/desk/calls"): Row(Role.STAFF),
    ("POST", "/api/desk/calls"): Row(
        Role.STAFF, status=404, request={"json": {"answer_id": "a_no", "disposition": "已答复"}}
    ),
    ("GET", "/api/desk/day"): Row(Role.STAFF),
    ("GET", "/api/desk/day/export"): Row(Role.STAFF),
    ("GET", "/api/desk/standards"): Row(Role.STAFF),
    ("POST", "/api/desk/standards"): Row(Role.STAFF, status=404, request={"json": {"answer_id": "a_no"}}),
    ("POST", "/api/desk/standards/{standard_id}/approve"): Row(
        Role.SUPERVISOR, status=422, path="/api/desk/standards/s_no/approve", request={"json": {}}
    ),
    ("POST", "/api/desk/standards/{standard_id}/withdraw"): Row(
        Role.SUPERVISOR, status=422, path="/api/desk/standards/s_no/withdraw", request={"json": {"why": "旧"}}
    ),
    ("GET", "/desk"): Row(Role.STAFF, request={"headers": PAGE}),
    # 422: the box is empty.
    ("POST", "/desk"): Row(Role.STAFF, status=422, request={"data": {"q": ""}}),
    ("GET", "/desk/day"): Row(Role.STAFF, request={"headers": PAGE}),
    ("GET", "/desk/standards"): Row(Role.STAFF, request={"headers": PAGE}),
    ("POST", "/desk/standards/{standard_id}/{action}"): Row(
        Role.SUPERVISOR, status=422, path="/desk/standards/s_no/approve", request={"data": {"why": "旧"}}
    ),
    ("GET", "/login"): Row(OPEN, request={"headers": PAGE}),
    # These two always need a token; test_login.py has what happens with one.
    ("POST", "/login"): Row(OPEN, status=403, request={"headers": {"X-CSRF-Token": ""}}),
    ("POST", "/logout"): Row(status=403, request={"headers": {"X-CSRF-Token": ""}}),
}
MEMBERS = (Role.STAFF, Role.SUPERVISOR, Role.ADMIN)
CALLERS = (
    "nobody",
    "visitor",
    *(f"session {role.word}" for role in MEMBERS),
    *(f"key {role.word}" for role in Role),
)


@pytest.fixture(scope="module", params=[True, False], ids=["visitors", "no-visitors"])
def callers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callers]:
    folder = tmp_path_factory.mktemp("access")
    settings = Settings(
        _env_file=None, data_dir=folder, visitors=request.param, visitor_rate=0, member_rate=0
    )
    with running(create_app(lambda _progress: FakeAssistant(), settings)) as url:  # type: ignore[arg-type, return-value]
        wait_until_ready(url)
        with Callers(url, settings) as made:
            yield made


class Callers:
    """A client for each kind of caller."""

    def __init__(self, url: str, settings: Settings) -> None:
        self.settings = settings
        self.clients = {name: httpx.Client(base_url=url, trust_env=False, timeout=20) for name in CALLERS}
        self.clients["visitor"].get("/login", headers=PAGE)
        assert VISITOR in self.clients["visitor"].cookies
        for role in MEMBERS:
            sign_in(self.clients[f"session {role.word}"], settings, role)
        for role in Role:
            self.clients[f"key {role.word}"].headers.update(key_headers(settings, role))
        page = self.clients["visitor"].get("/login", headers=PAGE).text
        self.clients["visitor"].headers["X-CSRF-Token"] = page.split('name="csrf-token" content="')[1].split(
            '"'
        )[0]

    def __enter__(self) -> Callers:
        return self

    def __exit__(self, *_: object) -> None:
        for client in self.clients.values():
            client.close()


def routes(folder: Path) -> list[tuple[str, str]]:
    """(method, path) of every route, those of mounted applications too."""
    app = create_app(lambda _progress: FakeAssistant(), Settings(_env_file=None, data_dir=folder))  # type: ignore[arg-type, return-value]
    found = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, Mount):
            found.append(("GET", route.path))
        else:
            methods = context.methods or ()
            found += [(method, str(context.path)) for method in sorted(methods) if method != "HEAD"]
    return found


def test_every_route_has_a_row(tmp_path: Path) -> None:
    assert sorted(routes(tmp_path)) == sorted(ROWS)


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize(("method", "path"), ROWS, ids=lambda part: str(part))
def test_each_route_as_each_caller(callers: Callers, caller: str, method: str, path: str) -> None:
    row = ROWS[method, path]
    if caller == "nobody":
        callers.clients[caller].cookies.clear()
    response = callers.clients[caller].request(method, row.path or path, **row.request)
    expected = _expected(row, caller, callers.settings.visitors, row.request.get("headers") == PAGE)
    assert response.status_code == expected, response.text[:300]


def _expected(row: Row, caller: str, visitors: bool, page: bool) -> int:
    known = caller not in ("nobody", "visitor")
    role = Role.named(caller.split()[1]) if known else Role.VISITOR
    if row.least == OPEN:
        return row.status
    if not known and (not visitors or row.least > Role.VISITOR):
        return 303 if page else 401
    return row.status if role >= row.least else 403
