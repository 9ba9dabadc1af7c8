"""The chat model a setting names: the built-in planner, or one that init_chat_model makes."""

from __future__ import annotations

import logging
from typing import Any

from langchain_core.language_models import BaseChatModel

from assistant.errors import SettingsError
from assistant.settings import Settings

logger = logging.getLogger(__name__)

OPENAI_COMPATIBLE = ("openai", "deepseek")  # whose packages take a client of ours
_HELP = "模型的选法见 docs/models.md"


def external_model(settings: Settings) -> BaseChatModel:
    """The model that `settings.model` names (provider:name). Raises SettingsError with what to do; asks nothing of the network."""
    from langchain.chat_models import init_chat_model

    provider, _, name = settings.model.partition(":")
    options: dict[str, Any] = {
        "temperature": settings.model_temperature,
        "timeout": settings.model_timeout,
        "max_retries": settings.model_retries,
    }
    if settings.model_base_url:
        options["base_url"] = settings.model_base_url
    if settings.model_key is not None:
        options["api_key"] = settings.model_key.get_secret_value()
    if provider in OPENAI_COMPATIBLE:
        from assistant.agent.models.bounded_http import bounded_client

        options["http_client"] = bounded_client(settings.model_timeout)
    try:
        model = init_chat_model(name, model_provider=provider, **options)
    except ImportError as error:
        package = str(error).split("`")[1] if "`" in str(error) else f"langchain-{provider}"
        raise SettingsError(
            f"设置 TIAOWEN_MODEL 的值 '{settings.model}' 需要安装 {package}（pip install {package}），"
            f"或改用 openai:模型名 加 TIAOWEN_MODEL_BASE_URL；{_HELP}"
        ) from error
    except Exception as error:  # noqa: BLE001 - every package has errors of its own; none may show the key
        raise SettingsError(_why(settings, error)) from None
    logger.info("model %s at %s", settings.model, settings.model_base_url or "the provider's address")
    assert isinstance(model, BaseChatModel), "a model without configurable fields is a chat model"
    return model


def _why(settings: Settings, error: Exception) -> str:
    text = str(error)
    if "credential" in text.lower() or "api_key" in text or "API key" in text:
        return f"模型 '{settings.model}' 没有密钥；请设置 TIAOWEN_MODEL_KEY，或提供方自己的环境变量；{_HELP}"
    if "provider" in text.lower() or "model_provider" in text:
        return f"设置 TIAOWEN_MODEL 的值 '{settings.model}' 不合法：不认识的提供方；应为 builtin 或“提供方:模型名”；{_HELP}"
    return f"模型 '{settings.model}' 无法使用（{type(error).__name__}）；{_HELP}"
