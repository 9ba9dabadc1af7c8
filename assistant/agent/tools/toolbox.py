"""The tools a chat model may call. Each answers with text that carries markers, and with the same as plain data.

A tool never raises what a model can cause: an expected failure becomes an artifact with `error` and a Chinese text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain.tools import ToolRuntime
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool, tool
from langgraph.types import Command

from assistant.agent.desk import TurnContext, TurnHandle
from assistant.agent.tools import (
    catalogue,
    clause_reading,
    comparing,
    duties,
    measure,
    outlining,
    quote_check,
    searching,
    table_points,
)
from assistant.errors import TiaowenError
from assistant.telemetry import span

Runtime = ToolRuntime[TurnHandle, Any]
Artifact = dict[str, Any]
COMPUTING = ("assess_programme", "compute_metric", "solve_limit", "look_up_points", "compare_values")


def _reply(runtime: Runtime, name: str, act: Callable[[TurnContext], tuple[str, Artifact]]) -> Command[Any]:
    """Run a tool's work; its message and the facts it understood go into the graph's state."""
    context: TurnContext = runtime.context.turn
    call_id = runtime.tool_call_id or name
    try:
        stage = "rules" if name in COMPUTING else "retrieve"
        with span(f"tool {name}", stage=stage), context.ledger.listening() as markers:
            context.handed_out[call_id] = markers
            content, artifact = act(context)
    except TiaowenError as error:
        content, artifact = f"错误：{error}", {"error": type(error).__name__, "message": str(error)}
        artifact |= {key: value for key in ("fact", "candidates") if (value := getattr(error, key, None))}
    message = ToolMessage(content=content, artifact=artifact, name=name, tool_call_id=call_id)
    return Command(update={"messages": [message], "facts": context.facts})


@tool
def search_clauses(
    query: str,
    runtime: Runtime,
    policies: list[str] | None = None,
    within: str | None = None,
    before: str = "",
    value: str | None = None,
) -> Command[Any]:
    """检索条款：给出与问题最相关的条款原句，每句带引用编号。

    policies 限定政策编号；within 限定在某一条款地址之内；before 是这个问题所接续的上一个问题；value 是所问数值的编号（已知时）。
    """
    return _reply(
        runtime,
        "search_clauses",
        lambda turn: searching.search(turn, query, policies or [], within, before, value),
    )


@tool
def read_clause(reference: str, runtime: Runtime, policy: str | None = None) -> Command[Any]:
    """阅读条款：按地址或人们的写法（第八条第二项、附件3第10项、专栏2）取出条款全文，带引用编号。"""
    return _reply(runtime, "read_clause", lambda turn: clause_reading.read(turn, reference, policy))


@tool
def find_duties(office: str, runtime: Runtime, policies: list[str] | None = None) -> Command[Any]:
    """查单位的任务：责任单位中写有某个单位的各项任务。policies 限定政策编号。"""
    return _reply(runtime, "find_duties", lambda turn: duties.duties(turn, office, policies or []))


@tool
def outline_policy(
    policy: str,
    runtime: Runtime,
    root: str | None = None,
    kind: str | None = None,
    subheaded: bool = False,
) -> Command[Any]:
    """文件的结构：一份文件（或其中 root 那一部分）的各部分标题，按原文顺序，并数出各有几个。

    kind 限定一种（chapter 章、article 条、annex 附件、box 专栏）；subheaded 为真时连下一级标题一起列出。
    """
    return _reply(
        runtime, "outline_policy", lambda turn: outlining.outline(turn, policy, root, kind, subheaded)
    )


@tool
def check_quotation(quotation: str, runtime: Runtime, policies: list[str] | None = None) -> Command[Any]:
    """核对引文：某句话是否为政策原文，出自哪一条；没有时给出最接近的原句。"""
    return _reply(
        runtime, "check_quotation", lambda turn: quote_check.check_quotation(turn, quotation, policies or [])
    )


@tool
def describe_policy(policy: str, runtime: Runtime, query: str = "") -> Command[Any]:
    """政策信息：名称、文号、发文机关、日期、状态和有效期。policy 是政策编号，query 是用户的问题。"""
    return _reply(runtime, "describe_policy", lambda turn: catalogue.describe(turn, policy, query))


@tool
def assess_programme(
    policy: str,
    programme: str,
    runtime: Runtime,
    facts: dict[str, str] | None = None,
    supposed: bool = False,
    stage: str | None = None,
    on: str | None = None,
    alone: bool = False,
    together: bool = False,
) -> Command[Any]:
    """判定企业是否符合某一类别的条件。

    facts 是用户说出的事实（带单位的原话，或“=”开头的算式，如 =baseline_emissions × 40%）；supposed 表示只是假设，不记入对话；stage 只判定到申报、培育或验收阶段为止；on 是打算申报的日期；alone 表示另一家企业，不用对话里记下的事实；together 求已能定分的各项的合计。
    """
    return _reply(
        runtime,
        "assess_programme",
        lambda turn: measure.assess(
            turn, policy, programme, facts or {}, supposed, stage, on, alone, together
        ),
    )


@tool
def compute_metric(
    policy: str,
    metric: str,
    runtime: Runtime,
    facts: dict[str, str] | None = None,
    supposed: bool = False,
    alone: bool = False,
) -> Command[Any]:
    """计算一个指标（如碳削减率、碳抵消占比），由规则引擎精确计算。参数同 assess_programme。"""
    return _reply(
        runtime,
        "compute_metric",
        lambda turn: measure.compute(turn, policy, metric, facts or {}, supposed, alone),
    )


@tool
def solve_limit(
    policy: str,
    criterion: str,
    name: str,
    runtime: Runtime,
    most: bool = False,
    points: str | None = None,
    facts: dict[str, str] | None = None,
    supposed: bool = False,
) -> Command[Any]:
    """反算：要达到某一条件（或某一评分项得到 points 分），某个数最少（most 为真时最多）是多少，由规则引擎精确求解。

    name 是事实或指标的编号；facts、supposed 同 assess_programme。
    """
    return _reply(
        runtime,
        "solve_limit",
        lambda turn: measure.solve(turn, policy, criterion, name, most, points, facts or {}, supposed),
    )


@tool
def look_up_points(
    policy: str,
    criteria: list[str],
    runtime: Runtime,
    programmes: list[str] | None = None,
    together: bool = False,
    most: bool = False,
    worth: str | None = None,
    whole: bool = False,
) -> Command[Any]:
    """查评分表：评价指标在评分表里的分值；否决项没有分值。

    criteria 是条件的编号，programmes 限定类别；together 求合计，most 只给出分值最高的，worth 只给出这么多分的，whole 给出整张表的满分。
    """
    return _reply(
        runtime,
        "look_up_points",
        lambda turn: table_points.points(
            turn, policy, criteria, programmes or [], together, most, worth, whole
        ),
    )


@tool
def compare_values(values: list[str], runtime: Runtime, told: bool = False) -> Command[Any]:
    """列出原文里的几个数，各带出处；正好两个数时由程序精确算出两数之差。

    values 是数值编号（条款地址@序号）；told 为真时只列出，不相减。
    """
    return _reply(runtime, "compare_values", lambda turn: comparing.compare(turn, values, told))


TOOLS: tuple[BaseTool, ...] = (
    search_clauses,
    read_clause,
    find_duties,
    outline_policy,
    check_quotation,
    describe_policy,
    assess_programme,
    compute_metric,
    solve_limit,
    look_up_points,
    compare_values,
)
