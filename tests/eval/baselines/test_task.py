from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.errors import InputError
from assistant.settings import PROJECT_ROOT
from eval.baselines.task import Task, beir_task, passages_of_chunks, product_task, quality, values
from eval.beir.folder import Passage


def write_beir(folder: Path) -> Path:
    """Three passages; train asks for the first, dev for the first (seen), the third (unseen) and both others."""
    rows = {
        "corpus.jsonl": [
            {"_id": str(n), "title": f"办法第{n}条", "text": text} for n, text in enumerate("甲乙丙")
        ],
        "queries.jsonl": [{"_id": f"q{n}", "text": f"问{n}"} for n in range(4)],
    }
    (folder / "qrels").mkdir(parents=True)
    for name, lines in rows.items():
        (folder / name).write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    head = "query-id\tcorpus-id\tscore\n"
    (folder / "qrels" / "train.tsv").write_text(f"{head}q0\t0\t1\n", encoding="utf-8")
    (folder / "qrels" / "dev.tsv").write_text(
        f"{head}q1\t0\t1\nq2\t2\t1\nq3\t1\t1\nq3\t2\t1\n", encoding="utf-8"
    )
    return folder


def test_a_beir_folder_gives_its_questions_and_those_that_share_no_gold_with_train(tmp_path: Path) -> None:
    task = beir_task(write_beir(tmp_path / "made"), "dev")
    assert task.name == "made dev"
    assert task.passages[1] == Passage("1", "办法第1条", "乙")
    assert dict(task.queries) == {"q1": "问1", "q2": "问2", "q3": "问3"}
    assert task.gold["q3"] == (("1",), ("2",))
    assert task.parts == {"all": {"q1", "q2", "q3"}, "unseen": {"q2", "q3"}}
    with pytest.raises(InputError, match="不存在"):
        beir_task(tmp_path / "nothing", "dev")


def test_quality_is_that_of_the_ranking_in_each_part(tmp_path: Path) -> None:
    task = beir_task(write_beir(tmp_path), "dev")
    rankings = {"q1": ["1", "0"], "q2": ["2"], "q3": [*map(str, range(10, 20)), "1"]}
    each = values(task, rankings)
    assert (each["q1"]["R@5"], each["q1"]["MRR@10"], each["q1"]["gold@1"]) == (1, 0.5, 0)
    assert (each["q3"]["R@10"], each["q3"]["R@100"], each["q3"]["MRR@10"]) == (0, 0.5, 0)
    means = quality(task, rankings)
    assert (means["all"]["questions"], means["unseen"]["questions"]) == (3, 2)
    assert means["all"]["gold@5"] == pytest.approx(2 / 3)
    assert means["unseen"]["R@100"] == pytest.approx(0.75)
    assert values(task, {})["q2"]["R@100"] == 0


def test_passages_stand_where_their_first_chunk_does() -> None:
    assert passages_of_chunks(["b", "a", "b", "b", "c", "a"]) == ["b", "a", "c"]
    assert passages_of_chunks(map(str, range(300)), depth=100) == [str(n) for n in range(100)]
    # Three chunks of one passage before another: the other is second, not fourth.
    task = Task("t", (), {"q": "问"}, {"q": (("b",),)}, {"all": frozenset("q")}, lambda one: frozenset([one]))
    assert values(task, {"q": passages_of_chunks(["a", "a", "a", "b"])})["q"]["MRR@10"] == 0.5


def test_the_product_s_questions_find_gold_below_a_gold_clause() -> None:
    task = product_task(PROJECT_ROOT / "corpus")
    assert task.parts["one turn"] < task.parts["all"]
    assert len(task.queries) == len(task.parts["all"]) > 500
    ids = {passage.id for passage in task.passages}
    best = {
        key: [one for group in groups for one in sorted(ids) if not task.lineage(one).isdisjoint(group)]
        for key, groups in task.gold.items()
    }
    means = quality(task, best)["all"]
    assert means["gold@1"] == pytest.approx(1.0, abs=0.02)
