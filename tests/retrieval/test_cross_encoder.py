"""A CrossEncoder by one setting, on tiny folders of the test's own."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assistant.documents.library import Library
from assistant.errors import EncoderError
from assistant.retrieval.cross_encoder import CrossEncoderReranker
from assistant.retrieval.entries import IndexSource
from assistant.retrieval.search import Retriever
from assistant.settings import Settings, load_settings
from tests.retrieval.tiny_models import write_cross_encoder

QUESTION = "采摘鲜叶一年几次"
TEXTS = [
    "采摘古茶树鲜叶，每年不得超过两次",
    "普通公交单程票价为2元",
    "市林业局负责古茶树的普查和挂牌",
    "",
    "茶" * 500,
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_cross_encoder(tmp_path_factory.mktemp("models") / "tiny")


def test_one_score_a_text_that_does_not_hang_on_its_neighbours(folder: Path) -> None:
    reranker = CrossEncoderReranker(str(folder))
    assert reranker.name == "tiny"
    scores = reranker.scores(QUESTION, TEXTS)
    assert scores.dtype == np.float64
    assert scores.shape == (5,)
    assert len(set(scores.round(6))) == 5
    alone = [float(reranker.scores(QUESTION, [text])[0]) for text in TEXTS]
    assert scores == pytest.approx(alone, abs=1e-5)
    assert reranker.scores(TEXTS[1], TEXTS)[0] != pytest.approx(scores[0], abs=1e-5)  # the question counts
    assert reranker.scores(QUESTION, []).shape == (0,)


def test_more_texts_than_one_batch_keep_their_places(folder: Path) -> None:
    reranker = CrossEncoderReranker(str(folder))
    texts = [f"古茶树{'茶' * (i % 9)}票价" for i in range(50)]
    scores = reranker.scores(QUESTION, texts)
    assert scores[40] == pytest.approx(float(reranker.scores(QUESTION, [texts[40]])[0]), abs=1e-5)


def test_threads_get_the_scores_of_one(folder: Path) -> None:
    reranker = CrossEncoderReranker(str(folder))
    questions = [QUESTION, "公交票价", "老年人", "施行"] * 4
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda question: reranker.scores(question, TEXTS), questions))
    for question, scores in zip(questions, found, strict=True):
        assert scores == pytest.approx(reranker.scores(question, TEXTS), abs=1e-6)


def test_nothing_is_imported_before_the_first_question(folder: Path) -> None:
    code = (
        "import sys; from assistant.retrieval.cross_encoder import CrossEncoderReranker; "
        f"CrossEncoderReranker({str(folder)!r}).name; "
        "print('torch' in sys.modules, 'sentence_transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_models_that_cannot_rerank_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="不存在"):
        CrossEncoderReranker(str(tmp_path / "nothing"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(EncoderError, match="无法加载"):
        CrossEncoderReranker(str(tmp_path / "empty")).scores(QUESTION, TEXTS)
    three = write_cross_encoder(tmp_path / "three", scores=3)
    with pytest.raises(EncoderError, match="只有一个"):
        CrossEncoderReranker(str(three)).scores(QUESTION, TEXTS)


def test_it_orders_what_the_retriever_finds(
    folder: Path, settings: Settings, library: Library, tmp_path: Path
) -> None:
    plain = Retriever.open(settings, library)
    before = plain.search(QUESTION, 50)
    assert plain.state()["reranker"] == "linear"
    plain.close()
    judged = Retriever.open(settings.model_copy(update={"reranker": str(folder)}), library)
    hits = judged.search(QUESTION, 50)
    assert judged.state()["reranker"] == "tiny"
    judged.close()
    texts = {one.address: one.searched_text for one in IndexSource.of(library).entries}
    scores = CrossEncoderReranker(str(folder)).scores(QUESTION, [texts[hit.address] for hit in hits])
    assert [hit.score for hit in hits] == pytest.approx(scores.tolist(), abs=1e-5)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert {hit.address for hit in hits} == {hit.address for hit in before}
    assert [hit.address for hit in hits] != [hit.address for hit in before]
    with pytest.raises(EncoderError, match="不存在"):
        Retriever.open(settings.model_copy(update={"reranker": str(tmp_path / "nothing")}), library)


def test_what_it_does_not_see_stays_below(
    folder: Path, settings: Settings, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.retrieval.search._JUDGED", 2)
    plain = Retriever.open(settings, library)
    before = [hit.address for hit in plain.search(QUESTION, 50)]
    plain.close()
    judged = Retriever.open(settings.model_copy(update={"reranker": str(folder)}), library)
    hits = judged.search(QUESTION, 50)
    judged.close()
    assert {hit.address for hit in hits[:2]} == set(before[:2])
    assert [hit.address for hit in hits[2:]] == before[2:]
    assert all(hit.score < hits[1].score for hit in hits[2:])


def test_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIAOWEN_RERANKER", raising=False)
    assert load_settings().reranker is None
    monkeypatch.setenv("TIAOWEN_RERANKER", "BAAI/bge-reranker-base")
    assert load_settings().reranker == "BAAI/bge-reranker-base"
    assert CrossEncoderReranker("BAAI/bge-reranker-base").name == "BAAI/bge-reranker-base"
