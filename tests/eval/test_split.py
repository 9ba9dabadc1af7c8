from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from eval.questions import QuestionError
from eval.split import split_folder


def row(identity: str, kind: str = "lookup", turn: str = "问") -> dict[str, object]:
    return {
        "id": identity,
        "user": "hotline",
        "kind": kind,
        "turns": [turn],
        "expect": {"status": ["answered"]},
    }


def write(folder: Path, name: str, *rows: dict[str, object]) -> None:
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows)
    (folder / name).write_text(lines, encoding="utf-8")


def files(folder: Path) -> dict[str, str]:
    return {side: (folder / f"{side}.jsonl").read_text(encoding="utf-8") for side in ("dev", "test")}


ROWS = [
    row(f"q{n}", kind) for kind in ("lookup", "metric", "score") for n in map(f"{kind}{{}}".format, range(7))
]


def test_both_sides_hold_every_kind_evenly(tmp_path: Path) -> None:
    write(tmp_path, "author_a.jsonl", *ROWS[:10])
    write(tmp_path, "author_b.jsonl", *ROWS[10:])
    sides = split_folder(tmp_path)
    kinds = {side: Counter(question.kind for question in rows) for side, rows in sides.items()}
    assert all(abs(kinds["dev"][kind] - kinds["test"][kind]) <= 1 for kind in ("lookup", "metric", "score"))
    assert abs(len(sides["dev"]) - len(sides["test"])) <= 1
    assert {question.id for rows in sides.values() for question in rows} == {one["id"] for one in ROWS}


def test_the_side_depends_on_the_ids_alone(tmp_path: Path) -> None:
    written = []
    for name, rows in {"one": ROWS, "two": ROWS[::-1]}.items():
        (tmp_path / name).mkdir()
        write(tmp_path / name, "author_a.jsonl", *rows)
        split_folder(tmp_path / name)
        written.append(files(tmp_path / name))
    assert written[0] == written[1]


def test_the_side_is_dealt_by_hash_and_not_by_name(tmp_path: Path) -> None:
    write(tmp_path, "author_a.jsonl", *[row(f"q{n:03}") for n in range(40)])
    dev = [int(question.id[1:]) for question in split_folder(tmp_path)["dev"]]
    assert dev != list(range(0, 40, 2))
    assert dev != list(range(20))


def test_running_it_again_changes_nothing_with_and_without_the_authors_files(tmp_path: Path) -> None:
    write(tmp_path, "author_a.jsonl", *ROWS)
    split_folder(tmp_path)
    first = files(tmp_path)
    split_folder(tmp_path)
    assert files(tmp_path) == first
    (tmp_path / "author_a.jsonl").unlink()
    split_folder(tmp_path)
    assert files(tmp_path) == first


def test_new_questions_leave_the_old_on_their_side_and_edits_are_taken_over(tmp_path: Path) -> None:
    write(tmp_path, "author_a.jsonl", *ROWS)
    before = {question.id: side for side, rows in split_folder(tmp_path).items() for question in rows}
    edited = {**ROWS[0], "turns": ["改过的问法"]}
    write(tmp_path, "author_a.jsonl", edited, *[row(f"new{n}") for n in range(5)])
    sides = split_folder(tmp_path)
    after = {question.id: side for side, rows in sides.items() for question in rows}
    assert {identity: after[identity] for identity in before} == before
    assert len(after) == len(before) + 5
    assert [q.turns for rows in sides.values() for q in rows if q.id == ROWS[0]["id"]] == [("改过的问法",)]


def test_an_id_in_two_files_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    write(tmp_path, "author_a.jsonl", row("q1"))
    write(tmp_path, "author_b.jsonl", row("q1"))
    with pytest.raises(QuestionError, match=r"author_b.jsonl: id 'q1' already stands in author_a.jsonl"):
        split_folder(tmp_path)
    assert not (tmp_path / "dev.jsonl").exists()
    write(tmp_path, "dev.jsonl", row("q2"))
    write(tmp_path, "test.jsonl", row("q2"))
    with pytest.raises(QuestionError, match=r"test.jsonl: id 'q2' already stands in dev.jsonl"):
        split_folder(tmp_path)


def test_new_questions_are_dealt_evenly_among_themselves_whatever_stands_already(tmp_path: Path) -> None:
    write(tmp_path, "dev.jsonl", *[row(f"a{n}") for n in range(9)])
    write(tmp_path, "test.jsonl", row("b"))
    write(tmp_path, "author_a.jsonl", *[row(f"c{n}") for n in range(6)])
    sides = split_folder(tmp_path)
    new = {side: sum(question.id.startswith("c") for question in rows) for side, rows in sides.items()}
    assert new == {"dev": 3, "test": 3}
