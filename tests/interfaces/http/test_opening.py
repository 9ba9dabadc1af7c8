"""The server tells the truth while the assistant is being opened, and when it cannot be."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import httpx
import pytest

from assistant.errors import PolicyFileError
from assistant.interfaces.http.app import create_app
from assistant.settings import Settings
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.running_server import running


def test_not_ready_while_the_index_is_built_then_ready(fake: FakeAssistant, settings: Settings) -> None:
    built = threading.Event()

    def slow(progress) -> FakeAssistant:  # type: ignore[no-untyped-def]
        progress.start("计算条款向量", 300)
        progress.advance(120)
        assert built.wait(20)
        progress.finish()
        return fake

    with running(create_app(slow, settings)) as url, httpx.Client(base_url=url, trust_env=False) as client:  # type: ignore[arg-type]
        state = _state_with(client, "计算条款向量")
        assert state["ready"] is False
        assert state["failed"] is False
        assert state["step"] == {"label": "计算条款向量", "done": 120, "total": 300}
        assert client.get("/healthz").status_code == 200
        for response in (
            client.post("/api/chat", json={"message": "抵消呢"}),
            client.get("/api/search", params={"q": "碳"}),
            client.get("/api/policies"),
            client.get("/api/clauses/x"),
            client.post("/api/assessments", json={"programme": "零碳工厂", "facts": {}}),
            client.get("/api/answers/x"),
        ):
            assert response.status_code == 503
            assert response.headers["content-type"] == "application/problem+json"
            assert response.json()["detail"] == "服务正在准备：计算条款向量（120/300）；请稍后再试"
            assert response.headers["retry-after"] == "2"
        page = client.get("/")
        assert page.status_code == 200
        assert "计算条款向量（120/300）" in page.text
        assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.text
        html = {"headers": {"accept": "text/html"}, "trust_env": False}
        other = httpx.get(f"{url}/policies?q=x", **html)
        assert other.status_code == 503
        assert '<meta http-equiv="refresh" content="3">' in other.text
        assert 'href="/policies?q=x">再试一次' in other.text
        checked = httpx.post(f"{url}/verify", data={"text": "抵消呢"}, **html)
        assert checked.status_code == 503
        assert "http-equiv" not in checked.text, "to load it again would send the form again"
        form = client.post("/", data={"message": "抵消呢"})
        assert form.status_code == 503
        assert "抵消呢</textarea>" in form.text
        assert "http-equiv" not in form.text, "what was typed must not be lost by loading again"
        assert "服务尚未就绪" in form.text
        built.set()
        assert fake.warmed == 0
        wait_until_ready(url)
        assert fake.warmed == 1, "a process that stays opens the caches of large indexes"
        assert client.post("/api/chat", json={"message": "抵消呢"}).status_code == 200


def test_a_corpus_that_cannot_be_loaded_is_told(settings: Settings) -> None:
    def broken(_progress: object) -> FakeAssistant:
        raise PolicyFileError("corpus/x/policy.yaml：published 的值 2022-13-01 不是日期")

    with running(create_app(broken, settings)) as url, httpx.Client(base_url=url, trust_env=False) as client:  # type: ignore[arg-type]
        state = _state_with(client, "2022-13-01")
        assert state["failed"] is True
        assert "policy.yaml" in client.get("/api/policies").json()["detail"]


def test_a_defect_while_opening_tells_nothing_of_the_inside(settings: Settings) -> None:
    def defective(_progress: object) -> FakeAssistant:
        raise ZeroDivisionError("secret inside")

    with (
        running(create_app(defective, settings)) as url,
        httpx.Client(base_url=url, trust_env=False) as client,
    ):  # type: ignore[arg-type]
        state = _state_with(client, "日志")
        assert state["failed"] is True
        assert "secret" not in str(state)


def _state_with(client: httpx.Client, words: str) -> dict[str, object]:
    """The state of a 503 `/readyz`, once its detail holds `words`."""
    for _ in range(200):
        response = client.get("/readyz")
        assert response.status_code == 503
        if words in response.json()["detail"]:
            state: dict[str, object] = response.json()
            return state
        time.sleep(0.025)
    pytest.fail(f"never told: {words}")


def test_a_real_build_is_told_step_by_step(tmp_path: Path) -> None:
    """Over the shipped corpus, with no index yet: alive all along, the steps are told, then it is ready."""
    from assistant.service import Assistant

    settings = Settings(_env_file=None, index_dir=tmp_path / "index", data_dir=tmp_path / "data")
    told: list[str] = []
    slowest = 0.0
    with (
        running(create_app(lambda progress: Assistant.open(settings, progress), settings)) as url,
        httpx.Client(base_url=url, trust_env=False, timeout=20) as client,
    ):
        for _ in range(2000):
            began = time.monotonic()
            assert client.get("/healthz").json() == {"status": "ok"}
            slowest = max(slowest, time.monotonic() - began)
            response = client.get("/readyz")
            state = response.json()
            if response.status_code == 200:
                break
            assert (response.status_code, state["ready"], state["failed"]) == (503, False, False)
            told.append(state["step"]["label"])
            if len(told) == 1:
                assert "tiaowen_ready 0.0" in client.get("/metrics").text
            time.sleep(0.005)
        assert state["ready"] is True
        assert state["clauses"] > 300
        assert client.post("/api/chat", json={"message": "培育期多久？"}).json()["status"] == "answered"
        assert "tiaowen_ready 1.0" in client.get("/metrics").text
    assert len(set(told)) >= 2, told
    assert slowest < 5
