from __future__ import annotations

import time
from pathlib import Path

import pytest

from assistant.errors import IndexLockedError
from assistant.retrieval.lock import UseMark, build_lock, exclusive


def test_a_second_builder_waits_its_bound_and_is_told(tmp_path: Path) -> None:
    with build_lock(tmp_path / "lock", 0):
        started = time.monotonic()
        with (
            pytest.raises(IndexLockedError, match=r"另一个进程正在建立索引.*0\.2 秒"),
            build_lock(tmp_path / "lock", 0.2),
        ):
            pass
        assert 0.2 <= time.monotonic() - started < 2
    with build_lock(tmp_path / "lock", 0):
        pass


def test_the_lock_is_free_again_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), build_lock(tmp_path / "new" / "lock", 0):
        raise KeyError
    with build_lock(tmp_path / "new" / "lock", 0):
        pass


def test_marks_are_shared_and_keep_the_cleaner_away(tmp_path: Path) -> None:
    path = tmp_path / "in-use"
    path.touch()
    first, second = UseMark(path), UseMark(path)
    first.release()
    first.release()
    with exclusive(path) as free:
        assert free is False
    second.release()
    with exclusive(path) as free:
        assert free is True


def test_a_mark_needs_its_file_and_a_missing_one_is_unused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        UseMark(tmp_path / "gone")
    with exclusive(tmp_path / "gone") as free:
        assert free is True
