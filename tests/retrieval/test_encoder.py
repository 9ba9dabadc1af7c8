from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import EncoderError
from assistant.retrieval.encoder import folder_fingerprint, load_encoder
from assistant.retrieval.static_encoder import StaticEncoder
from assistant.retrieval.transformer_encoder import SentenceTransformerEncoder
from tests.retrieval.made import write_encoder

TEXTS = ["古茶树每年采摘不得超过两次", "", "公交票价", "ＡＢＣ全角与半角", "茶" * 3000]


def test_vectors_have_length_one_and_unknown_texts_are_zero(tmp_path: Path) -> None:
    encoder = load_encoder(str(write_encoder(tmp_path / "encoder")))
    assert isinstance(encoder, StaticEncoder)
    vectors = encoder.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.shape == (5, encoder.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 0, 1, 1, 1])


def test_more_texts_than_one_batch_are_each_encoded_as_if_alone(tmp_path: Path) -> None:
    encoder = load_encoder(str(write_encoder(tmp_path / "encoder")))
    texts = [f"古茶树{'茶' * (i % 7)}票价" for i in range(1500)]
    together = encoder.encode(texts)
    assert np.array_equal(together[1400], encoder.encode([texts[1400]])[0])
    assert np.array_equal(encoder.encode_queries(texts[:3]), together[:3])


def test_no_texts_give_no_rows(tmp_path: Path) -> None:
    assert load_encoder(str(write_encoder(tmp_path / "encoder"))).encode([]).shape[0] == 0


def test_the_static_reader_needs_no_torch(tmp_path: Path) -> None:
    import subprocess

    folder = write_encoder(tmp_path / "encoder")
    code = (
        "import sys; from assistant.retrieval.encoder import load_encoder; "
        f"load_encoder({str(folder)!r}).encode(['茶']); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_static_vectors_equal_those_of_sentence_transformers(tmp_path: Path) -> None:
    """The one test here that imports torch: both readers, the same folder."""
    folder = write_encoder(tmp_path / "encoder", normalize=False)
    static = load_encoder(str(folder))
    full = SentenceTransformerEncoder(str(folder), name="full", fingerprint="x")
    texts = [text for text in TEXTS if text]
    assert np.array_equal(static.encode(texts), full.encode(texts))
    assert np.array_equal(static.encode_queries(texts), full.encode_queries(texts))
    half = write_encoder(tmp_path / "half", seed=8, dtype=np.float16)
    loaded = SentenceTransformerEncoder(str(half), name="half", fingerprint=None)
    assert np.allclose(load_encoder(str(half)).encode(texts), loaded.encode(texts), atol=3e-3)
    assert (
        loaded.fingerprint == SentenceTransformerEncoder(str(half), name="half", fingerprint=None).fingerprint
    )
    assert (
        loaded.fingerprint
        != SentenceTransformerEncoder(str(folder), name="half", fingerprint=None).fingerprint
    )
    (folder / "config_sentence_transformers.json").write_text(
        json.dumps({"prompts": {"query": "茶茶茶：", "document": ""}, "default_prompt_name": None}),
        encoding="utf-8",
    )
    prompted = load_encoder(str(folder))
    assert isinstance(prompted, SentenceTransformerEncoder)
    assert np.array_equal(prompted.encode(["票价"]), static.encode(["票价"]))
    assert np.array_equal(prompted.encode_queries(["票价"]), static.encode(["茶茶茶：票价"]))
    with pytest.raises(EncoderError, match="无法加载"):
        SentenceTransformerEncoder(str(tmp_path / "nothing"), name="n", fingerprint="x").encode(["茶"])


def test_other_modules_go_through_sentence_transformers_without_loading_it(tmp_path: Path) -> None:
    folder = write_encoder(tmp_path / "encoder")
    modules = json.loads((folder / "modules.json").read_text(encoding="utf-8"))
    modules[0]["type"] = "sentence_transformers.models.Transformer"
    (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    encoder = load_encoder(str(folder))
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert encoder.fingerprint == folder_fingerprint(folder)


def test_a_name_that_is_no_folder_is_a_hub_name() -> None:
    encoder = load_encoder("BAAI/bge-small-zh-v1.5")
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert encoder.name == "BAAI/bge-small-zh-v1.5"


def test_the_fingerprint_follows_weights_and_not_the_model_card(tmp_path: Path) -> None:
    folder = write_encoder(tmp_path / "encoder")
    before = folder_fingerprint(folder)
    (folder / "README.md").write_text("figures", encoding="utf-8")
    assert folder_fingerprint(folder) == before
    write_encoder(folder, seed=8)
    assert folder_fingerprint(folder) != before


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])


@pytest.mark.parametrize("name", ["modules.json", "tokenizer.json", "model.safetensors"])
def test_a_missing_or_broken_file_is_named(name: str, tmp_path: Path) -> None:
    folder = write_encoder(tmp_path / "encoder")
    _truncate(folder / name)
    with pytest.raises(EncoderError, match=name):
        load_encoder(str(folder))
    (folder / name).unlink()
    with pytest.raises(EncoderError, match=f"缺少 {name}"):
        load_encoder(str(folder))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="不存在"):
        load_encoder(str(tmp_path / "nothing"))


def test_weights_of_another_vocabulary_are_refused(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    folder = write_encoder(tmp_path / "encoder")
    save_file({"embedding.weight": np.zeros((3, 32), np.float32)}, folder / "model.safetensors")
    with pytest.raises(EncoderError, match="3 行"):
        load_encoder(str(folder))
    save_file({"other": np.zeros((3, 32), np.float32)}, folder / "model.safetensors")
    with pytest.raises(EncoderError, match="other"):
        load_encoder(str(folder))
