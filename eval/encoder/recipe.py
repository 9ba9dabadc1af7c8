"""Every number that decides what the trained encoder is, besides the data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    """Steps, shares (0 to 1) and lengths (tokens, unless another unit is named)."""

    seed: int = 20261
    # Sums are split between threads: another count gives other bytes.
    threads: int = 2

    # The vocabulary. Rare texts count more, or statutes would drown the words of policies and questions.
    vocabulary: int = 16_000
    longest_token: int = 4  # characters
    counted: int = 3  # every third article is enough to count tokens
    policy_weight: int = 20
    question_weight: int = 5

    # The texts. `readings` is how often each is cut into tokens: once as it stands, then with a blank at `loosening` of
    # the places between two Chinese characters, so that 碳抵消 and 抵消 learn from each other.
    readings: int = 2
    loosening: float = 0.1
    longest_question: int = 64
    longest_passage: int = 160

    # The model and its loss.
    dimension: int = 256
    scale: float = 20.0
    batch: int = 1024
    question_drop: float = 0.1
    passage_drop: float = 0.1

    # Stage 1: statutes and policies. What is neither heading nor made question is a sentence and its rest.
    steps: int = 800
    learning_rate: float = 0.04
    policy_share: float = 0.08
    heading_share: float = 0.13
    made_share: float = 0.15
    piece_share: float = 0.3
    name_share: float = 0.5

    # Stage 2: public questions and their gold articles, among batches of stage 1 so that those are not forgotten.
    question_steps: int = 300
    question_rate: float = 0.003
    question_share: float = 0.6
    negative_depth: int = 60
    negatives: int = 3
