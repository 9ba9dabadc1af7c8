"""The records over HTTP, with the real assistant: filtered, exported, made again, remarked on."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.signing_in import sign_in

QUESTION = "2021年10万吨，去年4万吨，抵消6.1万吨，零碳工厂够吗"


@pytest.fixture
def supervisor(real_url: str, real_settings: Settings) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=real_url, trust_env=False, timeout=60) as client:
        yield sign_in(client, real_settings, Role.SUPERVISOR)


@pytest.fixture(scope="module")
def asked(real_url: str) -> dict[str, Any]:
    """An answer with a verdict, and after it one to a question that a spreadsheet would take for a formula."""
    with httpx.Client(base_url=real_url, trust_env=False, timeout=60) as client:
        first: dict[str, Any] = client.post("/api/chat", json={"message": QUESTION}).json()
        later = {"message": "=碳抵消能不能超过一半？", "conversation_id": first["conversation_id"]}
        assert client.post("/api/chat", json=later).json()["status"] == "answered"
    return first


def test_answers_are_filtered_and_paged(supervisor: httpx.Client, asked: dict[str, Any]) -> None:
    judged = supervisor.get("/api/answers", params={"verdict": "不符合", "text": "抵消6.1万吨"}).json()
    assert [one["id"] for one in judged["answers"]] == [asked["id"]]
    assert judged["total"] == 1
    assert judged["answers"][0]["programme"] == "零碳工厂"
    seen, cursor = [], None
    while True:
        page = supervisor.get("/api/answers", params={"limit": 1} | ({"cursor": cursor} if cursor else {}))
        seen += [one["id"] for one in page.json()["answers"]]
        cursor = page.json()["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == page.json()["total"]
    assert supervisor.get("/api/answers", params={"until": "2020-01-01"}).json()["total"] == 0


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"since": "昨天"}, "「昨天」不是日期；应形如 2026-11-22"),
        ({"since": "2026-05-02", "until": "2026-05-01"}, "晚于截止日期"),
        ({"feedback": "好"}, "反馈状态「好」不合法；应为有、无、未处理、已处理"),
        ({"cursor": "x"}, "翻页位置「x」不合法"),
    ],
)
def test_a_filter_that_is_not_legal_is_named(
    supervisor: httpx.Client, params: dict[str, str], words: str
) -> None:
    response = supervisor.get("/api/answers", params=params)
    assert response.status_code == 422
    assert words in response.json()["detail"]


def test_exports_hold_what_fits_and_no_formula(supervisor: httpx.Client, asked: dict[str, Any]) -> None:
    response = supervisor.get("/api/records/export", params={"text": "碳抵消能不能超过一半", "format": "csv"})
    assert response.headers["content-disposition"] == 'attachment; filename="tiaowen-answers.csv"'
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert "'=碳抵消能不能超过一半？" in [row["问题"] for row in rows]
    assert all("抵消" in row["问题"] for row in rows)
    lines = supervisor.get("/api/records/export", params={"format": "jsonl", "verdict": "不符合"}).text
    stored = [json.loads(line) for line in lines.splitlines()]
    assert asked["id"] in [one["id"] for one in stored]
    assert all(one["answer"]["verdict"]["status"] == "不符合" for one in stored)
    assert "owner" not in stored[0]
    wrong = supervisor.get("/api/records/export", params={"format": "pdf"})
    assert "文件格式「pdf」不合法；应为csv、jsonl" in wrong.json()["detail"]


def test_an_answer_is_made_again_to_the_byte(real_client: httpx.Client, asked: dict[str, Any]) -> None:
    again = real_client.post(f"/api/answers/{asked['id']}/replay").json()
    assert again["same"] is True
    assert again["differences"] == []
    assert again["answer"]["answer"] == asked["answer"]
    assert again["trace"] is not None


def test_a_remark_is_kept_and_handled(
    real_client: httpx.Client, supervisor: httpx.Client, asked: dict[str, Any]
) -> None:
    route = f"/api/answers/{asked['id']}/feedback"
    sent = real_client.post(route, json={"kind": "有误", "words": "抵消量应为4.5万吨"})
    assert sent.status_code == 201
    assert real_client.post(route, json={"kind": "好"}).status_code == 422
    assert real_client.get(route).status_code == 401
    open_ = supervisor.get("/api/answers", params={"feedback": "未处理"}).json()["answers"]
    assert [one["unhandled"] for one in open_ if one["id"] == asked["id"]] == [1]
    done = supervisor.post(
        f"/api/feedback/{sent.json()['id']}/resolution", json={"resolution": "已回电更正"}
    ).json()
    assert (done["resolution"], done["handled_by"]) == ("已回电更正", "supervisor")
    about = supervisor.get(route).json()["feedback"]
    assert [one["words"] for one in about] == ["抵消量应为4.5万吨"]
    left = supervisor.get("/api/answers", params={"feedback": "未处理"}).json()["answers"]
    assert asked["id"] not in [one["id"] for one in left]
