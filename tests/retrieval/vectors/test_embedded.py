from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.retrieval.lock import build_lock
from assistant.retrieval.progress import SilentProgress
from assistant.retrieval.vectors.caches import CacheFactory
from assistant.retrieval.vectors.chroma import CacheBusy, CacheFault
from assistant.retrieval.vectors.embedded import (
    CACHE_NAME,
    LOCK_NAME,
    MARKER_NAME,
    EmbeddedSource,
    build_embedded,
    open_embedded,
)
from assistant.retrieval.vectors.exact import VectorSegment
from tests.retrieval.vectors.made import (
    ASKED,
    ROWS,
    VECTORS,
    assert_right,
    cache_of,
    channel_of,
    make_segment,
    unit_rows,
    wait_open,
    wait_until,
)

ROOT = Path(__file__).resolve().parents[3]
NEVER = threading.Event()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A segment with its finished cache; tests that harm it take a copy."""
    folder = tmp_path_factory.mktemp("built") / "s-1"
    build_embedded(make_segment(folder), SilentProgress())
    return folder


@pytest.fixture
def own(built: Path, tmp_path: Path) -> VectorSegment:
    shutil.copytree(built, tmp_path / "s-1")
    return VectorSegment.open(tmp_path / "s-1", "k1")


def marker(segment: VectorSegment) -> dict[str, object]:
    told: dict[str, object] = json.loads((segment.folder / CACHE_NAME / MARKER_NAME).read_text())
    return told


def test_it_answers_with_rows_and_cosines(own: VectorSegment) -> None:
    cache = open_embedded(own)
    for query in ASKED:
        found = cache.nearest(query, 15)
        exact = own.exact(query, 15)
        assert [row for row, _ in found] == [row for row, _ in exact]
        assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in exact], abs=1e-5)
    cache.close()


def test_reading_changes_no_file_of_the_graph(own: VectorSegment) -> None:
    files = marker(own)["files"]
    assert isinstance(files, dict)
    assert any(name.endswith("index_metadata.pickle") for name in files), "the whole graph is on disk"
    for _ in range(30):
        cache = open_embedded(own)  # which holds every file against its hash
        cache.nearest(ASKED[0], 5)
        cache.close()


@pytest.mark.parametrize("rows", [2, 3, 999, 5001])
def test_every_row_is_on_disk_whatever_their_number(tmp_path: Path, rows: int) -> None:
    segment = make_segment(tmp_path, unit_rows(rows, seed=rows))
    build_embedded(segment, SilentProgress())
    (lengths,) = (tmp_path / CACHE_NAME).rglob("length.bin")
    assert lengths.stat().st_size >= 4 * rows
    cache = open_embedded(segment)
    asked = min(rows, 50)
    assert [row for row, _ in cache.nearest(ASKED[0], asked)] == [
        row for row, _ in segment.exact(ASKED[0], asked)
    ]
    cache.close()


def test_copies_and_rows_of_zeros_can_be_stored(tmp_path: Path) -> None:
    rows = np.vstack([np.repeat(VECTORS[:1], 60, axis=0), np.zeros_like(VECTORS[:2]), VECTORS[1:900]])
    segment = make_segment(tmp_path, rows)
    build_embedded(segment, SilentProgress())
    cache = open_embedded(segment)
    assert cache.nearest(rows[70], 1)[0][0] == 70
    cache.close()


def test_two_processes_read_one_cache(own: VectorSegment) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from assistant.retrieval.vectors.exact import VectorSegment\n"
        "from assistant.retrieval.vectors.embedded import open_embedded\n"
        "segment = VectorSegment.open(Path(sys.argv[1]), 'k1')\n"
        "cache = open_embedded(segment)\n"
        "print(*(row for row, _ in cache.nearest(segment.vector(17), 5)), flush=True)\n"
        "sys.stdin.read()\n"
        "print(*(row for row, _ in cache.nearest(segment.vector(17), 5)))\n"
        "open_embedded(segment).close()\n"
    )
    command = [sys.executable, "-c", code, str(own.folder)]
    wanted = " ".join(str(row) for row, _ in own.exact(own.vector(17), 5)) + "\n"
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == wanted
        cache = open_embedded(own)
        assert " ".join(str(row) for row, _ in cache.nearest(own.vector(17), 5)) + "\n" == wanted
        cache.close()
        told, _ = other.communicate(timeout=60)
        assert told == wanted
        assert other.returncode == 0


def graph_file(segment: VectorSegment, name: str) -> Path:
    (path,) = (segment.folder / CACHE_NAME).rglob(name)
    return path


def remove_graph(segment: VectorSegment) -> None:
    shutil.rmtree(graph_file(segment, "header.bin").parent)


def cut(name: str) -> Callable[[VectorSegment], None]:
    def way(segment: VectorSegment) -> None:
        path = graph_file(segment, name)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return way


def flip(segment: VectorSegment) -> None:
    path = graph_file(segment, "data_level0.bin")
    body = bytearray(path.read_bytes())
    for place in range(1000, len(body), 5000):
        body[place] ^= 0xFF
    path.write_bytes(body)


def remove(name: str) -> Callable[[VectorSegment], None]:
    return lambda segment: graph_file(segment, name).unlink()


def garble_marker(segment: VectorSegment) -> None:
    (segment.folder / CACHE_NAME / MARKER_NAME).write_text('{"build": ')


def other_marker(name: str, value: object) -> Callable[[VectorSegment], None]:
    def way(segment: VectorSegment) -> None:
        path = segment.folder / CACHE_NAME / MARKER_NAME
        path.write_text(json.dumps({**marker(segment), name: value}))

    return way


DAMAGES: dict[str, Callable[[VectorSegment], None]] = {
    "graph folder removed": remove_graph,
    "header cut": cut("header.bin"),
    "pickle cut": cut("index_metadata.pickle"),
    "links cut": cut("link_lists.bin"),
    "bytes flipped": flip,
    "sqlite cut": cut("chroma.sqlite3"),
    "sqlite removed": remove("chroma.sqlite3"),
    "all removed": lambda segment: shutil.rmtree(segment.folder / CACHE_NAME),
    "marker removed": remove(MARKER_NAME),
    "marker cut": garble_marker,
    "marker of other vectors": other_marker("key", "another"),
    "marker of other chromadb": other_marker("chromadb", "0.9"),
    "marker of fewer rows": other_marker("rows", ROWS - 1),
}


@pytest.mark.parametrize("way", DAMAGES)
def test_damage_is_seen_before_chromadb_opens_it_and_repaired(own: VectorSegment, way: str) -> None:
    DAMAGES[way](own)
    with pytest.raises(CacheFault):
        open_embedded(own)
    build_embedded(own, SilentProgress())
    cache = open_embedded(own)
    assert [row for row, _ in cache.nearest(ASKED[0], 9)] == [row for row, _ in own.exact(ASKED[0], 9)]
    cache.close()
    assert {path.name for path in own.folder.iterdir()} == {"vectors.npy", CACHE_NAME, LOCK_NAME}


@pytest.mark.parametrize("way", ["graph folder removed", "bytes flipped", "sqlite removed"])
def test_search_stays_right_and_a_damaged_cache_is_built_again(own: VectorSegment, way: str) -> None:
    """Through the child process that a running server uses."""
    before = marker(own)["build"]
    DAMAGES[way](own)
    factory = CacheFactory(EmbeddedSource(), cache_from=1, retry_seconds=0.05)
    channel = channel_of(own, factory)
    while cache_of(channel)[0] != "open":
        assert_right(channel, own)
    assert_right(channel, own)
    assert marker(own)["build"] != before
    channel.close()
    factory.close()


def rows_gone(segment: VectorSegment) -> None:
    """A cache with a marker that fits its files, whose graph holds other vectors than the segment."""
    wrong = make_segment(segment.folder.parent / "wrong", unit_rows(ROWS, seed=99))
    build_embedded(wrong, SilentProgress())
    shutil.rmtree(segment.folder / CACHE_NAME)
    shutil.copytree(wrong.folder / CACHE_NAME, segment.folder / CACHE_NAME)


def test_a_cache_of_other_vectors_under_our_key_is_not_trusted(own: VectorSegment) -> None:
    rows_gone(own)
    foreign = marker(own)["build"]
    with pytest.raises(CacheFault, match="查不到") as caught:
        open_embedded(own)
    assert caught.value.damaged == foreign
    factory = CacheFactory(EmbeddedSource(), cache_from=1, retry_seconds=0.05)
    channel = channel_of(own, factory)
    wait_open(channel)
    assert marker(own)["build"] != foreign
    assert_right(channel, own)
    channel.close()
    factory.close()


def test_only_the_holder_of_the_lock_builds(tmp_path: Path) -> None:
    segment = make_segment(tmp_path)
    with build_lock(tmp_path / LOCK_NAME, 0), pytest.raises(CacheBusy):
        build_embedded(segment, SilentProgress())
    with build_lock(tmp_path / LOCK_NAME, 0), pytest.raises(CacheBusy):
        EmbeddedSource().open(segment, None, NEVER)
    assert not (tmp_path / CACHE_NAME).exists()


def test_what_another_process_has_just_built_is_not_built_again(own: VectorSegment) -> None:
    before = marker(own)
    build_embedded(own, SilentProgress())
    assert marker(own) == before
    build_embedded(own, SilentProgress(), distrusted=str(before["build"]))
    assert marker(own)["build"] != before["build"]


def start_build(segment: VectorSegment) -> subprocess.Popen[bytes]:
    """A build under way in a process of its own."""
    module = "assistant.retrieval.vectors.embedded"
    child = subprocess.Popen(
        [sys.executable, "-m", module, str(segment.folder), segment.key, ""], stdin=subprocess.PIPE, cwd=ROOT
    )
    wait_until(lambda: any(segment.folder.glob(f"{CACHE_NAME}-*.part/*/data_level0.bin")))
    return child


@pytest.fixture
def slow(tmp_path: Path) -> VectorSegment:
    """A segment whose cache takes a second or two to build."""
    return make_segment(tmp_path / "s-1", unit_rows(12_000, width=64))


def test_a_killed_build_is_never_used_and_done_again(slow: VectorSegment) -> None:
    child = start_build(slow)
    child.send_signal(signal.SIGKILL)
    child.wait(30)
    assert list(slow.folder.glob(f"{CACHE_NAME}-*.part"))
    with pytest.raises(CacheFault, match="尚未建立"):
        open_embedded(slow)
    cache = EmbeddedSource().open(slow, None, NEVER)
    cache.close()
    assert not list(slow.folder.glob(f"{CACHE_NAME}-*"))


def test_a_build_ends_with_its_parent_and_with_its_owner(slow: VectorSegment) -> None:
    child = start_build(slow)
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(30) != 0
    for leftover in slow.folder.glob(f"{CACHE_NAME}-*"):
        shutil.rmtree(leftover)
    factory = CacheFactory(EmbeddedSource(), cache_from=1)
    channel = channel_of(slow, factory)
    wait_until(lambda: any(slow.folder.glob(f"{CACHE_NAME}-*.part/*/data_level0.bin")))
    begun = time.monotonic()
    channel.close()
    factory.close()
    assert time.monotonic() - begun < 20
    assert {path.name for path in slow.folder.iterdir()} == {"vectors.npy", LOCK_NAME}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk with room for the vectors and not for the cache."""
    if os.geteuid() != 0:
        pytest.skip("only root mounts a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("this machine mounts nothing")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_leaves_exact_search_and_no_half_cache(small_disk: Path) -> None:
    segment = make_segment(small_disk / "s-1", unit_rows(20_000))
    factory = CacheFactory(EmbeddedSource(), cache_from=1, retry_seconds=0.05)
    channel = channel_of(segment, factory)
    wait_until(lambda: cache_of(channel)[1] is not None)
    state, fault = cache_of(channel)
    assert state in ("off", "opening")
    assert fault
    assert_right(channel, segment)
    channel.close()
    factory.close()
    assert {path.name for path in segment.folder.iterdir()} == {"vectors.npy", LOCK_NAME}
