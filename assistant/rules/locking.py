"""The lock file beside a rule book: each bound clause as it read when somebody last held the rules against it.

Three things can happen to a binding once the text changes. The clause or the quote is gone: the book is broken and the
engine refuses it (binding.py). The clause changed around a quote that still stands: the book is applied, since every
word it rests on is there, but `tiaowen rules check` and the health report name the rule until somebody has looked and
locks the book again (`tiaowen rules lock`). Nothing changed: the hashes agree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from pathlib import Path

from assistant.documents.library import Library
from assistant.documents.policy import Policy
from assistant.errors import AddressError, RuleBookError
from assistant.rules.binding import bound_clause, bound_to, broken_bindings, lost_annexes, moved_quote
from assistant.rules.book import Binding, BoundClause, RuleBook
from assistant.rules.loading import load_book

LOCK_FILE = "rules.lock.json"
_AROUND = 12  # characters of unchanged text beside a change
_WORD = re.compile(r"\d+(?:\.\d+)?|[A-Za-z]+|.", re.DOTALL)  # a figure changes as a whole


class State(StrEnum):
    """What became of a binding."""

    NO_CLAUSE = "条款已不存在"
    NO_QUOTE = "引文已不在条款里"
    CHANGED = "条文有改动，引文仍在"
    UNLOCKED = "还没有锁定"


@dataclass(frozen=True)
class Moved:
    """A rule's binding that is not as it was locked; `old` and `new` are the clause's texts, `diff` what changed."""

    rule: str
    address: str
    label: str
    quote: str
    state: State
    old: str | None
    new: str | None
    diff: str | None


@dataclass(frozen=True)
class Check:
    """A book held against text and lock file; `problems` are what no single clause explains."""

    policy_id: str
    rules: int
    bindings: int
    clauses: int
    moved: tuple[Moved, ...]
    problems: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Whether book, text and lock file agree."""
        return not self.moved and not self.problems


def check_book(file: Path, policy: Policy, library: Library) -> Check:
    """Hold a rules.yaml against the text and its lock file; what is not legal is told in `problems`."""
    try:
        book = load_book(file, policy)
    except RuleBookError as error:
        return Check(policy.id, 0, 0, 0, (), (str(error),))
    problems: list[str] = []
    locked: Mapping[str, BoundClause] = {}
    try:
        locked = read_lock(file.with_name(LOCK_FILE))
    except RuleBookError as error:
        problems.append(str(error))
    rules = list(book.bindings())
    moved = tuple(
        found
        for rule, bindings in rules
        for binding in bindings
        if (found := _moved(rule, binding, library, locked)) is not None
    )
    gone = any(found.state in (State.NO_CLAUSE, State.NO_QUOTE) for found in moved)
    problems += lost_annexes(book, library) if gone else broken_bindings(book, library)
    bound = {binding.address for _, bindings in rules for binding in bindings}
    problems += [f"锁定文件里的{address}已没有规则引用" for address in locked if address not in bound]
    count = sum(len(bindings) for _, bindings in rules)
    return Check(policy.id, len(rules), count, len(bound), moved, tuple(problems))


def unlooked(book: RuleBook, file: Path) -> str | None:
    """Which clauses of a bound book are not as they were locked, in one sentence; None when all are."""
    try:
        locked = read_lock(file.with_name(LOCK_FILE))
    except RuleBookError as error:
        return str(error)
    labels = [
        clause.label
        for address, clause in book.clauses.items()
        if address not in locked or locked[address].sha256 != clause.sha256
    ]
    if not labels:
        return None
    return f"{'、'.join(labels)}与锁定时的文字不同，引文仍在；请运行 tiaowen rules check 核对"


def write_lock(file: Path, policy: Policy, library: Library) -> Path:
    """Lock a book as its clauses read now; returns the lock file. RuleBookError when the book is broken."""
    book = load_book(file, policy)
    problems = broken_bindings(book, library)
    if problems:
        raise RuleBookError(f"{file}与政策文本不一致，不能锁定：{'；'.join(problems)}")
    clauses = bound_to(book, library).clauses
    ordered = [clause.address for clause in library.clauses(policy.id) if clause.address in clauses]
    content = {"policy": policy.id, "clauses": {address: asdict(clauses[address]) for address in ordered}}
    target = file.with_name(LOCK_FILE)
    target.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return target


def read_lock(file: Path) -> Mapping[str, BoundClause]:
    """Clauses by address. RuleBookError when the file is missing or is not one that `write_lock` wrote."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return {address: BoundClause(**clause) for address, clause in content["clauses"].items()}
    except FileNotFoundError as error:
        raise RuleBookError(f"没有锁定文件 {file}；请核对条款后运行 tiaowen rules lock") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RuleBookError(
            f"锁定文件 {file} 读不懂（{error}）；应由 tiaowen rules lock 写成，请重新运行"
        ) from error


def _moved(rule: str, binding: Binding, library: Library, locked: Mapping[str, BoundClause]) -> Moved | None:
    before = locked.get(binding.address)
    old = before.text if before else None
    try:
        now = bound_clause(library.clause(binding.address))
    except AddressError:
        label = before.label if before else binding.address.partition("#")[2]
        return Moved(rule, binding.address, label, binding.quote, State.NO_CLAUSE, old, None, None)
    if moved_quote(library, binding) is not None:
        state = State.NO_QUOTE
    elif before is None:
        state = State.UNLOCKED
    elif before.sha256 != now.sha256:
        state = State.CHANGED
    else:
        return None
    diff = changed_words(old, now.text) if old is not None and old != now.text else None
    return Moved(rule, binding.address, now.label, binding.quote, state, old, now.text, diff)


def changed_words(old: str, new: str) -> str:
    """What changed, with a few characters around it: …不得超过基准期的【删50】【增60】%…"""
    return "".join(_changes(_WORD.findall(old), _WORD.findall(new)))


def _changes(old: list[str], new: list[str]) -> Iterator[str]:
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (kind, start, end, from_, to) in enumerate(steps):
        before, after = "".join(old[start:end]), "".join(new[from_:to])
        if kind == "equal":
            yield _shortened(before, place == 0, place == len(steps) - 1)
            continue
        yield f"【删{before}】" if before else ""
        yield f"【增{after}】" if after else ""


def _shortened(text: str, first: bool, last: bool) -> str:
    """Unchanged text, cut to what stands right beside a change."""
    head, tail = "" if first else text[:_AROUND], "" if last else text[-_AROUND:]
    return text if len(text) <= len(head) + len(tail) else f"{head}…{tail}"
