"""What lies outside the corpus: other places, and documents that the texts only mention."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.naming import PROVINCE
from assistant.documents.clause import Clause
from assistant.documents.library import Library

NUMBERED = re.compile(
    r"[一-鿿]{1,8}〔\d{4}〕\s*\d+\s*号|(?:DB\d*|GB|ISO|HJ)\s*/?\s*[TZ]?\s*\d{3,6}(?:[.\d]*)(?:\s*[-—–]+\s*\d{4})?",
    re.I,
)
TITLED = re.compile(r"《([^》]{4,60})》")
LOCAL = re.compile(
    r"([一-鿿]{2}[省市县区](?![里内级]))[一-鿿]{0,14}?(?:实施方案|方案|办法|条例|规划|意见|通知)"
)
OWN_DOCUMENT = r"[市县区]?(?:自己|当地|本地|那边)?的?[一-鿿]{0,12}?(?:实施方案|方案|管理办法|办法|条例|规划)"  # 泉州的碳达峰方案
POINTS = re.compile(r"几分|多少分|得分|分值")
INSIDE = re.compile(
    r"(?:〔\d{4}〕\s*\d+\s*号|[TZ]?\s*\d{4,6}(?:\s*[-—–]+\s*\d{4})?)(?:里|中|上|的|规定|要求|[^，。？?]{0,16}(?:怎么|如何|步骤|方法))"
)
CONTENTS = re.compile(
    r"》(?:里|中|上)|写(?:了|的)?(?:什么|啥)|内容|原文|全文|第.{1,4}[条章部]|要求|规定|怎么说|列(?:出|一)|贴|指标|目标|条款|讲(?:了|的)?(?:什么|啥)|正文"
)


class Scope:
    """Knows which places and documents the corpus speaks for."""

    def __init__(self, library: Library, lexicon: Lexicon) -> None:
        self._library = library
        self._lexicon = lexicon
        regions = {policy.region[:2] for policy in library.policies.values() if policy.level == "省级"} | {
            "全省",
            "我省",
        }
        own = {policy.region[:2] for policy in library.policies.values()}
        others = sorted(
            {place for places in lexicon.places.values() for place in places} - own - {"全省", "我省"}
        )
        self._of_place = re.compile(rf"(?:{'|'.join(others)}){OWN_DOCUMENT}") if others else None
        self._places = {place for places in lexicon.places.values() for place in places} - regions

    def foreign_document(self, message: str) -> str | None:
        """A document whose contents are asked for and that the corpus does not hold, or None."""
        if POINTS.search(message) or not (CONTENTS.search(message) or INSIDE.search(message)):
            return None
        held = [policy.title for policy in self._library.policies.values()]
        held += [policy.number for policy in self._library.policies.values() if policy.number]
        named = [found.group().strip() for found in NUMBERED.finditer(message)]
        named += TITLED.findall(message)
        if not self._library.find_policies(message):
            named += [found.group() for found in LOCAL.finditer(message)]
            if self._of_place:
                named += [found.group() for found in self._of_place.finditer(message)]
        squeezed = [_squeezed(name) for name in held]
        for name in named:
            if not any(_squeezed(name) in known or known in _squeezed(name) for known in squeezed):
                return name
        return None

    def regions(self, message: str) -> frozenset[str]:
        """Regions of the policies that a message names: 福州市 in 福州的目标, 福建省 in 全省."""
        regions = {policy.region for policy in self._library.policies.values()}
        return frozenset(
            region
            for region in regions
            if region[:2] in message or (region.endswith("省") and PROVINCE.search(message))
        )

    def foreign_place(self, message: str, clauses: Sequence[Clause]) -> str | None:
        """A place in the question that neither the clauses nor their policies' regions cover, or None."""
        asked = [
            place for place in (*self._lexicon.outside(message), *sorted(self._places)) if place in message
        ]
        for place in asked:
            if not any(self._covers(place, clause) for clause in clauses):
                return place
        return None

    def _covers(self, place: str, clause: Clause) -> bool:
        policy = self._library.policies[clause.policy_id]
        inside = self._lexicon.places.get(policy.region, ())
        said = (
            f"{policy.title}{policy.region}{policy.issuer or ''}{''.join(clause.heading_path)}{clause.text}"
        )
        return place in inside or place in said


def _squeezed(text: str) -> str:
    return re.sub(r"[\s—–-]+", "", text)
