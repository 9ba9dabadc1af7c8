"""A policy folder as it was read, and whether its files are still those: what is unchanged is not parsed again."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from assistant.documents.clause import Clause
from assistant.documents.parser import ParsedDocument, parse_document
from assistant.documents.policy import POLICY_FILE, TEXT_FILE, Policy, load_policy

# A file written this shortly before it was looked at may have been written once more within the same tick of the clock.
_TICK_NS = 2_000_000_000


@dataclass(frozen=True)
class FileStamp:
    """What the file system says of a file: another stamp is a reason to look, not yet a change."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int

    @classmethod
    def of(cls, file: str) -> FileStamp | None:
        """The stamp now; None when there is no such file or it cannot be looked at."""
        try:
            found = os.stat(file)
        except OSError:
            return None
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


@dataclass(frozen=True)
class PolicyFolder:
    """One policy: what its folder holds, parsed, and what its files looked like when they were read.

    `stamps` are those of policy.yaml and text.txt, `settled` whether they were old enough to vouch for the content,
    `metadata_hash` is the sha256 of policy.yaml; that of the text is the policy's own.
    """

    policy: Policy
    text: str
    document: ParsedDocument
    stamps: tuple[FileStamp | None, ...]
    settled: bool
    metadata_hash: str

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Clauses by path, in the order of the text."""
        return {clause.path: clause for clause in self.document.clauses}

    @cached_property
    def identity(self) -> bytes:
        """What the library's content hash is made of."""
        return repr(self.policy).encode()


def read_folder(folder: Path, before: PolicyFolder | None = None) -> PolicyFolder:
    """Read the policy in `folder`; `before` is what an earlier reading of it found, and is given back when it still holds.

    A stamp that has not changed vouches for the content; where it has, or was too fresh, the content's hash decides.
    Raises PolicyFileError.
    """
    looked = time.time_ns()
    files = (f"{folder}{os.sep}{POLICY_FILE}", f"{folder}{os.sep}{TEXT_FILE}")  # a Path each takes longer
    stamps = tuple(FileStamp.of(file) for file in files)
    if before is not None and before.settled and None not in stamps and stamps == before.stamps:
        return before
    newest = max((max(one.mtime_ns, one.ctime_ns) for one in stamps if one is not None), default=looked)
    settled = looked - newest > _TICK_NS
    if before is not None and (_hash(files[0]), _hash(files[1])) == (
        before.metadata_hash,
        before.policy.sha256,
    ):
        return replace(before, stamps=stamps, settled=settled)
    metadata_hash = _hash(files[0]) or ""
    policy, text = load_policy(folder)
    same = before is not None and (before.policy.id, before.text) == (policy.id, text)
    document = before.document if before is not None and same else parse_document(policy.id, text)
    return PolicyFolder(policy, text, document, stamps, settled, metadata_hash)


def _hash(file: str) -> str | None:
    try:
        with open(file, "rb") as stream:
            return hashlib.sha256(stream.read()).hexdigest()
    except OSError:
        return None
