"""The reviewer's pages over a real connection, without a browser: what they hold, where they lead, how they refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote

import httpx
import pytest

from assistant.interfaces.http.app import create_app
from assistant.interfaces.pages.clause_links import ascii_path, clause_href
from assistant.reading.reader import ClauseReader
from assistant.settings import Settings
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.fake_assistant import POLICY, FakeAssistant
from tests.interfaces.running_server import running
from tests.reading.small_corpus import small_reader

CORPUS = Path(__file__).resolve().parents[3] / "corpus"
CLAUSE = f"/clauses/{POLICY}%23" + quote("第八条/（二）")
LIMIT = 100_000


class Lines(HTMLParser):
    """Reads the stored lines back out of a page, and what is marked in them."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[int, str] = {}
        self.marked: dict[str, str] = {}
        self._inside, self._number, self._mark = False, 0, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "li" and "value" in named:
            self._number = int(named["value"] or 0)
        elif tag == "span" and named.get("class") == "line":
            self._inside = True
            self.lines[self._number] = ""
        elif tag == "mark":
            self._mark = named.get("class") or ""

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "span"
        self._mark = "" if tag == "mark" else self._mark

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.lines[self._number] += data
            self.marked[self._mark] = self.marked.get(self._mark, "") + data


def read(html: str) -> Lines:
    parser = Lines()
    parser.feed(html)
    return parser


def test_the_catalogue_tells_what_is_held(client: httpx.Client) -> None:
    html = client.get("/policies").text
    for words in ("闽环保综合〔2022〕12号", "征求意见稿", "2028-12-31", "163 条", "福州市"):
        assert words in html
    assert html.count("<article") == 5
    assert '<a href="/policies" aria-current="page">条款</a>' in html


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("status=征求意见稿", 1), ("region=福州市", 1), ("q=提案", 2), ("q=生态环境厅", 2),
        ("q=提案 林业", 1), ("q=提案&status=征求意见稿", 0), ("status=没有", 0),
    ],
)  # fmt: skip
def test_the_catalogue_is_filtered(client: httpx.Client, query: str, count: int) -> None:
    html = client.get("/policies?" + quote(query, safe="=&")).text
    assert html.count("<article") == count
    assert ("没有符合条件" in html) == (count == 0)


def test_stored_lines_are_shown_to_the_letter_with_the_clause_and_quotation_marked(
    client: httpx.Client,
) -> None:
    stored = (CORPUS / POLICY / "text.txt").read_text(encoding="utf-8").split("\n")
    page = read(client.get(f"{CLAUSE}?quote=" + quote("不得超过基准期的50%")).text)
    assert page.lines
    assert page.lines == {number: stored[number - 1] for number in page.lines}
    assert page.marked["quote"] == "不得超过基准期的50%"
    assert page.marked["own"].startswith("（二）企业以2021年为基准期")


@pytest.mark.parametrize("path", ["附件3", "附件3/10", "题名", "附件1/一", "第八条"])
def test_every_stored_line_of_other_clauses_too(client: httpx.Client, path: str) -> None:
    stored = (CORPUS / POLICY / "text.txt").read_text(encoding="utf-8").split("\n")
    page = read(client.get(f"/clauses/{POLICY}%23" + quote(path)).text)
    assert page.lines == {number: stored[number - 1] for number in page.lines}


def test_a_clause_tells_what_rests_on_it_and_where_its_words_stand_again(client: httpx.Client) -> None:
    html = client.get(CLAUSE).text
    for words in ("碳抵消占比", "限值 ≤50%", "2021年碳排放量", "附件3第7项", "第三条", "目前是征求意见稿"):
        assert words in html
    assert 'rel="prev"' in html
    assert 'rel="next"' in html
    assert html.count('aria-current="page"') == 2  # the room and the clause in the tree


def test_a_quotation_that_does_not_stand_there_is_said_so(client: httpx.Client) -> None:
    html = client.get(f"{CLAUSE}?quote=" + quote("不得超过基准期的60%")).text
    assert "“不得超过基准期的60%”不是这一条的原文" in html
    assert "/verify?address=" in html


def test_a_quotation_that_runs_on_is_marked_clause_by_clause(client: httpx.Client) -> None:
    words = client.get(f"/api/clauses/{POLICY}%23" + quote("第八条/（一）")).json()["text"][-12:]
    on = client.get(f"/api/clauses/{POLICY}%23" + quote("第八条/（二）")).json()["text"][:9]
    html = client.get(f"/clauses/{POLICY}%23{quote('第八条')}?quote=" + quote(words + on)).text
    text = html.split('id="stored"')[0]
    assert f'<mark class="quote">{words}</mark></p>' in text
    assert f'<p class="clause-text"><mark class="quote">{on}</mark>' in text
    assert "不是这一条的原文" not in html
    assert html.split('id="stored"')[1].count('<mark class="quote">') >= 2
    first = client.get(f"/clauses/{POLICY}%23{quote('第八条/（一）')}?quote=" + quote(words + on)).text
    assert "所引的话从这里起，到<a" in first
    assert "不是这一条的原文" not in first


@pytest.mark.parametrize(
    "written",
    [
        "第8条第二项",
        "第八条（二）",
        f"{POLICY}/第八条/（二）",
        "零碳工厂办法第八条第二项",
        f"{POLICY}#第八条（二）",
    ],
)
def test_what_people_write_leads_to_the_canonical_address(client: httpx.Client, written: str) -> None:
    response = client.get("/clauses/" + quote(written, safe="") + "?quote=" + quote("不得超过"))
    assert response.status_code == 302
    location = response.headers["location"]
    assert unquote(location) == f"/clauses/{POLICY}#第八条/（二）?quote=不得超过"
    assert location.startswith(f"/clauses/{POLICY}%23")
    assert client.get(location).status_code == 200


@pytest.mark.parametrize("slash", ["/", "%2F"])
def test_the_address_is_read_with_its_slash_encoded_or_not(client: httpx.Client, slash: str) -> None:
    address = f"/clauses/{POLICY}%23{quote('第八条')}{slash}{quote('（二）')}"
    assert client.get(address).status_code == 200


def test_every_clause_is_reached_by_its_link(client: httpx.Client) -> None:
    for clause in client.get(f"/api/policies/{POLICY}/clauses?limit=200").json()["clauses"]:
        response = client.get(ascii_path(clause_href(clause["address"])))
        assert response.status_code == 200, clause["address"]
        assert f'<code id="address">{clause["address"]}</code>' in response.text


def test_an_ambiguous_name_offers_a_choice(client: httpx.Client) -> None:
    response = client.get("/clauses/" + quote("第二项"), headers={"accept": "text/html"})
    assert response.status_code == 409
    assert f'href="/clauses/{POLICY}%23第八条/（二）"' in response.text


def test_an_unknown_clause_says_what_there_is(client: httpx.Client) -> None:
    response = client.get(f"/clauses/{POLICY}%23" + quote("第八条/（九）"))
    assert response.status_code == 404
    assert f'href="/clauses/{POLICY}%23第八条"' in response.text
    response = client.get("/clauses/" + quote("第九十九条"))
    assert response.status_code == 404
    assert "第一条至第十五条" in response.text
    assert 'name="q" value="第九十九条"' in response.text
    response = client.get("/policies/nobody")
    assert response.status_code == 404
    assert "/policies/fuzhou-industry-carbon-peak" in response.text
    assert "没有这份政策" in response.text


def test_a_policy_is_read_clause_by_clause(client: httpx.Client) -> None:
    html = client.get(f"/policies/{POLICY}").text
    for clause in client.get(f"/api/policies/{POLICY}/clauses?limit=200").json()["clauses"]:
        assert f'class="passage-label" href="{clause_href(clause["address"])}"' in html
    assert "不能作为现行依据" in html
    assert (
        client.get(f"/policies/{POLICY}?cursor=nothing", headers={"accept": "text/html"}).status_code == 422
    )


def test_clauses_are_searched(client: httpx.Client) -> None:
    html = client.get("/clauses", params={"q": "碳抵消"}).text
    assert f'href="/clauses/{POLICY}%23第八条/（二）"' in html
    assert "没有查到“查无此事”" in client.get("/clauses", params={"q": "查无此事"}).text
    refused = client.get("/clauses", params={"q": "碳", "policy": "nobody"})
    assert refused.status_code == 422
    assert "nobody" in refused.text


def test_a_quotation_is_checked_on_its_page(client: httpx.Client) -> None:
    html = client.post("/verify", data={"kind": "quote", "text": "不得超过基准期的60%"}).text
    assert "有出入" in html
    assert "引文写作“<del>6</del>”，原文是“<ins>5</ins>”" in html
    assert (
        '<del><span class="hidden-label">（引文写作：</span>6<span class="hidden-label">）</span></del>'
        in html
    )
    assert client.get("/verify?quote=" + quote("不得超过基准期的60%")).text.count("<del>") == html.count(
        "<del>"
    )
    exact = client.post("/verify", data={"kind": "quote", "text": "不得超过基准期的50%"}).text
    assert '<span class="chip pass">原文</span>' in exact
    assert f'href="/clauses/{POLICY}%23第八条/（二）?quote=不得超过基准期的50%25"' in exact


def test_what_a_quotation_adds_or_leaves_out_is_said(client: httpx.Client) -> None:
    quoted = "企业以2021年为基准期，碳削减率应达100%（其中通过绿证交易、碳汇购买"
    assert "引文多出“<del>应</del>”" in client.post("/verify", data={"kind": "quote", "text": quoted}).text
    assert "引文漏了“<ins>不得</ins>”" in client.post("/verify", data={"text": "超过基准期的50%"}).text


def test_what_cannot_be_checked_keeps_the_form(client: httpx.Client) -> None:
    response = client.post("/verify", data={"kind": "quote", "text": "短"})
    assert response.status_code == 422
    assert ">短</textarea>" in response.text
    assert "太短" in response.text
    response = client.post("/verify", data={"kind": "passage", "text": " "})
    assert response.status_code == 422
    assert "是空的" in response.text


def test_a_passage_is_reviewed_on_its_page(real_client: httpx.Client) -> None:
    text = "培育期原则上为1年。碳抵消占比越高，此项得分越高。食堂每周三供应饺子。"
    html = real_client.post("/verify", data={"kind": "passage", "text": text}).text
    assert [int(count) for count in re.findall(r"\w+ (\d) 句", html)] == [1, 1, 1]
    assert re.search(r'<mark class="wrong"><span class="hidden-label">（不符：</span>.*高', html)
    assert "食堂每周三供应饺子。" in html


def test_what_was_typed_stays_text(client: httpx.Client) -> None:
    hostile = '"><script>window.broken=1</script>不得超过'
    answers = [
        client.get("/policies", params={"q": hostile}),
        client.get("/clauses", params={"q": hostile, "policy": hostile}),
        client.get("/clauses/" + quote(hostile, safe="")),
        client.get(CLAUSE, params={"quote": hostile}),
        client.post("/verify", data={"kind": "quote", "text": hostile, "address": hostile}),
        client.post("/verify", data={"kind": "passage", "text": hostile}),
    ]
    for response in answers:
        assert "<script>window" not in response.text
        assert response.status_code < 500


@dataclass
class OtherCorpus(FakeAssistant):
    """The fake assistant over a corpus of the test's own."""

    own: ClauseReader | None = None

    @property
    def reader(self) -> ClauseReader:
        assert self.own is not None
        return self.own


@contextmanager
def serving(reader: ClauseReader, settings: Settings) -> Iterator[httpx.Client]:
    fake = OtherCorpus(own=reader)
    with running(create_app(lambda _progress: fake, settings)) as url:  # type: ignore[arg-type, return-value]
        wait_until_ready(url)
        with httpx.Client(base_url=url, trust_env=False, timeout=20) as opened:
            yield opened


def test_a_large_catalogue_comes_in_parts(settings: Settings, tmp_path: Path) -> None:
    texts = {f"p{number}": ("第一条 应当报告。\n", "现行" if number else "已废止") for number in range(95)}
    with serving(small_reader(tmp_path / "corpus", texts), settings) as client:
        counts = [client.get(f"/policies?part={part}").text.count("<article") for part in (1, 2, 3, 4)]
        assert counts == [40, 40, 15, 0]
        first = client.get("/policies", params={"q": "试行", "status": "现行"})
        assert len(first.content) <= LIMIT
        following = re.search(r'rel="next" href="([^"]+)"', first.text)
        assert following is not None
        second = client.get("/policies" + following[1].replace("&amp;", "&")).text
        assert "第 2 页，共 3 页" in second
        assert 'value="试行"' in second
        assert '<input name="policy"' in client.get("/clauses").text
        assert "不能作为现行依据" in client.get("/policies/p0").text
        assert client.get("/policies?part=0").status_code == 422


def test_what_stands_in_a_document_stays_text(settings: Settings, tmp_path: Path) -> None:
    text = "第一条 <script>window.broken=1</script>应当\t报告 &amp; “说明”。\r\n第二条 可以'申请'。\n"
    reader = small_reader(tmp_path / "corpus", {"odd": (text, "现行")}, title="<b>办法")
    with serving(reader, settings) as client:
        for path in (
            "/policies",
            "/policies/odd",
            "/clauses/odd%23" + quote("第一条"),
            "/clauses/" + quote("第九条"),
        ):
            html = client.get(path).text
            assert "<script>window" not in html
            assert "odd<b>" not in html
        raw = client.get("/clauses/odd%23" + quote("第一条")).text
        assert "&#13;" in raw
        assert read(raw).lines[1] == text.split("\n")[0]
        assert client.get("/api/policies/odd/text").content == text.encode()


def test_pages_stay_small(client: httpx.Client) -> None:
    for path in ("/policies", "/clauses", "/verify", CLAUSE, f"/policies/{POLICY}"):
        assert len(client.get(path).content) <= LIMIT, path
    for clause in client.get(f"/api/policies/{POLICY}/clauses?limit=200").json()["clauses"]:
        page = client.get(ascii_path(clause_href(clause["address"])))
        lines = sum(len(line.encode()) for line in read(page.text).lines.values())
        assert len(page.content) - lines <= LIMIT, clause["address"]
    for file in ("clauses.css", "clauses.js"):
        assert len(client.get(f"/static/{file}").content) < 20_000


@pytest.mark.parametrize(
    ("address", "words", "path"),
    [
        (f"{POLICY}#第八条/（二）", None, f"/clauses/{POLICY}%23第八条/（二）"),
        ("p#附件3/10", "50% & “一半”", "/clauses/p%23附件3/10?quote=50%25%20%26%20“一半”"),
        ('p#a"b?c#d', "a/b+c", "/clauses/p%23a%22b%3Fc%23d?quote=a%2Fb%2Bc"),
        ("p#全角\u3000空\u2028格", None, "/clauses/p%23全角%E3%80%80空%E2%80%A8格"),
    ],
)
def test_a_link_encodes_what_has_a_meaning_of_its_own(address: str, words: str | None, path: str) -> None:
    assert clause_href(address, words) == path
    assert unquote(ascii_path(path)) == unquote(path)
