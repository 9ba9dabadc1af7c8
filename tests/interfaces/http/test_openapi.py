"""The OpenAPI document: whole, with examples that hold, and true of the real server (schemathesis)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from assistant.interfaces.http.app import create_app
from assistant.interfaces.http.openapi import DONE, TAGS, examples
from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.signing_in import key_headers

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 13  # legal requests a route, and as many others
PROBLEM = "application/problem+json"
# Streams, files and texts have no JSON to show.
WITHOUT_EXAMPLE = {"metrics", "policy_text", "export", "export_answers", "export_desk_day"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = create_app(None, Settings(_env_file=None)).openapi()  # type: ignore[arg-type]
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


def test_operations_have_ids_of_their_own_words_and_known_tags(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    assert all(id.isidentifier() for id in ids)
    assert {tag for _, operation in operations(document) for tag in operation["tags"]} == {
        name for name, _ in TAGS
    }
    assert all(operation["summary"] for _, operation in operations(document))


def test_each_error_is_typed_with_an_example(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        for status, response in operation["responses"].items():
            if status.startswith(("2", "3")) or path == "/readyz":
                continue
            assert len(response["content"]) == 1, (path, status)
            ((kind, content),) = response["content"].items()
            name = content["schema"]["$ref"].rpartition("/")[2]
            if path.startswith("/v1/"):
                assert (kind, name) == ("application/json", "OpenAIErrorDocument")
            else:
                assert (kind, name) == (PROBLEM, "ProblemDocument"), (path, status)
                assert content["example"]["status"] == int(status)
        if path not in ("/healthz", "/readyz"):
            assert {"401", "429", "500"} <= set(operation["responses"])


def test_each_answer_has_an_example_that_fits_its_schema(document: dict[str, Any]) -> None:
    assert set(examples()) <= {operation["operationId"] for _, operation in operations(document)}
    for path, operation in operations(document):
        if operation["operationId"] in WITHOUT_EXAMPLE:
            continue
        done = next(status for status in DONE if status in operation["responses"])
        content = operation["responses"][done]["content"]["application/json"]
        assert "example" in content, f"{path}: add it to openapi_examples.py, run `make openapi-examples`"
        schema = {**content["schema"], "components": document["components"]}
        assert content["schema"], path
        assert content["schema"].keys() != {"type", "additionalProperties", "title"}, (
            f"{path} answers anything"
        )
        wrong = [error.message for error in Draft202012Validator(schema).iter_errors(content["example"])]
        assert wrong == [], f"{path}: run `make openapi-examples`"


def test_each_body_has_an_example(document: dict[str, Any]) -> None:
    for path, operation in operations(document):
        if "requestBody" not in operation:
            continue
        for kind in operation["requestBody"]["content"].values():
            name = kind["schema"]["$ref"].rpartition("/")[2]
            schema = document["components"]["schemas"][name]
            assert "example" in schema or "examples" in schema, path


def test_the_server_answers_as_the_document_says(real_url: str, real_settings: Settings) -> None:
    """As a supervisor, who may call all of it: some two dozen requests a route, legal ones and others, the same in each run."""
    told = httpx.get(f"{real_url}/openapi.json", trust_env=False, timeout=20).json()
    schema = schemathesis.openapi.from_dict(told)
    schema.config.update(base_url=real_url)
    key = key_headers(real_settings, Role.SUPERVISOR)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        for mode in schemathesis.GenerationMode:
            case = operation.as_strategy(generation_mode=mode)

            @settings(
                max_examples=EXAMPLES,
                derandomize=True,
                deadline=None,
                database=None,
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            )
            @given(case=case)
            def answers(case: schemathesis.Case) -> None:
                nonlocal tried
                tried += 1
                case.call_and_validate(headers=key, checks=CHECKS)

            # what takes no input cannot be asked for in an illegal way
            with suppress(Unsatisfiable):
                answers()
    assert tried > EXAMPLES * len(told["paths"])
