"""The page without JavaScript, and what it never does with text from outside."""

from __future__ import annotations

import re

import httpx
import pytest

from assistant.interfaces.pages.chat import STARTERS
from assistant.interfaces.pages.rendering import STATIC
from tests.interfaces.conftest import MESSAGE_LIMIT
from tests.interfaces.fake_assistant import FakeAssistant


def test_the_empty_page_is_chinese_small_and_offers_questions(client: httpx.Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert '<html lang="zh-CN">' in response.text
    assert response.text.count('class="starter"') == len(STARTERS)
    whole = len(response.content) + sum(path.stat().st_size for path in STATIC.iterdir())
    assert whole <= 100_000


def test_the_page_asks_nothing_of_another_host(client: httpx.Client) -> None:
    texts = [client.get("/").text, client.post("/", data={"message": "抵消呢"}).text]
    texts += [client.get(f"/static/{path.name}").text for path in STATIC.iterdir()]
    for text in texts:
        assert (
            re.findall(r"(?:src|href|action|url\(|import|fetch\()\s*[=(]?\s*[\"']?(?:https?:)?//", text) == []
        )


def test_a_plain_form_is_answered_with_verdict_figures_and_clause(client: httpx.Client) -> None:
    html = client.post("/", data={"message": "我们够不够申报？"}).text
    assert "我们够不够申报？" in html
    assert '<section class="verdict open"' in html
    assert "得分 15–85 / 100" in html
    assert "<strong>100%</strong>" in html
    assert "要求 ≥100%" in html
    assert "近36个月内是否没有安全、质量、环境污染事故？" in html
    assert "<mark>不得超过基准期的50%</mark>" in html
    assert '<span class="badge">征求意见稿</span>' in html


def test_a_policy_in_force_has_no_badge(client: httpx.Client) -> None:
    html = client.post("/", data={"message": "抵消呢"}).text
    second = html.split('id="cite-a_1-2"')[1]
    assert "福州市工业领域碳达峰实施方案" in second
    assert "badge" not in second


def test_markers_lead_to_the_citation_of_their_own_answer(client: httpx.Client) -> None:
    html = client.post("/", data={"message": "抵消呢"}).text
    targets = set(re.findall(r'href="#(cite-[^"]+)"', html))
    assert targets == {"cite-a_1-1", "cite-a_1-2"}
    for target in targets:
        assert html.count(f'id="{target}"') == 1
    assert "未给出的标记 [9] 不成链接" in html


def test_the_form_carries_the_conversation_on(client: httpx.Client, fake: FakeAssistant) -> None:
    first = client.post("/", data={"message": "抵消呢"}).text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', first))
    assert fields == {"conversation_id": "c_1", "shown": "a_1"}
    second = client.post("/", data={**fields, "message": "那房贷呢"}).text
    assert fake.asked == [("抵消呢", None), ("那房贷呢", "c_1")]
    assert second.index("抵消呢") < second.index("不得超过基准期的50%") < second.index("那房贷呢")
    assert "收录的政策里没有答案" in second
    assert re.findall(r'name="shown" value="([^"]*)"', second) == ["a_1", "a_2"]


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({}, 422, "问题是空的"),
        ({"message": "  "}, 422, "问题是空的"),
        ({"message": "？？？"}, 422, "没有文字"),
        ({"message": "问" * (MESSAGE_LIMIT + 1)}, 413, "超过上限"),
        ({"message": "抵消呢", "conversation_id": "c_no"}, 404, "没有这个对话"),
        ({"message": "规则册坏了"}, 503, "rules.yaml"),
    ],
)
def test_the_page_explains_what_it_cannot_answer(
    client: httpx.Client, fields: dict[str, str], status: int, words: str
) -> None:
    response = client.post("/", data=fields)
    assert response.status_code == status
    assert 'role="alert"' in response.text
    assert words in response.text


def test_what_was_typed_is_not_lost_when_refused(client: httpx.Client) -> None:
    html = client.post("/", data={"message": "抵消呢", "conversation_id": "c_no"}).text
    assert re.search(r"<textarea[^>]*>抵消呢</textarea>", html)


@pytest.mark.parametrize(
    "attack",
    [
        "<script>window.broken=1</script>",
        '"><img src=x onerror=window.broken=1>',
        "</textarea><script>1</script>",
    ],
)
def test_what_a_person_types_is_only_text(client: httpx.Client, attack: str) -> None:
    for fields in ({"message": f"问{attack}"}, {"message": f"问{attack}", "conversation_id": attack}):
        html = client.post("/", data=fields).text
        assert attack not in html
        assert "<img src=x" not in html


def test_text_of_answer_clause_and_question_is_only_text(client: httpx.Client) -> None:
    html = client.post("/", data={"message": "攻击"}).text
    assert "<script>window.broken" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;window.broken=1&lt;/script&gt;" in html
    assert "<b>第八条</b>" not in html
    assert 'href="javascript' not in html


def test_a_form_that_is_none_is_refused_with_a_page(client: httpx.Client) -> None:
    response = client.post("/", content=b"message=%ff%fe&shown=\xff", headers={"accept": "text/html"})
    assert response.status_code == 422
    assert "表单读不懂" in response.text


def test_a_form_too_large_is_refused_with_a_page(client: httpx.Client) -> None:
    response = client.post("/", data={"message": "问" * 100_000}, headers={"accept": "text/html"})
    assert response.status_code == 413
    assert response.headers["content-type"].startswith("text/html")
    assert "请求正文太大" in response.text
