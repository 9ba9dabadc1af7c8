"""Questions made from a sentence of a statute by templates: they keep what the sentence is about and drop its answer.

A sentence of law answers one of a few questions: what something is, who does it, how much or how long, what follows,
what is needed, whether one may or must. The words below are how people ask these.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

_FEWEST, _MOST = 5, 40  # characters of a question
_TAIL = 24  # characters kept of what stands before the words asked for
_FIGURE = "[〇零一二两三四五六七八九十百千万亿0-9０-９.．]+"

_LEAD = re.compile(
    r"^(?:[（(][^）)]{1,4}[）)]|[一二三四五六七八九十0-9]+[、.．]|第[^，。]{1,6}[条款项])\s*"
    r"|^违反本?(?:法|条例|办法|规定|章|规则)[^，。；]{0,16}，"
)
_DEFINED = re.compile(r"(?:[^，。；]{0,8}所称的?|^)(?P<term>[^，。、；：]{2,16}?)，?(?:是指|，指|系指)")
_AUTHORITY = re.compile(
    r"由[^，。；、]{0,24}(?:部门|机关|机构|人民政府|委员会|人民法院|国务院|单位)(?P<what>[^，。；：]{2,24})(?=[，。；：]|$)"
)
_IN_CHARGE = re.compile(
    r"(?:^|[，；])[^，。；]{2,40}?(?:负责(?!人)|主管(?!部门|机关|人))(?P<what>[^，。；：]{3,24})(?=[，。；：]|$)"
)
_PENALTY = re.compile(
    r"(?P<deed>[^，。；]{4,40}?)的，[^。；]{0,40}?"
    r"(?:处[〇零一二两三四五六七八九十0-9以]|处以|责令|没收|吊销|追究|处分|处罚|赔偿|承担)(?P<how>[^。；]*)"
)
_TIME = re.compile(
    rf"(?<![第月年0-9])(?![0-9]{{4}}年){_FIGURE}(?P<unit>个工作日|个月|工作日|周年|年(?![0-9]{{1,2}}月)|日|小时)(?:以内|内|以上|以下)?"
)
_AMOUNT = re.compile(
    rf"(?<!第){_FIGURE}(?P<unit>元|倍|人|名|次|吨|米|公里|平方米|公顷|分(?!之)|%|％)(?:以上)?(?:{_FIGURE}(?:元|倍)以下)?"
    rf"|百分之{_FIGURE}"
)
_LISTED = re.compile(
    r"(?P<about>[^，。；：]{2,30}?)(?:应当|必须|可以|按照)*(?:就|持|对|具备|符合|提交|提供|包括|载明|有|遵守|履行)?"
    r"下列(?P<kind>[^，。；：]{0,8}?)(?:条件|材料|文件|资料|内容|情形|事项|职责|义务|权利|规定)"
)
_MODAL = re.compile(
    r"(?P<case>[^，。；：]{4,24}的，)?(?P<who>[^，。；：（）()]{2,24}?)(?P<modal>可以|应当|必须|不得|禁止|有权|无权|不能|不予)"
    r"(?P<what>[^，。；：]{2,24})(?=[，。；：]|$)"
)
# What only a neighbouring sentence explains.
_ELSEWHERE = re.compile(
    "[、，]$|^[并或]|下列|上述|前款|前条|本条例|本办法|本法|本规定|^构成犯罪|^造成损失|^情节严重"
)

_ASKED_FOR_LIST = {
    "条件": ("需要什么条件", "要符合哪些条件", "的条件是什么"),
    "材料": ("要交哪些材料", "需要准备什么材料"),
    "文件": ("要交哪些文件", "需要什么文件"),
    "资料": ("要交哪些资料", "需要哪些资料"),
    "内容": ("包括什么内容", "要写哪些内容"),
    "情形": ("有哪些情形", "什么情况下"),
    "事项": ("包括哪些事项",),
    "职责": ("有什么职责", "负责什么"),
    "义务": ("有哪些义务", "要尽什么义务"),
    "权利": ("有哪些权利", "享有什么权利"),
    "规定": ("有什么规定", "要遵守什么"),
}
_ASKED_OF_MODAL = {
    "可以": ("{who}可以{what}吗", "{who}能不能{what}", "{who}能{what}吗"),
    "有权": ("{who}有权{what}吗", "{who}能{what}吗", "{who}有没有权利{what}"),
    "应当": ("{who}要不要{what}", "{who}必须{what}吗", "{who}需要{what}吗"),
    "必须": ("{who}要不要{what}", "{who}一定要{what}吗"),
    "不得": ("{who}能不能{what}", "{who}可以{what}吗", "{who}{what}可以吗"),
    "禁止": ("{who}能{what}吗", "可不可以{what}"),
    "无权": ("{who}能{what}吗", "{who}有权{what}吗"),
    "不能": ("{who}能{what}吗", "{who}{what}行不行"),
    "不予": ("{who}会{what}吗", "{who}能不能{what}"),
}


def made_questions(sentence: str, draw: random.Random) -> list[str]:
    """Questions that `sentence` answers, one a template that fits, in the templates' order; [] when none fits.

    `draw` picks the wording.
    """
    plain = _LEAD.sub("", sentence.strip()).rstrip("。；;")
    found = (question for template in _TEMPLATES for question in template(plain, draw))
    return [
        question
        for question in found
        if _FEWEST <= len(question) <= _MOST and not _ELSEWHERE.search(question)
    ]


def _definition(sentence: str, draw: random.Random) -> Iterator[str]:
    if match := _DEFINED.search(sentence):
        yield draw.choice(("什么是{}", "{}是什么意思", "{}指的是什么", "{}怎么界定")).format(match["term"])


def _authority(sentence: str, draw: random.Random) -> Iterator[str]:
    who = draw.choice(("谁", "哪个部门", "哪个单位"))
    if match := _AUTHORITY.search(sentence):
        before = _tail(sentence[: match.start()])
        yield f"{before}由{who}{match['what']}"
    elif match := _IN_CHARGE.search(sentence):
        yield draw.choice(
            (f"{who}负责{match['what']}", f"{match['what']}归{who}管", f"{match['what']}找{who}")
        )


def _consequence(sentence: str, draw: random.Random) -> Iterator[str]:
    if match := _PENALTY.search(sentence):
        endings = ["怎么处理", "会有什么后果", "要承担什么责任", "怎么办"]
        endings += ["怎么处罚", "罚多少钱"] if "罚款" in match["how"] else []
        yield match["deed"] + draw.choice(endings)


def _time_limit(sentence: str, draw: random.Random) -> Iterator[str]:
    if match := _TIME.search(sentence):
        yield _asked_figure(sentence, match, draw.choice(("多久", "多长时间", f"几{match['unit']}")))


def _amount(sentence: str, draw: random.Random) -> Iterator[str]:
    if match := _AMOUNT.search(sentence):
        unit = match["unit"] or ""
        yield _asked_figure(sentence, match, draw.choice((f"多少{unit}", "多少")))


def _list(sentence: str, draw: random.Random) -> Iterator[str]:
    if match := _LISTED.search(sentence):
        kind = next(kind for kind in _ASKED_FOR_LIST if match[0].endswith(kind))
        yield match["about"] + draw.choice(_ASKED_FOR_LIST[kind])


def _permission(sentence: str, draw: random.Random) -> Iterator[str]:
    if match := _MODAL.search(sentence):
        wording = draw.choice(_ASKED_OF_MODAL[match["modal"]])
        who = (match["case"] or "") + match["who"]
        yield wording.format(who=who, what=match["what"])


def _asked_figure(sentence: str, figure: re.Match[str], asked: str) -> str:
    """The sentence around a figure, with the figure asked for: 自受理之日起多久内作出决定."""
    after = re.split("[，。；：]", sentence[figure.end() :], maxsplit=1)[0]
    return _tail(sentence[: figure.start()]) + asked + after[: _TAIL // 2]


def _tail(text: str) -> str:
    """What stands last in `text`, from the start of a clause where it can be."""
    if len(text) <= _TAIL:
        return text
    clauses = re.split("[，；：]", text)
    kept = clauses.pop()
    while clauses and len(kept) + len(clauses[-1]) < _TAIL:
        kept = f"{clauses.pop()}，{kept}"
    return kept[-_TAIL:]


_Template = Callable[[str, random.Random], Iterator[str]]
_TEMPLATES: tuple[_Template, ...] = (
    _definition,
    _authority,
    _consequence,
    _time_limit,
    _amount,
    _list,
    _permission,
)
