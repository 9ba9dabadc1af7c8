"""What a question points at besides its words: clause numbers, policies, the rule books' subjects, a document's front matter.

Each pointer is a feature of (question, clause) for the reranker, none decides alone. All of it comes from the library and the
rule books: another policy needs no code here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.naming import PolicyNaming
from assistant.agent.understanding.programmes import Elsewhere, Named, elsewhere, programmes_named
from assistant.agent.understanding.qualifying import asks_to_qualify
from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.documents.references import find_references
from assistant.retrieval.entries import Entry
from assistant.rules.book import Binding, RuleBook
from assistant.rules.books import RuleBooks

SIGNALS = (
    "reference",  # the question names the clause by its number
    "reference_kin",  # it names a clause above or below
    "named_policy",  # it names the clause's policy
    "other_policy",  # it names policies, and not this one
    "other_programme",  # the clause belongs to another programme than the one named, 0…1
    "metric",  # the clause that a metric named in the question rests on first
    "metric_also",  # a further clause of that metric
    "metric_topic",  # a clause with the limit of a metric whose subject the question speaks of
    "limit",  # a clause that caps what the question asks the most or the share of
    "fact",  # a clause of a fact that the question names
    "note",  # a clause of a rule book's note whose topic the question touches
    "qualifying",  # a condition of the programme named, where somebody asks whether they qualify
    "front_matter",  # the part of a document's front or end that the question asks for: its number, day, signer
    "validity",  # says from when and how long a policy holds, where that is asked
)
TOPICS = 2  # words of a metric's subject that make it the question's
FRONT_MATTER: Mapping[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for names, pattern in {
        ("文号",): r"文号|发文字号|编号|字号|几号文",
        ("日期",): r"哪一?[天年]|(?:什么|啥)时候|何时|几号|日期|时间|成文|落款|签发",
        ("落款",): r"哪一?[天年]|(?:什么|啥)时候|何时|几号|日期|时间|落款|印发|谁发|发布|单位",
        ("机关", "印发机关"): r"谁发|谁印|哪个部门|单位|机关|发布|出台|落款",
        ("领导署名",): r"签[发署的名]|谁签|署名|领导",
        ("主送",): r"主送|[送写发]给|给谁|谁提|提案人|委员",
        ("抄送",): r"抄[送给]",
        ("答复类别",): r"类别|[ABC]类",
        ("题名",): r"征求意见|正式|草案|生效|管用|算数|效力|依据|名称|全称|定稿|有效",
        ("联系人", "联系电话"): r"联系|电话",
    }.items()
    for name in names
}
LIMIT_ASKED = re.compile(r"上限|最[高多大]|封顶|超过?|不超|比例|占比|一半|[一二三四五六七八九]成|以内|[%％]")
VALIDITY_ASKED = re.compile(r"施行|有效期|生效|管用|算数|失效|到期|作废|废止|正式|过期")
VALIDITY_SAID = re.compile(r"自.{0,12}施行|有效期")
FRAME = (ClauseKind.FRONT, ClauseKind.SIGNATURE, ClauseKind.TITLE)
NOWHERE = Elsewhere()


@dataclass(frozen=True)
class Pointed:
    """What one question points at; a `retrieval.search.Guide`."""

    policies: frozenset[str]
    references: frozenset[str]
    other: Elsewhere
    subjects: Mapping[str, Mapping[str, float]]
    frame: frozenset[str]
    validity: frozenset[str]

    @property
    def addresses(self) -> Collection[str]:
        """Clauses pointed at, each once, in a fixed order."""
        return sorted({*self.references, *self.subjects, *self.frame, *self.validity})

    def signals(self, entry: Entry) -> Mapping[str, float]:
        """Features of a clause, named in SIGNALS; those that are zero are left out."""
        address = entry.address
        told = dict(self.subjects.get(address, ()))
        if address in self.references:
            told["reference"] = 1.0
        elif self.references and self._is_kin(address):
            told["reference_kin"] = 1.0
        if self.policies:
            told["named_policy" if entry.policy_id in self.policies else "other_policy"] = 1.0
        if self._other_asked:
            other = self.other.holds(address, f"{entry.context}{entry.text}")
            if other:
                told["other_programme"] = other
        if address in self.frame:
            told["front_matter"] = 1.0
        if address in self.validity:
            told["validity"] = 1.0
        return told

    @cached_property
    def _other_asked(self) -> bool:
        return self.other != NOWHERE

    def _is_kin(self, address: str) -> bool:
        return any(address.startswith(f"{one}/") or one.startswith(f"{address}/") for one in self.references)


class Pointers:
    """Reads what questions point at, for one library and its rule books."""

    def __init__(self, library: Library, books: RuleBooks, lexicon: Lexicon) -> None:
        self._library = library
        self._books = books.books
        self._naming = PolicyNaming(library, lexicon)

    def names_programme(self, question: str) -> bool:
        """Whether a question names a programme, be it by its short name."""
        return bool(programmes_named(self._books, question, short=True))

    def read(self, question: str) -> Pointed:
        """What a question points at; misspellings are put right before."""
        named = programmes_named(self._books, question)
        policies = frozenset((*self._naming.named(question), *(one.policy for one in named)))
        return Pointed(
            policies,
            frozenset(self._referred(question, policies)),
            elsewhere(self._books, question),
            self._subjects(question, policies),
            frozenset(self._frame_asked(question, policies)),
            self._validity if VALIDITY_ASKED.search(question) else frozenset(),
        )

    def _referred(self, question: str, policies: frozenset[str]) -> Iterable[str]:
        """Clauses named by number, in the policies named or in all that have such a clause."""
        for reference in find_references(question):
            for policy in policies or self._library.policies:
                found = self._library.candidates(reference.path, policy)
                if len(found) == 1:
                    yield found[0].address

    def _subjects(self, question: str, policies: frozenset[str]) -> dict[str, dict[str, float]]:
        found: dict[str, dict[str, float]] = {}

        def add(name: str, address: str, value: float = 1.0) -> None:
            held = found.setdefault(address, {})
            held[name] = max(held.get(name, 0.0), value)

        def bound(name: str, bindings: Iterable[Binding], value: float = 1.0) -> None:
            for binding in bindings:
                add(name, binding.address, value)

        for policy, book in self._books.items():
            programmes = programmes_named({policy: book}, question, short=True)
            for metric in book.metrics.values():
                if _named(question, metric.label, *metric.synonyms):
                    bound("metric_also", metric.bindings)
                    add("metric", metric.address)
                    found[metric.address].pop("metric_also", None)
                topics = {
                    word
                    for fact in book.needed[metric.id]
                    for word in book.facts[fact].topic
                    if word in question
                }
                if topics and metric.limit is not None:
                    bound("metric_topic", metric.bindings, min(1.0, len(topics) / TOPICS))
                if metric.limit is not None and metric.adjust and "<" in metric.limit.operator:
                    capped = book.facts[metric.adjust]
                    if _named(question, *capped.topic) and LIMIT_ASKED.search(question):
                        bound("limit", metric.bindings)
            for fact in book.facts.values():
                if _named(question, fact.label, *fact.synonyms):
                    bound("fact", fact.bindings)
            for note in book.notes:
                if note.called_by(question) and (programmes or policy in policies or not policies):
                    bound("note", note.bindings)
            for address in _conditions(book, programmes) if asks_to_qualify(question) else ():
                add("qualifying", address)
        return found

    def _frame_asked(self, question: str, policies: frozenset[str]) -> Iterable[str]:
        for name, clauses in self._frame.items():
            if FRONT_MATTER[name].search(question):
                for clause in clauses:
                    if not policies or clause.policy_id in policies:
                        yield clause.address

    @cached_property
    def _frame(self) -> Mapping[str, list[Clause]]:
        """Parts of the documents' fronts and ends by the last step of their path."""
        found: dict[str, list[Clause]] = {}
        for clause in self._library.clauses():
            part = clause.path.rpartition("/")[2]
            if clause.kind in FRAME and part in FRONT_MATTER:
                found.setdefault(part, []).append(clause)
        return found

    @cached_property
    def _validity(self) -> frozenset[str]:
        return frozenset(one.address for one in self._library.clauses() if VALIDITY_SAID.search(one.text))


def _named(question: str, *names: str) -> bool:
    return any(name in question for name in names)


def _conditions(book: RuleBook, programmes: Iterable[Named]) -> Iterable[str]:
    """Clauses of the programmes' own conditions, and the articles that hold them."""
    for programme in programmes:
        for identity in book.programmes[programme.id].criteria:
            criterion = book.criteria[identity]
            if criterion.kind == "veto":
                yield criterion.address
                yield criterion.address.rpartition("/")[0] or criterion.address
