"""Names of policies: ids, titles, aliases and document numbers, found in running text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from assistant.documents.policy import Policy
from assistant.errors import PolicyFileError

_SHORT = 6
# Characters after which a short name (管理办法, 方案) may begin inside a sentence.
_BEFORE_SHORT_NAME = set(
    "省按照据依看和与跟及或的对了在从本该个份这那查问读给是说里用以《“‘到把被就让请按于为由见"
)
_BRACKETS = str.maketrans(
    {"[": "〔", "］": "〕", "［": "〔", "]": "〕", "【": "〔", "】": "〕", "(": "（", ")": "）"}
)


@dataclass(frozen=True)
class NameMention:
    """A policy named at [start, end) of a text."""

    policy_id: str
    start: int
    end: int


class PolicyNames:
    """Which names belong to which policy; two policies cannot share one."""

    def __init__(self, policies: Mapping[str, Policy]) -> None:
        self._policies = policies
        self._owners: dict[str, str] = {}
        for policy in policies.values():
            names = {policy.id, policy.title, *policy.aliases} | ({policy.number} if policy.number else set())
            for name in names:
                key = _key(name)
                owner = self._owners.setdefault(key, policy.id)
                if owner != policy.id:
                    raise PolicyFileError(
                        f"政策 {policy.id} 的名称「{name}」已被 {owner} 使用，别名、标题和文号不得相同"
                    )
        self._names = sorted(self._owners, key=len, reverse=True)

    def find(self, text: str) -> list[str]:
        """Ids of the policies named, in the order of mention."""
        return list(dict.fromkeys(mention.policy_id for mention in self.mentions(text)))

    def mentions(self, text: str) -> list[NameMention]:
        """Every mention, longest name first where names overlap, in the order of the text."""
        folded, places = _fold(text)
        taken = [False] * len(folded)
        found: list[NameMention] = []
        for name in self._names:
            at = folded.find(name)
            while at >= 0:
                end = at + len(name)
                policy = self._policies[self._owners[name]]
                if not any(taken[at:end]) and _stands_alone(folded, at, end) and _is_own(folded[:at], policy):
                    taken[at:end] = [True] * len(name)
                    found.append(NameMention(self._owners[name], places[at], places[end - 1] + 1))
                at = folded.find(name, at + 1)
        return sorted(found, key=lambda mention: mention.start)


@lru_cache(maxsize=100_000)  # a library that is read again asks for the same names
def _key(name: str) -> str:
    return _fold(name)[0]


def _fold(text: str) -> tuple[str, list[int]]:
    """Text without white space, small letters, brackets of 文号 made one; and where each character stood."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isspace():
            continue
        folded = character.translate(_BRACKETS).lower()
        if "０" <= folded <= "９":
            folded = chr(ord(folded) - ord("０") + ord("0"))
        if len(folded) == 1:
            characters.append(folded)
            places.append(place)
    joined = re.sub(r"（(?=(?:19|20)\d\d）)", "〔", "".join(characters))
    joined = re.sub(r"(?<=〔(?:19|20)\d\d)）", "〕", joined)
    return joined, places


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Inside 《…》 the whole title must be the name; a short name must not be the tail of another one."""
    before = text[start - 1] if start else ""
    opened = text.rfind("《", 0, start)
    if opened >= 0 and "》" not in text[opened:start]:
        closed = text.find("》", end)
        rest = re.sub(r"（[^（）]*）$", "", text[end:closed]) if closed >= 0 else ""
        return opened == start - 1 and not rest
    if text[start].isascii():
        return not (before.isascii() and before.isalnum())
    if end - start <= _SHORT and "\u4e00" <= before <= "\u9fff":
        return before in _BEFORE_SHORT_NAME
    return True


def _is_own(before: str, policy: Policy) -> bool:
    """福建省工业领域碳达峰实施方案 is not the plan of 福州市: a region in front must be the policy's own."""
    if not before.endswith(("省", "市", "国家", "自治区")) or before.endswith(policy.region):
        return True
    own = {"省级": "省", "市级": "市"}.get(policy.level)
    named = re.search(r"[\u4e00-\u9fff]{0,2}$", before)
    words = named.group() if named else ""
    return own is not None and words in (
        own,
        f"我{own}",
        f"全{own}",
        f"本{own}",
        f"贵{own}",
        f"你{own}",
        f"们{own}",
        f"的{own}",
    )
