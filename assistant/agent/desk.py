"""The policy desk: what the tools of one turn work with, and the turn's own notebook."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from assistant.agent.answer import ProgressEvent
from assistant.agent.conversation import Conversation
from assistant.agent.evidence import EvidenceLedger
from assistant.agent.tools.answering import AnsweringModel
from assistant.agent.tools.passages import PassageRanker
from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.scope import Scope
from assistant.agent.values.index import StatedValues
from assistant.documents.library import Library
from assistant.retrieval.search import Guide, Retriever
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, BaseMessage

    from assistant.agent.models.budget import ModelBudget
    from assistant.agent.verification import Failure


@dataclass(frozen=True)
class PolicyDesk:
    """The floors below, opened once a process and shared by all turns."""

    library: Library
    retriever: Retriever
    books: RuleBooks
    lexicon: Lexicon
    ranker: PassageRanker
    scope: Scope
    guide: Callable[[str], Guide]  # what a question points at besides its words
    answering: AnsweringModel
    values: StatedValues

    def book_of(self, policy_id: str) -> RuleBook | None:
        """The rule book of a policy, or None when it has none or its book is broken."""
        return self.books.books.get(policy_id)


class TurnContext:
    """One turn: the conversation as it began, the evidence handed out and the facts as they now stand.

    `doubtful` are facts that something unclear may be about: they are remembered, and nothing is computed from them.
    It reaches the tools inside a `TurnHandle`.
    """

    def __init__(
        self,
        desk: PolicyDesk,
        conversation: Conversation,
        message: str,
        ledger: EvidenceLedger,
        today: date,
        on_progress: Callable[[ProgressEvent], None] | None = None,
        doubtful: frozenset[str] = frozenset(),
    ) -> None:
        self.desk = desk
        self.conversation = conversation
        self.message = message
        self.ledger = ledger
        self.today = today
        self.on_progress = on_progress
        self.doubtful = doubtful
        self.facts: dict[str, dict[str, str]] = dict(conversation.facts)
        self.by_model = False  # whether a model other than the built-in one works on the turn
        self.understood: Mapping[str, Mapping[str, str]] = {}  # facts read from the message, by policy
        self.supposing = False  # whether the message only supposes them
        self.budget: ModelBudget | None = None
        self.review: Callable[[list[BaseMessage], AIMessage], tuple[Failure, ...]] | None = None
        self.briefing = ""
        self.handed_out: dict[str, list[int]] = {}  # markers by the id of the tool's call

    def progress(self, step: str, text: str, addresses: tuple[str, ...] = ()) -> None:
        """Tell whoever watches what is being done."""
        if self.on_progress:
            self.on_progress(ProgressEvent(step, text, addresses))

    def remembered(self, policy_id: str) -> Mapping[str, str]:
        """Facts of the conversation about one policy's rules."""
        return self.facts.get(policy_id, {})


@dataclass(frozen=True)
class TurnHandle:
    """The graph's context. The turn is `Any` on purpose: what is typed is copied whenever tool arguments are validated."""

    turn: Any
