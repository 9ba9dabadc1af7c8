"""What stands before and after the text proper: letterhead, 文号, title, addressees, notice; thanks, date, contact, 抄送."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.documents.blocks import Block, Segment, Table
from assistant.documents.clause import ClauseKind
from assistant.documents.numbering import MarkerKind
from assistant.documents.passage import Passage, break_at_gaps, join
from assistant.documents.tree import Node, Tree

_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,14}[〔\[（(【]\d{4}[〕\]）)】]第?\d+号")
_DATE = re.compile(
    r"(?:\d{4}|[〇零○一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日"
)
_BODY_NAME = re.compile(
    r"(?:[^，。、；！？：《》〔〕\d]{2,60}?(?:人民政府|厅|局|委员会|委|办公室|政府|部|院|中心|公司|协会|管委会|文件))+(?:办公室|文件)?"
)
_TITLE_END = re.compile(r"的(?:通知|答复|函|意见|决定|公告|通告|批复|报告|复函|通报)(?:（[^（）]*）)?$")
_QUALIFIER = re.compile(r"（[^（）。]{2,20}）")
_LEADER = re.compile(r"[.．·…\s]+\d*$|(?<=\D)\d{1,3}$")
_OPEN = re.compile(r"（.*公开.*）")
_TAIL: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("致谢", re.compile(r"(?:衷心|再次|最后|诚挚)*(?:地)?感谢.{0,80}$")),
    ("领导署名", re.compile(r"领导署名[:：]")),
    ("联系人", re.compile(r"(?:业务)?(?:联系人|经办人)[:：]")),
    ("联系电话", re.compile(r"(?:联系)?电话[:：]")),
    ("抄送", re.compile(r"(?:抄送|抄报|主送)[:：]")),
    ("公开", _OPEN),
    ("日期", _DATE),
    ("机关", _BODY_NAME),
)


def split_front(segments: Sequence[Segment]) -> int:
    """Index of the first segment of the text proper: a table, its first heading or article or, failing these, section."""
    for kinds in (
        {MarkerKind.CHAPTER, MarkerKind.SUBCHAPTER, MarkerKind.ARTICLE, MarkerKind.HEADING},
        {MarkerKind.SECTION, MarkerKind.TASK, MarkerKind.POINT},
        {MarkerKind.ANNEX_LIST, MarkerKind.ANNEX},
    ):
        for index, segment in enumerate(segments):
            if isinstance(segment, Table) or (segment.marker is not None and segment.marker.kind in kinds):
                return index
    return len(segments)


def split_tail(segments: Sequence[Segment]) -> int:
    """Index from which on all that follows is signature, date, contact, 抄送 or the list of annexes."""
    index = len(segments)
    while index > 0:
        segment = segments[index - 1]
        if not isinstance(segment, Block) or tail_name(segment) is None:
            break
        index -= 1
    return index


def tail_name(block: Block) -> str | None:
    """What part of the signature a block is, or None when it is text."""
    if block.marker is not None:
        return "附件目录" if block.marker.kind is MarkerKind.ANNEX_LIST else None
    for name, pattern in _TAIL:
        if pattern.fullmatch(block.text) or (
            name not in ("机关", "日期", "公开") and pattern.match(block.text)
        ):
            return name
    return None


def place_tail(tree: Tree, blocks: Sequence[Block]) -> None:
    """Signature parts under `落款`; 抄送 alone and the list of annexes stand at the top."""
    names = [tail_name(block) for block in blocks]
    signed = any(name not in ("抄送", "附件目录") for name in names)
    for block, name in zip(blocks, names, strict=True):
        if name == "附件目录":
            tree.add("附件目录", ClauseKind.NOTE, "附件目录", block.passage)
        elif name == "抄送" and not signed:
            tree.add("抄送", ClauseKind.SIGNATURE, "抄送", block.passage)
        else:
            holder = tree.container("落款", ClauseKind.SIGNATURE, "落款")
            passage = block.passage
            if name in ("领导署名", "联系人", "机关"):
                passage = break_at_gaps(passage)
            _append(tree, holder, str(name), ClauseKind.SIGNATURE, passage)


def _append(tree: Tree, holder: Node, name: str, kind: ClauseKind, passage: Passage) -> None:
    """Text under `holder/name`; a second block of the same name goes on with the first."""
    known = tree.nodes.get(f"{holder.path}/{name}")
    if known is not None:
        known.add_text(passage)
    else:
        tree.add(f"{holder.path}/{name}", kind, name, passage, parent=holder)


def place_contents(tree: Tree, segments: Sequence[Segment]) -> list[Segment]:
    """Take the table of contents out: from 目录 to where its first entry comes again as a heading."""
    names = [_LEADER.sub("", segment.text) if isinstance(segment, Block) else "" for segment in segments]
    if "目录" not in names:
        return list(segments)
    start = names.index("目录")
    entries = names[start + 1 :]
    if not entries or not entries[0] or entries[0] not in entries[1:]:
        return list(segments)
    end = start + 2 + entries[1:].index(entries[0])
    listed = [segment for segment in segments[start:end] if isinstance(segment, Block)]
    tree.add("目录", ClauseKind.FRONT, "目录", join(block.passage for block in listed))
    return [*segments[:start], *(s for s in segments[start:end] if not isinstance(s, Block)), *segments[end:]]


def place_front(tree: Tree, blocks: Sequence[Block], whole: bool) -> None:
    """Letterhead, notice, title and preamble; `whole` when the text has no headings and all of it comes here."""
    merged = _merge_titles(blocks)
    titles = [index for index, block in enumerate(merged) if _front_name(block) == "题名"]
    own = titles[-1] if titles else -1
    notice = titles[0] if len(titles) > 1 else None
    preamble: list[Block] = []
    for index, block in enumerate(merged):
        name = _front_name(block)
        if index == own:
            tree.add("题名", ClauseKind.TITLE, "题名", block.passage)
        elif index == notice:
            _front(tree, "通知标题", block.passage)
        elif name in ("段", "题名") and index > own:
            preamble.append(block)
        elif name in ("段", "题名"):
            count = 1 + sum(path.startswith("文头/段") for path in tree.nodes)
            _front(tree, f"段{count}", block.passage)
        elif name in ("机关", "日期"):
            signed = notice is not None and index > notice
            passage = block.passage if name == "日期" else break_at_gaps(block.passage)
            _front(tree, "落款" if signed or name == "日期" else "印发机关", passage)
        else:
            _front(tree, name, block.passage)
    _place_preamble(tree, preamble, "正文" if whole else "引言")


def _front(tree: Tree, name: str, passage: Passage) -> None:
    _append(tree, tree.container("文头", ClauseKind.FRONT, "文头"), name, ClauseKind.FRONT, passage)


def _place_preamble(tree: Tree, blocks: Sequence[Block], name: str) -> None:
    if len(blocks) == 1:
        tree.add(name, ClauseKind.PARAGRAPH, name, blocks[0].passage)
        return
    for number, block in enumerate(blocks, 1):
        holder = tree.container(name, ClauseKind.PARAGRAPH, name)
        tree.add(
            f"{name}/段{number}", ClauseKind.PARAGRAPH, f"{name}第{number}段", block.passage, parent=holder
        )


def _front_name(block: Block) -> str:
    text = block.text
    if _NUMBER.fullmatch(text):
        return "文号"
    if text.startswith("答复类别"):
        return "答复类别"
    if _DATE.fullmatch(text):
        return "日期"
    if _OPEN.fullmatch(text):
        return "公开"
    if text == "文件" or (_BODY_NAME.fullmatch(text) and not _TITLE_END.search(text)):
        return "机关"
    if text[-1] in "：:" and "。" not in text and not re.search(r"如下|下列|以下|办理", text):
        return "主送"
    return "段" if re.search(r"[。；！]|[，：:]", text) else "题名"


def _merge_titles(blocks: Sequence[Block]) -> list[Block]:
    """A title that fills several lines, and the （征求意见稿） under it, become one block."""
    merged: list[Block] = []
    for block in blocks:
        last = merged[-1] if merged else None
        if last is not None and _front_name(last) == "题名" and "\n" not in last.text:
            if _QUALIFIER.fullmatch(block.text) and not _OPEN.fullmatch(block.text):
                merged[-1] = Block(join([last.passage, block.passage]), None)
                continue
            unfinished = "关于" in last.text and not _TITLE_END.search(last.text)
            if unfinished and _front_name(block) == "题名" and _TITLE_END.search(block.text):
                merged[-1] = Block(join([last.passage, block.passage], ""), None)
                continue
        merged.append(block)
    return merged
