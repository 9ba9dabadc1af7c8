from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.agent.understanding.acts import Act
from eval.acts.utterances import load_utterances
from eval.questions import QuestionError

ROW = {"t": "够不够格", "f": 1, "q": 0, "p": "state", "a": ["verdict"]}


def write(folder: Path, **changes: object) -> None:
    (folder / "a.jsonl").write_text(json.dumps(ROW | changes, ensure_ascii=False), encoding="utf-8")


def test_a_row_is_read_with_its_situation_and_author(tmp_path: Path) -> None:
    write(tmp_path)
    (one,) = load_utterances(tmp_path)
    assert (one.message, one.author, one.acts) == ("够不够格", "a", {Act.VERDICT})
    assert (one.situation.facts_known, one.situation.asked, one.situation.follows) == (True, False, True)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"a": ["judge"]}, "a is \\['judge'\\]"),
        ({"a": []}, "a is \\[\\]"),
        ({"t": " "}, "t is ' '"),
        ({"x": 1}, "an object with"),
    ],
)
def test_a_row_that_is_not_legal_names_file_line_and_value(
    tmp_path: Path, changes: dict[str, object], told: str
) -> None:
    write(tmp_path, **changes)
    with pytest.raises(QuestionError, match=rf"a\.jsonl:1: .*{told}"):
        load_utterances(tmp_path)
