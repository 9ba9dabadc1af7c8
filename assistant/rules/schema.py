"""The JSON Schema of rules.yaml, for editors; loading.py stays the judge of what is legal."""

from __future__ import annotations

from importlib.resources import files


def schema_text() -> str:
    """The schema as it stands in the package."""
    return files("assistant.rules").joinpath("rules.schema.json").read_text(encoding="utf-8")
