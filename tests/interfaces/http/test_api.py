"""Routes of the API over a real loopback connection: what they answer and how they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from tests.interfaces.conftest import BODY_LIMIT, MESSAGE_LIMIT
from tests.interfaces.fake_assistant import CITATION, POLICY, FakeAssistant

PROBLEM = "application/problem+json"


def problem(response: httpx.Response, status: int) -> dict[str, object]:
    """The problem document, after checking what every one of them must have."""
    assert response.status_code == status
    assert response.headers["content-type"] == PROBLEM
    body = response.json()
    assert body["status"] == status
    assert body["type"].startswith("urn:tiaowen:problem:")
    assert {"title", "detail"} <= set(body)
    return body


def test_chat_answers_with_the_object_of_the_design(client: httpx.Client) -> None:
    response = client.post("/api/chat", json={"message": "抵消能不能超过一半？"})
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    answer = response.json()
    assert set(answer) == {
        "id", "conversation_id", "status", "answer", "verdict", "citations", "calculations", "missing",
        "warnings", "engine", "elapsed_ms",
    }  # fmt: skip
    assert answer["status"] == "answered"
    assert answer["citations"][0]["address"] == CITATION.address
    assert answer["citations"][0]["policy_status"] == "征求意见稿"


def test_a_conversation_goes_on_under_its_id(client: httpx.Client, fake: FakeAssistant) -> None:
    first = client.post("/api/chat", json={"message": "抵消呢"}).json()
    second = client.post(
        "/api/chat", json={"message": "然后呢", "conversation_id": first["conversation_id"]}
    ).json()
    assert second["conversation_id"] == first["conversation_id"]
    assert fake.asked == [("抵消呢", None), ("然后呢", first["conversation_id"])]


def test_unknown_conversation_is_404(client: httpx.Client) -> None:
    body = problem(client.post("/api/chat", json={"message": "抵消呢", "conversation_id": "c_nobody"}), 404)
    assert body["type"] == "urn:tiaowen:problem:unknown-conversation"
    assert "c_nobody" in str(body["detail"])


@pytest.mark.parametrize("content", ["{", '{"message": ', "", "\ufeff{", "[" * 50_000])
def test_broken_json_is_400_or_says_what_is_missing(client: httpx.Client, content: str) -> None:
    response = client.post(
        "/api/chat", content=content[:4000].encode(), headers={"content-type": "application/json"}
    )
    if content == "":
        assert "正文" in str(problem(response, 422)["detail"])
    else:
        assert "JSON" in str(problem(response, 400)["detail"])


def test_broken_utf8_is_400(client: httpx.Client) -> None:
    response = client.post(
        "/api/chat", content=b'{"message": "\xff\xfe"}', headers={"content-type": "application/json"}
    )
    assert "UTF-8" in str(problem(response, 400)["detail"])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "缺少字段 message"),
        ({"message": 5}, "message 应为字符串，收到的是 5"),
        ({"message": None}, "message 应为字符串"),
        ({"message": ["a"]}, "message 应为字符串"),
        (
            {"message": "问", "conversationId": "c"},
            "不认识的字段 conversationId；合法的字段有 message、conversation_id",
        ),
        ({"message": "问", "conversation_id": 7}, "conversation_id 应为字符串"),
        ({"message": "问", "stream": "什么"}, "stream 应为true 或 false"),
        (["问"], "JSON 对象"),
        ("问", "JSON 对象"),
        ({"message": "   "}, "空的"),
        ({"message": "？！……"}, "没有文字"),
    ],
)
def test_requests_that_are_not_legal_are_422(client: httpx.Client, body: object, words: str) -> None:
    assert words in str(problem(client.post("/api/chat", json=body), 422)["detail"])


def test_half_a_character_is_refused(client: httpx.Client) -> None:
    content = b'{"message": "\\ud800"}'
    response = client.post("/api/chat", content=content, headers={"content-type": "application/json"})
    assert "残缺的字符" in str(problem(response, 422)["detail"])


def test_json_under_another_content_type_is_refused(client: httpx.Client) -> None:
    response = client.post("/api/chat", content=b'{"message":"x"}', headers={"content-type": "text/plain"})
    assert "application/json" in str(problem(response, 422)["detail"])


def test_a_message_at_the_limit_passes_and_one_over_it_is_413(client: httpx.Client) -> None:
    assert client.post("/api/chat", json={"message": "问" * MESSAGE_LIMIT}).status_code == 200
    body = problem(client.post("/api/chat", json={"message": "问" * (MESSAGE_LIMIT + 1)}), 413)
    assert str(MESSAGE_LIMIT) in str(body["detail"])
    assert str(MESSAGE_LIMIT + 1) in str(body["detail"])


def test_a_large_body_is_413_with_a_content_length(client: httpx.Client) -> None:
    body = problem(client.post("/api/chat", json={"message": "问" * 100_000}), 413)
    assert str(BODY_LIMIT) in str(body["detail"])


@pytest.mark.parametrize("pieces", [8, 200])
def test_a_large_body_is_413_without_a_content_length(client: httpx.Client, pieces: int) -> None:
    def chunks() -> Iterator[bytes]:
        yield b'{"message": "'
        for _ in range(pieces):
            yield b"a" * 65_536

    response = client.post("/api/chat", content=chunks(), headers={"content-type": "application/json"})
    assert "上限" in str(problem(response, 413)["detail"])


def test_a_body_just_under_the_limit_arrives_whole(client: httpx.Client, fake: FakeAssistant) -> None:
    padding = " " * (BODY_LIMIT - 30)
    content = ('{"message":"问抵消"' + padding + "}").encode()
    assert len(content) <= BODY_LIMIT
    assert (
        client.post("/api/chat", content=content, headers={"content-type": "application/json"}).status_code
        == 200
    )
    assert fake.asked == [("问抵消", None)]


def test_an_unexpected_error_tells_nothing_of_the_inside(client: httpx.Client) -> None:
    response = client.post("/api/chat", json={"message": "崩溃"})
    assert "日志" in str(problem(response, 500)["detail"])
    assert "secret" not in response.text
    assert "ZeroDivision" not in response.text
    assert "content-security-policy" in response.headers


def test_a_broken_rule_book_is_503_with_its_explanation(client: httpx.Client) -> None:
    response = client.post("/api/chat", json={"message": "规则册坏了"})
    assert "第八条（二）" in str(problem(response, 503)["detail"])
    assert response.headers["retry-after"]


@pytest.mark.parametrize(
    "address",
    [
        quote(f"{POLICY}#第八条/（二）", safe=""),
        quote(f"{POLICY}#第八条/（二）", safe="/"),
        f"{POLICY}/" + quote("第八条/（二）"),
        quote("第八条第二项"),
    ],
)
def test_a_clause_is_found_by_each_way_to_write_its_address(client: httpx.Client, address: str) -> None:
    response = client.get(f"/api/clauses/{address}")
    assert response.status_code == 200
    assert response.json()["address"] == f"{POLICY}#第八条/（二）"


def test_an_unknown_clause_is_404_and_says_which_exist(client: httpx.Client) -> None:
    body = problem(client.get("/api/clauses/" + quote("第九十九条")), 404)
    assert "第九十九条" in str(body["detail"])
    assert "第一条至第十五条" in str(body["detail"])


def test_an_ambiguous_clause_is_409_with_candidates(client: httpx.Client) -> None:
    body = problem(client.get("/api/clauses/" + quote("第二项")), 409)
    assert f"{POLICY}#第七条/（二）" in body["candidates"]
    assert f"{POLICY}#第八条/（二）" in body["candidates"]


def test_search_gives_hits_with_addresses(client: httpx.Client) -> None:
    body = client.get("/api/search", params={"q": "碳抵消", "limit": 1}).json()
    assert (body["query"], body["answerable"]) == ("碳抵消", 0.9)
    assert [hit["address"] for hit in body["results"]] == [f"{POLICY}#第八条/（二）"]
    assert body["results"][0]["policy_status"] == "征求意见稿"
    none = client.get("/api/search", params={"q": "查无此事"}).json()
    assert (none["results"], none["answerable"]) == ([], 0.0)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({}, "缺少字段 q"),
        ({"q": "  "}, "参数 q 是空的"),
        ({"q": "碳", "limit": "0"}, "limit 应不小于 1，收到的是 '0'"),
        ({"q": "碳", "limit": "51"}, "limit 应不大于 50"),
        ({"q": "碳", "limit": "十"}, "limit 应为整数"),
        ({"q": "碳", "policy": "nobody"}, "nobody"),
    ],
)
def test_search_refuses_what_is_not_legal(client: httpx.Client, query: dict[str, str], words: str) -> None:
    assert words in str(problem(client.get("/api/search", params=query), 422)["detail"])


def test_policies_are_listed_with_their_status(client: httpx.Client) -> None:
    policies = client.get("/api/policies").json()["policies"]
    assert {policy["id"]: policy["status"] for policy in policies}[POLICY] == "征求意见稿"
    assert {policy["status"] for policy in policies} == {"现行", "征求意见稿"}


def test_an_assessment_carries_verdict_and_calculations(client: httpx.Client) -> None:
    facts = {"baseline_emissions": "10万吨", "report_emissions": 40000, "offset_emissions": "4万吨"}
    body = client.post("/api/assessments", json={"programme": "零碳工厂", "facts": facts}).json()
    assert body["verdict"]["status"] == "待补充"
    assert [item["display"] for item in body["calculations"]] == ["100%", "40%"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"facts": {}}, "缺少字段 programme"),
        ({"programme": "", "facts": {}}, "programme 不能是空的"),
        ({"programme": "零碳工厂"}, "缺少字段 facts"),
        ({"programme": "零碳工厂", "facts": []}, "facts 应为对象"),
        ({"programme": "零碳工厂", "facts": {}, "on": "2026年"}, "on 的值 '2026年' 不合法：应为 年-月-日"),
        ({"programme": "零碳工厂", "facts": {"a": [1]}}, "a 的值应为数字、带单位的文字或是/否"),
        ({"programme": "零碳工厂", "facts": {"a": {"b": 1}}}, "a 的值应为数字"),
        (
            {"programme": "零碳工厂", "fact": {}, "facts": {}},
            "不认识的字段 fact；合法的字段有 policy、programme、on、stage、keep_asking、facts",
        ),
        ({"programme": "无碳", "facts": {}}, "无碳"),
    ],
)
def test_assessments_refuse_what_is_not_legal(client: httpx.Client, body: object, words: str) -> None:
    assert words in str(problem(client.post("/api/assessments", json=body), 422)["detail"])


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e999", '"\\ud800"'])
def test_numbers_and_texts_that_are_none_are_422(client: httpx.Client, value: str) -> None:
    content = f'{{"programme": "零碳工厂", "facts": {{"report_emissions": {value}}}}}'
    response = client.post(
        "/api/assessments", content=content.encode(), headers={"content-type": "application/json"}
    )
    problem(response, 422)


def test_the_gap_and_a_comparison_have_routes_of_their_own(client: httpx.Client) -> None:
    facts = {"baseline_emissions": "10万吨", "report_emissions": "6万吨"}
    gap = client.post("/api/assessments/gap", json={"programme": "零碳工厂", "facts": facts})
    assert gap.json()["criteria"][0]["criterion"] == "carbon_reduction"
    body = {"programme": "零碳工厂", "facts_a": facts, "facts_b": {**facts, "report_emissions": None}}
    assert client.post("/api/assessments/compare", json=body).json()["statuses"] == ["不符合", "待补充"]


@pytest.mark.parametrize(
    ("route", "body", "words"),
    [
        ("gap", {"facts": {}}, "缺少字段 programme"),
        ("gap", {"programme": "零碳工厂", "facts": {"a": [1]}}, "a 的值应为数字、带单位的文字或是/否"),
        ("gap", {"programme": "零碳工厂", "facts": {"report_emissions": "-4万吨"}}, "-4万吨"),
        ("compare", {"programme": "零碳工厂", "facts_a": {}}, "缺少字段 facts_b"),
        ("compare", {"programme": "零碳工厂", "facts_a": {}, "facts_b": []}, "facts_b 应为对象"),
        (
            "compare",
            {"programme": "零碳工厂", "facts": {}, "facts_a": {}, "facts_b": {}},
            "不认识的字段 facts；合法的字段有 policy、programme、on、stage、facts_a、facts_b",
        ),
        ("compare", {"programme": "零碳工厂", "facts_a": {}, "facts_b": {"a": {}}}, "a 的值应为数字"),
        ("compare", {"programme": "无碳", "facts_a": {}, "facts_b": {}}, "无碳"),
    ],
)
def test_gap_and_comparison_refuse_what_is_not_legal(
    client: httpx.Client, route: str, body: object, words: str
) -> None:
    assert words in str(problem(client.post(f"/api/assessments/{route}", json=body), 422)["detail"])


def test_an_illegal_fact_is_422_and_named(client: httpx.Client) -> None:
    facts = {"report_emissions": "-4万吨"}
    body = problem(client.post("/api/assessments", json={"programme": "零碳工厂", "facts": facts}), 422)
    assert body["fact"] == "report_emissions"
    assert "-4万吨" in str(body["detail"])


def test_a_stored_answer_is_read_by_its_id(client: httpx.Client) -> None:
    answer = client.post("/api/chat", json={"message": "抵消呢"}).json()
    record = client.get(f"/api/answers/{answer['id']}").json()
    assert record["question"] == "抵消呢"
    assert record["answer"] == answer
    assert "a_none" in str(problem(client.get("/api/answers/a_none"), 404)["detail"])


def test_unknown_routes_are_404_and_wrong_methods_405(client: httpx.Client) -> None:
    assert "/api/nothing" in str(problem(client.get("/api/nothing"), 404)["detail"])
    response = client.get("/api/chat")
    assert "GET" in str(problem(response, 405)["detail"])
    assert response.headers["allow"] == "POST"
    problem(client.get("/static/../app.py"), 404)
    problem(client.get("/static/%2e%2e/templates/chat.html"), 404)


def test_a_browser_gets_a_page_for_an_unknown_address(client: httpx.Client) -> None:
    response = client.get("/没有", headers={"accept": "text/html"})
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert "没有这个地址" in response.text


def test_health_and_readiness(client: httpx.Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["ready"] is True


def test_every_response_carries_the_security_headers(client: httpx.Client) -> None:
    for path in ("/", "/api/policies", "/static/chat.js", "/api/nothing"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_a_text_is_reviewed_sentence_by_sentence(client: httpx.Client) -> None:
    body = client.post("/api/verify", json={"text": "碳抵消不得超过60%。"}).json()
    assert body["summary"] == {"supported": 0, "contradicted": 1, "not_found": 0}
    assert body["sentences"][0]["failures"][0]["words"] == "60%"


@pytest.mark.parametrize(
    ("body", "words"), [({}, "缺少字段 text"), ({"text": " "}, "是空的"), ({"text": 1}, "字符串")]
)
def test_reviews_refuse_what_is_not_legal(client: httpx.Client, body: object, words: str) -> None:
    assert words in str(problem(client.post("/api/verify", json=body), 422)["detail"])


def test_the_openapi_document_describes_every_route_and_resolves(client: httpx.Client) -> None:
    document = client.get("/openapi.json").json()
    assert {
        "/api/chat", "/api/search", "/api/policies", "/api/policies/{policy_id}",
        "/api/policies/{policy_id}/clauses", "/api/policies/{policy_id}/text", "/api/quotes/verify", "/api/clauses/{address}", "/api/assessments",
        "/api/assessments/gap", "/api/assessments/compare", "/api/assessments/export",
        "/api/verify", "/api/answers/{answer_id}", "/healthz", "/readyz", "/metrics",
        "/v1/chat/completions", "/v1/models", "/v1/models/{model}",
    } <= set(document["paths"])  # fmt: skip
    for reference in _references(document):
        target = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation["summary"]
    assert document["paths"]["/api/chat"]["post"]["responses"]["413"]["content"].keys() == {PROBLEM}


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref":
                yield item
            else:
                yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def test_the_interactive_pages_that_load_foreign_scripts_are_off(client: httpx.Client) -> None:
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


def test_the_assistant_is_closed_with_the_server(fake: FakeAssistant, settings: object) -> None:
    from assistant.interfaces.http.app import create_app
    from tests.interfaces.conftest import wait_until_ready
    from tests.interfaces.running_server import running

    with running(create_app(lambda _progress: fake, settings)) as url:  # type: ignore[arg-type, return-value]
        wait_until_ready(url)
        assert not fake.closed
    assert fake.closed
