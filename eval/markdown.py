"""Tables in Markdown, and figures as a reader of a table wants them."""

from __future__ import annotations

from collections.abc import Sequence


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table: the first column to the left, the others to the right."""
    align = ["---", *["---:"] * (len(heads) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, align, *rows))


def figure(value: float | None) -> str:
    """A measured value with three figures that count (0.0123, 1.23, 12.3, 1,234), a dash for what was not measured."""
    if value is None:
        return "-"
    if value == 0:
        return "0"
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}" if size >= 1 else f"{value:.3g}"


def ratio(value: float | None, anchor: float | None) -> str:
    """`value` in terms of `anchor`, as ×1.23; a dash where one is missing or the anchor is nothing."""
    return "-" if value is None or not anchor else f"×{figure(value / anchor)}"
