"""The work of the quotation tool: where words stand to the letter, else the nearest sentence and what differs."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.agent.desk import TurnContext
from assistant.agent.tools.items import Found, quoted_item
from assistant.agent.tools.sentences import sentences
from assistant.documents.clause import Clause
from assistant.errors import InputError
from assistant.retrieval.filters import ClauseFilter

HITS = 20
NEAR_ENOUGH = 0.25  # share of a quotation, in runs of two characters or more, that the nearest sentence has
ALIKE = 0.6  # the same for a sentence that the quotation was taken from and changed: what differs is named
SHORTEST = 3  # characters, signs aside, of what can be looked for
MAX_PARTS = 4
MAX_PLACES = 4
SENTENCE = re.compile(r"[^。！？!?\n…]+[。！？!?]?")
PHRASE = re.compile(r"[^。！？!?\n…，；,;]+")
AROUND = 12  # tokens beside the longest common run that may still answer to the quotation
LONGEST_DIFFERENCE = 24
SIGN = re.compile(r"[\s，。；：、！？“”‘’「」『』《》〈〉（）(),;:!?\"'*_]")
TOKEN = re.compile(
    r"\d+(?:\.\d+)?(?:%|[万亿千]?吨|[万亿]?元|分|项|家|年|月|日)?|[a-z]+|.", re.I | re.S
)  # a figure goes with its unit
NEGATION = re.compile(r"(?:不得|不能|不可|不应|不宜|没有|未|不|无|非)$")
UNSHOWN = re.compile(r"[^\w%.+×÷=≤≥/·-]")  # what a user's words are not repeated with
DIGIT = re.compile(r"[\d.]")
FIGURE = re.compile(r"[\d.]+")


@dataclass(frozen=True)
class _Place:
    """A clause with the words that were looked for, as they stand in it."""

    clause: Clause
    words: str


def check_quotation(turn: TurnContext, quotation: str, policies: Sequence[str]) -> Found:
    """Where a quotation stands to the letter (white space and signs aside), else the nearest sentence and what differs.

    A quotation of several sentences that stands nowhere as a whole is looked up sentence by sentence. What is found in
    other policies than the ones named is said to be there.
    """
    turn.progress("retrieval", "核对引文…")
    if len(_bare(quotation)) < SHORTEST:
        raise InputError(f"引文「{quotation}」太短；请给出至少 {SHORTEST} 个字")
    chosen = [policy for policy in policies if policy in turn.desk.library.policies]
    whole = _checked(turn, quotation, chosen)
    parts = _parts(SENTENCE, quotation)
    if len(parts) < 2 and not whole["items"]:
        parts = _parts(PHRASE, quotation)
    checked = (
        [whole] if whole["found"] or len(parts) < 2 else [_checked(turn, part, chosen) for part in parts]
    )
    items = [item for part in checked for item in part["items"]]
    found = all(part["found"] for part in checked)
    if found:
        content = "原文：" + "；".join(item["label"] for item in items)
    elif items:
        content = f"没有这句话；最接近的是[{items[0]['marker']}]"
    else:
        content = "没有这句话，也没有接近的原句。"
    titles = [turn.desk.library.policies[policy].title for policy in chosen]
    return content, {"found": found, "items": items, "parts": checked, "titles": titles}


def _parts(unit: re.Pattern[str], quotation: str) -> list[str]:
    parts = [part.strip() for part in unit.findall(quotation)]
    return [part for part in parts if len(_bare(part)) >= SHORTEST][:MAX_PARTS]


def _checked(turn: TurnContext, quotation: str, chosen: Sequence[str]) -> dict[str, Any]:
    """One sentence or passage: its places, or the nearest sentence with the differences."""
    library = turn.desk.library
    for scope in (chosen, list(library.policies)) if chosen else (list(library.policies),):
        places = list(_places((clause for policy in scope for clause in library.clauses(policy)), quotation))
        if places:
            items = [quoted_item(turn, one.clause, _around(one)) for one in places[:MAX_PLACES]]
            return {
                "said": quotation,
                "found": True,
                "elsewhere": bool(chosen) and scope is not chosen,
                "items": items,
            }
    best, ratio = _nearest(turn, quotation, chosen)
    if chosen and ratio < ALIKE:  # it may have been taken from another policy
        other, likeness = _nearest(turn, quotation, ())
        best, ratio = (other, likeness) if likeness >= ALIKE else (best, ratio)
    if best is None or ratio < NEAR_ENOUGH:
        return {"said": quotation, "found": False, "items": []}
    item = quoted_item(turn, best[0], best[1])
    return {
        "said": quotation,
        "found": False,
        "items": [item],
        "differences": differences(quotation, best[1]) if ratio >= ALIKE else [],
    }


def _places(clauses: Iterable[Clause], quotation: str) -> Iterable[_Place]:
    """Clauses that hold the words; a number cut short or a negation left off in front makes them other words."""
    wanted = _bare(quotation)
    for clause in clauses:
        kept = [(at, char) for at, char in enumerate(clause.text) if not SIGN.match(char)]
        plain = "".join(_folded(char) for _, char in kept)
        at = plain.find(wanted)
        while at >= 0:
            end = at + len(wanted)
            before, after = plain[:at], plain[end : end + 1]
            cut = (DIGIT.match(wanted[0]) and DIGIT.match(before[-1:])) or (
                wanted[-1].isdigit() and (DIGIT.match(after) or after == "%")
            )
            if not cut and not NEGATION.search(before):
                yield _Place(clause, clause.text[kept[at][0] : kept[end - 1][0] + 1])
                break
            at = plain.find(wanted, at + 1)


def _nearest(
    turn: TurnContext, quotation: str, policies: Sequence[str]
) -> tuple[tuple[Clause, str] | None, float]:
    where = ClauseFilter(policy_ids=frozenset(policies)) if policies else None
    hits = turn.desk.retriever.search(quotation, limit=HITS, where=where)
    best: tuple[Clause, str] | None = None
    best_ratio = 0.0
    wanted = _bare(quotation)
    for hit in hits:
        clause = turn.desk.library.clause(hit.address)
        for sentence in sentences(clause.text):
            matcher = difflib.SequenceMatcher(None, wanted, _bare(sentence), autojunk=False)
            runs = (block.size for block in matcher.get_matching_blocks() if block.size > 1)
            ratio = sum(runs) / len(wanted)
            if ratio > best_ratio:
                best, best_ratio = (clause, sentence), ratio
    return best, best_ratio


def differences(quotation: str, sentence: str) -> list[dict[str, str]]:
    """What the quotation says where the text says otherwise, whole figures at a time, signs aside.

    Parts of the sentence before and after the quotation are no difference, but for a negation right in front.
    """
    said, text = _tokens(quotation), _tokens(sentence)
    common = difflib.SequenceMatcher(None, said, text, autojunk=False).find_longest_match()
    first = max(0, common.b - common.a - AROUND)
    text = text[first : common.b + len(said) - common.a + AROUND]
    found: list[dict[str, str]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, said, text, autojunk=False).get_opcodes():
        words = text[c:d]
        if kind == "equal":
            continue
        if a == 0:
            negation = NEGATION.search("".join(words))
            words = words[len(words) - (b - a) :] if b else [negation.group()] if negation else []
        elif b == len(said):
            words = _as_said(said[a:b], words)
        shown = "".join(words)
        if (said[a:b] or shown) and len(shown) <= LONGEST_DIFFERENCE:
            found.append({"said": UNSHOWN.sub("", "".join(said[a:b])), "text": shown})
    return found[:6]


def _as_said(said: Sequence[str], words: Sequence[str]) -> list[str]:
    """The end of a sentence that stands for the end of a quotation: up to the figure in the unit of the one quoted, else as much."""
    units = [FIGURE.sub("", token) for token in said if DIGIT.match(token)]
    ends = [at for at, token in enumerate(words, 1) if DIGIT.match(token) and FIGURE.sub("", token) in units]
    return list(words[: ends[0]] if ends else words[: len(said)])


def _tokens(text: str) -> list[str]:
    return TOKEN.findall("".join(_folded(char) for char in text if not SIGN.match(char)))


def _bare(text: str) -> str:
    """The text without white space and signs, widths folded; figures keep their point and their %."""
    return "".join(_folded(char) for char in text if not SIGN.match(char)).strip(".")


def _folded(char: str) -> str:
    """A character in its plain width, one for one, so that places stay."""
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


def _around(place: _Place) -> str:
    """The sentence that holds the words, or the words themselves where they run over several."""
    whole = [sentence for sentence in sentences(place.clause.text) if place.words in sentence]
    return whole[0] if whole else place.words
