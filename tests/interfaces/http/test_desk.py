"""The desk over HTTP, with the real assistant: offered, asked, kept, proposed, approved, counted."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.signing_in import sign_in

QUESTION = "绿电交易算不算碳抵消，最多能抵多少？"


@pytest.fixture
def staff(real_url: str, real_settings: Settings) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=real_url, trust_env=False, timeout=60) as client:
        yield sign_in(client, real_settings, Role.STAFF)


@pytest.fixture
def supervisor(real_url: str, real_settings: Settings) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=real_url, trust_env=False, timeout=60) as client:
        yield sign_in(client, real_settings, Role.SUPERVISOR)


def ask(client: httpx.Client, question: str, **more: str) -> dict[str, Any]:
    response = client.post("/api/desk/ask", json={"question": question, **more})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def keep(client: httpx.Client, given: dict[str, Any], disposition: str, **more: str) -> httpx.Response:
    body = {"answer_id": given["answer"]["id"], "disposition": disposition, **more}
    return client.post("/api/desk/calls", json=body)


def test_half_a_question_is_answered_with_a_sentence_a_clause_and_a_caution(staff: httpx.Client) -> None:
    given = ask(staff, "碳抵消能不能超过一半")
    words = "不能。原文：“企业以2021年为基准期，碳削减率达100%（其中"
    assert given["sentence"].startswith(words)
    assert given["sentence"].endswith("不得超过基准期的50%）。”")
    assert given["source"] == "《福建省零碳工厂建设管理办法》（征求意见稿）第八条（二）"
    assert "尚未正式施行" in given["caution"]
    source = "\n依据：《福建省零碳工厂建设管理办法》（征求意见稿）第八条（二） fujian-zero-carbon-factory#第八条/（二）"
    assert given["copied"].startswith(f"{given['sentence']}{source}")
    assert f'<p class="aloud" id="aloud">{words}' in given["html"]
    assert '<mark class="quote">' in given["html"]


def test_what_a_caller_said_is_only_text(staff: httpx.Client) -> None:
    given = ask(staff, "<img src=x onerror=alert(1)>碳抵消")
    assert "<img" not in given["html"]


def test_a_call_goes_on_and_is_kept(staff: httpx.Client) -> None:
    first = ask(staff, "2021年10万吨，去年4万吨，零碳工厂够吗")
    later = ask(staff, "抵消6万吨", conversation_id=first["answer"]["conversation_id"])
    assert later["answer"]["verdict"]["status"] == "不符合"
    kept = keep(staff, later, "转办", note=" 转市工信局 ").json()
    assert (kept["operator"], kept["disposition"], kept["note"]) == ("staff", "转办", "转市工信局")
    assert kept["question"] == "抵消6万吨"
    assert kept["seconds"] >= 0
    assert staff.get("/api/desk/calls").json()["calls"][0] == kept


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"disposition": "挂了"}, 422, "处理情况「挂了」不合法；应为已答复、转办、待回电、无法答复"),
        ({"note": "字" * 2001}, 422, "备注太长：2001 个字符，最多 2000 个"),
        ({"answer_id": "a_no"}, 404, "a_no"),
        ({"standard_id": "s_no"}, 422, "没有编号为「s_no」的标准答复"),
    ],
)
def test_a_call_that_is_not_legal_is_named(
    staff: httpx.Client, more: dict[str, str], status: int, words: str
) -> None:
    given = ask(staff, "碳抵消")
    body = {"answer_id": given["answer"]["id"], "disposition": "已答复", **more}
    response = staff.post("/api/desk/calls", json=body)
    assert response.status_code == status
    assert words in response.json()["detail"]


def test_earlier_calls_are_offered_with_what_became_of_them(
    staff: httpx.Client, supervisor: httpx.Client
) -> None:
    keep(staff, ask(staff, "培育期满以后怎么评价"), "待回电", note="周三回电")
    keep(supervisor, ask(supervisor, "培育期满以后怎么评价？"), "已答复")
    found = staff.get("/api/desk/suggest", params={"q": "培育期满以"}).json()
    hit = found["earlier"][0]
    assert (hit["question"], hit["times"]) == ("培育期满以后怎么评价？", 2)
    assert (hit["disposition"], hit["operator"]) == ("已答复", "supervisor")
    assert hit["sentence"]
    assert found["clauses"]
    assert ask(staff, "培育期满以后如何评价")["earlier"][0]["times"] == 2
    web = {"message": "只在网页上问过的一句海藻固碳"}
    staff.post("/api/chat", json=web)
    assert not staff.get("/api/desk/suggest", params={"q": "海藻固碳"}).json()["earlier"]


def test_an_approved_answer_is_given_first_and_counted(staff: httpx.Client, supervisor: httpx.Client) -> None:
    given = ask(staff, QUESTION)
    body = {"answer_id": given["answer"]["id"], "text": "算，抵消的部分不得超过一半。[1]"}
    proposal = staff.post("/api/desk/standards", json=body).json()
    assert (proposal["state"], proposal["proposed_by"]) == ("待审核", "staff")
    assert ask(staff, QUESTION)["standard"] is None
    approve = f"/api/desk/standards/{proposal['id']}/approve"
    assert staff.post(approve, json={}).status_code == 403
    done = supervisor.post(approve, json={}).json()
    assert (done["state"], done["approved_by"]) == ("在用", "supervisor")
    assert all(len(one["sha256"]) == 64 for one in done["clauses"])
    assert supervisor.post(approve, json={}).status_code == 422
    again = ask(staff, QUESTION)
    assert again["standard"]["id"] == proposal["id"]
    assert again["sentence"] == "算，抵消的部分不得超过一半。"
    assert "标准答复，supervisor " in again["copied"]
    before = staff.get("/api/desk/day").json()
    keep(staff, again, "已答复", standard_id=proposal["id"])
    after = staff.get("/api/desk/day").json()
    assert after["standard"] == before["standard"] + 1
    assert after["calls"] == before["calls"] + 1
    assert after["median_seconds"] is not None
    withdraw = f"/api/desk/standards/{proposal['id']}/withdraw"
    assert supervisor.post(withdraw, json={"why": " "}).status_code == 422
    assert supervisor.post(withdraw, json={"why": "口径改了"}).json()["state"] == "已撤回"
    assert ask(staff, QUESTION)["standard"] is None


def test_the_day_lists_what_got_no_answer_and_exports_it(staff: httpx.Client) -> None:
    keep(staff, ask(staff, "=今天天气怎么样"), "无法答复", note="+转12345")
    told = staff.get("/api/desk/day").json()
    assert "=今天天气怎么样" in [one["question"] for one in told["unanswered"]]
    assert told["by_disposition"]["无法答复"] >= 1
    export = staff.get("/api/desk/day/export", params={"list": "unanswered"})
    assert export.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(export.content.decode("utf-8-sig"))))
    assert {"'=今天天气怎么样"} <= {row["问题"] for row in rows}
    calls = staff.get("/api/desk/day/export").content.decode("utf-8-sig")
    assert "'+转12345" in calls
    assert staff.get("/api/desk/day", params={"day": "2020-01-01"}).json()["calls"] == 0


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/api/desk/day?day=昨天", "日期「昨天」不合法；应形如 2026-11-22"),
        ("/api/desk/day/export?list=x", "参数 list 的值「x」不合法；应为calls、unanswered"),
        ("/api/desk/suggest?q=%20", "检索词是空的"),
    ],
)
def test_what_is_asked_wrongly_is_named(staff: httpx.Client, path: str, words: str) -> None:
    response = staff.get(path)
    assert response.status_code == 422
    assert words in response.json()["detail"]
