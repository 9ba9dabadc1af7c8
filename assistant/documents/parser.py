"""A stored text to a clause tree, by the general structure of Chinese policy texts; nothing here knows a policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.documents.blocks import Block, Segment, Table, read_segments
from assistant.documents.clause import Clause, ClauseKind, Span
from assistant.documents.coverage import find_leftovers
from assistant.documents.front import place_contents, place_front, place_tail, split_front, split_tail
from assistant.documents.numbering import MarkerKind
from assistant.documents.outline import Outline
from assistant.documents.passage import join
from assistant.documents.tables import field_names, place_fill_in, place_table
from assistant.documents.tree import Node, Tree

_SAME_ENOUGH = 0.9


@dataclass(frozen=True)
class ParsedDocument:
    """Clauses in the order of the text, and the stored ranges that belong to none."""

    clauses: tuple[Clause, ...]
    leftovers: tuple[Span, ...]


def parse_document(policy_id: str, source: str) -> ParsedDocument:
    """Parse `source`; raises PolicyFileError when some of its text finds no place in the tree."""
    tree = Tree(policy_id, source)
    segments = read_segments(source)
    main, annexes = _split_annexes(segments)
    main = place_contents(tree, main)
    main, repeated = _split_repeated(main)
    end = split_tail(main)
    start = min(split_front(main), end)
    place_front(tree, [segment for segment in main[:start] if isinstance(segment, Block)], start == end)
    _place_body(tree, main[start:end], None)
    place_tail(tree, [segment for segment in main[end:] if isinstance(segment, Block)])
    _place_repeated(tree, repeated)
    for annex in annexes:
        _place_annex(tree, annex)
    clauses = tree.freeze()
    return ParsedDocument(clauses, find_leftovers(policy_id, source, clauses))


def _split_annexes(segments: Sequence[Segment]) -> tuple[list[Segment], list[list[Segment]]]:
    main: list[Segment] = []
    annexes: list[list[Segment]] = []
    for segment in segments:
        if isinstance(segment, Block) and segment.marker and segment.marker.kind is MarkerKind.ANNEX:
            annexes.append([segment])
        else:
            (annexes[-1] if annexes else main).append(segment)
    return main, annexes


def _split_repeated(segments: Sequence[Segment]) -> tuple[list[Segment], list[Block]]:
    """Part the text that stands a second time: from where the first heading comes again, word for word."""
    first: Block | None = None
    for index, segment in enumerate(segments):
        if not isinstance(segment, Block) or segment.marker is None:
            continue
        if segment.marker.kind not in (MarkerKind.HEADING, MarkerKind.CHAPTER, MarkerKind.ARTICLE):
            continue
        if first is None:
            first = segment
        elif segment.text == first.text:
            rest = segments[index:]
            if all(isinstance(part, Block) for part in rest):
                return list(segments[:index]), [part for part in rest if isinstance(part, Block)]
    return list(segments), []


def _place_body(tree: Tree, segments: Sequence[Segment], root: Node | None) -> None:
    outline = Outline(tree, root)
    for segment in segments:
        if isinstance(segment, Block):
            outline.place(segment)
        else:
            place_table(tree, root, segment, outline.deepest())


def _place_repeated(tree: Tree, blocks: Sequence[Block]) -> None:
    """Each repeated block becomes a further standing of the clause it repeats; what repeats none is placed anew."""
    known = [node for node in tree.nodes.values() if node.passage.text]
    for block in blocks:
        node = _repeated_node(known, block)
        if node is not None:
            node.again.append(block.passage)
        else:
            count = 1 + sum(path.startswith("另文/") for path in tree.nodes)
            holder = tree.container("另文", ClauseKind.HEADING, "另文")
            tree.add(
                f"另文/段{count}", ClauseKind.PARAGRAPH, f"另文第{count}段", block.passage, parent=holder
            )


def _repeated_node(known: Sequence[Node], block: Block) -> Node | None:
    for node in known:
        if node.passage.text == block.text:
            return node
    best: tuple[float, Node | None] = (_SAME_ENOUGH, None)
    for node in known:
        if block.marker is None or not node.passage.text.startswith(block.text[: block.marker.length]):
            continue
        matcher = SequenceMatcher(None, node.passage.text, block.text, autojunk=False)
        if matcher.real_quick_ratio() > best[0] and (ratio := matcher.ratio()) > best[0]:
            best = (ratio, node)
    return best[1]


def _place_annex(tree: Tree, segments: Sequence[Segment]) -> None:
    head = segments[0]
    assert isinstance(head, Block)
    assert head.marker is not None
    name = head.marker.name
    annex = tree.add(name, ClauseKind.ANNEX, name, head.passage)
    rest = list(segments[1:])
    title = rest[0] if rest else None
    if len(head.text) == head.marker.length and isinstance(title, Block) and _is_title(title):
        annex.passage = join([annex.passage, title.passage])
        del rest[0]
    taken = {field for segment in rest if isinstance(segment, Table) for field in field_names(segment)}
    body: list[Segment] = []
    for index, segment in enumerate(rest):
        if isinstance(segment, Block) and segment.marker is None:
            if place_fill_in(tree, annex, segment, taken):
                continue
            if index + 1 < len(rest) and isinstance(rest[index + 1], Table) and _is_title(segment):
                _place_caption(tree, annex, segment)
                continue
        body.append(segment)
    _place_body(tree, body, annex)


def _is_title(block: Block) -> bool:
    return (
        block.marker is None
        and len(block.text) <= 60
        and block.text[-1] not in "。：:；"
        and "，" not in block.text
    )


def _place_caption(tree: Tree, annex: Node, block: Block) -> None:
    path = f"{annex.path}/{block.text}"
    tree.add(path, ClauseKind.HEADING, f"{annex.label}{block.text}", block.passage, parent=annex)
