from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.retrieval.progress import SilentProgress
from assistant.settings import PROJECT_ROOT, Settings
from eval.baselines import child, run
from eval.baselines.setups import SETUPS, Setup, full_text
from eval.baselines.task import DEPTH, Task, product_task
from eval.baselines.writing import baselines_page
from eval.beir.folder import Passage
from eval.scale.index import open_retriever
from tests.retrieval.made import write_encoder

PASSAGES = (
    Passage("p#1", "古茶树保护办法 第四条", "采摘古茶树鲜叶，每年不得超过两次，每次间隔不少于六十日。"),
    Passage("p#2", "古茶树保护办法 第三条", "市林业局负责古茶树的普查和挂牌。"),
    Passage("q#1", "公交票价办法 第三条", "六十五周岁以上老年人免费乘车，学生享受半价。"),
    Passage("q#2", "", "市交通局负责公交票价的监督检查。"),
)
QUESTIONS = {"a": "古茶树鲜叶每年可以采摘几次", "b": "老年人乘车免费吗", "c": "公交票价谁来监督检查"}
GOLD = {"a": (("p#1",),), "b": (("q#1",),), "c": (("q#2",),)}
TASK = Task("made", PASSAGES, QUESTIONS, GOLD, {"all": frozenset("abc")}, lambda one: frozenset([one]))


@pytest.fixture
def encoder(tmp_path: Path) -> str:
    return str(write_encoder(tmp_path / "encoder"))


@pytest.mark.parametrize("name", [name for name in SETUPS if "beir" in SETUPS[name].tasks])
def test_each_setup_finds_the_passage_that_answers(name: str, encoder: str, tmp_path: Path) -> None:
    if missing := SETUPS[name].missing():
        pytest.skip(f"not installed: {', '.join(missing)} (the extra `baselines`)")
    rank = SETUPS[name].build(PASSAGES, encoder, tmp_path / "setup")
    for key, question in QUESTIONS.items():
        found = rank(question)
        assert found[0] == GOLD[key][0][0]
        assert len(set(found)) == len(found) <= DEPTH
        assert set(found) <= {passage.id for passage in PASSAGES}


def test_the_assistant_searches_its_own_clauses(encoder: str, tmp_path: Path) -> None:
    task = product_task(PROJECT_ROOT / "corpus")
    rank = SETUPS["assistant"].build(task.passages, encoder, tmp_path)
    assert rank("福建省零碳工厂建设管理办法第八条")[0].startswith("fujian-zero-carbon-factory#第八条")
    found = rank("碳抵消比例")
    assert 10 < len(found) <= 50
    assert set(found) <= {passage.id for passage in task.passages}


def test_passages_that_are_no_clauses_are_put_together(encoder: str, tmp_path: Path) -> None:
    passages = [Passage(str(n), "", f"第{n}号古茶树") for n in range(61)]
    SETUPS["ours"].build([*PASSAGES, *passages], encoder, tmp_path)
    retriever = open_retriever(tmp_path / "index", encoder)
    try:
        assert (retriever.manifest.policies, retriever.manifest.clauses) == (4, 65)
    finally:
        retriever.close()


def test_a_document_is_heading_and_words() -> None:
    assert full_text(PASSAGES[1]) == "古茶树保护办法 第三条 市林业局负责古茶树的普查和挂牌。"
    assert full_text(PASSAGES[3]) == "市交通局负责公交票价的监督检查。"


def test_a_setup_is_built_asked_and_timed(encoder: str, tmp_path: Path) -> None:
    built = child.run_setup("ours", TASK, encoder, tmp_path, search=False)
    assert built["rankings"] == {}
    result = child.run_setup("ours", TASK, encoder, tmp_path, search=True)
    assert result["ready_s"] > 0
    assert len(result["times_ms"]) == 3
    assert {key: ranking[0] for key, ranking in result["rankings"].items()} == {
        key: GOLD[key][0][0] for key in GOLD
    }


def test_a_setup_without_its_packages_is_told_and_left_out(
    tmp_path: Path, encoder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Sequence[str]] = []

    def made_child(module: str, arguments: Sequence[str]) -> dict[str, Any]:
        calls.append(arguments)
        rankings = {"a": ["p#1"], "b": ["q#1"], "c": ["p#1", "q#2"]}
        return {
            "ready_s": 2.0,
            "memory_before_mb": 60.0,
            "memory_mb": 90.0,
            "peak_mb": 100.0,
            "times_ms": [1.0, 3.0, 9.0],
            "rankings": rankings,
        }

    absent = Setup("Absent", ("no_such_package",), SETUPS["ours"].build)
    other = Setup("Other", (), SETUPS["ours"].build)
    monkeypatch.setattr(run, "SETUPS", {"ours": SETUPS["ours"], "other": other, "absent": absent})
    monkeypatch.setattr(
        "eval.baselines.writing.SETUPS", {"ours": SETUPS["ours"], "other": other, "absent": absent}
    )
    monkeypatch.setattr(run, "run_child", made_child)
    monkeypatch.setattr(run, "beir_task", lambda data, split: TASK)
    monkeypatch.setattr(run, "product_task", lambda corpus: TASK)
    settings = Settings(encoder=encoder, _env_file=None)  # type: ignore[call-arg]
    report = run.run_baselines(tmp_path, "dev", settings, ["ours", "other", "absent"], SilentProgress())
    # Ours lasts: built in one process, searched in the next; the other one builds where it searches.
    assert [arguments[:3] for arguments in calls[:3]] == [
        ["build", "ours", "beir"],
        ["search", "ours", "beir"],
        ["search", "other", "beir"],
    ]
    rows = report["tasks"]["made"]["setups"]
    assert "no_such_package" in rows["absent"]["skipped"]
    assert (rows["ours"]["p50_ms"], rows["ours"]["p95_ms"]) == (3.0, 9.0)
    page = baselines_page(json.loads(json.dumps(report | {"made_at": "today"})))
    assert "Absent: not installed: no_such_package" in page
    assert "| ours | 1.000 | 1.000 | 1.000 | 0.833 | 0.877 |" in page
    assert "| Other | 1.000 (×1.00) | 1.000 (×1.00) |" in page
    assert "| ours | 2.00 | 2.00 | 3.00 | 9.00 | 90.0 | 30.0 | 100 | 0 |" in page
