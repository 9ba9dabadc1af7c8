from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from assistant.errors import InputError
from eval.scale.clauses import POLICY_CLAUSES, Article, MadePolicy, make_policies, read_articles, sentences
from tests.eval.scale.made import write_data

REAL = 115  # sentences of the made statutes that are long enough


def texts(policies: list[MadePolicy]) -> list[tuple[str, str]]:
    return [(clause.heading, clause.text) for policy in policies for clause in policy.clauses]


@pytest.fixture
def articles(tmp_path: Path) -> list[Article]:
    return read_articles(write_data(tmp_path) / "statutes")


@pytest.mark.parametrize("size", [1, 59, 60, 61, REAL, REAL + 1, 500])
def test_sizes_are_exact_and_no_policy_is_longer_than_sixty(articles: list[Article], size: int) -> None:
    policies = make_policies(articles, size)
    assert len(texts(policies)) == size
    assert all(1 <= len(policy.clauses) <= POLICY_CLAUSES for policy in policies)
    assert len({policy.id for policy in policies}) == len(policies)


def test_the_same_seed_gives_the_same_clauses_and_another_one_others(articles: list[Article]) -> None:
    assert make_policies(articles, 400) == make_policies(articles, 400)
    assert make_policies(articles, 400) != make_policies(articles, 400, seed=5)


def test_a_smaller_size_is_a_beginning_of_a_larger_one(articles: list[Article]) -> None:
    large = texts(make_policies(articles, 500))
    for size in (30, REAL, 300):
        assert texts(make_policies(articles, size)) == large[:size]


def test_real_sentences_come_first_each_once_and_then_two_are_joined(articles: list[Article]) -> None:
    real = [words for article in articles for words in sentences(article.text)]
    assert len(real) == REAL
    made = [text for _, text in texts(make_policies(articles, REAL + 50))]
    assert sorted(made[:REAL]) == sorted(real)
    known = set(real)
    for text in made[REAL:]:
        assert any(text[:cut] in known and text[cut:] in known for cut in range(1, len(text)))


def test_a_policy_has_the_metadata_of_its_law(articles: list[Article]) -> None:
    found = {(one.title, one.region, one.level, one.status) for one in make_policies(articles, REAL)}
    assert ("浙江省集市条例（1）", "浙江省", "省级", "现行") in found
    assert ("古树保护法", "全国", "国家", "现行") in found
    assert ("票价条例", "全国", "国家", "已废止") in found


def test_sentences_end_at_their_marks_and_short_ones_are_no_clauses() -> None:
    assert sentences("经营者应当明码标价；不得价外收费。短句。\n本条例由市政府解释") == [
        "经营者应当明码标价；",
        "本条例由市政府解释",
    ]


def test_what_cannot_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有"):
        read_articles(tmp_path)
    with gzip.open(tmp_path / "articles.jsonl.gz", "wt") as stream:
        stream.write('{"law": "甲法"}\n')
    with pytest.raises(InputError, match=r"articles\.jsonl\.gz 无法读取"):
        read_articles(tmp_path)
    with pytest.raises(InputError, match="条款数 0"):
        make_policies([], 0)
    with pytest.raises(InputError, match="造不出条款"):
        make_policies([], 5)
