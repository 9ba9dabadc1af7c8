"""The files that `tiaowen assess`, `gap` and `compare` read: YAML or JSON with programme and facts."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from assistant.errors import InputError
from assistant.interfaces.file_reading import reason
from assistant.interfaces.request_bodies import AssessmentRequest, describe_errors

FORM = (
    "应为 YAML 或 JSON：programme: 零碳工厂，facts: {baseline_emissions: 10万吨, …}，可选 policy、on、stage、keep_asking"
)


class FactsLoader(yaml.SafeLoader):
    """Safe YAML in which only true and false are truth values (`on` is a key here) and no key stands twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """The mapping; a key that stands twice is an error, not the last one's value."""
        keys = [key.value for key, _ in node.value]
        for place, key in enumerate(keys):
            if key in keys[:place]:
                raise yaml.constructor.ConstructorError(None, None, f"键 {key} 写了两次", node.start_mark)
        return super().construct_mapping(node, deep)


_BOOLEAN = "tag:yaml.org,2002:bool"
FactsLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _BOOLEAN]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
FactsLoader.add_implicit_resolver(
    _BOOLEAN, re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


def read_facts_file(name: str) -> dict[str, Any]:
    """The request for `Assistant.assess`; `-` reads stdin. InputError names file, place and legal form."""
    text = _read(name)
    try:
        data = yaml.load(text, FactsLoader)
    except yaml.YAMLError as error:
        raise InputError(f"{name}：{_fault(error)}；{FORM}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}：读不懂其中的值（{error}）；{FORM}") from error
    if not isinstance(data, dict):
        raise InputError(f"{name}：最外层不是键和值；{FORM}")
    try:
        return AssessmentRequest.model_validate(data).payload()
    except ValidationError as error:
        details = describe_errors(error.errors(), tuple(AssessmentRequest.model_fields))
        raise InputError(f"{name}：{details}；{FORM}") from error


def read_scenarios(first: str, second: str) -> dict[str, Any]:
    """The request for `Assistant.compare` from two facts files, which must name the same programme, policy and day."""
    if first == second == "-":
        raise InputError("标准输入只能读一份事实表；请把另一份写成文件")
    one, other = read_facts_file(first), read_facts_file(second)
    for key in ("policy", "programme", "on", "stage"):
        if one.get(key) != other.get(key):
            told = "与".join(f"“{request.get(key, '（没有写）')}”" for request in (one, other))
            raise InputError(f"{first}和{second}的 {key} 不同（{told}）；比较的两份事实表要写成一样")
    facts = {"facts_a": one.pop("facts"), "facts_b": other["facts"]}
    return {**one, **facts}


def _fault(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark is not None else "内容"
    if isinstance(error, yaml.constructor.ConstructorError) and "写了两次" in str(error.problem):
        return f"{where}起的一组里，{error.problem}"
    return f"{where}不是合法的 YAML 或 JSON"


def _read(name: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise InputError(f"读不了文件 {name}：{reason(error)}；{FORM}") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} 不是 UTF-8 编码（第 {error.start + 1} 个字节读不懂）；请另存为 UTF-8"
        ) from error
