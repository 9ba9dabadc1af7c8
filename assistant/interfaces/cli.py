"""The `tiaowen` command. Errors are caught once, in `main`, and become one Chinese line on stderr."""

from __future__ import annotations

import io
import os
import sys
from functools import partial
from types import TracebackType
from typing import Annotated

import typer

from assistant.errors import AddressError, FactError, InputError, QuantityError, SettingsError, TiaowenError
from assistant.interfaces.access_commands import keys_app, users_app
from assistant.interfaces.assessment_commands import COMMANDS
from assistant.interfaces.chinese_help import ChineseCommand, ChineseGroup, UsageError, usage_sentence
from assistant.interfaces.command_support import JsonOption, legal_text, legal_texts, opened, searching
from assistant.interfaces.database_commands import database_app
from assistant.interfaces.mcp_command import mcp_command
from assistant.interfaces.model_commands import model_app
from assistant.interfaces.review_command import verify_command
from assistant.interfaces.rule_commands import rules_app

BAD_INPUT = (InputError, AddressError, FactError, QuantityError, SettingsError)
_SETTINGS = {"help_option_names": ["--help", "-h"]}

app = typer.Typer(
    name="tiaowen",
    cls=ChineseGroup,
    help="条问：依据政策原文回答问题，逐条注明出处，数字由规则引擎精确计算。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    options_metavar="[选项]",
    subcommand_metavar="命令 [参数]…",
    context_settings=_SETTINGS,
)

app.add_typer(rules_app)
app.add_typer(model_app)
app.add_typer(database_app)
app.add_typer(users_app)
app.add_typer(keys_app)
_command = partial(app.command, cls=ChineseCommand, options_metavar="[选项]")


@_command("ask", help="问一句话，或用 --batch 批量回答。")
def ask_command(
    question: Annotated[str | None, typer.Argument(help="问题；- 表示从标准输入读", metavar="[问题]")] = None,
    as_json: JsonOption = False,
    batch: Annotated[
        str | None,
        typer.Option(
            "--batch", metavar="文件", help="JSONL，每行 {id, turns}；- 表示标准输入；每行输出一个 JSON"
        ),
    ] = None,
    conversation: Annotated[
        str | None, typer.Option("--conversation", metavar="编号", help="接着这个对话问")
    ] = None,
) -> None:
    """Answer one question, or a file of conversations."""
    if batch is not None:
        if question is not None or conversation is not None:
            raise InputError("--batch 自带问题和对话，不能再给问题或 --conversation；两种用法选一种")
        _ask_batch(batch)
        return
    if question is None:
        raise InputError(
            '没有问题；用法：tiaowen ask "碳抵消能不能超过一半？"，或 tiaowen ask --batch 文件.jsonl'
        )
    message = _stdin_text() if question == "-" else legal_text(question)
    _ask_one(message, conversation, as_json)


@_command("chat", help="在终端里连续对话。")
def chat_command(
    conversation: Annotated[
        str | None, typer.Option("--conversation", metavar="编号", help="接着这个对话问")
    ] = None,
) -> None:
    """Talk on the terminal."""
    from assistant.interfaces.repl import chat
    from assistant.interfaces.terminal import Terminal

    with opened() as assistant:
        chat(assistant, Terminal(), conversation)


@_command("search", help="按关键词、条款号或文号查条款。")
def search_command(
    query: Annotated[str, typer.Argument(help="关键词、条款号或文号", metavar="查询")],
    limit: Annotated[int, typer.Option("--limit", metavar="条数", help="最多几条，1 到 50")] = 10,
    policy: Annotated[
        list[str] | None,
        typer.Option("--policy", metavar="政策", help="只在这份政策（编号、名称或文号）里查；可给多次"),
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option("--region", metavar="地区", help="只查这个地区的政策，如 福州市；可给多次"),
    ] = None,
    level: Annotated[
        list[str] | None,
        typer.Option("--level", metavar="层级", help="只查这一层级的政策：国家、省级、市级；可给多次"),
    ] = None,
    issuer: Annotated[
        list[str] | None,
        typer.Option("--issuer", metavar="机关", help="只查这个机关（联合）印发的政策；可给多次"),
    ] = None,
    status: Annotated[
        list[str] | None,
        typer.Option(
            "--status", metavar="状态", help="只查这种状态的政策：现行、征求意见稿、已废止、已失效；可给多次"
        ),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="日期", help="只查这一天有效的政策，如 2026-01-31")
    ] = None,
    before: Annotated[
        list[str] | None,
        typer.Option("--before", metavar="问题", help="此前问过的话，按先后可给多次；接着问时用"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Clauses nearest to a query."""
    from assistant.interfaces.hits import findings_json
    from assistant.interfaces.terminal import Terminal, emit_json
    from assistant.retrieval.answerable import UNLIKELY_BELOW
    from assistant.search.conditions import Conditions

    conditions = Conditions(
        legal_texts(policy),
        legal_texts(region),
        legal_texts(level),
        legal_texts(issuer),
        legal_texts(status),
        None if on is None else legal_text(on),
    )
    with searching() as clauses:
        found = clauses.find(legal_text(query), limit, conditions, legal_texts(before))
    if as_json:
        emit_json(findings_json(query, found))
    elif not Terminal().hits(found.results):
        Terminal().line("没有查到相关条款。")
    elif found.answerable < UNLIKELY_BELOW:
        Terminal().line("资料库里可能没有这个问题的答案。")


@_command("clause", help="读一条条款的原文，例如 第八条第二项。")
def clause_command(
    address: Annotated[
        str, typer.Argument(help="条款地址，或人们的写法：第8条、附件3第10项", metavar="地址")
    ],
    as_json: JsonOption = False,
) -> None:
    """Read one clause."""
    from assistant.interfaces.terminal import Terminal, emit_json

    with opened() as assistant:
        view = assistant.clause_view(legal_text(address))
    if as_json:
        emit_json(view)
    else:
        Terminal().clause(view)


for _name, _help, _function in COMMANDS:
    _command(_name, help=_help)(_function)

_command("verify", help="逐句核对一段文字：哪句有出处，哪句与条款不符，哪句查不到。")(verify_command)
_command("mcp", help="以 MCP 提供各种工具（标准输入输出），供桌面客户端使用。")(mcp_command)


@_command("policies", help="列出收录的政策文件。")
def policies_command(as_json: JsonOption = False) -> None:
    """The catalogue."""
    from assistant.interfaces.terminal import Terminal, emit_json

    with opened() as assistant:
        policies = assistant.policies()
    if as_json:
        emit_json(policies)
    else:
        Terminal().policies(policies)


@_command("index", help="建立检索索引；没有变化时什么也不做。")
def index_command(
    force: Annotated[bool, typer.Option("--force", help="即使没有变化也重新建立")] = False,
) -> None:
    """Build the index when it is missing, stale or torn."""
    from assistant.interfaces.index_building import build_index

    print(build_index(force))


@_command("serve", help="启动网页和接口服务。")
def serve_command(
    host: Annotated[str | None, typer.Option("--host", metavar="地址", help="默认只听 127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option("--port", metavar="端口", help="默认 8000；0 由系统选")] = None,
) -> None:
    """Serve the page and the API."""
    from assistant.interfaces.http.server import serve
    from assistant.settings import load_settings

    settings = load_settings()
    serve(settings, settings.host if host is None else host, settings.port if port is None else port)


def main() -> None:
    """Run the command; expected failures end with one line and exit code 2 (bad input) or 1."""
    _speak_utf8()
    try:
        code = app(prog_name="tiaowen", standalone_mode=False)
    except UsageError as error:
        _fail("" if type(error).__name__ == "NoArgsIsHelpError" else usage_sentence(error), 2)
    except TiaowenError as error:
        _fail(str(error), 2 if isinstance(error, BAD_INPUT) else 1)
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except BrokenPipeError:
        # The reader has gone (`| head`): give the interpreter a place to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    finally:
        # Typer puts a hook of its own; this one is for defects, which no clause above catches.
        sys.excepthook = _tell_unexpected
    sys.exit(code if isinstance(code, int) else 0)


def _ask_one(message: str, conversation: str | None, as_json: bool) -> None:
    from assistant.interfaces.repl import ask_with_status
    from assistant.interfaces.terminal import Terminal, emit_json

    with opened() as assistant:
        if as_json:
            answer = assistant.ask(message, conversation)
            emit_json(answer.to_json())
        else:
            terminal = Terminal()
            answer = ask_with_status(assistant, terminal, message, conversation)
            terminal.answer(answer.to_json())
    if answer.status == "failed":
        raise typer.Exit(1)


def _ask_batch(name: str) -> None:
    from assistant.interfaces.batch import open_rows, run_batch
    from assistant.interfaces.terminal import emit_json_line

    with open_rows(name) as lines, opened() as assistant:
        count = run_batch(assistant, lines, emit_json_line)
    if count.failed:
        print(f"共 {count.rows} 行，其中 {count.failed} 行没能回答，原因在各行的 answer 里", file=sys.stderr)


def _stdin_text() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise InputError("标准输入不是 UTF-8 编码；请用 UTF-8 的文字") from error


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _fail(message: str, code: int) -> None:
    if message:
        print(f"错误：{' '.join(message.split())}", file=sys.stderr)
    sys.exit(code)


def _tell_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A defect of the program: one line for a person; the trace only when asked for."""
    if os.environ.get("TIAOWEN_DEBUG"):
        sys.__excepthook__(kind, error, trace)
        return
    print(f"错误：程序内部出错（{kind.__name__}）；设 TIAOWEN_DEBUG=1 再运行一次可看到详情", file=sys.stderr)


if __name__ == "__main__":
    main()
