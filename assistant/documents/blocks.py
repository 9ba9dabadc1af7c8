"""Lines to blocks: hard-wrapped lines joined to paragraphs, paragraphs torn by a page break mended, tables gathered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.documents.clause import Span
from assistant.documents.lines import Line, LineKind, display_width, first_token, read_lines
from assistant.documents.numbering import Marker, MarkerKind, read_marker
from assistant.documents.passage import EMPTY, Passage, join, mend

_ENDS_SENTENCE = "。！？；：:!?;）)”’》】…"
_HEADING_KINDS = {
    MarkerKind.CHAPTER,
    MarkerKind.SUBCHAPTER,
    MarkerKind.HEADING,
    MarkerKind.SECTION,
    MarkerKind.TASK,
    MarkerKind.BOX,
    MarkerKind.ANNEX,
    MarkerKind.ANNEX_LIST,
}
_INDENT = 4  # two characters at the start of a paragraph


@dataclass(frozen=True)
class Block:
    """A paragraph, heading or other run of text that belongs together."""

    passage: Passage
    marker: Marker | None
    from_cell: bool = False

    @property
    def text(self) -> str:
        """The mended text."""
        return self.passage.text


@dataclass(frozen=True)
class Table:
    """Rows of cells; an empty cell is an empty passage."""

    rows: tuple[tuple[Passage, ...], ...]


Segment = Block | Table


def read_segments(source: str) -> list[Segment]:
    """The document as blocks and tables, in order."""
    lines = [line for line in read_lines(source) if line.kind is not LineKind.PAGE_NUMBER]
    width = wrap_width([line for line in lines if line.kind is LineKind.TEXT])
    segments: list[Segment] = []
    index = 0
    while index < len(lines):
        end = index
        if lines[index].kind is LineKind.CELL:
            rows, end = _read_table(source, lines, index)
            segments.extend(_as_segments(rows))
        else:
            while end < len(lines) and lines[end].kind is LineKind.TEXT:
                end += 1
            segments.extend(_read_blocks(source, lines[index:end], width))
        index = end
    return _gather_annex_list(segments)


def wrap_width(lines: Sequence[Line]) -> int | None:
    """Page width in columns when the text is wrapped by hand, None when a line is a paragraph.

    Wrapped text has most lines near one width and none much longer; paragraphs have all lengths.
    """
    widths = sorted(line.width for line in lines)
    if len(widths) < 8:
        return None
    full = widths[len(widths) * 95 // 100]
    near = [width for width in widths if full * 0.8 <= width <= full * 1.1]
    if full > 130 or full < 24 or widths[-1] > full * 1.35 or len(near) * 2 < len(widths):
        return None
    return Counter(near).most_common(1)[0][0]


def make_block(passage: Passage, from_cell: bool = False) -> Block:
    """A block with the marker it starts with."""
    return Block(passage, read_marker(passage.text), from_cell)


def _read_blocks(source: str, lines: Sequence[Line], width: int | None) -> list[Block]:
    groups: list[list[Line]] = []
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else None
        if groups and _continues(groups[-1], line, following, width):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [make_block(mend(source, [line.span for line in group])) for group in groups]


def _continues(group: Sequence[Line], line: Line, following: Line | None, width: int | None) -> bool:
    if width is None:
        return _continues_torn(group, line)
    return _continues_wrapped(group, line, following, width)


def _continues_torn(group: Sequence[Line], line: Line) -> bool:
    """Whether `line` is the rest of a paragraph that a page break tore (text whose lines are paragraphs)."""
    text = "".join(part.text for part in group)
    if read_marker(line.text) is not None or text[-1] in _ENDS_SENTENCE:
        return False
    return _is_sentence(text)


def _is_sentence(text: str) -> bool:
    """An unfinished sentence has commas; a heading is no sentence until a full stop stands in it."""
    marker = read_marker(text)
    if marker is not None and marker.kind in _HEADING_KINDS:
        return "。" in text
    return bool(re.search(r"[，、；。]", text))


def _continues_wrapped(group: Sequence[Line], line: Line, following: Line | None, width: int) -> bool:
    """Whether `line` belongs to the paragraph of `group` (text wrapped at `width` columns)."""
    last = group[-1]
    ended = last.text[-1] in _ENDS_SENTENCE
    room = width - 2 - last.width - (_INDENT if len(group) == 1 else 0)
    short = display_width(first_token(line.text)) <= room
    marker = read_marker(line.text)
    if marker is not None and marker.kind is not MarkerKind.POINT and (ended or short):
        return False
    if short:
        return not ended and _is_sentence("".join(part.text for part in group))
    return not (last.text[-1] in "。！？" and following is not None and _is_indented(line, following, width))


def _is_indented(line: Line, following: Line, width: int) -> bool:
    """A line in which the next word would have found room is the indented first line of a paragraph."""
    if read_marker(following.text) is not None:
        return False
    room = width - 2 - line.width
    return line.width >= width - 8 and display_width(first_token(following.text)) <= room


def _read_table(source: str, lines: Sequence[Line], start: int) -> tuple[list[list[Passage]], int]:
    rows: list[list[Passage]] = []
    index = start
    while index < len(lines) and lines[index].kind is LineKind.CELL:
        cell = [lines[index]]
        new_row = not rows or lines[index].blanks_before > 0
        index += 1
        end = _cell_end(lines, index) if cell[0].text else index
        cell.extend(lines[index:end])
        index = end
        passage = _mend_cell(source, cell)
        if new_row:
            rows.append([passage])
        else:
            rows[-1].append(passage)
    return rows, index


def _cell_end(lines: Sequence[Line], start: int) -> int:
    """End of the lines that go on with a cell: text that leads to a further cell without a wide gap."""
    end = start
    while end < len(lines) and lines[end].kind is LineKind.TEXT:
        marker = read_marker(lines[end].text)
        if lines[end].blanks_before > 1 or (marker is not None and marker.kind is not MarkerKind.TASK):
            return start
        if re.match(r"表\s*\d", lines[end].text):
            return start
        end += 1
    return end if end < len(lines) else start


def _mend_cell(source: str, lines: Sequence[Line]) -> Passage:
    if not lines[0].text:
        return EMPTY
    groups: list[list[Span]] = []
    for index, line in enumerate(lines):
        if index and lines[index - 1].text[-1] in "。！？；":
            groups.append([line.span])
        elif groups:
            groups[-1].append(line.span)
        else:
            groups.append([line.span])
    return join(mend(source, group) for group in groups)


def _as_segments(rows: Sequence[Sequence[Passage]]) -> list[Segment]:
    """A table of one column is text set in a frame."""
    if all(len(row) == 1 for row in rows):
        return [make_block(row[0], from_cell=True) for row in rows if row[0].text]
    return [Table(tuple(tuple(row) for row in rows))]


def _gather_annex_list(segments: Sequence[Segment]) -> list[Segment]:
    """`附件：1.…` and the entries under it become one block."""
    gathered: list[Segment] = []
    expected: int | None = None
    for segment in segments:
        last = gathered[-1] if gathered else None
        marker = segment.marker if isinstance(segment, Block) else None
        if isinstance(segment, Block) and isinstance(last, Block) and expected is not None:
            continues = marker is not None and marker.kind is MarkerKind.TASK and marker.number == expected
            if continues and "。" not in segment.text:
                gathered[-1] = Block(join([last.passage, segment.passage]), last.marker)
                expected += 1
                continue
        expected = None
        if isinstance(segment, Block) and marker is not None and marker.kind is MarkerKind.ANNEX_LIST:
            expected = 2 if re.match(r"附\s*件\s*[:：]\s*1\s*[.．、]", segment.text) else None
        gathered.append(segment)
    return gathered
