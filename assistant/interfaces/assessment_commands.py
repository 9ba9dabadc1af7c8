"""`tiaowen assess`, `trace`, `gap` and `compare`: what asks the rule engine from the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.errors import InputError
from assistant.interfaces.command_support import JsonOption, legal_text, opened


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
            tell_trace(assistant, legal_text(answer_id), table, as_json)
        elif not tell_replay(assistant, legal_text(answer_id), as_json):
            raise typer.Exit(1)


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


COMMANDS = (
    ("assess", "按规则册判定一份事实表；也可以导出文件、取填报模板、批量判定多家企业。", assess_command),
    ("trace", "读一条已存回答的推导：结论或数字是怎样一步步得出的。", trace_command),
    ("gap", "还差多少：每个可以调整的数字须到多少，或者为什么达不到。", gap_command),
    ("compare", "比较两份事实表：哪些不同，结论和得分怎样变。", compare_command),
)
