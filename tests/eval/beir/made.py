"""A small BEIR folder, and parameters for its configurations."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PASSAGES = [
    ("a1", "示范法第一条", "本法所称碳抵消，是指用碳汇中和排放。"),
    ("a2", "示范法第二条", "企业应当在三十日内申报。"),
    ("a3", "示范法第三条", "二氧化碳排放核算指南（以下简称“指南”）由省级部门编制。"),
    ("b1", "另一法第一条", "绿色电力证书由国家核发。"),
    ("b2", "另一法第二条", "核发绿色电力证书不收费，一个企业一本。"),
]
QUESTIONS = {"q1": "几天内申报", "q2": "绿色电力证书谁核发", "q3": "碳抵消", "q4": "无人问"}
DEV = [("q1", "a2", 1), ("q2", "b1", 2), ("q2", "b2", 1), ("q2", "a1", 0)]
TRAIN = [("q3", "a1", 1), ("q4", "b2", 1)]

TUNED: dict[str, Any] = {
    "questions": 2,
    "measure": "train nDCG@10",
    "bm25": {
        terms: {"k1": 1.2, "b": 0.5, "value": 0.5, "grid": [{"k1": 1.2, "b": 0.5, "value": 0.5}]}
        for terms in (
            "words",
            "characters",
            "pairs",
            "characters+pairs",
            "pairs+words",
            "characters+pairs+words",
        )
    },
    "keyword": "pairs",
    "field": {"weight": 0.5, "value": 0.5, "grid": [{"weight": 0.5, "value": 0.5}]},
    "feedback": {
        "passages": 2,
        "terms": 5,
        "share": 0.3,
        "value": 0.5,
        "grid": [{"value": 0.4}, {"value": 0.5}],
    },
    "synonyms": {"weight": 1.0, "value": 0.5, "grid": [{"weight": 1.0, "value": 0.5}]},
    "fusion": {
        "z-score": {"weight": 0.3, "value": 0.5, "grid": [{"weight": 0.3, "value": 0.5}]},
        "min-max": {"weight": 0.3, "value": 0.5, "grid": [{"weight": 0.3, "value": 0.5}]},
        "calibrated": {"weights": [1, 1, 0, 1, 1, 0], "intercept": -2.0, "value": 0.5},
    },
}


def folder(path: Path) -> Path:
    """Write the folder."""
    (path / "qrels").mkdir(parents=True)
    rows = [{"_id": key, "title": title, "text": text} for key, title, text in PASSAGES]
    _lines(path / "corpus.jsonl", [json.dumps(row, ensure_ascii=False) for row in rows])
    asked = [{"_id": key, "text": text} for key, text in QUESTIONS.items()]
    _lines(path / "queries.jsonl", [json.dumps(row, ensure_ascii=False) for row in asked])
    for split, judged in (("dev", DEV), ("train", TRAIN)):
        _lines(
            path / "qrels" / f"{split}.tsv",
            ["query-id\tcorpus-id\tscore", *("\t".join(map(str, row)) for row in judged)],
        )
    return path


def _lines(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
