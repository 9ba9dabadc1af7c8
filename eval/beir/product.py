"""The product's own search as one more configuration: look-ups, synonyms of the lexicon, both channels."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from assistant.settings import load_settings
from eval.beir.fusion import Ranked
from eval.beir.keywords import GROUPS, Searcher
from eval.beir.workshop import Workshop

PRODUCT = "Assistant.search"


@dataclass(frozen=True)
class ProductSearch:
    """`Assistant.search` over the corpus of the settings, its index and records in folders of their own."""

    name = PRODUCT
    group = GROUPS[3]

    def build(self, workshop: Workshop) -> Searcher:
        """Build the index and open the assistant."""
        return _ProductSearcher(workshop)


class _ProductSearcher:
    def __init__(self, workshop: Workshop) -> None:
        from assistant.service import Assistant

        self._folder = tempfile.TemporaryDirectory(prefix="tiaowen-eval-")
        root = Path(self._folder.name)
        own = load_settings().model_copy(update={"data_dir": root / "data", "index_dir": root / "index"})
        self._assistant = Assistant.open(own)
        self._rows = {passage.id: row for row, passage in enumerate(workshop.passages)}

    def search(self, query: str, limit: int) -> Ranked:
        found = [result.clause.address for result in self._assistant.search(query, limit)]
        # A looked-up chapter is a clause without words of its own: it stands in no index and has no row.
        rows = [self._rows[address] for address in found if address in self._rows]
        return [(row, float(len(rows) - rank)) for rank, row in enumerate(rows)]
