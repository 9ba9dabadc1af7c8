"""What another site makes a browser send is refused, and what a page sends is not."""

from __future__ import annotations

import re
from collections.abc import Callable

import httpx
import pytest

from assistant.interfaces.pages.rendering import WEB
from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.signing_in import key_headers

PAGE = {"Accept": "text/html"}
MESSAGE = {"message": "抵消呢"}


@pytest.fixture
def visitor(client: httpx.Client) -> httpx.Client:
    """A client with a visitor's cookie."""
    client.get("/", headers=PAGE)
    return client


def token(client: httpx.Client) -> str:
    found = re.search(r'<meta name="csrf-token" content="([^"]+)">', client.get("/", headers=PAGE).text)
    assert found
    return found.group(1)


def test_with_a_cookie_an_unsafe_request_needs_the_token(visitor: httpx.Client, fake: FakeAssistant) -> None:
    refused = visitor.post("/api/chat", json=MESSAGE)
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:tiaowen:problem:forgery-token"
    assert refused.headers["x-refused"] == "forgery-token"
    assert visitor.post("/", data=MESSAGE, headers=PAGE).status_code == 403
    assert fake.asked == []
    right = token(visitor)
    assert visitor.post("/api/chat", json=MESSAGE, headers={"X-CSRF-Token": right}).status_code == 200
    assert visitor.post("/", data={**MESSAGE, "csrf_token": right}).status_code == 303
    assert visitor.get("/api/policies").status_code == 200, "reading needs none"


def test_a_refused_form_comes_back_whole_with_a_token_that_passes(
    visitor: httpx.Client, fake: FakeAssistant
) -> None:
    sent = {"conversation_id": "", "message": '抵消"呢\n<b>', "csrf_token": "old", "f.x": "1"}
    refused = visitor.post("/?a=1", data=sent, headers=PAGE)
    assert refused.status_code == 403
    assert refused.headers["x-refused"] == "forgery-token"
    form = refused.text.split("<main")[1]
    assert 'action="/?a=1"' in form
    assert re.search(r'<textarea[^>]* name="message"[^>]*>抵消&#34;呢\n&lt;b&gt;</textarea>', form)
    assert "表里填的 1 项" in form
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    assert set(hidden) == {"csrf_token", "conversation_id", "f.x"}
    assert fake.asked == []
    again = visitor.post("/", data={**sent, **hidden}, headers=PAGE)
    assert again.status_code == 303
    assert [message for message, _ in fake.asked] == [sent["message"]]


def test_a_password_is_never_written_into_the_page(visitor: httpx.Client) -> None:
    sent = {"name": "林晓", "password": "four unlikely words", "next": "/desk", "csrf_token": "old"}
    refused = visitor.post("/login", data=sent, headers=PAGE)
    assert refused.status_code == 403
    assert "four unlikely words" not in refused.text
    assert ">林晓</textarea>" in refused.text
    assert re.search(r'<input[^>]* name="password" type="password"', refused.text)
    assert '<input type="hidden" name="next" value="/desk">' in refused.text


def test_another_site_gets_no_form_back(visitor: httpx.Client) -> None:
    refused = visitor.post("/", data=MESSAGE, headers={**PAGE, "Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert 'name="message"' not in refused.text
    assert "请求来自别的网站" in refused.text


def test_the_token_is_the_cookies_own(
    visitor: httpx.Client, base_url: str, signed_in: Callable[[httpx.Client, Role], httpx.Client]
) -> None:
    with httpx.Client(base_url=base_url, trust_env=False) as other:
        other.get("/", headers=PAGE)
        assert (
            visitor.post("/api/chat", json=MESSAGE, headers={"X-CSRF-Token": token(other)}).status_code == 403
        )
    before = token(visitor)
    signed_in(visitor, Role.STAFF)
    assert visitor.post("/api/chat", json=MESSAGE, headers={"X-CSRF-Token": before}).status_code == 403
    assert visitor.post("/api/chat", json=MESSAGE).status_code == 200, "the fixture's header is the session's"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 200),
        ({"Origin": "https://policy.example", "X-Forwarded-Host": "policy.example"}, 200),
    ],
)
def test_the_token_does_not_help_another_site(
    visitor: httpx.Client, headers: dict[str, str], status: int
) -> None:
    sent = {"X-CSRF-Token": token(visitor), **headers}
    assert visitor.post("/api/chat", json=MESSAGE, headers=sent).status_code == status


def test_the_servers_own_origin_passes(visitor: httpx.Client, base_url: str) -> None:
    sent = {"X-CSRF-Token": token(visitor), "Origin": base_url}
    assert visitor.post("/api/chat", json=MESSAGE, headers=sent).status_code == 200


def test_scripts_with_a_key_or_without_cookies_need_no_token(
    visitor: httpx.Client, settings: Settings
) -> None:
    key = key_headers(settings, Role.STAFF)
    assert (
        visitor.post("/api/chat", json=MESSAGE, headers={**key, "Origin": "https://a.example"}).status_code
        == 200
    )
    visitor.cookies.clear()
    assert visitor.post("/api/chat", json=MESSAGE).status_code == 200


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"message=%ff&csrf_token=%ff", "application/x-www-form-urlencoded"),
        (b"&" * 1000 + b"=", "application/x-www-form-urlencoded"),
        (b"a=1&" * 1000, "application/x-www-form-urlencoded"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"", ""),
    ],
)
def test_a_body_without_a_token_is_refused_whatever_it_is(
    visitor: httpx.Client, content: bytes, kind: str
) -> None:
    assert visitor.post("/", content=content, headers={"Content-Type": kind}).status_code == 403


def test_every_form_that_posts_holds_the_token() -> None:
    for template in sorted((WEB / "templates").glob("*.html")):
        for form in re.findall(
            r'<form[^>]*method="post".*?</form>', template.read_text("utf-8"), re.S | re.I
        ):
            assert 'name="csrf_token"' in form or "{{ carried(" in form, f"{template.name}: {form[:120]}"


def test_every_script_that_posts_sends_the_token() -> None:
    for script in sorted((WEB / "static").glob("*.js")):
        if script.name != "sending.js":
            code = script.read_text("utf-8")
            assert not re.search(r"\bfetch\([^;]*method", code, re.S), (
                f"{script.name}: use send of sending.js"
            )
