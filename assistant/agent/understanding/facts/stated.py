"""What a message says about the applicant, before it is checked: values as written, with the words they were read from."""

from __future__ import annotations

import re
from dataclasses import dataclass

FORMULA = "="  # begins a value that the engine computes from other facts: =baseline_emissions × 40%
CORRECTED = re.compile(
    r"更正|说错|改口|看错|记错|不对|应该是|搞错|弄错|纠正|口误|看串|串行|搞混|弄混|看岔|算错|写错|打错|报错|讲错|说岔|填错|哦不|噢不|啊不|重新说|重说|删掉(?:这|那|前)|前面那个不算|划掉"
)


@dataclass(frozen=True)
class StatedFact:
    """A fact as the user said it: `value` is the text with its unit, `words` the words it was read from.

    `adds`: the value is what was said before with these words added to it or taken from it. A value that begins with
    FORMULA is an amount said by its relation to others. `note` tells how the words were taken where they leave it open.
    """

    fact: str
    value: str
    words: str
    approximate: bool = False
    adds: bool = False
    note: str = ""


@dataclass(frozen=True)
class AmbiguousFigure:
    """A figure that fits several facts equally well."""

    words: str
    candidates: tuple[str, ...]


@dataclass(frozen=True)
class UnreadFigure:
    """A figure beside the words of a fact that is not its value: `why` says what it is instead.

    `unsettles`: what was known of the fact may no longer hold (少报了3000吨).
    """

    words: str
    fact: str
    why: str
    unsettles: bool = False


@dataclass(frozen=True)
class UnknownFigure(AmbiguousFigure):
    """A figure that was not recognised, or words that change figures without saying which: it may be about any of `candidates`."""

    why: str


@dataclass(frozen=True)
class FactReading:
    """What a message says about the applicant; metrics stand beside facts when their value is stated itself.

    `supposed`: some of it is only supposed; `planned`: a figure is one that is still to come. `unknown` are figures that
    were bound to no fact, `unsettled` those of earlier messages that are still open.
    """

    stated: tuple[StatedFact, ...]
    ambiguous: tuple[AmbiguousFigure, ...]
    supposed: bool
    unread: tuple[UnreadFigure, ...] = ()
    planned: bool = False
    unknown: tuple[UnknownFigure, ...] = ()
    unsettled: tuple[UnknownFigure, ...] = ()

    @property
    def doubtful(self) -> frozenset[str]:
        """Facts that something unclear may be about: nothing is computed from them until it is settled."""
        open_ = [fact for one in (*self.unknown, *self.unsettled, *self.ambiguous) for fact in one.candidates]
        return frozenset((*open_, *(one.fact for one in self.unread if one.unsettles)))

    @property
    def is_unclear(self) -> bool:
        """Whether some of it was not recognised or changes what was known."""
        return bool(self.unknown) or any(one.unsettles for one in self.unread)

    @property
    def values(self) -> dict[str, str]:
        """{fact or metric id: value as written}; the last mention wins."""
        return {item.fact: item.value for item in self.stated}

    @property
    def words(self) -> tuple[str, ...]:
        """The user's words that figures were read from, as the reader spells them (3到4万吨: 3万吨至4万吨)."""
        read: tuple[StatedFact | AmbiguousFigure | UnreadFigure, ...]
        read = (*self.stated, *self.ambiguous, *self.unread, *self.unknown, *self.unsettled)
        return tuple(item.words for item in read)

    @property
    def mentioned(self) -> frozenset[str]:
        """Facts that a figure of the message is, or may be."""
        doubtful = (fact for figure in self.ambiguous for fact in figure.candidates)
        return frozenset((*self.values, *doubtful))
