"""What is only supposed: 如果…, 改成…呢, 再多抵…够不够; and what is told after it."""

from __future__ import annotations

import re

from assistant.agent.understanding.facts.stated import CORRECTED

SUPPOSITION = re.compile(
    r"用满|用足|拉满|顶格|如果|假如|假设|假使|要是|倘若|若是|若(?!干)|(?<![一二两三四五六七八九十几百千\d])万一|设想|(?<!假)设(?=[^备施立计置想定])|再多买|再买|(?<=[吨元%成半])的话"
)
# 假设都不算，更正：…, 不假设了
GIVEN_UP = re.compile(
    r"(?:假设|假定|如果)[^，。；]{0,4}(?:不算|取消|作废|去掉|撤|不要)|(?:不|别|甭)(?:再|要|用|说|提)?(?:如果|假如|要是)了?|(?:不|别|取消|撤掉|去掉|撇开|抛开)[^，。；]{0,3}假[设定]"
)
MORE_SUPPOSED = re.compile(
    r"(?:再[多少]?|多|少)(?:抵消?|买|做|搞|加|减|降|压|排)(?![了过])"
)  # 再多抵1万吨够不够
ACTUALLY = re.compile(r"(?:实际|其实|真实|事实)(?:上|的)?(?:是|为|有|数)?[^，。；]{0,4}\d")
CHANGED_TO = re.compile(r"改[成为到]|改(?=[\d一二三四五六七八九十])|换成|变[成为]|调[成到整]+为?")
WONDERED = re.compile(r"呢|会怎|怎么样|会不会|结果|行不行|能不能|够不够|[吗么嘛]|[？?]|多少|几分")


def is_supposed(message: str) -> bool:
    """Whether figures are only supposed: 如果…, or 改成…呢; 抵消改成4万吨 and nothing asked is a correction."""
    corrected = CORRECTED.search(message)
    if corrected and ACTUALLY.search(message, corrected.end()):
        return False  # 假设的不提了，更正：期末实际是3.84万吨
    message = GIVEN_UP.sub("", message)
    if SUPPOSITION.search(message):
        return True
    changed = CHANGED_TO.search(message) or MORE_SUPPOSED.search(message)
    return bool(changed and WONDERED.search(message) and not CORRECTED.search(message))
