"""A rules.yaml as sections that know their file, line and key, so that an error can name them.

Scalars stay text until they are asked for as a number, so nothing passes through a float.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import yaml

from assistant.errors import RuleBookError
from assistant.yaml_loader import SAFE_LOADER

T = TypeVar("T")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class Section:
    """One mapping of the file; only the keys named as legal may stand in it."""

    def __init__(self, file: Path, path: str, node: yaml.Node, legal: tuple[str, ...] | None) -> None:
        self.file, self.path, self.node = file, path, node
        if not isinstance(node, yaml.MappingNode):
            raise self.error("这里应是“键: 值”的映射")
        self.entries: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = str(key_node.value)
            if key in self.entries:
                raise self.error(f"键“{key}”重复", key_node)
            if legal is not None and key not in legal:
                raise self.error(f"不认识的键“{key}”，可用的键有：{'、'.join(legal)}", key_node)
            self.entries[key] = value

    def error(self, problem: str, node: yaml.Node | None = None) -> RuleBookError:
        """An error at this section, or at a node inside it."""
        line = (node or self.node).start_mark.line + 1
        place = f"（{self.path}）" if self.path else ""
        return RuleBookError(f"{self.file}第{line}行{place}：{problem}")

    def at(self, key: str, check: Callable[[], T]) -> T:
        """Run a check; a RuleBookError it raises is told with the place of `key`."""
        try:
            return check()
        except RuleBookError as error:
            raise self.error(f"{key}：{error}", self.entries.get(key)) from error

    def text(self, key: str) -> str:
        """A text that must stand there and not be empty."""
        found = self.optional_text(key)
        if found is None:
            raise self.error(f"缺少键“{key}”")
        return found

    def optional_text(self, key: str) -> str | None:
        """A text, None when the key is absent."""
        node = self.entries.get(key)
        if node is None:
            return None
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self.error(f"“{key}”应是一段文字，不能为空", node)
        return str(node.value)

    def choice(self, key: str, legal: tuple[str, ...]) -> str:
        """One of a few words."""
        found = self.text(key)
        if found not in legal:
            raise self.error(f"“{key}”的值“{found}”不合法，应为：{'、'.join(legal)}", self.entries[key])
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, () when the key is absent."""
        node = self.entries.get(key)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode) or not all(
            isinstance(item, yaml.ScalarNode) and item.value.strip() for item in node.value
        ):
            raise self.error(f"“{key}”应是文字的列表", node)
        found = tuple(str(item.value) for item in node.value)
        if len(set(found)) != len(found):
            twice = next(text for text in found if found.count(text) > 1)
            raise self.error(f"“{key}”里“{twice}”写了两次", node)
        return found

    def number(self, key: str) -> Fraction | None:
        """An exact number, None when the key is absent."""
        found = self.optional_text(key)
        if found is not None and not _NUMBER.fullmatch(found):
            raise self.error(f"“{key}”的值“{found}”不是数，应写成 5 或 0.5", self.entries[key])
        return None if found is None else Fraction(found)

    def flag(self, key: str) -> bool:
        """true or false, false when the key is absent."""
        found = self.optional_text(key)
        if found not in (None, "true", "false"):
            raise self.error(f"“{key}”的值“{found}”不合法，应为 true 或 false", self.entries[key])
        return found == "true"

    def section(self, key: str, legal: tuple[str, ...] | None = None) -> Section:
        """A mapping that must stand there."""
        if key not in self.entries:
            raise self.error(f"缺少键“{key}”")
        return Section(self.file, f"{self.path}.{key}" if self.path else key, self.entries[key], legal)

    def sections(self, key: str, legal: tuple[str, ...]) -> list[Section]:
        """A list of mappings, [] when the key is absent."""
        node = self.entries.get(key)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(f"“{key}”应是列表", node)
        return [
            Section(self.file, f"{self.path}.{key}[{place}]", item, legal)
            for place, item in enumerate(node.value, 1)
        ]


def read_source(file: Path, legal: tuple[str, ...]) -> Section:
    """The file's top section. Raises RuleBookError when it cannot be read or is no YAML."""
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=SAFE_LOADER)
    except (OSError, UnicodeDecodeError) as error:
        raise RuleBookError(f"{file}：不能读取，应为 UTF-8 编码的 YAML 文件（{error}）") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleBookError(f"{file}第{line}行：不是合法的 YAML（{error.problem}）") from error
    except yaml.YAMLError as error:
        raise RuleBookError(f"{file}：不是合法的 YAML（含有不允许的字符）") from error
    if node is None:
        raise RuleBookError(f"{file}：文件是空的，应有键：{'、'.join(legal)}")
    return Section(file, "", node, legal)
