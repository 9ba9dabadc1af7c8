"""Where a statement says its words stand: clause numbers, annexes and titles, held against what is cited."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from assistant.agent.answer import Citation
from assistant.agent.verification.matching import squeezed
from assistant.documents.numbering import ANY_NUMBER, read_number

TITLE = re.compile(r"《([^《》]{4,60})》")
_N = ANY_NUMBER
_STEPS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("章", re.compile(rf"第({_N})章")),
    ("条", re.compile(rf"第({_N})条(?![例件路线道腿])")),
    ("附件", re.compile(rf"附[件表]?({_N})(?![个份项近着带录上加])")),
    ("专栏", re.compile(rf"专栏({_N})")),
    ("段", re.compile(rf"第({_N})(?:自然)?段")),
    ("项", re.compile(rf"第({_N})[款项目](?![标目])")),
    ("项", re.compile(r"[（(]([一二三四五六七八九十]{1,3})[）)]")),
)
_LEAD_PART = re.compile(r"([一二三四五六七八九十]{1,3})(?=[（(、])")
_LEAD_POINT = re.compile(r"([一二三四五六七八九十]{1,2})是")
_LEAD_NUMBER = re.compile(r"[）)](\d{1,2})(?!\d)")
_ARTICLE = re.compile(rf"第({_N})条(?:[（(]|的|规定的?|中的?|里的?)*([\u4e00-\u9fff]{{4}})")
_ARTICLE_HEAD = re.compile(rf"第({_N})条")
_ANNEXES = re.compile(r"(?:^|[：:\s])(\d{1,2})[.．、](?!\d)")
SHORT_TITLE = 6  # characters of a title that words may be left out of
HEAD = 40  # characters of an article that tell what it is about
Locator = tuple[str, int]


@lru_cache(maxsize=4096)
def locators(text: str) -> frozenset[Locator]:
    """Steps of clause addresses that a text names: (条, 8), (项, 2), (附件, 3), …"""
    plain = squeezed(text)
    found = set()
    for kind, pattern in _STEPS:
        for match in pattern.finditer(plain):
            number = read_number(match[1])
            if number:
                found.add((kind, number))
    return frozenset(found)


@lru_cache(maxsize=4096)
def label_steps(label: str) -> frozenset[Locator]:
    """The steps of a clause's own label, also those that only a label is short enough to have: 三（八）, 二（四）2, 三是."""
    plain = squeezed(label)
    found = set(locators(label))
    for kind, pattern in (("部分", _LEAD_PART), ("是", _LEAD_POINT), ("号", _LEAD_NUMBER)):
        found |= {(kind, number) for match in pattern.finditer(plain) if (number := read_number(match[1]))}
    return frozenset(found)


def strange(
    words: str, citations: Iterable[Citation], known: Iterable[str], sources: Iterable[str] = ()
) -> list[str]:
    """Clause numbers of a free sentence that neither the citations' labels and texts nor other known texts hold.

    Another clause of a cited policy may be named where its own first words stand behind its number (第七条基本条件).
    A number that the sources never put before the words it has here is strange wherever it stands (第八条基本条件).
    """
    steps = locators(words)
    if not steps:
        return []
    held: set[Locator] = set()
    for citation in citations:
        held |= label_steps(citation.label) | locators(citation.text) | _of_address(citation.address)
        held |= {("附件", int(one)) for one in _annexes(citation.text)}
    for text in known:
        held |= locators(text)
    missing = steps - held
    if missing:
        cited = "".join(squeezed(citation.text) for citation in citations)
        missing -= _named_in(squeezed(words), missing, [squeezed(source) for source in sources], cited)
    missing |= _named_otherwise(words, sources)
    return [f"{kind}{number}" for kind, number in sorted(missing)]


def _named_otherwise(words: str, sources: Iterable[str]) -> set[Locator]:
    """Articles told with words that the sources only ever put behind another article's number: 第八条基本条件 for 第七条基本条件."""
    told = {(read_number(at[1]) or 0, at[2]) for at in _ARTICLE.finditer(squeezed(words))}
    if not told:
        return set()
    said = [_articles_told(source) for source in sources]
    return {
        ("条", number)
        for number, what in told
        if (theirs := frozenset().union(*(one.get(what, frozenset()) for one in said)))
        and number not in theirs
    }


@lru_cache(maxsize=64)
def _articles_told(source: str) -> dict[str, frozenset[int]]:
    """{the four characters behind a number of an article: the numbers they stand behind} of a policy's text."""
    found: dict[str, frozenset[int]] = {}
    for at in _ARTICLE.finditer(squeezed(source)):
        found[at[2]] = found.get(at[2], frozenset()) | {read_number(at[1]) or 0}
    return found


def _annexes(text: str) -> list[str]:
    """The numbers of a list of annexes."""
    return _ANNEXES.findall(text) if re.match(r"\s*附件\s*[：:]", text) else []


def _named_in(
    words: str, missing: frozenset[Locator] | set[Locator], sources: list[str], cited: str
) -> set[Locator]:
    """The articles among them whose text begins, in a source, with words that follow the number here and that no cited clause has."""
    found = set()
    for place in _ARTICLE.finditer(words):
        step = ("条", read_number(place[1]) or 0)
        if (
            step in missing
            and place[2] not in cited
            and any(
                place[2] in _ARTICLE_HEAD.split(source[at.end() : at.end() + HEAD])[0]
                for source in sources
                for at in _ARTICLE_HEAD.finditer(source)
                if read_number(at[1]) == step[1]
            )
        ):
            found.add(step)
    return found


def strange_lead(lead: str, citation: Citation) -> bool:
    """Whether the words between a title and a quotation name another place than the quotation's clause."""
    steps = label_steps(lead)
    return bool(steps - label_steps(citation.label) - _of_address(citation.address))


@lru_cache(maxsize=4096)
def _of_address(address: str) -> frozenset[Locator]:
    path = address.partition("#")[2]
    found = set(locators(path.replace("/", "")))
    for part in path.split("/"):
        if part.isdigit():
            found |= {("号", int(part))} if "（" in path else {("项", int(part)), ("号", int(part))}
        elif (number := read_number(part)) is not None and number:
            found.add(("部分", number))
    return frozenset(found)


def strange_titles(words: str, titles: Iterable[str], known: Iterable[str]) -> list[str]:
    """Titles in 《》 that no policy at hand has and no known text names."""
    if "《" not in words:
        return []
    bare = [squeezed(title) for title in titles]
    texts = [squeezed(text) for text in known]
    found = []
    for title in TITLE.findall(words):
        plain = re.sub(r"[（(]征求意见稿[）)]$", "", squeezed(title))
        if not any(_abbreviates(plain, one) for one in bare) and not any(plain in text for text in texts):
            found.append(title)
    return found


def _abbreviates(short: str, title: str) -> bool:
    """Whether a title is told in full, in part, or with words left out: 《减污降碳实施方案》."""
    if short in title:
        return True
    characters = iter(title)
    return len(short) >= SHORT_TITLE and all(character in characters for character in short)
