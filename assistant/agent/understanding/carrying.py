"""What a conversation is after a message: what the next one may leave out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.agent.conversation import Conversation
from assistant.agent.understanding.acts import Act
from assistant.agent.understanding.facts.settling import LEFT_OUT, open_after
from assistant.agent.understanding.facts.stated import FactReading, StatedFact
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.reading import Reading
from assistant.quantities import find_quantities
from assistant.retrieval.asking import own_words
from assistant.rules.book import RuleBook

RETURNS = re.compile(r"回到|说回|绕回")
BACK_TO = re.compile(
    rf"(?:{RETURNS.pattern}|接着)?(?:刚才|刚刚|前面|之前|上面|一开始)(?:问|说|讲)?的?(?:那个|那条|那项|问题)*|{RETURNS.pattern}"
)
# 算了还是按原来的, 照实际数据算, 现在的呢
ACTUAL = re.compile(
    r"实际|真实|现实|现有|不假设|不是假设|(?:按|照|用|回到|退回|恢复)[^，。；]{0,4}(?:原来|原先|原本|本来|之前|前面|刚才|更正|现在|目前)|(?:现在|目前|眼下)(?:的|能|够|到底|符合|行)|(?:我们|咱们?|我厂|本厂)[^，。]{0,3}(?:到底|究竟|真的?)|(?:到底|究竟)(?:能不能|够不够|行不行|能否)"
)
AS_WELL = re.compile(
    r"^(?:那|然后)?再(?:把|将)|同时|一起|也(?=[改降减增变提做买])|基础上|再加上|并且"
)  # one supposition upon the other
BARE = 8  # characters: 多少分？, 谁负责呢
FOCUS = 3
MEASURING = (Intent.ELIGIBILITY, Intent.METRIC, Intent.GAP, Intent.SOLVE)
TALK = (Intent.GREETING, Intent.RECALL, Intent.WHY, Intent.CONVERT, Intent.INSIDES, Intent.OFF_TOPIC)


def topic_of(reading: Reading) -> str:
    """What the conversation is about now: a bare follow-up leaves the question it carried on."""
    if reading.before and len(reading.query) <= BARE:
        return f"{reading.before} {reading.query}"
    return reading.query


def together(readings: Sequence[Reading]) -> Reading:
    """What a message of several questions leaves to the next one: the last question, and what was said in all of them."""
    facts = [reading.facts for reading in readings]
    return replace(
        readings[-1],
        facts=FactReading(
            tuple(item for one in facts for item in one.stated),
            tuple(item for one in facts for item in one.ambiguous),
            any(one.supposed for one in facts),
            tuple(item for one in facts for item in one.unread),
            any(one.planned for one in facts),
            tuple(item for one in facts for item in one.unknown),
            facts[-1].unsettled,
        ),
    )


def still_supposed(reading: Reading, conversation: Conversation, labels: Mapping[str, str]) -> Reading:
    """那分数变成多少, after 如果抵消做到六万五呢: the reading with the figures that are still supposed, and that this is so.

    It ends with figures that are told, with another supposition, and where the actual ones are asked for.
    """
    said, before = reading.facts, conversation.supposed
    if not before or reading.intent not in MEASURING or goes_back(reading):
        return reading
    if said.stated and not (said.supposed and AS_WELL.search(reading.message)):
        return reading
    kept = tuple(
        StatedFact(id, value, "", note=f"{labels[id]}仍按前面假设的数计算；要按实际的数，请说“按实际数据”")
        for id, value in before.items()
        if id not in said.values and id in labels
    )
    return replace(reading, facts=replace(said, stated=(*kept, *said.stated), supposed=True))


def is_in_place(facts: FactReading, known: Mapping[str, str]) -> bool:
    """Whether figures are only supposed, beside what is known of an applicant: they are not remembered."""
    return facts.supposed and bool(known) and bool(facts.stated)


def supposed_after(conversation: Conversation, reading: Reading) -> dict[str, str]:
    """What is supposed in place of known figures once a message is answered."""
    facts = reading.facts
    if any(is_in_place(facts, known) for known in conversation.facts.values()):
        return facts.values
    ended = bool(facts.stated) or (reading.intent in MEASURING and goes_back(reading))
    return {} if ended else conversation.supposed


def unsettled_after(conversation: Conversation, reading: Reading) -> dict[str, list[str]]:
    """What is open once a message is answered; a question in between leaves it so."""
    if reading.intent in MEASURING or reading.facts.stated or LEFT_OUT.search(reading.message):
        return open_after(reading.facts)
    return conversation.unsettled


def still_asked(conversation: Conversation, reading: Reading) -> str | None:
    """The fact asked for before a question about the texts came in between: it stays asked for until it is told."""
    told = conversation.pending in reading.facts.values or conversation.pending in reading.skipped
    return None if reading.intent in MEASURING or told else conversation.pending


def just_asked(conversation: Conversation) -> bool:
    """Whether the last answer asked for a fact."""
    return conversation.pending is not None and conversation.intent in MEASURING


def goes_back(reading: Reading) -> bool:
    """Whether a message goes back from what was supposed to what was told."""
    return not reading.facts.supposed and bool(ACTUAL.search(reading.message) or reading.does(Act.REVERT))


def carried_on(
    conversation: Conversation, reading: Reading, found: Sequence[str], books: Mapping[str, RuleBook]
) -> Conversation:
    """The conversation after a message that found the addresses `found`, as far as what comes next can depend on it."""
    kept = conversation.with_topic().with_turn(reading.message)
    if reading.intent is Intent.FORGET and reading.dropped:
        left = {
            policy: {id: value for id, value in facts.items() if id not in reading.dropped.get(policy, ())}
            for policy, facts in conversation.facts.items()
        }
        return replace(kept, facts=left, pending=None, supposed={})
    if reading.intent is Intent.FORGET:
        return Conversation(id=conversation.id, turns=kept.turns)
    if reading.intent in TALK:
        return kept
    programme, metric = reading.programme, reading.metric
    return replace(
        kept.with_values(reading.values),
        facts=conversation.facts if reading.facts.supposed else _facts(conversation, reading, books),
        programme=f"{programme.policy}/{programme.id}" if programme else conversation.programme,
        metric=f"{metric.policy}/{metric.id}" if metric else conversation.metric,
        latest=tuple(item.fact for item in reading.facts.stated) or conversation.latest,
        supposed=supposed_after(conversation, reading),
        skipped=reading.skipped,
        unsettled=unsettled_after(conversation, reading),
        stage=reading.stage,
        applying=reading.applying,
        intent=str(reading.intent),
        query=topic_of(reading),
        focus=tuple(found[:FOCUS]),
        policies=reading.policies
        or tuple(address.partition("#")[0] for address in found[:1])
        or conversation.policies,
    )


def come_back(message: str, conversation: Conversation) -> Conversation:
    """回到刚才那个抽查: the conversation at the earlier topic that the message names, or at the last one where it names none.

    Figures that are told belong to the present topic (刚才说错了，是4万吨), and so does what the present topic names as well.
    """
    told = any(one.unit != "年" for one in find_quantities(message))
    if not (BACK_TO.search(message) and conversation.earlier) or (told and not RETURNS.search(message)):
        return conversation
    words = own_words(BACK_TO.sub(" ", message))
    pairs = [words[at : at + 2] for at in range(len(words) - 1)]
    named = [sum(pair in topic.query for pair in pairs) for topic in conversation.earlier]
    now = sum(pair in (conversation.query or "") for pair in pairs)
    if max(named) <= now and not RETURNS.search(message):
        return conversation
    at = max(range(len(named)), key=lambda number: (named[number], number))
    topic = conversation.earlier[at]
    if told and topic.intent in MEASURING:
        return conversation  # 回到该企业，扣掉3万吨: its figures are known anyway
    return replace(
        conversation, query=topic.query, intent=topic.intent, focus=topic.focus, policies=topic.policies
    )


def _facts(
    conversation: Conversation, reading: Reading, books: Mapping[str, RuleBook]
) -> dict[str, dict[str, str]]:
    """The facts so far, each under the policy whose rule book has it."""
    facts = {policy: dict(known) for policy, known in conversation.facts.items()}
    for fact, value in reading.facts.values.items():
        for policy, book in books.items():
            if fact in book.facts:
                facts.setdefault(policy, {})[fact] = value
    return facts
