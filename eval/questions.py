"""The evaluation's questions: one JSON row each, read strictly into frozen dataclasses.

A row is `{"id", "user", "kind", "turns": […], "expect": {…}, "note"}`; only `note` may be left out. `expect` holds the
legal `status` values of the last turn, and where they apply: `gold` (groups of alternative clause addresses, each group
to be met by one of its members or a clause below it), `numbers` and `contains` (each entry one text or a list of
alternatives), `absent` (texts that must not stand in the answer) and `verdict`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AddressError

if TYPE_CHECKING:
    from assistant.documents.library import Library

QUESTIONS_DIR = Path(__file__).resolve().parent / "questions"
SPLITS = ("dev", "test")
USERS = ("enterprise", "hotline", "reviewer")
KINDS = (
    "chitchat", "clause", "comparison", "definition", "eligibility", "false_premise", "form", "gap", "injection",
    "lookup", "metric", "needs_facts", "procedure", "quotation", "refusal", "score", "several", "silent", "spot_check",
    "status", "target", "what_if", "who",
)  # fmt: skip
STATUSES = ("answered", "needs_facts", "refused", "failed")
PROGRAMMES = ("零碳工厂", "近零碳工厂")
VERDICTS = ("符合", "不符合", "待补充")

_ROW_KEYS = {"id": True, "user": True, "kind": True, "turns": True, "expect": True, "note": False}
_EXPECT_KEYS = {
    "status": True, "gold": False, "numbers": False, "contains": False, "absent": False, "verdict": False,
}  # fmt: skip
_ADDRESS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*#\S+")


class QuestionError(ValueError):
    """A row of a questions file is not legal; the message names file, line, key, the value and the legal form."""


@dataclass(frozen=True)
class ExpectedVerdict:
    """The verdict an answer must carry."""

    programme: str
    status: str


@dataclass(frozen=True)
class Expectation:
    """What the answer to the last turn must hold; an empty tuple asks for nothing."""

    status: tuple[str, ...]
    gold: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[tuple[str, ...], ...] = ()
    contains: tuple[tuple[str, ...], ...] = ()
    absent: tuple[str, ...] = ()
    verdict: ExpectedVerdict | None = None

    @property
    def must_refuse(self) -> bool:
        """Whether only a refusal is right."""
        return self.status == ("refused",)

    @property
    def must_answer(self) -> bool:
        """Whether a refusal is wrong."""
        return "refused" not in self.status


@dataclass(frozen=True)
class Question:
    """One question, or one conversation whose last turn is judged."""

    id: str
    user: str
    kind: str
    turns: tuple[str, ...]
    expect: Expectation
    note: str = ""
    row: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)


def load_split(split: str, folder: Path = QUESTIONS_DIR) -> list[Question]:
    """Questions of `dev` or `test`. Raises QuestionError."""
    return load_file(folder / f"{split}.jsonl")


def load_file(path: Path) -> list[Question]:
    """Questions of one file, in its order. Raises QuestionError, also for an id that stands twice."""
    questions: list[Question] = []
    seen: dict[str, int] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise QuestionError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise QuestionError(f"{path}: not UTF-8 ({error.reason} at byte {error.start})") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        question = parse_row(line, f"{path.name}:{number}")
        if question.id in seen:
            raise QuestionError(
                f"{path.name}:{number}: id {question.id!r} already stands in line {seen[question.id]}"
            )
        seen[question.id] = number
        questions.append(question)
    return questions


def parse_row(line: str, where: str) -> Question:
    """One JSON row as a Question; `where` (file:line) starts every error message."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise QuestionError(f"{where}: not JSON ({error.msg} at column {error.colno})") from error
    _keys(row, _ROW_KEYS, where, "the row")
    expect = row["expect"]
    _keys(expect, _EXPECT_KEYS, where, "expect")
    return Question(
        id=_text(row["id"], where, "id"),
        user=_one_of(row["user"], USERS, where, "user"),
        kind=_one_of(row["kind"], KINDS, where, "kind"),
        turns=_texts(row["turns"], where, "turns", least=1),
        expect=_expectation(expect, where),
        note=_text(row["note"], where, "note", empty=True) if "note" in row else "",
        row=row,
    )


def picked(
    questions: Iterable[Question], kinds: Sequence[str] | None = None, prefixes: Sequence[str] | None = None
) -> list[Question]:
    """The questions of one of these kinds whose id starts with one of these prefixes; None asks for nothing."""
    return [
        question
        for question in questions
        if (not kinds or question.kind in kinds) and (not prefixes or question.id.startswith(tuple(prefixes)))
    ]


def unknown_gold(questions: Iterable[Question], library: Library) -> list[str]:
    """A line for each gold address that no clause of the library has."""
    problems = []
    for question in questions:
        for address in (address for group in question.expect.gold for address in group):
            try:
                library.clause(address)
            except AddressError as error:
                problems.append(f"{question.id}: {address}: {error}")
    return problems


def _expectation(expect: Mapping[str, Any], where: str) -> Expectation:
    status = _texts(expect["status"], where, "expect.status", least=1)
    for value in status:
        _one_of(value, STATUSES, where, "expect.status")
    gold = _groups(expect.get("gold", []), where, "expect.gold", lone=False)
    for address in (address for group in gold for address in group):
        if not _ADDRESS.fullmatch(address):
            raise QuestionError(f"{where}: expect.gold: {address!r} is no address; legal: policy-id#path")
    numbers = _groups(expect.get("numbers", []), where, "expect.numbers")
    for number in (number for group in numbers for number in group):
        if not re.search(r"[0-9０-９〇零一二三四五六七八九十百千万两半]", number):
            raise QuestionError(f"{where}: expect.numbers: {number!r} holds no figure")
    verdict = expect.get("verdict")
    return Expectation(
        status=status,
        gold=gold,
        numbers=numbers,
        contains=_groups(expect.get("contains", []), where, "expect.contains"),
        absent=_texts(expect.get("absent", []), where, "expect.absent"),
        verdict=None if verdict is None else _verdict(verdict, where),
    )


def _verdict(value: object, where: str) -> ExpectedVerdict:
    verdict = _keys(value, {"programme": True, "status": True}, where, "expect.verdict")
    return ExpectedVerdict(
        programme=_one_of(verdict["programme"], PROGRAMMES, where, "expect.verdict.programme"),
        status=_one_of(verdict["status"], VERDICTS, where, "expect.verdict.status"),
    )


def _keys(value: object, legal: Mapping[str, bool], where: str, name: str) -> Mapping[str, Any]:
    """`value` as an object whose keys are all legal and which lacks no required one."""
    if not isinstance(value, dict):
        raise QuestionError(f"{where}: {name} is {value!r}; legal: an object with {', '.join(legal)}")
    if unknown := [key for key in value if key not in legal]:
        raise QuestionError(f"{where}: {name} has the unknown key {unknown[0]!r}; legal: {', '.join(legal)}")
    if missing := [key for key, required in legal.items() if required and key not in value]:
        raise QuestionError(f"{where}: {name} lacks the key {missing[0]!r}")
    return value


def _text(value: object, where: str, name: str, empty: bool = False) -> str:
    if not isinstance(value, str) or not (empty or value.strip()):
        raise QuestionError(
            f"{where}: {name} is {value!r}; legal: a text{'' if empty else ' that is not empty'}"
        )
    return value


def _one_of(value: object, legal: tuple[str, ...], where: str, name: str) -> str:
    if not isinstance(value, str) or value not in legal:
        raise QuestionError(f"{where}: {name} is {value!r}; legal: {', '.join(legal)}")
    return value


def _texts(value: object, where: str, name: str, least: int = 0) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) < least:
        raise QuestionError(
            f"{where}: {name} is {value!r}; legal: a list of {'one or more ' if least else ''}texts"
        )
    return tuple(_text(item, where, name) for item in value)


def _groups(value: object, where: str, name: str, lone: bool = True) -> tuple[tuple[str, ...], ...]:
    """A list whose entries are lists of alternatives; `lone`: a text alone stands for a list of one."""
    if not isinstance(value, list):
        raise QuestionError(f"{where}: {name} is {value!r}; legal: a list")
    return tuple(
        (_text(item, where, name),) if lone and isinstance(item, str) else _texts(item, where, name, least=1)
        for item in value
    )
