"""Writes the examples of the OpenAPI document anew, from the answers of a real server: `make openapi-examples`."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import httpx

from assistant.interfaces.http import openapi
from assistant.interfaces.http.app import create_app
from assistant.roles import Role
from assistant.service import Assistant
from assistant.settings import Settings
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.running_server import running
from tests.interfaces.signing_in import key_headers

FILE = Path(openapi.__file__).parent / "openapi_examples.json"
ZERO = "fujian-zero-carbon-factory"
FACTS: dict[str, Any] = {
    "baseline_emissions": "10万吨",
    "report_emissions": "4万吨",
    "offset_emissions": "4万吨",
}
FURTHER = {**FACTS, "report_emissions": "6万吨"}
QUESTION = "碳抵消能不能超过一半？"
POSTS: dict[str, tuple[str, dict[str, Any]]] = {
    "assess": ("/api/assessments", {"programme": "零碳工厂", "facts": FACTS}),
    "explore": ("/api/assessments/gap", {"programme": "零碳工厂", "facts": FURTHER}),
    "compare": (
        "/api/assessments/compare",
        {"programme": "零碳工厂", "facts_a": FURTHER, "facts_b": {**FACTS, "report_emissions": "5万吨"}},
    ),
    "verify": ("/api/verify", {"text": "碳抵消不得超过基准期的60%。培育期原则上为1年。"}),
    "verify_quote": ("/api/quotes/verify", {"quote": "不得超过基准期的50%"}),
    "chat_completions": (
        "/v1/chat/completions",
        {"model": "tiaowen", "messages": [{"role": "user", "content": QUESTION}]},
    ),
}
GETS = {
    "search": "/api/search?q=碳抵消&limit=2",
    "policies": "/api/policies",
    "policy": f"/api/policies/{ZERO}",
    "policy_clauses": f"/api/policies/{ZERO}/clauses?limit=2",
    "clause": "/api/clauses/第八条第二项",
    "models": "/v1/models",
    "one_model": "/v1/models/tiaowen",
    "healthz": "/healthz",
    "readyz": "/readyz",
}


def made(client: httpx.Client) -> dict[str, Any]:
    """An answer of each route, by operation id, with long lists cut short."""
    answer = client.post("/api/chat", json={"message": QUESTION}).raise_for_status().json()
    found = {"chat": answer, "stored_answer": _get(client, f"/api/answers/{answer['id']}")}
    about = f"/api/answers/{answer['id']}"
    remark = {"kind": "有误", "words": "抵消量应为4.5万吨"}
    found["send_feedback"] = client.post(f"{about}/feedback", json=remark).raise_for_status().json()
    handled = f"/api/feedback/{found['send_feedback']['id']}/resolution"
    found["resolve"] = client.post(handled, json={"resolution": "已更正"}).raise_for_status().json()
    found["feedback_about"] = _get(client, f"{about}/feedback")
    found["replay_answer"] = client.post(f"{about}/replay").raise_for_status().json()
    found["list_answers"] = _get(client, "/api/answers")
    found |= _desk(client)
    for id, (path, body) in POSTS.items():
        found[id] = client.post(path, json=body).raise_for_status().json()
    for id, path in GETS.items():
        found[id] = _get(client, path)
    return {id: {"response": _cut(answer)} for id, answer in found.items()}


def _desk(client: httpx.Client) -> dict[str, Any]:
    """A call at the desk whose answer becomes a standard answer."""

    def post(path: str, **body: Any) -> Any:
        return client.post(f"/api/desk/{path}", json=body).raise_for_status().json()

    given = post("ask", question=QUESTION)
    about = given["answer"]["id"]
    found = {"desk_ask": {**given, "html": '<article class="answer desk-answer">…</article>'}}
    found["keep_call"] = post("calls", answer_id=about, disposition="已答复", note="企业在福州")
    found["propose_standard"] = post("standards", answer_id=about)
    standard = found["propose_standard"]["id"]
    found["approve_standard"] = post(f"standards/{standard}/approve")
    found["desk_suggest"] = _get(client, "/api/desk/suggest?q=碳抵消能")
    found["list_standards"] = _get(client, "/api/desk/standards")
    found["withdraw_standard"] = post(f"standards/{standard}/withdraw", why="正式文件已印发")
    found["shift_calls"] = _get(client, "/api/desk/calls")
    found["desk_day"] = _get(client, "/api/desk/day")
    return found


def _get(client: httpx.Client, path: str) -> Any:
    return client.get(path).raise_for_status().json()


def _cut(value: Any, depth: int = 0) -> Any:
    if isinstance(value, dict):
        return {key: _cut(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_cut(item, depth + 1) for item in value[: 2 if depth < 3 else 1]]
    return value


def main() -> None:
    """Serve for a moment from a folder of its own, ask, and write."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            _env_file=None, index_dir=Path(folder) / "index", data_dir=Path(folder) / "data", member_rate=0
        )
        key = key_headers(settings, Role.SUPERVISOR)
        app = create_app(lambda progress: Assistant.open(settings, progress), settings)
        with (
            running(app) as url,
            httpx.Client(base_url=url, headers=key, trust_env=False, timeout=60) as client,
        ):
            wait_until_ready(url)
            text = json.dumps(made(client), ensure_ascii=False, indent=1)
    FILE.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
