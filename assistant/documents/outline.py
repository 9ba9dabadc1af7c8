"""Body of a policy: chapters, articles, headings, sections, tasks, boxes, points and unnumbered paragraphs."""

from __future__ import annotations

import re

from assistant.documents.blocks import Block
from assistant.documents.clause import ClauseKind
from assistant.documents.numbering import RANK, Marker, MarkerKind, read_number, write_number
from assistant.documents.passage import EMPTY, Passage
from assistant.documents.tree import Node, Tree

_KINDS = {
    MarkerKind.CHAPTER: ClauseKind.CHAPTER,
    MarkerKind.SUBCHAPTER: ClauseKind.CHAPTER,
    MarkerKind.ARTICLE: ClauseKind.ARTICLE,
    MarkerKind.HEADING: ClauseKind.HEADING,
    MarkerKind.SECTION: ClauseKind.SECTION,
    MarkerKind.TASK: ClauseKind.TASK,
    MarkerKind.SUBTASK: ClauseKind.TASK,
}
_NEXT_STEP = re.compile(r"下一步[，,]")
_IN_FORCE = re.compile(r"本[^，。]{1,12}自.{2,20}起(?:施行|实施|执行)")
_POINT = re.compile(r"(?:^|(?<=[。；：:，]))([一二三四五六七八九十]{1,3})是(?!否)")


class Outline:
    """Places blocks one after the other; `prefix` is the path of the annex the text belongs to, or empty."""

    def __init__(self, tree: Tree, root: Node | None = None) -> None:
        self._tree = tree
        self._root = root
        self._prefix = f"{root.path}/" if root else ""
        self._open: list[Node] = [root] if root else []
        self._box: Node | None = None
        self._last_article = 0

    def place(self, block: Block) -> None:
        """Put one block where its marker says."""
        marker = block.marker
        if marker is not None and marker.kind is MarkerKind.ARTICLE and not self._is_article(block, marker):
            marker = None
        if marker is not None and marker.kind in RANK:
            self._place_ranked(block, marker)
        elif marker is not None and marker.kind is MarkerKind.BOX:
            self._place_box(block.passage, marker)
        elif marker is not None and marker.kind is MarkerKind.ENTRY and self._box is not None:
            self._place_entry(block.passage)
        elif marker is not None and marker.kind is MarkerKind.NOTE:
            self._add(ClauseKind.NOTE, "注", block.passage, self._top())
        elif marker is not None and marker.kind is MarkerKind.POINT and self.deepest() is not None:
            self._place_points(block.passage, self.deepest())
        else:
            self._place_paragraph(block.passage)

    def _is_article(self, block: Block, marker: Marker) -> bool:
        """A sentence may begin with 第八条规定…; an article goes on from the last one or has a space behind its number."""
        number = marker.number or 0
        offsets = block.passage.offsets
        spaced = len(offsets) > marker.length and offsets[marker.length] > offsets[marker.length - 1] + 1
        if not spaced and number != self._last_article + 1 and "之" not in marker.name:
            return False
        self._last_article = number
        return True

    def _top(self) -> Node | None:
        return self._root

    def deepest(self) -> Node | None:
        """The node that unnumbered text would go to."""
        return self._box or (self._open[-1] if self._open else None)

    def _place_ranked(self, block: Block, marker: Marker) -> None:
        rank = RANK[marker.kind]
        if self._box is not None:
            if rank == RANK[MarkerKind.TASK] and not self._continues_section(marker):
                self._place_entry(block.passage)
                return
            self._box = None
        while self._open and self._open[-1] is not self._root and self._open[-1].rank >= rank:
            self._open.pop()
        parent = self._open[-1] if self._open else None
        kind = _KINDS[marker.kind]
        if kind is ClauseKind.SECTION and parent is not None and parent.kind is ClauseKind.ARTICLE:
            kind = ClauseKind.ITEM
        if marker.kind in (MarkerKind.CHAPTER, MarkerKind.ARTICLE):
            path, label, base = self._prefix + marker.name, self._base(None) + marker.name, None
        elif marker.kind is MarkerKind.HEADING:
            path, label = self._prefix + marker.name, f"{self._base(None)}{marker.name}、"
            base = self._base(None) + marker.name
        else:
            holder = self._holder(parent)
            path = f"{holder.path}/{marker.name}" if holder else self._prefix + marker.name
            label, base, parent = self._base(holder) + marker.name, None, holder
            if not holder and kind is ClauseKind.TASK:
                label, base = f"第{marker.name}项", f"第{marker.name}项"
        node = self._tree.add(path, kind, label, parent=parent, base=base, rank=rank)
        self._open.append(node)
        self._set_text(node, block.passage, marker.length)

    def _base(self, node: Node | None) -> str:
        node = node or self._root
        return node.base if node else ""

    def _holder(self, parent: Node | None) -> Node | None:
        """Items behind the second paragraph of an article belong to that paragraph (第二条第二款第一项)."""
        if parent is None or parent.kind is not ClauseKind.ARTICLE:
            return parent
        paragraphs = [child for child in parent.children if child.kind is ClauseKind.PARAGRAPH]
        return paragraphs[-1] if paragraphs else parent

    def _continues_section(self, marker: Marker) -> bool:
        """Whether `2.` behind a box goes on with the tasks of the section, or numbers an entry of the box."""
        section = next((node for node in reversed(self._open) if node.rank < RANK[MarkerKind.TASK]), None)
        tasks = [child for child in section.children if child.kind is ClauseKind.TASK] if section else []
        entries = self._box.children if self._box else []
        counted = not entries or entries[-1].passage.text[0].isdigit()
        if tasks and not (entries and counted):
            return marker.number == (read_number(tasks[-1].name) or 0) + 1
        return not (counted and marker.number == len(entries) + 1)

    def _place_box(self, passage: Passage, marker: Marker) -> None:
        parent = self._open[-1] if self._open else None
        while parent is not None and parent.kind is ClauseKind.TASK:
            parent = parent.parent
        self._box = self._tree.add(
            self._prefix + marker.name, ClauseKind.BOX, self._base(None) + marker.name, passage, parent=parent
        )

    def _place_entry(self, passage: Passage) -> None:
        assert self._box is not None
        count = 1 + sum(child.kind is ClauseKind.ENTRY for child in self._box.children)
        self._tree.add(
            f"{self._box.path}/{count}",
            ClauseKind.ENTRY,
            f"{self._box.base}第{count}项",
            passage,
            parent=self._box,
        )

    def _place_paragraph(self, passage: Passage) -> None:
        if self._root is None and self._open:
            if _NEXT_STEP.match(passage.text):
                self._place_closing("下一步", passage)
                return
            if _IN_FORCE.match(passage.text) and self._article() is None:
                self._place_closing("结语", passage)
                return
        article, deepest = self._article(), self.deepest()
        if article is not None and self._box is None and (deepest is article or not _is_title(deepest)):
            count = 2 + sum(child.kind is ClauseKind.PARAGRAPH for child in article.children)
            name = f"第{write_number(count)}款"
            node = self._add(ClauseKind.PARAGRAPH, name, EMPTY, article, label=article.label + name)
            del self._open[self._open.index(article) + 1 :]
        else:
            node = self._numbered_paragraph(deepest)
        self._set_text(node, passage, 0)

    def _place_closing(self, name: str, passage: Passage) -> None:
        """A paragraph that closes the whole text stands at the top, not under the last heading."""
        node = self._tree.add(name, ClauseKind.PARAGRAPH, name, rank=RANK[MarkerKind.HEADING])
        self._open, self._box = [node], None
        self._set_text(node, passage, 0)

    def _article(self) -> Node | None:
        return next((node for node in self._open if node.kind is ClauseKind.ARTICLE), None)

    def _numbered_paragraph(self, parent: Node | None) -> Node:
        siblings = parent.children if parent else [n for n in self._tree.nodes.values() if n.parent is None]
        count = 1 + sum(bool(re.fullmatch(r"段\d+", child.name)) for child in siblings)
        if parent is not None and parent is not self._root and not parent.is_bare:
            count += 1
        label = f"{parent.label if parent else ''}第{count}段"
        return self._add(ClauseKind.PARAGRAPH, f"段{count}", EMPTY, parent, label=label)

    def _add(
        self, kind: ClauseKind, name: str, passage: Passage, parent: Node | None, label: str | None = None
    ) -> Node:
        path = f"{parent.path}/{name}" if parent else self._prefix + name
        return self._tree.add(path, kind, label or self._base(parent) + name, passage, parent=parent)

    def _set_text(self, node: Node, passage: Passage, marker_length: int) -> None:
        """Give the node its own text; run-in points (一是…二是…) become its children."""
        starts = _point_starts(passage.text, marker_length)
        if len(starts) < 2:
            node.passage = passage
            return
        node.passage = passage.cut(0, starts[0])
        self._place_points(passage.cut(starts[0]), node)

    def _place_points(self, passage: Passage, parent: Node | None) -> None:
        assert parent is not None
        starts = _point_starts(passage.text, 0, first=None) or [0]
        for start, end in zip(starts, [*starts[1:], len(passage.text)], strict=True):
            part = passage.cut(start, end)
            name = part.text.split("是", 1)[0] + "是"
            self._add(ClauseKind.POINT, name, part, parent, label=parent.label + name)


def _is_title(node: Node | None) -> bool:
    """A node that only names what follows: no sign at its end."""
    return node is not None and node.is_bare and node.passage.text[-1:] not in "。；：;:，"


def _point_starts(text: str, begin: int, first: int | None = 1) -> list[int]:
    """Where 一是, 二是, 三是 … begin, in sequence; `first` is the number the sequence must start with."""
    starts: list[int] = []
    expected = first
    for found in _POINT.finditer(text, begin):
        number = read_number(found.group(1))
        if expected is None or number == expected:
            starts.append(found.start())
            expected = (number or 0) + 1
    return starts
