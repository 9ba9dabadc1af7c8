"""What a form holds, or a link that reopens it: fields as they were typed, and what can be read of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from assistant.errors import FactError, QuantityError
from assistant.interfaces.pages.form_fields import LARGEST_FORM, form_pairs
from assistant.quantities import parse_date
from assistant.rules.book import STAGES, FactValue, Programme, RuleBook
from assistant.rules.facts import ids_by_name, parse_facts

PATH = "/assess"
FACT, OWN = "f.", "a."
_PLAIN = ("policy", "programme", "on", "stage", "format")
_IGNORED = ("csrf_token",)


@dataclass(frozen=True)
class Submitted:
    """Fields as typed, blanks left out: facts and metrics by name, the applicant's own words by blank.

    `format` names the file to make.
    """

    policy: str = ""
    programme: str = ""
    on: str = ""
    stage: str = ""
    format: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    applicant: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What can be read of it for one programme.

    `typed` are all facts and metrics that the book knows, as typed; `facts` those that this programme asks and that are
    legal by themselves, with their `values`. `errors` say by field (f.<fact>, on, stage) what is wrong, `remarks` what of
    a link was left out and why.
    """

    book: RuleBook
    programme: Programme
    day: date | None
    stage: str | None
    typed: Mapping[str, str]
    facts: Mapping[str, str]
    values: Mapping[str, FactValue]
    errors: Mapping[str, str]
    remarks: tuple[str, ...]

    def request(self, **further: Any) -> dict[str, Any]:
        """The request of the service with the legal facts."""
        named = {"policy": self.book.policy_id, "programme": self.programme.id}
        day = {"on": self.day.isoformat()} if self.day else {}
        stage = {"stage": self.stage} if self.stage else {}
        return {**named, **day, **stage, "facts": dict(self.facts), **further}


def read_body(body: bytes) -> Submitted:
    """The fields of a urlencoded form or query; InputError when it is neither."""
    return submitted(form_pairs(body, LARGEST_FORM))


def submitted(pairs: Iterable[tuple[str, str]]) -> Submitted:
    """Sort fields by what they are; of two that have one name the later counts."""
    plain: dict[str, str] = {}
    facts: dict[str, str] = {}
    applicant: dict[str, str] = {}
    unknown: list[str] = []
    for name, typed in pairs:
        text = typed.strip()
        if not text or name in _IGNORED:
            continue
        if name in _PLAIN:
            plain[name] = text
        elif name.startswith(FACT):
            facts[name.removeprefix(FACT)] = text
        elif name.startswith(OWN):
            applicant[name.removeprefix(OWN)] = text
        else:
            unknown.append(name)
    return Submitted(facts=facts, applicant=applicant, unknown=tuple(unknown), **plain)


def read(book: RuleBook, programme: Programme, asked: Iterable[str], given: Submitted) -> Reading:
    """Read each field by itself, so that one that is wrong leaves the others standing; `asked` are the form's facts."""
    ids, wanted = ids_by_name(book), {*asked}
    errors: dict[str, str] = {}
    facts: dict[str, str] = {}
    values: dict[str, FactValue] = {}
    typed: dict[str, str] = {}
    remarks = [f"链接里的“{_short(name)}”不认识，没有采用" for name in given.unknown]
    for name, text in given.facts.items():
        id = ids.get(name)
        if id is None:
            remarks.append(
                f"链接里的“{_short(name)}”（填的是“{_short(text)}”）不是这份规则册的事实，没有采用"
            )
            continue
        typed[id] = text
        if id not in wanted:
            continue
        try:
            values.update(parse_facts(book, {id: text}))
            facts[id] = text
        except FactError as error:
            errors[f"{FACT}{id}"] = str(error)
    return Reading(
        book=book,
        programme=programme,
        day=_day(given.on, errors),
        stage=_stage(given.stage, errors),
        typed=typed,
        facts=facts,
        values=values,
        errors=errors,
        remarks=tuple(remarks),
    )


def link(policy: str, programme: str, given: Submitted, facts: Mapping[str, str]) -> str:
    """Where the same facts open again; the applicant's own words (names, telephone) stay out of it."""
    pairs = [("policy", policy), ("programme", programme)]
    pairs += [(name, text) for name, text in (("on", given.on), ("stage", given.stage)) if text]
    pairs += [(f"{FACT}{name}", text) for name, text in facts.items()]
    return f"{PATH}?{urlencode(pairs)}"


def _day(typed: str, errors: dict[str, str]) -> date | None:
    """The day to judge for; None is today."""
    if not typed:
        return None
    try:
        return parse_date(typed)
    except QuantityError as error:
        errors["on"] = f"判定日不合法：{error}；现按今天判定"
        return None


def _stage(typed: str, errors: dict[str, str]) -> str | None:
    if typed and typed not in STAGES:
        errors["stage"] = (
            f"阶段的值“{_short(typed)}”不合法；应为{'、'.join(STAGES)}之一，或不填。现判定全部条件"
        )
        return None
    return typed or None


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
