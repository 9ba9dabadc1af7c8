"""What people read on a terminal; piped output holds the same words, without colours and without wrapping."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from assistant.search.clause_search import SearchResult

IN_FORCE = "现行"
STATUS_STYLES = {"符合": "bold green", "不符合": "bold red", "待补充": "bold yellow"}
_EXCERPT = 120


class Terminal:
    """Prints answers, clauses, hits and catalogues to stdout."""

    def __init__(self) -> None:
        from rich.console import Console

        self.console: Console = Console(highlight=False, markup=False, emoji=False)

    @property
    def interactive(self) -> bool:
        """Whether a person is watching stdout."""
        return self.console.is_terminal

    def line(self, text: str = "", style: str | None = None) -> None:
        """One line; never wrapped when piped."""
        self.console.print(text, style=style, soft_wrap=not self.interactive)

    def answer(self, answer: Mapping[str, Any]) -> None:
        """An Answer's JSON form as text."""
        self.verdict(answer.get("verdict"))
        self._markdown(str(answer["answer"]))
        self._calculations(answer["calculations"])
        self._missing(answer["missing"])
        for warning in (warning for warning in answer["warnings"] if warning not in answer["answer"]):
            self.line(f"注意：{warning}", "yellow")
        self._citations(answer["citations"])

    def assessment(self, result: Mapping[str, Any]) -> None:
        """The parts of an assessment: verdict with each finding, figures, what is missing, clauses."""
        self.verdict(result.get("verdict"))
        for finding in (result.get("verdict") or {}).get("findings", ()):
            marker = f" [{finding['citation']}]" if finding.get("citation") else ""
            status = finding["status"]
            reason = f"——{finding['reason']}" if finding.get("reason") else ""
            self.line(f"  {status}  {finding['criterion']}{reason}{marker}", STATUS_STYLES.get(status))
        self._calculations(result.get("calculations", ()))
        self._missing(result.get("missing", ()))
        for note in (*result.get("warnings", ()), *result.get("notes", ())):
            self.line(f"注意：{note if isinstance(note, str) else note.get('text', note)}", "yellow")
        self._citations(result.get("citations", ()))

    def lines(self, lines: Iterable[tuple[str, str | None]], citations: Iterable[Mapping[str, Any]]) -> None:
        """Lines with their styles, then the clauses they cite."""
        for text, style in lines:
            self.line(text, style)
        self._citations(citations)

    def trace(self, trace: Mapping[str, Any], table: bool = False) -> None:
        """A trace as numbered sentences, or as a Markdown table."""
        from assistant.rules.trace_writing import trace_prose, trace_table

        for line in (trace_table(trace) if table else trace_prose(trace)).splitlines():
            self.line(line)

    def verdict(self, verdict: Mapping[str, Any] | None) -> None:
        """One banner line."""
        if not verdict:
            return
        status = verdict["status"]
        self.line(f"{verdict['programme']}：{status}{_score(verdict)}", STATUS_STYLES.get(status))
        if verdict.get("validity"):
            self.line(str(verdict["validity"]), "bold yellow")

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table: drawn for a person, one tabbed line a row when piped."""
        if not self.interactive:
            for row in (columns, *rows):
                print("\t".join(" ".join(cell.split()) for cell in row))  # the console would expand the tabs
            return
        from rich.table import Table

        table = Table(*columns)
        for row in rows:
            table.add_row(
                *row, style=next((STATUS_STYLES[cell] for cell in row if cell in STATUS_STYLES), None)
            )
        self.console.print(table)

    def hits(self, results: Iterable[SearchResult]) -> int:
        """Search results with their addresses; how many there were."""
        count = 0
        for count, hit in enumerate(results, start=1):
            badge = _badge(hit.policy_status)
            self.line(f"{count}. {hit.title}{badge} {hit.clause.label}", "bold")
            self.line(f"   {hit.clause.address}", "cyan")
            self.line(f"   {_excerpt(hit.clause.text)}")
        return count

    def clause(self, view: Mapping[str, Any]) -> None:
        """A clause with its policy, heading path, text and place in the stored file."""
        policy = view["policy"]
        self.line(f"{policy['title']}{_badge(policy['status'])} {view['label']}", "bold")
        self.line(str(view["address"]), "cyan")
        if view["heading_path"]:
            self.line(" › ".join(view["heading_path"]), "dim")
        self.line()
        self.line(str(view["text"]))
        spans = [f"{span['start']}–{span['end']}" for item in view["standings"] for span in item["spans"]]
        if spans:
            self.line()
            self.line(f"存档文本中的字符位置：{'、'.join(spans)}", "dim")

    def policies(self, policies: Iterable[Mapping[str, Any]]) -> None:
        """The catalogue."""
        for policy in policies:
            self.line(f"{policy['title']}（{policy['status']}）", "bold")
            about = [policy["id"], policy.get("number"), policy.get("issuer"), policy.get("published")]
            self.line("   " + " · ".join(str(part) for part in about if part), "cyan")

    def _markdown(self, text: str) -> None:
        if self.interactive:
            from rich.markdown import Markdown

            from assistant.interfaces.answer_parser import answer_parser

            page = Markdown("")
            page.parsed = answer_parser().parse(text)
            self.console.print(page)
        else:
            self.line(text)

    def _calculations(self, calculations: Iterable[Mapping[str, Any]]) -> None:
        for item in calculations:
            passed = {True: "达到", False: "未达到"}.get(item.get("passed"), "")  # type: ignore[arg-type]
            limit = f"，要求 {item['limit']}" if item.get("limit") else ""
            marker = f" [{item['citation']}]" if item.get("citation") else ""
            tail = f"，{passed}" if passed else ""
            self.line(f"测算  {item['label']}：{item['formula']} → {item['display']}{limit}{tail}{marker}")
            if item.get("inputs"):
                self.line(
                    "      " + "；".join(f"{name} {value}" for name, value in item["inputs"].items()), "dim"
                )

    def _missing(self, missing: Iterable[Mapping[str, Any]]) -> None:
        for item in missing:
            self.line(f"还需要  {item['question']}", "yellow")

    def _citations(self, citations: Iterable[Mapping[str, Any]]) -> None:
        for item in citations:
            badge = _badge(item["policy_status"])
            self.line(f"[{item['marker']}] {item['title']}{badge} {item['label']}  {item['address']}", "cyan")
            self.line(f"    “{' '.join(item['quote'].split())}”", "dim")


def emit_json(value: object) -> None:
    """One JSON value on stdout: indented for a person, one line when piped; flushed at once."""
    text = json.dumps(value, ensure_ascii=False, indent=2 if sys.stdout.isatty() else None)
    print(text, flush=True)


def emit_json_line(value: object) -> None:
    """One JSON value on one line, flushed at once."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def _score(verdict: Mapping[str, Any]) -> str:
    score = verdict.get("score")
    if not score:
        return ""
    low, high = score["low"], score["high"]
    return f"（得分 {low if low == high else f'{low}–{high}'}，满分 {score['max']}）"


def _badge(status: str) -> str:
    return f"【{status}】" if status and status != IN_FORCE else ""


def _excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _EXCERPT else flat[:_EXCERPT] + "…"
