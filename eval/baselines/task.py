"""What the setups are compared on: passages, questions, and the passages that answer them.

Two tasks: a BEIR folder (corpus.jsonl, queries.jsonl, qrels/), and the product's own dev questions over its corpus, one passage
a clause. Every setup gets the same passages: a passage's text is its title (or where the clause stands), a blank, and its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import ir_measures
from ir_measures import RR, R, Success, nDCG

from assistant.documents.library import Library
from assistant.retrieval.entries import IndexSource
from eval.beir.folder import Passage, read_beir
from eval.metrics import Groups, Lineage, clause_lineage, judged_run, mean
from eval.questions import load_split

DEPTH = 100
MEASURES = {
    "R@1": R @ 1,
    "R@5": R @ 5,
    "R@10": R @ 10,
    "R@100": R @ 100,
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
    "gold@5": Success @ 5,
    "gold@1": Success @ 1,
}


@dataclass(frozen=True)
class Task:
    """Questions over passages. `gold` maps a question's id to groups of alternative passage ids; `parts` names sets of questions."""

    name: str
    passages: Sequence[Passage]
    queries: Mapping[str, str]
    gold: Mapping[str, Groups]
    parts: Mapping[str, frozenset[str]]
    lineage: Lineage


def beir_task(folder: Path, split: str) -> Task:
    """One split of a BEIR folder; `unseen` are the questions that share no gold passage with one of train. Raises InputError."""
    judged = read_beir(folder, split)
    groups = {question: tuple((one,) for one in gold) for question, gold in judged.gold.items()}
    parts = {"all": frozenset(groups)}
    if judged.unseen:
        parts["unseen"] = frozenset(judged.unseen)
    return Task(
        f"{folder.name} {split}",
        judged.passages,
        judged.questions,
        groups,
        parts,
        lambda one: frozenset([one]),
    )


def product_task(corpus: Path) -> Task:
    """The last turns of the product's dev questions that have gold clauses, over the corpus's clauses."""
    library = Library.load(corpus)
    entries = IndexSource.of(library).entries
    judged = [question for question in load_split("dev") if question.expect.gold]
    alone = frozenset(question.id for question in judged if len(question.turns) == 1)
    return Task(
        "product dev",
        [Passage(entry.address, entry.context, entry.text) for entry in entries],
        {question.id: question.turns[-1] for question in judged},
        {question.id: question.expect.gold for question in judged},
        {"all": frozenset(question.id for question in judged), "one turn": alone},
        clause_lineage(library),
    )


def passages_of_chunks(sources: Iterable[str], depth: int = DEPTH) -> list[str]:
    """Passages in the order in which their first chunk was found: `sources` names the passage each chunk was cut from.

    A splitter cuts a passage, so each chunk lies in one passage and is worth as much as the whole of it; a second chunk
    of the same passage gains nothing and takes no place.
    """
    return list(dict.fromkeys(sources))[:depth]


def values(task: Task, rankings: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float]]:
    """Each measure of each question, `{question id: {"R@5": …}}`; a question without a ranking scores nothing."""
    qrels = {key: {f"gold-{n}": 1 for n in range(len(groups))} for key, groups in task.gold.items()}
    runs = {key: judged_run(rankings.get(key, ()), groups, task.lineage) for key, groups in task.gold.items()}
    names = {str(measure): name for name, measure in MEASURES.items()}
    found = {key: dict.fromkeys(MEASURES, 0.0) for key in task.gold}
    for result in ir_measures.iter_calc(list(MEASURES.values()), qrels, runs):
        found[result.query_id][names[str(result.measure)]] = float(result.value)
    return found


def quality(task: Task, rankings: Mapping[str, Sequence[str]]) -> dict[str, dict[str, float | None]]:
    """Means of each measure over each part of the questions, and how many questions the part holds (`questions`)."""
    each = values(task, rankings)
    return {
        part: {"questions": len(ids)}
        | {name: mean(each[key][name] for key in sorted(ids)) for name in MEASURES}
        for part, ids in task.parts.items()
    }
