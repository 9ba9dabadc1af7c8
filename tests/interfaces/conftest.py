"""The fake assistant behind a real server."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from assistant.interfaces.http.app import create_app
from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.running_server import running
from tests.interfaces.signing_in import sign_in

MESSAGE_LIMIT = 200
BODY_LIMIT = 4096


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=tmp_path,
        index_dir=tmp_path,
        message_limit=MESSAGE_LIMIT,
        body_limit=BODY_LIMIT,
    )


@pytest.fixture
def fake() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
def base_url(fake: FakeAssistant, settings: Settings) -> Iterator[str]:
    with running(create_app(lambda _progress: fake, settings)) as url:  # type: ignore[arg-type, return-value]
        wait_until_ready(url)
        yield url


@pytest.fixture
def client(base_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=base_url, trust_env=False, timeout=20) as opened:
        yield opened


@pytest.fixture
def signed_in(settings: Settings) -> Callable[[httpx.Client, Role], httpx.Client]:
    """`signed_in(client, role)`: the same client with the session and token of somebody of this role."""
    return lambda client, role: sign_in(client, settings, role)


@pytest.fixture(scope="session")
def real_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The shipped corpus and encoder; index and records in folders of the test's own."""
    folder = tmp_path_factory.mktemp("real")
    return Settings(
        _env_file=None, index_dir=folder / "index", data_dir=folder / "data", visitor_rate=0, member_rate=0
    )


@pytest.fixture(scope="session")
def real_url(real_settings: Settings) -> Iterator[str]:
    """A server with the real assistant."""
    from assistant.service import Assistant

    app = create_app(lambda progress: Assistant.open(real_settings, progress), real_settings)
    with running(app) as url:
        wait_until_ready(url)
        yield url


@pytest.fixture
def real_client(real_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=real_url, trust_env=False, timeout=60) as opened:
        yield opened


def wait_until_ready(url: str) -> None:
    """Ask `/readyz` until it says yes."""
    transport = httpx.HTTPTransport(retries=2)
    with httpx.Client(base_url=url, transport=transport, trust_env=False, timeout=20) as client:
        for _ in range(400):
            response = client.get("/readyz")
            if response.status_code == 200:
                return
            assert not response.json()["failed"], response.text
            time.sleep(0.05)
    pytest.fail("the assistant did not become ready")
