from __future__ import annotations

from assistant.retrieval.planning import UpdatePlan, plan_build, plan_update
from assistant.retrieval.table import PolicyTable
from tests.retrieval.made import made_policies, without


def after(plan: UpdatePlan, source: object, segments: dict[int, int]) -> tuple[PolicyTable, dict[int, int]]:
    """Table and segments once the plan is carried out."""
    placed = list(plan.placed(source))  # type: ignore[arg-type]
    rows = {**segments, plan.segment: len(plan.rows)}
    used = {policy.segment for policy in placed if policy.count}
    return PolicyTable(placed, {key: rows[key] for key in used}), {key: rows[key] for key in used}


def test_a_build_writes_everything() -> None:
    source = made_policies(10)
    plan = plan_build(source)
    assert (plan.whole, plan.segment, plan.added, plan.encoded, len(plan.rows)) == (True, 0, 10, 50, 50)
    assert [clause.place for clause in plan.rows] == list(range(50))
    assert [clause.entry for clause in plan.rows] == list(source.entries)


def test_an_update_writes_what_differs() -> None:
    source = made_policies(100)
    table, segments = after(plan_build(source), source, {})
    target = without(made_policies(102, marks={7: "改"}), "p50")
    plan = plan_update(target, table, segments)
    assert (plan.whole, plan.segment) == (False, 1)
    assert (plan.added, plan.changed, plan.withdrawn) == (2, 1, 1)
    assert [policy.source.record.id for policy in plan.written] == ["p7", "p100", "p101"]
    assert plan.encoded == len(plan.rows) == 15
    assert set(plan.dropped) == {"p7", "p50"}
    new, _ = after(plan, target, segments)
    assert list(new.policies) == list(target.policies)
    assert new.fingerprint == target.fingerprint
    assert new.clauses == 101 * 5


def test_nothing_to_do_writes_nothing() -> None:
    source = made_policies(4)
    table, segments = after(plan_build(source), source, {})
    plan = plan_update(source, table, segments)
    assert (plan.added, plan.changed, plan.withdrawn, len(plan.rows), plan.dropped) == (0, 0, 0, 0, ())


def test_too_many_dead_rows_and_everything_is_written_anew_and_only_the_new_is_encoded() -> None:
    source = made_policies(20)
    table, segments = after(plan_build(source), source, {})
    target = made_policies(20, marks=dict.fromkeys(range(6), "改"))
    plan = plan_update(target, table, segments)
    assert plan.whole
    assert (len(plan.rows), plan.encoded) == (100, 30)
    assert after(plan, target, segments)[1] == {1: 100}


def test_many_segments_are_merged_and_a_large_one_stays() -> None:
    """Forty updates in a row: the bound holds, the large segment is never written again, and few rows move."""
    source = made_policies(1000)
    table, segments = after(plan_build(source), source, {})
    written = encoded = 0
    for step in range(40):
        target = made_policies(1000 + step + 1)
        plan = plan_update(target, table, segments)
        written += len(plan.rows)
        encoded += plan.encoded
        table, segments = after(plan, target, segments)
        assert table.fingerprint == target.fingerprint
        assert len(segments) <= 8
        assert segments[0] == 5000
    assert encoded == 40 * 5
    assert written < 4 * encoded
