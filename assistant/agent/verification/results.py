"""What is computed or given by name: a figure told right behind a name is one that the engine or the user told of that name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from assistant.agent.verification.equations import equation_lines
from assistant.agent.verification.evidence_index import Evidence, Key
from assistant.agent.verification.figures import Figure, figures, key
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.statements import Statement

_LINK = re.compile(
    r"(?:（[^（）]{0,12}）)?(?:目前|现在|已经?|仅|只有?|也|都|均|就|才|刚好|正好|恰好)*(?:[为是有得]|达到?了?|等于|[:：=＝|*\u2003 \t]|约)*"
)
_SHORT = re.compile(r"(?:还|仍|尚)?(?:差|缺|少)(?:了|额)?")
_RESULT = re.compile(r"[=＝≈][^=＝≈]*$")


def result_failures(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Figures told of a name that nobody told of it: 碳抵消占比为40% where 30% was computed."""
    names = tuple(evidence.names)
    if not names:
        return
    told = _told(statement.own, names)
    if not told:
        return
    allowed = allowed_figures(evidence)
    for name, figure in told:
        known = allowed.get(name)
        if known and key(figure) not in known:
            against = "、".join(
                text for text in evidence.measured if text.startswith(name.removesuffix("还差"))
            )
            start, end = statement.start + figure.start, statement.start + figure.end
            yield Failure("measure", f"{name}{figure.text}", against, start, end)


def allowed_figures(evidence: Evidence) -> Mapping[str, frozenset[Key]]:
    """By name, the figures that the engine, the user or a cited clause tells of it, and its limits."""
    grounds = evidence.grounds
    texts = (*evidence.engine, *grounds.said, *(one.text for one in grounds.citations))
    return _allowed(
        tuple(evidence.names), texts, tuple((one.label, one.limit or "") for one in grounds.calculations)
    )


@lru_cache(maxsize=64)
def _allowed(
    names: tuple[str, ...], texts: tuple[str, ...], limits: tuple[tuple[str, str], ...]
) -> Mapping[str, frozenset[Key]]:
    found: dict[str, set[Key]] = {}
    for text in texts:
        for name, figure in _told(text, names):
            found.setdefault(name, set()).add(key(figure))
    for name, limit in limits:  # 碳削减率100%的要求
        if name in found:
            found[name] |= {key(figure) for figure in figures(limit)}
    return {name: frozenset(known) for name, known in found.items()}


def _told(text: str, names: Iterable[str]) -> list[tuple[str, Figure]]:
    """(name, figure) where a figure stands right behind a name, or comes out of the equation that begins with it."""
    at = {figure.start: figure for figure in figures(text)}
    if not at:
        return []
    taken: list[tuple[int, int]] = []
    lines = equation_lines(text)
    found = []
    for name in sorted((name for name in names if name in text), key=len, reverse=True):
        for place in re.finditer(re.escape(name), text):
            start, end = place.span()
            if any(begin <= start < stop for begin, stop in taken) or text[start - 1 : start] == "近":
                continue
            taken.append((start, end))
            short = _SHORT.match(text, end)
            if short:
                name, end = f"{name}还差", short.end()
            link = _LINK.match(text, end)
            if link and link.end() in at and not any(begin <= link.end() < stop for begin, stop in lines):
                found.append((name, at[link.end()]))
    return [*found, *_come_out(text, at, names)]


def _come_out(text: str, at: Mapping[int, Figure], names: Iterable[str]) -> Iterator[tuple[str, Figure]]:
    for start, end in equation_lines(text):
        line = text[start:end]
        first = re.split(r"[=＝≈]", line, maxsplit=1)[0]
        named = [name for name in names if first.strip("\u2003 *-").endswith(name)]
        result = _RESULT.search(line)
        if named and result:
            place = start + result.start() + 1 + len(re.match(r"[\u2003 *约]*", result[0][1:])[0])  # type: ignore[index]
            if place in at:
                yield max(named, key=len), at[place]
