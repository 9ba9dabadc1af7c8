"""The work of the points tool: what the scoring tables give for items, their sum, the items with the most."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from assistant.agent.desk import TurnContext
from assistant.agent.tools.items import Found
from assistant.errors import InputError
from assistant.quantities import display_number, parse_quantity
from assistant.rules.book import Binding, Criterion, Programme, RuleBook


def points(
    turn: TurnContext,
    policy: str,
    criteria: Sequence[str],
    programmes: Sequence[str],
    together: bool,
    most: bool,
    worth: str | None = None,
    whole: bool = False,
) -> Found:
    """The points of criteria as the tables of the programmes (empty: of all) have them, each with its row's marker.

    `together` adds them up, `most` keeps those of each programme that have the most, `worth` those with so many points;
    `whole` is the row with all points of a table. A veto has no points.
    """
    book = turn.desk.book_of(policy)
    if book is None:
        raise InputError(f"政策「{policy}」没有规则册，没有可查的评分表。")
    unknown = [id for id in criteria if id not in book.criteria]
    if unknown:
        raise InputError(f"没有名为「{'、'.join(unknown)}」的条件；有：{'、'.join(book.criteria)}")
    if strange := [id for id in programmes if id not in book.programmes]:
        raise InputError(f"没有名为「{strange[0]}」的类别；有：{'、'.join(book.programmes)}")
    rows = [
        _row(turn, book, programme, book.criteria[id])
        for programme in book.programmes.values()
        for id in criteria
        if id in programme.criteria and programme.annex and programme.id in (programmes or book.programmes)
    ]
    if whole:
        chosen = [one for one in book.programmes.values() if one.id in programmes]
        rows = [row for one in chosen for row in _total(turn, one)]
    if worth is not None:
        rows = [row for row in rows if row["value"] == parse_quantity(worth, "分")]
    if most:
        rows = _highest(rows)
    scored = [row for row in rows if row["points"] is not None]
    artifact: dict[str, Any] = {
        "policy": policy,
        "rows": rows,
        "most": most,
        "worth": worth,
        "sum": points_sum([(_named(row), row["value"], row["marker"]) for row in scored])
        if together and len(scored) > 1 and len({row["programme"] for row in scored}) == 1
        else None,
        "points": [row["points"] for row in scored],
    }
    content = "\n".join(
        f"[{row['marker']}] {row['label']}：{row['points'] or '否决项，没有分值'}" for row in rows
    )
    return content, artifact


def points_sum(parts: Sequence[tuple[str, Fraction, int | None]]) -> dict[str, Any]:
    """The sum of (item, points, marker) as a computation like a metric's."""
    total = sum((value for _, value, _ in parts), Fraction(0))
    return {
        "metric": "points",
        "label": "分值合计",
        "inputs": {item: f"{display_number(value)}分" for item, value, _ in parts},
        "formula": " + ".join(f"{display_number(value)}分" for _, value, _ in parts),
        "substituted": "",
        "value": str(total),
        "display": f"{display_number(total)}分",
        "limit": None,
        "passed": None,
        "marker": parts[0][2],
    }


def _named(row: dict[str, Any]) -> str:
    return f"{row['label']}（{row['criterion']}）"


def _row(turn: TurnContext, book: RuleBook, programme: Programme, criterion: Criterion) -> dict[str, Any]:
    """A criterion as it stands in the programme's table."""
    binding = _in_table(programme, criterion)
    clause = turn.desk.library.clause(binding.address)
    group = clause
    while (
        group.parent
        and not group.attributes.get("points")
        and f"{book.policy_id}#{group.parent}" != programme.annex
    ):
        group = turn.desk.library.clause(f"{book.policy_id}#{group.parent}")
    return {
        "criterion": criterion.label,
        "programme": programme.label,
        "address": binding.address,
        "label": clause.label,
        "quote": binding.quote,
        "marker": turn.ledger.hand_out(binding.address, binding.quote),
        "group": clause.attributes.get("section", ""),
        "group_marker": turn.ledger.hand_out(group.address, group.text)
        if criterion.points is None and group is not clause and group.text
        else None,
        "value": criterion.points,
        "points": None if criterion.points is None else f"{display_number(criterion.points)}分",
    }


def _total(turn: TurnContext, programme: Programme) -> list[dict[str, Any]]:
    """The row of a programme's table that gives all points."""
    if programme.annex is None:
        return []
    rows = turn.desk.library.children(turn.desk.library.clause(programme.annex))
    points = display_number(programme.total)
    return [
        {
            "criterion": "满分",
            "programme": programme.label,
            "address": row.address,
            "label": row.label,
            "quote": row.text,
            "marker": turn.ledger.hand_out(row.address, row.text),
            "group": "",
            "group_marker": None,
            "value": programme.total,
            "points": f"{points}分",
        }
        for row in rows
        if row.attributes.get("points") == points and "number" not in row.attributes
    ][:1]


def _in_table(programme: Programme, criterion: Criterion) -> Binding:
    """Where the programme's table says what the criterion wants; its own clause where the table does not."""
    inside = (one for one in criterion.bindings if one.address.startswith(f"{programme.annex}/"))
    return next(inside, criterion.bindings[0])


def _highest(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of each programme with the most points."""
    found = []
    for programme in dict.fromkeys(row["programme"] for row in rows):
        own = [row for row in rows if row["programme"] == programme and row["value"] is not None]
        best = max((row["value"] for row in own), default=None)
        found += [row for row in own if row["value"] == best]
    return found
