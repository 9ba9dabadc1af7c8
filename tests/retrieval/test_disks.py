"""Folders that cannot be written, and disks that are full: real mounts, which take root."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.documents.library import Library
from assistant.errors import SearchIndexError
from assistant.retrieval.entries import IndexSource
from assistant.retrieval.search import Retriever
from assistant.settings import Settings
from tests.retrieval.holding import holds
from tests.retrieval.made import TEA, CountingEncoder, made_policies, opened, write_policy

Mount = Callable[..., Path]
POLICIES = 600


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Mount]:
    """Mounts a file system for as long as the test runs."""
    done: list[Path] = []

    def mount(target: Path, *words: str) -> Path:
        target.mkdir(parents=True, exist_ok=True)
        command = ["mount", *words, str(target)]
        if os.geteuid() != 0:
            pytest.skip("only root can mount")
        told = subprocess.run(command, capture_output=True, text=True)
        if told.returncode:
            pytest.skip(f"cannot mount here: {told.stderr.strip()}")
        done.append(target)
        return target

    yield mount
    for target in reversed(done):
        subprocess.run(["umount", "-l", str(target)], check=True)


def remount(folder: Path, mode: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{mode}", str(folder)], check=True)


def free_bytes(folder: Path) -> int:
    status = os.statvfs(folder)
    return status.f_bavail * status.f_frsize


def test_a_read_only_folder_with_a_good_index_serves(
    settings: Settings, library: Library, mounted: Mount
) -> None:
    mounted(settings.indexes, "-t", "tmpfs", "-o", "size=64m", "tmpfs")
    first = Retriever.open(settings, library)
    expected = first.search("采摘鲜叶一年几次", 20)
    first.close()
    for lock in settings.indexes.rglob("*.lock"):
        lock.unlink()
    remount(settings.indexes, "ro")
    retriever = Retriever.open(settings, library)
    assert retriever.search("采摘鲜叶一年几次", 20) == expected
    assert retriever.uncovered("鲸鱼和鲜叶") == ("鲸鱼",)
    retriever.close()


def test_a_read_only_folder_that_must_be_written_is_told_and_stays_as_it_is(
    settings: Settings, library: Library, mounted: Mount, tmp_path: Path
) -> None:
    mounted(settings.indexes, "-t", "tmpfs", "-o", "size=64m", "tmpfs")
    remount(settings.indexes, "ro")
    with pytest.raises(SearchIndexError, match="无法写入"):
        Retriever.open(settings, library)
    remount(settings.indexes, "rw")
    Retriever.open(settings, library).close()
    write_policy(tmp_path / "corpus", "qingshan-tea", "青山市古茶树保护办法", TEA.replace("两次", "三次"))
    remount(settings.indexes, "ro")
    with pytest.raises(SearchIndexError, match="无法写入"):
        Retriever.open(settings, Library.load(tmp_path / "corpus"))
    retriever = Retriever.open(settings, library)
    assert retriever.search("采摘鲜叶", 1)[0].address == "qingshan-tea#第四条"
    retriever.close()


def test_a_disk_that_fills_up_leaves_the_old_index_in_service(mounted: Mount, tmp_path: Path) -> None:
    """Free space from nothing to a little less than what is needed: each part of the work meets the end of the disk."""
    disk = mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=128m", "tmpfs")
    root = disk / "index"
    old = made_policies(POLICIES)
    # Everything changes where it is built anew; a policy in ten where it is updated.
    for step in (1, 10):
        opened(root, old).close()
        new = made_policies(POLICIES, marks=dict.fromkeys(range(0, POLICIES, step), "鲸鱼搁浅"))
        served = opened(root, old)
        before = free_bytes(disk)
        opened(root, new).close()
        needed = before - free_bytes(disk)
        opened(root, old).close()
        names = {path.relative_to(root) for path in root.rglob("*")}
        for share in (0.0, 0.1, 0.3, 0.5, 0.7, 0.9):
            (disk / "ballast").write_bytes(b"\0" * (free_bytes(disk) - int(needed * share)))
            with pytest.raises(SearchIndexError, match="无法写入"):
                opened(root, new, CountingEncoder())
            (disk / "ballast").unlink()
            holds(served, old)
            assert {path.relative_to(root) for path in root.rglob("*")} == names
        served.close()
        again = opened(root, new)
        holds(again, new)
        again.close()


def test_the_disk_is_full_from_the_start(mounted: Mount, tmp_path: Path) -> None:
    disk = mounted(tmp_path / "disk", "-t", "tmpfs", "-o", "size=1m", "tmpfs")
    with pytest.raises(SearchIndexError, match="无法写入"):
        opened(disk / "index", IndexSource.of_entries(made_policies(10).entries))
    assert list((disk / "index").glob("g-*")) == []
