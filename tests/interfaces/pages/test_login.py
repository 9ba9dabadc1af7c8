"""Signing in and out over a real connection: the form, its refusals, sessions and how they end."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace

import httpx
import pytest

from assistant.accounts import Accounts
from assistant.interfaces.http.app import create_app
from assistant.interfaces.http.sessions import SESSION, VISITOR, Sessions
from assistant.interfaces.pages.login import inside
from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.conftest import wait_until_ready
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.running_server import running
from tests.interfaces.signing_in import PASSWORD, account_of, session_cookie

PAGE = {"Accept": "text/html"}


@pytest.fixture
def staff(settings: Settings) -> str:
    return account_of(settings, Role.STAFF)


@pytest.fixture
def accounts(settings: Settings) -> Iterator[Accounts]:
    with closing(Accounts(settings)) as opened:
        yield opened


def token_of(page: httpx.Response) -> str:
    found = re.search(r'<input type="hidden" name="csrf_token" value="([^"]+)">', page.text)
    assert found, page.text[:500]
    return found.group(1)


def submit(client: httpx.Client, name: str, password: str, **more: str) -> httpx.Response:
    """Open the login page and send its form."""
    token = token_of(client.get("/login", headers=PAGE))
    fields = {"csrf_token": token, "name": name, "password": password, **more}
    return client.post("/login", data=fields, headers=PAGE)


def who(client: httpx.Client) -> str | None:
    """The name in the page's head, None for a visitor."""
    page = client.get("/", headers=PAGE).text
    found = re.search(r'<span title="([^"]+)">([^<]+)</span>', page)
    return f"{found.group(2)}（{found.group(1)}）" if found else None


def test_before_the_first_account_the_page_says_how_to_make_it(
    client: httpx.Client, settings: Settings
) -> None:
    assert "tiaowen users add 名字 --role admin" in client.get("/login", headers=PAGE).text
    account_of(settings, Role.STAFF)
    assert "tiaowen users add" not in client.get("/login", headers=PAGE).text


def test_the_right_password_signs_in_and_leads_on(client: httpx.Client, staff: str) -> None:
    response = submit(client, "STAFF ", PASSWORD, next="/login?next=/")
    assert (response.status_code, response.headers["location"]) == (303, "/login?next=/")
    assert who(client) == "staff（坐席）"
    cookie = next(value for value in response.headers.get_list("set-cookie") if value.startswith(SESSION))
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


@pytest.mark.parametrize("name", ["staff", "nobody"])
def test_a_wrong_password_and_an_unknown_name_are_told_alike(
    client: httpx.Client, staff: str, name: str
) -> None:
    response = submit(client, name, "wrong password")
    assert response.status_code == 401
    assert "用户名或密码不对" in response.text
    assert f'value="{name}"' in response.text
    assert "wrong password" not in response.text
    assert SESSION not in client.cookies


def test_five_wrong_passwords_are_enough_for_a_name(client: httpx.Client, staff: str) -> None:
    for _ in range(4):
        assert submit(client, "staff", "wrong password").status_code == 401
    assert submit(client, "staff", PASSWORD).status_code == 303, "a right one clears the count"
    client.cookies.clear()
    for _ in range(5):
        assert submit(client, "Staff", "wrong password").status_code == 401
    refused = submit(client, "staff", PASSWORD)
    assert refused.status_code == 429
    assert 200 < int(refused.headers["retry-after"]) <= 300
    assert "试得太多" in refused.text
    assert submit(client, "another", PASSWORD).status_code == 401


def test_an_address_may_not_try_name_after_name(client: httpx.Client) -> None:
    statuses = [submit(client, f"name{number}", "x").status_code for number in range(31)]
    assert statuses == [401] * 30 + [429]


def test_without_its_token_the_form_does_nothing(client: httpx.Client, staff: str) -> None:
    fields = {"name": staff, "password": PASSWORD}
    assert client.post("/login", data=fields).status_code == 403
    client.get("/login", headers=PAGE)
    for token in (
        "",
        "x",
        "é",
        token_of(httpx.get(f"{client.base_url}/login", headers=PAGE, trust_env=False)),
    ):
        response = client.post("/login", data={**fields, "csrf_token": token}, headers=PAGE)
        assert response.status_code == 403
        assert "页面已过期" in response.text
    assert SESSION not in client.cookies


def test_signing_in_again_is_a_session_of_its_own(client: httpx.Client, staff: str) -> None:
    submit(client, staff, PASSWORD)
    first, token = client.cookies[SESSION], token_of(client.get("/login", headers=PAGE))
    submit(client, staff, PASSWORD)
    assert client.cookies[SESSION] != first
    assert token_of(client.get("/login", headers=PAGE)) != token
    old = httpx.Client(base_url=client.base_url, trust_env=False, cookies={SESSION: first})
    assert who(old) is None, "the session before it has ended"
    old.close()


def test_signing_out_ends_the_session_also_for_who_kept_the_cookie(client: httpx.Client, staff: str) -> None:
    submit(client, staff, PASSWORD)
    kept = client.cookies[SESSION]
    token = token_of(client.get("/", headers=PAGE))
    assert client.post("/logout", data={"csrf_token": "x"}).status_code == 403
    assert who(client) is not None
    response = client.post("/logout", data={"csrf_token": token})
    assert (response.status_code, response.headers["location"]) == (303, "/login")
    assert SESSION not in client.cookies
    assert VISITOR not in client.cookies
    client.cookies.set(SESSION, kept)
    assert who(client) is None


def test_who_signed_out_is_out_at_every_process_on_the_same_records(
    client: httpx.Client, staff: str, settings: Settings
) -> None:
    with running(create_app(lambda _progress: FakeAssistant(), settings)) as url:  # type: ignore[arg-type, return-value]
        wait_until_ready(url)
        with httpx.Client(base_url=url, trust_env=False) as elsewhere:
            submit(client, staff, PASSWORD)
            elsewhere.cookies.set(SESSION, client.cookies[SESSION])
            assert who(elsewhere) is not None
            client.post("/logout", data={"csrf_token": token_of(client.get("/", headers=PAGE))})
            assert who(elsewhere) is None


@pytest.mark.parametrize("change", ["disable", "password", "role"])
def test_a_session_follows_its_account(
    client: httpx.Client, staff: str, accounts: Accounts, change: str
) -> None:
    submit(client, staff, PASSWORD)
    if change == "disable":
        accounts.set_disabled(staff, True)
    elif change == "password":
        accounts.set_password(staff, "another long password")
    else:
        accounts.set_role(staff, Role.ADMIN)
    assert who(client) == ("staff（管理员）" if change == "role" else None)


@pytest.mark.parametrize(
    ("seen", "begun", "alive"), [(11.9, 11.9, True), (12.1, 12.1, False), (0, 167, True), (0, 169, False)]
)
def test_a_session_ends_after_12_idle_hours_or_7_days(
    client: httpx.Client, settings: Settings, seen: float, begun: float, alive: bool
) -> None:
    session = Sessions(settings, lambda: time.time() - begun * 3600).begin(
        account_of(settings, Role.STAFF), _stamp(settings)
    )
    aged = replace(session, seen=int(time.time() - seen * 3600))
    client.cookies.set(SESSION, Sessions(settings).signed(aged))
    response = client.get("/", headers=PAGE)
    assert ("退出" in response.text) is alive
    sent = [value for value in response.headers.get_list("set-cookie") if value.startswith(SESSION)]
    if not alive:
        assert "Max-Age=0" in sent[0], "the cookie is taken back"
    else:
        assert len(sent) == (seen > 1), "a session that is used goes on"


def _stamp(settings: Settings) -> str:
    with closing(Accounts(settings)) as opened:
        return opened.stamp(opened.account(account_of(settings, Role.STAFF)))


def test_a_cookie_of_another_secret_or_by_hand_is_none(
    client: httpx.Client, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    genuine = session_cookie(settings, Role.ADMIN)[0]
    elsewhere = Settings(_env_file=None, data_dir=tmp_path_factory.mktemp("other"))
    visitor = Sessions(settings)
    forged = [
        session_cookie(elsewhere, Role.ADMIN)[0],
        genuine[:-2] + ("AA" if genuine[-2:] != "AA" else "BB"),
        "x",
        str(visitor._serializer(VISITOR).dumps({"id": "x"})),
        str(visitor._serializer(SESSION).dumps("text")),
        str(visitor._serializer(SESSION).dumps({"id": "x"})),
    ]
    for cookie in forged:
        client.cookies.clear()
        client.cookies.set(SESSION, cookie)
        assert who(client) is None
    client.cookies.clear()
    client.cookies.set(SESSION, genuine)
    assert who(client) == "admin（管理员）"


def test_over_https_and_by_setting_cookies_are_secure(
    client: httpx.Client, fake: FakeAssistant, settings: Settings
) -> None:
    forwarded = client.get("/", headers={**PAGE, "X-Forwarded-Proto": "https"})
    assert "Secure" in forwarded.headers["set-cookie"]
    strict = settings.model_copy(update={"secure_cookies": True})
    with running(create_app(lambda _progress: fake, strict)) as url:  # type: ignore[arg-type, return-value]
        wait_until_ready(url)
        assert "Secure" in httpx.get(url, headers=PAGE, trust_env=False).headers["set-cookie"]


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/desk?q=碳", "/desk?q=碳"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        ("/a\nb", "/"),
        ("/" + "a" * 600, "/"),
    ],
)
def test_signing_in_leads_only_to_pages_of_this_server(path: str, leads_to: str) -> None:
    assert inside(path) == leads_to


def test_nothing_typed_becomes_markup(client: httpx.Client) -> None:
    response = submit(client, '"><script>1</script>', "x" * 20, next='/"><script>2</script>')
    assert "<script>1" not in response.text
    assert "<script>2" not in response.text


def test_a_page_for_members_leads_to_the_login_page_and_an_api_says_401(
    fake: FakeAssistant, settings: Settings, signed_in: Callable[[httpx.Client, Role], httpx.Client]
) -> None:
    closed = settings.model_copy(update={"visitors": False})
    with (
        running(create_app(lambda _progress: fake, closed)) as url,  # type: ignore[arg-type, return-value]
        httpx.Client(base_url=url, trust_env=False) as client,
    ):
        wait_until_ready(url)
        page = client.get("/?a=碳", headers=PAGE)
        assert (page.status_code, page.headers["location"]) == (303, "/login?next=%2F%3Fa%3D%25E7%25A2%25B3")
        api = client.get("/api/policies", headers=PAGE)
        assert api.status_code == 401
        assert api.headers["www-authenticate"] == "Bearer"
        assert "不接待访客" in api.json()["detail"]
        assert "直接提问" not in client.get("/login", headers=PAGE).text
        signed_in(client, Role.STAFF)
        assert client.get("/api/policies").status_code == 200
