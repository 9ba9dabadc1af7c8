"""Clauses beside the one under discussion: the next step, the one whose heading is named, the same row or field elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import zip_longest

from assistant.agent.understanding.programmes import programmes_named
from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.rules.book import Programme, RuleBook

_ASKED_OF_IT = r"[呢是讲写说怎么什内容做要的一下看该轮到干啥办又还有咋弄去哪走？?。，]*$"
RELATIVE = re.compile(
    rf"^(?:那|请|看|念|再|往|它|其|这|该|的|紧?挨着|紧接着)*(?P<way>下|后|上|前)(?:面|边|头)?的?[那这]?一?(?:步|个?环节|个?阶段|道|条|款|项|点|个){_ASKED_OF_IT}"
)
ONWARD = re.compile(
    rf"^(?:那|嗯|哦)*(?:接下来|接下去|接着|之后|往后|往下|后面|后续|再往后|再往下|然后|下来|完了|过了以后|过了之后|这步(?:完|过)了?|(?:这[步个项])?[办做弄走过审搞报交](?:完|好|过)?了?(?:以后|之后|后)?(?<=[完好过了后])){_ASKED_OF_IT}"
)
DONE = r"(?:都|也|已经?|刚|刚刚)?(?:通过|做|弄|走|办|搞|结束|过|完|满|期满)?(?:完|结束|满|过)?(?:了|以后|之后|后|的话|完|过|掉)"
ASKS_ON = re.compile(r"接下|下一|下面|然后|之后|以后|[呢吗么]|什么|啥|干|怎|咋|哪|谁")
PROCEDURE = re.compile(r"(?:认定|申报)?(?:程序|流程|步骤|环节|手续)")
ANNOUNCED = re.compile(r"^（?[一二三四五六七八九十\d]+[）.、]\s*(?P<head>[一-鿿]{2,8})。")
HEAD = re.compile(r"^[^。；：\n]*")
ROWS = (ClauseKind.ROW, ClauseKind.SUBROW)
SAME_ELSEWHERE = 0.6  # share of a requirement's pairs that the clause with the same one has
PAIRS_SPOKEN = 3
SAME_ROW = 0.6  # share of a row's words that its counterpart in another table has
SAME_FIELD = 0.3  # the same of a form's field, with its instructions


def moved_by(message: str) -> int:
    """How far a message that says nothing else moves on in a list: 1 for 下一步, -1 for 上一条, 0 where it does not."""
    if ONWARD.match(message.strip()):
        return 1
    found = RELATIVE.match(message.strip())
    if not found:
        return 0
    return 1 if found["way"] in "下后" else -1


def procedure(library: Library, books: Mapping[str, RuleBook], policy: str, programme: str) -> Clause | None:
    """The clause whose items are the steps of a programme: its lead names the programme and speaks of a procedure."""
    for clause in library.clauses(policy):
        if len(clause.children) < 2 or not PROCEDURE.search(clause.text):
            continue
        if [one.id for one in programmes_named(books, clause.text)] == [programme]:
            return clause
    return None


def step_over(library: Library, root: Clause, message: str) -> str | None:
    """The step that a message says is over (复审过了, 培育完了呢); the one after it where it asks what comes then."""
    steps = library.children(root)
    for step, following in zip_longest(steps, steps[1:]):
        announced = ANNOUNCED.match(step.text)
        if announced and re.search(
            rf"{announced['head']}(?:期|阶段|环节|这步|那步)?[^，。？?没未不]{{0,3}}?(?<!不){DONE}", message
        ):
            return following.address if following and ASKS_ON.search(message) else step.address
    return None


def step(library: Library, address: str, number: int) -> str | None:
    """The number-th child of the clause or of its parent; -1 is the last one."""
    clause = library.clause(address)
    if not clause.children and clause.parent:
        clause = library.clause(f"{clause.policy_id}#{clause.parent}")
    children = library.children(clause)
    if not children or number > len(children):
        return None
    return children[number - 1 if number > 0 else number].address


def beside(library: Library, address: str, steps: int) -> str | None:
    """The clause so many places on among its siblings; None beyond either end."""
    clause = library.clause(address)
    siblings = _siblings(library, clause)
    at = next((number for number, one in enumerate(siblings) if one.address == clause.address), None)
    if at is None or not 0 <= at + steps < len(siblings):
        return None
    return siblings[at + steps].address


def same_elsewhere(library: Library, address: str, spoken: str, to_body: bool) -> tuple[str, ...]:
    """The clauses of the body, or the rows of the annexes, that ask the same as the clause at `address`, the first two.

    Where `spoken` names part of what the clause asks (不属于失信被执行人), it is that part which is looked for.
    """
    clause = library.clause(address)
    own = _pairs(clause)
    asked = {pair for pair in own if pair in spoken}
    wanted = asked if len(asked) >= PAIRS_SPOKEN else own
    kinds = (ClauseKind.ITEM, ClauseKind.ARTICLE, ClauseKind.PARAGRAPH) if to_body else ROWS
    shares = [
        (len(wanted & _pairs(one)) / len(wanted or {""}), len(own & _pairs(one)) / len(own or {""}), one)
        for one in library.clauses(clause.policy_id)
        if one.kind in kinds
    ]
    best = max(shares, key=lambda found: found[:2], default=None)
    if best is None or best[0] < SAME_ELSEWHERE:
        return ()
    return tuple(one.address for *share, one in shares if tuple(share) >= best[:2])[:2]


def table_of(library: Library, address: str) -> str | None:
    """The table whose row stands at `address`; None for a clause that is no row."""
    clause = library.clause(address)
    return f"{clause.policy_id}#{clause.path.split('/')[0]}" if clause.kind in ROWS else None


def named_beside(library: Library, address: str, words: str) -> str | None:
    """The one clause near `address` (its own parts, its siblings, its parent's) whose heading has the words, else whose text has."""
    clause = library.clause(address)
    parent = _parent(library, clause)
    circles = [library.children(clause), _siblings(library, clause)]
    circles += [_siblings(library, parent)] if parent else []
    for told in (_head, _text):
        for circle in circles:
            named = [one for one in circle if words in told(one)]
            if len(named) == 1:
                return None if named[0].address == address else named[0].address
            if named and clause in named:
                return None  # it stands where one is already
    form = f"{clause.address.split('/')[0]}/"
    fields = [
        one
        for one in library.clauses(clause.policy_id)
        if one.kind is ClauseKind.FIELD and one.address.startswith(form)
    ]
    spoken = [one for one in fields if within(words, one.attributes.get("field", ""))]
    return spoken[0].address if len(spoken) == 1 and spoken[0].address != address else None


def within(short: str, name: str) -> bool:
    """Whether a name has all characters of a shorter form of it, in their order: 建设成效 of 零碳建设主要成效."""
    rest = iter(name)
    return len(short) > 1 and all(sign in rest for sign in short)


def counterpart(library: Library, address: str, programme: Programme) -> str | None:
    """The row of another programme's table, or the field of its form, that asks the same as the one at `address`."""
    clause = library.clause(address)
    field = clause.kind is ClauseKind.FIELD
    if not field and clause.kind not in ROWS:
        return None
    root, enough = (programme.form, SAME_FIELD) if field else (programme.annex, SAME_ROW)
    if root is None or address.startswith(f"{root}/"):
        return None
    others = [one for one in library.clauses(clause.policy_id) if one.address.startswith(f"{root}/")]
    shares = [
        (_likeness(clause, one), one)
        for one in others
        if (one.kind is ClauseKind.FIELD if field else one.kind in ROWS)
    ]
    best = max(shares, key=lambda item: item[0], default=None)
    return best[1].address if best and best[0] >= enough else None


def rows_named(library: Library, annex: str, words: str) -> tuple[str, ...]:
    """The rows of a table whose indicator stands in the words; an indicator of several rows is not one of them."""
    rows = [
        one
        for one in library.clauses(annex.partition("#")[0])
        if one.kind is ClauseKind.ROW and one.address.startswith(f"{annex}/")
    ]
    indicators = [one.attributes.get("indicator", "") for one in rows]
    return tuple(
        row.address
        for row, name in zip(rows, indicators, strict=True)
        if name and name in words and indicators.count(name) == 1
    )


def _likeness(one: Clause, other: Clause) -> float:
    """Share of the words that two rows or fields have in common; a field of the same name, a row of several lines with the
    same indicator, is the same."""
    name = one.attributes.get("field")
    if name and name == other.attributes.get("field"):
        return 1.0
    if one.children and one.kind is other.kind:  # a row of several lines says in them what it asks
        return float(one.attributes.get("indicator") == other.attributes.get("indicator"))
    pairs, others = _pairs(one), _pairs(other)
    return len(pairs & others) / max(len(pairs | others), 1)


def _head(clause: Clause) -> str:
    """What a clause announces: its indicator in a table, else the beginning of its text."""
    found = HEAD.match(clause.text)
    return clause.attributes.get("indicator", "") or (found.group() if found else "")


def _text(clause: Clause) -> str:
    return clause.text


def _pairs(clause: Clause) -> set[str]:
    text = clause.attributes.get("requirement") or clause.text
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _parent(library: Library, clause: Clause) -> Clause | None:
    return library.clause(f"{clause.policy_id}#{clause.parent}") if clause.parent else None


def _siblings(library: Library, clause: Clause) -> list[Clause]:
    """The clauses of one list; of a table all its rows, whatever groups they stand in."""
    if clause.kind in ROWS:
        table = f"{clause.path.split('/')[0]}/"
        rows = library.clauses(clause.policy_id)
        return [one for one in rows if one.kind == clause.kind and one.path.startswith(table)]
    parent = _parent(library, clause)
    if parent:
        return list(library.children(parent))
    return [one for one in library.clauses(clause.policy_id) if not one.parent and one.kind == clause.kind]
