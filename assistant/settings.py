"""One frozen Settings, read once from the environment (prefix TIAOWEN_) and `.env`."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, get_args
from urllib.parse import parse_qs, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from assistant.errors import SettingsError

BUILTIN = "builtin"
_HOST = re.compile(r"(?:[a-z0-9-]+\.)*[a-z0-9-]+|\[[0-9a-f:]+\]", re.I)
_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")
SECRET_LENGTH = 32
PROJECT_ROOT = Path(__file__).resolve().parent.parent


def _parts(value: object) -> object:
    """Names that are told with commas between them."""
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    )


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_parts)]


class Settings(BaseSettings):
    """Where things lie and what is chosen; every field is `TIAOWEN_<NAME>` in the environment."""

    model_config = SettingsConfigDict(
        env_prefix="TIAOWEN_",
        env_file=".env",
        env_file_encoding="utf-8",
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    home: Path = Field(default=PROJECT_ROOT, description="folder that holds corpus/ and indexes/")
    corpus_dir: Path | None = Field(default=None, description="default: home/corpus")
    index_dir: Path | None = Field(default=None, description="default: home/indexes/current")
    encoder: str | None = Field(
        default=None, description="sentence-transformers folder or hub name; default: home/indexes/encoder"
    )
    chroma_url: str | None = Field(
        default=None, description="Chroma server that replicas share; default: caches beside the index"
    )
    cache_from: int | None = Field(
        default=None,
        ge=1,
        description="clauses from which vectors are also searched by Chroma; default: 50000, with a server 1",
    )
    reranker: str | None = Field(
        default=None, description="CrossEncoder folder or hub name that reorders what is found; default: none"
    )
    data_dir: Path | None = Field(default=None, description="records; default: home/var")
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL for the records, postgresql://user:password@host:5432/name; default: SQLite in data_dir",
    )
    retention_days: int | None = Field(
        default=None, ge=1, le=36_500, description="days that a conversation is kept after its last turn"
    )
    model: str = Field(
        default="builtin",
        description="chat model: `builtin`, or provider:name as init_chat_model knows them (openai:deepseek-chat)",
    )
    model_base_url: str | None = Field(
        default=None,
        description="address of an OpenAI-compatible endpoint, such as http://127.0.0.1:11434/v1",
    )
    model_key: SecretStr | None = Field(
        default=None, description="the model's key; default: the provider's own variable (OPENAI_API_KEY, …)"
    )
    model_timeout: float = Field(
        default=60.0, gt=0, le=600, description="longest one call of the model may take, s"
    )
    model_retries: int = Field(
        default=2, ge=0, le=10, description="tries after 429, 5xx or a lost connection"
    )
    model_temperature: float = Field(default=0.0, ge=0, le=2)
    answer_timeout: float = Field(
        default=90.0, gt=0, le=1800, description="longest the model may take for one answer in all, s"
    )
    turn_tokens: int = Field(default=60_000, ge=1000, description="tokens that one answer may cost at most")
    otlp_endpoint: str | None = Field(
        default=None,
        description="OpenTelemetry collector (OTLP over gRPC) for spans, such as http://127.0.0.1:4317",
    )
    log_text: bool = Field(default=False, description="whether logs may hold what users write")
    log_format: Literal["text", "json"] = Field(default="text", description="how log lines are written")
    log_addresses: bool = Field(
        default=False, description="whether the log tells the addresses that requests come from"
    )
    cors_origins: Names = Field(
        default=(), description="origins whose pages may call the API, such as https://www.example.com,…"
    )
    embed_origins: Names = Field(
        default=(), description="origins whose pages may show /embed in a frame; default: none"
    )
    mcp_hosts: Names = Field(
        default=(), description="host names besides this machine's by which /mcp may be called"
    )
    host: str = Field(default="127.0.0.1", description="address that serve listens on")
    port: int = Field(default=8000, ge=0, le=65535)
    message_limit: int = Field(default=4000, ge=1, description="longest message, characters")
    body_limit: int = Field(default=256 * 1024, ge=1024, description="largest request body, bytes")
    visitors: bool = Field(default=True, description="whether people may ask without signing in")
    secret: SecretStr | None = Field(
        default=None, description="signs cookies, at least 32 characters; default: made once in data_dir"
    )
    secure_cookies: bool = Field(
        default=False, description="cookies over https only, also where a proxy does not say that it is https"
    )
    visitor_rate: int = Field(default=120, ge=0, description="questions a minute of one address; 0: no limit")
    member_rate: int = Field(
        default=600, ge=0, description="questions a minute of one account or key; 0: no limit"
    )
    answers_at_once: int = Field(
        default=16, ge=1, le=1000, description="answers made at the same time by one process"
    )
    answer_wait: float = Field(default=15.0, ge=0, le=600, description="longest wait for one's turn, s")
    turn_timeout: float = Field(
        default=120.0, gt=0, le=3600, description="longest one answer may take in all, s"
    )

    @field_validator("log_format", mode="before")
    @classmethod
    def _is_format(cls, value: str) -> str:
        if value not in ("text", "json"):
            raise ValueError("应为 text 或 json")
        return value

    @field_validator("cors_origins", "embed_origins")
    @classmethod
    def _are_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Whole origins, each written as a browser sends it."""
        for origin in value:
            try:
                parts = urlsplit(origin)
                exact = f"{parts.scheme}://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
                legal = parts.scheme in ("http", "https") and parts.hostname and origin == exact
            except ValueError:
                legal = False
            if not legal or not _HOST.fullmatch(parts.hostname or ""):
                raise ValueError(
                    f"「{origin}」应为完整的来源，如 https://www.example.com 或 http://localhost:3000；不要路径、末尾的斜杠和 *"
                )
        return value

    @field_validator("mcp_hosts")
    @classmethod
    def _are_hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for host in value:
            if not _HOST.fullmatch(host):
                raise ValueError(f"「{host}」应为主机名，如 tiaowen.example.com；不要端口、路径和 *")
        return value

    @field_validator("chroma_url")
    @classmethod
    def _is_server(cls, value: str | None) -> str | None:
        if value is None or not value.strip():
            return None
        try:
            parts = urlsplit(value.strip())
            legal = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is no number
            legal = False
        if not legal or parts.query or parts.fragment or parts.username is not None:
            raise ValueError(
                "应为 Chroma 服务器的地址，如 http://127.0.0.1:8001 或 https://chroma.example.com/path"
            )
        return value.strip()

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr | None) -> SecretStr | None:
        address = value.get_secret_value().strip() if value else ""
        if not address:
            return None
        try:
            parts = urlsplit(address)
            asked = parse_qs(parts.query, strict_parsing=bool(parts.query))
            legal = parts.scheme in _POSTGRESQL and len(parts.path) > 1 and parts.port != 0
            legal = legal and bool(parts.hostname or asked.get("host")) and parts.netloc.count("@") <= 1
        except ValueError:  # a port that is no number, a query that is none
            legal = False
        if not legal or parts.fragment or "password" in asked:
            raise ValueError(
                "应为 PostgreSQL 的地址，如 postgresql://用户:密码@127.0.0.1:5432/库名；密码里的 @ / # % 等要写成 %40 %2F %23 %25"
            )
        return SecretStr(address)

    @field_validator("secret")
    @classmethod
    def _is_long(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or not value.get_secret_value():
            return None
        if len(value.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"应为至少 {SECRET_LENGTH} 个字符的随机文字，如 openssl rand -hex 32 的输出")
        return value

    @field_validator("model")
    @classmethod
    def _is_model(cls, value: str) -> str:
        name = value.strip()
        provider, _, model = name.partition(":")
        if name != BUILTIN and not (provider.strip() and model.strip()):
            raise ValueError("应为 builtin，或“提供方:模型名”，如 openai:deepseek-chat、ollama:qwen3")
        return name

    @field_validator("model_base_url")
    @classmethod
    def _is_endpoint(cls, value: str | None) -> str | None:
        if value is None or not value.strip():
            return None
        try:
            parts = urlsplit(value.strip())
            legal = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            legal = False
        if not legal or parts.username is not None:
            raise ValueError(
                "应为模型接口的地址，如 https://api.deepseek.com/v1；密钥请放在 TIAOWEN_MODEL_KEY"
            )
        return value.strip().rstrip("/")

    @property
    def external_model(self) -> bool:
        """Whether a model other than the built-in planner is chosen."""
        return self.model != BUILTIN

    @cached_property
    def corpus(self) -> Path:
        """Folder with one folder a policy."""
        return self.corpus_dir or self.home / "corpus"

    @cached_property
    def indexes(self) -> Path:
        """Folder of the built retrieval index."""
        return self.index_dir or self.home / "indexes" / "current"

    @cached_property
    def encoder_source(self) -> str:
        """Folder or hub name of the sentence-transformers model."""
        return self.encoder or str(self.home / "indexes" / "encoder")

    @cached_property
    def data(self) -> Path:
        """Folder of the records."""
        return self.data_dir or self.home / "var"


def load_settings() -> Settings:
    """Read the environment once; a value that is not legal raises SettingsError that names it."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        name = f"TIAOWEN_{field}".upper()
        wanted = first["msg"].removeprefix("Value error, ")
        if first["type"] != "value_error":
            wanted = _legal_form(Settings.model_fields[field]) or wanted
        raise SettingsError(
            f"设置 {name} 的值 {_shown(name, first.get('input'))} 不合法：{wanted}"
        ) from error


def _legal_form(field: FieldInfo) -> str | None:
    """What a number or a yes or no may be, in Chinese; None for a field of another kind."""
    kinds = {int: "整数", float: "数字", bool: " true 或 false"}
    kind = next((kinds[one] for one in (field.annotation, *get_args(field.annotation)) if one in kinds), None)
    limits = [
        f"{words} {value:g}"
        for name, words in (("ge", "不小于"), ("gt", "大于"), ("le", "不大于"))
        for limit in field.metadata
        if (value := getattr(limit, name, None)) is not None
    ]
    told = f"{'、'.join(limits)} 的" if limits else ""
    return None if kind is None else f"应为{told}{kind}"


def _shown(name: str, value: object) -> str:
    """A value as a message may repeat it: never a key or an address with a password in it."""
    return "（不显示）" if name.endswith(("_KEY", "_SECRET", "_DATABASE_URL")) else repr(value)
