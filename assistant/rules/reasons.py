"""Why a finding is what it is, as one Chinese sentence; its figures are inputs, results or limits, nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from assistant.rules.book import Limit, RuleBook
from assistant.rules.calendar import DATE_UNIT
from assistant.rules.evaluation import Evaluator
from assistant.rules.expression import Call, Comparison, Logic, Name, Negation, Node, Number, names, walk
from assistant.rules.intervals import Interval
from assistant.rules.solving import Gap, Solver
from assistant.rules.wording import label, named, show, show_apart, show_bounds, shown_name, unit_of

_FAILED = {">=": "低于要求的", ">": "没有超过", "<=": "高于上限", "<": "没有低于"}
_FAILED_DAY = {">=": "早于要求的", ">": "没有晚于", "<=": "晚于要求的", "<": "没有早于"}
_SIGNS = {">=": "≥", "<=": "≤"}


def explain(evaluator: Evaluator, condition: Node) -> str:
    """What each part of a condition comes to."""
    if isinstance(condition, Logic):
        return _explain_parts(evaluator, condition)
    truth = evaluator.truth(condition)
    if isinstance(condition, Call) and isinstance(condition.arguments[0], Name):
        metric = evaluator.book.metrics[condition.arguments[0].id]
        assert metric.limit is not None, "the loader refuses meets() of a metric without a limit"
        return _against(evaluator, condition.arguments[0], metric.limit, truth)
    if isinstance(condition, Comparison) and isinstance(condition.left, Name):
        bound = evaluator.number(condition.right).exact
        if bound is not None:
            unit = unit_of(evaluator.book, condition.left.id)
            sign = _SIGNS.get(condition.operator, condition.operator)
            limit = Limit(condition.operator, bound, sign + show(bound, unit))
            return _against(evaluator, condition.left, limit, truth)
    if isinstance(condition, Negation) and isinstance(condition.operand, Name):
        text = label(evaluator.book, condition.operand.id)
        if truth is None:
            return f"待确认：{text}（应为否）"
        return f"符合：{text}为否" if truth else f"不符合：{text}为是"
    text = label(evaluator.book, condition.id) if isinstance(condition, Name) else named(evaluator, condition)
    if truth is None:
        return f"待确认：{text}"
    return f"{'符合' if truth else '不符合'}：{text}{_deduced(evaluator, condition)}"


def _explain_parts(evaluator: Evaluator, condition: Logic) -> str:
    """What decides: of an or that holds what holds, of an and that fails nothing that is still open; else all parts."""
    parts: Iterable[Node] = condition.parts
    if condition.operator == "or" and evaluator.truth(condition):
        parts = [part for part in condition.parts if evaluator.truth(part)]
    if condition.operator == "and" and evaluator.truth(condition) is False:
        parts = [part for part in condition.parts if evaluator.truth(part) is not None]
    joint = "；" if condition.operator == "and" else "；或者，"
    return joint.join(explain(evaluator, part) for part in parts)


def _deduced(evaluator: Evaluator, condition: Node) -> str:
    """What a yes or no was deduced from, when nobody said it: the dates."""
    if not isinstance(condition, Name) or condition.id in evaluator.facts:
        return ""
    follows = evaluator.book.facts[condition.id].follows
    if follows is None or evaluator.truth(follows) is None:
        return ""
    return f"（{'，'.join(_dates(evaluator, follows))}）"


def _dates(evaluator: Evaluator, follows: Node) -> list[str]:
    """Each date of a condition with its value, and each day that is reached from one."""
    told = [
        f"{label(evaluator.book, name)}为{shown}"
        for name in names(follows)
        if (shown := shown_name(evaluator, name)) is not None
    ]
    for node in walk(follows):
        if isinstance(node, Call) and node.function in ("after", "before"):
            day = show_bounds(evaluator.number(node), DATE_UNIT)
            length = node.arguments[1]
            assert isinstance(length, Number), "the loader wants a literal period"
            told.append(
                f"{'满' if node.function == 'after' else '前溯'}{show(length.value, length.unit)}的日期{day}"
            )
    return [*told, f"判定日为{evaluator.on.isoformat()}"]


def _against(evaluator: Evaluator, name: Name, limit: Limit, truth: bool | None) -> str:
    """A figure beside its limit."""
    what, unit = label(evaluator.book, name.id), unit_of(evaluator.book, name.id)
    bounds = evaluator.number(name)
    if truth is None:
        lacking = "、".join(label(evaluator.book, fact) for fact in evaluator.open_facts(name))
        return f"{what}待定（要求{limit.text}，尚缺{lacking}）"
    if bounds.exact is not None:
        figure = f"{what}为{show_apart(bounds.exact, unit, limit.value)}"
    else:
        figure = f"{what}{show_bounds(bounds, unit) or '尚未确定'}"
    if truth:
        return f"{figure}，符合{limit.text}的要求"
    failed = _FAILED_DAY if unit == DATE_UNIT else _FAILED
    return f"{figure}，{failed.get(limit.operator, '不符合')}{show(limit.value, unit)}"


def explain_impossible(evaluator: Evaluator, condition: Node, missing: str) -> str:
    """Why a condition fails though one fact is missing: what each of its parts would ask of that fact."""
    fact = evaluator.book.facts[missing]
    solver = Solver(evaluator, missing)
    parts = condition.parts if isinstance(condition, Logic) else (condition,)
    demands = []
    least, most = solver.domain.low, solver.domain.high
    for part in parts:
        held = solver.feasible(part)
        if held is None:
            known = show_bounds(solver.domain, fact.unit) if missing in evaluator.facts else None
            return (
                f"无论{fact.label}{known}的哪个数，都达不到要求"
                if known
                else f"无论{fact.label}是多少，都达不到要求"
            )
        bounds = show_bounds(held, fact.unit)
        if held != solver.domain and bounds:
            demands.append(f"{named(evaluator, part)}，要求{fact.label}{bounds}")
            least, most = max(least, held.low), min(most, held.high)
    apart = Interval(most, least)
    if len(demands) < 2 or apart.floor is None or apart.ceiling is None:
        return f"{'；'.join(demands)}；两者不能同时做到"
    difference = show(apart.ceiling - apart.floor, fact.unit)
    return f"{'；'.join(demands)}；两者不能同时做到，相差{difference}"


def explain_gaps(book: RuleBook, gaps: tuple[Gap, ...], capped: frozenset[str]) -> str:
    """What has to move, by how much, one step after the other; `capped` are facts held under an upper limit."""
    sentences: list[str] = []
    for gap in gaps:
        current, target, difference = (
            show(value, gap.unit) for value in (gap.current, gap.target, gap.difference)
        )
        if gap.fact_id in capped and gap.target < gap.current:
            step = f"{gap.label}{current}，上限为{target}，超出上限{difference}"
        elif gap.target < gap.current:
            step = f"{gap.label}须由{current}降到{target}以内，还要减少{difference}"
        elif book.facts[gap.fact_id].adjustable:
            step = f"{gap.label}须由{current}增加到{target}，还差{difference}"
        else:
            step = f"{gap.label}还差{difference}"
        sentences.append(step if not sentences else f"按此调整后，{step}")
    return "；".join(sentences)


def explain_points(low: Fraction, high: Fraction, maximum: Fraction) -> str:
    """得10分（满分20分）, or the bounds."""
    if low == high:
        return f"得{show(low, '分')}（满分{show(maximum, '分')}）"
    return f"得分在{show(low, '分')}至{show(high, '分')}之间（满分{show(maximum, '分')}）"
