from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.documents.library import Library
from assistant.errors import (
    EncoderError,
    IndexDamagedError,
    IndexLockedError,
    IndexStaleError,
    SearchIndexError,
)
from assistant.retrieval import generation as generation_module
from assistant.retrieval import index as index_module
from assistant.retrieval import search as search_module
from assistant.retrieval import writing as writing_module
from assistant.retrieval.encoder import load_encoder
from assistant.retrieval.entries import Entry, IndexSource, PolicyRecord
from assistant.retrieval.generation import open_index
from assistant.retrieval.index import identity_of
from assistant.retrieval.lexical import IndexedClause, build_lexical
from assistant.retrieval.lock import UseMark, build_lock, exclusive
from assistant.retrieval.manifest import Manifest, record_files
from assistant.retrieval.progress import SilentProgress
from assistant.retrieval.search import Hit, Retriever
from assistant.retrieval.segment import write_texts
from assistant.retrieval.words import WordCutter
from assistant.settings import Settings
from tests.retrieval.made import TEA, settings_for, write_encoder, write_policy
from tests.retrieval.tiny_models import write_transformer

QUERY = "采摘鲜叶一年几次"
GOLD = "qingshan-tea#第四条"


def generation(settings: Settings) -> Path:
    """The folder in service."""
    return settings.indexes / (settings.indexes / "CURRENT").read_text(encoding="utf-8").strip()


def answers(settings: Settings, library: Library) -> list[str]:
    retriever = Retriever.open(settings, library)
    found = [hit.address for hit in retriever.search(QUERY, 5)]
    retriever.close()
    return found


def cut(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])


def behead(path: Path) -> None:
    path.write_bytes(path.read_bytes()[1:])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))


def edit_manifest(folder: Path, change: Callable[[dict[str, object]], object]) -> None:
    body = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    change(body)
    (folder / "manifest.json").write_text(json.dumps(body), encoding="utf-8")


# A file of the index by what its name ends with.
FILES = (
    *("manifest.json", "policies.json", "probes.npy", "words.txt", "in-use", "lexical/meta.json"),
    *("lexical/.managed.json", ".fast", ".fieldnorm", ".idx", ".pos", ".store", ".term"),
    *("texts.bin", "texts.npy", "vectors.npy"),
)
WAYS: dict[str, Callable[[Path], object]] = {
    "removed": Path.unlink,
    "emptied": lambda path: cut(path, 0),
    "cut short at its end": lambda path: cut(path, path.stat().st_size - 1),
    "cut short at its head": behead,
    "flipped": flip,
}


def file_of(generation: Path, name: str) -> Path:
    folders = [generation, *(generation.parent / "segments").iterdir()]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return next(path for path in files if path.as_posix().endswith(name))


FOLDERS: dict[str, Callable[[Path], object]] = {
    "no pointer": lambda g: (g.parent / "CURRENT").unlink(),
    "pointer to nowhere": lambda g: (g.parent / "CURRENT").write_text("g-nothing\n"),
    "pointer out of the folder": lambda g: (g.parent / "CURRENT").write_text("../elsewhere\n"),
    "pointer of noise": lambda g: (g.parent / "CURRENT").write_bytes(b"\xff\xfe\x00"),
    "pointer emptied": lambda g: (g.parent / "CURRENT").write_bytes(b""),
    "no generation": shutil.rmtree,
    "no lexical folder": lambda g: shutil.rmtree(g / "lexical"),
    "no segments": lambda g: shutil.rmtree(g.parent / "segments"),
    "no segment": lambda g: shutil.rmtree(next((g.parent / "segments").iterdir())),
    "manifest altered": lambda g: edit_manifest(g, lambda body: body.update(clauses=3)),
    "manifest is a list": lambda g: (g / "manifest.json").write_text("[]"),
}
DAMAGES: dict[str, Callable[[Path], object]] = {
    **FOLDERS,
    **{
        f"{name} {way}": lambda g, name=name, way=way: WAYS[way](file_of(g, name))
        for name in FILES
        for way in WAYS
        # in-use is empty: there is nothing to cut or to flip
        if name != "in-use" or way == "removed"
    },
}


@pytest.fixture(scope="module")
def expected(home: Path) -> list[Hit]:
    """What a fresh build answers."""
    retriever = Retriever.open(settings_for(home), Library.load(home / "corpus"))
    found = retriever.search(QUERY, 20)
    retriever.close()
    return found


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_is_seen_and_repaired(
    damage: str, home: Path, expected: list[Hit], tmp_path: Path
) -> None:
    shutil.copytree(home, tmp_path / "home")
    settings, library = settings_for(tmp_path / "home"), Library.load(tmp_path / "home" / "corpus")
    identity = identity_of(IndexSource.of(library), load_encoder(settings.encoder_source))
    before = generation(settings)
    DAMAGES[damage](before)
    with pytest.raises((IndexDamagedError, IndexStaleError)):
        open_index(settings.indexes, identity.check)
    retriever = Retriever.open(settings, library)
    assert retriever.search(QUERY, 20) == expected
    assert retriever.manifest.last_update.kind == "build"
    retriever.close()
    assert generation(settings) != before
    assert {path.name for path in settings.indexes.glob("g-*")} == {generation(settings).name}
    assert len(list((settings.indexes / "segments").iterdir())) == 1


def _rewrite_manifest(folder: Path) -> None:
    """Let the manifest agree with the files as they now are: only what is inside them can tell."""
    manifest = Manifest.read(folder)
    segments = tuple(
        replace(one, files=record_files(folder.parent / "segments" / one.name, one.files))
        for one in manifest.segments
    )
    names = [name for name in manifest.files if (folder / name).exists() and "lexical" not in name]
    names += [f"lexical/{path.name}" for path in (folder / "lexical").iterdir() if path.suffix != ".lock"]
    replace(manifest, segments=segments, files=record_files(folder, names)).write(folder)


def _segment(folder: Path) -> Path:
    return next((folder.parent / "segments").iterdir())


def _foreign_vectors(folder: Path) -> None:
    """Vectors of something else: files, counts and texts are all right."""
    vectors = np.load(_segment(folder) / "vectors.npy")
    np.save(_segment(folder) / "vectors.npy", np.roll(vectors, 1, axis=0))


def _foreign_texts(folder: Path) -> None:
    rows = Manifest.read(folder).clauses
    write_texts(_segment(folder), [Entry(f"x#{row}", "x", "", "") for row in range(rows)], rows)


def _fewer_rows(folder: Path) -> None:
    np.save(_segment(folder) / "vectors.npy", np.load(_segment(folder) / "vectors.npy")[:2])


def _lexical(folder: Path, clauses: list[IndexedClause]) -> None:
    shutil.rmtree(folder / "lexical")
    build_lexical(folder / "lexical", clauses, WordCutter.build(), folder / "words.txt", SilentProgress())


def _fewer_clauses(folder: Path) -> None:
    _lexical(folder, [IndexedClause(0, PolicyRecord("a"), Entry("a#1", "a", "", "茶"))])


def _foreign_clauses(folder: Path) -> None:
    rows = range(Manifest.read(folder).clauses)
    _lexical(folder, [IndexedClause(row, PolicyRecord("a"), Entry("a#1", "a", "", "茶")) for row in rows])


def _fewer_policies(folder: Path) -> None:
    rows = json.loads((folder / "policies.json").read_text(encoding="utf-8"))
    (folder / "policies.json").write_text(json.dumps(rows[:1], ensure_ascii=False), encoding="utf-8")


def _fewer_probes(folder: Path) -> None:
    np.save(folder / "probes.npy", np.load(folder / "probes.npy")[:1])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_foreign_vectors, "不是建立时的向量"),
        (_foreign_texts, "不属于政策表所写的政策"),
        (_fewer_rows, "不是清单所写的"),
        (_fewer_clauses, "关键词索引有 1 行"),
        (_foreign_clauses, "条款与政策表不符"),
        (_fewer_policies, "政策表与清单不符"),
        (_fewer_probes, "probes.npy 与清单不符"),
    ],
)
def test_what_the_files_alone_cannot_tell(
    damage: Callable[[Path], None], words: str, home: Path, tmp_path: Path
) -> None:
    shutil.copytree(home, tmp_path / "home")
    settings, library = settings_for(tmp_path / "home"), Library.load(tmp_path / "home" / "corpus")
    damage(generation(settings))
    _rewrite_manifest(generation(settings))
    identity = identity_of(IndexSource.of(library), load_encoder(settings.encoder_source))
    with pytest.raises(IndexDamagedError, match=words):
        open_index(settings.indexes, identity.check)


def test_an_unchanged_index_is_opened_and_not_built(settings: Settings, library: Library) -> None:
    first = answers(settings, library)
    folder = generation(settings)
    stamp = (folder / "manifest.json").stat().st_mtime_ns
    assert answers(settings, library) == first
    assert generation(settings) == folder
    assert (folder / "manifest.json").stat().st_mtime_ns == stamp


def test_a_rebuild_can_be_asked_for(settings: Settings, library: Library) -> None:
    first = answers(settings, library)
    before = generation(settings)
    Retriever.open(settings, library, rebuild=True).close()
    assert generation(settings) != before
    assert not before.exists()
    assert answers(settings, library) == first


def test_a_changed_text_is_searched_at_once(settings: Settings, library: Library, tmp_path: Path) -> None:
    answers(settings, library)
    before = generation(settings)
    changed = TEA.replace("采摘古茶树鲜叶，每年不得超过两次", "古茶树周围不得停放车辆")
    write_policy(tmp_path / "corpus", "qingshan-tea", "青山市古茶树保护办法", changed)
    retriever = Retriever.open(settings, Library.load(tmp_path / "corpus"))
    assert generation(settings) != before
    assert retriever.search("停放车辆", 1)[0].address == GOLD
    assert retriever.uncovered("采摘鲜叶") == ("鲜叶",)
    retriever.close()


def test_another_corpus_never_sees_a_foreign_index(
    settings: Settings, library: Library, tmp_path: Path
) -> None:
    answers(settings, library)
    write_policy(tmp_path / "other", "qingshan-tea", "青山市古茶树保护办法", TEA.replace("林业局", "茶业局"))
    other = Library.load(tmp_path / "other")
    retriever = Retriever.open(settings, other)
    assert retriever.manifest.corpus_hash == other.content_hash != library.content_hash
    assert {hit.address.partition("#")[0] for hit in retriever.search("公交票价", 10)} <= {"qingshan-tea"}
    retriever.close()


def test_another_encoder_rebuilds_and_vectors_never_mix(
    settings: Settings, library: Library, tmp_path: Path
) -> None:
    first = Retriever.open(settings, library)
    old = first.manifest
    first.close()
    write_encoder(tmp_path / "encoder", seed=99)
    second = Retriever.open(settings, library)
    assert second.manifest.identity.encoder_fingerprint != old.identity.encoder_fingerprint
    # A clause's own words, as the new encoder sees them, are nearest to the clause.
    entry = next(e for e in IndexSource.of(library).entries if e.address == GOLD)
    assert next(hit for hit in second.search(entry.searched_text, 5) if hit.vector_rank == 1).address == GOLD
    second.close()
    shutil.rmtree(tmp_path / "encoder")
    with pytest.raises(EncoderError):
        Retriever.open(settings, library)


def test_a_transformer_takes_the_static_encoder_s_place_and_gives_it_back(
    settings: Settings, library: Library, tmp_path: Path
) -> None:
    entry = next(e for e in IndexSource.of(library).entries if e.address == GOLD)
    static = settings.encoder_source
    sources = [static, *(str(write_transformer(tmp_path / str(seed), seed)) for seed in (7, 8)), static]
    fingerprints = []
    for source in sources:
        encoder = load_encoder(source)
        Retriever.open(settings_for(tmp_path).model_copy(update={"encoder": source}), library).close()
        index = open_index(settings.indexes, identity_of(IndexSource.of(library), encoder).check)
        # Every vector in service is this encoder's: a clause's own words lie on the clause.
        place = index.places([GOLD])[0]
        (cosine,) = index.cosines(encoder.encode([entry.searched_text])[0], [place])
        assert cosine == pytest.approx(1, abs=1e-5)
        assert [segment.rows for segment in index.manifest.segments] == [len(IndexSource.of(library).entries)]
        index.close()
        fingerprints.append(index.manifest.identity.encoder_fingerprint)
    assert len(set(fingerprints)) == 3
    assert fingerprints[0] == fingerprints[3]


def test_other_versions_rebuild(
    settings: Settings, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(settings, library)
    before = generation(settings)
    monkeypatch.setattr(index_module, "TERMS_VERSION", 999)
    assert answers(settings, library)[0] == GOLD
    assert generation(settings) != before


def test_the_old_index_serves_while_the_new_one_is_built(
    settings: Settings, library: Library, tmp_path: Path
) -> None:
    reader = Retriever.open(settings, library)
    before = [hit.address for hit in reader.search(QUERY, 8)]
    old = generation(settings)
    write_policy(tmp_path / "corpus", "qingshan-tea", "青山市古茶树保护办法", TEA.replace("两次", "三次"))
    changed = Library.load(tmp_path / "corpus")
    Retriever.open(settings, changed).close()
    assert generation(settings) != old
    assert [hit.address for hit in reader.search(QUERY, 8)] == before
    assert old.is_dir()
    reader.close()
    # The next build clears what nobody reads any more, and what a killed build left behind.
    (settings.indexes / "g-killed").mkdir()
    (settings.indexes / "segments" / "s-killed").mkdir()
    (settings.indexes / "CURRENT.half").touch()
    (generation(settings) / "words.txt").unlink()
    Retriever.open(settings, changed).close()
    names = {path.name for path in settings.indexes.iterdir()}
    assert names == {".lock", "CURRENT", "segments", generation(settings).name}
    named = {one.name for one in Manifest.read(generation(settings)).segments}
    assert {path.name for path in (settings.indexes / "segments").iterdir()} == named


def test_an_index_that_is_replaced_while_it_is_opened_is_not_used(
    settings: Settings, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Retriever.open(settings, library)
    old = generation(settings)
    Retriever.open(settings, library, rebuild=True).close()
    new = generation(settings)
    pointer = settings.indexes / "CURRENT"
    pointer.write_text(old.name)

    class SwappedMeanwhile(UseMark):
        def __init__(self, path: Path) -> None:
            super().__init__(path)
            pointer.write_text(new.name)

    monkeypatch.setattr(generation_module, "UseMark", SwappedMeanwhile)
    identity = identity_of(IndexSource.of(library), load_encoder(settings.encoder_source))
    opened = open_index(settings.indexes, identity.check)
    assert opened.folder == new
    opened.close()
    reader.close()
    with exclusive(old / "in-use") as free:
        assert free  # the mark on the old one was given back


def test_a_failed_build_leaves_the_old_index_in_service(
    settings: Settings, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers(settings, library)
    old = generation(settings)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write_policy(tmp_path / "corpus", "qingshan-tea", "青山市古茶树保护办法", TEA.replace("两次", "三次"))
    monkeypatch.setattr(writing_module, "write_vectors", full_disk)
    with pytest.raises(SearchIndexError, match="无法写入"):
        Retriever.open(settings, Library.load(tmp_path / "corpus"))
    assert generation(settings) == old
    assert {path.name for path in settings.indexes.iterdir()} == {".lock", "CURRENT", "segments", old.name}
    assert len(list((settings.indexes / "segments").iterdir())) == 1
    assert answers(settings, library)[0] == GOLD


def test_a_busy_lock_is_waited_for_and_then_told(
    settings: Settings, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_module, "LOCK_WAIT_SECONDS", 0.1)
    with build_lock(settings.indexes / ".lock", 0), pytest.raises(IndexLockedError, match="正在建立索引"):
        Retriever.open(settings, library)
    answers(settings, library)
    with build_lock(settings.indexes / ".lock", 0):
        assert answers(settings, library)[0] == GOLD  # a whole index needs no lock


def test_a_folder_that_cannot_be_made_is_told(settings: Settings, library: Library) -> None:
    settings.indexes.write_text("a file, not a folder")
    with pytest.raises(SearchIndexError, match="无法写入"):
        Retriever.open(settings, library)


@pytest.mark.parametrize("kind", ["build", "update"])
def test_two_processes_write_once(kind: str, settings: Settings, library: Library, tmp_path: Path) -> None:
    if kind == "update":
        answers(settings, library)
        write_policy(tmp_path / "corpus", "qingshan-tea", "青山市古茶树保护办法", TEA.replace("两次", "三次"))
    code = (
        "import sys; from pathlib import Path; from tests.retrieval.made import settings_for\n"
        "from assistant.documents.library import Library; from assistant.retrieval.search import Retriever\n"
        "home = Path(sys.argv[1]); s = settings_for(home)\n"
        "r = Retriever.open(s, Library.load(home / 'corpus')); m = r.manifest\n"
        f"print(r.search({QUERY!r}, 1)[0].address, r.generation, m.last_update.kind); r.close()\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    root = Path(__file__).parents[2]
    running = [
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = [process.communicate(timeout=60) for process in running]
    assert [process.returncode for process in running] == [0, 0], outputs
    assert outputs[0][0] == outputs[1][0] == f"{GOLD} {generation(settings).name} {kind}\n"
    assert len(list((settings.indexes / "segments").iterdir())) == 1
    assert len(list(settings.indexes.glob("g-*"))) == 1


def test_a_killed_build_is_never_served(settings: Settings, library: Library, tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from tests.retrieval.made import settings_for\n"
        "from assistant.retrieval import index; from assistant.documents.library import Library\n"
        "from assistant.retrieval.search import Retriever\n"
        "index._point_to = lambda *a: (print('built', flush=True), time.sleep(60))\n"
        "home = Path(sys.argv[1]); Retriever.open(settings_for(home), Library.load(home / 'corpus'))\n"
    )
    root = Path(__file__).parents[2]
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=root, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"built\n"
    process.kill()
    process.wait()
    started = time.monotonic()
    assert answers(settings, library)[0] == GOLD
    assert time.monotonic() - started < 30  # the dead process's lock is gone
    assert len(list(settings.indexes.glob("g-*"))) == 1
