"""The fake assistant has the real one's methods with the real one's parameters."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from assistant.service import Assistant, SearchResult
from tests.interfaces.fake_assistant import FakeAssistant, FakeHit

PUBLIC = [
    name for name, member in inspect.getmembers(Assistant, callable) if not name.startswith("_")
]  # fmt: skip


@pytest.mark.parametrize("name", PUBLIC)
def test_same_parameters(name: str) -> None:
    real = inspect.signature(getattr(Assistant, name)).parameters
    fake = inspect.signature(getattr(FakeAssistant, name)).parameters
    assert list(fake) == list(real)


def test_same_hits() -> None:
    assert [field.name for field in dataclasses.fields(FakeHit)] == [
        field.name for field in dataclasses.fields(SearchResult)
    ]
