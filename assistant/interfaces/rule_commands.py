"""`tiaowen rules`: hold the rule books against the texts, lock them, print the schema of their format."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import InputError
from assistant.interfaces.chinese_help import ChineseCommand, ChineseGroup

if TYPE_CHECKING:
    from assistant.documents.library import Library
    from assistant.documents.policy import Policy
    from assistant.interfaces.terminal import Terminal
    from assistant.rules.locking import Check, Moved

rules_app = typer.Typer(
    name="rules",
    cls=ChineseGroup,
    help="规则册：核对条款、锁定条款、打印格式说明。",
    no_args_is_help=True,
    options_metavar="[选项]",
    subcommand_metavar="命令 [参数]…",
)
_command = partial(rules_app.command, cls=ChineseCommand, options_metavar="[选项]")
PolicyOption = Annotated[
    str | None, typer.Option("--policy", metavar="政策编号", help="只看这份政策的规则册")
]


@_command("check", help="核对规则册：哪些规则所引的条款或引文有变动，给出前后文字；有变动时退出码为 1。")
def check_command(
    policy: PolicyOption = None, as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False
) -> None:
    """Hold each rule book against its text and its lock file."""
    from dataclasses import asdict

    from assistant.interfaces.terminal import Terminal, emit_json
    from assistant.rules.locking import check_book

    checks = [check_book(file, owner, library) for file, owner, library in _books(policy)]
    if as_json:
        emit_json([{"intact": check.intact, **asdict(check)} for check in checks])
    else:
        terminal = Terminal()
        for check in checks:
            _tell(terminal, check)
    if not all(check.intact for check in checks):
        raise typer.Exit(1)


@_command("lock", help="锁定规则册：记下所引条款现在的文字，供以后核对。")
def lock_command(policy: PolicyOption = None) -> None:
    """Write the lock file of each rule book."""
    from assistant.interfaces.terminal import Terminal
    from assistant.rules.locking import write_lock

    terminal = Terminal()
    for file, owner, library in _books(policy):
        terminal.line(f"已锁定《{owner.title}》的规则册：{write_lock(file, owner, library)}")


@_command("schema", help="打印规则册（rules.yaml）的 JSON Schema，编辑器可据以检查和提示。")
def schema_command() -> None:
    """The schema that ships with the package."""
    from assistant.rules.schema import schema_text

    print(schema_text(), end="")


def _books(policy_id: str | None) -> Iterator[tuple[Path, Policy, Library]]:
    """Each rules.yaml of the corpus with its policy; InputError when the named policy has none."""
    from assistant.documents.library import Library
    from assistant.rules.books import RULES_FILE
    from assistant.settings import load_settings

    corpus = load_settings().corpus
    library = Library.load(corpus)
    files = {id: corpus / id / RULES_FILE for id in library.policies}
    existing = {id: file for id, file in files.items() if file.is_file()}
    if policy_id is not None and policy_id not in existing:
        raise InputError(
            f"--policy 的值「{policy_id}」不合法；有规则册的政策：{'、'.join(existing) or '（无）'}"
        )
    for id, file in existing.items():
        if policy_id in (None, id):
            yield file, library.policies[id], library


def _tell(terminal: Terminal, check: Check) -> None:
    counts = f"{check.rules}条规则、{check.bindings}处引文、{check.clauses}条条款"
    if check.intact:
        terminal.line(f"{check.policy_id}：一致（{counts}）", "green")
        return
    terminal.line(
        f"{check.policy_id}：{len(check.moved)}处引文有变动，另有{len(check.problems)}个问题（共{counts}）",
        "bold red",
    )
    for problem in check.problems:
        terminal.line(f"  {problem}", "red")
    for moved in check.moved:
        terminal.line(f"  {moved.rule}：{moved.label}{moved.state}", "yellow")
        for name, text in _texts(moved):
            terminal.line(f"    {name}：{' '.join(text.split())}")


def _texts(moved: Moved) -> Iterator[tuple[str, str]]:
    """Quote, old and new text, and what changed, as far as there is any."""
    yield "引文", f"“{moved.quote}”"
    for name, text in (("锁定时", moved.old), ("现在", moved.new), ("改动", moved.diff)):
        if text:
            yield name, text
