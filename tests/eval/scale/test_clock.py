from __future__ import annotations

from pathlib import Path

import pytest

from eval.memory import Memory, folder_mb
from eval.scale.clock import StepClock, replaced, spread, timed_calls


class Thing:
    def work(self, number: int) -> int:
        if number < 0:
            raise ValueError("negative")
        return number + 1


def test_steps_are_added_up_by_label_and_one_left_open_ends_with_the_next() -> None:
    ticks = iter([0.0, 2.0, 5.0, 6.0, 10.0, 11.0])
    clock = StepClock(lambda: next(ticks))
    clock.start("甲", 3)
    clock.advance()
    clock.finish()
    clock.finish()
    clock.start("乙", 1)
    clock.start("甲", 1)  # 乙 ends at 6, 甲 begins at 10
    clock.finish()
    assert clock.seconds == {"甲": 3.0, "乙": 1.0}


def test_calls_are_timed_and_the_class_is_as_before() -> None:
    work = Thing.work
    with timed_calls({"work": (Thing, "work")}) as times:
        assert Thing().work(1) == 2
        with pytest.raises(ValueError, match="negative"):
            Thing().work(-1)
    Thing().work(5)
    assert len(times["work"]) == 2
    assert min(times["work"]) >= 0
    assert Thing.work is work


def test_what_was_replaced_comes_back_after_an_error() -> None:
    work = Thing.work
    with pytest.raises(KeyError), replaced(Thing, "work", None):
        raise KeyError
    assert Thing.work is work


def test_a_spread_is_by_nearest_rank() -> None:
    assert spread([float(n) for n in range(1, 101)]) == {"p50": 50, "p95": 95, "p99": 99, "max": 100}
    assert spread([])["p50"] is None


def test_memory_is_that_of_the_process_and_grows_with_what_it_holds() -> None:
    before = Memory.of()
    if before is None:
        pytest.skip("this system has no /proc")
    held = bytearray(b"x" * 50_000_000)
    after = Memory.of()
    assert after is not None
    assert after.resident_mb - before.resident_mb > 40
    assert after.peak_mb >= after.resident_mb - 1
    assert after.resident_mb == pytest.approx(after.anonymous_mb + after.mapped_mb, rel=0.01)
    assert len(held) == 50_000_000
    assert Memory.of(2**22 + 1) is None


def test_a_file_of_two_names_is_on_the_disk_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 1_000_000)
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "b").hardlink_to(tmp_path / "a")
    (tmp_path / "c").write_bytes(b"x" * 500_000)
    assert folder_mb(tmp_path) == 1.5
