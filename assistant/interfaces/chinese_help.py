"""Typer's help pages and usage errors in Chinese."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

# The common base of every usage error; its home module differs between Typer versions.
UsageError: type[Exception] = typer.BadParameter.__bases__[0]


def _localise_panels() -> None:
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
    rich_utils.OPTIONS_PANEL_TITLE = "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.REQUIRED_LONG_STRING = "[必填]"
    rich_utils.DEFAULT_STRING = "[默认：{}]"


class ChineseCommand(TyperCommand):
    """A command whose help page is Chinese."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """`用法：` in front."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Typer's page with Chinese panel titles."""
        _localise_panels()
        super().format_help(ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """Typer's own option with a Chinese line."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这份说明"
        return option


class ChineseGroup(TyperGroup):
    """A group of commands whose help page is Chinese."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """`用法：` in front."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix="用法：")

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Typer's page with Chinese panel titles."""
        _localise_panels()
        super().format_help(ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """Typer's own option with a Chinese line."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这份说明"
        return option


def usage_sentence(error: Exception) -> str:
    """One Chinese sentence for a usage error: the bad word and the legal form."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "tiaowen"
    hint = f"用法见 {command} --help"
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return f"没有选项 {getattr(error, 'option_name', '')}；{hint}"
    if kind == "NoSuchCommand" or "No such command" in str(error):
        commands = getattr(getattr(context, "command", None), "commands", {})
        return f"没有这个命令；有的命令是 {'、'.join(commands)}；{hint}"
    if kind == "MissingParameter":
        return f"缺少{_parameter_name(error)}；{hint}"
    if kind == "BadOptionUsage":
        return f"选项 {getattr(error, 'option_name', '')} 用得不对，可能缺了它的值；{hint}"
    if kind == "BadParameter":
        return f"{_parameter_name(error)} 的值{_value_of(error)}；{hint}"
    surplus = re.search(r"extra argument.*\((.*)\)", str(error))
    return f"多了参数 {surplus.group(1)}；{hint}" if surplus else f"参数不合法（{error}）；{hint}"


def _parameter_name(error: Exception) -> str:
    parameter = getattr(error, "param", None)
    if parameter is None:
        return "参数"
    if getattr(parameter, "param_type_name", "") == "option":
        return f"选项 {parameter.opts[0]}"
    return f"参数 {getattr(parameter, 'metavar', None) or parameter.name}"


def _value_of(error: Exception) -> str:
    """The refused value, where the error still knows it, and the form of the one number options take."""
    cause = error.__cause__
    if isinstance(cause, ValueError) and hasattr(cause, "errors"):
        return f" {cause.errors()[0]['input']!r} 不合法，应为整数"
    return "不合法"
