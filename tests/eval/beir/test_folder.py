from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import InputError
from eval.beir.folder import read_beir
from tests.eval.beir import made


@pytest.fixture
def beir(tmp_path: Path) -> Path:
    return made.folder(tmp_path / "beir")


def test_a_split_is_its_judged_questions_with_positive_gold_only(beir: Path) -> None:
    judged = read_beir(beir, "dev")
    assert [passage.id for passage in judged.passages] == ["a1", "a2", "a3", "b1", "b2"]
    assert judged.passages[1].heading == "示范法第二条"
    assert judged.questions == {"q1": "几天内申报", "q2": "绿色电力证书谁核发"}
    assert judged.gold == {"q1": {"a2": 1}, "q2": {"b1": 2, "b2": 1}}


def test_unseen_questions_share_no_gold_with_train(beir: Path) -> None:
    assert read_beir(beir, "dev").unseen == ("q1",)
    (beir / "qrels" / "train.tsv").unlink()
    assert read_beir(beir, "dev").unseen == ()


def test_the_train_split_is_not_unseen_by_itself(beir: Path) -> None:
    assert read_beir(beir, "train").unseen == ()


BROKEN = [
    ("corpus.jsonl", '{"_id": "a1", "title": "甲", "text": "乙"', "corpus.jsonl 第 1 行不是 JSON"),
    ("corpus.jsonl", '["a1"]', "第 1 行是"),
    ("corpus.jsonl", '{"_id": "a1", "title": "甲"}', "的 text 是 None"),
    ("corpus.jsonl", '{"_id": 1, "text": "乙"}', "的 _id 是 1"),
    ("corpus.jsonl", '{"_id": " ", "text": "乙"}', "_id 是空的"),
    ("corpus.jsonl", "", "corpus.jsonl 是空的"),
    (
        "queries.jsonl",
        '{"_id": "q1", "text": "甲"}\n\n{"_id": "q1", "text": "乙"}',
        "queries.jsonl 第 3 行的 _id 'q1' 与第 1 行重复",
    ),
    ("qrels/dev.tsv", "q1\ta2\t1", "dev.tsv 第 1 行是"),
    ("qrels/dev.tsv", "query-id\tcorpus-id\tscore", "没有一条评判"),
    (
        "qrels/dev.tsv",
        "query-id\tcorpus-id\tscore\nq1 a2 1",
        "第 2 行是 'q1 a2 1'；应为 query-id、corpus-id、score",
    ),
    ("qrels/dev.tsv", "query-id\tcorpus-id\tscore\nq1\ta2\t0.5", "score 为整数"),
    (
        "qrels/dev.tsv",
        "query-id\tcorpus-id\tscore\nq9\ta2\t1",
        "第 2 行的 query-id 'q9' 不在 queries.jsonl 里",
    ),
    (
        "qrels/dev.tsv",
        "query-id\tcorpus-id\tscore\nq1\ta2\t1\nq1\tz\t1",
        "第 3 行的 corpus-id 'z' 不在 corpus.jsonl",
    ),
    ("qrels/dev.tsv", "query-id\tcorpus-id\tscore\nq1\ta2\t1\nq1\ta2\t0", "第 3 行重复评判了"),
    (
        "qrels/dev.tsv",
        "query-id\tcorpus-id\tscore\nq1\ta2\t1\nq2\tb1\t0\nq2\tb2\t-1",
        "第 3 行的问题 'q2' 没有正的评判",
    ),
]


@pytest.mark.parametrize(("name", "content", "words"), BROKEN)
def test_a_broken_file_is_named_with_line_and_legal_form(
    beir: Path, name: str, content: str, words: str
) -> None:
    (beir / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_beir(beir, "dev")
    assert words in str(error.value)
    assert str(beir) in str(error.value)
    assert "应" in str(error.value) or "不能" in str(error.value) or "至少" in str(error.value)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/dev.tsv"])
def test_a_missing_file_is_named(beir: Path, name: str) -> None:
    (beir / name).unlink()
    with pytest.raises(InputError, match=f"缺少 .*{Path(name).name}"):
        read_beir(beir, "dev")


def test_a_missing_folder_and_bytes_that_are_no_text(beir: Path) -> None:
    with pytest.raises(InputError, match="不存在"):
        read_beir(beir / "nowhere", "dev")
    (beir / "queries.jsonl").write_bytes(b'{"_id": "q1", "text": "\xff\xfe"}')
    with pytest.raises(InputError, match=r"queries.jsonl 无法读取.*UTF-8"):
        read_beir(beir, "dev")
