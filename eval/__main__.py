"""`python -m eval`: answers, retrieval, robustness, answerable, ranking, looking, questions, gate, all, bench, pages, load, scale, baselines, screenshots, split, oracle and mutants.

Exit code 0 unless something broke; limits only print. The rules have no such grace: a disagreement with the oracle or a
surviving mutant is exit code 1.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from assistant.documents.library import Library
from assistant.errors import InputError, TiaowenError
from assistant.interfaces.progress import progress_for
from assistant.rules.books import RULES_FILE, RuleBooks
from assistant.settings import Settings, load_settings
from eval import answerable_command, answers, page_times, retrieval, tables
from eval.acts import command as acts_command
from eval.baselines import command as baselines_command
from eval.beir import command as comparison
from eval.bench import BenchError, BenchPlan, run_bench
from eval.child import ChildError
from eval.citations import StoredTexts
from eval.gate import command as gate_command
from eval.load import command as load_command
from eval.looking import command as looking_command
from eval.metrics import clause_lineage
from eval.questions import KINDS, SPLITS, Question, QuestionError, load_split, picked, unknown_gold
from eval.ranking import command as ranking_command
from eval.report import answers_report, retrieval_report, write_report
from eval.robustness import run as robustness
from eval.robustness.command import print_robustness, robustness_report
from eval.rules import interviews
from eval.rules.agreement import POLICY, SEED, run_agreement
from eval.rules.mutants import MutantError, run_mutants
from eval.scale import command as scale_command
from eval.screenshots import command as screenshots_command
from eval.server import ServerError
from eval.split import split_folder

if TYPE_CHECKING:
    from assistant.service import Assistant

RUN_BY = {  # commands that are modules of their own
    "scale": scale_command.run,
    "baselines": baselines_command.run,
    "answerable": answerable_command.run,
    "acts": acts_command.run,
    "looking": looking_command.run,
    "ranking": ranking_command.run,
    "gate": gate_command.run,
    "load": load_command.run,
    "screenshots": screenshots_command.run,
    "pages": page_times.run,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0, or 1 when something broke."""
    options = _parser().parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 180)
    try:
        if options.command == "split":
            _split(console)
        elif options.command == "bench":
            _bench(console, options)
        elif options.command == "questions":
            rows = _questions(console, load_settings())
            console.print(f"report: {write_report('questions', {'questions': rows}, options.json)}")
        elif options.command == "oracle":
            return _oracle(console, options)
        elif options.command == "mutants":
            return _mutants(console, options)
        elif options.command in RUN_BY:
            RUN_BY[options.command](console, options)
        elif options.command == "retrieval" and comparison.wanted(options):
            comparison.run(console, options)
        else:
            _evaluate(console, options)
    except (QuestionError, BenchError, ChildError, ServerError, MutantError, TiaowenError) as error:
        Console(stderr=True).print(f"eval: {error}", style="red", markup=False, soft_wrap=True)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, words in {
        "answers": "end to end: answers, citations, figures, refusals",
        "retrieval": "search alone; with DIR or --channels every configuration compared",
        "robustness": "questions of dev asked in twenty other ways: no verdict and no number may change",
        "all": "questions, retrieval, answers, then robustness",
    }.items():
        command = commands.add_parser(name, help=words)
        if name == "retrieval":
            command.add_argument("--split", help="dev, test, all; of DIR any that qrels/ has (default: dev)")
            comparison.add_options(command)
        elif name == "robustness":
            command.add_argument("--questions", type=int, default=robustness.QUESTIONS, help="how many")
            command.add_argument("--variants", type=int, default=robustness.VARIANTS, help="of each")
            command.set_defaults(split="dev")
        else:
            command.add_argument("--split", choices=(*SPLITS, "all"), default="all")
        command.add_argument(
            "--failures", action="store_true", help="list what failed (test: ids and kinds only)"
        )
        if name == "answers":
            command.add_argument(
                "--kind", action="append", choices=KINDS, help="only questions of this kind (repeatable)"
            )
            command.add_argument(
                "--ids",
                action="append",
                metavar="PREFIX",
                help="only questions whose id starts so (repeatable)",
            )
        command.add_argument("--json", type=Path, metavar="FILE", help="where the report goes")
    bench = commands.add_parser("bench", help="time and memory against the project's limits")
    plan = BenchPlan()
    bench.add_argument("--passes", type=int, default=plan.passes, help="warm passes over the dev questions")
    bench.add_argument("--runs", type=int, default=plan.runs, help="cold runs of tiaowen ask")
    bench.add_argument("--searches", type=int, default=plan.searches, help="cold runs of tiaowen search")
    bench.add_argument("--requests", type=int, default=plan.requests, help="questions to the server")
    bench.add_argument("--assessments", type=int, default=plan.assessments, help="assessments by the engine")
    bench.add_argument("--talks", type=int, default=plan.talks, help="long conversations")
    bench.add_argument("--json", type=Path, metavar="FILE", help="where the report goes")
    scale_command.add_options(
        commands.add_parser("scale", help="time, memory and updates from 250 to 500,000 made clauses")
    )
    baselines_command.add_options(
        commands.add_parser("baselines", help="two setups that people use today beside ours")
    )
    asked = commands.add_parser(
        "questions", help="questions that a verdict takes, in our order and the text's"
    )
    asked.add_argument("--json", type=Path, metavar="FILE", help="where the report goes")
    oracle = commands.add_parser("oracle", help="rule engine against the oracle over random applicants")
    oracle.add_argument("--applicants", type=int, default=100_000, help="how many")
    oracle.add_argument("--seed", default=SEED, help="which")
    mutants = commands.add_parser("mutants", help="each number of the rule book changed: all must be caught")
    mutants.add_argument("--every", type=int, default=1, help="every n-th mutant only")
    for command in (oracle, mutants):
        command.add_argument("--processes", type=int, default=min(2, os.cpu_count() or 1))
    answerable_command.add_options(
        commands.add_parser("answerable", help="whether the corpus answers: precision, recall, calibration")
    )
    looking_command.add_options(
        commands.add_parser(
            "looking", help="which sentence answers and whether any does: cross-validated, fitted"
        )
    )
    ranking_command.add_options(
        commands.add_parser("ranking", help="the reranker's weights: cross-validated, fitted")
    )
    acts_command.add_options(
        commands.add_parser("acts", help="what messages do: cross-validated by author, fitted")
    )
    gate_command.add_options(
        commands.add_parser("gate", help="the verification gate: changed texts caught, false alarms, cost")
    )
    page_times.add_options(
        commands.add_parser(
            "pages", help="the chat page and the desk in Chromium: first byte, weight, answer, offers"
        )
    )
    load_command.add_options(commands.add_parser("load", help="many chats at once: errors, times, memory"))
    screenshots_command.add_options(
        commands.add_parser("screenshots", help="pictures of every page into docs/images")
    )
    commands.add_parser("split", help="author_*.jsonl into dev.jsonl and test.jsonl")
    return parser


def _split(console: Console) -> None:
    for side, questions in split_folder().items():
        kinds = {
            kind: sum(one.kind == kind for one in questions)
            for kind in sorted({one.kind for one in questions})
        }
        console.print(
            f"{side}: {len(questions)} questions · " + ", ".join(f"{kind} {n}" for kind, n in kinds.items())
        )


def _bench(console: Console, options: argparse.Namespace) -> None:
    plan = BenchPlan(
        options.passes, options.runs, options.searches, options.requests, options.assessments, options.talks
    )
    machine = {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 2)}
    rows = run_bench(load_split("dev"), load_settings(), plan, progress_for())
    title = f"bench · {machine['cores']} cores, load {machine['load']} at the start"
    console.print(tables.thresholds_table(rows, title))
    console.print(f"report: {write_report('bench', {'load': machine, 'rows': rows}, options.json)}")


def _questions(console: Console, settings: Settings) -> list[dict[str, Any]]:
    library = Library.load(settings.corpus)
    book = RuleBooks.load(library, settings.corpus).book(interviews.POLICY)
    rows = interviews.run_interviews(book, library, progress_for())
    console.print(tables.interviews_table(rows))
    return rows


def _oracle(console: Console, options: argparse.Namespace) -> int:
    corpus = load_settings().corpus
    run = run_agreement(options.applicants, options.processes, corpus, progress_for(), options.seed)
    tables.print_agreement(console, run)
    return 1 if run.disagreeing else 0


def _mutants(console: Console, options: argparse.Namespace) -> int:
    corpus = load_settings().corpus
    report = run_mutants(corpus, options.processes, progress_for(), options.every)
    tables.print_mutants(console, report, str(corpus / POLICY / RULES_FILE))
    return 1 if report.survivors else 0


def _evaluate(console: Console, options: argparse.Namespace) -> None:
    options.split = options.split or "all"
    if options.split not in (*SPLITS, "all"):
        raise InputError(f"--split 的值 {options.split!r} 不合法；应为 {'、'.join((*SPLITS, 'all'))}")
    splits = SPLITS if options.split == "all" else (options.split,)
    questions = {split: load_split(split) for split in splits}
    if options.command == "answers":
        questions = {split: picked(rows, options.kind, options.ids) for split, rows in questions.items()}
        if not any(questions.values()):
            raise InputError(f"{'、'.join(splits)} 里没有 --kind、--ids 所指的题目")
    with _opened(load_settings(), console) as (assistant, settings):
        library = Library.load(settings.corpus)
        if problems := [line for rows in questions.values() for line in unknown_gold(rows, library)]:
            raise QuestionError("gold addresses that no clause has:\n" + "\n".join(problems))
        report: dict[str, Any] = {"corpus": library.content_hash, "health": assistant.health()}
        if options.command == "all":
            report["questions"] = _questions(console, settings)
        if options.command in ("retrieval", "all"):
            report["retrieval"] = _retrieval(console, assistant, library, questions, options.failures)
        if options.command in ("answers", "all"):
            report["answers"] = _answers(console, assistant, library, settings, questions, options.failures)
        if options.command in ("robustness", "all") and "dev" in questions:
            plan = (options.questions, options.variants) if options.command == "robustness" else ()
            found = robustness.run_robustness(assistant.ask, questions["dev"], progress_for(), *plan)
            print_robustness(console, found)
            report["robustness"] = robustness_report(found)
    console.print(f"report: {write_report(f'{options.command}-{options.split}', report, options.json)}")


@contextmanager
def _opened(settings: Settings, console: Console) -> Iterator[tuple[Assistant, Settings]]:
    """The assistant over the project's index, with records of its own that are gone afterwards."""
    from assistant.service import Assistant

    with tempfile.TemporaryDirectory(prefix="tiaowen-eval-") as folder:
        own = settings.model_copy(update={"data_dir": Path(folder)})
        assistant = Assistant.open(own, progress_for())
        try:
            yield assistant, own
        finally:
            assistant.close()


def _retrieval(
    console: Console,
    assistant: Assistant,
    library: Library,
    questions: dict[str, list[Question]],
    failures: bool,
) -> dict[str, Any]:
    def search(query: str, limit: int, before: Sequence[str]) -> list[str]:
        return [result.clause.address for result in assistant.search(query, limit, before=before)]

    search(retrieval.WARM_UP, 1, [retrieval.WARM_UP])
    lineage, report = clause_lineage(library), {}
    for split, rows in questions.items():
        rankings = retrieval.run_retrieval(search, rows, split, progress_for(), lineage)
        if failures:
            tables.print_retrieval_failures(console, rankings)
        console.print(tables.retrieval_table(rankings, split))
        report[split] = retrieval_report(rankings)
    return report


def _answers(
    console: Console,
    assistant: Assistant,
    library: Library,
    settings: Settings,
    questions: dict[str, list[Question]],
    failures: bool,
) -> dict[str, Any]:
    assistant.ask(answers.WARM_UP)
    judge = answers.Judge(assistant.ask, StoredTexts(settings.corpus), library, clause_lineage(library))
    report = {}
    for split, rows in questions.items():
        outcomes = judge.run(rows, split, progress_for())
        if failures:
            tables.print_answer_failures(console, outcomes)
        console.print(tables.answers_table(outcomes, split))
        console.print(
            tables.thresholds_table(tables.answer_thresholds(answers.tally(outcomes)), f"limits · {split}")
        )
        report[split] = answers_report(outcomes)
    return report


if __name__ == "__main__":
    sys.exit(main())
