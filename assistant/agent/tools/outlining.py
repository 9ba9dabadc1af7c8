"""The work of the outline tool: the headings of a document in order, and how many there are of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from assistant.agent.desk import TurnContext
from assistant.agent.tools.items import Found, quoted_item
from assistant.agent.tools.sentences import RUN_IN, sentences
from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.numbering import write_number
from assistant.errors import InputError

PARTS = (ClauseKind.CHAPTER, ClauseKind.HEADING)
HEADED = (
    *PARTS,
    ClauseKind.SECTION,
    ClauseKind.TASK,
    ClauseKind.POINT,
    ClauseKind.ARTICLE,
    ClauseKind.ITEM,
    ClauseKind.GROUP,
    ClauseKind.FIELD,
)
UNITS = {
    ClauseKind.CHAPTER: "章",
    ClauseKind.ARTICLE: "条",
    ClauseKind.ANNEX: "个附件",
    ClauseKind.BOX: "个专栏",
}


def outline(
    turn: TurnContext, policy: str, root: str | None, kind: str | None, subheaded: bool = False
) -> Found:
    """The headings of a policy, or of the part at `root`, each quoted; counts by kind, of the whole.

    `kind` keeps to one kind of clause, `subheaded` adds the level below. Raises InputError for an unknown policy or kind,
    and where there is no such part.
    """
    library = turn.desk.library
    if policy not in library.policies:
        raise InputError(f"没有编号为「{policy}」的政策；现有：{'、'.join(library.policies)}")
    if kind and kind not in set(ClauseKind):
        raise InputError(f"没有「{kind}」这种条款；可用：{'、'.join(ClauseKind)}")
    top = library.resolve(root, policy) if root else None
    entries = _entries(turn, policy, top, ClauseKind(kind) if kind else None)
    if not entries and not kind:
        raise InputError(f"《{library.policies[policy].title}》没有分部分的标题。")
    rows = [_row(turn, clause, 0) for clause in entries]
    if subheaded:
        rows = [
            row
            for clause in entries
            for row in (
                _row(turn, clause, 0),
                *(_row(turn, one, 1) for one in library.children(clause) if one.kind in HEADED),
            )
        ]
    content = "\n".join(f"[{row['item']['marker']}] {row['item']['quote']}" for row in rows)
    whole = Counter(clause.kind for clause in library.clauses(policy))
    kinds = {clause.kind for clause in entries}
    counts = {one: whole[one] for one in UNITS if whole[one]}
    told = _told(len(entries), kinds, counts, top is not None, ClauseKind(kind) if kind else None)
    return f"{content}\n共{'、'.join(told)}" if entries else "没有。", {
        "title": library.policies[policy].title,
        "told": told,
        "root": _row(turn, top, 0) if top else None,
        "kind": kind,
        "rows": rows,
        "items": [row["item"] for row in rows],
    }


def _told(
    entries: int,
    kinds: set[ClauseKind],
    whole: Mapping[ClauseKind, int],
    within: bool,
    kind: ClauseKind | None,
) -> list[str]:
    """The counts in words: of the headings listed, or of the whole document by kind."""
    if within:
        return [counted(entries, "条" if kinds == {ClauseKind.ARTICLE} else "项")]
    if kind not in (None, ClauseKind.CHAPTER, ClauseKind.ARTICLE):
        return [counted(entries, UNITS[kind])] if kind in UNITS else [counted(entries, "项")]
    parts = [] if whole.get(ClauseKind.CHAPTER) else [counted(entries, "个部分")]
    return parts + [counted(number, UNITS[one]) for one, number in whole.items()]


def counted(number: int, unit: str) -> str:
    """A count as it is written before its noun: 两个附件, 十五条."""
    return f"{'两' if number == 2 else write_number(number)}{unit}"


def _entries(turn: TurnContext, policy: str, top: Clause | None, kind: ClauseKind | None) -> list[Clause]:
    library = turn.desk.library
    if top:
        return [one for one in library.children(top) if one.kind == kind or (not kind and one.kind in HEADED)]
    if kind is ClauseKind.ARTICLE:
        kind = ClauseKind.CHAPTER  # articles are told by the chapters that hold them
    there = list(library.clauses(policy))
    if kind:
        return [one for one in there if one.kind is kind]
    return [one for one in there if not one.parent and one.text and (one.kind in PARTS or _is_headed(one))]


def _is_headed(clause: Clause) -> bool:
    """Whether a paragraph with a name announces what stands under it: 下一步."""
    return clause.kind is ClauseKind.PARAGRAPH and len(clause.children) > 1


def _row(turn: TurnContext, clause: Clause, depth: int) -> dict[str, Any]:
    """A heading as it is quoted, with the first and the last of the articles that stand under it."""
    run_in = RUN_IN.match(clause.text)
    lines = clause.text.split("\n")
    quote = run_in.group() if run_in else lines[-1] if clause.kind is ClauseKind.ANNEX else lines[0]
    if clause.kind in (ClauseKind.ARTICLE, ClauseKind.PARAGRAPH, ClauseKind.ITEM):
        quote = run_in.group() if run_in else next(iter(sentences(clause.text)), clause.text)
    below: Iterable[Clause] = turn.desk.library.children(clause)
    articles = [one.label for one in below if one.kind is ClauseKind.ARTICLE]
    return {"item": quoted_item(turn, clause, quote), "depth": depth, "articles": articles}
