"""From what people write to the clause they mean; and when there is none, what there is instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.inventory import Inventory
from assistant.documents.naming import PolicyNames
from assistant.documents.numbering import write_number
from assistant.documents.policy import Policy
from assistant.documents.references import Step, StepKind, read_reference
from assistant.errors import AmbiguousClauseError, UnknownClauseError, UnknownPolicyError

Clauses = Mapping[str, Clause]
_ITEM_KINDS = (ClauseKind.ITEM, ClauseKind.SECTION)
_NUMBERED = (ClauseKind.TASK, ClauseKind.ROW, ClauseKind.ENTRY, ClauseKind.SUBROW, ClauseKind.POINT)
_SHOWN_CANDIDATES = 6
_SHOWN_NEAREST = 2
_SHOWN_LENGTH = 40
_BRACKETS = str.maketrans("()", "（）")


class Resolver:
    """Looks references up in the clauses of all policies."""

    def __init__(
        self, policies: Mapping[str, Policy], clauses: Mapping[str, Clauses], names: PolicyNames
    ) -> None:
        self._policies = policies
        self._clauses = clauses
        self._names = names
        self._by_label = cache(self._labelled)
        self._by_name = cache(self._named)

    def resolve(self, reference: str, policy_id: str | None) -> Clause:
        """See Library.resolve."""
        scope, wanted = self._read(reference, policy_id)
        if not wanted:
            raise UnknownClauseError(
                f"「{_short(reference.strip())}」没有写明条款；条款写作 第八条（二）、附件3第10项、专栏2、（十四）"
            )
        found = self._meant(scope, wanted)
        if len(found) == 1:
            return found[0]
        if not found:
            steps = read_reference(wanted)
            raise UnknownClauseError(self._nothing(scope, wanted, steps), self._nearest(scope, steps))
        raise self._ambiguous(wanted, found)

    def candidates(self, reference: str, policy_id: str | None) -> list[Clause]:
        """See Library.candidates."""
        try:
            scope, wanted = self._read(reference, policy_id)
        except UnknownPolicyError:
            return []
        return self._meant(scope, wanted) if wanted else []

    def _read(self, reference: str, policy_id: str | None) -> tuple[list[str], str]:
        """Policies to look in, and what is sought in them."""
        scope, rest = self._read_policy(reference, policy_id)
        return scope, re.sub(r"\s+", "", rest).translate(_BRACKETS).strip("的，。：:？?、/")

    def _meant(self, scope: Iterable[str], wanted: str) -> list[Clause]:
        """Clauses with that path or label, else those that the steps of the reference lead to."""
        found = self._exact(scope, wanted)
        steps = [] if found else read_reference(wanted)
        return [clause for key in scope for clause in self._follow(key, steps)] if steps else found

    def unknown(self, policy_id: str, path: str) -> str:
        """Message for an address that does not exist in the policy."""
        return self._nothing([policy_id], path, read_reference(path))

    def _read_policy(self, reference: str, policy_id: str | None) -> tuple[list[str], str]:
        """Policies to look in, and the reference without their names."""
        head, mark, path = reference.partition("#")
        if mark and head.strip() and head.strip() not in self._policies and not self._names.find(head):
            raise UnknownPolicyError(f"没有编号为「{head.strip()}」的政策；现有：{'、'.join(self._policies)}")
        if mark and head.strip() in self._policies:
            return [head.strip()], path
        mentions = self._names.mentions(reference)
        rest = reference
        for mention in reversed(mentions):
            rest = rest[: mention.start] + " " + rest[mention.end :]
        rest = re.sub(r"《\s*(?:（[^（）]*）)?\s*》", " ", rest).replace("#", " ")
        if mentions:
            rest = re.sub(r"^\s*（[^（）一二三四五六七八九十\d]{2,12}）", " ", rest)
            return list(dict.fromkeys(mention.policy_id for mention in mentions)), rest
        stranger = re.search(r"《([^》]+)》", rest)
        if stranger:
            titles = "、".join(f"《{policy.title}》" for policy in self._policies.values())
            raise UnknownPolicyError(f"没有收录《{stranger.group(1)}》；现有：{titles}")
        return [policy_id] if policy_id is not None else list(self._policies), rest

    def _exact(self, scope: Iterable[str], wanted: str) -> list[Clause]:
        """Clauses whose path or label is what was written."""
        found: list[Clause] = []
        for key in scope:
            by_path = self._clauses[key].get(wanted)
            if by_path is not None:
                found.append(by_path)
            else:
                found.extend(self._by_label(key).get(wanted, ()))
        return found

    def _labelled(self, policy_id: str) -> dict[str, list[Clause]]:
        found: dict[str, list[Clause]] = {}
        for clause in self._clauses[policy_id].values():
            found.setdefault(clause.label, []).append(clause)
        return found

    def _named(self, policy_id: str) -> dict[str, list[Clause]]:
        """Clauses by what a NAME step may call them."""
        found: dict[str, list[Clause]] = {}
        for clause in self._clauses[policy_id].values():
            for name in _names(clause, _last(clause)):
                found.setdefault(name, []).append(clause)
        return found

    def _follow(self, policy_id: str, steps: Sequence[Step]) -> list[Clause]:
        """Clauses that the steps lead to, from the top of the policy downwards."""
        clauses = self._clauses[policy_id]
        if steps[0].kind is StepKind.NAME:  # most of what people write is no reference at all
            current = self._by_name(policy_id).get(steps[0].text, [])
        else:
            current = _matches(clauses.values(), steps[0])
        for step in _without_first_paragraph(steps[1:]):
            current = [found for clause in current for found in self._below(clauses, clause, step)]
        return current

    def _below(self, clauses: Clauses, clause: Clause, step: Step) -> list[Clause]:
        """Nearest descendants of `clause` that answer to `step`."""
        if step.kind is StepKind.PARAGRAPH and clause.kind is ClauseKind.ARTICLE:
            return self._paragraph(clauses, clause, step)
        level = [clauses[path] for path in clause.children]
        while level:
            found = _matches(level, step, under=clause.kind)
            if found:
                return found
            level = [clauses[path] for child in level for path in child.children]
        return []

    def _paragraph(self, clauses: Clauses, article: Clause, step: Step) -> list[Clause]:
        """第N款: the paragraph of the article; in an article that has only items, the item (as people say it)."""
        children = [clauses[path] for path in article.children]
        paragraphs = [child for child in children if child.kind is ClauseKind.PARAGRAPH]
        items = [child for child in children if child.kind is ClauseKind.ITEM]
        if paragraphs or not items:
            if step.number == 1:
                return [article]
            return [child for child in paragraphs if child.path.endswith(step.shown)]
        return [item for item in items if item.path.endswith(f"（{write_number(step.number)}）")]

    def _nearest(self, scope: Sequence[str], steps: Sequence[Step]) -> str | None:
        """The section that may be meant by the number of an article, in the one policy named."""
        if len(scope) != 1 or len(steps) != 1:
            return None
        near = Inventory(self._clauses[scope[0]]).near(steps[0])
        return near.address if near else None

    def _nothing(self, scope: Sequence[str], wanted: str, steps: Sequence[Step]) -> str:
        """Say what does not exist, and the range that does."""
        depth = {key: self._depth(key, steps) for key in scope}
        nearest = [key for key in scope if depth[key] == max(depth.values()) > 0] if len(scope) > 1 else scope
        if 0 < len(nearest) <= _SHOWN_NEAREST:
            return "；".join(self._nothing_in(key, wanted, steps, depth[key]) for key in nearest)
        told = [
            f"《{self._policies[key].title}》{there}"
            for key in scope
            if steps and (there := Inventory(self._clauses[key]).same_kind(steps[0]))
        ]
        titles = "、".join(f"《{policy.title}》" for policy in self._policies.values())
        return f"收录的政策都没有「{_short(wanted)}」；" + (
            "；".join(told) or f"条款写作 第八条（二）、附件3第10项、专栏2、（十四）；现有政策：{titles}"
        )

    def _depth(self, policy_id: str, steps: Sequence[Step]) -> int:
        """How many of the steps the policy has."""
        count = 0
        while count < len(steps) and self._follow(policy_id, steps[: count + 1]):
            count += 1
        return count

    def _nothing_in(self, policy_id: str, wanted: str, steps: Sequence[Step], depth: int) -> str:
        title, inventory = self._policies[policy_id].title, Inventory(self._clauses[policy_id])
        parents = self._follow(policy_id, steps[:depth]) if depth else []
        if len(parents) == 1 and depth < len(steps):
            step = steps[depth]
            shown = f"第{step.number}项" if step.text.isdigit() else _short(step.text)
            return f"《{title}》{parents[0].label}没有{shown}；{inventory.below(parents[0], step.kind)}"
        named = bool(steps) and steps[0].kind is not StepKind.NAME
        shown = steps[0].text if named and depth == 0 else f"「{_short(wanted)}」"
        if named and depth == 0 and steps[0].kind is StepKind.HEADING:
            shown = f"第{write_number(steps[0].number)}部分"
        return f"《{title}》没有{shown}；{inventory.like(steps[0] if named else None)}"

    def _ambiguous(self, wanted: str, found: Sequence[Clause]) -> AmbiguousClauseError:
        several = len({clause.policy_id for clause in found}) > 1
        shown = [
            f"《{self._policies[clause.policy_id].title}》{clause.label}" if several else clause.label
            for clause in found[:_SHOWN_CANDIDATES]
        ]
        more = f"等{len(found)}处" if len(found) > _SHOWN_CANDIDATES else ""
        advice = "请写明是哪个政策、哪一部分" if several else "请写明上一级"
        return AmbiguousClauseError(
            f"「{_short(wanted)}」不止一处：{'、'.join(shown)}{more}；{advice}",
            tuple(clause.address for clause in found),
        )


def _without_first_paragraph(steps: Sequence[Step]) -> Sequence[Step]:
    """第一款第三项 of an article whose items follow its first paragraph is its third item."""
    if len(steps) > 1 and steps[0].kind is StepKind.PARAGRAPH and steps[0].number == 1:
        return steps[1:]
    return steps


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "…"


def _matches(clauses: Iterable[Clause], step: Step, under: ClauseKind | None = None) -> list[Clause]:
    test = _test(step, under)
    return [clause for clause in clauses if test(clause, _last(clause))]


def _last(clause: Clause) -> str:
    """The last component of a clause's path."""
    return clause.path.rsplit("/", 1)[-1]


def _names(clause: Clause, name: str) -> set[str]:
    """What a clause is called whose path ends in `name`: a field also without the remark in brackets."""
    return {name, re.sub(r"（.*）$", "", name)} if clause.kind is ClauseKind.FIELD else {name}


def _test(step: Step, under: ClauseKind | None) -> Callable[[Clause, str], bool]:
    """Whether a clause, with the last component of its path, answers to the step."""
    chinese, digits = write_number(step.number), str(step.number)
    table = under in (ClauseKind.ANNEX, ClauseKind.GROUP, ClauseKind.ROW, ClauseKind.BOX)
    match step.kind:
        case StepKind.ARTICLE if table:
            return lambda clause, name: name == digits and clause.kind in _NUMBERED
        case StepKind.CHAPTER | StepKind.ARTICLE | StepKind.ANNEX | StepKind.BOX:
            return lambda clause, name: clause.path.endswith(step.shown) and name == step.shown
        case StepKind.HEADING:
            return lambda clause, name: clause.kind is ClauseKind.HEADING and name == chinese
        case StepKind.SECTION | StepKind.ITEM | StepKind.PARAGRAPH if not table:
            return lambda clause, name: (
                (clause.kind in _ITEM_KINDS and name == f"（{chinese}）")
                or (clause.kind is ClauseKind.POINT and under is not None and name == f"{chinese}是")
                or (
                    step.kind is StepKind.ITEM
                    and under is not None
                    and clause.kind in _NUMBERED
                    and name == digits
                )
            )
        case StepKind.SUBTASK if not table:
            return lambda clause, name: name == f"（{digits}）"
        case StepKind.BLOCK:
            return lambda clause, name: clause.kind is ClauseKind.PARAGRAPH and name == f"段{digits}"
        case StepKind.POINT:
            return lambda clause, name: clause.kind is ClauseKind.POINT and name == f"{chinese}是"
        case StepKind.NAME:
            return lambda clause, name: step.text in _names(clause, name)
        case _:
            return lambda clause, name: clause.kind in _NUMBERED and name == digits
