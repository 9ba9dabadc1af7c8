"""Does a citation keep its promise? Checked against the stored files themselves, without the product's own checker.

A citation holds when the stored file of its policy has the sha256 it carries, its quote stands to the letter in its
clause text, and the stored characters [start, end) are the quote once white space and page-number lines are set aside.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.agent.answer import Citation
from assistant.errors import AddressError

if TYPE_CHECKING:
    from assistant.documents.library import Library

# A line that is a page number and nothing else: "13", "- 14 -", "— 2 —".
_PAGE_NUMBER = re.compile(r"[-–—－]?\d{1,3}[-–—－]?")


@dataclass(frozen=True)
class StoredText:
    """A policy's stored file: its sha256 and its characters, as UTF-8 gives them (line ends untouched)."""

    sha256: str
    text: str


@dataclass
class StoredTexts:
    """The stored files of a corpus folder, each read once."""

    corpus: Path
    _read: dict[str, StoredText | None] = field(default_factory=dict)

    def get(self, policy_id: str) -> StoredText | None:
        """The stored file of a policy, or None when the corpus has none."""
        if policy_id not in self._read:
            path = self.corpus / policy_id / "text.txt"
            content = path.read_bytes() if re.fullmatch(r"[a-z0-9-]+", policy_id) and path.is_file() else None
            self._read[policy_id] = (
                StoredText(hashlib.sha256(content).hexdigest(), content.decode("utf-8"))
                if content is not None
                else None
            )
        return self._read[policy_id]


def citation_faults(citation: Citation, stored: StoredTexts, library: Library | None = None) -> list[str]:
    """What is wrong with a citation, a phrase each; empty when it verifies.

    With a library, its address must also resolve to a clause whose whole text is the citation's.
    """
    faults = []
    if not citation.address.startswith(f"{citation.policy_id}#"):
        faults.append("address is not of its policy")
    if not citation.quote.strip() or citation.quote not in citation.text:
        faults.append("quote does not stand in the clause text")
    source = stored.get(citation.policy_id)
    if source is None:
        return [*faults, "policy has no stored file"]
    if citation.source_sha256 != source.sha256:
        faults.append("sha256 is not the stored file's")
    if not 0 <= citation.start < citation.end <= len(source.text):
        faults.append("span lies outside the stored file")
    elif not spells(source.text[citation.start : citation.end], citation.quote):
        faults.append("span does not hold the quote")
    if library is not None:
        faults += _clause_faults(citation, library)
    return faults


def spells(stored: str, quote: str) -> bool:
    """Whether stored characters are the quote, white space set aside; lines that are page numbers may be left out."""
    wanted = _squeeze(quote)
    reached = {0}  # how much of the quote the lines so far may have spelt
    for line in stored.splitlines():
        piece = _squeeze(line)
        if not piece:
            continue
        spelt = {at + len(piece) for at in reached if wanted.startswith(piece, at)}
        reached = spelt | reached if _PAGE_NUMBER.fullmatch(piece) else spelt
    return len(wanted) > 0 and len(wanted) in reached


def _clause_faults(citation: Citation, library: Library) -> list[str]:
    try:
        clause = library.clause(citation.address)
    except AddressError:
        return ["address does not resolve"]
    return [] if library.full_text(clause) == citation.text else ["text is not the clause's"]


def _squeeze(text: str) -> str:
    return "".join(text.split())
