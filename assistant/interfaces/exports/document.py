"""A Word document in Chinese: fonts, header with the policy's standing, page numbers, tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

if TYPE_CHECKING:
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph

LATIN, EAST_ASIAN = "Times New Roman", "Noto Serif CJK SC"
FALLBACK = "宋体"
_RED, _GREY = RGBColor(0xB3, 0x26, 0x1E), RGBColor(0x8A, 0x6D, 0x1B)


class Document:
    """Writes paragraphs and tables one below the other."""

    def __init__(self, title: str, standing: str) -> None:
        self._document = docx.Document()
        self._document.core_properties.title = title
        self._document.core_properties.author = "条问"
        self._fonts()
        self._declare_fallback()
        section = self._document.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        section.top_margin = section.bottom_margin = Cm(2.3)
        header = section.header.paragraphs[0]
        header.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(header, standing, 9, bold=True, colour=_RED)
        footer = section.footer.paragraphs[0]
        footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for words, field in (("第 ", "PAGE"), (" 页，共 ", "NUMPAGES"), (" 页", None)):
            self._run(footer, words, 9)
            if field:
                self._field(footer, field)

    def title(self, lines: Sequence[str], lowered: float = 0) -> None:
        """Lines of a title, the last one large and so many centimetres lower."""
        for line in lines:
            paragraph = self._document.add_paragraph()
            if line == lines[-1]:
                paragraph.paragraph_format.space_before = Cm(lowered)
                paragraph.paragraph_format.space_after = Cm(max(0.4, lowered / 2))
            large = line == lines[-1]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if large else WD_ALIGN_PARAGRAPH.LEFT
            self._run(paragraph, line, 18 if large else 12, bold=large)

    def heading(self, text: str) -> None:
        """A heading within the document."""
        paragraph = self._document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        self._run(paragraph, text, 13, bold=True)

    def line(self, text: str, faint: bool = False, centred: bool = False) -> None:
        """A paragraph; `faint` marks what is still to be filled in."""
        paragraph = self._document.add_paragraph()
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._run(paragraph, text, 14 if centred else 11, colour=_GREY if faint else None)

    def page_break(self) -> None:
        """The next thing begins on a new page."""
        self._document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def table(self, widths: Sequence[float], headers: Sequence[str] = ()) -> Table:
        """A bordered table with columns of so many centimetres; its header row stands on each of its pages."""
        table: Table = self._document.add_table(rows=0, cols=len(widths))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        if headers:
            self.row(table, headers, bold=True)
            properties = table.rows[0]._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:tblHeader"))
        return table

    def row(self, table: Table, cells: Sequence[str], bold: bool = False) -> None:
        """A row that does not break across pages."""
        for cell, text in zip(self._new_cells(table), cells, strict=True):
            self._run(self._cell(cell), text, 10.5, bold=bold)

    def field_row(self, table: Table, label: str, answers: Sequence[tuple[str, bool]], note: str) -> None:
        """A field and its answers, one below the other, each with whether it is filled; `note` stands small below."""
        head, body = self._new_cells(table)
        self._run(self._cell(head), label, 10.5)
        for place, (text, is_filled) in enumerate(answers):
            paragraph = self._cell(body) if place == 0 else body.add_paragraph()
            self._run(paragraph, text, 10.5, colour=None if is_filled else _GREY)
        if note:
            self._run(body.add_paragraph(), note, 9)

    def _new_cells(self, table: Table) -> tuple[_Cell, ...]:
        row = table.add_row()  # type: ignore[no-untyped-call]
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        cells: tuple[_Cell, ...] = row.cells
        for column, cell in zip(table.columns, cells, strict=True):
            cell.width = column.width
        return cells

    def spanning_row(self, table: Table, text: str) -> None:
        """A row of one cell, over the rows of a group."""
        cells = table.add_row().cells  # type: ignore[no-untyped-call]
        merged = cells[0].merge(cells[-1])
        self._run(self._cell(merged), text, 10.5, bold=True)

    def save(self, file: BinaryIO) -> None:
        """Write the .docx file."""
        self._document.save(file)

    def _cell(self, cell: _Cell) -> Paragraph:
        paragraph: Paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(2)
        return paragraph

    def _fonts(self) -> None:
        style = self._document.styles["Normal"]
        style.font.name, style.font.size = LATIN, Pt(11)
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), EAST_ASIAN)
        style.paragraph_format.space_after = Pt(4)

    def _declare_fallback(self) -> None:
        """Where the font is not installed, Word takes the alternative named in the font table."""
        part = next(
            (
                one
                for one in self._document.part.package.iter_parts()
                if one.partname.endswith("fontTable.xml")
            ),
            None,
        )
        if part is None:
            return
        declared = (
            f'<w:font w:name="{EAST_ASIAN}"><w:altName w:val="{FALLBACK}"/><w:charset w:val="86"/></w:font>'
        )
        part._blob = part.blob.replace(b"</w:fonts>", f"{declared}</w:fonts>".encode())

    def _run(
        self,
        paragraph: Paragraph,
        text: str,
        size: float,
        bold: bool = False,
        colour: RGBColor | None = None,
    ) -> None:
        run = paragraph.add_run(_legal(text))
        run.font.size, run.font.bold, run.font.name = Pt(size), bold, LATIN
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), EAST_ASIAN)
        if colour is not None:
            run.font.color.rgb = colour

    def _field(self, paragraph: Paragraph, name: str) -> None:
        """A field that Word fills in: PAGE, NUMPAGES."""
        run: Any = paragraph.add_run()
        run.font.size = Pt(9)
        for kind, text in (("begin", None), (None, name), ("end", None)):
            element = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                element.set(qn("w:fldCharType"), kind)
            else:
                element.text = text
            run._element.append(element)


def _legal(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(char for char in text if char in "\t\n" or char >= " ")
