from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.questions import SPLITS, QuestionError, load_file, load_split, parse_row, picked, unknown_gold

ROW: dict[str, Any] = {
    "id": "q1",
    "user": "enterprise",
    "kind": "metric",
    "turns": ["2021年10万吨", "去年4万吨"],
    "expect": {
        "status": ["answered", "needs_facts"],
        "gold": [["made-policy#第八条/（二）", "made-policy#附件3/7"], ["made-policy#第九条"]],
        "numbers": ["60%", ["6万吨", "60000吨"]],
        "contains": [["征求意见稿"]],
        "absent": ["40%"],
        "verdict": {"programme": "零碳工厂", "status": "不符合"},
    },
    "note": "",
}


def write(folder: Path, *rows: object) -> Path:
    path = folder / "dev.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_a_row_is_read_whole(tmp_path: Path) -> None:
    (question,) = load_file(write(tmp_path, ROW))
    assert question.turns == ("2021年10万吨", "去年4万吨")
    assert question.expect.gold[0] == ("made-policy#第八条/（二）", "made-policy#附件3/7")
    assert question.expect.numbers == (("60%",), ("6万吨", "60000吨"))
    assert question.expect.verdict is not None
    assert question.expect.must_answer
    assert not question.expect.must_refuse
    assert question.row == ROW


def changed(**parts: Any) -> dict[str, Any]:
    return {**ROW, **parts}


def expecting(**parts: Any) -> dict[str, Any]:
    return {**ROW, "expect": {**ROW["expect"], **parts}}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({key: value for key, value in ROW.items() if key != "user"}, "the row lacks the key 'user'"),
        (changed(hint="x"), "the row has the unknown key 'hint'; legal: id, user, kind, turns, expect, note"),
        ([1], "the row is [1]; legal: an object"),
        (changed(id=" "), "id is ' '; legal: a text that is not empty"),
        (changed(user="boss"), "user is 'boss'; legal: enterprise, hotline, reviewer"),
        (changed(kind="misc"), "kind is 'misc'; legal: chitchat, clause, comparison"),
        (changed(turns=[]), "turns is []; legal: a list of one or more texts"),
        (changed(turns=["好", ""]), "turns is ''"),
        (changed(turns="好"), "turns is '好'; legal: a list"),
        (changed(expect={}), "expect lacks the key 'status'"),
        (expecting(status=[]), "expect.status is []"),
        (expecting(status="answered"), "expect.status is 'answered'; legal: a list"),
        (expecting(status=["ok"]), "expect.status is 'ok'; legal: answered, needs_facts, refused, failed"),
        (expecting(number=["1"]), "expect has the unknown key 'number'"),
        (expecting(gold=["made-policy#第八条"]), "expect.gold is 'made-policy#第八条'; legal: a list"),
        (expecting(gold=[[]]), "expect.gold is []; legal: a list of one or more texts"),
        (expecting(gold=[["第八条"]]), "expect.gold: '第八条' is no address; legal: policy-id#path"),
        (expecting(numbers=[40]), "expect.numbers is 40"),
        (expecting(numbers=["很多"]), "expect.numbers: '很多' holds no figure"),
        (expecting(absent=[["40%"]]), "expect.absent is ['40%']"),
        (expecting(verdict={"programme": "零碳工厂"}), "expect.verdict lacks the key 'status'"),
        (
            expecting(verdict={"programme": "低碳工厂", "status": "符合"}),
            "expect.verdict.programme is '低碳工厂'",
        ),
        (expecting(verdict={"programme": "零碳工厂", "status": "合格"}), "expect.verdict.status is '合格'"),
    ],
)
def test_what_is_not_legal_is_named_with_its_line_and_the_legal_form(
    tmp_path: Path, row: object, words: str
) -> None:
    with pytest.raises(QuestionError) as caught:
        load_file(write(tmp_path, {**ROW, "id": "q0"}, row))
    assert str(caught.value).startswith("dev.jsonl:2: ")
    assert words in str(caught.value)


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match=r"dev.jsonl:2: id 'q1' already stands in line 1"):
        load_file(write(tmp_path, ROW, ROW))


def test_what_is_not_json_or_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    with pytest.raises(QuestionError, match="cannot be read"):
        load_file(path)
    path.write_text('{"id": }\n', encoding="utf-8")
    with pytest.raises(QuestionError, match=r"dev.jsonl:1: not JSON \(.* at column 8\)"):
        load_file(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(QuestionError, match="not UTF-8"):
        load_file(path)


def test_the_shipped_questions_are_legal_enough_and_share_no_id() -> None:
    splits = {split: load_split(split) for split in SPLITS}
    ids = [question.id for rows in splits.values() for question in rows]
    assert len(ids) == len(set(ids)) >= 150
    assert len(splits["test"]) >= 100
    kinds = {split: {question.kind for question in rows} for split, rows in splits.items()}
    assert kinds["test"] <= kinds["dev"], "every kind of the test questions can be worked on in dev"


def test_every_gold_address_of_the_shipped_questions_is_a_clause() -> None:
    from assistant.documents.library import Library
    from assistant.settings import PROJECT_ROOT

    library = Library.load(PROJECT_ROOT / "corpus")
    assert [line for split in SPLITS for line in unknown_gold(load_split(split), library)] == []


def test_questions_are_picked_by_kind_and_by_the_start_of_their_id() -> None:
    rows = [
        parse_row(json.dumps({**ROW, "id": one, "kind": kind}), "made:1")
        for one, kind in [("a1", "gap"), ("a2", "who"), ("b1", "gap"), ("c1", "what_if")]
    ]
    assert [row.id for row in picked(rows)] == ["a1", "a2", "b1", "c1"]
    assert [row.id for row in picked(rows, ["gap", "what_if"])] == ["a1", "b1", "c1"]
    assert [row.id for row in picked(rows, None, ["a", "b"])] == ["a1", "a2", "b1"]
    assert [row.id for row in picked(rows, ["gap"], ["b"])] == ["b1"]
