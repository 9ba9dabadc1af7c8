"""The sheet 事实: one row an input, its cell to fill in, and a live check of what stands there."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from openpyxl.worksheet.datavalidation import DataValidation

from assistant.agent.assessment import AssessedApplicant
from assistant.interfaces.exports.calculation import NO, YES, InputCells
from assistant.interfaces.exports.formulas import literal, text_literal
from assistant.interfaces.exports.sheet import FIRST_ROW, Sheet
from assistant.rules.book import FactDefinition, FactValue, Metric, RuleBook
from assistant.rules.expression import Name, walk
from assistant.rules.facts import legal_form

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

    from assistant.interfaces.exports.compiler import Compiler

SHEET = "事实"
_HEADERS = (
    ("事实", 36),
    ("值（只知范围时为下限）", 15),
    ("上限（只知范围时填）", 15),
    ("单位", 10),
    ("应填", 30),
    ("来源", 13),
    ("检查", 22),
    ("依据", 17),
)
VALUE, UPPER, CHECK, OLD_VALUE, OLD_UPPER = 2, 3, 7, 9, 10
ILLEGAL, CONTRARY = "不合法", "矛盾"


class InputsSheet:
    """Writes the inputs of one assessment; `cells` says where each stands, `day` where the day of the assessment does."""

    def __init__(self, workbook: Workbook, assessed: AssessedApplicant, title: str, standing: str) -> None:
        self._assessed = assessed
        self._book = assessed.book
        self.page = Sheet(workbook, SHEET, title, standing, _HEADERS)
        self._row = FIRST_ROW
        self.cells: dict[str, InputCells] = {}
        self._rows: dict[str, int] = {}
        self.day = self._place_day(assessed.result.on)
        for fact in input_facts(assessed.book, assessed.programme.criteria, assessed.programme.metrics):
            self._place(fact.id, fact.label, fact.unit, legal_form(fact), fact.bindings[0].address)
        for metric in input_metrics(assessed.book, assessed.programme.criteria, assessed.programme.metrics):
            form = f"只在没有原始数据时填，以{metric.unit}计"
            self._place(metric.id, f"{metric.label}（直接给出）", metric.unit, form, metric.address)
        self._row -= 1
        self.page.sheet.column_dimensions["I"].hidden = self.page.sheet.column_dimensions["J"].hidden = True

    @property
    def changed(self) -> str:
        """Formula: how many inputs differ from those of the export."""
        areas = [
            f"SUMPRODUCT(--({self._area(new)}<>{self._area(old)}))"
            for new, old in ((VALUE, OLD_VALUE), (UPPER, OLD_UPPER))
        ]
        return "+".join(areas)

    @property
    def faults(self) -> str:
        """Formula: how many inputs are not legal or contradict others."""
        return "+".join(f'COUNTIF({self._area(CHECK)},"{word}*")' for word in (ILLEGAL, CONTRARY))

    def is_filled(self, fact_id: str) -> str:
        """Formula: whether a fact's cell holds something."""
        return f'{self.cells[fact_id].value}<>""'

    def write_checks(self, compiler: Compiler) -> None:
        """The live check beside each input; needs the compiler for what follows from other facts."""
        for id, row in self._rows.items():
            fact = self._book.facts.get(id)
            formula = self._metric_check(id) if fact is None else self._fact_check(fact, compiler)
            self.page.formula(row, CHECK, formula)
        area = self._area(CHECK).split("!")[1].replace("$", "")
        first = f"$G{FIRST_ROW}"
        self.page.colour_faults(area, f'OR(LEFT({first},3)="{ILLEGAL}",LEFT({first},2)="{CONTRARY}")')

    def _area(self, column: int) -> str:
        first, last = self.page.reference(FIRST_ROW, column), self.page.reference(self._row, column)
        return f"{first}:{last.split('!')[1]}"

    def _place_day(self, day: date) -> str:
        row = self._row
        for column, value in enumerate(
            ("判定日", day, None, "日期", "日期，如 2026-03-01", "判定请求"), start=1
        ):
            self.page.put(row, column, value)
        self.page.formula(
            row, CHECK, f'IF(ISNUMBER({self.page.reference(row, VALUE)}),"已填","{ILLEGAL}：应为日期")'
        )
        self.page.put(row, len(_HEADERS), None)
        self._remember(row, day, None)
        self._validate_date(row)
        self._row += 1
        return self.page.reference(row, VALUE)

    def _place(self, id: str, label: str, unit: str | None, form: str, address: str) -> None:
        row, known = self._row, self._assessed.facts.get(id)
        fact = self._book.facts.get(id)
        low, high = _cell_values(fact, known)
        number_format = "0.00####%" if unit == "%" else "General"
        self.page.put(row, 1, label)
        self.page.put(row, VALUE, low, number_format)
        self.page.put(row, UPPER, high, number_format)
        self.page.put(row, 4, "日期" if fact is not None and fact.type == "date" else unit or "是/否")
        self.page.put(row, 5, form)
        self.page.put(row, 6, "申报企业提供" if known is not None else "未提供")
        self.page.put(row, 8, self._assessed.library.clause(address).label)
        self._remember(row, low, high)
        boolean = fact is not None and fact.type == "boolean"
        is_date = fact is not None and fact.type == "date"
        self.page.as_input(row, VALUE)
        if not boolean:
            self.page.as_input(row, UPPER)
        if is_date:
            for column in (VALUE, UPPER):
                self.page.sheet.cell(row, column).number_format = "yyyy-mm-dd"
        upper = None if boolean else self.page.reference(row, UPPER)
        self.cells[id] = InputCells(self.page.reference(row, VALUE), upper)
        self._rows[id] = row
        if boolean:
            self._validate_choice(row)
        elif is_date:
            self._validate_date(row)
        elif fact is not None:
            self._validate_number(row, fact, form)
        self._row += 1

    def _remember(self, row: int, low: str | Fraction | date | None, high: Fraction | date | None) -> None:
        """What stood there at the time of the export, in hidden columns."""
        for column, value in ((OLD_VALUE, low), (OLD_UPPER, high)):
            self.page.put(row, column, value)

    def _validate_choice(self, row: int) -> None:
        choice = DataValidation(type="list", formula1=f'"{YES},{NO}"', allow_blank=True)
        choice.error, choice.errorTitle = f"请填“{YES}”或“{NO}”，不知道就留空", "不合法的值"
        self.page.sheet.add_data_validation(choice)
        choice.add(f"B{row}")

    def _validate_date(self, row: int) -> None:
        day = DataValidation(type="date", operator="greaterThan", formula1="1", allow_blank=True)
        day.error, day.errorTitle = "请填日期，如 2026-03-01，不知道就留空", "不合法的值"
        self.page.sheet.add_data_validation(day)
        day.add(f"B{row}:C{row}")

    def _validate_number(self, row: int, fact: FactDefinition, form: str) -> None:
        condition = _legal_number(fact, f"B{row}")
        rule = DataValidation(type="custom", formula1=condition, allow_blank=True)
        rule.error, rule.errorTitle = f"应为{form}"[:220], "不合法的值"
        self.page.sheet.add_data_validation(rule)
        rule.add(f"B{row}")

    def _metric_check(self, id: str) -> str:
        cell = self.cells[id].value
        return f'IF({cell}="","未填",IF(ISNUMBER({cell}),"已填","{ILLEGAL}：应为数"))'

    def _fact_check(self, fact: FactDefinition, compiler: Compiler) -> str:
        cells = self.cells[fact.id]
        value = cells.value
        wrong = text_literal(f"{ILLEGAL}：应为{legal_form(fact)}"[:250])
        if fact.type == "boolean":
            return self._declared_check(fact, compiler, wrong)
        upper = cells.upper or ""
        legal = [
            f'OR({cell}="",{_legal_number(fact, cell) if fact.type != "date" else f"ISNUMBER({cell})"})'
            for cell in (value, upper)
        ]
        order = f"OR(NOT(ISNUMBER({value})),NOT(ISNUMBER({upper})),N({value})<=N({upper}))"
        if fact.past:
            legal.append(f"N({value})<={self.day}")
        empty = f'AND({value}="",{upper}="")'
        return f'IF({empty},"未填",IF(AND({",".join([*legal, order])}),"已填",{wrong}))'

    def _declared_check(self, fact: FactDefinition, compiler: Compiler, wrong: str) -> str:
        value = self.cells[fact.id].value
        pair = compiler.condition(Name(fact.id, 0))
        derived = f'IF({pair.low},"由其他事实推出：{YES}",IF({pair.high},"由其他事实推出：{NO}","未填"))'
        against = []
        if fact.follows is not None:
            truth = compiler.condition(fact.follows)
            against += [f'AND({value}="{YES}",{truth.high})', f'AND({value}="{NO}",{truth.low})']
        for part in fact.implies:
            if part in self.cells:
                against.append(f'AND({value}="{YES}",{compiler.condition(Name(part, 0)).high})')
        legal = f'OR({value}="{YES}",{value}="{NO}")'
        told = f'IF({legal},"已填",{wrong})'
        if against:
            told = f'IF(OR({",".join(against)}),"{CONTRARY}：与其他事实不一致",{told})'
        return f'IF({value}="",{derived},{told})'


def input_facts(book: RuleBook, criteria: tuple[str, ...], metrics: tuple[str, ...]) -> list[FactDefinition]:
    """Facts behind criteria and metrics, and those that imply one of them, in the book's order."""
    wanted = {fact for id in (*criteria, *metrics) for fact in book.needed[id]}
    for fact in tuple(wanted):
        wanted.update(book.implied_by.get(fact, ()))
    return [fact for fact in book.facts.values() if fact.id in wanted]


def input_metrics(book: RuleBook, criteria: tuple[str, ...], metrics: tuple[str, ...]) -> list[Metric]:
    """Metrics that the criteria or other metrics of a programme rest on; each may be given itself."""
    wanted = set(metrics)
    nodes = [
        node for id in criteria for node in (book.criteria[id].condition, book.criteria[id].score) if node
    ]
    while nodes:
        for node in walk(nodes.pop()):
            if isinstance(node, Name) and node.id in book.metrics and node.id not in wanted:
                wanted.add(node.id)
                nodes.append(book.metrics[node.id].formula)
    for id in metrics:
        wanted.update(name for name in book.inputs(id) if name in book.metrics)
    return [metric for metric in book.metrics.values() if metric.id in wanted]


def _cell_values(
    fact: FactDefinition | None, known: FactValue | None
) -> tuple[str | Fraction | date | None, Fraction | date | None]:
    """What the value cell and the upper cell hold."""
    if known is None or isinstance(known, bool):
        return (None if known is None else YES if known else NO), None
    if isinstance(known, Fraction):
        return known, None
    is_date = fact is not None and fact.type == "date"
    return _end(known.floor, is_date), None if known.exact is not None else _end(known.ceiling, is_date)


def _end(value: Fraction | None, is_date: bool) -> Fraction | date | None:
    return date.fromordinal(int(value)) if is_date and value is not None else value


def _legal_number(fact: FactDefinition, cell: str) -> str:
    """Condition on a cell: a figure that the fact may have."""
    tests = [f"ISNUMBER({cell})"]
    if fact.exclusive_minimum is not None:
        tests.append(f"N({cell})>{literal(fact.exclusive_minimum)}")
    if fact.minimum is not None:
        tests.append(f"N({cell})>={literal(fact.minimum)}")
    if fact.maximum is not None:
        tests.append(f"N({cell})<={literal(fact.maximum)}")
    if fact.type == "integer":
        tests.append(f"N({cell})=INT(N({cell}))")
    return f"AND({','.join(tests)})"
