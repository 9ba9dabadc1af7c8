"""Talk about the facts themselves: which are noted, why one is asked for, forget this one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.agent.conversation import Conversation
from assistant.quantities import find_quantities
from assistant.rules.book import FactDefinition
from assistant.rules.books import RuleBooks

_DATA = r"(?:数据|数字|数|情况|信息|资料|事实)"
RECALL = re.compile(
    rf"(?:记了|记下|记住|记着|记录|收到|掌握|报了|说了|说过|报过|提供了?|给了|填了|知道)[^，。]{{0,8}}(?:哪些|什么|啥|几个|几项)[^，。]{{0,6}}{_DATA}?"
    rf"|(?:哪些|什么|啥){_DATA}[^，。]{{0,6}}(?:记|说过|报过|提供过|有了)|(?:列|念|复述|重复|汇总|核对|过)(?:一?[下遍]|出来)?[^，。]{{0,10}}(?:我|刚才|已|前面|说过|报|提供)[^，。]{{0,8}}{_DATA}"
    rf"|(?:我|刚才|前面)[^，。]{{0,6}}{_DATA}[^，。]{{0,6}}(?:列|念|复述|重复|汇总|核对|过)(?:一?[下遍]|出来)"
)
WHY = re.compile(
    r"(?:为什么|为啥|干嘛|干吗|干什么|怎么)(?:还|又|非)?(?:得|要)?(?:问|要|填|需要|知道|提供|报)(?:我们?)?(?:这个|那个|这些|它|这项|这)"
    r"|(?:问|要|填)(?:我们?)?(?:这个|那个|这些|它|这)[^，。]{0,4}(?:干嘛|干吗|干什么|干啥|做什么|有什么用|有啥用|什么用)|^(?:为什么|为啥|干嘛)(?:要)?(?:问)?[？?呢啊]*$|凭什么(?:要|问)"
)
DROP = re.compile(
    r"不算(?:了|数)|不作数|作废|撤回|收回|取消|别算|先?不(?:计|算)(?:进去|在内)?(?:了|吧)|(?:忘掉|忘了|忘记|删掉|删除|删了|去掉|抹掉|清掉|清除|拿掉|划掉)"
)
ALL = re.compile(r"全部|所有|都|统统|一切|刚才那些|这些")


def recalls(message: str) -> bool:
    """刚才记了哪些数据."""
    return bool(RECALL.search(message))


def asks_why(message: str, conversation: Conversation) -> bool:
    """为什么要问这个, while something is asked for."""
    return conversation.pending is not None and bool(WHY.search(message))


def dropped(message: str, conversation: Conversation, books: RuleBooks) -> dict[str, tuple[str, ...]]:
    """{policy: facts} that are told to be forgotten, the others to stay: 抵消那个数不算了."""
    if not DROP.search(message) or ALL.search(message) or re.search(r"[？?吗]|如果|要是", message):
        return {}
    if any(figure.unit != "年" for figure in find_quantities(message)):
        return {}  # 去掉抵消的4万吨: how the others change is not said
    found: dict[str, tuple[str, ...]] = {}
    for policy, known in conversation.facts.items():
        book = books.books.get(policy)
        facts = {id: book.facts[id] for id in known if id in book.facts} if book else {}
        scores = {id: _named(message, fact) for id, fact in facts.items()}
        best = max(scores.values(), default=0)
        if best:
            found[policy] = tuple(id for id, score in scores.items() if score == best)
    return {policy: facts for policy, facts in found.items() if len(facts) == 1}


def _named(message: str, fact: FactDefinition) -> int:
    """How plainly a message names a fact: by its name, its period, its topic."""
    if any(name in message for name in (fact.label, *fact.synonyms)):
        return 3
    period = any(word in message for word in fact.periods)
    topic = any(word in message for word in fact.topic)
    return 2 * period + (topic if period or not fact.periods else 0)


def noted(conversation: Conversation, books: RuleBooks) -> tuple[tuple[str, str, str], ...]:
    """(label, value, the user's words) of what the conversation has noted."""
    found = []
    for policy, known in conversation.facts.items():
        book = books.books.get(policy)
        origins: Mapping[str, Mapping[str, str]] = conversation.origins.get(policy, {})
        for id, value in known.items():
            one = book.facts.get(id) or book.metrics.get(id) if book else None
            if one is not None:
                found.append((one.label, value, origins.get(id, {}).get("words", "")))
    return tuple(found)
