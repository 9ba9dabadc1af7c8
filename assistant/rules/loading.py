"""rules.yaml -> RuleBook: read strictly; every error names file, line, key, the bad value and the legal form.

Whether the book agrees with the policy's text is checked apart (binding.py).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from assistant.documents.policy import Policy
from assistant.rules.book import (
    STAGES,
    Binding,
    Criterion,
    FactDefinition,
    Limit,
    Metric,
    Note,
    Programme,
    RuleBook,
)
from assistant.rules.checking import CONDITION, DATE, Kind, Names, expect_condition, expect_number, read_limit
from assistant.rules.dimensions import UNITS, dimension_of
from assistant.rules.evaluation import needed_facts
from assistant.rules.expression import ON, Name, Node, names, parse_expression
from assistant.rules.source import Section, read_source
from assistant.rules.wording import show

TYPES = ("number", "integer", "boolean", "points", "date")
_BOOK = ("policy", "facts", "metrics", "criteria", "programmes", "notes")
_BOUND = ("clause", "quote", "also")
_ALSO = ("clause", "quote", "programmes")
_FACT = (
    *(
        "label",
        "type",
        "unit",
        "minimum",
        "maximum",
        "exclusive_minimum",
        "question",
        "synonyms",
        "topic",
        "periods",
    ),
    *(
        "affirm",
        "deny",
        "adjustable",
        "precedes",
        "said_as",
        "past",
        "follows",
        "implies",
        "parts",
        "unlike",
        *_BOUND,
    ),
)
_METRIC = ("label", "unit", "formula", "limit", "adjust", "synonyms", *_BOUND)
_CRITERION = ("label", "kind", "stage", "condition", "score", "points", *_BOUND)
_PROGRAMME = ("label", "aliases", "form", "annex", "total", "metrics", "criteria")
_NOTE = ("text", "topics", "programmes", "criteria", *_BOUND)
_ID = re.compile(r"[a-z][a-z0-9_]*")
_RESERVED = ("and", "or", "not", ON)


def load_book(file: Path, policy: Policy) -> RuleBook:
    """Read a rule book. Raises RuleBookError; nothing half-built."""
    book = _Loader(file, policy).load()
    return replace(book, sha256=hashlib.sha256(file.read_bytes()).hexdigest())


class _Loader:
    """Reads one file; the names known so far grow as facts and metrics are read."""

    def __init__(self, file: Path, policy: Policy) -> None:
        self.top = read_source(file, _BOOK)
        self.policy = policy
        self.kinds: dict[str, Kind] = {}
        self.formulas: dict[str, Node] = {}
        self.limited: set[str] = set()
        self.fact_names: dict[str, str] = {}
        self.programmes = tuple(self.top.section("programmes").entries)

    def load(self) -> RuleBook:
        declared = self.top.text("policy")
        if declared != self.policy.id:
            raise self.top.error(
                f"“policy”的值“{declared}”应与政策编号“{self.policy.id}”相同", self.top.entries["policy"]
            )
        sections = dict(self._each("facts", _FACT))
        facts = {id: self._fact(id, section) for id, section in sections.items()}
        for id, section in sections.items():
            facts[id] = self._related(facts, id, section)
        metrics = {id: self._metric(id, section, facts) for id, section in self._each("metrics", _METRIC)}
        criteria = {
            id: self._criterion(id, section, facts) for id, section in self._each("criteria", _CRITERION)
        }
        programmes = {
            id: self._programme(id, section, metrics, criteria)
            for id, section in self._each("programmes", _PROGRAMME)
        }
        notes = tuple(self._note(id, section, criteria) for id, section in self._each("notes", _NOTE))
        needed = {id: needed_facts(metric.formula, self.formulas, facts) for id, metric in metrics.items()}
        for id, criterion in criteria.items():
            node = criterion.condition or criterion.score
            needed[id] = needed_facts(node, self.formulas, facts) if node else ()
        implied_by = {id: tuple(whole.id for whole in facts.values() if id in whole.implies) for id in facts}
        return RuleBook(
            policy=self.policy,
            facts=MappingProxyType(facts),
            metrics=MappingProxyType(metrics),
            criteria=MappingProxyType(criteria),
            programmes=MappingProxyType(programmes),
            notes=notes,
            needed=MappingProxyType(needed),
            implied_by=MappingProxyType({id: wholes for id, wholes in implied_by.items() if wholes}),
        )

    def _each(self, key: str, legal: tuple[str, ...]) -> Iterator[tuple[str, Section]]:
        group = self.top.section(key)
        for id, node in group.entries.items():
            if not _ID.fullmatch(id) or id in _RESERVED:
                raise group.error(f"编号“{id}”不合法，应为小写字母开头的字母、数字和下划线", node)
            yield id, group.section(id, legal)

    def _names(self) -> Names:
        return Names(self.kinds, frozenset(self.limited))

    def _address(self, path: str) -> str:
        return f"{self.policy.id}#{path}"

    def _bindings(self, section: Section) -> tuple[Binding, ...]:
        found = [Binding(self._address(section.text("clause")), section.text("quote"))]
        for also in section.sections("also", _ALSO):
            programmes = self._known(also, "programmes", self.programmes)
            found.append(Binding(self._address(also.text("clause")), also.text("quote"), programmes))
        return tuple(found)

    def _known(
        self, section: Section, key: str, existing: tuple[str, ...] | dict[str, object]
    ) -> tuple[str, ...]:
        found = section.texts(key)
        for id in found:
            if id not in existing:
                raise section.error(f"“{key}”里的“{id}”不存在", section.entries[key])
        return found

    def _unit(self, section: Section) -> str | None:
        unit = section.optional_text("unit")
        if unit is not None and unit not in UNITS:
            raise section.error(
                f"“unit”的值“{unit}”不认识，可用的单位有：{'、'.join(UNITS)}", section.entries["unit"]
            )
        return unit

    def _fact(self, id: str, section: Section) -> FactDefinition:
        type_ = section.choice("type", TYPES)
        unit = self._unit(section)
        numeric = type_ in ("number", "integer", "points")
        if numeric and unit is None:
            raise section.error("数值型的事实要写“unit”")
        for key in ("unit", "minimum", "maximum", "exclusive_minimum"):
            if not numeric and key in section.entries:
                raise section.error(f"{type_} 型的事实不能写“{key}”", section.entries[key])
        if type_ == "points" and (unit != "分" or section.number("maximum") is None):
            raise section.error("points 型的事实要写 unit: 分 和 maximum")
        if "past" in section.entries and type_ != "date":
            raise section.error("只有 date 型的事实能写“past”", section.entries["past"])
        self.kinds[id] = dimension_of(unit) if numeric else DATE if type_ == "date" else CONDITION
        low, high, above = (section.number(key) for key in ("minimum", "maximum", "exclusive_minimum"))
        least = above if low is None else low
        if low is not None and above is not None:
            raise section.error("“minimum”和“exclusive_minimum”只能写一个")
        if least is not None and high is not None and least >= high:
            raise section.error("“maximum”应大于最小值", section.entries["maximum"])
        label, synonyms = section.text("label"), section.texts("synonyms")
        for name in (id, label, *synonyms):
            if self.fact_names.setdefault(name, id) != id:
                raise section.error(f"名称“{name}”已用于事实 {self.fact_names[name]}，每个事实的名称要不同")
        return FactDefinition(
            id=id,
            label=label,
            type=type_,
            unit=unit,
            minimum=Fraction(0) if type_ == "points" else low,
            maximum=high,
            exclusive_minimum=above,
            question=section.text("question"),
            synonyms=synonyms,
            topic=section.texts("topic"),
            periods=section.texts("periods"),
            affirm=section.texts("affirm"),
            deny=section.texts("deny"),
            adjustable=section.flag("adjustable"),
            bindings=self._bindings(section),
            parts=section.texts("parts"),
            unlike=section.texts("unlike"),
            past=section.flag("past"),
        )

    def _related(self, facts: dict[str, FactDefinition], id: str, section: Section) -> FactDefinition:
        """A fact with what it says of other facts, which may stand after it in the file."""
        fact = facts[id]
        precedes, follows = section.optional_text("precedes"), section.optional_text("follows")
        implies = self._known(section, "implies", tuple(facts))
        said_as = section.optional_text("said_as")
        for key, other in (("precedes", precedes), ("said_as", said_as)):
            if other is not None and (other not in facts or facts[other].unit != fact.unit or other == id):
                raise section.error(f"“{key}”里的“{other}”应是另一个单位相同的事实", section.entries[key])
        for key in ("follows", "implies"):
            if key in section.entries and fact.type != "boolean":
                raise section.error(f"只有 boolean 型的事实能写“{key}”", section.entries[key])
        for other in implies:
            if facts[other].type != "boolean" or facts[other].implies or other == id:
                raise section.error(
                    f"“implies”里的“{other}”应是另一个 boolean 型、自己没有 implies 的事实",
                    section.entries["implies"],
                )
        node = None
        if follows is not None:
            node = section.at("follows", lambda: parse_expression(follows))
            section.at("follows", lambda: expect_condition(node, self._names()))
            for name in names(node):
                if facts[name].type == "boolean":
                    raise section.error(
                        f"“follows”里不能用 boolean 型的事实“{name}”", section.entries["follows"]
                    )
        return replace(fact, precedes=precedes, said_as=said_as, follows=node, implies=implies)

    def _metric(self, id: str, section: Section, facts: dict[str, FactDefinition]) -> Metric:
        if id in self.kinds or id in facts:
            raise section.error(f"编号“{id}”已用作事实，事实和指标不能同名")
        unit = self._unit(section)
        if unit is None:
            raise section.error("指标要写“unit”")
        text = section.text("formula")
        formula = section.at("formula", lambda: parse_expression(text))
        section.at("formula", lambda: expect_number(formula, self._names(), unit))
        limit = self._limit(section, unit)
        adjust = section.optional_text("adjust")
        if adjust is not None and (adjust not in facts or not facts[adjust].adjustable or limit is None):
            raise section.error(
                "“adjust”应是写有 adjustable: true 的事实，并且指标要有 limit", section.entries["adjust"]
            )
        metric = Metric(
            id=id,
            label=section.text("label"),
            unit=unit,
            formula=formula,
            limit=limit,
            adjust=adjust,
            synonyms=section.texts("synonyms"),
            bindings=self._bindings(section),
        )
        self.kinds[id] = dimension_of(unit)
        self.formulas[id] = formula
        if limit:
            self.limited.add(id)
        return metric

    def _limit(self, section: Section, unit: str) -> Limit | None:
        """`≥ 100%`: the comparison of the metric itself with a literal in its unit."""
        text = section.optional_text("limit")
        if text is None:
            return None
        limit = read_limit(text)
        if limit is None:
            raise section.error(
                f"“limit”的值“{text}”不合法，应写成 ≥ 100% 或 ≤ 8吨/万元", section.entries["limit"]
            )
        operator, number = limit
        if dimension_of(number.unit) != dimension_of(unit):
            raise section.error(f"“limit”的单位与指标的单位“{unit}”不一致", section.entries["limit"])
        sign = {">=": "≥", "<=": "≤"}.get(operator, operator)
        return Limit(operator, number.value, sign + show(number.value, unit))

    def _criterion(self, id: str, section: Section, facts: dict[str, FactDefinition]) -> Criterion:
        kind = section.choice("kind", ("veto", "scored"))
        condition, score, points = (
            section.optional_text("condition"),
            section.optional_text("score"),
            section.number("points"),
        )
        if (condition is None) == (score is None):
            raise section.error("“condition”和“score”要写其中一个")
        if kind == "veto" and (condition is None or points is not None):
            raise section.error("否决项（veto）要写“condition”，不能写“score”或“points”")
        if kind == "scored" and (points is None or points <= 0):
            raise section.error("评分项（scored）要写大于 0 的“points”")
        key, text = ("condition", condition) if condition is not None else ("score", score or "")
        node = section.at(key, lambda: parse_expression(text or ""))
        if condition is not None:
            section.at(key, lambda: expect_condition(node, self._names()))
        else:
            section.at(key, lambda: expect_number(node, self._names(), "分"))
            graded = facts.get(node.id) if isinstance(node, Name) else None
            if graded is not None and (graded.type != "points" or graded.maximum != points):
                raise section.error(
                    f"自评的事实“{graded.id}”应是 points 型，maximum 与“points”相同", section.entries[key]
                )
        return Criterion(
            id=id,
            label=section.text("label"),
            kind=kind,
            stage=section.choice("stage", STAGES),
            condition=node if condition is not None else None,
            score=node if condition is None else None,
            points=points,
            bindings=self._bindings(section),
        )

    def _programme(
        self, id: str, section: Section, metrics: dict[str, Metric], criteria: dict[str, Criterion]
    ) -> Programme:
        total = section.number("total") or Fraction(0)
        chosen = self._known(section, "criteria", tuple(criteria))
        points = sum((criteria[id].points or Fraction(0) for id in chosen), Fraction(0))
        if points != total:
            raise section.error(
                f"各评分项的分值合计{points}分，与“total”的{total}分不等", section.entries["total"]
            )
        return Programme(
            id=id,
            label=section.text("label"),
            aliases=section.texts("aliases"),
            form=self._address(section.text("form")) if "form" in section.entries else None,
            annex=self._address(section.text("annex")) if "annex" in section.entries else None,
            total=total,
            criteria=chosen,
            metrics=self._known(section, "metrics", tuple(metrics)),
        )

    def _note(self, id: str, section: Section, criteria: dict[str, Criterion]) -> Note:
        return Note(
            id=id,
            text=section.text("text"),
            topics=section.texts("topics"),
            programmes=self._known(section, "programmes", self.programmes),
            criteria=self._known(section, "criteria", tuple(criteria)),
            bindings=self._bindings(section),
        )
