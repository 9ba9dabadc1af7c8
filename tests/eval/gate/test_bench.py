"""The bench: what alarms is not mutated, what passes is, and the tables say how much was caught."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO

from rich.console import Console

from assistant.retrieval.progress import SilentProgress
from eval.gate import bench
from eval.gate.bench import ANSWERS, PARAPHRASES, UNQUOTED, Held, Tally
from eval.gate.command import authored_table, mutants_table, report, thresholds
from eval.gate.given import Given, Written
from tests.agent.verification.made import LIMITS, cited

RIGHT = Given("r", "年取水量不低于300吨[1]。", cited(LIMITS))
WRONG = replace(RIGHT, id="w", text="年取水量不低于310吨[1]。")


def test_texts_that_hold_and_do_not_pass_are_alarms() -> None:
    held, passed = bench.hold([RIGHT, WRONG, replace(RIGHT, id="d", alarmed=True)])
    assert [alarm.id for alarm in held.alarms] == ["w", "d"]
    assert [given.id for given in passed] == ["r"]
    assert held.texts == 3
    assert (held.percentile(0.95) or 0) > 0


def test_mutants_are_counted_by_kind_and_limited() -> None:
    texts = [replace(RIGHT, id=f"r{number}") for number in range(5)]
    tally = bench.change(texts, SilentProgress(), limit=3)
    assert tally.tried["digit"] == 3
    assert tally.share("digit") == 1.0
    assert tally.share("nothing") is None
    assert all(tally.caught[kind] <= tally.tried[kind] for kind in tally.tried)


def test_a_row_with_a_note_does_not_count_and_an_alarm_has_no_wrong_versions() -> None:
    wrong = (("digit", "年取水量不低于310吨[1]。"), ("relation", RIGHT.text))
    rows = [Written(RIGHT, wrong), Written(WRONG, wrong), Written(WRONG, wrong, "own arithmetic")]
    held, tally, passed = bench.judge(rows)
    assert (held.texts, len(held.alarms), len(passed)) == (2, 1, 1)
    assert (tally.tried.total(), tally.caught.total()) == (2, 1)
    assert tally.misses[0].kind == "relation"


def test_tables_and_limits() -> None:
    tally = Tally()
    tally.add("digit", "a", "…", "3 → 6", ())
    helds = {name: Held(100, (), (1.0, 30.0)) for name in (ANSWERS, UNQUOTED, PARAPHRASES)}
    tallies = dict.fromkeys((ANSWERS, UNQUOTED, PARAPHRASES), tally)
    rows = {row["name"]: row for row in thresholds(helds, tallies)}
    assert rows["caught: digit"]["met"] is False
    assert rows["caught: unit"]["met"] is None
    assert rows["mutants"] == {"name": "mutants", "limit": "≥ 3000", "measured": "3", "met": False}
    assert rows[f"false alarms: {ANSWERS}"]["met"] is True
    assert rows["an answer, p95"]["met"] is False
    out = StringIO()
    console = Console(file=out, width=160)
    console.print(mutants_table(tallies), authored_table(tally, "dev"))
    assert "0.000" in out.getvalue()
    assert report(helds, tallies, tally)["mutants"][ANSWERS] == {"digit": [0, 1]}
