"""Clause references as people write them: 第8条, 第八条第二项, 附件三第10项, 专栏二, （十四）, 二（一）1."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from assistant.documents.numbering import ANY_NUMBER, read_number, write_number


class StepKind(StrEnum):
    """One level of a reference."""

    CHAPTER = "章"
    ARTICLE = "条"
    PARAGRAPH = "款"
    ITEM = "项"
    ANNEX = "附件"
    BOX = "专栏"
    HEADING = "部分"
    SECTION = "（）"
    SUBTASK = "(1)"
    NUMBER = "号"
    ROW = "行"
    BLOCK = "段"
    POINT = "是"
    NAME = "名"


@dataclass(frozen=True)
class Step:
    """A level with its number; `text` as written; `name` for a level that has a name instead."""

    kind: StepKind
    number: int
    text: str
    suffix: str = ""

    @property
    def shown(self) -> str:
        """As it should be written."""
        chinese = write_number(self.number)
        match self.kind:
            case StepKind.CHAPTER | StepKind.ARTICLE | StepKind.PARAGRAPH:
                return f"第{chinese}{self.kind.value}{self.suffix}"
            case StepKind.SECTION:
                return f"（{chinese}）"
            case StepKind.HEADING:
                return f"{chinese}、"
            case StepKind.ANNEX | StepKind.BOX:
                return f"{self.kind.value}{self.number}"
            case StepKind.ITEM | StepKind.ROW | StepKind.BLOCK:
                return f"第{self.number}{self.kind.value}"
            case StepKind.POINT:
                return f"{chinese}是"
            case _:
                return self.text


@dataclass(frozen=True)
class ClauseReference:
    """A clause named in a message at [start, end); `path` is its address within a policy, as far as words tell."""

    text: str
    start: int
    end: int
    path: str


_N = ANY_NUMBER
_CHINESE = "[一二三四五六七八九十百]+"
_MEASURE = r"(?=\s*(?:具体)?(?:措施|任务|举措|工作))"
_STEPS: tuple[tuple[StepKind, re.Pattern[str]], ...] = (
    (StepKind.CHAPTER, re.compile(rf"第\s*({_N})\s*章(?![程])")),
    (StepKind.SECTION, re.compile(rf"第\s*({_N})\s*(?:条|项|个){_MEASURE}")),
    (
        StepKind.ARTICLE,
        re.compile(rf"第\s*({_N})\s*条(之[一二三四五六七八九])?(?![例件路线道腿])(?:款(?!第))?"),
    ),
    (StepKind.PARAGRAPH, re.compile(rf"第\s*({_N})\s*款(?![项式型])")),
    (StepKind.ITEM, re.compile(rf"第\s*({_N})\s*(?:小?项|点(?!半)|目(?![标的前])|号指标)(?:指标)?")),
    (StepKind.ITEM, re.compile(rf"(?!两)({_N})\s*项(?=$|[讲说写呢里中原是，。？?])")),
    (StepKind.ITEM, re.compile(rf"序号\s*[为是第]?\s*({_N})")),
    (StepKind.ROW, re.compile(rf"第\s*({_N})\s*行(?![业动政])")),
    (StepKind.BLOCK, re.compile(rf"第\s*({_N})\s*(?:自然)?段(?![时])")),
    (StepKind.HEADING, re.compile(rf"第\s*({_N})\s*(?:大?部分|大点|大项)")),
    (StepKind.ANNEX, re.compile(rf"附[件表]?\s*({_N})(?!\s*[个份项近着带录上加])")),
    (StepKind.BOX, re.compile(rf"专\s*栏\s*({_N})(?!\s*[个项])")),
    (StepKind.SECTION, re.compile(rf"第?\s*[（(]\s*({_CHINESE})\s*[）)](?:[项款条点](?!目))?")),
    (StepKind.POINT, re.compile(rf"第?({_CHINESE})是(?=$|[的讲说里中原怎呢，。？?])")),
    (StepKind.SUBTASK, re.compile(r"第?\s*[（(]\s*(\d{1,2})\s*[）)](?:[项款条点](?!目))?")),
)
_RANGE = re.compile(
    rf"第\s*(?P<first>{_N})\s*(?P<kind>[条项])?\s*(?:到|至|-|—|~|～)\s*第?\s*(?P<last>{_N})\s*(?P<same>[条项])"
)
_BARE = re.compile(
    rf"(?<![\d第共有前后几这那十百])(?P<article>{_N})\s*条(?:第?(?P<item>{_N})\s*[款项点]|(?=[（(]\s*{_CHINESE}))"
    r"|(?:(?<=[办法案])(?:的)?|^(?=\d{1,2}条[里中]?面?的?(?:讲|说|写|关于)))(?P<alone>\d{1,2})条(?=[里中]?面?的?(?:讲|说|写|关于)|是什么|是啥|原文|内容|[，。？?]|$)"
)
_AND = r"\s*(?:[、，,和跟与及]|以及|还有|加上?)\s*"
# 附件3第8、9、13项, 附件4第9项和第10项
_ITEMS = re.compile(rf"\s*的?\s*第\s*{_N}(?:(?:项?{_AND}第\s*{_N})+|(?:{_AND}{_N})+)\s*项")
_NOTE = re.compile(r"(?:表)?(?:里|下面|后面|最后)?的?(?:备)?注(?![册销意明重])")
MAX_RANGE = 5
_OPENERS = {
    StepKind.CHAPTER,
    StepKind.ARTICLE,
    StepKind.ANNEX,
    StepKind.BOX,
    StepKind.SECTION,
    StepKind.HEADING,
}
_OPENING = re.compile(r"[第附专（(一二三四五六七八九十百1-9]")
_LINK = re.compile(r"\s*(?:(?:(?:这|那)?张?表格?)?(?:里面?|中|当中)的?|的|之|中|里|/|,|，)?\s*")
_HEADING_BEFORE_SECTION = re.compile(rf"({_CHINESE})\s*[、.]?\s*(?=[（(]\s*{_CHINESE}\s*[）)])")
_HEADING_BEFORE_POINT = re.compile(rf"({_CHINESE})、(?={_CHINESE}是)")
_APART = re.compile(r"[，,]")
_TRAILING_NUMBER = re.compile(r"(?<=[）)])\s*(\d{1,2})(?![\d.%％年月日吨万个家项条]|\s*[吨万年个家])")
_FULL_WIDTH = {ord("０") + i: str(i) for i in range(10)}


def find_references(text: str) -> list[ClauseReference]:
    """Clause mentions inside a message, in order; 第一步, 第1312号 and 第三方 are none."""
    found: list[ClauseReference] = []
    at = 0
    while opening := _OPENING.search(text, at):
        start = opening.start()
        several = _range(text, start) or _bare(text, start)
        if several:
            found += several
            at = several[-1].end
            continue
        steps, at = _chain(text, start)
        several = _items(text, steps, start, at)
        if several:
            found += several
            at = several[-1].end
            continue
        if steps and not _is_list_mark(text, steps, start, at):
            found.append(ClauseReference(text[start:at], start, at, path_of(steps)))
        at = max(at, start + 1)
    return found


def _range(text: str, start: int) -> list[ClauseReference]:
    """第七到第九条: each of the clauses, the first few."""
    run = _RANGE.match(text, start)
    if not run or (run["kind"] or run["same"]) != run["same"] or run["same"] != StepKind.ARTICLE.value:
        return []
    first, last = read_number(run["first"]) or 0, read_number(run["last"]) or 0
    numbers = range(first, min(last, first + MAX_RANGE - 1) + 1) if 0 < first < last else ()
    steps = [Step(StepKind.ARTICLE, number, run.group()) for number in numbers]
    return [ClauseReference(run.group(), start, run.end(), path_of([step])) for step in steps]


def _items(text: str, steps: list[Step], start: int, end: int) -> list[ClauseReference]:
    """附件3第8、9、13项, 附件4第9项和第10项: each of the items that follow one annex or article."""
    above = [step for step in steps if step.kind is not StepKind.ITEM]
    if not above or above[-1].kind not in (StepKind.ANNEX, StepKind.ARTICLE) or len(steps) - len(above) > 1:
        return []
    begin = end if len(steps) == len(above) else end - len(steps[-1].text)
    run = _ITEMS.match(text, begin)
    if run is None:
        return []
    numbers = [read_number(one) or 0 for one in re.findall(_N, run.group())]
    return [
        ClauseReference(
            text[start : run.end()], start, run.end(), path_of([*above, Step(StepKind.ITEM, number, "")])
        )
        for number in numbers
        if number
    ]


def _bare(text: str, start: int) -> list[ClauseReference]:
    """8条2款, and 8条 behind the name of a document, as people say them."""
    spoken = _BARE.match(text, start)
    if not spoken or not text[spoken.start() :][:1].strip():
        return []
    number = read_number(spoken["article"] or spoken["alone"] or "")
    if not number:
        return []
    steps = [Step(StepKind.ARTICLE, number, spoken.group())]
    end = spoken.end()
    if spoken["item"] and (item := read_number(spoken["item"])):
        steps.append(Step(StepKind.ITEM, item, spoken.group()))
    elif spoken["article"]:
        inner, end = _chain(text, spoken.end())
        steps += [step for step in inner if step.kind is StepKind.SECTION]
    return [ClauseReference(text[start:end], start, end, path_of(steps))]


def _is_list_mark(text: str, steps: list[Step], start: int, end: int) -> bool:
    """（一） at the start of a line or sentence numbers what the writer says; it names no clause."""
    if len(steps) > 1 or steps[0].kind is not StepKind.SECTION or text[start] not in "（(":
        return False
    before = text[:start].rstrip(" \t")
    opens = not before or before[-1] in "\n。；;！？?!"
    return (
        opens
        and re.match(
            r"\s*(?:$|[的是里中呢，,。？?：:念读写]|讲|说|再|具体|给我|规定|要求|怎么|什么|啥|哪|内容|措施|原文)",
            text[end:],
        )
        is None
    )


def _chain(text: str, start: int) -> tuple[list[Step], int]:
    """Steps that begin exactly at `start`, outermost first."""
    steps: list[Step] = []
    end = start
    lead = _HEADING_BEFORE_SECTION.match(text, start) or _HEADING_BEFORE_POINT.match(text, start)
    if lead and (start == 0 or text[start - 1] not in "第（(" + "一二三四五六七八九十百附件专栏"):
        steps.append(Step(StepKind.HEADING, _number(lead.group(1)), lead.group(1)))
        end = lead.end()
    while True:
        link = _LINK.match(text, end) if steps else None
        begin = link.end() if link else end
        step = _step(text, begin)
        if step is None or (not steps and step[0].kind not in _OPENERS) or not _may_follow(steps, step[0]):
            break
        if step[0].kind is StepKind.ARTICLE and link and _APART.search(link.group()):
            break  # （二），第八条: two clauses
        steps.append(step[0])
        end = step[1]
    if steps and steps[-1].kind is StepKind.SECTION:
        tail = _TRAILING_NUMBER.match(text, end)
        if tail:
            steps.append(Step(StepKind.NUMBER, int(tail.group(1)), tail.group(1)))
            end = tail.end()
    if steps and steps[-1].kind is StepKind.ANNEX and (note := _NOTE.match(text, end)):
        steps.append(Step(StepKind.NAME, 0, "注"))
        end = note.end()
    if len(steps) == 1 and steps[0].kind is StepKind.HEADING and not steps[0].text.startswith("第"):
        return [], start
    return steps, end


_DEPTH = {
    StepKind.CHAPTER: 0,
    StepKind.ANNEX: 0,
    StepKind.BOX: 0,
    StepKind.HEADING: 1,
    StepKind.ARTICLE: 1,
    StepKind.SECTION: 3,
    StepKind.PARAGRAPH: 2,
    StepKind.ITEM: 3,
    StepKind.SUBTASK: 4,
    StepKind.NUMBER: 4,
    StepKind.ROW: 4,
    StepKind.BLOCK: 5,
    StepKind.POINT: 6,
}


def _may_follow(steps: list[Step], step: Step) -> bool:
    if not steps or _DEPTH[step.kind] > _DEPTH[steps[-1].kind]:
        return True
    # 三（二）第4条: the fourth task of a section, as people say it
    return step.kind is StepKind.ARTICLE and steps[-1].kind is StepKind.SECTION and _in_section(steps)


def _in_section(steps: list[Step]) -> bool:
    """Whether a chain leads into a section, and not into the item of an article."""
    return all(step.kind is not StepKind.ARTICLE for step in steps)


def _step(text: str, at: int) -> tuple[Step, int] | None:
    for kind, pattern in _STEPS:
        found = pattern.match(text, at)
        if not found:
            continue
        number = read_number(found.group(1))
        if number is None or number == 0:
            continue
        suffix = (found.group(2) or "") if pattern.groups > 1 else ""
        return Step(kind, number, found.group(), suffix), found.end()
    return None


def _number(text: str) -> int:
    return read_number(text) or 0


def path_of(steps: list[Step]) -> str:
    """Canonical path the steps most likely mean: 第八条第二款 is 第八条/（二）, as people say it."""
    parts: list[str] = []
    arabic = False
    for step, following in pairwise([*steps, None]):
        if step is None or (step.kind is StepKind.PARAGRAPH and step.number == 1 and following is not None):
            continue  # 第一款第三项: the items follow the first paragraph
        arabic = arabic or step.kind in (StepKind.ANNEX, StepKind.BOX)
        match step.kind:
            case StepKind.ARTICLE if arabic or (parts and parts[-1].startswith("（")):
                parts.append(str(step.number))
            case StepKind.ITEM | StepKind.PARAGRAPH | StepKind.SECTION:
                parts.append(str(step.number) if arabic else f"（{write_number(step.number)}）")
            case StepKind.SUBTASK if len(parts) == 1 and parts[0].endswith("条"):
                parts.append(f"（{write_number(step.number)}）")  # 第八条第（2）项
            case StepKind.SUBTASK:
                parts.append(str(step.number) if arabic else f"（{step.number}）")
            case StepKind.ROW | StepKind.NUMBER:
                parts.append(str(step.number))
            case StepKind.BLOCK:
                parts.append(f"段{step.number}")
            case StepKind.HEADING:
                parts.append(write_number(step.number))
            case StepKind.ARTICLE:
                parts = [step.shown]
            case _:
                parts.append(step.shown)
    return "/".join(parts)


_NAME_END = re.compile(r"[/「」]")
_EXTRA_STEPS: tuple[tuple[StepKind, re.Pattern[str]], ...] = (
    (StepKind.POINT, re.compile(r"第?([一二三四五六七八九十]{1,3})是")),
    (StepKind.BLOCK, re.compile(r"段(\d{1,2})")),
    (StepKind.HEADING, re.compile(r"([一二三四五六七八九十百]+)(?:[、.]|(?=$|[（(/]))")),
    (StepKind.NUMBER, re.compile(r"(\d{1,3})(?:[.、]|(?=$|[/（(]))")),
)


def read_reference(text: str) -> list[Step]:
    """Steps of a whole reference (nothing but the reference); what is no number is a NAME step."""
    text = text.translate(_FULL_WIDTH)
    steps: list[Step] = []
    at = 0
    while at < len(text):
        link = _LINK.match(text, at)
        if link and link.end() > at and (steps or text[at] == "/"):
            at = link.end()
            continue
        step = _step(text, at)
        if step is None:
            step = _extra_step(text, at)
        if step is not None:
            steps.append(step[0])
            at = step[1]
            continue
        ended = _NAME_END.search(text, at)
        end = ended.start() if ended else len(text)
        if end > at:
            steps.append(Step(StepKind.NAME, 0, text[at:end]))
        at = end + 1
    return [step for step in steps if step.kind is not StepKind.NAME or not _is_filler(step.text)]


def _is_filler(text: str) -> bool:
    return (
        re.fullmatch(
            r"(?:具体)?(?:措施|任务|举措|工作|规定|内容|原文|条文|指标|要求|[的《》“”\s，。？?：:!！])*", text
        )
        is not None
    )


def _extra_step(text: str, at: int) -> tuple[Step, int] | None:
    for kind, pattern in _EXTRA_STEPS:
        found = pattern.match(text, at)
        if found and read_number(found.group(1)):
            return Step(kind, _number(found.group(1)), found.group()), found.end()
    return None
