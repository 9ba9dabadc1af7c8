"""What a message says only by what was said before: doubt of the last answer, two earlier answers compared, a bare percentage.

Closed classes of Chinese only: the words of doubt (你确定, 真的假的, 不是吧), of comparing (哪个高, 差几家, 两边都是多少) and of pointing back
(前面那个, 这个数, 两者). What is doubted, compared or measured comes from the conversation and the rule books.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from assistant.agent.conversation import Conversation, Topic
from assistant.agent.understanding.facts.stated import FactReading
from assistant.agent.understanding.intents import COMPARE
from assistant.quantities import find_quantities
from assistant.retrieval.asking import own_words
from assistant.rules.book import Metric, RuleBook

_SURE = r"(?:确定|肯定|当真|属实|靠谱|可靠|保真|准)(?:的)?(?:吗|么|嘛|不|没有?)?"
_DOUBT = (
    rf"(?:你|您|这个?|那)*(?:们)?(?:真的?|能|敢)?{_SURE}|真的?(?:吗|么|假的|假|是?这样(?:吗|么)?)|真的|不(?:是|会|可能|应该|至于)吧|是吗|"
    r"(?:你|您)?们?(?:是不是|有没有|没有?|不会)?(?:搞|弄|看|说|记|算|查)错(?:了)?(?:吧|吗|没有?)|(?:你|您)?别(?:骗|唬|忽悠|蒙)(?:我|人)|就?(?:是)?这样(?:吗|么)|我(?:怎么)?不(?:太)?(?:相)?信"
)
DOUBT = re.compile(rf"(?:(?:啊|哎|咦|诶|嗯|哦|呃)[，,]?)?(?:{_DOUBT})[啊呀哦噢哈嘞的了]*[，。？！?!,~…\s]+")
COMPARING = re.compile(
    rf"{COMPARE.pattern}|哪[个边家条份项]?[^，。？?]{{0,4}}(?:高|低|多|少|大|小|严|松|早|晚|长|短)|谁[^，。？?]{{0,3}}(?:高|低|多|少|大|小|严|松)|(?:高|低|多|少|大|小)了?还是|"
    r"[差多少高低](?:了)?(?:多少|几)(?!分)|差多远|加起来|合起来|[跟和与同][^，。？?]{1,20}比[，,起着]?|比起来|两边"
)
BACK = re.compile(r"前面|刚才|刚刚|上面|之前|(?:这|那)(?:个|一)?(?:数|指标|目标|标准)")
POINTING_BACK = re.compile(
    rf"{BACK.pattern}|[这那]?[两俩](?:个(?!月)|边|者|处|地|条|份|家|样|级)|它们?俩?|差(?:多少|几)|一样"
)
SIMILAR = re.compile(
    r"(?:有没有|有无|也?有|是不是也有?|也)?(?:类似|同样|相应|对应|相同|一样|这样|这种)(?:的)?(?:一?个)?(?:数字?|指标|目标|规定|要求|说法|内容|条款|提法)?"
)
POINTED = r"(?:的)?[，,]?[这那](?:一)?(?:句话?|条|段话?|处|个?说法|个?提法)"
TO_JUDGE = re.compile(
    r"呢[？?。]?$|过线|超[没不了过线标吗]|达标|行不|行吗|可以[吗么]|够[吗不没]|合格|符合|算不算|能不能|几分|多少分"
)
BARE_FIGURE = re.compile(r"(?:那|要是|如果|换成)*\d[\d.]*(?:呢|行不行|行吗|可以吗|够吗|够不够)[？?。]?")


def without_doubt(message: str) -> str | None:
    """What follows the words of doubt that a message begins with, perhaps nothing; None where it begins with none."""
    found = DOUBT.match(f"{message}。")
    return message[found.end() :].strip() if found else None


def asks_the_like(message: str) -> bool:
    """也有类似的数吗, of another place that is named and was taken out: the last question, asked of that place."""
    return bool(SIMILAR.search(message)) and len(own_words(SIMILAR.sub(" ", message))) < 2


def compared_topics(message: str, conversation: Conversation) -> tuple[Topic, ...]:
    """The earlier and the present topic, where a message compares what was answered before and names nothing new.

    The earlier one is that whose question is most like the present one; of several as like, the last.
    """
    alone = not own_words(COMPARING.sub(" ", message))
    if not COMPARING.search(message) or not (alone or POINTING_BACK.search(message)):
        return ()
    if not conversation.query or not conversation.focus:
        return ()
    now = Topic(conversation.query, conversation.intent, conversation.focus, conversation.policies)
    about = _pairs(own_words(f"{now.query} {message}"))
    earlier = [one for one in conversation.earlier if one.focus and one.focus[0] != now.focus[0]]
    likeness = [len(about & _pairs(own_words(one.query))) for one in earlier]
    if not likeness or not max(likeness):
        return ()
    at = max(range(len(earlier)), key=lambda number: (likeness[number], number))
    return earlier[at], now


def measured_in_thread(message: str, conversation: Conversation, books: Mapping[str, RuleBook]) -> str:
    """那50.2%呢, 那51呢, 占比是37.5%，过线没有: with the name of the share that the conversation is about put to its percentage.

    The share is one that a rule book limits in a clause under discussion and that the last question speaks of.
    """
    figures = [one for one in find_quantities(message) if one.unit != "年"]
    if len(figures) != 1 or figures[0].unit not in ("%", None) or not TO_JUDGE.search(message):
        return message
    if figures[0].unit is None and not BARE_FIGURE.fullmatch(message):
        return message
    shares = [
        one
        for book in books.values()
        for one in book.metrics.values()
        if one.unit == "%" and one.limit and _is_under_discussion(one, book, conversation)
    ]
    if not shares:
        return message
    asked = conversation.query or ""
    share = max(shares, key=lambda one: len(_pairs(one.label) & _pairs(asked)))
    if any(name in message for name in (share.label, *share.synonyms)):
        return message
    tail = share.label[-2:]
    if tail in message:
        return message.replace(tail, share.label, 1)
    if len(own_words(message[: figures[0].start] + message[figures[0].end :])) > 2:
        return message  # it speaks of something else
    unit = "" if figures[0].unit else "%"
    before, after = message[: figures[0].start], message[figures[0].end :]
    return f"{before}{share.label}{figures[0].text}{unit}{after}"


def _is_under_discussion(metric: Metric, book: RuleBook, conversation: Conversation) -> bool:
    current = conversation.metric == f"{book.policy_id}/{metric.id}"
    bound = {one.address for one in metric.bindings} & set(conversation.focus)
    return current or bool(bound and _pairs(metric.label) & _pairs(conversation.query or ""))


def without_repeated(facts: FactReading, message: str, known: Mapping[str, str]) -> FactReading:
    """Without figures that state nothing: those that point at the text (5000吨标准煤那句), and unclear ones known already."""
    stated = tuple(item for item in facts.stated if not re.search(re.escape(item.value) + POINTED, message))
    had = {one.value for words in known.values() for one in find_quantities(words)}
    unclear = tuple(
        item
        for item in facts.ambiguous
        if not (
            re.search(rf"[那这]个?{re.escape(item.words)}", message)
            and any(one.value in had for one in find_quantities(item.words))
        )
        and not re.search(re.escape(item.words) + POINTED, message)
    )
    return replace(facts, stated=stated, ambiguous=unclear)


def _pairs(text: str) -> set[str]:
    text = re.sub(r"\s", "", text)
    return {text[at : at + 2] for at in range(len(text) - 1)}
