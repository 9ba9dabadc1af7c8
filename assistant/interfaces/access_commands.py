"""`tiaowen users` and `tiaowen keys`: who may sign in, and which software may call."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import InputError
from assistant.interfaces.chinese_help import ChineseCommand, ChineseGroup
from assistant.interfaces.command_support import JsonOption, legal_text
from assistant.roles import Role

if TYPE_CHECKING:
    from assistant.accounts import Accounts

_GROUP = {
    "cls": ChineseGroup,
    "no_args_is_help": True,
    "options_metavar": "[选项]",
    "subcommand_metavar": "命令 [参数]…",
}
ROLES = "、".join(f"{role.word}（{role.label}）" for role in Role)
users_app = typer.Typer(name="users", help="帐号：谁可以在网页上登录，是什么身份。", **_GROUP)  # type: ignore[arg-type]
keys_app = typer.Typer(name="keys", help="API 密钥：哪些软件可以调用接口，是什么身份。", **_GROUP)  # type: ignore[arg-type]
_user = partial(users_app.command, cls=ChineseCommand, options_metavar="[选项]")
_key = partial(keys_app.command, cls=ChineseCommand, options_metavar="[选项]")
NameArgument = Annotated[str, typer.Argument(help="用户名", metavar="名字")]
RoleOption = Annotated[str, typer.Option("--role", metavar="角色", help=f"身份：{ROLES}")]


@_user("add", help="建一个帐号；密码在提示后输入，或从标准输入读一行。")
def add_command(name: NameArgument, role: RoleOption = Role.STAFF.word) -> None:
    """Make an account."""
    from assistant.accounts import legal_name

    chosen, legal = Role.named(legal_text(role)), legal_name(legal_text(name))
    with _accounts() as accounts:
        accounts.check_free(legal)
        account = accounts.add(legal, chosen, _password(f"给「{legal}」的密码"))
    print(f"已建帐号「{account.name}」，身份是{account.role.label}。")


@_user("list", help="列出所有帐号。")
def list_command(as_json: JsonOption = False) -> None:
    """Tell who may sign in."""
    from assistant.interfaces.terminal import Terminal, emit_json

    with _accounts() as accounts:
        known = accounts.all()
    if as_json:
        emit_json(
            [
                {
                    "name": account.name,
                    "role": account.role.word,
                    "disabled": account.disabled,
                    "created_at": account.created_at.isoformat(),
                    "changed_at": account.changed_at.isoformat(),
                }
                for account in known
            ]
        )
        return
    terminal = Terminal()
    if not known:
        terminal.line("还没有帐号；建第一个：tiaowen users add 名字 --role admin")
    for account in known:
        standing = "，已停用" if account.disabled else ""
        terminal.line(
            f"{account.name}  {account.role.label}（{account.role.word}）{standing}，{_day(account.created_at)} 建"
        )


@_user("passwd", help="改密码；这个帐号已有的登录随之失效。")
def passwd_command(name: NameArgument) -> None:
    """Change a password."""
    with _accounts() as accounts:
        account = accounts.account(legal_text(name))
        accounts.set_password(account.name, _password(f"给「{account.name}」的新密码"))
    print(f"「{account.name}」的密码已改，原来的登录都已失效。")


@_user("disable", help="停用帐号，已有的登录随之失效；--undo 重新启用。")
def disable_command(
    name: NameArgument, undo: Annotated[bool, typer.Option("--undo", help="重新启用")] = False
) -> None:
    """Disable an account, or let it in again."""
    with _accounts() as accounts:
        account = accounts.account(legal_text(name))
        accounts.set_disabled(account.name, not undo)
    print(f"帐号「{account.name}」{'已重新启用' if undo else '已停用，原来的登录都已失效'}。")


@_user("role", help="改帐号的身份，下一个请求起生效。")
def role_command(
    name: NameArgument, role: Annotated[str, typer.Argument(help=f"身份：{ROLES}", metavar="角色")]
) -> None:
    """Change a role."""
    chosen = Role.named(legal_text(role))
    with _accounts() as accounts:
        account = accounts.account(legal_text(name))
        accounts.set_role(account.name, chosen)
    print(f"「{account.name}」的身份由{account.role.label}改为{chosen.label}。")


@_key("create", help="生成一个密钥；它只在这时显示一次。")
def create_command(
    name: Annotated[str, typer.Argument(help="密钥给谁用，如 门户网站", metavar="用途")],
    role: RoleOption = Role.VISITOR.word,
) -> None:
    """Make a key and show its secret, this once."""
    chosen = Role.named(legal_text(role))
    with _accounts() as accounts:
        key, secret = accounts.create_key(legal_text(name), chosen)
    print(
        f"密钥 {key.id}（{key.name}，{chosen.label}）；下面这一行只显示这一次，请存好，用法是请求头 Authorization: Bearer …",
        file=sys.stderr,
    )
    print(secret)


@_key("list", help="列出密钥：编号、用途、身份、最近一次使用。")
def keys_command(as_json: JsonOption = False) -> None:
    """Tell which keys there are; their secrets are kept nowhere."""
    from assistant.interfaces.terminal import Terminal, emit_json

    with _accounts() as accounts:
        known = accounts.keys()
    if as_json:
        emit_json(
            [
                {
                    "id": key.id,
                    "name": key.name,
                    "role": key.role.word,
                    "created_at": key.created_at.isoformat(),
                    "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
                    "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
                }
                for key in known
            ]
        )
        return
    terminal = Terminal()
    if not known:
        terminal.line("还没有密钥；生成一个：tiaowen keys create 用途 --role staff")
    for key in known:
        used = f"最近用于 {_day(key.last_used_at)}" if key.last_used_at else "还没有用过"
        standing = f"已于 {_day(key.revoked_at)} 停用" if key.revoked_at else used
        terminal.line(
            f"{key.id}  {key.name}  {key.role.label}（{key.role.word}），{_day(key.created_at)} 建，{standing}"
        )


@_key("revoke", help="停用一个密钥，不能恢复。")
def revoke_command(
    key_id: Annotated[str, typer.Argument(help="密钥的编号，见 tiaowen keys list", metavar="编号")],
) -> None:
    """End a key."""
    with _accounts() as accounts:
        key = accounts.revoke_key(legal_text(key_id))
    print(f"密钥 {key.id}（{key.name}）已停用。")


@contextmanager
def _accounts() -> Iterator[Accounts]:
    from assistant.accounts import Accounts
    from assistant.settings import load_settings

    accounts = Accounts(load_settings())
    try:
        yield accounts
    finally:
        accounts.close()


def _password(prompt: str) -> str:
    """A password typed twice, or the first line of a standard input that is no terminal. Never an argument."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        if not line:
            raise InputError(
                "没有读到密码；请在终端里运行，或从标准输入给一行：tiaowen users add 名字 < 密码文件"
            )
        return line.rstrip("\r\n")
    from getpass import getpass

    password = getpass(f"{prompt}：")
    if getpass("再输一次：") != password:
        raise InputError("两次输入的密码不一样；没有改动，请重来")
    return password


def _day(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
