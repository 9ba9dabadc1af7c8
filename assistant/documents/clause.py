"""A clause: one addressable node of a policy's tree, with its mended text and where it stands in the stored file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class ClauseKind(StrEnum):
    """What a node of the tree is."""

    TITLE = "title"  # 题名
    FRONT = "front"  # letterhead, 文号, addressees, notice body before the text proper
    CHAPTER = "chapter"  # 章
    ARTICLE = "article"  # 条
    ITEM = "item"  # 项 （一） under an article
    HEADING = "heading"  # 一、
    SECTION = "section"  # （一） under a heading
    TASK = "task"  # 1. under a section
    POINT = "point"  # 一是 / 二是
    BOX = "box"  # 专栏
    ENTRY = "entry"  # ——entry of a box
    ANNEX = "annex"  # 附件
    GROUP = "group"  # 否决项, 温室气体减排绩效（30）
    ROW = "row"  # numbered row of a table
    SUBROW = "subrow"  # one of several requirements under one row number
    FIELD = "field"  # field of a form
    NOTE = "note"  # 注
    PARAGRAPH = "paragraph"  # unnumbered paragraph
    SIGNATURE = "signature"  # 落款: issuer, date, contact, telephone, 抄送


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open character range [start, end) of the stored text (code points after UTF-8 decoding)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One place where a clause's text stands: the same mended text, each character tied to the stored file.

    `offsets[i]` is the stored position of `text[i]`, or -1 for a line break that mending put between blocks.
    `spans` are the ranges of the stored file that belong to the clause, in order.
    """

    text: str
    offsets: tuple[int, ...]
    spans: tuple[Span, ...]

    def locate(self, quote: str) -> Span | None:
        """Stored range of the first occurrence of `quote`, or None when it does not stand here to the letter."""
        at = self.text.find(quote)
        if at < 0 or not quote:
            return None
        places = [place for place in self.offsets[at : at + len(quote)] if place >= 0]
        return Span(places[0], places[-1] + 1) if places else None


@dataclass(frozen=True)
class Clause:
    """A node of a policy's clause tree.

    `path` is the address without the policy id (`第八条/（二）`, `附件3/10`); `label` is what people write
    (第八条（二）, 附件3第10项); `heading_path` are the headings above it, outermost first. `standings[0]` is the
    reading text; further standings are the same clause standing again in the file. `text` is the clause's own
    text, without its children. `attributes` hold a table row's group, indicator, requirement, points and the like.
    """

    policy_id: str
    path: str
    kind: ClauseKind
    label: str
    heading_path: tuple[str, ...]
    standings: tuple[Standing, ...]
    parent: str | None = None
    children: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def address(self) -> str:
        """`policy-id#path`."""
        return f"{self.policy_id}#{self.path}"

    @property
    def text(self) -> str:
        """The clause's own mended text (may be empty for a pure container)."""
        return self.standings[0].text if self.standings else ""

    @property
    def spans(self) -> tuple[Span, ...]:
        """Stored ranges of the reading text."""
        return self.standings[0].spans if self.standings else ()
