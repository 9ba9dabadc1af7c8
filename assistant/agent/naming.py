"""Which policies a message names: by title, alias and 文号, or by enough of a title's own words."""

from __future__ import annotations

import difflib
import re

from assistant.documents.library import Library

DOCUMENT = re.compile(r"方案|办法|答复|通知|文件|政策|规定|材料")
ENOUGH = 0.6  # share of a title that names it: 福州工业碳达峰方案 of 福州市工业领域碳达峰实施方案


class PolicyNaming:
    """Knows the names of the policies."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def named(self, message: str) -> tuple[str, ...]:
        """Ids of the policies named, in the order of mention; parts of one title count where a document is spoken of."""
        found = tuple(policy.id for policy in self._library.find_policies(message))
        if found or not DOCUMENT.search(message):
            return found
        shares = {policy.id: _share(policy.title, message) for policy in self._library.policies.values()}
        close = [policy for policy, share in shares.items() if share >= ENOUGH]
        return tuple(close) if len(close) == 1 else ()


def _share(title: str, message: str) -> float:
    """Share of a title's characters that stand in the message in their order, in runs of two or more."""
    blocks = difflib.SequenceMatcher(None, title, message, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size > 1) / len(title)
