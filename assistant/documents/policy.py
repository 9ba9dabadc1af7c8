"""One policy: what policy.yaml says about it, read strictly."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import PolicyFileError
from assistant.yaml_loader import SAFE_LOADER

DRAFT = "征求意见稿"
IN_FORCE = "现行"
STATUSES = (IN_FORCE, DRAFT, "已废止", "已失效")
LEVELS = ("国家", "省级", "市级")
POLICY_FILE = "policy.yaml"
TEXT_FILE = "text.txt"


@dataclass(frozen=True)
class Policy:
    """Metadata of one policy document; what the text does not state is None.

    `number` is the 文号, `valid_from` and `valid_to` are inclusive, `aliases` are the names people use.
    """

    id: str
    title: str
    number: str | None
    issuer: str | None
    published: date | None
    status: str
    valid_from: date | None
    valid_to: date | None
    region: str
    level: str
    sha256: str
    aliases: tuple[str, ...] = ()

    @property
    def is_draft(self) -> bool:
        """Whether the text is only a draft for comment."""
        return self.status == DRAFT

    def standing(self, on: date) -> str | None:
        """Why the policy does not bind on that day (征求意见稿, 已废止, 已失效, 尚未生效), or None when it is in force."""
        if self.status != IN_FORCE:
            return self.status
        if self.valid_to is not None and on > self.valid_to:
            return "已失效"
        if self.valid_from is not None and on < self.valid_from:
            return "尚未生效"
        return None


class _StringLoader(SAFE_LOADER):
    """Safe YAML in which every scalar but null is a string: dates and numbers are checked here, not guessed there."""


_StringLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == "tag:yaml.org,2002:null"]
    for first, resolvers in SAFE_LOADER.yaml_implicit_resolvers.items()
}


class _Value:
    """A value of policy.yaml with what an error about it must name."""

    def __init__(self, file: Path, line: int, key: str, value: object) -> None:
        self.file, self.line, self.key, self.value = file, line, key, value

    def error(self, legal: str) -> PolicyFileError:
        shown = "空值" if self.value is None else f"「{self.value}」"
        return PolicyFileError(f"{self.file} 第 {self.line} 行：{self.key} 的值{shown}不合法，{legal}")


def _text(value: _Value) -> str:
    if not isinstance(value.value, str) or not value.value.strip():
        raise value.error("应为一行非空的文字")
    return value.value.strip()


def _text_or_none(value: _Value) -> str | None:
    return None if value.value is None else _text(value)


def _policy_id(value: _Value) -> str:
    text = _text(value)
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", text):
        raise value.error("应为小写字母、数字和连字符，如 fujian-zero-carbon-factory")
    return text


def _date_or_none(value: _Value) -> date | None:
    legal = "应写成 YYYY-MM-DD 的真实日期（如 2022-07-29），文中未载明时写 null"
    if value.value is None:
        return None
    if not isinstance(value.value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.value):
        raise value.error(legal)
    try:
        return date.fromisoformat(value.value)
    except ValueError as error:
        raise value.error(legal) from error


def _one_of(choices: tuple[str, ...]) -> Callable[[_Value], str]:
    def read(value: _Value) -> str:
        if value.value not in choices:
            raise value.error(f"应为其中之一：{'、'.join(choices)}")
        return str(value.value)

    return read


def _sha256(value: _Value) -> str:
    text = _text(value)
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise value.error("应为 text.txt 的 sha256，64 位小写十六进制")
    return text


def _aliases(value: _Value) -> tuple[str, ...]:
    legal = "应为不重复的非空文字列表，没有别名时写 []"
    if not isinstance(value.value, list):
        raise value.error(legal)
    names = [name.strip() if isinstance(name, str) else "" for name in value.value]
    if not all(names) or len(set(names)) != len(names):
        raise value.error(legal)
    return tuple(names)


_FIELDS: dict[str, Callable[[_Value], Any]] = {
    "id": _policy_id,
    "title": _text,
    "number": _text_or_none,
    "issuer": _text_or_none,
    "published": _date_or_none,
    "status": _one_of(STATUSES),
    "valid_from": _date_or_none,
    "valid_to": _date_or_none,
    "region": _text,
    "level": _one_of(LEVELS),
    "sha256": _sha256,
    "aliases": _aliases,
}


def load_policy(folder: Path) -> tuple[Policy, str]:
    """Metadata and text of the policy in `folder`. Raises PolicyFileError that names file, line, key and legal form."""
    file = folder / POLICY_FILE
    values = _read_values(file)
    for key, value in values.items():
        if key not in _FIELDS:
            raise PolicyFileError(
                f"{file} 第 {value.line} 行：不认识的键 {key}，可用的键：{'、'.join(_FIELDS)}"
            )
    missing = [key for key in _FIELDS if key not in values]
    if missing:
        raise PolicyFileError(f"{file}：缺少键 {'、'.join(missing)}；文中未载明的日期、文号和机关写 null")
    policy = Policy(**{key: read(values[key]) for key, read in _FIELDS.items()})
    if policy.valid_from and policy.valid_to and policy.valid_to < policy.valid_from:
        raise values["valid_to"].error(f"不得早于 valid_from（{policy.valid_from}）")
    return policy, _read_text(folder / TEXT_FILE, policy.sha256, values["sha256"])


def _read_values(file: Path) -> dict[str, _Value]:
    content = _decode(file, _read_bytes(file))
    try:
        loader = _StringLoader(content)
        try:
            node = loader.get_single_node()
            if not isinstance(node, yaml.MappingNode):
                raise PolicyFileError(f"{file}：内容应为「键: 值」，可用的键：{'、'.join(_FIELDS)}")
            values: dict[str, _Value] = {}
            for key_node, value_node in node.value:
                key, line = str(loader.construct_object(key_node)), key_node.start_mark.line + 1
                if key in values:
                    raise PolicyFileError(f"{file} 第 {line} 行：键 {key} 重复，只能写一次")
                values[key] = _Value(file, line, key, loader.construct_object(value_node, deep=True))
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f" 第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark else ""
        raise PolicyFileError(
            f"{file}{place}：YAML 语法有误，每行应为「键: 值」，值里有冒号时加引号"
        ) from error
    except yaml.YAMLError as error:
        raise PolicyFileError(f"{file}：YAML 含有不允许的字符，应为「键: 值」") from error
    return values


def _read_text(file: Path, sha256: str, declared: _Value) -> str:
    content = _read_bytes(file)
    actual = hashlib.sha256(content).hexdigest()
    if actual != sha256:
        raise declared.error(f"与 {file} 不符，该文件的 sha256 是 {actual}；原文被改动过，或此处应更新")
    text = _decode(file, content)
    if not text.strip():
        raise PolicyFileError(f"{file}：没有文字，应为政策全文")
    return text


def _read_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise PolicyFileError(
            f"{file}：没有这个文件，每个政策目录要有 {POLICY_FILE} 和 {TEXT_FILE}"
        ) from error
    except OSError as error:
        raise PolicyFileError(f"{file}：读不出（{error.strerror}）") from error


def _decode(file: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyFileError(
            f"{file} 第 {line} 行：不是 UTF-8 编码（第 {error.start + 1} 个字节），应转存为 UTF-8"
        ) from error
