"""What a policy has: the ranges of its chapters, articles, headings, annexes, boxes and items, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.numbering import read_number
from assistant.documents.references import Step, StepKind

_TOP = (ClauseKind.CHAPTER, ClauseKind.ARTICLE, ClauseKind.HEADING, ClauseKind.BOX, ClauseKind.ANNEX)
_KIND_OF = {
    StepKind.CHAPTER: (ClauseKind.CHAPTER,),
    StepKind.ARTICLE: (ClauseKind.ARTICLE,),
    StepKind.HEADING: (ClauseKind.HEADING,),
    StepKind.ANNEX: (ClauseKind.ANNEX,),
    StepKind.BOX: (ClauseKind.BOX,),
    StepKind.SECTION: (ClauseKind.SECTION, ClauseKind.ITEM),
    StepKind.ITEM: (ClauseKind.SECTION, ClauseKind.ITEM),
}
_PARTS = tuple(kind for kind in ClauseKind if kind not in (*_TOP, ClauseKind.NOTE, ClauseKind.FIELD))
_SHOWN_NAMES = 12


class Inventory:
    """The clauses of one policy, counted and named."""

    def __init__(self, clauses: Mapping[str, Clause]) -> None:
        self._clauses = clauses

    def same_kind(self, step: Step) -> str:
        """`有第一条至第十五条`, or nothing when the policy has none of that kind."""
        kinds = _KIND_OF.get(step.kind, ())
        there = [clause for clause in self._clauses.values() if clause.kind in kinds]
        if step.kind is StepKind.HEADING:
            there = [clause for clause in there if "/" not in clause.path]
        if step.kind in (StepKind.SECTION, StepKind.ITEM):
            numbers = [_number(clause) for clause in there]
            if len(set(numbers)) != len(numbers):
                return "各部分分别从（一）编号，请写明上一级" if there else ""
        return f"有{_ranges(there)}" if there else ""

    def like(self, step: Step | None) -> str:
        """The range of that kind, or else how the policy is divided."""
        told = self.same_kind(step) if step is not None else ""
        if told:
            return told
        top = [self._range_of(kind) for kind in _TOP]
        near = self.near(step) if step is not None else None
        hint = f"，要找的也许是{near.label}" if near else ""
        return f"有{'，'.join(part for part in top if part)}{hint}"

    def near(self, step: Step) -> Clause | None:
        """The one section with the number of an article, in a policy without articles: （十四） for 第十四条."""
        articles = any(clause.kind is ClauseKind.ARTICLE for clause in self._clauses.values())
        if articles or step.kind is not StepKind.ARTICLE:
            return None
        number = f"（{step.shown[1:-1]}）"
        near = [clause for clause in self._clauses.values() if clause.label.endswith(number)]
        return near[0] if len(near) == 1 else None

    def _range_of(self, kind: ClauseKind) -> str:
        there = [
            clause for clause in self._clauses.values() if clause.kind is kind and "/" not in clause.path
        ]
        return _ranges(there) if there else ""

    def below(self, clause: Clause, kind: StepKind) -> str:
        """What stands under a clause: `有第1项至第10项、第12项至第21项（原文编号跳过11）`."""
        if kind is StepKind.NAME:
            return self._names_below(clause)
        there = list(self._numbered_below(clause))
        if not there:
            return "该条款下不再分项"
        return f"有{_ranges(there)}{_skipped(there)}"

    def _names_below(self, clause: Clause) -> str:
        names: list[str] = []
        pending = list(clause.children)
        while pending:
            child = self._clauses[pending.pop(0)]
            names.append(child.path.rsplit("/", 1)[-1])
            pending.extend(child.children)
        if not names:
            return "该条款下不再分项"
        return f"有{'、'.join(names[:_SHOWN_NAMES])}{'等' if len(names) > _SHOWN_NAMES else ''}"

    def _numbered_below(self, clause: Clause) -> Iterable[Clause]:
        level = [self._clauses[path] for path in clause.children]
        while level:
            there = [child for child in level if child.kind in _PARTS and _number(child) is not None]
            if there:
                groups = [child for child in level if child not in there and child.children]
                deeper = [self._clauses[path] for group in groups for path in group.children]
                return [*there, *(child for child in deeper if child.kind is there[0].kind)]
            level = [self._clauses[path] for child in level for path in child.children]
        return []


def _number(clause: Clause) -> int | None:
    name = clause.path.rsplit("/", 1)[-1]
    for left, right in (
        ("第", "条"),
        ("第", "章"),
        ("（", "）"),
        ("附件", ""),
        ("专栏", ""),
        ("段", ""),
        ("", "是"),
        ("", ""),
    ):
        if name.startswith(left) and name.endswith(right):
            number = read_number(name[len(left) : len(name) - len(right)])
            if number is not None:
                return number
    return None


def _ranges(clauses: Sequence[Clause]) -> str:
    """`第一条至第十五条`; a gap in the numbering parts the range."""
    runs: list[list[Clause]] = []
    for clause in clauses:
        number, last = _number(clause), _number(runs[-1][-1]) if runs else None
        if last is not None and number == last + 1:
            runs[-1].append(clause)
        else:
            runs.append([clause])
    names: list[str] = []
    for run in runs:
        shown = [_name(clause) for clause in run]
        names.extend([f"{shown[0]}至{shown[-1]}"] if len(run) > 2 else shown)
    return "、".join(names)


def _name(clause: Clause) -> str:
    name = clause.path.rsplit("/", 1)[-1]
    if clause.kind is ClauseKind.HEADING:
        return f"第{name}部分"
    if name.isdigit() and clause.kind is not ClauseKind.TASK:
        return f"第{name}{'行' if clause.kind is ClauseKind.SUBROW else '项'}"
    return name


def _skipped(clauses: Sequence[Clause]) -> str:
    numbers = {number for clause in clauses if (number := _number(clause)) is not None}
    missing = [str(n) for n in range(min(numbers), max(numbers)) if n not in numbers]
    return f"（原文编号跳过{'、'.join(missing)}）" if missing else ""
