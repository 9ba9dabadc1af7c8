"""`tiaowen model`: try out the chat model that the settings name."""

from __future__ import annotations

from functools import partial

import typer

from assistant.interfaces.chinese_help import ChineseCommand, ChineseGroup
from assistant.interfaces.command_support import JsonOption

model_app = typer.Typer(
    name="model",
    cls=ChineseGroup,
    help="语言模型：试一试设置里选的模型能不能用。",
    no_args_is_help=True,
    options_metavar="[选项]",
    subcommand_metavar="命令 [参数]…",
)
_command = partial(model_app.command, cls=ChineseCommand, options_metavar="[选项]")
NEEDED = ("中文作答", "调用工具")


@model_app.callback()
def model() -> None:
    """A group of commands, however few it has."""


@_command("check", help="真的问模型三次：中文、工具调用、流式输出各能不能用；不能用时退出码为 1。")
def check_command(as_json: JsonOption = False) -> None:
    """Ask the configured model and tell what works."""
    from dataclasses import asdict

    from assistant.agent.models.checking import check_model
    from assistant.interfaces.terminal import Terminal, emit_json
    from assistant.settings import load_settings

    settings = load_settings()
    terminal = Terminal()
    if not settings.external_model:
        if as_json:
            emit_json({"model": settings.model, "abilities": []})
        else:
            terminal.line("现在用的是内置规则（TIAOWEN_MODEL=builtin），不需要模型，也不需要密钥。")
        return
    abilities = check_model(settings)
    if as_json:
        emit_json({"model": settings.model, "abilities": [asdict(one) for one in abilities]})
    else:
        terminal.line(f"模型 {settings.model}，接口 {settings.model_base_url or '提供方的默认地址'}：")
        for one in abilities:
            terminal.line(
                f"- {one.name}：{'可以' if one.works else '不行'}。{one.told}（{one.seconds:.1f} 秒）"
            )
    usable = all(one.works for one in abilities if one.name in NEEDED)
    if not as_json:
        terminal.line(
            "可以用来作答。" if usable else "不能用来作答；请换模型，或改用 TIAOWEN_MODEL=builtin。"
        )
    if not usable:
        raise typer.Exit(1)
