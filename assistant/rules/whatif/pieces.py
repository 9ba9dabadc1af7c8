"""An expression cut into pieces, on each of which it is a quotient of two linear forms."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from assistant.rules.whatif.linear import Form, System

ONE = Form.number(Fraction(1))


class Obstacle(Exception):
    """A part that cannot be solved: facts it lacks, or none when its form is not linear."""

    def __init__(self, missing: tuple[str, ...] = ()) -> None:
        super().__init__(missing)
        self.missing = missing


class Quotient(NamedTuple):
    """above ÷ below; `below` is positive wherever the piece holds."""

    above: Form
    below: Form


class Piece(NamedTuple):
    """The value of an expression where all `guards` hold."""

    guards: System
    value: Quotient


def constant(value: Fraction) -> Piece:
    """A number, the same everywhere."""
    return Piece((), Quotient(Form.number(value), ONE))


def quotient(above: Form | None, below: Form | None) -> Quotient:
    """A quotient in its simplest writing; raises Obstacle where a product was no form."""
    if above is None or below is None:
        raise Obstacle
    if below.known is not None:
        return Quotient(above.scaled(1 / below.known), ONE)
    return Quotient(above, below)
