from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from assistant.agent.answer import Answer
from assistant.errors import InputError
from assistant.retrieval.progress import SilentProgress
from eval.answers import Judge, Outcome, by_kind, converse, groups, tally
from eval.citations import StoredTexts
from eval.questions import Question, parse_row
from eval.report import answers_report, retrieval_report, write_report
from eval.retrieval import run_retrieval, sections, summarise
from eval.tables import (
    answer_thresholds,
    answers_table,
    print_answer_failures,
    print_retrieval_failures,
    retrieval_table,
    thresholds_table,
)
from tests.eval.made import answer, citation, corpus

GOLD = [["made-policy#第八条"]]


def asked(identity: str, *turns: str, kind: str = "lookup", **expect: Any) -> Question:
    row = {"id": identity, "user": "hotline", "kind": kind, "turns": list(turns)}
    return parse_row(json.dumps({**row, "expect": {"status": ["answered"], **expect}}), "made:1")


def replies(message: str, conversation_id: str | None) -> Answer:
    """A made assistant: each message is a case."""
    if message == "太长":
        raise InputError("消息太长")
    if message == "天气":
        return answer("政策里没有。", status="refused")
    if message == "错引":
        return answer("达100%[1]", citations=(citation(start=0),))
    if message == "凭空":
        return answer("还差7万吨")
    if message == "接着":
        return answer(f"接着{conversation_id}")
    return answer("不得超过50%[1]", citations=(citation(),))


QUESTIONS = [
    asked("q1", "抵消上限", gold=GOLD, numbers=["50%"]),
    asked("q2", "天气", kind="refusal", status=["refused"]),
    asked("q3", "抵消上限", kind="refusal", status=["refused"]),
    asked("q4", "天气"),
    asked("q5", "错引", numbers=["100%"]),
    asked("q6", "凭空"),
    asked("q7", "太长", gold=GOLD),
]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    return Judge(replies, StoredTexts(corpus(tmp_path)))


def outcomes(judge: Judge, split: str) -> list[Outcome]:
    return judge.run(QUESTIONS, split, SilentProgress())


def test_every_way_to_fail_is_seen(judge: Judge) -> None:
    failed = {outcome.question.id: outcome.failed for outcome in outcomes(judge, "dev")}
    assert failed == {
        "q1": (),
        "q2": (),
        "q3": ("status",),
        "q4": ("status",),
        "q5": ("citations",),
        "q6": ("sources",),
        "q7": ("gold", "status"),
    }


def test_the_tally_adds_up(judge: Judge) -> None:
    row = tally(outcomes(judge, "dev"))
    assert (row.questions, row.citations, row.bad_citations, row.unsourced) == (7, 3, 1, 1)
    assert row.gold == 1 / 2
    assert row.right == 4 / 7
    assert row.numbers == 1
    assert row.verdict is None
    assert (row.refused, row.not_refused) == (1 / 2, 3 / 5)
    assert row.p95_ms is not None
    met = {limit["name"]: limit["met"] for limit in answer_thresholds(row)}
    assert met == {
        "gold clause among the cited": False,
        "answer right": False,
        "wrong verdicts": True,
        "wrong numbers": True,
        "refused what must be": False,
        "not refused what must not be": False,
        "citations that verify": False,
        "figures without a source": False,
        "a turn, p95": True,
    }
    good = outcomes(judge, "dev")[:2]
    assert [limit["met"] for limit in answer_thresholds(tally(good))] == [True] * 9
    wrong = [replace(good[0], checks=replace(good[0].checks, wrong=("verdict", "number")))]
    missed = [limit["name"] for limit in answer_thresholds(tally([*good, *wrong])) if not limit["met"]]
    assert missed == ["wrong verdicts", "wrong numbers"]
    assert "wrong number" in failures([replace(wrong[0], citation_faults=("x",))])


def test_outcomes_are_split_by_turns_and_by_author(judge: Judge) -> None:
    rows = [asked("a1", "抵消上限"), asked("a2", "天气", "抵消上限"), asked("b1", "天气", kind="refusal")]
    found = groups(judge.run(rows, "dev", SilentProgress()))
    assert [{name: [one.question.id for one in part] for name, part in group.items()} for group in found] == [
        {"all": ["a1", "a2", "b1"]},
        {"one turn": ["a1", "b1"], "conversations": ["a2"]},
        {"author a": ["a1", "a2"], "author b": ["b1"]},
        {"lookup": ["a1", "a2"], "refusal": ["b1"]},
    ]


def test_an_error_of_a_turn_is_kept_and_the_conversation_goes_on() -> None:
    first, second, third = converse(replies, ["抵消上限", "太长", "接着"])
    assert first.answer is not None
    assert (second.answer, second.error) == (None, "InputError: 消息太长")
    assert third.answer is not None
    assert third.answer.answer == "接着c1"


def test_citations_and_figures_of_every_turn_are_checked(judge: Judge) -> None:
    outcome = judge.judge(asked("q1", "错引", "凭空", "抵消上限"), "dev")
    assert outcome.citation_faults == ("turn 1 [1] made-policy#第八条/（二）: span does not hold the quote",)
    assert outcome.figures == ("7万吨",)
    assert outcome.checks.right


def test_a_figure_said_in_a_later_turn_is_no_source_for_an_earlier_answer(judge: Judge) -> None:
    assert judge.judge(asked("q1", "凭空", "是7万吨"), "dev").figures == ("7万吨",)
    assert judge.judge(asked("q1", "是7万吨", "凭空"), "dev").figures == ()


def test_an_unexpected_error_names_the_question() -> None:
    def broken(message: str, conversation_id: str | None) -> Answer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as caught:
        Judge(broken, StoredTexts(Path())).judge(QUESTIONS[0], "test")
    assert caught.value.__notes__ == ["while asking question q1 (test)"]


def printed(show: object) -> str:
    paper = StringIO()
    Console(file=paper, width=200).print(show)
    return paper.getvalue()


def failures(rows: Sequence[Outcome]) -> str:
    paper = StringIO()
    print_answer_failures(Console(file=paper, width=200), rows)
    return paper.getvalue()


def test_failures_of_dev_are_told_with_words_and_those_of_test_are_not(judge: Judge) -> None:
    dev, test = failures(outcomes(judge, "dev")), failures(outcomes(judge, "test"))
    assert "问 凭空" in dev
    assert "答 达100%[1]" in dev
    assert "sources: 7万吨 stands in no source" in dev
    assert "InputError: 消息太长" in dev
    assert "q1" not in dev
    assert [line.split(" ")[0] for line in test.splitlines()] == ["q3", "q4", "q5", "q6", "q7"]
    for words in ("凭空", "天气", "抵消", "7万吨", "made-policy", "refused", "太长"):
        assert words not in test


def test_reports_of_test_hold_no_words(judge: Judge, tmp_path: Path) -> None:
    path = write_report(
        "answers", {"answers": answers_report(outcomes(judge, "test"))}, tmp_path / "r" / "t.json"
    )
    text = path.read_text(encoding="utf-8")
    report = json.loads(text)["answers"]
    assert report["all"]["questions"] == 7
    assert report["kinds"]["refusal"]["refused"] == 0.5
    assert report["questions"][4] == {"id": "q5", "kind": "lookup", "failed": ["citations"]}
    assert not any(words in text for words in ("凭空", "天气", "抵消", "7万吨"))
    dev = answers_report(outcomes(judge, "dev"))["questions"]
    assert dev[5]["turns"][0]["message"] == "凭空"
    assert dev[5]["reasons"] == ["sources: 7万吨 stands in no source"]


def test_tables_show_every_kind(judge: Judge) -> None:
    rows = outcomes(judge, "dev")
    shown = printed(answers_table(rows, "dev"))
    assert [line for line in shown.splitlines() if " refusal " in line]
    assert "1/3" in shown
    assert "missed" in printed(thresholds_table(answer_thresholds(tally(rows)), "limits"))
    assert list(by_kind(rows)) == ["lookup", "refusal"]


def search(query: str, limit: int, before: Sequence[str]) -> list[str]:
    if query == "太长":
        raise InputError("消息太长")
    if before:
        return ["made-policy#第八条/（二）"]
    return ["made-policy#一", "made-policy#第八条/（一）", "made-policy#第八条/（二）"][:limit]


def test_retrieval_is_measured_on_the_last_turn_with_and_without_those_before_it() -> None:
    questions = [*QUESTIONS, asked("q8", "太长", "抵消上限", gold=GOLD)]
    rankings = run_retrieval(search, questions, "dev", SilentProgress())
    assert [(ranking.question.id, ranking.alone) for ranking in rankings] == [
        ("q1", False),
        ("q7", False),
        ("q8", False),
        ("q8", True),
    ]
    assert [ranking.values["MRR@10"] for ranking in rankings] == [0.5, 0, 1, 0.5]
    assert rankings[1].error == "InputError: 消息太长"
    parts = sections(rankings)
    assert (len(parts["all"]), len(parts["one turn"]), len(parts["several turns"])) == (3, 2, 1)
    assert summarise(parts["one turn"])["recall@5"] == 0.5
    assert summarise(parts["several turns"])["MRR@10"] == 1
    assert summarise(parts["last turn alone"])["MRR@10"] == 0.5
    assert [row.get("alone", False) for row in retrieval_report(rankings)["questions"]] == [False] * 3 + [
        True
    ]
    assert summarise([])["recall@5"] is None
    assert "several turns" in printed(retrieval_table(rankings, "dev"))


@pytest.mark.parametrize(("split", "told"), [("dev", True), ("test", False)])
def test_missed_gold_of_test_is_told_by_id_alone(split: str, told: bool) -> None:
    rankings = run_retrieval(
        search, [asked("q9", "抵消上限", gold=[["made-policy#别处"]])], split, SilentProgress()
    )
    paper = StringIO()
    print_retrieval_failures(Console(file=paper, width=200), rankings)
    text = paper.getvalue()
    assert "q9" in text
    assert ("抵消上限" in text) is told
    assert ("made-policy#别处" in text) is told
    assert ("hits" in retrieval_report(rankings)["questions"][0]) is told
