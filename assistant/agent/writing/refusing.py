"""Writing a refusal: what exactly the texts do not have, the nearest thing that they do say, and whom to ask."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from assistant.agent.answer import AnswerStatus
from assistant.agent.tools.sentence_features import CALENDAR
from assistant.agent.writing.draft import Draft
from assistant.agent.writing.measure import mark
from assistant.retrieval.asking import Ask, asks_of

NEAR = 0.2  # share of the question that a clause must cover to be worth naming beside a refusal
NAMED = 2  # names that are told to be unknown
YEARS = 2  # sentences that are shown for the years that the text does have
NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]+|[一-鿿]{3,}")  # shorter words are seldom names
Item = dict[str, Any]


def answered(found: Item) -> bool:
    """Whether the best passage of a search is likely enough to answer; for another place or document none is."""
    if not found.get("passages") or found["lacks"]["place"] or found["lacks"]["document"]:
        return False
    return bool(found["answers"] >= found["answers_from"] or found["located"])


def refusal(found: Item) -> Draft:
    """Why not, in one sentence; the nearest thing the text does say, and whom to ask."""
    passages: list[Item] = found.get("passages", [])
    years = found["lacks"]["years"]
    parts = [why(found)]
    near = [item for item in passages[:1] if item["coverage"] >= NEAR]
    told = _of_other_years(passages, years) if years else []
    if told:
        parts.append("原文写到的是：\n" + "\n".join(f"- {quoted(item)}" for item in told))
    elif near:
        parts.append(f"原文中最接近的是{quoted(near[0])}")
    contact = found.get("contact")
    if near and contact:
        parts.append(f"可向有关部门咨询：{quoted(contact)}")
    else:
        parts.append("请向主管部门咨询。")
    return Draft("\n\n".join(parts), AnswerStatus.REFUSED)


def why(found: Item) -> str:
    """What the question asks about that is not there, the most telling thing first."""
    lacks = found["lacks"]
    names = [name for name in lacks["names"] if NAME.fullmatch(name)][:NAMED]
    if lacks["document"]:
        return f"没有收录“{lacks['document']}”的原文，不能回答它的内容。"
    if lacks["place"]:
        return f"已收录的政策原文没有针对{lacks['place']}写到这个问题，不能回答。"
    if lacks["years"]:
        return f"已收录的政策原文没有写{'、'.join(lacks['years'])}年的数，不能回答。"
    if lacks["words"]:
        return f"已收录的政策原文没有写到“{lacks['words'][0]}”，不能回答这个问题。"
    if lacks["money"]:
        return "已收录的政策原文没有写这笔钱是多少，不能回答。"
    if names:
        return f"已收录的政策原文没有提到{'、'.join(f'“{name}”' for name in names)}，不能回答这个问题。"
    return "已收录的政策原文没有写到这个问题，不能回答。"


def other_year(question: str, lead: Item) -> str:
    """That nothing was found for the year whose figure is asked for, before a sentence of other years; empty where it fits."""
    asked = set(CALENDAR.findall(question)) if Ask.AMOUNT in asks_of(question) else set()
    stated = set(CALENDAR.findall(lead["quote"]))
    if lead["judged"] is not None or not (asked and stated) or asked & stated:
        return ""
    return f"没有找到{'、'.join(f'{year}年' for year in sorted(asked))}的规定，最接近的是："


def _of_other_years(passages: Sequence[Item], years: Sequence[str]) -> list[Item]:
    """The nearest passages that name years, each clause once."""
    held: dict[str, Item] = {}
    for item in passages:
        named = set(CALENDAR.findall(item["quote"])) - set(years)
        if named and item["coverage"] >= NEAR:
            held.setdefault(item["address"], item)
    return list(held.values())[:YEARS]


def quoted(item: Item) -> str:
    return f"{source_of(item)}：“{item['quote']}”{mark(item['marker'])}"


def excerpt(sentence: str, part: str, marker: int) -> str:
    """A part of a sentence as a quotation with its marker, and … where words are left out before or after it."""
    at = sentence.find(part)
    before = "…" if at > 0 else ""
    after = "…" if sentence[at + len(part) :].strip("。；， ") else ""
    return f"{before}“{part}”{mark(marker)}{after}"


def source_of(item: Item) -> str:
    indicator = item["attributes"].get("indicator") if item["kind"] in ("row", "subrow") else None
    named = f"（{indicator}）" if indicator and indicator not in item["quote"] else ""
    return f"《{item['title']}》{item['label']}{named}"
