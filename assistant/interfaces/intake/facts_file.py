"""The files that `tiaowen assess`, `gap` and `compare` read: YAML or JSON, of one enterprise or (assess) of several."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from assistant.errors import InputError
from assistant.interfaces.file_reading import reason
from assistant.interfaces.intake.enterprise import Enterprise, Enterprises
from assistant.interfaces.request_bodies import AssessmentRequest, describe_errors

FORM = (
    "应为 YAML 或 JSON：programme: 零碳工厂，facts: {baseline_emissions: 10万吨, …}，"
    "可选 policy、on、stage、keep_asking、applicant"
)
ENTERPRISES = "enterprises"
LIST_FORM = "每家应为 {name: 企业名称, facts: {…}}，可选 programme、on、stage、applicant"
_SHARED = ("policy", "programme", "on", "stage", ENTERPRISES)


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


def read_source(name: str) -> bytes:
    """The bytes of a file; `-` reads stdin. InputError says why it cannot be read."""
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise InputError(f"读不了文件 {name}：{reason(error)}；{FORM}") from error


def read_facts_file(name: str) -> dict[str, Any]:
    """The request for `Assistant.assess` in a file of one enterprise. InputError names file, place and legal form."""
    return validated(name, parse_facts_text(name, read_source(name)))


def parse_facts_text(name: str, content: bytes) -> dict[str, Any]:
    """The mapping that a YAML or JSON file holds; InputError when it is none."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name} 不是 UTF-8 编码（第 {error.start + 1} 个字节读不懂）；请另存为 UTF-8"
        ) from error
    try:
        data = yaml.load(text, FactsLoader)
    except yaml.YAMLError as error:
        raise InputError(f"{name}：{_fault(error)}；{FORM}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name}：读不懂其中的值（{error}）；{FORM}") from error
    if not isinstance(data, dict):
        raise InputError(f"{name}：最外层不是键和值；{FORM}")
    return data


def validated(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """A request of one enterprise, checked; InputError names the field."""
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
    one.pop("applicant", None)
    facts = {"facts_a": one.pop("facts"), "facts_b": other["facts"]}
    return {**one, **facts}


def enterprises_of(name: str, data: dict[str, Any], programme: str | None) -> Enterprises:
    """The entries of a file with `enterprises`; one that is not legal carries its problem, the others go on."""
    unknown = sorted(set(map(str, data)) - set(_SHARED))
    if unknown:
        raise InputError(f"{name}：不认识的字段 {unknown[0]}；合法的字段有 {'、'.join(_SHARED)}")
    entries = data[ENTERPRISES]
    if not isinstance(entries, list) or not entries:
        raise InputError(f"{name}：{ENTERPRISES} 应为不空的列表；{LIST_FORM}")
    shared = {key: data[key] for key in _SHARED if key != ENTERPRISES and data.get(key) is not None}
    if programme is not None:
        shared.setdefault("programme", programme)
    return Enterprises(
        tuple(_enterprise(entry, number, shared) for number, entry in enumerate(entries, start=1))
    )


def _enterprise(entry: object, number: int, shared: dict[str, Any]) -> Enterprise:
    place = f"{ENTERPRISES}第{number}家"
    if not isinstance(entry, dict):
        return Enterprise(place, place, {}, (f"{place}：不是键和值；{LIST_FORM}",))
    name = entry.get("name")
    shown = str(name) if isinstance(name, str) and name.strip() else place
    if shown == place and name is not None:
        return Enterprise(place, place, {}, (f"{place}：name 的值 {name!r} 应为文字",))
    own = {key: value for key, value in entry.items() if key != "name"}
    try:
        return Enterprise(shown, place, validated(place, {**shared, **own}))
    except InputError as error:
        return Enterprise(shown, place, {}, (str(error),))


def _fault(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    where = f"第 {mark.line + 1} 行第 {mark.column + 1} 列" if mark is not None else "内容"
    if isinstance(error, yaml.constructor.ConstructorError) and "写了两次" in str(error.problem):
        return f"{where}起的一组里，{error.problem}"
    return f"{where}不是合法的 YAML 或 JSON"
