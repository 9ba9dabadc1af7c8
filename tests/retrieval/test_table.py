from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.errors import IndexDamagedError
from assistant.retrieval.entries import PolicyRecord
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.segment import place_of
from assistant.retrieval.table import PlacedPolicy, PolicyTable

TEA = PolicyRecord("tea", "茶树办法", "青山市", "市级", "林业局", "现行", date(2024, 5, 1), date(2030, 1, 1))
TABLE = (
    PlacedPolicy(TEA, "f-tea", 0, 2, 3),
    PlacedPolicy(PolicyRecord("none"), "f-none", 0, 0, 0),
    PlacedPolicy(PolicyRecord("bus"), "f-bus", 1, 0, 2),
)
SEGMENTS = {0: 6, 1: 2}


def test_a_place_belongs_to_the_policy_that_claims_it() -> None:
    table = PolicyTable(TABLE, SEGMENTS)
    assert table.clauses == 5
    owners = [table.policy_at(row) for row in range(8)]
    assert [owner.record.id if owner else None for owner in owners] == [
        *(None, None, "tea", "tea", "tea", None),
        *(None, None),
    ]
    assert table.policy_at(place_of(1, 1)) == TABLE[2]
    assert table.policy_at(place_of(2, 0)) is None
    assert list(TABLE[2].places) == [place_of(1, 0), place_of(1, 1)]


def test_live_rows_and_admitted_rows() -> None:
    table = PolicyTable(TABLE, SEGMENTS)
    first = table.live[0]
    assert first is not None
    assert first.tolist() == [False, False, True, True, True, False]
    assert table.live[1] is None
    assert table.allowed(ClauseFilter()) is None
    assert table.allowed(ClauseFilter(policy_ids=frozenset())) == {}
    tea = table.allowed(ClauseFilter(levels=frozenset({"市级"})))
    assert tea is not None
    assert {number: mask.tolist() for number, mask in tea.items()} == {0: first.tolist()}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    table = PolicyTable(TABLE, SEGMENTS)
    table.write(tmp_path)
    again = PolicyTable.read(tmp_path, SEGMENTS)
    assert again.policies == table.policies
    assert list(again.policies) == ["tea", "none", "bus"]
    assert again.fingerprint == table.fingerprint != PolicyTable(TABLE[1:], SEGMENTS).fingerprint


@pytest.mark.parametrize(
    "wrong",
    [
        PlacedPolicy(PolicyRecord("x"), "f", 0, 4, 1),
        PlacedPolicy(PolicyRecord("x"), "f", 0, 5, 2),
        PlacedPolicy(PolicyRecord("x"), "f", 0, -1, 1),
        PlacedPolicy(PolicyRecord("x"), "f", 3, 0, 1),
    ],
)
def test_rows_that_are_claimed_twice_or_do_not_exist(wrong: PlacedPolicy) -> None:
    with pytest.raises(IndexDamagedError, match="政策 x 的行"):
        PolicyTable([*TABLE, wrong], SEGMENTS)


@pytest.mark.parametrize("text", ["", "[", "[[1]]", '[["a"]]', "{}x"])
def test_noise_is_damage(text: str, tmp_path: Path) -> None:
    (tmp_path / "policies.json").write_text(text, encoding="utf-8")
    with pytest.raises(IndexDamagedError, match="政策表"):
        PolicyTable.read(tmp_path, SEGMENTS)
