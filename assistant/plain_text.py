"""What people type, written as the texts are: simplified characters, half-width figures, Chinese punctuation.

Traditional characters are read by OpenCC's `t2s`: by phrases before characters (乾隆 keeps its 乾, 乾淨 does not), its
tables in the package, ready in some 10 ms. It leaves simplified text as it is and never changes the length.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

_HAN = r"[\u3400-\u9fff]"
_CHINESE_SIGNS = "，；：（）？！"
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if chr(wide) not in _CHINESE_SIGNS} | {
    0x3000: " "
}
_SIGNS = dict(zip(",;:?!.", "，；：？！。", strict=True))
_SIGN = re.compile(
    rf"(?<={_HAN})[,;?!](?!\d{{3}}(?!\d))|(?<={_HAN}):|[,;:?!](?={_HAN})|(?<={_HAN})\.(?=\s|$)|(?<=%)[,;?!]"
)
_BLANKS = re.compile(r"(?<=\S)[ \t]+(?=\S)")
_SINCE_STOP = re.compile(r"[^ \t\n，。；：？！、]+$")
_UNTIL_STOP = re.compile(r"[^ \t\n，。；：？！、]+")
_AMOUNT = re.compile(r"\d[\d.,]*[十百千万亿]*[ \t]?(?:吨|元|t|tCO2e?|tce|%|项|家|分)(?:标准?煤|二氧化碳)?$")
_SIGNED = re.compile(r"[，。；：？！\n]")
# An amount and what begins a new clause: neither a word about the amount nor the end of the question.
_RUN_ON = re.compile(
    rf"\d[\d.,]*[十百千万亿]*[ \t]?(?:吨(?:标准?煤)?|[万亿]?元|t|tCO2e?|tce)(?={_HAN}{{2}})(?!"
    r"左右|上下|以[上下内]|之[上下内]|及以|的|是|到|至|降|升|减|增(?!加值)|变|改|和|与|及|或|二氧化碳|当量|标准?煤|一年|每|吗|呢|了|吧|啊|呀|不|没|都|也|行|够|"
    r"能|可|怎|占|多|出头|来|那|里|中|内|就|才|还|又|再|要|会|有|人民币|排放|碳排|对)"
)
_HAVING = re.compile(
    r"(?:买|购买?|采购|卖|交易)[了过到]?(?:大?约|大概|差不多|将近)?$"
)  # 买了2万吨绿证: its object follows
_FILLER = re.compile(
    r"(?:(?<=[，。；！？\n])|^)(?:(?:嗯+|呃+|额|唔|哦|诶|欸|喂|那个|这个嘛|那什么|就是说|怎么说呢?|我想想|你看)[，、…]+)+(?=[^，。；！？])"
)
_ASKED = re.compile(r"(?:多少|几何|吗|呢|吧|么|嘛|了)$")
_CLAUSE = 5  # Chinese characters from which words between blanks are a clause of their own


@lru_cache(maxsize=64)  # each part of a turn reads the same message
def plain(text: str) -> str:
    """`text` as the policy texts would write it; what is no question of writing stays."""
    return _written(text)[0]


def as_written(words: str, text: str) -> str:
    """The characters of `text` that `words` of its plain form stand for; the words themselves where they do not stand in it."""
    read, places = _written(text)
    at = read.find(words)
    return text[places[at] : places[at + len(words) - 1] + 1] if words and at >= 0 else words


def _written(text: str) -> tuple[str, list[int]]:
    """The plain form, and for each of its characters where in `text` it stands."""
    read = _simplified(text.translate(_NARROW))
    read = _SIGN.sub(lambda sign: _SIGNS[sign[0]], read)
    written, places, end = "", list[int](), 0
    for blank in _BLANKS.finditer(read):
        written += read[end : blank.start()]
        instead = _instead(written, blank[0], _UNTIL_STOP.match(read, blank.end()))
        places += range(end, blank.start() + len(instead))
        written, end = written + instead, blank.end()
    return _parted(*_without_fillers(written + read[end:], [*places, *range(end, len(read))]))


def _without_fillers(written: str, places: list[int]) -> tuple[str, list[int]]:
    """Without 嗯, 呃, 那个 and their like where they stand alone between two signs: they say nothing and point at nothing."""
    text, found, end = "", list[int](), 0
    for filler in _FILLER.finditer(written):
        text += written[end : filler.start()]
        found += places[end : filler.start()]
        end = filler.end()
    return text + written[end:], [*found, *places[end:]]


def _parted(written: str, places: list[int]) -> tuple[str, list[int]]:
    """With a comma after each amount where a message has no sign at all: 2021年10万吨去年6万吨抵消5万吨."""
    if _SIGNED.search(written):
        return written, places
    text, found, end = "", list[int](), 0
    for amount in _RUN_ON.finditer(written):
        if _HAVING.search(written, 0, amount.start()):
            continue
        text += written[end : amount.end()] + "，"
        found += [*places[end : amount.end()], places[amount.end() - 1]]
        end = amount.end()
    return text + written[end:], [*found, *places[end:]]


def _instead(written: str, blank: str, following: re.Match[str] | None) -> str:
    """What a blank stands for: nothing beside a figure (2021 年), a comma between clauses (去年6万吨 抵消4万吨), else itself."""
    clause, ahead = _SINCE_STOP.search(written), following[0] if following else ""
    said = clause[0] if clause else ""
    ended, begins = bool(_AMOUNT.search(written)), bool(re.match(_HAN, ahead))
    if ended and (begins or (re.search(_HAN + "$", said) and ahead[:1].isdigit())):
        return "，"
    if said[-1:].isdigit() and (begins or ahead[:1] == "%"):
        return ""
    if re.search(_HAN + "$", said):
        if ahead[:1].isdigit():
            return ""
        clauses = min(len(re.findall(_HAN, said)), len(re.findall(_HAN, ahead))) >= _CLAUSE
        asked = bool(_ASKED.search(said))
        return "，" if begins and (clauses or asked) else blank
    return blank


def _simplified(text: str) -> str:
    if text.isascii():
        return text
    converted: str = _converter().convert(text)
    return converted if len(converted) == len(text) else text


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
