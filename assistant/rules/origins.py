"""Where the value of a fact comes from, as a trace tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

SAID, FORM, FILE = "用户的话", "表单", "文件"  # of a given fact
SOLVED = "反算"  # of a figure that was sought: its words say for what
GIVEN, DEDUCED, UNKNOWN = "直接给出", "推算", "未提供"  # told by the trace itself


@dataclass(frozen=True, slots=True)
class Origin:
    """The words a value was read from, and where they stood.

    `source` is SAID, FORM, FILE or SOLVED; `turn` is the turn of the conversation, counted from 1; `place` names the field, or
    file, sheet, row and column.
    """

    source: str
    words: str
    turn: int | None = None
    place: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain types; what is not known is left out."""
        return {key: value for key, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Origin:
        """Inverse of `to_json`."""
        return cls(**data)


def field_origins(source: str, facts: Mapping[str, object], prefix: str = "") -> dict[str, Origin]:
    """Origins of facts that were filled in, by field: each with what stands there."""
    shown: dict[object, str] = {True: "是", False: "否"}
    return {
        name: Origin(source, shown[value] if isinstance(value, bool) else str(value), place=f"{prefix}{name}")
        for name, value in facts.items()
    }


def show_origin(origin: Mapping[str, Any]) -> str:
    """第2轮说“去年排了4万吨”; 表单“report_emissions”填“4万吨”; 由…推算; 未提供."""
    source, words = origin["source"], origin.get("words")
    if source == DEDUCED:
        return f"推算：{origin['rule']}"
    if words is None:
        return str(source)
    if source == SOLVED:
        return f"反算：{words}"
    if source == SAID:
        return f"第{origin['turn']}轮说“{words}”" if "turn" in origin else f"用户说“{words}”"
    return f"{source}“{origin['place']}”填“{words}”" if "place" in origin else f"{source}填“{words}”"
