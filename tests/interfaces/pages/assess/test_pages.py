"""The page over HTTP, as a browser without JavaScript uses it: forms, verdicts, files, links, errors."""

from __future__ import annotations

import io
import re
import threading
from html import unescape
from urllib.parse import unquote

import httpx
import pytest
from docx import Document

from assistant.interfaces.http.app import create_app
from assistant.interfaces.pages.rendering import STATIC
from assistant.rules.books import RuleBooks
from assistant.settings import Settings
from tests.interfaces.assessing_assistant import AssessingAssistant
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.pages.assess.conftest import HEAT, SUBSIDY, ZERO
from tests.interfaces.running_server import running

FACTS = {
    "policy": ZERO,
    "programme": "zero_carbon",
    "f.baseline_emissions": "10万吨",
    "f.report_emissions": "6万吨",
    "f.offset_emissions": "4万吨",
}


def field_of(html: str, name: str) -> str:
    """The HTML of one field."""
    start = html.index(f'id="{name}"')
    return html[
        start : html.index("</fieldset>" if "<fieldset" in html[start - 60 : start] else "</div>", start)
    ]


def words(html: str) -> str:
    """The text of some HTML, white space made one blank."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def test_every_programme_of_every_book_can_be_chosen(web: httpx.Client) -> None:
    html = web.get("/assess").text
    names = re.findall(r'<a href="/assess\?[^"]*"><b>([^<]*)', html)
    assert set(names) == {"零碳工厂", "近零碳工厂", "余热利用补贴", "绿色改造补助", "设备更新奖励"}
    assert '<a href="/assess" aria-current="page">测算</a>' in html


def test_the_form_of_an_invented_book(web: httpx.Client) -> None:
    html = web.get(f"/assess?policy={HEAT}").text
    assert "<h1>测算：余热利用补贴</h1>" in html
    assert 'class="badge"' not in html  # in force, no draft
    field = field_of(html, "f.saving")
    assert "年节能量" in field
    assert "请问余热利用项目一年节能多少吨标准煤？" in field
    assert 'href="/clauses/city-waste-heat%23第四条/（二）"' in html
    assert 'class="verdict ' not in html
    assert "还没有填写" in html


def test_an_empty_form_says_what_it_asks_and_counts_nothing_as_zero(web: httpx.Client) -> None:
    response = web.get(f"/assess?policy={ZERO}&programme=zero_carbon")
    assert response.status_code == 200
    assert "不当作零" in response.text
    assert 'class="badge">征求意见稿' in response.text
    assert "得分 0" not in response.text


def test_a_plain_form_is_judged_and_kept(web: httpx.Client) -> None:
    response = web.post("/assess", data=FACTS | {"f.registered_in_fujian": "是"})
    assert response.status_code == 200
    html = response.text
    assert '<section class="verdict fail"' in html
    assert "得分 10–90 / 100" in words(html)
    assert 'name="f.report_emissions" value="6万吨"' in html
    assert re.search(r'name="f.registered_in_fujian" value="是" checked', html)
    assert "是征求意见稿，尚未正式施行" in html
    assert "申报上年度碳排放量须由6万吨降到4万吨以内" in words(html)
    assert "碳排放量 6万吨 5万吨 －1万吨" in words(html)


def test_what_is_missing_leads_to_its_field(web: httpx.Client) -> None:
    html = web.post("/assess", data={"policy": HEAT, "programme": "waste_heat", "f.saving": "1200tce"}).text
    missing = html[html.index('aria-labelledby="lacking-name"') : html.index("</ol>")]
    targets = re.findall(r'href="#([^"]+)"', missing)
    assert targets == ["f.equipment", "f.registered"]
    assert all(f'id="{target}"' in html for target in targets)


def test_a_metric_with_a_limit_is_drawn_against_it(web: httpx.Client) -> None:
    html = web.post("/assess", data=FACTS).text
    gauges = re.findall(r'<svg class="gauge".*?</svg>', html, re.S)
    assert [re.search(r'aria-label="([^"]*)"', one)[1] for one in gauges] == [  # type: ignore[index]
        "碳削减率 80%，要求 ≥100%",
        "碳抵消占比 40%，要求 ≤50%",
        "碳排放强度 待补充，要求 ≤8吨/万元",
    ]
    share = gauges[1]
    assert '<rect class="gauge-figure" x="0" y="7" width="667"' in share
    assert '<line class="gauge-limit" x1="833" x2="833"' in share
    assert "style=" not in html


def test_each_group_of_items_has_its_bar_and_the_whole_too(web: httpx.Client) -> None:
    html = web.post("/assess", data=FACTS | {"f.score_zc_13": "4"}).text
    assert re.findall(r'<svg class="bar"[^>]*aria-label="([^"]*)"', html) == [
        "温室气体减排绩效：得10至20分，满分30分",
        "建立零碳管理体系：得4至29分，满分30分",
        "温室气体减排措施：得0至40分，满分40分",
        "合计：得14至89分，满分100分",
    ]


def test_a_wrong_field_is_told_beside_it_and_the_rest_is_judged(web: httpx.Client) -> None:
    response = web.post("/assess", data=FACTS | {"f.report_emissions": "-4万吨"})
    assert response.status_code == 422
    field = field_of(response.text, "f.report_emissions")
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="f.report_emissions-help f.report_emissions-error"' in field
    assert "申报上年度碳排放量的值“-4万吨”不合法：不能小于零" in words(field)
    assert 'value="-4万吨"' in field
    assert "以下 1 项没有计入" in words(response.text)
    assert '<section class="verdict open"' in response.text


def test_facts_that_disagree_are_told_and_nothing_is_judged(web: httpx.Client) -> None:
    facts = {"f.no_accidents_36_months": "是", "f.last_accident_date": "2026-05-01"}
    response = web.post("/assess", data=FACTS | facts)
    assert response.status_code == 422
    assert "互相矛盾或不合法，没有判定" in response.text
    assert "按日期推算却是“否”" in field_of(response.text, "f.no_accidents_36_months")
    assert '<section class="verdict ' not in response.text
    assert 'value="2026-05-01"' in response.text


def test_a_metric_that_is_known_itself_is_judged_without_its_figures(web: httpx.Client) -> None:
    data = {"policy": ZERO, "programme": "zero_carbon", "f.offset_share": "60%"}
    html = web.post("/assess", data=data).text
    assert '<section class="verdict fail"' in html
    assert '<details class="instead" open><summary>或填碳抵消占比，代替“碳抵消量”“2021年碳排放量”' in html
    amounts = {"f.offset_emissions": "4万吨", "f.baseline_emissions": "10万吨"}
    disagreeing = web.post("/assess", data=data | amounts)
    assert disagreeing.status_code == 422
    assert "60%" in words(field_of(disagreeing.text, "f.offset_share"))
    assert '<section class="verdict ' not in disagreeing.text


def test_what_follows_from_an_answer_is_told(web: httpx.Client) -> None:
    html = web.post("/assess", data=FACTS | {"f.basic_conditions": "是"}).text
    assert "推定为“是”" in field_of(html, "f.manufacturer")
    assert "推定" not in field_of(html, "f.limits_advanced")
    assert "推定" not in field_of(html, "f.basic_conditions")  # that one was given


def test_gaps_are_told_of_what_is_not_met_in_full(web: httpx.Client) -> None:
    html = web.post(
        "/assess", data=FACTS | {"f.retrofit_projects": "3", "f.industrial_added_value": "5000"}
    ).text
    gaps = html[html.index('aria-labelledby="gaps-name"') : html.index('id="whatif-place"')]
    summaries = [words(one) for one in re.findall(r"<summary>(.*?)</summary>", gaps, re.S)]
    assert summaries == ["不符合 碳削减率和碳抵消占比", "不符合 碳排放强度", "已评分 碳抵消（逆向指标）"]


def test_the_day_and_the_stage_count(web: httpx.Client) -> None:
    data = {"policy": SUBSIDY, "programme": "renewal", "f.obsolete": "否"}
    inside = web.post("/assess", data=data | {"on": "2026-04-01"}).text
    outside = web.post("/assess", data=data | {"on": "2026-08-01"}).text
    assert '<section class="verdict open"' in inside
    assert '<section class="verdict fail"' in outside
    assert "判定日 2026-08-01" in outside
    near = {"policy": ZERO, "programme": "near_zero_carbon", "f.energy_consumption": "6000tce"}
    html = web.post("/assess", data=near | {"stage": "申报"}).text
    assert "<option selected>申报</option>" in html
    assert 'href="#f.cultivation_end_emissions"' in web.post("/assess", data=near).text
    assert 'href="#f.cultivation_end_emissions"' not in html
    assert "申报阶段 待补充 验收阶段 待补充" in words(web.post("/assess", data=near).text)


def test_outside_the_validity_the_verdict_is_withheld_with_the_reason(web: httpx.Client) -> None:
    html = web.post("/assess", data=FACTS | {"on": "2029-06-01"}).text
    assert '<section class="verdict open"' in html
    assert "2028-12-31" in html


def test_a_link_opens_the_same_facts(web: httpx.Client) -> None:
    html = web.post("/assess", data=FACTS | {"on": "2026-03-01", "a.联系人": "某人"}).text
    link = re.search(r'id="reopen" href="([^"]*)"', html)
    assert link is not None
    assert "某人" not in unquote(link[1])
    again = web.get(unescape(link[1]))
    assert again.status_code == 200
    assert 'name="f.report_emissions" value="6万吨"' in again.text
    assert "判定日 2026-03-01" in again.text
    assert '<section class="verdict fail"' in again.text


def test_a_bad_link_says_what_is_wrong_and_opens_what_can_be_read(web: httpx.Client) -> None:
    response = web.get(
        "/assess", params=FACTS | {"f.report_emissions": "很多", "f.nothing": "1<b>", "page": "2"}
    )
    assert response.status_code == 422
    assert "链接里的“page”不认识" in response.text
    assert "“nothing”（填的是“1&lt;b&gt;”）不是这份规则册的事实" in response.text
    assert "申报上年度碳排放量的值“很多”不合法" in words(field_of(response.text, "f.report_emissions"))
    assert 'name="f.baseline_emissions" value="10万吨"' in response.text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("policy=nowhere&f.saving=5", "没有编号为“nowhere”的规则册"),
        (f"policy={ZERO}&programme=<b>", "没有名为“&lt;b&gt;”的申报类别"),
    ],
)
def test_a_link_to_no_programme_offers_those_there_are(web: httpx.Client, query: str, told: str) -> None:
    response = web.get(f"/assess?{query}")
    assert response.status_code == 422
    assert told in response.text
    assert "余热利用补贴" in response.text


def test_the_facts_go_along_to_the_other_programme(web: httpx.Client) -> None:
    data = FACTS | {"f.limits_advanced": "不适用"}
    html = web.post("/assess", data=data).text
    other = re.search(r'<a href="([^"]*)" data-programme="near_zero_carbon"', html)
    assert other is not None
    opened = web.get(unescape(other[1])).text
    assert re.search(r'name="f.limits_advanced" value="不适用" checked', opened)
    # a policy with other facts gets none of them
    elsewhere = re.search(rf'<a href="([^"]*)" data-programme="waste_heat" data-policy="{HEAT}"', html)
    assert elsewhere is not None
    assert "f." not in unquote(elsewhere[1])
    # what this programme does not ask is kept for the way back
    assert '<input type="hidden" name="f.baseline_emissions" value="10万吨">' in opened


def test_the_verdict_alone(web: httpx.Client) -> None:
    response = web.post("/assess/verdict", data=FACTS | {"f.retrofit_projects": "2.5"})
    assert response.status_code == 200
    assert "<html" not in response.text
    assert 'data-field="f.retrofit_projects"' in response.text
    assert 'data-summary="零碳工厂：不符合；得分10–90，满分100；还缺' in response.text
    refused = web.post("/assess/verdict", data={"policy": "nowhere"})
    assert refused.status_code == 422
    assert "nowhere" in refused.json()["detail"]


def test_the_trace_unfolds_step_by_step(web: httpx.Client) -> None:
    response = web.post("/assess/trace", data=FACTS | {"f.industrial_added_value": "7000万元"})
    text = words(response.text)
    assert "（2021年碳排放量 − 申报上年度碳排放量 + 碳抵消量） ÷ 2021年碳排放量" in text
    assert "（10万吨 − 6万吨 + 4万吨） ÷ 10万吨" in text
    assert "精确值 60/7；显示时保留两位小数，四舍五入为 8.57吨/万元" in text
    assert "表单“baseline_emissions”填“10万吨”" in text
    assert "未提供" in text
    assert response.text.count('<details class="step') > 25
    assert 'href="/clauses/fujian-zero-carbon-factory%23第八条/（二）"' in response.text


@pytest.mark.parametrize("name", ["xlsx", "docx", "md", "json"])
def test_files(web: httpx.Client, name: str) -> None:
    response = web.post("/assess/export", data=FACTS | {"format": name, "a.联系人": "王某"})
    assert response.status_code == 200
    assert response.headers["content-disposition"].startswith("attachment; filename=")
    if name == "json":
        held = response.json()
        assert held["applicant"] == {"联系人": "王某"}
        assert held["trace"]["root"]["status"] == "不符合"
    elif name == "md":
        assert "征求意见稿" in response.text
    elif name == "docx":
        document = Document(io.BytesIO(response.content))
        cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
        assert any("王某" in text for text in cells)
    else:
        assert response.content[:2] == b"PK"


def test_a_file_of_wrong_facts_is_the_page_with_what_is_wrong(web: httpx.Client) -> None:
    response = web.post("/assess/export", data=FACTS | {"format": "xlsx", "f.retrofit_projects": "两三项吧"})
    assert response.status_code == 422
    assert response.headers["content-type"].startswith("text/html")
    assert 'value="两三项吧"' in response.text
    assert 'id="f.retrofit_projects-error"' in response.text
    wrong = web.post("/assess/export", data=FACTS | {"format": "pdf"})
    assert wrong.status_code == 422
    assert "xlsx、docx、md、json" in wrong.text


def test_nothing_typed_becomes_markup(web: httpx.Client) -> None:
    evil = '"><script>alert(1)</script>'
    html = web.post("/assess", data=FACTS | {"f.offset_emissions": evil, "a.联系人": evil, "on": evil}).text
    assert "<script>alert" not in html
    assert html.count("<script") == 1


def test_a_body_that_is_no_form_is_told_on_the_page(web: httpx.Client) -> None:
    response = web.post("/assess", content=b"\xff\xff=\xff")
    assert response.status_code == 422
    assert "表单读不懂" in response.text
    assert "零碳工厂" in response.text


def test_the_page_is_small_and_asks_nothing_of_another_host(web: httpx.Client) -> None:
    response = web.get(f"/assess?policy={ZERO}&programme=zero_carbon")
    linked = re.findall(r'"/static/([\w.]+)"', response.text)
    assert {"assess.js", "assess.css", "style.css"} <= set(linked)
    assert len(response.content) + sum((STATIC / name).stat().st_size for name in set(linked)) <= 100_000
    for text in (response.text, *((STATIC / name).read_text("utf-8") for name in linked)):
        assert (
            re.findall(r"(?:src|href|action|url\(|import|fetch\()\s*[=(]?\s*[\"']?(?:https?:)?//", text) == []
        )
    judged = web.post("/assess", data=FACTS)
    assert len(judged.content) <= 100_000
    assert "style=" not in judged.text


def test_no_rule_book_is_said(settings: Settings) -> None:
    with running(create_app(lambda _progress: FakeAssistant(), settings)) as url:  # type: ignore[arg-type, return-value]
        wait_until_ready(url)
        html = httpx.get(f"{url}/assess", trust_env=False).text
    assert "还没有规则册" in html


def test_a_broken_book_is_told_and_not_applied(assistant: AssessingAssistant, settings: Settings) -> None:
    class Broken(AssessingAssistant):
        def __init__(self) -> None:
            self.library = assistant.library

        def rule_books(self) -> RuleBooks:
            kept = {HEAT: assistant.rule_books().books[HEAT]}
            return RuleBooks(kept, {ZERO: "第八条（二）的引文不在条款里"})

    with running(create_app(lambda _progress: Broken(), settings)) as url:  # type: ignore[arg-type, return-value]
        wait_until_ready(url)
        chooser = httpx.get(f"{url}/assess?policy={ZERO}&programme=zero_carbon", trust_env=False)
        verdict = httpx.post(f"{url}/assess/verdict", data=FACTS, trust_env=False)
    assert chooser.status_code == 503
    assert "第八条（二）的引文不在条款里" in chooser.text
    assert "余热利用补贴" in chooser.text
    assert verdict.status_code == 503
    assert "第八条（二）的引文不在条款里" in verdict.json()["detail"]


def test_the_real_service_serves_the_page(real_client: httpx.Client) -> None:
    html = real_client.post("/assess", data=FACTS).text
    assert '<section class="verdict fail"' in html
    assert real_client.get("/assess").text.count("<b>") == 2


def test_while_the_index_builds_the_page_waits(settings: Settings) -> None:
    gate = threading.Event()

    def opening(_progress: object) -> FakeAssistant:
        gate.wait(20)
        return FakeAssistant()

    with running(create_app(opening, settings)) as url:  # type: ignore[arg-type]
        try:
            response = httpx.get(f"{url}/assess", trust_env=False)
            assert response.status_code == 503
            assert "服务正在准备" in response.text
            assert '<meta http-equiv="refresh"' in response.text
        finally:
            gate.set()


def test_the_verdict_is_that_of_the_api(web: httpx.Client) -> None:
    facts = {name[2:]: value for name, value in FACTS.items() if name.startswith("f.")}
    body = {"policy": ZERO, "programme": "zero_carbon", "facts": facts}
    told = web.post("/api/assessments", json=body).json()["verdict"]
    html = web.post("/assess", data=FACTS).text
    assert f'<span class="verdict-status">{told["status"]}</span>' in html
    for finding in told["findings"]:
        assert finding["reason"] in unescape(html)
