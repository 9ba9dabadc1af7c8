"""No number of the rules can change unnoticed: a sample of what `python -m eval mutants` tries."""

from __future__ import annotations

import pytest

from eval.rules.mutants import KILLERS, Killers, count_wording, mutants_of
from tests.rules.conftest import CORPUS, FACTORY

SOURCE = (CORPUS / FACTORY / "rules.yaml").read_text(encoding="utf-8")
RULES = {"formula", "limit", "condition", "follows", "minimum", "exclusive_minimum", "total", "form", "annex"}
MUTANTS = mutants_of(SOURCE)


@pytest.fixture(scope="module")
def killers() -> Killers:
    return Killers(CORPUS, 300)


def test_the_unchanged_book_passes(killers: Killers) -> None:
    assert killers.killer(SOURCE) is None


def test_each_mutant_changes_one_number_and_nothing_else() -> None:
    assert len(MUTANTS) > 1500
    for mutant in MUTANTS:
        changed = mutant.apply(SOURCE)
        assert SOURCE[mutant.start : mutant.end] == mutant.before != mutant.after
        assert len(changed) - len(SOURCE) == len(mutant.after) - len(mutant.before)
    assert count_wording(SOURCE) > 100


def test_mutants_reach_every_kind_of_number() -> None:
    assert {"quote", "clause", "points", "maximum", "score", "criteria", *RULES} <= {
        one.key for one in MUTANTS
    }


def test_every_mutant_is_killed(killers: Killers) -> None:
    chosen = [one for one in MUTANTS if one.key in RULES][::2]
    chosen += [one for one in MUTANTS if one.key not in RULES][::50]
    killed = {str(mutant): killers.killer(mutant.apply(SOURCE)) for mutant in chosen}
    assert [mutant for mutant, killer in killed.items() if killer is None] == []
    assert set(killed.values()) <= set(KILLERS)


def test_a_change_that_only_an_applicant_can_show_is_killed_by_one(killers: Killers) -> None:
    """The emissions of another year: legal, and in no disagreement with the text."""
    last = "annual_emissions ÷ industrial_added_value"
    assert last in SOURCE
    swapped = SOURCE.replace(last, "cultivation_start_emissions ÷ industrial_added_value", 1)
    assert killers.killer(swapped) in ("golden", "oracle")


def test_wording_is_no_rule(killers: Killers) -> None:
    assert killers.killer(SOURCE.replace("请问企业2021年（基准期）", "请问企业2022年（基准期）", 1)) is None
