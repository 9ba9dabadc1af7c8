"""The doubles of the assistant have the real one's methods with the real one's parameters."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from assistant.search.clause_search import SearchResult
from assistant.service import Assistant
from tests.interfaces.assessing_assistant import AssessingAssistant
from tests.interfaces.fake_assistant import FakeAssistant, FakeHit

PUBLIC = [
    name for name, member in inspect.getmembers(Assistant, callable) if not name.startswith("_")
]  # fmt: skip


@pytest.mark.parametrize("name", PUBLIC)
def test_same_parameters(name: str) -> None:
    real = inspect.signature(getattr(Assistant, name)).parameters
    doubles = [double for double in (FakeAssistant, AssessingAssistant) if hasattr(double, name)]
    assert doubles
    for double in doubles:
        assert list(inspect.signature(getattr(double, name)).parameters) == list(real)


def test_same_hits() -> None:
    assert [field.name for field in dataclasses.fields(FakeHit)] == [
        field.name for field in dataclasses.fields(SearchResult)
    ]
