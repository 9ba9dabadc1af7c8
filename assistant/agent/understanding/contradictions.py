"""Two figures of the texts said to contradict each other: 一份写42家，另一份写近300家，是否矛盾，把两处并列.

Each figure is looked for among the values that the texts state, in the documents that the message names; a figure that is
only in the last answer is taken from there. What is told is each one's own sentence: the texts are not judged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.agent.conversation import Conversation
from assistant.agent.understanding.reading import Side
from assistant.agent.values.index import StatedValues
from assistant.agent.values.stated import StatedValue
from assistant.quantities import find_quantities

CONTRADICTS = re.compile(
    r"矛盾|打架|冲突|对不上|(?<!是否)不一致|自相|相去|出入|[两哪](?:个|处|边|份)?(?:数|说法|口径|原文|原意)?(?:都)?(?:对|准)|两[处边][^，。？?]{0,8}(?:并列|列|对照|放)|并列"
)
MOST = 2


def contradicting(
    message: str, policies: Sequence[str], conversation: Conversation, values: StatedValues
) -> tuple[Side, ...]:
    """The two sentences that are to be told one beside the other; nothing where not just two are found."""
    if not CONTRADICTS.search(message):
        return ()
    found: list[StatedValue] = []
    for figure in find_quantities(message):
        said = (figure.value, figure.unit)
        same = [one for one in values.values.values() if (one.quantity.value, one.quantity.unit) == said]
        same = [one for one in same if one.clause.policy_id in policies] or same
        if figure.unit and len({one.clause.address for one in same}) == 1:
            found.append(same[0])
    if len(found) == 1:
        found = [*_told_before(conversation, values, found[0]), *found]
    sides = dict.fromkeys((one.sentence, one.clause.address) for one in found)
    if len(sides) != MOST:
        return ()
    return tuple(Side(sentence, (), within=address) for sentence, address in sides)


def _told_before(
    conversation: Conversation, values: StatedValues, beside: StatedValue
) -> tuple[StatedValue, ...]:
    """The value that the last answer told, else the one of its unit that the clause of the answer states."""
    told = [values.values[key] for key in reversed(conversation.values) if key in values.values]
    held = [
        one
        for address in conversation.focus[:1]
        for one in values.values.values()
        if one.clause.address == address and one.quantity.unit == beside.quantity.unit
    ]
    asked = conversation.query or ""
    pairs = {asked[at : at + 2] for at in range(len(asked) - 1)}
    near = sorted(held, key=lambda one: -sum(pair in one.sentence for pair in pairs))
    return tuple([*told, *near][:1])
