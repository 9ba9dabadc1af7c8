"""What a message says without a figure: nothing of an amount, the most of it, as much as another, yes and no."""

from __future__ import annotations

import re

from assistant.agent.understanding.facts.amounts_in_words import (
    REST,
    amounts_in_words,
    at_the_cap,
    gone_without,
    left_out,
    the_rest,
)
from assistant.agent.understanding.facts.changes_in_words import Known
from assistant.agent.understanding.facts.declarations import declared, is_asked
from assistant.agent.understanding.facts.relations import (
    Related,
)
from assistant.agent.understanding.facts.stated import (
    StatedFact,
)
from assistant.agent.understanding.facts.taking import Taking

NOTHING = re.compile(
    r"^(?:我们|目前|暂时|都|一点|一吨|完全|压根|还|也)*(?:没有?|无|零|0)(?:(?:买|抵消?|做|搞|用)(?:过|了)?(?![^，。]*\d)[^，。？?不没只]{0,4})?[过的了呢啊，。！ ]*$"
)
IF_SO = re.compile(r"呢[，,？?。]?|会|够不够|行不行")


def without_figures(got: Taking, related: Related) -> None:
    """Amounts and declarations that are said in words alone."""
    setting, message = got.setting, got.setting.message
    answer, book = setting.answer, setting.book
    if answer and not setting.figures and answer.minimum == 0 and NOTHING.match(message.strip()):
        got.stated.append(StatedFact(answer.id, "0", message))
    got.stated += at_the_cap(message, book, got.seen)
    taken = got.facts
    got.stated += [
        StatedFact(fact.id, value, words)
        for fact, value, words in amounts_in_words(message, book.facts)
        if fact.id not in taken and not is_asked(message, words)
    ]
    if not any(figure.unit != "年" for figure in setting.figures) and not got.stated:
        got.stated += left_out(message, book, setting.known)
        got.supposed = got.supposed or bool(got.stated)
    taken = got.facts
    got.stated += gone_without(message, book, {*setting.known, *taken})
    taken = got.facts
    got.stated += [item for item in related.of_words(message) if item.fact not in taken]
    if not any(REST.search(item.words) for item in got.unread):
        got.stated += the_rest(message, book, got.stated, setting.known)
    known = Known(book, setting.known, setting.latest, related.measured_from)
    changed = known.changed(message)
    if not {item.fact for item in changed.stated} & got.facts:
        got.stated += changed.stated
        got.changed += changed.unknown
        multiplied = any(item.adds for item in changed.stated)  # 抵消翻倍呢
        got.supposed |= multiplied and IF_SO.search(message) is not None
    got.stated += declared(message, book, answer, setting.latest, setting.today, setting.places)
