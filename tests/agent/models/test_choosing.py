"""Settings of the model: legal names, clear messages, keys never shown."""

from __future__ import annotations

import pytest

from assistant.agent.models.choosing import external_model
from assistant.errors import SettingsError
from assistant.settings import Settings, load_settings


def test_a_model_has_a_provider_and_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIAOWEN_MODEL", "gpt")
    with pytest.raises(SettingsError, match=r"TIAOWEN_MODEL 的值 'gpt' 不合法.*提供方:模型名"):
        load_settings()


def test_an_address_holds_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIAOWEN_MODEL_BASE_URL", "http://me:secret@host/v1")
    with pytest.raises(SettingsError, match="TIAOWEN_MODEL_KEY"):
        load_settings()


def test_a_model_without_a_key_says_which_setting_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingsError, match=r"没有密钥.*TIAOWEN_MODEL_KEY"):
        external_model(Settings(model="openai:x", _env_file=None))


def test_a_provider_without_its_package_says_what_to_install() -> None:
    with pytest.raises(SettingsError, match="pip install langchain-ollama"):
        external_model(Settings(model="ollama:qwen3", _env_file=None))


def test_an_unknown_provider_is_named() -> None:
    with pytest.raises(SettingsError, match=r"nobody:x.*不认识的提供方"):
        external_model(Settings(model="nobody:x", _env_file=None))


def test_a_key_is_neither_printed_nor_dumped() -> None:
    settings = Settings(model="openai:x", model_key="sk-secret", _env_file=None)
    assert "sk-secret" not in repr(settings)
    assert "sk-secret" not in str(settings.model_dump())
