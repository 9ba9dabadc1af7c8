"""A library read again: what it gives, what it does not parse again, and what it says of a broken folder."""

from __future__ import annotations

import hashlib
import itertools
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.documents import policy_folder
from assistant.documents.library import Library
from assistant.documents.policy_folder import FileStamp, read_folder
from assistant.errors import CorpusError, PolicyFileError

LAST_YEAR_NS = 1_700_000_000_000_000_000
TIMES = itertools.count()
NAMES = tuple(f"policy-{letter}" for letter in "abcde")


def write(
    corpus: Path, name: str, version: int, title: str | None = None, policy_id: str | None = None
) -> Path:
    """A policy folder of its own text; the version stands in one clause."""
    folder = corpus / name
    folder.mkdir(parents=True, exist_ok=True)
    text = f"第一条  为节能降碳，制定本办法。\n\n第二条  {name}的第{version}版，每年报送一次。\n".encode()
    put(folder / "text.txt", text)
    values = {
        "id": policy_id or name,
        "title": title or f"{name}管理办法",
        "number": "null",
        "issuer": "null",
        "published": "null",
        "status": "现行",
        "valid_from": "null",
        "valid_to": "null",
        "region": "海川市",
        "level": "市级",
        "sha256": hashlib.sha256(text).hexdigest(),
        "aliases": "[]",
    }
    put(folder / "policy.yaml", "".join(f"{key}: {value}\n" for key, value in values.items()).encode())
    return folder


def put(file: Path, content: bytes) -> None:
    """Write a file with a time of its own, however fast the test is."""
    file.write_bytes(content)
    stamp = LAST_YEAR_NS + next(TIMES)
    os.utime(file, ns=(stamp, stamp))


def shown(library: Library) -> list[object]:
    """All that a library tells."""
    return [
        library.content_hash,
        dict(library.policies),
        list(library.clauses()),
        [library.source(key) for key in library.policies],
        [library.leftovers(key) for key in library.policies],
        [library.find_policies(f"{policy.title}第二条") for policy in library.policies.values()],
    ]


def told(read: object, corpus: Path) -> object:
    """What a reading gives, or the error it raises."""
    try:
        return shown(read(corpus))  # type: ignore[operator]
    except CorpusError as error:
        return (type(error), str(error))


EDITS = st.lists(
    st.tuples(
        st.sampled_from(["write", "retitle", "remove", "rename", "break", "clash", "same", "touch"]),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=6,
)


def edit(corpus: Path, what: str, name: str, other: str, version: int) -> None:
    folder = corpus / name
    if what in ("write", "same"):
        write(corpus, name, version)
    elif what == "retitle":
        write(corpus, name, version, title=f"{name}第{version}号方案")
    elif what == "remove":
        shutil.rmtree(folder, ignore_errors=True)
    elif what == "rename" and folder.is_dir() and name != other:
        shutil.rmtree(corpus / other, ignore_errors=True)
        folder.rename(corpus / other)
    elif what == "break" and folder.is_dir():
        put(folder / "text.txt", f"另一版{version}".encode())
    elif what == "clash":
        write(corpus, name, version, policy_id=other)
    elif what == "touch" and folder.is_dir():
        os.utime(folder / "text.txt", ns=(LAST_YEAR_NS + version, LAST_YEAR_NS + version))


@settings(max_examples=120, deadline=None)
@given(rounds=st.lists(EDITS, min_size=1, max_size=4), aged=st.booleans())
def test_it_gives_what_loading_gives_after_any_edits(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[str, str, str, int]]], aged: bool
) -> None:
    corpus = tmp_path_factory.mktemp("edits")
    write(corpus, "policy-a", 0)
    write(corpus, "policy-b", 0)
    library = Library.load(corpus)
    for edits in rounds:
        with pytest.MonkeyPatch.context() as patch:
            if aged:  # every stamp is taken for old enough, so that only the stamps can tell of a change
                patch.setattr(policy_folder, "_TICK_NS", -1 << 62)
            before = shown(library)
            for one in edits:
                edit(corpus, *one)
            again = told(library.reloaded, corpus)
            assert again == told(Library.load, corpus)
            assert shown(library) == before
            if not isinstance(again, tuple):
                library = library.reloaded(corpus)


def test_only_what_changed_is_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        write(tmp_path, name, 0)
    library = Library.load(tmp_path)
    write(tmp_path, "policy-c", 1)
    write(tmp_path, "policy-d", 0, title="另一个题名")
    parsed: list[str] = []
    real = policy_folder.parse_document
    monkeypatch.setattr(
        policy_folder, "parse_document", lambda key, text: (parsed.append(key), real(key, text))[1]
    )
    again = library.reloaded(tmp_path)
    assert parsed == ["policy-c"]
    assert "第1版" in again.source("policy-c")
    assert "第0版" in library.source("policy-c")
    assert again.policies["policy-d"].title == "另一个题名"


def test_a_settled_folder_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path, "policy-a", 0)
    monkeypatch.setattr(policy_folder, "_TICK_NS", 0)
    first = read_folder(folder)
    assert first.settled
    monkeypatch.setattr(policy_folder, "_hash", lambda file: pytest.fail(f"{file} was read"))
    assert read_folder(folder, first) is first


def test_a_change_within_the_tick_of_the_clock_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same size and, as far as the clock tells, the same time: the hash decides while the stamp is fresh."""
    folder = write(tmp_path, "policy-a", 1)
    stamp = FileStamp(1, 1, 1, 1)
    monkeypatch.setattr(FileStamp, "of", classmethod(lambda cls, file: stamp))
    monkeypatch.setattr(policy_folder, "_TICK_NS", 1 << 62)
    first = read_folder(folder)
    write(tmp_path, "policy-a", 2)
    assert "第2版" in read_folder(folder, first).text


def test_an_edit_that_puts_the_old_time_back_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path, "policy-a", 1)
    monkeypatch.setattr(policy_folder, "_TICK_NS", 0)
    for file in ("text.txt", "policy.yaml"):
        os.utime(folder / file, ns=(LAST_YEAR_NS, LAST_YEAR_NS))
    first = read_folder(folder)
    write(tmp_path, "policy-a", 2)
    for file in ("text.txt", "policy.yaml"):
        os.utime(folder / file, ns=(LAST_YEAR_NS, LAST_YEAR_NS))
    assert "第2版" in read_folder(folder, first).text


def test_a_broken_folder_leaves_the_old_library_whole(tmp_path: Path) -> None:
    write(tmp_path, "policy-a", 0)
    write(tmp_path, "policy-b", 0)
    library = Library.load(tmp_path)
    before = shown(library)
    (tmp_path / "policy-b" / "policy.yaml").write_text("id: policy-b\n")
    with pytest.raises(PolicyFileError, match="缺少键") as again:
        library.reloaded(tmp_path)
    with pytest.raises(PolicyFileError) as fresh:
        Library.load(tmp_path)
    assert str(again.value) == str(fresh.value)
    assert shown(library) == before
