"""The exception tree. `TiaowenError` is caught once, at an interface, and becomes one line for a person.

TiaowenError
├── SettingsError            a setting or environment value is not legal
├── CorpusError              a policy folder is broken: nothing is built
│   ├── PolicyFileError      policy.yaml or text.txt of one policy
│   └── DuplicatePolicyError two policies share one id
├── AddressError             a clause address cannot be resolved
│   ├── UnknownPolicyError
│   ├── UnknownClauseError
│   └── AmbiguousClauseError
├── QuantityError            a number, unit or date cannot be read
├── SearchIndexError         the retrieval index
│   ├── IndexStaleError      it does not match the corpus or the encoder
│   ├── IndexDamagedError    it is torn
│   └── IndexLockedError     another process is building it
├── EncoderError             the encoder folder cannot be loaded
├── RuleError                rules
│   ├── RuleBookError        rules.yaml is not legal, or a bound quote moved
│   └── FactError            a fact of the applicant is not legal
├── InputError               a message, a file or a request from outside is not legal
│   ├── UnknownConversationError
│   ├── UnknownAnswerError
│   └── ConversationMovedError  another turn was stored meanwhile
├── ModelFault               the chat model failed or wrote what cannot be shown
└── RecordsError             the store of conversations and answers

Every message is Chinese, one line, and names the bad value and the legal form.
"""

from __future__ import annotations


class TiaowenError(Exception):
    """Base of all expected failures; `str(error)` is a Chinese sentence for a person."""


class SettingsError(TiaowenError):
    """A setting or an environment value is not legal."""


class CorpusError(TiaowenError):
    """The corpus cannot be used; nothing is built from it."""


class PolicyFileError(CorpusError):
    """policy.yaml or text.txt of one policy is not legal."""


class DuplicatePolicyError(CorpusError):
    """Two folders declare one policy id."""


class AddressError(TiaowenError):
    """A clause address cannot be resolved."""


class UnknownPolicyError(AddressError):
    """No policy has this id, title or document number."""


class UnknownClauseError(AddressError):
    """The policy has no such clause; the message names the range that exists, `nearest` the clause that may be meant."""

    def __init__(self, message: str, nearest: str | None = None) -> None:
        super().__init__(message)
        self.nearest = nearest


class AmbiguousClauseError(AddressError):
    """Several clauses answer to this name; `candidates` lists their addresses."""

    def __init__(self, message: str, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.candidates = candidates


class QuantityError(TiaowenError):
    """A number, unit or date cannot be read as an exact value."""


class SearchIndexError(TiaowenError):
    """The retrieval index cannot be used."""


class IndexStaleError(SearchIndexError):
    """The index does not match the corpus, the encoder or the program."""


class IndexDamagedError(SearchIndexError):
    """The index is torn: a file, a row or a vector is missing or wrong."""


class IndexLockedError(SearchIndexError):
    """Another process owns the index folder."""


class EncoderError(TiaowenError):
    """The encoder cannot be loaded, or does not do what its folder says."""


class RuleError(TiaowenError):
    """Something about rules or the facts they are applied to."""


class RuleBookError(RuleError):
    """rules.yaml is not legal, or a bound quote no longer stands in its clause."""


class FactError(RuleError):
    """A fact is not legal. `fact` is its id; the message names value, legal form and correction."""

    def __init__(self, message: str, fact: str | None = None) -> None:
        super().__init__(message)
        self.fact = fact


class InputError(TiaowenError):
    """A message, file or request from outside is not legal."""


class UnknownConversationError(InputError):
    """No conversation has this id."""


class UnknownAnswerError(InputError):
    """No stored answer has this id."""


class ConversationMovedError(InputError):
    """Another turn of the conversation was stored while this one was being answered; nothing of this one was."""


class RecordsError(TiaowenError):
    """The store of conversations and answers cannot be read or written."""


class ModelFault(TiaowenError):
    """The chat model gave nothing that can be shown; `kind` names the fault for counters and logs."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
