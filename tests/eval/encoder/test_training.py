from __future__ import annotations

from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.errors import InputError
from assistant.retrieval.encoder import load_encoder
from assistant.retrieval.progress import SilentProgress
from assistant.retrieval.static_encoder import StaticEncoder
from assistant.retrieval.transformer_encoder import SentenceTransformerEncoder
from eval.encoder.data import QuestionSet, TrainingData, read_questions, read_statutes
from eval.encoder.folds import cross_fitted, question_folds, read_folds
from eval.encoder.recipe import Recipe
from eval.encoder.report import dev_figures, unseen_questions
from eval.encoder.training import prepare, train_base
from eval.train_encoder import main
from tests.eval.encoder.made import PASSAGES, QUESTIONS


def test_only_the_asked_split_and_positive_judgements_are_read(data: TrainingData) -> None:
    assert set(data.train.questions) == {"a", "b", "c"}
    assert data.dev.gold == {"c": frozenset({"3"}), "d": frozenset({"4"})}
    assert data.train.passages["2"].startswith("渔业法第二条 禁止使用炸鱼")


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


@pytest.fixture(scope="module")
def trained(folders: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An encoder with two folds, made by the command, and what it printed."""
    out = tmp_path_factory.mktemp("trained") / "encoder"
    printed = StringIO()
    with redirect_stdout(printed):
        assert main([*_arguments(folders, out), "--folds", "2"]) == 0
    return out, printed.getvalue()


def _arguments(folders: tuple[Path, Path], out: Path) -> list[str]:
    small = "--steps 3 --question-steps 3 --batch 4 --vocabulary 300 --dimension 16 --negative-depth 3"
    small += " --question-share 1 --question-rate 0.1"
    return [str(folders[0]), "--corpus", str(folders[1]), "--out", str(out), *small.split()]


def test_the_command_writes_an_encoder_with_its_card(trained: tuple[Path, str]) -> None:
    out, printed = trained
    assert "| unseen nDCG@10 |" in printed
    encoder = load_encoder(str(out))
    assert isinstance(encoder, StaticEncoder)
    assert encoder.dimension == 16
    card = (out / "README.md").read_text(encoding="utf-8")
    assert "3 questions, 3 pairs" in card
    assert "| seed | 20261 |" in card
    assert "| question_steps | 3 |" in card
    assert "| all nDCG@10 |" in card


def test_the_same_seed_gives_the_same_files(
    trained: tuple[Path, str], folders: tuple[Path, Path], tmp_path: Path
) -> None:
    first = load_encoder(str(trained[0])).fingerprint
    prints = []
    for name, more in (("same", []), ("other", ["--seed", "5"])):
        assert main([*_arguments(folders, tmp_path / name), *more]) == 0
        prints.append(load_encoder(str(tmp_path / name)).fingerprint)
    assert prints[0] == first
    assert prints[1] != first


def test_each_fold_s_encoder_differs_from_the_shipped_one_and_names_what_it_has_not_seen(
    trained: tuple[Path, str], data: TrainingData
) -> None:
    folds = read_folds(trained[0].with_name("encoder-folds"))
    assert sorted(question for fold in folds for question in fold.held_out) == ["a", "b", "c"]
    vectors = [load_encoder(str(trained[0])).encode(["砍树要不要申请"])]
    vectors += [fold.encoder.encode(["砍树要不要申请"]) for fold in folds]
    assert not np.allclose(vectors[0], vectors[1], atol=1e-4)
    assert not np.allclose(vectors[1], vectors[2], atol=1e-4)


def test_a_held_out_question_never_reaches_its_fold_s_encoder(data: TrainingData) -> None:
    """Another wording of the held-out question changes nothing in the encoder that has not seen it."""
    recipe = Recipe(
        steps=2,
        question_steps=4,
        batch=4,
        vocabulary=300,
        dimension=8,
        negative_depth=3,
        question_share=1.0,
        question_rate=0.1,
        threads=1,
    )
    base = train_base(prepare(data, recipe, SilentProgress()), recipe, SilentProgress())
    plain = cross_fitted(data, base, recipe, 3, SilentProgress())
    prepared = base.prepared
    for fold in plain:
        (held_out,) = fold.held_out
        row = list(data.train.questions).index(held_out)
        changed = []
        for reading in prepared.readings.questions:
            tokens = reading.tokens.copy()
            tokens[reading.starts[row] : reading.starts[row + 1]] = 5
            changed.append(replace(reading, tokens=tokens))
        other = replace(
            base, prepared=replace(prepared, readings=replace(prepared.readings, questions=changed))
        )
        again = {one.held_out[0]: one for one in cross_fitted(data, other, recipe, 3, SilentProgress())}
        same = again[held_out].encoder.encode(list(PASSAGES["1"]))
        assert np.array_equal(same, fold.encoder.encode(list(PASSAGES["1"])))
        trained_on_it = next(one for one in plain if one is not fold)
        assert not np.array_equal(
            again[trained_on_it.held_out[0]].encoder.encode(list(PASSAGES["1"])),
            trained_on_it.encoder.encode(list(PASSAGES["1"])),
        )


def test_folds_hold_each_question_once_and_apart_ones_share_no_gold() -> None:
    gold = {str(n): frozenset({f"p{n // 3}", f"p{n // 3 + 20}"}) for n in range(30)}
    gold["0"] |= {"p9"}  # question 0 joins the group of 27, 28, 29
    asked = QuestionSet({}, {key: key for key in gold}, gold)
    for apart in (False, True):
        parts = question_folds(asked, 4, seed=3, apart=apart)
        assert sorted(question for part in parts for question in part) == sorted(gold)
        assert max(map(len, parts)) - min(map(len, parts)) <= (3 if apart else 1)
        golds = [frozenset().union(*(gold[question] for question in part)) for part in parts]
        shared = [one & other for place, one in enumerate(golds) for other in golds[:place]]
        assert any(shared) is not apart
    assert question_folds(asked, 4, 3) == question_folds(asked, 4, 3) != question_folds(asked, 4, 4)


def test_folds_that_are_missing_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--folds"):
        read_folds(tmp_path)


def test_the_transformer_of_the_comparison_is_one_that_the_product_reads(
    folders: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*_arguments(folders, tmp_path / "bert"), "--transformer"]) == 0
    assert "| milliseconds a question |" in capsys.readouterr().out
    encoder = load_encoder(str(tmp_path / "bert"))
    assert isinstance(encoder, SentenceTransformerEncoder)
    vectors = encoder.encode(["砍树要不要申请", "炸鱼会罚多少钱", "税" * 500])
    assert vectors.shape == (3, 128)
    assert not np.allclose(vectors[0], vectors[1], atol=1e-4)


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
