"""Clause routes over a real connection: tags and 304, pages of clauses, the stored file, quotations."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from assistant.interfaces.http.clause_models import (
    ClauseList,
    ClauseView,
    PolicyView,
    QuoteAnswer,
    ReviewAnswer,
)
from tests.interfaces.fake_assistant import POLICY
from tests.interfaces.http.test_api import problem

CORPUS = Path(__file__).resolve().parents[3] / "corpus"
TAGGED = [
    "/api/policies",
    f"/api/policies/{POLICY}",
    f"/api/policies/{POLICY}/clauses?limit=5",
    f"/api/policies/{POLICY}/text",
    "/api/clauses/" + quote(f"{POLICY}#第八条/（二）", safe=""),
]


@pytest.mark.parametrize("path", TAGGED)
def test_who_has_the_present_state_already_gets_304(client: httpx.Client, path: str) -> None:
    first = client.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = client.get(path, headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = client.get(path, headers={"if-none-match": '"other"'})
    assert (other.status_code, other.content) == (200, first.content)


def test_each_representation_has_a_tag_of_its_own(client: httpx.Client) -> None:
    more = [f"/api/policies/{POLICY}/clauses?limit=6", "/api/clauses/" + quote(f"{POLICY}#第八条", safe="")]
    tags = [client.get(path).headers["etag"] for path in (*TAGGED, *more)]
    assert len(set(tags)) == len(tags)


def test_the_stored_file_comes_byte_for_byte(client: httpx.Client) -> None:
    response = client.get(f"/api/policies/{POLICY}/text")
    assert response.content == (CORPUS / POLICY / "text.txt").read_bytes()
    assert response.headers["etag"] == f'"{hashlib.sha256(response.content).hexdigest()}"'
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


def test_the_clauses_of_a_policy_come_page_by_page(client: httpx.Client) -> None:
    found: list[str] = []
    cursor: str | None = None
    while True:
        query = {"limit": "50", **({"cursor": cursor} if cursor else {})}
        page = ClauseList.model_validate(
            client.get(f"/api/policies/{POLICY}/clauses", params=query).json(), strict=True
        )
        found += [clause.address for clause in page.clauses]
        assert page.total == 163
        cursor = page.cursor
        if cursor is None:
            break
    assert len(found) == len(set(found)) == 163
    assert found[:2] == [f"{POLICY}#题名", f"{POLICY}#第一章"]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("limit=0", 422, "limit 应不小于 1"),
        ("limit=201", 422, "limit 应不大于 200"),
        ("cursor=nothing", 422, "cursor 的值「nothing」不合法"),
    ],
)
def test_a_page_that_does_not_exist_is_refused(
    client: httpx.Client, query: str, status: int, words: str
) -> None:
    assert words in str(problem(client.get(f"/api/policies/{POLICY}/clauses?{query}"), status)["detail"])


@pytest.mark.parametrize("tail", ["", "/clauses", "/text"])
def test_an_unknown_policy_is_404_and_names_those_that_exist(client: httpx.Client, tail: str) -> None:
    body = problem(client.get(f"/api/policies/nobody{tail}"), 404)
    assert POLICY in str(body["detail"])


def test_a_clause_tells_its_lines_and_its_rules(client: httpx.Client) -> None:
    body = client.get("/api/clauses/" + quote("第八条第二项")).json()
    view = ClauseView.model_validate(body, strict=True)
    assert set(body) == set(ClauseView.model_fields)
    assert view.standings[0].lines == [27, 27]
    assert "碳抵消占比" in [rule.label for rule in view.rules]
    PolicyView.model_validate(client.get(f"/api/policies/{POLICY}").json(), strict=True)


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ({"quote": "不得超过基准期的50%"}, "exact"),
        ({"quote": "不得超过基准期的60%", "policy": "福建省零碳工厂建设管理办法"}, "differs"),
        ({"quote": "不得超过基准期的60%", "address": "第八条第二项"}, "differs"),
        ({"quote": "食堂每周三供应饺子和小菜"}, "not_found"),
    ],
)
def test_a_quotation_is_checked(client: httpx.Client, body: dict[str, str], finding: str) -> None:
    answer = client.post("/api/quotes/verify", json=body)
    told = QuoteAnswer.model_validate(answer.json(), strict=True)
    assert told.finding == finding
    if finding == "differs":
        assert [(one.kind, one.text) for one in told.parts[0].differences] == [
            ("same", "不得超过基准期的"),
            ("said", "6"),
            ("text", "5"),
            ("same", "0%"),
        ]


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({}, 422, "缺少字段 quote"),
        ({"quote": 5}, 422, "quote 应为字符串"),
        ({"quote": "短"}, 422, "太短"),
        ({"quote": "不得超过", "words": "x"}, 422, "不认识的字段 words；合法的字段有 quote、policy、address"),
        ({"quote": "不得超过基准期", "policy": "nobody"}, 404, "nobody"),
        ({"quote": "不得超过基准期", "address": "第九十九条"}, 404, "第九十九条"),
        ({"quote": "不得超过基准期", "address": "第二项"}, 409, "不止一处"),
    ],
)
def test_a_quotation_that_cannot_be_checked_is_refused(
    client: httpx.Client, body: dict[str, object], status: int, words: str
) -> None:
    assert words in str(problem(client.post("/api/quotes/verify", json=body), status)["detail"])


def test_a_review_has_the_shape_it_is_described_with(client: httpx.Client) -> None:
    answer = client.post("/api/verify", json={"text": "碳抵消不得超过60%。"}).json()
    assert ReviewAnswer.model_validate(answer, strict=True).summary["contradicted"] == 1


def test_examples_of_the_openapi_document_are_legal(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    QuoteAnswer.model_validate(document["components"]["schemas"]["QuoteAnswer"]["example"], strict=True)
    for path in ("/api/policies", "/api/policies/{policy_id}/clauses", "/api/clauses/{address}"):
        responses = document["paths"][path]["get"]["responses"]
        assert "304" in responses
        assert "$ref" in responses["200"]["content"]["application/json"]["schema"]


def test_the_real_service_checks_quotations(real_client: httpx.Client) -> None:
    body = {"quote": "碳抵消占比越高，此项得分越高。培育期原则上为1年。"}
    parts = real_client.post("/api/quotes/verify", json=body).json()["parts"]
    assert [part["finding"] for part in parts] == ["differs", "exact"]
    assert parts[0]["places"][0]["label"] == "附件3第10项"
    body = {"quote": "不得超过基准期的60%", "policy": "福州市工业领域碳达峰实施方案"}
    part = real_client.post("/api/quotes/verify", json=body).json()["parts"][0]
    assert (part["places"][0]["label"], part["elsewhere"]) == ("第八条（二）", True)
