"""The `tiaowen` command. Errors are caught once, in `main`, and become one Chinese line on stderr."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import AddressError, FactError, InputError, QuantityError, SettingsError, TiaowenError
from assistant.interfaces.chinese_help import ChineseCommand, ChineseGroup, UsageError, usage_sentence
from assistant.interfaces.rule_commands import rules_app

if TYPE_CHECKING:
    from assistant.service import Assistant

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

JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]
app.add_typer(rules_app)
_command = partial(app.command, cls=ChineseCommand, options_metavar="[选项]")


@contextmanager
def opened() -> Iterator[Assistant]:
    """The assistant with settings from the environment; a missing index is built, with progress on stderr."""
    from assistant.interfaces.progress import progress_for
    from assistant.service import Assistant
    from assistant.settings import load_settings

    assistant = Assistant.open(load_settings(), progress_for())
    try:
        yield assistant
    finally:
        assistant.close()


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
    message = _stdin_text() if question == "-" else _legal_text(question)
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
        str | None, typer.Option("--policy", metavar="政策编号", help="只在这份政策里查")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Clauses nearest to a query."""
    from assistant.interfaces.hits import hit_json
    from assistant.interfaces.terminal import Terminal, emit_json

    with opened() as assistant:
        results = assistant.search(_legal_text(query), limit, policy)
    if as_json:
        emit_json([hit_json(hit) for hit in results])
    elif not Terminal().hits(results):
        Terminal().line("没有查到相关条款。")


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
        view = assistant.clause_view(_legal_text(address))
    if as_json:
        emit_json(view)
    else:
        Terminal().clause(view)


@_command("assess", help="按规则册判定一份事实表；也可以导出文件、取填报模板、批量判定多家企业。")
def assess_command(
    facts: Annotated[
        str | None,
        typer.Argument(help="事实表：YAML、JSON 或填好的模板 xlsx；- 表示标准输入", metavar="[文件]"),
    ] = None,
    as_json: JsonOption = False,
    xlsx: Annotated[
        str | None, typer.Option("--xlsx", metavar="文件", help="另存为自评价工作簿（含活公式）")
    ] = None,
    docx: Annotated[str | None, typer.Option("--docx", metavar="文件", help="另存为填好的申报书")] = None,
    markdown: Annotated[str | None, typer.Option("--md", metavar="文件", help="另存为 Markdown")] = None,
    json_file: Annotated[
        str | None, typer.Option("--json-file", metavar="文件", help="另存为 JSON 文件")
    ] = None,
    template: Annotated[
        str | None, typer.Option("--template", metavar="文件", help="写出空白的填报模板 xlsx，一行一家企业")
    ] = None,
    programme: Annotated[
        str | None,
        typer.Option("--programme", metavar="类别", help="模板只含这一类别；批量时，没写类别的行按它判定"),
    ] = None,
    policy: Annotated[
        str | None,
        typer.Option("--policy", metavar="政策编号", help="模板用这份政策的规则册；只有一份有规则册时不用给"),
    ] = None,
    trace: Annotated[
        bool, typer.Option("--trace", help="附推导：每一步的规则、输入和来源、算式、条款")
    ] = False,
) -> None:
    """Assess an applicant's facts, or those of several."""
    from assistant.interfaces.assessing import Outputs, assess_file, write_template

    outputs = Outputs({"xlsx": xlsx, "docx": docx, "md": markdown, "json": json_file}, as_json, trace)
    if template is not None:
        if facts is not None or as_json or outputs.files:
            raise InputError("--template 只写出空白模板，不能再给事实表或导出文件；两种用法选一种")
        with opened() as assistant:
            write_template(assistant, template, programme, policy)
        return
    if facts is None:
        raise InputError("没有事实表；用法：tiaowen assess 文件.yaml，或 tiaowen assess --template 文件.xlsx")
    if not assess_file(opened, facts, programme, outputs):
        raise typer.Exit(1)


@_command("trace", help="读一条已存回答的推导：结论或数字是怎样一步步得出的。")
def trace_command(
    answer_id: Annotated[str, typer.Argument(help="回答的编号（id）", metavar="编号")],
    table: Annotated[bool, typer.Option("--table", help="输出成表格（Markdown），不是句子")] = False,
    as_json: JsonOption = False,
    again: Annotated[
        bool, typer.Option("--replay", help="按现在的规则册重算一遍，说出与当时不同之处；有不同时退出码为 1")
    ] = False,
) -> None:
    """How a stored answer's verdict or figures came about."""
    from assistant.interfaces.answer_trace import tell_replay, tell_trace

    with opened() as assistant:
        if not again:
            tell_trace(assistant, _legal_text(answer_id), table, as_json)
        elif not tell_replay(assistant, _legal_text(answer_id), as_json):
            raise typer.Exit(1)


@_command("gap", help="还差多少：每个可以调整的数字须到多少，或者为什么达不到。")
def gap_command(
    facts: Annotated[str, typer.Argument(help="事实表；- 表示标准输入", metavar="文件")],
    as_json: JsonOption = False,
) -> None:
    """What each criterion would still take."""
    from assistant.interfaces.intake.facts_file import read_facts_file
    from assistant.interfaces.outlook_text import outlook_lines
    from assistant.interfaces.terminal import Terminal, emit_json

    request = read_facts_file(facts)
    with opened() as assistant:
        result = assistant.explore(request)
    if as_json:
        emit_json(result)
    else:
        Terminal().lines(outlook_lines(result), result["citations"])


@_command("compare", help="比较两份事实表：哪些不同，结论和得分怎样变。")
def compare_command(
    first: Annotated[str, typer.Argument(help="第一种情形的事实表", metavar="文件A")],
    second: Annotated[str, typer.Argument(help="第二种情形的事实表", metavar="文件B")],
    as_json: JsonOption = False,
) -> None:
    """Two scenarios side by side."""
    from assistant.interfaces.intake.facts_file import read_scenarios
    from assistant.interfaces.outlook_text import comparison_lines
    from assistant.interfaces.terminal import Terminal, emit_json

    request = read_scenarios(first, second)
    with opened() as assistant:
        result = assistant.compare(request)
    if as_json:
        emit_json(result)
    else:
        Terminal().lines(comparison_lines(result), result["citations"])


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


def _legal_text(text: str) -> str:
    """Refuse bytes of the command line that are not UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"参数第 {error.start + 1} 个字符不是合法的 UTF-8 文字") from error
    return text


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
