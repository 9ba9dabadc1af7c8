"""A miniature of the training data, in real files."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval.encoder.data import TrainingData, read_data
from tests.eval.encoder.made import GOLD, PASSAGES, QUESTIONS
from tests.retrieval.made import write_corpus


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
