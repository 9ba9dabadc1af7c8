"""Both channels filter before they rank: no hit of an admitted policy is lost, whatever the filter and the limit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.retrieval.entries import Entry, IndexSource, PolicyRecord
from assistant.retrieval.filters import ClauseFilter
from assistant.retrieval.generation import OpenIndex
from tests.retrieval.made import CountingEncoder, opened

REGIONS, LEVELS = ("青山市", "福建省", ""), ("国家", "省级", "市级")
ISSUERS, STATUSES = ("林业局", "交通局", ""), ("现行", "征求意见稿", "已废止", "已失效")
DAYS = (None, date(2020, 1, 1), date(2023, 6, 30), date(2026, 12, 31))
POLICIES = 60
SUBJECTS = ("古茶树采摘鲜叶", "公交票价减免", "河道采砂许可", "绿地养护", "采摘公交")


def _records() -> dict[str, PolicyRecord]:
    draw = np.random.default_rng(5)

    def one(number: int) -> PolicyRecord:
        begin, end = DAYS[draw.integers(4)], DAYS[draw.integers(4)]
        chosen = [values[draw.integers(len(values))] for values in (REGIONS, LEVELS, ISSUERS, STATUSES)]
        return PolicyRecord(f"p{number}", f"第{number}号办法", *chosen, begin, end)

    return {f"p{number}": one(number) for number in range(POLICIES)}


RECORDS = _records()
ENTRIES = [
    Entry(f"p{number}#{clause}", f"p{number}", f"第{number % 7}号办法", SUBJECTS[(number * 3 + clause) % 5])
    for number in range(POLICIES)
    for clause in range(4)
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIndex]:
    """An index of two segments with dead rows."""
    root = tmp_path_factory.mktemp("filters")
    older = [
        Entry(e.address, e.policy_id, e.context, f"{e.text}旧") if e.policy_id == "p3" else e for e in ENTRIES
    ]
    opened(root, IndexSource.of_entries(older, RECORDS)).close()
    found = opened(root, IndexSource.of_entries(ENTRIES, RECORDS))
    assert len(found.segments) == 2
    yield found
    found.close()


def some(values: tuple[str, ...]) -> st.SearchStrategy[frozenset[str] | None]:
    return st.none() | st.frozensets(st.sampled_from([*values, "别的"]), max_size=3)


filters = st.builds(
    ClauseFilter,
    policy_ids=st.none() | st.frozensets(st.sampled_from([*RECORDS, "no-such"]), max_size=30),
    regions=some(REGIONS),
    levels=some(LEVELS),
    issuers=some(ISSUERS),
    statuses=some(STATUSES),
    in_force_on=st.none()
    | st.sampled_from([day for day in DAYS if day])
    | st.dates(date(2019, 1, 1), date(2028, 1, 1)),
)


def admitted(index: OpenIndex, places: list[tuple[int, float]], where: ClauseFilter) -> list[int]:
    return [place for place, _ in places if where.admits(RECORDS[index.entry(place).policy_id])]


@settings(max_examples=300, deadline=None)
@given(where=filters, limit=st.integers(1, 260), query=st.sampled_from([*SUBJECTS, "办法", "第3号"]))
def test_the_same_hits_as_filtering_the_whole_ranking(
    where: ClauseFilter, limit: int, query: str, index: OpenIndex
) -> None:
    everything = index.lexical.search(query, len(ENTRIES) + 10)
    wanted = admitted(index, everything, where)[:limit]
    assert [place for place, _ in index.lexical.search(query, limit, where)] == wanted
    vector = CountingEncoder().encode_queries([query])[0]
    ranked = index.vectors.search(vector, len(ENTRIES) + 10, None)
    assert len(ranked) == len(ENTRIES)
    nearest = index.vectors.search(vector, limit, index.table.allowed(where))
    assert [place for place, _ in nearest] == admitted(index, ranked, where)[:limit]


def test_every_kind_of_filter_admits_some_and_refuses_some() -> None:
    for where in (
        ClauseFilter(policy_ids=frozenset({"p1"})),
        ClauseFilter(regions=frozenset({"福建省"})),
        ClauseFilter(levels=frozenset({"市级"})),
        ClauseFilter(issuers=frozenset({"林业局"})),
        ClauseFilter(statuses=frozenset({"现行"})),
        ClauseFilter(in_force_on=date(2023, 6, 30)),
    ):
        assert {where.admits(record) for record in RECORDS.values()} == {True, False}
    assert all(ClauseFilter().admits(record) for record in RECORDS.values())


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2024, 4, 30), False),
        (date(2024, 5, 1), True),
        (date(2025, 5, 1), True),
        (date(2025, 5, 2), False),
    ],
)
def test_the_days_of_validity_are_both_inclusive(day: date, in_force: bool) -> None:
    record = PolicyRecord("p", status="现行", valid_from=date(2024, 5, 1), valid_to=date(2025, 5, 1))
    assert ClauseFilter(in_force_on=day).admits(record) is in_force
    draft = PolicyRecord("p", status="征求意见稿")
    assert not ClauseFilter(in_force_on=day).admits(draft)
