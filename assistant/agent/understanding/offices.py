"""Offices that the notes of responsible units name, and the question what one of them is responsible for."""

from __future__ import annotations

import re
from functools import cached_property

from assistant.agent.understanding.lexicon import Lexicon
from assistant.documents.library import Library
from assistant.retrieval.asking import content_words

NOTE = re.compile(r"（(?:责任单位[：:])?(?P<who>[^（）]*(?:\([^()]*\)[^（）]*)*?)(?:等)?按职责分工负责")
DUTIES = re.compile(
    r"(?:要|都|该|具体|主要|还|得)*(?:分?管|负责|牵头|承担|参与|干|抓|做|涉及|担|有)(?:的(?:是|有|事|任务)?|着|了|些)*(?:哪|什么|啥)[些几一]?(?:块|项|条|个|件|方面|任务|事|工作|内容|摊|活|部分|节)*(?:情|儿)?|"
    r"(?:任务|工作|职责|责任|分工|事)(?:有|是|包括)?(?:哪|什么|啥)些?"
)
_SHORT = 4  # characters by which a long name is known: 人民银行 of 人民银行福州中心支行
_LITTLE = 3  # characters of its own besides


class Offices:
    """Knows the offices by name and as people say them."""

    def __init__(self, library: Library, lexicon: Lexicon) -> None:
        self._library = library
        self._lexicon = lexicon

    def duties_asked(self, message: str, about: str) -> str | None:
        """The office whose tasks a message asks for and says little else; `about` is the message without names of policies."""
        asked = DUTIES.search(message)
        if not asked:
            return None
        said = " ".join((message, *self._lexicon.meant(message)))
        named = [
            name
            for name in self._names
            if name in said or (len(name) > _SHORT + 1 and name[:_SHORT] in message)
        ]
        if not named:
            return None
        spoken = [word for word in self._lexicon.synonyms if word in message]
        rest = DUTIES.sub(" ", about)
        for word in sorted((*named, *(name[:_SHORT] for name in named), *spoken), key=len, reverse=True):
            rest = rest.replace(word, " ")
        rest = re.sub(r"[省市在里对中面]|方案|文件", " ", rest)
        left = [word for word in content_words(rest).split() if not self._is_of_title(word)]
        return named[0] if len("".join(left)) <= _LITTLE else None

    def _is_of_title(self, word: str) -> bool:
        """Whether a word only names a policy by what its title speaks of: 减污降碳, 工业碳达峰."""
        titles = [iter(policy.title) for policy in self._library.policies.values()]
        return any(all(sign in title for sign in word) for title in titles)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """Names of offices, longest first, without the 省 or 市 before them."""
        found = {
            re.sub(r"^[省市](?!场)", "", name.strip().removesuffix("等"))
            for clause in self._library.clauses()
            for note in NOTE.finditer(clause.text)
            for name in re.split(r"[、，,]", note["who"])
        }
        return tuple(
            sorted(
                (name for name in found if len(name) > 2 or name.endswith("联")),
                key=lambda name: (-len(name), name),
            )
        )
