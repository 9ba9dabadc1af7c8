from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.errors import InputError
from assistant.retrieval.encoder import load_encoder
from assistant.retrieval.static_encoder import StaticEncoder
from eval.encoder_data import PairSampler, TrainingData, read_data, read_questions, read_statutes
from eval.encoder_report import dev_figures, unseen_questions
from eval.train_encoder import main
from tests.retrieval.made import write_corpus

PASSAGES = {
    "1": ("渔业法第一条", "为了加强渔业资源的保护，促进渔业生产，制定本法。捕捞业者应当取得捕捞许可证。"),
    "2": ("渔业法第二条", "禁止使用炸鱼、毒鱼的方法进行捕捞。违反规定的，没收渔获物，处五万元以下罚款。"),
    "3": ("森林法第一条", "为了保护和合理利用森林资源，制定本法。采伐林木应当申请采伐许可证。"),
    "4": ("森林法第二条", "盗伐林木的，由主管部门责令补种盗伐株数一倍以上五倍以下的树木。"),
}
QUESTIONS = {
    "a": "出海打鱼要办什么证",
    "b": "炸鱼会罚多少钱",
    "c": "砍树要不要申请",
    "d": "偷砍树怎么处理",
}
GOLD = {"train": [("a", "1"), ("b", "2"), ("c", "3")], "dev": [("c", "3"), ("d", "4")]}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """(data, corpus): a miniature of the training data."""
    root = tmp_path_factory.mktemp("training")
    stard = root / "data" / "stard"
    (stard / "qrels").mkdir(parents=True)
    rows = [{"_id": key, "title": title, "text": text} for key, (title, text) in PASSAGES.items()]
    (stard / "corpus.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    asked = [{"_id": key, "text": text} for key, text in QUESTIONS.items()]
    (stard / "queries.jsonl").write_text("\n".join(json.dumps(row) for row in asked), encoding="utf-8")
    for split, pairs in GOLD.items():
        lines = ["query-id\tcorpus-id\tscore", *(f"{q}\t{p}\t1" for q, p in pairs), "d\t1\t0"]
        (stard / "qrels" / f"{split}.tsv").write_text("\n".join(lines), encoding="utf-8")
    statutes = root / "data" / "statutes"
    statutes.mkdir()
    with gzip.open(statutes / "articles.jsonl.gz", "wt", encoding="utf-8") as stream:
        for title, text in PASSAGES.values():
            law = title.partition("第")[0]
            stream.write(json.dumps({"law": law, "chapter": None, "article": title, "text": text}) + "\n")
    write_corpus(root / "corpus")
    return root / "data", root / "corpus"


@pytest.fixture(scope="module")
def data(folders: tuple[Path, Path]) -> TrainingData:
    return read_data(*folders)


def test_only_the_asked_split_and_positive_judgements_are_read(data: TrainingData) -> None:
    assert set(data.train.questions) == {"a", "b", "c"}
    assert data.dev.gold == {"c": frozenset({"3"}), "d": frozenset({"4"})}
    assert data.train.passages["2"].startswith("渔业法第二条 禁止使用炸鱼")


def test_dev_questions_are_never_trained_on(data: TrainingData) -> None:
    sampler = PairSampler(data, seed=1)
    drawn = {question for _ in range(60) for question, _ in sampler.batch(6)}
    assert QUESTIONS["a"] in drawn
    assert QUESTIONS["d"] not in drawn


def test_batches_repeat_with_the_seed_and_hold_no_passage_twice(data: TrainingData) -> None:
    first, second, other = (PairSampler(data, seed) for seed in (5, 5, 6))
    batches = [first.batch(6) for _ in range(20)]
    assert [second.batch(6) for _ in range(20)] == batches
    assert [other.batch(6) for _ in range(20)] != batches
    for batch in batches:
        passages = [passage for _, passage in batch]
        assert len(set(passages)) == len(passages)
        assert all(question and passage for question, passage in batch)


def test_loosened_texts_keep_their_words(data: TrainingData) -> None:
    plain, loose = PairSampler(data, seed=5), PairSampler(data, seed=5, loosening=0.5)
    texts = [text for _ in range(5) for pair in loose.batch(6) for text in pair]
    assert any(" " in text for text in texts)
    known = {text for _ in range(200) for pair in plain.batch(6) for text in pair}
    assert {text.replace(" ", "") for text in texts} & {text.replace(" ", "") for text in known}


def test_unseen_questions_share_no_gold_with_train(data: TrainingData) -> None:
    assert unseen_questions(data.dev, data.train) == {"d"}


def test_figures_of_an_encoder_that_knows_the_gold(data: TrainingData) -> None:
    place = {"c": 2, "d": 0}  # the encoder below: c finds its gold first, d finds it last

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        rows = []
        for text in texts:
            if text in QUESTIONS.values():
                key = next(key for key, question in QUESTIONS.items() if question == text)
                rows.append(np.eye(4)[place[key]] + [0.03, 0.02, 0.01, 0.0])
            else:
                rows.append(np.eye(4)[list(data.dev.passages.values()).index(text)])
        return np.array(rows, dtype=np.float32)

    figures = dev_figures(encode, data.dev, frozenset({"d"}))
    assert figures["all RR@10"] == pytest.approx((1 + 1 / 4) / 2)
    assert figures["unseen RR@10"] == pytest.approx(1 / 4)
    assert figures["all R@10"] == 1


def test_the_command_writes_an_encoder_with_its_card(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = ["--steps", "3", "--batch", "4", "--vocabulary", "300", "--dimension", "16"]
    outs = [tmp_path / "first", tmp_path / "second"]
    for out in outs:
        assert main([str(folders[0]), "--corpus", str(folders[1]), "--out", str(out), *small]) == 0
    captured = capsys.readouterr()
    assert "| unseen nDCG@10 |" in captured.out
    assert "训练编码器" in captured.err
    first, second = (load_encoder(str(out)) for out in outs)
    assert isinstance(first, StaticEncoder)
    assert first.dimension == 16
    assert first.fingerprint == second.fingerprint  # the same seed, the same files
    card = (outs[0] / "README.md").read_text(encoding="utf-8")
    assert "3 questions, 3 pairs" in card
    assert "| seed | 20261 |" in card
    assert "| all nDCG@10 |" in card


def test_missing_data_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "corpus.jsonl" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"jsonl\.gz"):
        read_statutes(tmp_path)
    for name in ("corpus.jsonl", "queries.jsonl"):
        (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"dev\.tsv"):
        read_questions(tmp_path, "dev")
    (tmp_path / "corpus.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="无法读取"):
        read_questions(tmp_path, "dev")
