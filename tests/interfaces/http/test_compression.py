"""What goes out compressed, to whom, and what that must not change."""

from __future__ import annotations

import gzip
import re

import httpx
import pytest

from assistant.interfaces.pages.rendering import STATIC

PAGE = {"Accept": "text/html", "Accept-Encoding": "gzip"}


def raw(client: httpx.Client, path: str, headers: dict[str, str]) -> tuple[httpx.Response, bytes]:
    """The response with the bytes that came over the wire."""
    with client.stream("GET", path, headers=headers) as response:
        return response, b"".join(response.iter_raw())


@pytest.mark.parametrize("path", ["/", "/policies", "/static/style.css", "/static/chat.js", "/nowhere"])
def test_what_a_browser_shows_is_compressed_where_it_takes_that(client: httpx.Client, path: str) -> None:
    zipped, short = raw(client, path, PAGE)
    assert zipped.headers["content-encoding"] == "gzip"
    assert int(zipped.headers["content-length"]) == len(short)
    plain, whole = raw(client, path, {**PAGE, "Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert len(short) < len(whole) * 0.7
    assert "Accept-Encoding" in zipped.headers["vary"]
    assert "Accept-Encoding" in plain.headers["vary"]
    if path.startswith("/static/"):
        assert gzip.decompress(short) == whole == (STATIC / path.rpartition("/")[2]).read_bytes()


@pytest.mark.parametrize("path", ["/api/policies", "/openapi.json", "/metrics"])
def test_answers_of_the_apis_stay_as_they_are(client: httpx.Client, path: str) -> None:
    response, _ = raw(client, path, {"Accept-Encoding": "gzip"})
    assert response.status_code == 200
    assert "content-encoding" not in response.headers


def test_a_stream_of_events_is_not_compressed(client: httpx.Client) -> None:
    asked = {"message": "抵消呢", "stream": True}
    headers = {"Accept": "text/event-stream", "Accept-Encoding": "gzip"}
    with client.stream("POST", "/api/chat", json=asked, headers=headers) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in response.headers
        assert next(response.iter_raw()).startswith(b"event: progress")


@pytest.mark.parametrize(
    ("site", "compressed"),
    [("same-origin", True), ("none", True), ("cross-site", False), ("same-site", False)],
)
def test_a_page_that_another_site_asks_for_is_not_compressed(
    client: httpx.Client, site: str, compressed: bool
) -> None:
    page, _ = raw(client, "/clauses?q=abc", {**PAGE, "Sec-Fetch-Site": site})
    assert ("content-encoding" in page.headers) is compressed
    file, _ = raw(client, "/static/style.css", {**PAGE, "Sec-Fetch-Site": site})
    assert "content-encoding" in file.headers, "a file is the same for everybody"


def test_a_compressed_file_has_a_weak_tag_that_is_still_known(client: httpx.Client) -> None:
    zipped, _ = raw(client, "/static/style.css", PAGE)
    plain, _ = raw(client, "/static/style.css", {"Accept-Encoding": "identity"})
    assert zipped.headers["etag"] == f"W/{plain.headers['etag']}"
    assert plain.headers["etag"].startswith('"')
    for tag in (zipped.headers["etag"], plain.headers["etag"]):
        again, nothing = raw(client, "/static/style.css", {**PAGE, "If-None-Match": tag})
        assert (again.status_code, nothing) == (304, b"")
    assert zipped.headers["cache-control"] == "no-cache"


def test_the_token_of_a_page_is_never_written_twice_the_same(client: httpx.Client) -> None:
    def token() -> str:
        found = re.search(r'<meta name="csrf-token" content="([^"]+)">', client.get("/", headers=PAGE).text)
        assert found
        return found[1]

    client.get("/", headers=PAGE)
    first, second = token(), token()
    assert first != second
    for one in (first, second):
        sent = client.post("/api/chat", json={"message": "抵消呢"}, headers={"X-CSRF-Token": one})
        assert sent.status_code == 200
    for wrong in (first[:-2], first + "AA", second[:22] + first[22:], "ü" * 43, ""):
        refused = client.post(
            "/api/chat", json={"message": "抵消呢"}, headers={"X-CSRF-Token": wrong.encode()}
        )
        assert refused.status_code == 403, wrong
