"""The server with the real assistant, corpus, index and rules."""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

import httpx
import pytest

from assistant.settings import Settings

FACTORY = "fujian-zero-carbon-factory"
ELIGIBLE = "我们 2021 年排放 10 万吨，去年 4 万吨，买了 4 万吨碳汇，够不够申报零碳工厂？"


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_ready_with_five_policies(real_client: httpx.Client) -> None:
    state = real_client.get("/readyz").json()
    assert state["ready"] is True
    assert state["policies"] == 5
    assert len(real_client.get("/api/policies").json()["policies"]) == 5


def test_an_answer_quotes_the_stored_file(real_client: httpx.Client, real_settings: Settings) -> None:
    answer = real_client.post("/api/chat", json={"message": "碳抵消能不能超过一半？"}).json()
    assert answer["status"] == "answered"
    assert answer["citations"]
    for citation in answer["citations"]:
        stored = (real_settings.corpus / citation["policy_id"] / "text.txt").read_bytes()
        assert hashlib.sha256(stored).hexdigest() == citation["source_sha256"]
        span = stored.decode("utf-8")[citation["start"] : citation["end"]]
        assert bare(span) == bare(citation["quote"])
        clause = real_client.get(f"/api/clauses/{quote(citation['address'], safe='')}").json()
        assert clause["address"] == citation["address"]
        assert bare(citation["quote"]) in bare(clause["text"])


def test_a_measured_question_streams_to_the_engines_figures(real_client: httpx.Client) -> None:
    response = real_client.post(
        "/api/chat", json={"message": ELIGIBLE, "render": True}, headers={"accept": "text/event-stream"}
    )
    names = re.findall(r"^event: (\w+)$", response.text, re.M)
    assert names[0] == "progress"
    assert names[-2:] == ["html", "answer"]
    assert '<section class="verdict open"' in response.text.replace('\\"', '"')


def test_figures_and_verdict_of_the_design(real_client: httpx.Client) -> None:
    answer = real_client.post("/api/chat", json={"message": ELIGIBLE}).json()
    shown = {item["label"]: item["display"] for item in answer["calculations"]}
    assert shown["碳削减率"] == "100%"
    assert shown["碳抵消占比"] == "40%"
    assert answer["verdict"]["status"] == "待补充"
    assert answer["missing"]


def test_a_conversation_keeps_its_facts(real_client: httpx.Client) -> None:
    first = real_client.post("/api/chat", json={"message": ELIGIBLE}).json()
    more = {"message": "抵消改成 6 万吨呢？", "conversation_id": first["conversation_id"]}
    second = real_client.post("/api/chat", json=more).json()
    assert second["conversation_id"] == first["conversation_id"]
    assert "60%" in {item["display"] for item in second["calculations"]}


def test_each_missing_fact_is_taken_when_answered_with_its_question(real_client: httpx.Client) -> None:
    """What the page sends when a person taps one of the questions, in any order."""
    first = real_client.post("/api/chat", json={"message": ELIGIBLE}).json()
    for item in reversed(first["missing"]):
        value = "是" if "是否" in item["question"] else "8000万元" if "万元" in item["question"] else "3"
        more = {"message": f"{item['question']} {value}", "conversation_id": first["conversation_id"]}
        answer = real_client.post("/api/chat", json=more).json()
        assert item["fact"] not in [left["fact"] for left in answer["missing"]]
        assert answer["verdict"], item["question"]
    assert answer["missing"] == []
    assert answer["verdict"]["status"] == "符合"
    assert answer["verdict"]["score"]["low"] == answer["verdict"]["score"]["high"]


def test_an_answer_is_stored_as_it_was_shown(real_client: httpx.Client) -> None:
    answer = real_client.post("/api/chat", json={"message": "培育期多久？"}).json()
    assert real_client.get(f"/api/answers/{answer['id']}").json()["answer"] == answer


@pytest.mark.parametrize(
    "address",
    [f"{FACTORY}%23" + quote("附件3/10", safe=""), f"{FACTORY}/" + quote("附件3/10"), quote("附件三第十项")],
)
def test_one_clause_under_each_way_to_write_it(real_client: httpx.Client, address: str) -> None:
    assert real_client.get(f"/api/clauses/{address}").json()["address"] == f"{FACTORY}#附件3/10"


def test_a_clause_that_does_not_exist_says_which_do(real_client: httpx.Client) -> None:
    response = real_client.get("/api/clauses/" + quote("第九十九条"))
    assert response.status_code == 404
    assert "第一条至第十五条" in response.json()["detail"]
    response = real_client.get("/api/clauses/" + quote("第二项"))
    assert response.status_code == 409
    assert f"{FACTORY}#第八条/（二）" in response.json()["candidates"]


def test_search_finds_the_clause(real_client: httpx.Client) -> None:
    results = real_client.get("/api/search", params={"q": "绿色工厂 5000吨标准煤", "policy": FACTORY}).json()[
        "results"
    ]
    assert f"{FACTORY}#第九条/（一）" in [hit["address"] for hit in results]


def test_search_within_conditions(real_client: httpx.Client) -> None:
    def found(**conditions: str | list[str]) -> set[str]:
        response = real_client.get("/api/search", params={"q": "碳排放", "limit": 50, **conditions})
        assert response.status_code == 200, response.text
        return {hit["policy_id"] for hit in response.json()["results"]}

    assert found(region="福州市") == {"fuzhou-industry-carbon-peak"}
    assert found(policy=[FACTORY, "福州碳达峰方案"]) == {FACTORY, "fuzhou-industry-carbon-peak"}
    assert found(status=["征求意见稿", "已废止"]) == {FACTORY}
    assert FACTORY not in found(on="2026-11-21", level="省级")
    assert found(issuer="福建省交通运输厅") == {"fujian-pollution-carbon-synergy"}
    first = real_client.get("/api/search", params={"q": "碳排放", "status": "征求意见稿"}).json()["results"][
        0
    ]
    assert (first["title"], first["policy_status"]) == ("福建省零碳工厂建设管理办法", "征求意见稿")
    assert first["label"]


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"policy": "nobody"}, "「nobody」的政策；现有：fujian"),
        ({"region": "厦门市"}, "地区「厦门市」；现有：福建省、福州市"),
        ({"level": "县级"}, "层级「县级」；现有：国家、省级、市级"),
        ({"status": "有效"}, "状态「有效」；现有：现行"),
        ({"issuer": "教育厅"}, "发文机关「教育厅」；现有：福建省"),
        ({"on": "2026-13-01"}, "日期「2026-13-01」不合法；应写成 YYYY-MM-DD"),
        ({"region": ["福州市", "厦门市"]}, "「厦门市」"),
    ],
)
def test_a_bad_condition_is_named_with_what_there_is(
    real_client: httpx.Client, condition: dict[str, str | list[str]], words: str
) -> None:
    response = real_client.get("/api/search", params={"q": "碳排放", **condition})
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert words in response.json()["detail"]


def test_search_carries_on_earlier_questions(real_client: httpx.Client) -> None:
    before = ["省级零碳工厂认定分几步", "那近零碳呢"]
    response = real_client.get("/api/search", params={"q": "第四步呢", "before": before})
    assert response.json()["results"][0]["address"] == f"{FACTORY}#第十二条/（四）"
    too_long = real_client.get("/api/search", params={"q": "第四步呢", "before": "长" * 4001})
    assert too_long.status_code == 413


@pytest.mark.parametrize(
    ("facts", "status", "words"),
    [
        ({"report_emissions": "-4万吨"}, 422, "-4"),
        ({"baseline_emissions": "0"}, 422, "0"),
        ({"report_emissions": "4公里"}, 422, "公里"),
        ({"nobody": "4万吨"}, 422, "nobody"),
    ],
)
def test_illegal_facts_are_named(
    real_client: httpx.Client, facts: dict[str, str], status: int, words: str
) -> None:
    response = real_client.post("/api/assessments", json={"programme": "zero_carbon", "facts": facts})
    assert response.status_code == status
    assert words in response.json()["detail"]


def test_an_assessment_at_the_limit(real_client: httpx.Client) -> None:
    facts = {"baseline_emissions": "10万吨", "report_emissions": "5万吨", "offset_emissions": "5万吨"}
    body = real_client.post("/api/assessments", json={"programme": "零碳工厂", "facts": facts}).json()
    share = next(item for item in body["calculations"] if item["label"] == "碳抵消占比")
    assert (share["display"], share["passed"]) == ("50%", True)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"message": ""}, 422),
        ({"message": "？！。"}, 422),
        ({"message": "问", "conversation_id": "c_nobody"}, 404),
        ({"message": "碳" * 34_000}, 413),
        ({"message": "碳" * 100_000}, 413),
    ],
)
def test_bad_messages_keep_their_status(real_client: httpx.Client, body: dict[str, str], status: int) -> None:
    for headers in ({}, {"accept": "text/event-stream"}):
        response = real_client.post("/api/chat", json=body, headers=headers)
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"


def test_the_plain_form_answers(real_client: httpx.Client) -> None:
    html = real_client.post("/", follow_redirects=True, data={"message": "碳抵消能不能超过一半？"}).text
    assert "<mark>" in html
    assert '<span class="badge">征求意见稿</span>' in html


def test_traces_over_http(real_client: httpx.Client) -> None:
    body = {"programme": "零碳工厂", "facts": {"baseline_emissions": "10万吨"}}
    assert "trace" not in real_client.post("/api/assessments", json=body).json()
    told = real_client.post("/api/assessments", json={**body, "trace": True}).json()["trace"]
    assert told["origins"]["baseline_emissions"]["source"] == "表单"
    refused = real_client.post("/api/assessments/gap", json={**body, "trace": True})
    assert refused.status_code == 422
    answer = real_client.post("/api/chat", json={"message": ELIGIBLE}).json()
    stored = real_client.get(f"/api/answers/{answer['id']}").json()
    assert stored["trace"]["root"]["status"] == answer["verdict"]["status"]
    assert "trace" not in answer
    assert stored["answer"] == answer


def test_a_text_is_held_against_the_stored_clauses(real_client: httpx.Client) -> None:
    text = "培育期原则上为1年。碳抵消占比越高，此项得分越高。食堂每周三供应饺子。"
    review = real_client.post("/api/verify", json={"text": text}).json()
    assert [one["finding"] for one in review["sentences"]] == ["supported", "contradicted", "not_found"]
    fault = review["sentences"][1]["failures"][0]
    assert fault["type"] == "relation"
    assert text[fault["start"] : fault["end"]].startswith("分越高")
    assert "征求意见稿" in review["warnings"][0]
