"""The JSON Schema says what the loader says: the same keys and words, and what it refuses the loader refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from assistant.documents.policy import Policy
from assistant.errors import RuleBookError
from assistant.rules import loading
from assistant.rules.book import STAGES
from assistant.rules.dimensions import UNITS
from assistant.rules.loading import load_book
from assistant.rules.schema import schema_text
from tests.rules.conftest import CORPUS, SUBSIDY
from tests.rules.test_loading import BROKEN, SOURCE

SCHEMA: dict[str, Any] = json.loads(schema_text())
DEFINED: dict[str, Any] = SCHEMA["$defs"]
BOOKS = [*CORPUS.glob("*/rules.yaml"), *SUBSIDY.parent.glob("*/rules.yaml")]
BEYOND = {  # what only the loader can see: names, units, sums, syntax, what stands twice
    *("key twice", "id twice", "one name for two facts", "empty range", "metric named like a fact"),
    *("formula with a slip", "formula of unknown names", "formula that adds two units", "no YAML"),
    *("formula of another unit", "limit of another unit", "adjust of a fixed fact"),
    *("condition that is a number", "meets of a metric without limit", "score that is no points"),
    *("points that do not add up", "programme of unknown criteria", "note of an unknown programme"),
    "another policy's book",
}


class PlainLoader(yaml.SafeLoader):
    """YAML as editors read it: dates stay text."""


PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def faults(text: str) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(yaml.load(text, PlainLoader))]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("file", BOOKS, ids=lambda file: file.parent.name)
def test_every_book_is_valid(file: Path) -> None:
    assert faults(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", BOOKS, ids=lambda file: file.parent.name)
def test_the_first_line_leads_editors_to_the_schema(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    target = (file.parent / first.partition("=")[2]).resolve()
    assert json.loads(target.read_text(encoding="utf-8")) == SCHEMA


@pytest.mark.parametrize(
    ("properties", "legal"),
    [
        (SCHEMA["properties"], loading._BOOK),
        (DEFINED["fact"]["properties"], loading._FACT),
        (DEFINED["metric"]["properties"], loading._METRIC),
        (DEFINED["criterion"]["properties"], loading._CRITERION),
        (DEFINED["programme"]["properties"], loading._PROGRAMME),
        (DEFINED["note"]["properties"], loading._NOTE),
        (DEFINED["further_binding"]["properties"], loading._ALSO),
    ],
    ids=["book", "fact", "metric", "criterion", "programme", "note", "also"],
)
def test_the_keys_are_those_of_the_loader(properties: dict[str, Any], legal: tuple[str, ...]) -> None:
    assert set(properties) == set(legal)


def test_the_words_are_those_of_the_loader() -> None:
    assert DEFINED["fact"]["properties"]["type"]["enum"] == list(loading.TYPES)
    assert DEFINED["criterion"]["properties"]["stage"]["enum"] == list(STAGES)
    assert DEFINED["unit"]["enum"] == list(UNITS)


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every key that a book may have, with what the schema says of it."""
    for owner in (SCHEMA, *(one for one in DEFINED.values() if "properties" in one)):
        for one in owner["properties"].values():
            yield one if "description" in one else DEFINED[one["$ref"].rpartition("/")[2]]


def test_every_key_is_explained_in_chinese() -> None:
    told = [node["description"] for node in nodes(SCHEMA)]
    assert len(told) > 50
    assert all(any("一" <= character <= "鿿" for character in text) for text in told)


@pytest.mark.parametrize(
    ("name", "old", "new"), [(case[0], case[1], case[2]) for case in BROKEN if case[0] not in BEYOND]
)
def test_what_the_loader_refuses_the_schema_refuses(name: str, old: str, new: str) -> None:
    assert faults(SOURCE) == []
    assert faults(SOURCE.replace(old, new, 1)), name


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    type: boolean\n    question: 请问企业是否在本市注册？", "    type: boolean\n    past: true\n    question: 请问企业是否在本市注册？"),
        ("    unit: 万元\n    minimum: 0\n", "    unit: 万元\n    minimum: 0\n    follows: on > 2026-01-01\n"),
        ("    unit: 万元\n    minimum: 0\n", "    unit: 万元\n    minimum: 0\n    implies: [registered]\n"),
        ("    quote: 在本市注册\n  investment", "    quote: 在本市注册\n    also: [{clause: 第三条}]\n  investment"),
        ("    clause: 第三条\n", ""),
    ],
    ids=["past of a boolean", "follows of a number", "implies of a number", "also without quote", "no clause"],
)  # fmt: skip
def test_what_the_schema_refuses_the_loader_refuses(tmp_path: Path, city: Policy, old: str, new: str) -> None:
    assert old in SOURCE
    broken = SOURCE.replace(old, new, 1)
    assert faults(broken)
    file = tmp_path / "rules.yaml"
    file.write_text(broken, encoding="utf-8")
    with pytest.raises(RuleBookError):
        load_book(file, city)
