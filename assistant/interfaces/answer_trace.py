"""`tiaowen trace`: how a stored answer came about, and whether it still comes about so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.errors import InputError
from assistant.interfaces.terminal import Terminal, emit_json

if TYPE_CHECKING:
    from assistant.service import Assistant


def tell_trace(assistant: Assistant, answer_id: str, table: bool, as_json: bool) -> None:
    """Print a stored answer's trace. InputError when it has none."""
    found = assistant.answer_record(answer_id, anyones=True)["trace"]
    if found is None:
        raise InputError(f"回答「{answer_id}」没有判定也没有测算，所以没有推导")
    if as_json:
        emit_json(found)
    else:
        Terminal().trace(found, table)


def tell_replay(assistant: Assistant, answer_id: str, as_json: bool) -> bool:
    """Print what making a stored answer again gives; whether it is the same."""
    again = assistant.replay(answer_id, anyones=True)
    if as_json:
        emit_json(again)
        return bool(again["same"])
    terminal = Terminal()
    for changed in again["versions"]:
        terminal.line(f"当时与现在的{changed['label']}不是同一版本")
    if again["same"]:
        what = "规则、条款、数字和结论都与当时相同" if again["trace"] else "回答与当时逐字相同"
        terminal.line(f"重算一致：{what}", "green")
    for difference in again["differences"]:
        terminal.line(f"不同：{difference}", "yellow")
    return bool(again["same"])
