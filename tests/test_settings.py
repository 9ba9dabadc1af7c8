from __future__ import annotations

import traceback

import pytest

from assistant.errors import SettingsError
from assistant.settings import load_settings


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8001", "https://chroma.example.com/path", " http://chroma:8000/ "]
)
def test_addresses_of_a_chroma_server(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TIAOWEN_CHROMA_URL", url)
    assert load_settings().chroma_url == url.strip()


@pytest.mark.parametrize("url", [None, "", "  "])
def test_no_chroma_server(monkeypatch: pytest.MonkeyPatch, url: str | None) -> None:
    if url is not None:
        monkeypatch.setenv("TIAOWEN_CHROMA_URL", url)
    assert load_settings().chroma_url is None


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:8001",
        "ftp://127.0.0.1",
        "http://",
        "http://host:port",
        "http://host:99999",
        "http://host:0",
        "http://user:secret@host",
        "http://host/?a=1",
        "http://host/#a",
        "http://[::1",
    ],
)
def test_anything_else_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TIAOWEN_CHROMA_URL", url)
    with pytest.raises(
        SettingsError, match=r"设置 TIAOWEN_CHROMA_URL 的值 .* 不合法：应为 Chroma 服务器的地址"
    ):
        load_settings()


def test_origins_and_hosts_are_told_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().cors_origins == ()
    monkeypatch.setenv("TIAOWEN_CORS_ORIGINS", "https://www.example.com, http://localhost:3000,")
    monkeypatch.setenv("TIAOWEN_MCP_HOSTS", "tiaowen.example.com")
    assert load_settings().cors_origins == ("https://www.example.com", "http://localhost:3000")
    assert load_settings().mcp_hosts == ("tiaowen.example.com",)


@pytest.mark.parametrize(
    "origins",
    ["*", "https://*.example.com", "https://example.com/", "example.com", "https://a.com,null", "ftp://a.com", "https://u@a.com"],
)  # fmt: skip
def test_origins_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch, origins: str) -> None:
    monkeypatch.setenv("TIAOWEN_CORS_ORIGINS", origins)
    with pytest.raises(SettingsError, match=r"TIAOWEN_CORS_ORIGINS .*应为完整的来源"):
        load_settings()


@pytest.mark.parametrize("hosts", ["*", "a.com:8000", "https://a.com", "a.com/x"])
def test_hosts_that_are_none_are_refused(monkeypatch: pytest.MonkeyPatch, hosts: str) -> None:
    monkeypatch.setenv("TIAOWEN_MCP_HOSTS", hosts)
    with pytest.raises(SettingsError, match=r"TIAOWEN_MCP_HOSTS .*应为主机名"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("RETENTION_DAYS", "0", "应为不小于 1、不大于 36500 的整数"),
        ("PORT", "八千", "应为不小于 0、不大于 65535 的整数"),
        ("MODEL_TIMEOUT", "-1", "应为大于 0、不大于 600 的数字"),
        ("MESSAGE_LIMIT", "1.5", "应为不小于 1 的整数"),
        ("VISITORS", "maybe", "应为 true 或 false"),
    ],
)
def test_a_number_that_is_not_legal_is_told_its_form(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv(f"TIAOWEN_{name}", value)
    with pytest.raises(SettingsError, match=rf"设置 TIAOWEN_{name} 的值 '{value}' 不合法：{words}$"):
        load_settings()


def test_a_log_format_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIAOWEN_LOG_FORMAT", "xml")
    with pytest.raises(SettingsError, match=r"TIAOWEN_LOG_FORMAT 的值 'xml' 不合法：应为 text 或 json"):
        load_settings()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:p%40ss@127.0.0.1:5432/records",
        "postgres://127.0.0.1/records",
        "postgresql+psycopg://u@/records?host=/run/postgresql",
        " postgresql://u:p@[::1]/records?sslmode=require ",
    ],
)
def test_addresses_of_a_postgresql(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TIAOWEN_DATABASE_URL", url)
    found = load_settings()
    assert found.database_url is not None
    assert found.database_url.get_secret_value() == url.strip()
    assert "p%40ss" not in repr(found)


def test_no_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIAOWEN_DATABASE_URL", " ")
    assert load_settings().database_url is None


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///records.sqlite3",
        "mysql://u:geheim@host/records",
        "postgresql://u:geheim@host",
        "postgresql://u:geheim@host/",
        "postgresql:///records",
        "postgresql://u:ge@heim@host/records",
        "postgresql://u:ge/heim@host/records",
        "postgresql://u:ge#heim@host/records",
        "postgresql://u@host:0/records",
        "postgresql://u@host:port/records",
        "postgresql://u@host/records?password=geheim",
        "postgresql://u@host/records?geheim",
        "postgresql://u:geheim@[::1/records",
    ],
)
def test_what_is_no_postgresql_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TIAOWEN_DATABASE_URL", url)
    words = r"设置 TIAOWEN_DATABASE_URL 的值 （不显示） 不合法：应为 PostgreSQL 的地址"
    with pytest.raises(SettingsError, match=words) as refused:
        load_settings()
    told = "".join(traceback.format_exception(refused.value))
    assert "heim" not in told


@pytest.mark.parametrize("days", ["0", "-1", "x", "99999"])
def test_a_retention_is_a_number_of_days(monkeypatch: pytest.MonkeyPatch, days: str) -> None:
    monkeypatch.setenv("TIAOWEN_RETENTION_DAYS", days)
    with pytest.raises(SettingsError, match="TIAOWEN_RETENTION_DAYS"):
        load_settings()
