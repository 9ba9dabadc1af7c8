"""One policy added, one changed and one withdrawn among thousands: counts, time, and when another process sees it.

The other process (`follow`) searches the same index over and over, twenty times a second, and writes down what it finds;
the delay is from the moment CURRENT is replaced (its time of change) to the first search that shows it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from assistant.retrieval.entries import Entry, IndexSource, PolicyRecord, PolicySource
from assistant.retrieval.generation import POINTER_NAME
from assistant.retrieval.progress import SilentProgress
from eval.child import ChildError
from eval.memory import Memory, folder_mb
from eval.scale.clauses import make_policies, read_articles

ADDED, ADDED_WORDS = "made-added", "月球采矿机的噪声登记按照第七百三十一号示例办理"
CHANGED_WORDS = "深海邮局的信鸽饲料补贴由示例管委会核定"
_NEW_ROW = 9_999
_LOOK_S = 0.05
_PATIENCE_S = 60.0


def update(data: Path, size: int, folder: Path, encoder: str) -> dict[str, Any]:
    """The three updates on the index in `folder`, which holds `size` made clauses. Raises ChildError when one is never seen."""
    from eval.scale.index import open_retriever, source_of, write_index

    base = source_of(make_policies(read_articles(data / "statutes"), size))
    target = sorted(base.policies)[len(base.policies) // 2]
    with_added = _with(base, ADDED, PolicySource(PolicyRecord(ADDED), [_marker(ADDED, ADDED_WORDS)]))
    old = base.policies[target]
    with_changed = _with(
        with_added, target, replace(old, entries=[*old.entries, _marker(target, CHANGED_WORDS)])
    )
    withdrawn = IndexSource(
        "made-withdrawn", {key: one for key, one in with_changed.policies.items() if key != ADDED}
    )
    steps = {
        "add": (with_added, "added", True),
        "change": (with_changed, "changed", True),
        "withdraw": (withdrawn, "added", False),
    }
    rows: dict[str, Any] = {}
    log = folder / "follower.jsonl"
    write_index(folder, base, encoder, SilentProgress())
    with _follower(folder, encoder, target, log) as follower:
        _seen(log, "added", False, follower)
        for name, (source, what, wanted) in steps.items():
            _ = source.fingerprint  # made by who reads the corpus, once for all the policies that stay
            before = folder_mb(folder)
            began = time.perf_counter()
            manifest = write_index(folder, source, encoder, SilentProgress())
            seconds = time.perf_counter() - began
            swapped = (folder / POINTER_NAME).stat().st_mtime
            rows[name] = {
                "seconds": seconds,
                "counts": asdict(manifest.last_update),
                "written_mb": folder_mb(folder) - before,
                "visible_s": max(0.0, _seen(log, what, wanted, follower) - swapped),
            }
    retriever = open_retriever(folder, encoder)
    try:
        again = sum(hit.address.startswith(f"{ADDED}#") for hit in retriever.search(ADDED_WORDS, 50))
    finally:
        retriever.close()
    memory = Memory.of()
    return {
        "policies": len(base.policies),
        "clauses": size,
        "target_rows": len(old.entries) + 1,
        "steps": rows,
        "withdrawn_found": again,
        "memory": memory and asdict(memory),
    }


def follow(folder: Path, encoder: str, target: str, log: Path) -> dict[str, Any]:
    """Search until the standard input ends; each change of what is found is a line of `log`: `{"at", "added", "changed"}`."""
    import threading

    from eval.scale.index import open_retriever

    ended = threading.Event()

    def wait() -> None:
        sys.stdin.read()
        ended.set()

    threading.Thread(target=wait, daemon=True).start()
    retriever = open_retriever(folder, encoder)
    wanted = {
        "added": (ADDED_WORDS, f"{ADDED}#条{_NEW_ROW}"),
        "changed": (CHANGED_WORDS, f"{target}#条{_NEW_ROW}"),
    }
    last: dict[str, bool] = {}
    searches = 0
    try:
        with log.open("w", encoding="utf-8") as stream:
            while not ended.is_set():
                found = {
                    name: any(hit.address == address for hit in retriever.search(words))
                    for name, (words, address) in wanted.items()
                }
                searches += len(wanted)
                if found != last:
                    stream.write(json.dumps({"at": time.time(), **found}) + "\n")
                    stream.flush()
                    last = found
                ended.wait(_LOOK_S)
    finally:
        retriever.close()
    return {"searches": searches}


def _marker(policy: str, words: str) -> Entry:
    return Entry(f"{policy}#条{_NEW_ROW}", policy, "示例", words)


def _with(source: IndexSource, key: str, policy: PolicySource) -> IndexSource:
    return IndexSource(f"{source.corpus_hash}+{key}", {**source.policies, key: policy})


class _follower:
    """The following process, ended by the end of its standard input."""

    def __init__(self, folder: Path, encoder: str, target: str, log: Path) -> None:
        arguments = [
            "follow",
            "--folder",
            str(folder),
            "--encoder",
            encoder,
            "--target",
            target,
            "--log",
            str(log),
        ]
        self._command = [sys.executable, "-m", "eval.scale.child", *arguments, "--out", str(log) + ".out"]

    def __enter__(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE)
        return self._process

    def __exit__(self, *_: object) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _seen(log: Path, what: str, wanted: bool, follower: subprocess.Popen[bytes]) -> float:
    """When (Unix time) the follower saw that `what` is as wanted, at last. Raises ChildError."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        if follower.poll() is not None:
            raise ChildError(f"the following process ended with {follower.returncode}")
        lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
        rows: list[Mapping[str, Any]] = [json.loads(line) for line in lines]
        if rows and rows[-1][what] is wanted:
            return float(rows[-1]["at"])
        time.sleep(_LOOK_S / 2)
    raise ChildError(f"the following process did not see the update ({what}) within {_PATIENCE_S:g} s")
