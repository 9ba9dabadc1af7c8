"""Pieces of formulas, and limits that spreadsheet programs set."""

from __future__ import annotations

import io
from fractions import Fraction

import openpyxl
import pytest

from assistant.interfaces.exports.formulas import literal, text_literal
from assistant.interfaces.exports.workbook import workbook_bytes
from tests.interfaces.exports.conftest import Assess


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(5000), "5000"),
        (Fraction(1, 2), "0.5"),
        (Fraction(-3, 4), "(-0.75)"),
        (Fraction(1, 3), "(1/3)"),
        (Fraction(1, 10), "0.1"),
    ],
)
def test_literals_are_exact(value: Fraction, text: str) -> None:
    assert literal(value) == text


def test_quotes_in_texts_are_doubled() -> None:
    assert text_literal('“a"b') == '"“a""b"'


@pytest.mark.parametrize("programme", ["零碳工厂", "近零碳工厂"])
def test_formulas_keep_within_the_limits_of_excel(assessed: Assess, programme: str) -> None:
    """8192 characters and 64 levels a formula, 255 characters a text, a validation rule or a header."""
    workbook = openpyxl.load_workbook(
        io.BytesIO(workbook_bytes(assessed({"programme": programme, "facts": {}})))
    )
    for sheet in workbook:
        assert len(sheet.oddHeader.center.text) < 255
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.formula1) <= 255
            assert len(rule.error or "") <= 255
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                assert len(cell.value) < 8192
                assert all(len(part) <= 255 for part in cell.value.split('"')[1::2])
                depth = deepest = 0
                for char in cell.value:
                    depth += (char == "(") - (char == ")")
                    deepest = max(deepest, depth)
                assert depth == 0
                assert deepest < 60
