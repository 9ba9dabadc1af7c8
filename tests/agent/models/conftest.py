"""A whole assistant over a scripted model on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.service import Assistant
from assistant.settings import Settings
from tests.conftest import ROOT, TODAY
from tests.model_server import ScriptedModel, say, scripted_model

KEY = "sk-secret-of-the-tests"


@pytest.fixture(scope="session")
def scripted() -> Iterator[ScriptedModel]:
    """The server; a test gives it its script with `play`."""
    with scripted_model(say("")) as model:
        yield model


@pytest.fixture(scope="session")
def modelled(
    scripted: ScriptedModel, tmp_path_factory: pytest.TempPathFactory, real_assistant: Assistant
) -> Iterator[Assistant]:
    """The assistant with the scripted model in place of the built-in one; short limits."""
    folder = tmp_path_factory.mktemp("modelled")
    settings = Settings(
        home=ROOT,
        index_dir=folder / "index",
        data_dir=folder / "data",
        model="openai:scripted",
        model_base_url=scripted.url,
        model_key=KEY,
        model_timeout=2,
        model_retries=0,
        answer_timeout=4,
        turn_tokens=20_000,
        _env_file=None,
    )
    assistant = Assistant.open(settings, today=lambda: TODAY)
    yield assistant
    assistant.close()
