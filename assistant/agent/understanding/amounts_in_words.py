"""Amounts said without a figure: 没有抵消 is none, 附件3第13项满分 is all of an item's points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from assistant.rules.book import FactDefinition

# 没买过碳汇; not 有没有抵消, not the emissions before it (没抵消前, 未抵消的)
NONE = (
    r"(?<!有)(?:都|也|还|并)?(?:没有?|未|无|零)(?:去|再|做|买|搞|用|进行|购买|开展|参与|实施)?(?:过|任何|了)?"
)
NO_AMOUNT = re.compile(r"(?!前|的|之前|后|量的|过的|排放|吗)")
FULL_OR_NONE = re.compile(r"[^，。；;、\d]{0,6}?(满分|零分|不得分)")
ALL, NOTHING = "满分", "零分"


def amounts_in_words(
    message: str, facts: Mapping[str, FactDefinition]
) -> Iterator[tuple[FactDefinition, str, str]]:
    """(fact, value, words) for each amount that is said without a figure."""
    for fact in facts.values():
        if fact.type == "points":
            yield from _graded(message, fact)
        elif fact.adjustable and fact.minimum == 0 and not fact.periods and fact.unit is not None:
            yield from _none(message, fact)


def _none(message: str, fact: FactDefinition) -> Iterator[tuple[FactDefinition, str, str]]:
    names = "|".join(map(re.escape, sorted({*fact.topic, *fact.synonyms}, key=len, reverse=True)))
    found = re.search(f"{NONE}(?:{names}){NO_AMOUNT.pattern}", message)
    if found is not None:
        yield fact, "0", found.group()


def _graded(message: str, fact: FactDefinition) -> Iterator[tuple[FactDefinition, str, str]]:
    for name in sorted(fact.synonyms, key=len, reverse=True):
        at = message.find(name)
        said = FULL_OR_NONE.match(message, at + len(name)) if at >= 0 else None
        if said is not None:
            yield fact, ALL if said[1] == ALL else NOTHING, message[at : said.end()]
            return
