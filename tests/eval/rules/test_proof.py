"""`python -m eval oracle` and `mutants`: what they print, and the exit code that a build can trust."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from eval import __main__ as command
from eval.rules.agreement import Agreement
from eval.rules.mutants import Mutant, MutationReport

MUTANT = Mutant(line=12, key="limit", start=0, end=2, before="50", after="51")


def test_the_oracle_compares_as_many_as_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["oracle", "--applicants", "40", "--processes", "1"]) == 0
    printed = capsys.readouterr().out
    assert "40" in printed
    assert "within 1 of a limit" in printed


def test_a_disagreement_is_printed_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def disagreeing(*_: Any) -> Agreement:
        return Agreement(applicants=5, disagreeing=1, disagreements=["zc_9: engine 符合, oracle 不符合"])

    monkeypatch.setattr(command, "run_agreement", disagreeing)
    assert command.main(["oracle"]) == 1
    assert "zc_9: engine 符合, oracle 不符合" in capsys.readouterr().out


@pytest.mark.parametrize(("survivors", "code"), [((), 0), ((MUTANT,), 1)])
def test_a_surviving_mutant_is_named_by_line_and_fails(
    survivors: tuple[Mutant, ...],
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    report = MutationReport(7, Counter({"load": 2, "text": 5 - len(survivors)}), survivors, 99)
    monkeypatch.setattr(command, "run_mutants", lambda *_: report)
    assert command.main(["mutants"]) == code
    printed = capsys.readouterr().out
    assert "killed by text" in printed
    assert ("rules.yaml:12 limit: 50 → 51" in printed) == bool(survivors)


def test_a_mutant_changes_its_own_place() -> None:
    assert MUTANT.apply("50% of 50") == "51% of 50"
