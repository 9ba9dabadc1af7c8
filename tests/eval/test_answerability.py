from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.retrieval.answerable import FEATURES, AnswerableModel
from eval import __main__ as command
from eval import answerability, answerable_command
from eval.answerability import Case, Examined, Scored
from eval.beir.folder import Passage, read_beir
from eval.beir.workshop import Workshop
from eval.questions import Question
from tests.eval.beir import made
from tests.eval.made import question

PASSAGES = [Passage(*row) for row in made.PASSAGES]


@pytest.fixture
def examined(tmp_path: Path) -> Examined:
    return Examined(Workshop(PASSAGES, tmp_path / "cache", {}))


def test_only_questions_beyond_doubt_are_cases() -> None:
    rows: list[Question] = [
        question(gold=[["p#一"]]),
        question(status=["refused"]),
        question(status=["answered", "refused"], gold=[["p#一"]]),
        question(),
    ]
    cases = answerability.product_cases(rows, "dev")
    assert [case.answerable for case in cases] == [True, False]


def test_a_public_question_is_foreign_to_the_policies_and_answered_by_its_law(tmp_path: Path) -> None:
    judged = read_beir(made.folder(tmp_path / "beir"), "dev")
    foreign = answerability.foreign_cases(judged)
    assert [(case.id, case.corpus, case.answerable) for case in foreign] == [
        ("q1", "policies", False),
        ("q2", "policies", False),
    ]
    assert len(answerability.foreign_cases(judged, 1)) == 1
    own = [case for case in answerability.statute_cases(judged) if case.id == "q1"]
    assert [(case.corpus, case.answerable, case.without) for case in own] == [
        ("statutes", True, frozenset()),
        ("statutes", False, frozenset({"示范法"})),
    ]


def test_a_law_that_is_taken_out_is_neither_found_nor_counted(examined: Examined) -> None:
    whole = examined.values("绿色电力证书谁核发")
    without = examined.values("绿色电力证书谁核发", frozenset({"另一法"}))
    assert whole["terms_covered"] > 0.5 > without["terms_covered"]
    assert without["terms_known"] < whole["terms_known"]
    assert without["score"] < whole["score"]
    assert without["cosine"] < whole["cosine"]


def test_frequencies_are_of_passages_whatever_part_has_the_term(examined: Examined) -> None:
    kept = examined.kept(frozenset())
    assert examined.doc_freq("characters", "示范", kept) == 3  # in headings only
    assert examined.doc_freq("characters", "核发", kept) == 2
    assert examined.doc_freq("words", "证书", kept) == 2
    assert examined.doc_freq("characters", "没有", kept) == 0
    assert examined.doc_freq("characters", "示范", examined.kept(frozenset({"示范法"}))) == 0


def rows(shift: float = 0.0) -> list[Scored]:
    """20 questions: a high cosine is answered; `shift` moves all of them."""
    return [
        Scored(
            Case(f"q{place}", "made", "policies", "", place >= 10),
            dict.fromkeys(FEATURES, 0.0) | {"cosine": place / 20 + shift},
        )
        for place in range(20)
    ]


def test_a_fit_separates_what_can_be_separated() -> None:
    model = answerability.fitted(rows())
    assert model.weights["cosine"] > 0
    assert model.probability(rows()[0].values) < 0.5 < model.probability(rows()[-1].values)
    assert answerability.feature_aucs(rows())["cosine"] == 1
    assert answerability.feature_aucs(rows())["score"] == 0.5


def test_labels_weigh_the_same_whatever_their_numbers() -> None:
    twice = rows() + [row for row in rows() if row.case.answerable] * 5
    once, often = answerability.fitted(rows()), answerability.fitted(twice)
    assert often.intercept == pytest.approx(once.intercept, abs=0.01)


def test_a_fold_never_judges_a_question_that_it_was_fitted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[set[str]] = []
    real = answerability.fitted

    def spying(part: list[Scored]) -> AnswerableModel:
        seen.append({row.case.id for row in part})
        return real(part)

    monkeypatch.setattr(answerability, "fitted", spying)
    doubled = rows() + rows()
    found = answerability.out_of_fold(doubled)
    assert len(seen) == answerability.FOLDS
    assert all(len(ids) == 16 for ids in seen)
    assert found[:20] == found[20:]


def test_figures_checked_by_hand() -> None:
    found = answerability.figures([True, True, False, False], [0.9, 0.4, 0.6, 0.1])
    assert found["auc"] == 0.75
    assert (found["precision"], found["recall"]) == (0.5, 0.5)
    assert (found["refusal_precision"], found["refusal_recall"]) == (0.5, 0.5)
    # Every case stands alone in its bin: |0.9-1|, |0.4-1|, |0.6-0|, |0.1-0|, a quarter each.
    assert found["ece"] == pytest.approx((0.1 + 0.6 + 0.6 + 0.1) / 4)
    assert [row["cases"] for row in found["bins"]] == [1, 0, 1, 1, 1]
    alone = answerability.figures([False, False], [0.2, 0.7])
    assert (alone["auc"], alone["recall"], alone["refusal_recall"]) == (None, None, 0.5)


def test_the_command_fits_reports_and_writes_docs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answered, refused = question(gold=[["fujian-zero-carbon-factory#第八条"]]), question(status=["refused"])
    rows = [
        replace(one, id=f"{name}{n}") for n in range(3) for name, one in (("a", answered), ("r", refused))
    ]
    splits = {"dev": rows, "test": rows}
    weights, docs, out = tmp_path / "weights.json", tmp_path / "retrieval.md", tmp_path / "report.json"
    monkeypatch.setattr(answerable_command, "load_split", splits.__getitem__)
    monkeypatch.setattr(answerable_command, "WEIGHTS", weights)
    monkeypatch.setattr(answerable_command, "DOCS", docs)
    beir = made.folder(tmp_path / "beir")
    arguments = [
        "answerable",
        str(beir),
        "--fit",
        "--docs",
        "--cache",
        str(tmp_path / "cache"),
        "--json",
        str(out),
    ]
    assert command.main(arguments) == 0
    assert json.loads(weights.read_text(encoding="utf-8"))["fitted_on"]["cases"]["product dev"] == 6
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["held out"]["public dev over the policies"]["answerable"] == 0
    assert report["weights"] == json.loads(weights.read_text(encoding="utf-8"))["weights"]
    assert "| in folds: all | 8 | 3 |" in docs.read_text(encoding="utf-8")
