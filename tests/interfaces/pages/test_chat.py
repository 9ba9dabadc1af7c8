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
    assert {"/static/chat.js", "/static/chat_stream.js", "/static/chat.css"} <= loaded_by(response.text)
    whole = len(response.content) + sum(
        (STATIC.parent / path[1:]).stat().st_size for path in loaded_by(response.text)
    )
    assert whole <= 100_000


def loaded_by(html: str) -> set[str]:
    """Paths of the files that a page loads, those that its modules import too."""
    found = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html))
    waiting = list(found)
    while waiting:
        text = (STATIC.parent / waiting.pop()[1:]).read_text(encoding="utf-8")
        fresh = {f"/static/{name}" for name in re.findall(r'from "\./([^"]+)"', text)} - found
        found |= fresh
        waiting += fresh
    return found


def test_the_page_asks_nothing_of_another_host(client: httpx.Client) -> None:
    texts = [client.get("/").text, client.post("/", follow_redirects=True, data={"message": "抵消呢"}).text]
    texts += [client.get(f"/static/{path.name}").text for path in STATIC.iterdir()]
    for text in texts:
        assert (
            re.findall(r"(?:src|href|action|url\(|import|fetch\()\s*[=(]?\s*[\"']?(?:https?:)?//", text) == []
        )


def test_a_plain_form_is_answered_with_verdict_figures_and_clause(client: httpx.Client) -> None:
    html = client.post("/", follow_redirects=True, data={"message": "我们够不够申报？"}).text
    assert "我们够不够申报？" in html
    assert '<section class="verdict open"' in html
    assert "得分 15–85 / 100" in html
    assert "<strong>100%</strong>" in html
    assert "要求 ≥100%" in html
    assert "近36个月内是否没有安全、质量、环境污染事故？" in html
    assert "<mark>不得超过基准期的50%</mark>" in html
    assert '<span class="badge">征求意见稿</span>' in html


def test_a_policy_in_force_has_no_badge(client: httpx.Client) -> None:
    html = client.post("/", follow_redirects=True, data={"message": "抵消呢"}).text
    second = html.split('id="cite-a_1-2"')[1]
    assert "福州市工业领域碳达峰实施方案" in second
    assert "badge" not in second


def test_markers_lead_to_the_citation_of_their_own_answer(client: httpx.Client) -> None:
    html = client.post("/", follow_redirects=True, data={"message": "抵消呢"}).text
    targets = set(re.findall(r'href="#(cite-[^"]+)"', html))
    assert targets == {"cite-a_1-1", "cite-a_1-2"}
    for target in targets:
        assert html.count(f'id="{target}"') == 1
    assert "未给出的标记 [9] 不成链接" in html


def test_an_answer_has_an_address_of_its_own(client: httpx.Client, fake: FakeAssistant) -> None:
    for path in ("/", "/embed"):
        sent = client.post(path, data={"message": "抵消呢"})
        assert sent.status_code == 303
        assert re.fullmatch(rf"{path}\?c=c_\d#answer-a_\d", sent.headers["location"])
        asked = len(fake.asked)
        for _ in range(2):
            assert "不得超过基准期的50%" in client.get(sent.headers["location"]).text
        assert len(fake.asked) == asked, "to look again is not to ask again"


def test_the_form_carries_the_conversation_on(client: httpx.Client, fake: FakeAssistant) -> None:
    first = client.post("/", follow_redirects=True, data={"message": "抵消呢"}).text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', first))
    assert fields == {"conversation_id": "c_1"}
    second = client.post("/", follow_redirects=True, data={**fields, "message": "那房贷呢"}).text
    assert fake.asked == [("抵消呢", None), ("那房贷呢", "c_1")]
    assert second.index("抵消呢") < second.index("不得超过基准期的50%") < second.index("那房贷呢")
    assert "收录的政策里没有答案" in second


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
    response = client.post("/", follow_redirects=True, data=fields)
    assert response.status_code == status
    assert 'role="alert"' in response.text
    assert words in response.text


def test_the_parts_of_a_form_make_one_sentence(client: httpx.Client, fake: FakeAssistant) -> None:
    client.post("/", follow_redirects=True, data={"message": "够不够"})
    fields = {
        "conversation_id": "c_1",
        "part": ["工业增加值：", "1.2", "亿元"],
        "message": "  ",
    }
    html = client.post("/", follow_redirects=True, data=fields).text
    assert fake.asked[-1] == ("工业增加值：1.2亿元", "c_1")
    assert html.count("<p>工业增加值：1.2亿元</p>") == 1


def test_missing_facts_are_asked_for_as_their_kind_is(client: httpx.Client) -> None:
    html = client.post("/", follow_redirects=True, data={"message": "够不够"}).text
    missing = html.split('<section class="missing"')[1].split("</section>")[0]
    accidents, value = missing.split("<li")[1:]
    assert re.findall(r'<button[^>]*name="part" value="([^"]+)"', accidents) == ["是", "否", "不适用"]
    assert '<input type="hidden" name="part" value="近36个月无事故：">' in accidents
    assert '<input type="number" name="part" required' in value
    assert re.findall(r"<option[^>]*>([^<]+)<", value) == ["万元", "亿元"]


def test_a_conversation_is_opened_again_by_its_address(client: httpx.Client) -> None:
    client.post("/", follow_redirects=True, data={"message": "够不够"})
    client.post("/", follow_redirects=True, data={"message": "抵消呢", "conversation_id": "c_1"})
    html = client.get("/", params={"c": "c_1"}).text
    assert re.findall(r'aria-label="提问"><p>([^<]+)</p>', html) == ["够不够", "抵消呢"]
    assert '<b class="fact-value">4万吨</b>' in html
    assert 'name="conversation_id" value="c_1"' in html.split('id="composer"')[1]
    unknown = client.get("/", params={"c": "c_9"})
    assert unknown.status_code == 404
    assert "没有编号为「c_9」的对话" in unknown.text
    assert "c_9" not in unknown.text.split('id="composer"')[1]


def test_a_long_conversation_shows_its_last_turns(client: httpx.Client) -> None:
    for number in range(22):
        client.post(
            "/",
            follow_redirects=True,
            data={"message": f"第{number}问", **({"conversation_id": "c_1"} if number else {})},
        )
    html = client.get("/", params={"c": "c_1"}).text
    assert html.count('class="turn asked"') == 20
    assert "更早的 2 轮没有显示" in html
    assert "第21问" in html


def test_a_conversation_is_deleted_for_good(client: httpx.Client, fake: FakeAssistant) -> None:
    client.post("/", follow_redirects=True, data={"message": "抵消呢"})
    response = client.post("/forget", data={"conversation_id": "c_1"})
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert fake.stored == {}
    assert client.get("/", params={"c": "c_1"}).status_code == 404
    assert client.post("/forget", data={"conversation_id": "c_1"}).status_code == 404


def test_only_the_latest_answer_can_be_answered(client: httpx.Client) -> None:
    client.post("/", follow_redirects=True, data={"message": "够不够"})
    html = client.post("/", follow_redirects=True, data={"conversation_id": "c_1", "message": "抵消呢"}).text
    assert "近36个月内是否没有安全、质量、环境污染事故？" in html
    assert 'value="近36个月无事故："' not in html
    assert html.count('class="suggestions"') == 1


def test_known_facts_can_be_put_right_and_taken_back(client: httpx.Client) -> None:
    empty = client.get("/").text
    assert "还没有记下企业的情况" in empty.split('id="facts"')[1].split("<template")[0]
    panel = (
        client.post("/", follow_redirects=True, data={"message": "够不够"})
        .text.split('id="facts"')[1]
        .split("<template")[0]
    )
    assert '<b class="fact-value">4万吨</b>' in panel
    assert "第 1 轮：“去年 4 万吨”" in panel
    assert 'name="part" value="更正：申报上年度碳排放量："' in panel
    assert re.search(r'<input type="number"[^>]* value="4">', panel)
    assert "<option selected>万吨</option>" in panel
    assert 'name="part" value="更正：申报上年度碳排放量不再计入"' in panel


def test_an_answer_leads_on_to_questions_not_asked_yet(client: httpx.Client) -> None:
    def led_on(fields: dict[str, str]) -> list[str]:
        return re.findall(
            r'class="suggestion" name="message" value="([^"]+)"',
            client.post("/", follow_redirects=True, data=fields).text,
        )

    first = led_on({"message": "够不够"})
    assert first[:3] == ["离零碳工厂还差多少？", "碳削减率怎么算？", "那近零碳工厂够不够？"]
    again = led_on({"message": first[0], "conversation_id": "c_1"})
    assert again
    assert first[0] not in again


def test_a_citation_leads_to_the_page_of_its_clause_with_the_quote(client: httpx.Client) -> None:
    html = client.post("/", follow_redirects=True, data={"message": "抵消呢"}).text
    page = "/clauses/fujian-zero-carbon-factory%23第八条/（二）?quote=不得超过基准期的50%25"
    assert f'href="{page}"' in html
    assert client.get(page).status_code == 200


def test_results_are_drawn_against_their_limits(client: httpx.Client) -> None:
    html = client.post("/", follow_redirects=True, data={"message": "够不够"}).text
    assert 'aria-label="碳抵消占比 40%，要求 ≤50%"' in html
    assert '<rect class="bar-value" y="2" width="66.67" height="6"/>' in html
    assert '<rect class="bar-sure" width="15.00" height="6"/>' in html


def test_an_answer_is_copied_with_its_sources(client: httpx.Client) -> None:
    client.post("/", follow_redirects=True, data={"message": "抵消呢"})
    response = client.get("/answers/a_1/text")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text.startswith("问：抵消呢\n\n答：不能。碳抵消方式削减的碳排放量不得超过基准期的50% [1]")
    assert (
        "[1] 《福建省零碳工厂建设管理办法（征求意见稿）》（征求意见稿）第八条（二）：“不得超过基准期的50%”"
        in response.text
    )
    assert "[2] 《福州市工业领域碳达峰实施方案》二（一）1：“产业结构优化升级”" in response.text
    assert client.get("/answers/a_9/text").status_code == 404


def test_a_reader_says_what_of_an_answer(client: httpx.Client, fake: FakeAssistant) -> None:
    assert (
        'action="/answers/a_1/feedback"'
        in client.post("/", follow_redirects=True, data={"message": "抵消呢"}).text
    )
    thanks = client.post("/answers/a_1/feedback", data={"kind": "有误", "words": "上限是 60%"})
    assert thanks.status_code == 200
    assert 'href="/?c=c_1"' in thanks.text
    assert [(item.answer_id, item.kind, item.words) for item in fake.feedback] == [
        ("a_1", "有误", "上限是 60%")
    ]
    assert client.post("/answers/a_1/feedback", data={"kind": "好"}).status_code == 422
    assert client.post("/answers/a_9/feedback", data={"kind": "有用"}).status_code == 404


def test_the_self_assessment_behind_a_verdict_is_a_file(client: httpx.Client) -> None:
    client.post("/", follow_redirects=True, data={"message": "够不够"})
    client.post("/", follow_redirects=True, data={"message": "抵消呢"})
    for format, start in (("xlsx", b"PK"), ("docx", b"PK"), ("md", b"#"), ("json", b"{")):
        response = client.get("/answers/a_1/self-assessment", params={"format": format})
        assert response.status_code == 200
        assert response.content.startswith(start)
        assert f".{format}" in response.headers["content-disposition"]
    assert client.get("/answers/a_1/self-assessment", params={"format": "pdf"}).status_code == 422
    refused = client.get("/answers/a_2/self-assessment", headers={"accept": "text/html"})
    assert refused.status_code == 422
    assert "没有对申报类别作出判定" in refused.text


def test_what_was_typed_is_not_lost_when_refused(client: httpx.Client) -> None:
    html = client.post("/", follow_redirects=True, data={"message": "抵消呢", "conversation_id": "c_no"}).text
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
        html = client.post("/", follow_redirects=True, data=fields).text
        assert attack not in html
        assert "<img src=x" not in html


def test_text_of_answer_clause_and_question_is_only_text(client: httpx.Client) -> None:
    html = client.post("/", follow_redirects=True, data={"message": "攻击"}).text
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
    response = client.post(
        "/", follow_redirects=True, data={"message": "问" * 100_000}, headers={"accept": "text/html"}
    )
    assert response.status_code == 413
    assert response.headers["content-type"].startswith("text/html")
    assert "请求正文太大" in response.text
