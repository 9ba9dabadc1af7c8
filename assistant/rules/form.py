"""The form of a programme (申报书): its blanks in the order of the text, and what fills each.

A blank is filled by the fact that is bound to it, by the score, or by words of the applicant's own (name, address).
Nothing here knows a policy: a blank's fact is the one whose binding names the blank's clause.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.errors import FactError
from assistant.rules.book import FactDefinition, Programme, RuleBook

_SCORE = re.compile(r"得分|评分|总分")
_CHOICE = re.compile(r"□\s*([^□（()）\s]+)")
_PROMPT = re.compile(r"[：:]\s*$")


@dataclass(frozen=True)
class Blank:
    """One thing to fill in.

    `field` is the label of its field, `prompt` the words inside the field that ask for this part of it (基准值（2021年）)
    or None, `hint` a note in brackets, `choices` the boxes to tick, `template` the words they stand in. `fact` fills
    it, or the score where `is_score`; otherwise the applicant's own words under `name` do.
    """

    address: str
    field: str
    prompt: str | None
    hint: str
    choices: tuple[str, ...]
    template: str
    fact: str | None
    is_score: bool

    @property
    def name(self) -> str:
        """Key of the applicant's own words for it: the field, or field/prompt."""
        return f"{self.field}/{self.prompt}" if self.prompt else self.field

    @property
    def is_own(self) -> bool:
        """Whether only the applicant can say it."""
        return self.fact is None and not self.is_score


@dataclass(frozen=True)
class Heading:
    """A heading between the blanks."""

    text: str


@dataclass(frozen=True)
class Form:
    """A form: its title lines and its headings and blanks in the order of the text."""

    title: tuple[str, ...]
    parts: tuple[Heading | Blank, ...]

    @property
    def blanks(self) -> tuple[Blank, ...]:
        """All blanks in order."""
        return tuple(part for part in self.parts if isinstance(part, Blank))


def programme_form(book: RuleBook, programme: Programme, library: Library) -> Form | None:
    """The form that a programme hands in; None when it has none."""
    if programme.form is None:
        return None
    top = library.clause(programme.form)
    parts: list[Heading | Blank] = []
    for clause in library.descend(top):
        if clause.kind is ClauseKind.HEADING:
            parts.append(Heading(clause.text))
        elif clause.kind is ClauseKind.FIELD:
            parts += _blanks(clause, book)
    return Form(tuple(line for line in top.text.splitlines() if line.strip()), tuple(parts))


def check_applicant(form: Form | None, applicant: Mapping[str, str]) -> dict[str, str]:
    """The applicant's own words by blank; FactError names an unknown blank or an unknown choice and the legal ones."""
    own = {blank.name: blank for blank in form.blanks if blank.is_own} if form else {}
    filled = {blank.name: blank for blank in form.blanks if not blank.is_own} if form else {}
    checked: dict[str, str] = {}
    for name, text in applicant.items():
        key = str(name).strip().replace("：", "").replace(":", "")
        blank = own.get(key)
        if blank is None and key in filled:
            raise FactError(f"applicant 里的“{name}”由判定的事实或得分填写，请改写在 facts 里", str(name))
        if blank is None:
            legal = "、".join(own) or "（这一类别没有申报书）"
            raise FactError(f"applicant 里有不认识的栏目“{name}”；可填的栏目：{legal}", str(name))
        words = str(text).strip()
        if blank.choices and words and words not in blank.choices:
            raise FactError(
                f"{blank.name}的值“{words}”不合法；应为其中之一：{'、'.join(blank.choices)}", str(name)
            )
        if words:
            checked[key] = words
    return checked


def _blanks(clause: Clause, book: RuleBook) -> list[Blank]:
    field, options = clause.attributes["field"], clause.attributes.get("options", "")
    lines = [line.strip() for line in options.splitlines() if line.strip()]
    prompts = [line for line in lines if _PROMPT.search(line)]
    hint = "".join(line for line in lines if line.startswith(("（", "(")))
    choices = tuple(_CHOICE.findall(options))
    if not prompts:
        fact = _fact_of(book, clause.address, None)
        is_score = fact is None and not options and _SCORE.search(field) is not None
        template = options if choices else ""
        return [
            Blank(clause.address, field, None, hint, choices, template, fact.id if fact else None, is_score)
        ]
    found = []
    for prompt in prompts:
        fact = _fact_of(book, clause.address, prompt)
        name = _PROMPT.sub("", prompt)
        found.append(Blank(clause.address, field, name, hint, (), "", fact.id if fact else None, False))
    return found


def _fact_of(book: RuleBook, address: str, prompt: str | None) -> FactDefinition | None:
    """The fact bound to a field, and to the words of its prompt where it has one."""
    for fact in book.facts.values():
        for binding in fact.bindings:
            if binding.address == address and (prompt is None or binding.quote == prompt):
                return fact
    return None
