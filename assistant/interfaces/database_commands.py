"""`tiaowen database`: state, upgrade and backup of the records."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from assistant.interfaces.chinese_help import ChineseCommand, ChineseGroup
from assistant.interfaces.command_support import JsonOption, legal_text

database_app = typer.Typer(
    name="database",
    cls=ChineseGroup,
    help="记录库：对话、回答、反馈、来电、帐号和密钥存放的地方。",
    no_args_is_help=True,
    options_metavar="[选项]",
    subcommand_metavar="命令 [参数]…",
)
_command = partial(database_app.command, cls=ChineseCommand, options_metavar="[选项]")


@_command("status", help="记录库在哪里、版式是否最新、存了多少；什么也不改。")
def status_command(as_json: JsonOption = False) -> None:
    """Tell the state of the database."""
    from dataclasses import asdict

    from assistant.interfaces.terminal import Terminal, emit_json
    from assistant.records.upkeep import status
    from assistant.settings import load_settings

    found = status(load_settings())
    if as_json:
        emit_json(asdict(found))
        return
    terminal = Terminal()
    terminal.line(f"记录库：{found.kind}，{found.address}")
    terminal.line(f"版式：{_standing(found.revision, found.head)}")
    if found.answers is not None:
        terminal.line(
            f"对话 {found.conversations} 个，回答 {found.answers} 条，占 {found.size / 1024:.0f} KB"
        )
    kept = (
        f"最后一问后 {found.retention_days} 天"
        if found.retention_days
        else "不限（未设 TIAOWEN_RETENTION_DAYS）"
    )
    terminal.line(f"保存期：{kept}")


@_command("upgrade", help="把记录库升级到本程序的版式；启动服务时也会自动升级。")
def upgrade_command() -> None:
    """Run the migrations that are missing."""
    from assistant.interfaces.terminal import Terminal
    from assistant.records.upkeep import upgraded
    from assistant.settings import load_settings

    before, after = upgraded(load_settings())
    done = "已是最新，无需升级" if before == after else f"已从{before or '空库'}升级"
    Terminal().line(f"记录库{done}（版式 {after}）")


@_command("backup", help="把 SQLite 记录库备份到一个新文件；服务可以照常运行。PostgreSQL 请用 pg_dump。")
def backup_command(
    file: Annotated[str, typer.Argument(help="备份到哪个文件；已有的文件不覆盖", metavar="文件")],
) -> None:
    """Copy the database while it is in use."""
    from assistant.interfaces.terminal import Terminal
    from assistant.records.upkeep import back_up
    from assistant.settings import load_settings

    target = Path(legal_text(file))
    size = back_up(load_settings(), target)
    Terminal().line(f"已备份到 {target}（{size / 1024:.0f} KB），内容已核对；其中有用户的话，请妥善保管")


def _standing(revision: str | None, head: str) -> str:
    if revision is None:
        return f"还没有建表，首次使用时建立（{head}）"
    if revision == head:
        return f"{head}，已是最新"
    if revision > head:
        return f"{revision}，比本程序的 {head} 新；请升级程序"
    return f"{revision}，本程序用 {head}；运行 tiaowen database upgrade 或启动服务即会升级"
