"""What an index must hold, whatever way it was brought to its state."""

from __future__ import annotations

import numpy as np

from assistant.retrieval.entries import IndexSource
from assistant.retrieval.generation import OpenIndex
from assistant.retrieval.segment import split_place
from tests.retrieval.made import CountingEncoder


def addresses(index: OpenIndex, places: list[tuple[int, float]]) -> list[str]:
    return [index.entry(place).address for place, _ in places]


def vector_ranking(index: OpenIndex, query: str) -> list[tuple[str, float]]:
    """Everything by cosine, ties by address: the order of the texts is no part of it."""
    found = index.vectors.search(CountingEncoder().encode_queries([query])[0], 10**6, None)
    return sorted(
        ((index.entry(place).address, cosine) for place, cosine in found), key=lambda hit: (-hit[1], hit[0])
    )


def holds(index: OpenIndex, source: IndexSource) -> None:
    """Every clause of the source can be found in both channels, with its words; nothing else can."""
    wanted = {entry.address: entry for entry in source.entries}
    assert index.manifest.clauses == len(index.lexical) == len(wanted)
    found = [place for place, _ in index.lexical.search("办法", 10**6)]
    assert {place: index.entry(place) for place in found} == {
        place: wanted[index.entry(place).address] for place in found
    }
    assert {index.entry(place).address for place in found} == set(wanted)
    near = index.vectors.search(CountingEncoder().encode_queries(["办法"])[0], 10**6, None)
    assert sorted(place for place, _ in near) == sorted(found)
    for place in found:
        entry = index.entry(place)
        number, row = split_place(place)
        vector = CountingEncoder().encode_queries([entry.searched_text])[0]
        assert np.allclose(index.segments[number].vectors.vector(row), vector, atol=1e-6)
