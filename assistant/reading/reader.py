"""ClauseReader: everything that reading a document needs, over one state of the corpus; immutable, shared by all threads."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.documents.clause import Clause, Span
from assistant.documents.library import Library
from assistant.documents.passage import is_space
from assistant.documents.policy import Policy
from assistant.errors import AddressError, InputError, UnknownClauseError
from assistant.plain_text import plain
from assistant.reading.outline import Twig, outline, way_to
from assistant.reading.reliance import Reliance, reliances
from assistant.reading.running_text import RunningTexts, Stretch, bare
from assistant.reading.same_words import SameWords, same_words
from assistant.reading.stored_lines import StoredLines, stored_lines
from assistant.reading.views import brief_view, clause_view, entity_tag, policy_identity, policy_view
from assistant.rules.book import RuleBook
from assistant.rules.books import RuleBooks

_OFFERED = 12  # clauses offered in place of one that does not exist


@dataclass(frozen=True)
class ClausePage:
    """A page of a policy's clauses; `cursor` leads to the next one, None on the last."""

    clauses: tuple[Clause, ...]
    total: int
    cursor: str | None


@dataclass(frozen=True)
class ClauseReading:
    """A clause with all that stands around it.

    `quoted` is the quotation clause by clause, as it stands in this one, in those below it and perhaps on beyond them;
    empty where none was asked for or where it does not begin here;
    `lines` are those of each standing in the stored file; `rules` rest on the clause itself, `rules_below` on those below it;
    `standing` says why the policy does not bind today, None when it is in force.
    """

    clause: Clause
    policy: Policy
    standing: str | None
    above: tuple[Clause, ...]
    children: tuple[Clause, ...]
    previous: Clause | None
    next: Clause | None
    text: tuple[tuple[Clause, str], ...]
    quoted: tuple[Stretch, ...]
    lines: tuple[StoredLines, ...]
    rules: tuple[Reliance, ...]
    rules_below: tuple[Reliance, ...]
    rules_broken: str | None
    elsewhere: tuple[SameWords, ...]
    tree: tuple[Twig, ...]


class ClauseReader:
    """Reads one library with its rule books; `today` decides what is in force."""

    def __init__(self, library: Library, books: RuleBooks, today: Callable[[], date] = date.today) -> None:
        self.library = library
        self.texts = RunningTexts(library)
        self._books = books
        self._today = today

    def resolve(self, written: str) -> Clause:
        """The clause that a person means. Raises AddressError, AmbiguousClauseError."""
        return self.library.resolve(plain(written))

    def nearest(self, written: str, error: AddressError) -> list[Clause]:
        """Clauses that may be meant by an address that `resolve` refused: the one it names, the one above, the first ones."""
        if isinstance(error, UnknownClauseError) and error.nearest:
            return [self.library.clause(error.nearest)]
        named = self.library.find_policies(written.replace("#", " "))
        if len(named) != 1:
            return []
        steps = plain(written).partition("#")[2].split("/")
        for count in range(len(steps) - 1, 0, -1):
            above = self.library.candidates("/".join(steps[:count]), named[0].id)
            if len(above) == 1:
                return [above[0], *self.library.children(above[0])[:_OFFERED]]
        return [one for one in self.library.clauses(named[0].id) if one.parent is None][:_OFFERED]

    def policy(self, policy_id: str) -> Policy:
        """The policy with this id. Raises UnknownPolicyError."""
        return self.library.policy(policy_id)

    def named_policy(self, name: str) -> Policy:
        """The policy that a person names by id, title, alias or 文号. Raises UnknownPolicyError."""
        found = self.library.find_policies(name)
        return found[0] if len(found) == 1 else self.library.policy(name)

    def book(self, policy_id: str) -> RuleBook | None:
        """The rule book of a policy, None when it has none that may be applied."""
        return self._books.books.get(policy_id)

    def broken_book(self, policy_id: str) -> str | None:
        """Why the rule book of a policy is not applied."""
        return self._books.broken.get(policy_id)

    def standing(self, policy: Policy) -> str | None:
        """Why a policy does not bind today, None when it is in force."""
        return policy.standing(self._today())

    def clause_view(self, written: str) -> dict[str, Any]:
        """JSON view of a clause. Raises what `resolve` raises."""
        clause = self.resolve(written)
        return clause_view(self.library, clause, self._rules(clause.policy_id, frozenset((clause.address,))))

    def policy_view(self, policy_id: str) -> dict[str, Any]:
        """JSON view of a policy. Raises UnknownPolicyError."""
        policy = self.policy(policy_id)
        return policy_view(policy, self.count(policy_id), policy_id in self._books.books)

    def catalogue(self) -> list[dict[str, Any]]:
        """JSON views of all policies."""
        return [self.policy_view(policy_id) for policy_id in self.library.policies]

    def count(self, policy_id: str) -> int:
        """How many clauses a policy has."""
        return sum(1 for _ in self.library.clauses(policy_id))

    def clauses(self, policy_id: str, cursor: str | None, limit: int) -> ClausePage:
        """The clauses of a policy in the order of the text, after the cursor. Raises UnknownPolicyError, InputError."""
        found = list(self.library.clauses(policy_id))
        begin = 0
        if cursor is not None:
            last = _read_cursor(cursor)
            paths = [clause.path for clause in found]
            if last not in paths:
                raise InputError(
                    f"参数 cursor 的值「{cursor[:40]}」不合法；应为上一页给出的 cursor，从头读就不要给"
                )
            begin = paths.index(last) + 1
        page = found[begin : begin + limit]
        more = begin + limit < len(found)
        return ClausePage(tuple(page), len(found), _write_cursor(page[-1].path) if more else None)

    def clauses_view(self, policy_id: str, cursor: str | None, limit: int) -> dict[str, Any]:
        """The same as JSON."""
        page = self.clauses(policy_id, cursor, limit)
        return {
            "policy_id": policy_id,
            "total": page.total,
            "clauses": [brief_view(clause) for clause in page.clauses],
            "cursor": page.cursor,
        }

    def clause_tag(self, written: str) -> str:
        """ETag of a clause's view. Raises what `resolve` raises."""
        clause = self.resolve(written)
        return entity_tag("clause", clause.address, self._identity(clause.policy_id))

    def policy_tag(self, policy_id: str, *parts: str) -> str:
        """ETag of what is told of one policy; `parts` name the view. Raises UnknownPolicyError."""
        return entity_tag("policy", self.policy(policy_id).id, self._identity(policy_id), *parts)

    def catalogue_tag(self) -> str:
        """ETag of the catalogue."""
        return entity_tag("catalogue", *(self._identity(policy_id) for policy_id in self.library.policies))

    def read(self, clause: Clause, quote: str | None = None) -> ClauseReading:
        """A clause with what stands around it; `quote` is looked for from it and what is below it on, white space aside."""
        library = self.library
        around = list(library.clauses(clause.policy_id))
        at = next(index for index, one in enumerate(around) if one.path == clause.path)
        nodes = list(library.descend(clause))
        policy = library.policies[clause.policy_id]
        quoted = tuple(self._quoted(clause, nodes, quote)) if quote else ()
        below = frozenset(node.address for node in nodes[1:])
        return ClauseReading(
            clause=clause,
            policy=policy,
            standing=self.standing(policy),
            above=tuple(way_to(library, clause)),
            children=tuple(library.children(clause)),
            previous=around[at - 1] if at else None,
            next=around[at + 1] if at + 1 < len(around) else None,
            text=tuple((node, node.text) for node in nodes if node.text),
            quoted=quoted,
            lines=tuple(self._lines(clause, nodes[1:], [piece.span for piece in quoted])),
            rules=tuple(self._rules(clause.policy_id, frozenset((clause.address,)))),
            rules_below=tuple(self._rules(clause.policy_id, below)),
            rules_broken=self.broken_book(clause.policy_id),
            elsewhere=tuple(same_words(self.texts, clause)),
            tree=outline(library, clause.policy_id, clause),
        )

    def _quoted(self, clause: Clause, nodes: Sequence[Clause], quote: str) -> Iterator[Stretch]:
        """Within one clause where it stands so, else through as many as it goes through in the order of the text."""
        try:
            node, span, words = self.library.cite(clause.address, quote)
        except UnknownClauseError:
            yield from self._running_on(nodes, quote)
        else:
            yield Stretch(node, words, span)

    def _running_on(self, nodes: Sequence[Clause], quote: str) -> Iterator[Stretch]:
        run = self.texts.of(nodes[0].policy_id)
        spans = [span for node in nodes if (span := run.span_of(node)) is not None]
        said = "".join(character for character in quote if not is_space(character))
        if not spans or not said:
            return
        at = run.text.find(bare(said), spans[0][0], spans[-1][1] + len(said) - 1)
        if at < 0:
            return
        found = tuple(run.stretches(at, at + len(said)))
        words = "".join(piece.words for piece in found)
        if said == "".join(character for character in words if not is_space(character)):
            yield from found

    def _lines(self, clause: Clause, below: Sequence[Clause], quote: Sequence[Span]) -> list[StoredLines]:
        """Stored lines of each standing; clauses below stand with the first one."""
        source = self.library.source(clause.policy_id)
        inner = [span for node in below for span in node.spans]
        found = [stored_lines(source, clause.spans, inner, quote)]
        found += [stored_lines(source, standing.spans, (), quote) for standing in clause.standings[1:]]
        return [lines for lines in found if lines is not None]

    def _rules(self, policy_id: str, addresses: frozenset[str]) -> list[Reliance]:
        book = self.book(policy_id)
        return reliances(book, addresses) if book is not None else []

    def _identity(self, policy_id: str) -> str:
        book = self.book(policy_id)
        policy = self.library.policies[policy_id]
        return policy_identity((policy,)) + (book.sha256 if book else "")


def _write_cursor(path: str) -> str:
    return base64.urlsafe_b64encode(path.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> str:
    """The path of a cursor; what is none gives words that are no path."""
    try:
        return base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, binascii.Error):
        return ""
