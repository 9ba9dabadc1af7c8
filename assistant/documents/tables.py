"""Annexes: title, fill-in lines, forms (label and value by turns) and numbered tables (序号, 评价指标, 评价要求 …)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.documents.blocks import Block, Table
from assistant.documents.clause import ClauseKind
from assistant.documents.passage import Passage, join
from assistant.documents.tree import Node, Tree

_NUMBER_HEADERS = {"序号", "编号", "项号", "项次"}
_TOTALS = {"合计", "总计", "总分", "小计"}
_ROLES = (
    ("points", re.compile(r"分值|满分|标准分|权重")),
    ("requirement", re.compile(r"要求|内容|标准|条件|说明|方法")),
    ("indicator", re.compile(r"指标|项目|名称|事项|类别")),
)
_POINTS_IN_GROUP = re.compile(r"^(.*?)[（(]\s*(\d+)\s*分?\s*[）)]$")
_LEADING_HEADING = re.compile(r"([一二三四五六七八九十]+)、")

Row = tuple[Passage, ...]


def is_numbered(table: Table) -> bool:
    """Whether the table has a column of numbers (a header 序号 or the like)."""
    return any(row[0].text in _NUMBER_HEADERS for row in table.rows)


def place_table(tree: Tree, annex: Node | None, table: Table, heading: Node | None) -> None:
    """Rows of a table as clauses under its annex (or under the heading it stands below)."""
    holder = annex or heading
    if holder is None:
        holder = tree.container("表", ClauseKind.ANNEX, "表")
    if is_numbered(table):
        NumberedTable(tree, holder).place(table)
    else:
        Form(tree, holder).place(table)


class Form:
    """Label and value by turns; a row that starts with an empty cell goes on with the fields above it."""

    def __init__(self, tree: Tree, holder: Node) -> None:
        self._tree = tree
        self._holder = holder
        self._section = holder
        self._columns: list[Node | None] = []

    def place(self, table: Table) -> None:
        """All rows of the form."""
        for row in table.rows:
            if len(row) == 1 and row[0].text:
                self._place_heading(row[0])
                continue
            above = self._columns
            pairs = [row[at : at + 2] for at in range(0, len(row), 2)]
            columns = [
                self._place_pair(pair, above[i] if i < len(above) else None) for i, pair in enumerate(pairs)
            ]
            if any(columns):
                self._columns = columns

    def _place_pair(self, pair: Row, above: Node | None) -> Node | None:
        """A field, or more of the field above when the label is empty."""
        if pair[0].text:
            return self._place_field(pair)
        if len(pair) < 2 or not pair[1].text:
            return above
        if above is None:
            return self._place_field(pair[1:])
        self._continue(above, pair[1])
        return above

    def _place_heading(self, cell: Passage) -> None:
        found = _LEADING_HEADING.match(cell.text)
        name = found.group(1) if found else cell.text
        self._section = self._tree.add(
            f"{self._holder.path}/{name}",
            ClauseKind.HEADING,
            f"{self._holder.label}{name}{'、' if found else ''}",
            cell,
            parent=self._holder,
        )
        self._columns = []

    def _place_field(self, cells: Sequence[Passage]) -> Node:
        label = cells[0].text.replace("\n", "")
        node = self._tree.add(
            f"{self._holder.path}/{label.rstrip('：:')}",
            ClauseKind.FIELD,
            f"{self._holder.label}「{label.rstrip('：:')}」",
            join(cells),
            parent=self._section,
        )
        node.attributes["field"] = label
        node.attributes["blank"] = "是" if len(cells) < 2 or not cells[1].text else "否"
        if len(cells) > 1 and cells[1].text:
            node.attributes["options"] = cells[1].text
        return node

    def _continue(self, node: Node, cell: Passage) -> None:
        node.add_text(cell)
        known = node.attributes.get("options")
        node.attributes["options"] = f"{known}\n{cell.text}" if known else cell.text
        node.attributes["blank"] = "否"


class NumberedTable:
    """Rows with numbers under headers; merged cells stand once, in the first row they cover."""

    def __init__(self, tree: Tree, holder: Node) -> None:
        self._tree = tree
        self._holder = holder
        self._headers: list[str] = []
        self._outer: Node | None = None
        self._group: Node | None = None
        self._item: Node | None = None
        self._item_cells: list[Passage] = []
        self._indicator = ""
        self._header_count = sum(path.startswith(f"{holder.path}/表头") for path in tree.nodes)

    def place(self, table: Table) -> None:
        """All rows."""
        for row in table.rows:
            if row[0].text in _NUMBER_HEADERS:
                self._place_header(row)
                continue
            number = next((i for i, cell in enumerate(row) if re.fullmatch(r"\d{1,3}", cell.text)), None)
            total = next((i for i, cell in enumerate(row) if cell.text in _TOTALS), None)
            if total is not None:
                self._place_total(row)
            elif number is not None and number <= 1 and len(row) > number + 1:
                self._place_row(row, number)
            elif any(cell.text for cell in row):
                self._place_further(row)

    def _child(self, name: str, kind: ClauseKind, label: str, passage: Passage, parent: Node) -> Node:
        return self._tree.add(
            f"{self._holder.path}/{name}", kind, self._holder.label + label, passage, parent=parent
        )

    def _place_header(self, row: Row) -> None:
        self._headers = [cell.text for cell in row]
        self._outer = self._group = self._item = None
        self._indicator = ""
        self._header_count += 1
        name = f"表头{self._header_count}"
        self._child(name, ClauseKind.NOTE, name, join(row), self._holder)

    def _place_total(self, row: Row) -> None:
        texts = [cell.text for cell in row if cell.text]
        node = self._child(texts[0], ClauseKind.ROW, texts[0], join(row), self._holder)
        if len(texts) > 1:
            node.attributes["points"] = texts[1]
        self._item = None

    def _place_row(self, row: Row, number: int) -> None:
        if number and row[0].text:
            self._outer = self._add_group(row[0], self._holder)
            self._group = None
        cells = row[number + 1 :]
        extra = len(cells) - (len(self._headers) - 1) if self._headers else 0
        if extra > 0:
            for cell in cells[:extra]:
                if cell.text:
                    self._group = self._add_group(cell, self._outer or self._holder)
            cells = cells[extra:]
        parent = self._group or self._outer or self._holder
        self._indicator = ""
        name = row[number].text
        self._item_cells = [row[number], *cells]
        self._item = self._child(name, ClauseKind.ROW, f"第{name}项", join(self._item_cells), parent)
        self._describe(self._item, name, cells)

    def _add_group(self, cell: Passage, parent: Node) -> Node:
        found = _POINTS_IN_GROUP.match(cell.text)
        name = found.group(1) if found else cell.text
        node = self._child(name, ClauseKind.GROUP, name, cell, parent)
        node.attributes["group"] = name
        if found:
            node.attributes["points"] = found.group(2)
        return node

    def _roles(self, cells: Sequence[Passage]) -> list[tuple[str, Passage]]:
        """Each cell with the role of the header above it."""
        headers = self._headers[1:] or ["指标", "要求"]
        named: list[tuple[str, Passage]] = []
        for header, cell in zip(headers, cells, strict=False):
            role = next((role for role, pattern in _ROLES if pattern.search(header)), header)
            if role == "requirement" and any(known == "requirement" for known, _ in named):
                role = header
            named.append((role, cell))
        return named

    def _describe(self, node: Node, number: str, cells: Sequence[Passage]) -> None:
        node.attributes["number"] = number
        group = self._group or self._outer
        if group is not None:
            node.attributes["group"] = group.attributes["group"]
        if self._outer is not None:
            node.attributes["section"] = self._outer.attributes["group"]
        for role, cell in self._roles(cells):
            if cell.text:
                node.attributes[role] = cell.text
        self._indicator = node.attributes.get("indicator") or self._inherited(node) or self._indicator
        if self._indicator:
            node.attributes["indicator"] = self._indicator

    def _inherited(self, node: Node) -> str:
        """A merged indicator cell stands in the first row it covers."""
        siblings = node.parent.children if node.parent else []
        before = [
            sibling for sibling in siblings if sibling is not node and "indicator" in sibling.attributes
        ]
        return before[-1].attributes["indicator"] if before else ""

    def _place_further(self, row: Row) -> None:
        """A row without a number is one more requirement of the item above it."""
        if self._item is None:
            self._child("行", ClauseKind.ROW, "行", join(row), self._holder)
            return
        if not self._item.children:
            self._split_item()
        cells = list(row[-(len(self._headers) - 1) :] if self._headers else row)
        self._add_subrow(cells)

    def _split_item(self) -> None:
        """Keep number and indicator with the item; its requirement becomes the first row under it."""
        assert self._item is not None
        number, cells = self._item_cells[0], self._item_cells[1:]
        kept = [cell for role, cell in self._roles(cells) if role == "indicator"]
        rest = [cell for cell in cells if cell not in kept]
        self._item.passage = join([number, *kept])
        for role in ("requirement", "points"):
            self._item.attributes.pop(role, None)
        blanks = [cell if cell in rest else Passage("", ()) for cell in cells]
        self._add_subrow(blanks)

    def _add_subrow(self, cells: Sequence[Passage]) -> None:
        item = self._item
        assert item is not None
        count = len(item.children) + 1
        node = self._tree.add(
            f"{item.path}/{count}", ClauseKind.SUBROW, f"{item.label}第{count}行", join(cells), parent=item
        )
        for key in ("number", "group", "section", "indicator"):
            if key in item.attributes:
                node.attributes[key] = item.attributes[key]
        for role, cell in self._roles(cells):
            if cell.text:
                node.attributes[role] = cell.text


def place_fill_in(tree: Tree, annex: Node, block: Block, taken: set[str]) -> bool:
    """`企业名称：` or `年月日` on the cover of a form; `taken` are the names of the form's own fields."""
    name = block.text.rstrip("：:")
    if block.text == "年月日":
        name = "日期"
    elif block.text[-1] not in "：:" or len(name) > 20 or re.search(r"[，。；、]", name):
        return False
    path = f"封面/{name}" if name in taken else name
    label = f"{annex.label}{'封面' if name in taken else ''}「{name}」"
    node = tree.add(f"{annex.path}/{path}", ClauseKind.FIELD, label, block.passage, parent=annex)
    node.attributes.update({"field": name, "blank": "是"})
    return True


def field_names(table: Table) -> set[str]:
    """Labels of a form's fields."""
    if is_numbered(table):
        return set()
    return {cell.text for row in table.rows for cell in row[0::2] if len(row) > 1}
