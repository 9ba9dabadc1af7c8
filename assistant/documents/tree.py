"""The tree under construction: nodes by path, frozen to clauses once the whole text is placed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType

from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.passage import EMPTY, Passage, join

_RESPONSIBLE = re.compile(r"（(?:责任单位[:：])?([^（）]*(?:按职责分工负责|负责落实|负责)[^（）。]{0,4})）$")
_LONGEST_HEADING = 80


@dataclass
class Node:
    """One node; `name` is the last component of its path, `base` what the labels of its children start with."""

    path: str
    name: str
    kind: ClauseKind
    label: str
    base: str
    passage: Passage = EMPTY
    parent: Node | None = None
    rank: int = 0
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    again: list[Passage] = field(default_factory=list)

    @property
    def is_bare(self) -> bool:
        """A heading without running text."""
        return "。" not in self.passage.text and len(self.passage.text) <= _LONGEST_HEADING

    @property
    def heading(self) -> str:
        """The node as it stands in the heading path of what is below it: its heading, or how its text begins."""
        text = self.passage.text.replace("\n", " ")
        if not text:
            return self.label
        if len(text) <= _LONGEST_HEADING and text.count("。") <= 1:
            return text
        lead = text.split("。", 1)[0]
        return lead if len(lead) <= _LONGEST_HEADING else self.label

    def add_text(self, passage: Passage) -> None:
        """Further text of the node's own, on a line of its own."""
        self.passage = join([self.passage, passage])


class Tree:
    """All nodes of one policy, in the order of the text."""

    def __init__(self, policy_id: str, source: str) -> None:
        self.policy_id = policy_id
        self.source = source
        self.nodes: dict[str, Node] = {}

    def add(
        self,
        path: str,
        kind: ClauseKind,
        label: str,
        passage: Passage = EMPTY,
        *,
        parent: Node | None = None,
        base: str | None = None,
        rank: int = 0,
    ) -> Node:
        """A new node; a path that is taken gets a number behind it, so that no text is ever lost."""
        free, count = path, 1
        while free in self.nodes:
            count += 1
            free = f"{path}〔{count}〕"
        name = free.rsplit("/", 1)[-1]
        shown = label if count == 1 else f"{label}〔{count}〕"
        node = Node(free, name, kind, shown, shown if base is None else base, passage, parent, rank)
        self.nodes[free] = node
        if parent is not None:
            parent.children.append(node)
        return node

    def container(self, path: str, kind: ClauseKind, label: str, base: str | None = None) -> Node:
        """The node at `path`, made without text when it is not there yet."""
        return self.nodes.get(path) or self.add(path, kind, label, base=base)

    def freeze(self) -> tuple[Clause, ...]:
        """The finished clauses."""
        return tuple(self._clause(node) for node in self.nodes.values())

    def _clause(self, node: Node) -> Clause:
        above: list[str] = []
        parent = node.parent
        while parent is not None:
            above.append(parent.heading)
            parent = parent.parent
        attributes = dict(node.attributes)
        responsible = _RESPONSIBLE.search(node.passage.text)
        if responsible:
            attributes["responsible"] = responsible.group(1)
        passages = ([node.passage] if node.passage.text else []) + node.again
        return Clause(
            policy_id=self.policy_id,
            path=node.path,
            kind=node.kind,
            label=node.label,
            heading_path=tuple(reversed(above)),
            standings=tuple(passage.standing(self.source) for passage in passages),
            parent=node.parent.path if node.parent else None,
            children=tuple(child.path for child in node.children),
            attributes=MappingProxyType(attributes),
        )
