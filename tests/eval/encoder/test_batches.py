"""What a training step is given."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from tokenizers import Tokenizer

from assistant.retrieval.tokenizer import fold
from eval.encoder.batches import Bags, QuestionBatches, TextBatches
from eval.encoder.data import TrainingData
from eval.encoder.made_questions import made_questions
from eval.encoder.negatives import mine_negatives
from eval.encoder.readings import Readings, loosened, read_texts
from eval.encoder.recipe import Recipe
from eval.encoder.vocabulary import learn_vocabulary
from tests.eval.encoder.made import PASSAGES, QUESTIONS

RECIPE = Recipe(
    vocabulary=1500, counted=1, batch=3, negative_depth=3, question_drop=0, passage_drop=0, readings=1
)


@pytest.fixture(scope="module")
def negatives(data: TrainingData) -> dict[str, list[str]]:
    return mine_negatives(data.train, 3)


@pytest.fixture(scope="module")
def tokenizer(data: TrainingData) -> Tokenizer:
    return learn_vocabulary(data, RECIPE)


@pytest.fixture(scope="module")
def readings(data: TrainingData, negatives: dict[str, list[str]], tokenizer: Tokenizer) -> Readings:
    return read_texts(data, negatives, tokenizer, RECIPE)


def texts(bags: Bags, tokenizer: Tokenizer) -> list[str]:
    rows = np.split(bags.tokens, bags.offsets[1:])
    return ["".join(str(tokenizer.id_to_token(int(token))) for token in row) for row in rows]


def test_mined_passages_share_words_and_are_never_gold(negatives: dict[str, list[str]]) -> None:
    assert set(negatives) == {"a", "b", "c"}
    assert negatives["c"][0] != "3"  # its gold shares most words
    assert all("3" not in found for question, found in negatives.items() if question == "c")
    assert negatives["b"][0] in {"1", "3", "4"}


def test_questions_stand_beside_their_gold_and_dev_questions_nowhere(
    data: TrainingData, negatives: dict[str, list[str]], readings: Readings, tokenizer: Tokenizer
) -> None:
    batches = QuestionBatches(data.train, negatives, readings, replace(RECIPE, question_share=1.0))
    asked = {QUESTIONS[key]: PASSAGES[gold] for key, gold in (("a", "1"), ("b", "2"), ("c", "3"))}
    seen = set()
    for _ in range(20):
        batch = batches.draw()
        for question, passage in zip(
            texts(batch.questions, tokenizer), texts(batch.passages, tokenizer), strict=True
        ):
            seen.add(question)
            assert passage == fold("".join(asked[question]))
    assert seen == set(asked)


def test_a_hard_negative_is_nobody_s_gold_in_the_batch(
    data: TrainingData, readings: Readings, tokenizer: Tokenizer
) -> None:
    everywhere = {question: ["2", "3", "4"] for question in "abc"}
    everywhere["b"], everywhere["c"] = ["3", "4"], ["2", "4"]
    batches = QuestionBatches(data.train, everywhere, readings, replace(RECIPE, question_share=1.0))
    fourth = fold("".join(PASSAGES["4"]))
    for _ in range(10):
        batch = batches.draw()
        assert [texts(column, tokenizer) for column in batch.negatives] == [[fourth] * len(batch.questions)]


def test_questions_that_share_gold_are_not_in_one_batch(data: TrainingData, readings: Readings) -> None:
    shared = replace(data.train, gold={"a": frozenset("12"), "b": frozenset("2"), "c": frozenset("3")})
    batches = QuestionBatches(shared, {}, readings, replace(RECIPE, question_share=1.0))
    assert {len(batches.draw().questions) for _ in range(20)} == {2}


def test_questions_left_out_are_not_drawn(
    data: TrainingData, readings: Readings, tokenizer: Tokenizer
) -> None:
    only = frozenset({"a", "c"})
    batches = QuestionBatches(data.train, {}, readings, replace(RECIPE, question_share=1.0), only)
    drawn = {text for _ in range(10) for text in texts(batches.draw().questions, tokenizer)}
    assert drawn == {QUESTIONS["a"], QUESTIONS["c"]}


def test_stage_two_goes_on_with_statutes(
    data: TrainingData, readings: Readings, tokenizer: Tokenizer
) -> None:
    batches = QuestionBatches(data.train, {}, readings, replace(RECIPE, question_share=0.5))
    of_questions = [
        set(texts(batches.draw().questions, tokenizer)) <= set(QUESTIONS.values()) for _ in range(40)
    ]
    assert 8 < sum(of_questions) < 32


def test_a_sentence_stands_beside_the_rest_of_its_article(readings: Readings, tokenizer: Tokenizer) -> None:
    recipe = replace(
        RECIPE, policy_share=0, heading_share=0, made_share=0, piece_share=0, name_share=0, batch=4
    )
    batch = TextBatches(readings, recipe, seed=1).draw()
    wholes = {fold(text) for _, text in PASSAGES.values()}
    for question, passage in zip(
        texts(batch.questions, tokenizer), texts(batch.passages, tokenizer), strict=True
    ):
        assert {question + passage, passage + question} & wholes


def test_headings_and_made_questions_stand_beside_the_whole_article(
    readings: Readings, tokenizer: Tokenizer
) -> None:
    wholes = {fold(text) for _, text in PASSAGES.values()}
    for shares in ({"heading_share": 1.0, "made_share": 0.0}, {"made_share": 1.0, "heading_share": 0.0}):
        recipe = replace(RECIPE, policy_share=0, name_share=0, batch=2, **shares)
        batch = TextBatches(readings, recipe, seed=1).draw()
        assert set(texts(batch.passages, tokenizer)) <= wholes
        questions = texts(batch.questions, tokenizer)
        assert (set(questions) <= {"渔业法", "森林法"}) == (shares["heading_share"] == 1)


def test_batches_repeat_with_the_seed(readings: Readings) -> None:
    recipe = replace(RECIPE, question_drop=0.2, passage_drop=0.2)
    first, second, other = (TextBatches(readings, recipe, seed) for seed in (5, 5, 6))
    drawn = [[one.draw().passages.tokens.tolist() for _ in range(10)] for one in (first, second, other)]
    assert drawn[0] == drawn[1] != drawn[2]


def test_dropped_tokens_leave_one_at_least_and_lengths_hold(readings: Readings) -> None:
    whole = replace(RECIPE, policy_share=0, batch=4, longest_passage=5, longest_question=3)
    batch = TextBatches(readings, whole, seed=1).draw()
    assert max(np.diff(np.append(batch.passages.offsets, len(batch.passages.tokens)))) <= 5
    assert max(np.diff(np.append(batch.questions.offsets, len(batch.questions.tokens)))) <= 3
    thin = TextBatches(readings, replace(whole, passage_drop=0.999, question_drop=0.999), seed=1).draw()
    assert np.diff(np.append(thin.passages.offsets, len(thin.passages.tokens))).tolist() == [1, 1, 1, 1]


def test_loosened_texts_keep_their_signs() -> None:
    texts_ = ["渔业资源的保护，促进渔业生产", "", "ABC 12𠀀字字"]
    loose = loosened(texts_, 0.5, np.random.default_rng(1))
    assert [text.replace(" ", "") for text in loose] == [text.replace(" ", "") for text in texts_]
    assert loose != texts_
    assert "ABC" in loose[2]  # only between Chinese characters
    assert loosened(texts_, 0, np.random.default_rng(1)) == texts_


@pytest.mark.parametrize(
    ("sentence", "asked", "dropped"),
    [
        ("本条例所称古茶树，是指树龄一百年以上的茶树。", "古茶树", "一百年"),
        ("采伐林木由县级人民政府林业主管部门审核发放采伐许可证。", "审核发放采伐许可证", "林业主管部门"),
        ("主管部门应当自受理申请之日起二十日内作出决定。", "自受理申请之日起", "二十日"),
        ("擅自捕捞的，没收渔获物，处五万元以下罚款。", "擅自捕捞", "没收渔获物"),
        ("申请捕捞许可证应当提交下列材料：", "申请捕捞许可证", "下列材料"),
        ("出租人应当履行租赁物的维修义务。", "出租人", "应当"),
        ("损坏树木的，处赔偿费三倍的罚款。", "赔偿费", "三倍"),
    ],
)
def test_made_questions_keep_the_subject_and_drop_the_answer(sentence: str, asked: str, dropped: str) -> None:
    for seed in range(5):
        found = made_questions(sentence, random.Random(seed))
        assert any(asked in question and dropped not in question for question in found), found


@pytest.mark.parametrize(
    "sentence", ["为了加强渔业资源的保护，制定本法。", "2025年7月16日", "有下列行为之一的，责令改正："]
)
def test_a_sentence_that_answers_nothing_makes_no_question(sentence: str) -> None:
    assert made_questions(sentence, random.Random(1)) == []
