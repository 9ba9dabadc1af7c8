"""Words that are asked about as words: what a term means (什么叫…, …指什么), and where a text writes certain words (哪条写了…)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.agent.tools.passages import Passage
from assistant.retrieval.asking import content_words

_MEANS = r"(?:是|指的?是|代表|表示)(?:什么|啥|哪)(?:意思|东西|概念|[？?。]?$)"
TERM = re.compile(
    r"(?:什么|啥)(?:是|叫(?:做)?)(?P<after>[^，。？?]{2,14}?)(?:[啊呀呢吗，。？?]|$)|(?:何谓|何为)(?P<formal>[^，。？?]{2,14})|"
    rf"(?P<before>[^，。？?]{{2,18}}?)(?:[，,]|这个词|这几个字)?(?:到底|究竟|具体|主要)?(?:{_MEANS}|(?:是)?指(?:的是)?(?:什么|啥|哪)|(?:是)?(?:什么|啥)意思|是个?啥|怎么(?:定义|理解|解释)|的?(?:定义|含义|概念)|有(?:没有)?(?:解释|定义))"
)
MARKS = re.compile(r"[“”「」『』‘’\"']")
COUNTED = "一二三四五六七八九十两双"
CONTAINS = re.compile(
    r"(?:包不包[括含]|含不含|算不算|(?:包括|包含|含)(?=[^，。？?]{1,10}[吗么]))(?P<part>[一-鿿]{2,8}?)(?:[吗么在，。？?]|$)"
)
LONGEST_TERM = 10
LOOKED_AT = 8  # passages among which a definition is looked for
WRITTEN = re.compile(
    r"(?:写(?:了|着|过|到|有|明)?|提(?:到|过|及)了?|出现了?)(?:有)?(?P<what>[一-鿿A-Za-z]{2,8}?)(?:这[几两四]?个?(?:字|词|说法))?(?:的)?(?:是|在)?(?:哪|第几|$|[，。？?])"
)
WHERE = re.compile(r"哪[一]?[条项章款段]|哪[里儿]|第几|哪个文件|哪[份篇]")


def term_asked(message: str) -> str | None:
    """The term whose meaning a message asks for, None where it asks for none."""
    found = TERM.search(MARKS.sub("", message))
    said = next((words for words in found.groups() if words), "") if found else ""
    term = content_words(said).replace(" ", "").rstrip("在")
    return term if 1 < len(term) <= LONGEST_TERM else None


def defines(term: str, sentence: str) -> bool:
    """Whether a sentence says what a term means: by a definition, in brackets, as a short name, or as what a list is of."""
    name = re.escape(term)
    plain = MARKS.sub("", sentence)
    if term[0] in COUNTED and re.search(rf"、[^，。；、]{{2,12}}{name}", plain):
        return True  # 街巷微整治、空间微改造、景观微更新“三微行动”
    return (
        re.search(
            rf"所称{name}|{name}[，,]?(?:是指|指的?是|即(?!可|将|使)|主?要?包括)|（{name}）|{name}（[^）]{{5,}}）|{name}\s*=|简称{name}|[、和][^，。；、]{{2,12}}等{name}",
            plain,
        )
        is not None
    )


def defining_first(passages: Sequence[Passage], term: str) -> list[Passage]:
    """Passages with those that define the term in front, then those that have it; unchanged where the best one has it."""
    defining = [one for one in passages[:LOOKED_AT] if defines(term, one.sentence)]
    if not defining and passages and term in passages[0].sentence:
        return list(passages)
    having = [one for one in passages if one not in defining and term in one.sentence]
    return [*defining, *having, *(one for one in passages if one not in defining and one not in having)]


def containing_first(passages: Sequence[Passage], message: str) -> list[Passage]:
    """设区市包不包括平潭: passages that say that the thing is contained (含平潭综合实验区) in front."""
    asked = CONTAINS.search(message)
    if not asked:
        return list(passages)
    said = re.compile(rf"(?:含|包括|包含)[^。；）]{{0,8}}{re.escape(asked['part'])}")
    having = [one for one in passages if said.search(one.sentence)]
    return [*having, *(one for one in passages if one not in having)]


def undefined(passages: Sequence[Passage], term: str) -> bool:
    """Whether the texts use a term and none of the passages found says what it means."""
    used = bool(passages) and term in passages[0].sentence
    return used and not any(defines(term, one.sentence) for one in passages[:LOOKED_AT])


def words_sought(message: str) -> str | None:
    """The words that a message asks the place of without quoting them: 哪一条写了不予认定."""
    found = WRITTEN.search(message) if WHERE.search(message) else None
    return found["what"] if found else None
