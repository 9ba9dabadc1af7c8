"""Mutation check of a rule book: each number of its rules changed, one at a time; the book must be refused or a test fail.

A number is a run of digits or of Chinese numerals in a formula, limit, condition, score, points, bound, total, quote,
clause or list of names. Wording (labels, questions, synonyms, the words that the reader looks for, the text of notes) is
no rule: its numbers are counted and left alone. Keys are names, not numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from assistant.documents.library import Library
from assistant.errors import RuleBookError
from assistant.retrieval.progress import Progress
from assistant.rules.binding import broken_bindings
from assistant.rules.book import RuleBook
from assistant.rules.books import RULES_FILE
from assistant.rules.loading import load_book
from eval.rules.agreement import POLICY, compare, expected
from eval.rules.applicants import Applicant, applicants, impossible_applicants, least_applicants
from eval.rules.golden import load_golden, unlike_facts
from eval.rules.oracle import Judgement
from eval.steps import step

WORDING = frozenset(
    (
        *("label", "question", "synonyms", "topic", "topics", "periods", "affirm", "deny", "text"),
        *("aliases", "parts"),
    )
)
KILLERS = ("load", "text", "golden", "oracle")  # in the order in which they are asked
SAMPLE = 600  # applicants that a mutant must disagree with, where nothing before has refused it
SEED = "mutants"
_NUMBER = re.compile(r"\d+|[零一二三四五六七八九十百]+")
_NUMERALS = "零一二三四五六七八九十"
_BESIDE = ("formula", "limit", "condition", "follows", "score", "points", "total")


class MutantError(Exception):
    """The unchanged book does not pass the checks that are to find changed ones."""


@dataclass(frozen=True)
class Mutant:
    """One number of the file changed: characters [start, end) read `after` instead of `before`."""

    line: int
    key: str
    start: int
    end: int
    before: str
    after: str

    def apply(self, source: str) -> str:
        """The changed file."""
        return source[: self.start] + self.after + source[self.end :]

    def __str__(self) -> str:
        return f"line {self.line} {self.key}: {self.before} → {self.after}"


@dataclass(frozen=True)
class MutationReport:
    """How many mutants were tried, by what each was killed, and those that nothing killed."""

    tried: int
    killed: Counter[str]
    survivors: tuple[Mutant, ...]
    wording: int


def mutants_of(source: str) -> list[Mutant]:
    """All mutants of a rules.yaml, in the order of the file."""
    return [mutant for value in _values(source) if value.key not in WORDING for mutant in value.mutants()]


def count_wording(source: str) -> int:
    """How many numbers stand in wording."""
    return sum(len(_NUMBER.findall(value.text)) for value in _values(source) if value.key in WORDING)


@dataclass(frozen=True)
class _Value:
    """A scalar of the file: its key (that of its list, in a list), where it stands, the other numbers of its rule."""

    key: str
    line: int
    start: int
    text: str
    beside: frozenset[str]

    def mutants(self) -> Iterator[Mutant]:
        for match in _NUMBER.finditer(self.text):
            for after in _variants(match[0], self.beside if self.key in _BESIDE else frozenset()):
                at = self.start + match.start()
                yield Mutant(self.line, self.key, at, at + len(match[0]), match[0], after)


def _variants(number: str, beside: frozenset[str]) -> list[str]:
    """One more, one less, twice as much, and each number that stands in the quotes of the same rule."""
    if number.isdigit():
        value = int(number)
        found = [str(value + 1), str(value - 1), str(value * 2), *sorted(beside)]
    else:
        place = _NUMERALS.find(number[-1])
        found = [
            number[:-1] + _NUMERALS[near] for near in (place + 1, place - 1) if 0 < near < len(_NUMERALS)
        ]
    return [one for one in dict.fromkeys(found) if one != number]


def _values(source: str) -> list[_Value]:
    root = yaml.compose(source, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode), "a rule book is a mapping"
    return list(_walk(source, root, "", frozenset()))


def _walk(source: str, node: yaml.Node, key: str, beside: frozenset[str]) -> Iterator[_Value]:
    if isinstance(node, yaml.MappingNode):
        own = {str(name.value): value for name, value in node.value}
        if "quote" in own:
            beside = frozenset(re.findall(r"\d+", str(own["quote"].value)))
        for name, value in own.items():
            yield from _walk(source, value, name, beside)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _walk(source, value, key, beside)
    else:
        start, end = node.start_mark.index, node.end_mark.index
        yield _Value(key, node.start_mark.line + 1, start, source[start:end], beside)


class Killers:
    """The checks that a changed book has to pass, in order; made once a process."""

    def __init__(self, corpus: Path, sample: int) -> None:
        self.library = Library.load(corpus)
        self.cases = load_golden()
        edges = (*impossible_applicants(), *least_applicants())
        self.edges = [(one, expected(one)) for one in edges]
        self.sample = [(one, expected(one)) for one in applicants(SEED, sample)]

    def killer(self, source: str) -> str | None:
        """Which check refuses a book: one of KILLERS, None when all accept it."""
        with TemporaryDirectory(prefix="tiaowen-mutant-") as folder:
            file = Path(folder) / RULES_FILE
            file.write_text(source, encoding="utf-8")
            try:
                book = load_book(file, self.library.policies[POLICY])
            except RuleBookError:
                return "load"
        if broken_bindings(book, self.library):
            return "text"
        return self._judged_wrongly(book)

    def _judged_wrongly(self, book: RuleBook) -> str | None:
        if self._disagrees(book, self.edges):
            return "oracle"
        if any(unlike_facts(book, case) for case in self.cases):
            return "golden"
        return "oracle" if self._disagrees(book, self.sample) else None

    def _disagrees(self, book: RuleBook, sample: list[tuple[Applicant, Judgement | str]]) -> bool:
        try:
            return any(
                not difference.weaker
                for applicant, judged in sample
                for difference in compare(book, applicant, judged)
            )
        except RuleBookError:  # a rule that the comparison asks for by name is gone
            return True


def run_mutants(
    corpus: Path, processes: int, progress: Progress, every: int = 1, sample: int = SAMPLE
) -> MutationReport:
    """Try every n-th mutant of the shipped book. MutantError when the unchanged book does not pass the checks itself."""
    source = (corpus / POLICY / RULES_FILE).read_text(encoding="utf-8")
    if (refused := Killers(corpus, sample).killer(source)) is not None:
        raise MutantError(f"the unchanged book is refused by {refused}")
    tried = mutants_of(source)[::every]
    killed: Counter[str] = Counter()
    survivors: list[Mutant] = []
    with (
        step(progress, f"变异检查（{processes} 个进程）", len(tried)),
        ProcessPoolExecutor(processes, get_context("spawn"), _begin, (corpus, sample, source)) as pool,
    ):
        for mutant, killer in zip(tried, pool.map(_kill, tried, chunksize=16), strict=True):
            if killer is None:
                survivors.append(mutant)
            else:
                killed[killer] += 1
            progress.advance()
    return MutationReport(len(tried), killed, tuple(survivors), count_wording(source))


_KILL: list[partial[str | None]] = []


def _begin(corpus: Path, sample: int, source: str) -> None:
    killers = Killers(corpus, sample)
    _KILL[:] = [partial(_killed_by, killers, source)]


def _killed_by(killers: Killers, source: str, mutant: Mutant) -> str | None:
    return killers.killer(mutant.apply(source))


def _kill(mutant: Mutant) -> str | None:
    return _KILL[0](mutant)


def survivors_told(survivors: Sequence[Mutant], file: str) -> list[str]:
    """A line each, as an editor finds it."""
    return [f"{file}:{one.line} {one.key}: {one.before} → {one.after}" for one in survivors]
