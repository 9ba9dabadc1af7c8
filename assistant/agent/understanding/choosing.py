"""Which of the clauses that were offered a message chooses: 第一个, 福州那个, 不是福州的，是省里的, 第十一条的."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.agent.understanding.naming import PolicyNaming
from assistant.agent.understanding.programmes import programmes_named
from assistant.documents.library import Library
from assistant.documents.references import find_references
from assistant.numerals import parse_chinese_number
from assistant.retrieval.asking import own_words
from assistant.rules.books import RuleBooks

SAYS_LITTLE = 8  # characters of its own beside what it chooses by
NUMBERED = re.compile(r"第(?P<n>[一二两三四五六七八九\d])(?:个|种|处|份|条(?=$|[。！]))")
FIRST, LAST = (
    re.compile(r"前(?:一个|者|面那个)|头一个"),
    re.compile(r"后(?:一个|者|面那个)|最后(?:一个|那个)?"),
)
NOT = re.compile(r"(?:不是|不要|不问|不看|并非|别给我)(?P<what>[^，。；,;、]{1,16})")


def chosen(
    message: str, offered: Sequence[str], library: Library, naming: PolicyNaming, books: RuleBooks
) -> tuple[str, ...]:
    """The addresses of `offered` that the message may mean; empty where it chooses none, or says more than that."""
    rest = NOT.sub(" ", message)
    said = own_words(naming.without_places(naming.without_names(NUMBERED.sub(" ", rest))))
    if len(said) > SAYS_LITTLE:
        return ()
    place = _place(rest, len(offered))
    if place is not None:
        return (offered[place],)
    policies = _policies(rest, naming, books)
    left = [one for one in offered if one.partition("#")[0] in policies] if policies else list(offered)
    unwanted = {
        policy for found in NOT.finditer(message) for policy in _policies(found["what"], naming, books)
    }
    left = [one for one in left if one.partition("#")[0] not in unwanted]
    for reference in find_references(rest):
        inside = [one for one in left if f"{one.partition('#')[2]}/".startswith(f"{reference.path}/")]
        left = inside or left
    if len(left) == len(offered):
        left = [one for one in offered if len(said) > 1 and said in _told(library, one)]
    return tuple(left)


def _place(message: str, count: int) -> int | None:
    found = NUMBERED.search(message)
    if found:
        number = int(parse_chinese_number(found["n"].replace("两", "二")))
        return number - 1 if 1 <= number <= count else None
    if FIRST.search(message):
        return 0
    return count - 1 if LAST.search(message) else None


def _policies(message: str, naming: PolicyNaming, books: RuleBooks) -> set[str]:
    """The policies that a message names in any way: by title, programme, city or province."""
    named = naming.named(message) or tuple(
        one.policy for one in programmes_named(books.books, message, short=True)
    )
    return set(named or naming.of_places(message) or naming.of_province(message))


def _told(library: Library, address: str) -> str:
    """What a clause and the headings above it say first."""
    clause = library.clause(address)
    return " ".join((*clause.heading_path, clause.text.split("。")[0]))
