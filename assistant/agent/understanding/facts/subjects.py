"""Whose figure it is: the applicant's, or that of a group, a neighbour, a trade or a place told beside it.

集团2021年排放50万吨，去年20万吨，其中我们厂2021年10万吨: the one spoken of last before a figure is whose it is.
"""

from __future__ import annotations

import re

_PLANT = r"(?:分?厂|工厂|公司|企业|基地)"
OWN_PLANT = re.compile(rf"(?:我们?|咱们?|俺们?|本|敝|贵)(?:这|那)?(?:个|家)?(?:{_PLANT}|司)|厂里|自家")
OWN = re.compile(rf"{OWN_PLANT.pattern}|我们|咱们?|俺们?|我方|自己")
OTHERS = re.compile(
    rf"隔壁(?:那)?(?:{_PLANT}|家)?|别人家?|别的?{_PLANT}|人家|对手|同行|友商|兄弟{_PLANT}|其他{_PLANT}|对方|"
    r"(?:全|整个?|同|本)?(?:行业|业内)(?:的?平均|均值|水平)?|全[市省县区国镇]|园区(?:整体|平均|总)|有人|网上"
)
TOLD_OF_IT = re.compile(r"的(?=[，。；、？！,;?!]|$|那|数)")  # 9.55是隔壁厂的，还是9.4
GROUP = re.compile(r"集团|总公司|母公司|总部|子公司|关联公司")


def is_of_another(message: str, at: int, known: bool) -> bool:
    """Whether the one spoken of last before the place `at` is another than the applicant.

    A neighbour or a trade is another where the applicant is spoken of too, or something is `known` of it; so is the group
    where a plant of its own is what applies.
    """
    words = message[:at]
    if _last(OTHERS, words) > _last(OWN, words) and (known or OWN.search(message)):
        return True
    plant = OWN_PLANT.search(message)
    told_of_plant = known and not re.search(rf"(?:我们?|咱们?|本)(?:{GROUP.pattern})", words)
    return bool(plant or told_of_plant) and _last(GROUP, words) > _last(OWN_PLANT, words)


def _last(pattern: re.Pattern[str], words: str) -> int:
    """Where the last match ends, -1 where there is none."""
    ends = (found.end() for found in pattern.finditer(words) if not TOLD_OF_IT.match(words, found.end()))
    return max(ends, default=-1)
