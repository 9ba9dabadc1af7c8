from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import InputError
from eval.scale.clauses import make_policies, read_articles
from eval.scale.questions import made_questions, mixed_questions, train_questions
from tests.eval.scale.made import DEV_QUESTION, TRAIN_QUESTIONS, write_data


def in_order(part: str, whole: str) -> bool:
    left = iter(whole)
    return all(character in left for character in part)


def test_questions_are_those_of_train_and_none_of_dev(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    assert train_questions(data / "stard") == list(TRAIN_QUESTIONS)
    policies = make_policies(read_articles(data / "statutes"), 120)
    asked = mixed_questions(data / "stard", policies, 40)
    assert len(asked) == 40
    assert set(TRAIN_QUESTIONS) < set(asked)
    assert DEV_QUESTION not in asked


def test_made_questions_are_sentences_with_some_characters_less(tmp_path: Path) -> None:
    policies = make_policies(read_articles(write_data(tmp_path) / "statutes"), 120)
    clauses = [clause.text for policy in policies for clause in policy.clauses]
    asked = made_questions(policies, 200)
    assert asked == made_questions(policies, 200)
    assert asked != made_questions(policies, 200, seed=1)
    assert all(any(in_order(question, clause) for clause in clauses) for question in asked)
    kept = sum(map(len, asked)) / 200
    assert 0.75 < kept / (sum(map(len, clauses)) / len(clauses)) < 0.95


def test_a_folder_without_questions_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"queries\.jsonl"):
        train_questions(tmp_path)
