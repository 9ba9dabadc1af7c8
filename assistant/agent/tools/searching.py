"""The work of the search tool: sentences that answer, what the texts do not say, and what lies outside the corpus."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from assistant.agent.desk import TurnContext
from assistant.agent.tools.items import Found, below, quoted_item
from assistant.agent.tools.passages import CALENDAR, Passage, Question
from assistant.agent.tools.premise import CONFIRM, Scope, claims_agency, judge, open_question, states_figure
from assistant.agent.understanding.programmes import Elsewhere, elsewhere, programmes_named
from assistant.documents.clause import Clause
from assistant.errors import InputError
from assistant.retrieval.asking import Ask, asks_of
from assistant.retrieval.filters import ClauseFilter

HITS = 40
PASSAGES = 30
JUDGED = 8  # passages held against what is to be confirmed
LIMIT = re.compile(r"上限|最高|最多|封顶|超过|不超|比例|占比|一半|以内")
NOT_SAID = re.compile(r"没有规定|不在资料库|没有第")
MONEY = re.compile(r"多少(?:钱|块|元)|几(?:块|万块|千块|百块)|多少万(?!吨|公顷|辆|家)")
CONTACT = re.compile(r"联系电话：.*\d|负责解释")


def search(
    turn: TurnContext, query: str, policies: Sequence[str], within: str | None = None, before: str = ""
) -> Found:
    """Passages for a query, the notes of the rule books that it touches, and what of it lies outside the corpus.

    `within` keeps to one clause and what stands under it; `before` is the question that this one carries on.
    """
    if not query.strip():
        raise InputError("检索词是空的；请写出要查的内容")
    desk = turn.desk
    turn.progress("retrieval", "检索条款…")
    sought = open_question(query)
    clauses = _candidates(turn, f"{sought} {before}".strip(), policies, within)
    uncovered = desk.retriever.uncovered(query)
    avoid = elsewhere(desk.books.books, query)
    ruled = _ruled(turn, query)
    known = {clause.address for clause in clauses}
    clauses += [desk.library.clause(address) for address in sorted(ruled - known)]
    about = {named.policy for named in programmes_named(desk.books.books, query)} - set(policies)
    asks = asks_of(query) | ({Ask.WHO} if claims_agency(query) else set())
    question = Question(sought, asks, before, uncovered, avoid, ruled, frozenset(about))
    passages = desk.ranker.rank(question, clauses)[:PASSAGES]
    turn.progress("retrieval", f"找到 {len(clauses)} 条可能相关的条款", tuple(c.address for c in clauses[:3]))
    items = [_passage_item(turn, passage, query, avoid, at < JUDGED) for at, passage in enumerate(passages)]
    lines = [f"[{item['marker']}] 《{item['title']}》{item['label']}：{item['quote']}" for item in items]
    leaders = [passage.clause for passage in passages[:2]]
    artifact = {
        "query": query,
        "passages": items,
        "notes": _notes(turn, query, policies, passages),
        "own": desk.ranker.share(passages[0].clause, desk.ranker.weights(query)) if passages else 0.0,
        "uncovered": list(uncovered),
        "decided": _decided(turn, query, passages),
        "foreign_document": desk.scope.foreign_document(query),
        "foreign_place": desk.scope.foreign_place(query, leaders) if leaders else None,
        "contact": _contact(turn, passages[0].clause.policy_id) if passages else None,
    }
    return "\n".join(lines) or "没有找到相关条款。", artifact


def _ruled(turn: TurnContext, query: str) -> frozenset[str]:
    """Clauses that set the limit a question is about: 抵消 with 上限, 最多 or 超过 is about the cap on offsetting."""
    if not LIMIT.search(query):
        return frozenset()
    found: set[str] = set()
    for book in turn.desk.books.books.values():
        for metric in book.metrics.values():
            fact = book.facts[metric.adjust] if metric.adjust else None
            capped = metric.limit is not None and "<" in metric.limit.operator and metric.unit == "%"
            if fact and capped and any(word in query for word in fact.topic):
                found |= {binding.address for binding in metric.bindings}
    return frozenset(found)


def _candidates(turn: TurnContext, query: str, policies: Sequence[str], within: str | None) -> list[Clause]:
    """The clauses whose sentences are ranked: those found, or those under one clause."""
    library = turn.desk.library
    if within:
        root = library.clause(within)
        return [root, *below(turn, root)]
    expanded = turn.desk.lexicon.expand(query)
    if Ask.MEANING in asks_of(query):
        expanded += " 本办法所称 是指"
    where = ClauseFilter(policy_ids=frozenset(policies)) if policies else None
    hits = turn.desk.retriever.search(expanded, limit=HITS, where=where)
    return [library.clause(hit.address) for hit in hits]


def _decided(turn: TurnContext, query: str, passages: Sequence[Passage]) -> bool:
    """Whether the best clause has what decides the question: its decisive words, and money where money is asked for."""
    if not passages:
        return False
    clause = passages[0].clause
    said = clause.text + "".join(clause.heading_path)
    words = [word for word in turn.desk.lexicon.decisive if word in query]
    years = set(CALENDAR.findall(query))
    near = "".join(passage.clause.text for passage in passages[:8])
    if (
        years
        and Ask.AMOUNT in asks_of(query)
        and not CONFIRM.search(query)
        and not any(y in near for y in years)
    ):
        return False  # a target for a year that the text has none for
    return all(word in said for word in words) and (not MONEY.search(query) or "元" in said)


def _contact(turn: TurnContext, policy_id: str) -> dict[str, Any] | None:
    """Whom to ask about a policy, where its text says so: its own contact, or who explains it."""
    found = [c for c in turn.desk.library.clauses(policy_id) if CONTACT.search(c.text) and len(c.text) < 60]
    return quoted_item(turn, found[-1], found[-1].text) if found else None


def _notes(
    turn: TurnContext, query: str, policies: Sequence[str], passages: Sequence[Passage]
) -> list[dict[str, Any]]:
    """Silences and contradictions of the texts that the question touches, as the rule books record them.

    A note is `silent` when what the question asks for stands nowhere in the best passage's clause: then the note is
    the answer. A book's notes count when its policy is asked about or holds the best passage.
    """
    found = []
    best = passages[0].clause if passages else None
    for policy_id, book in turn.desk.books.books.items():
        named = any(
            name in query for item in book.programmes.values() for name in (item.label, *item.aliases)
        )
        if not (policy_id in policies or named or (best and best.policy_id == policy_id)):
            continue
        for note in book.notes:
            topics = [topic for topic in note.topics if topic in query]
            if topics:
                binding = note.bindings[0]
                said = best.text + " ".join(best.heading_path) if best and best.policy_id == policy_id else ""
                found.append(
                    {
                        "text": note.text,
                        "marker": turn.ledger.hand_out(binding.address, binding.quote),
                        "policy": policy_id,
                        "address": binding.address,
                        "silent": NOT_SAID.search(note.text) is not None
                        and not any(t in said for t in topics),
                    }
                )
    return found


def _passage_item(
    turn: TurnContext, passage: Passage, query: str, avoid: Elsewhere, judged: bool
) -> dict[str, Any]:
    item = quoted_item(turn, passage.clause, passage.sentence)
    return item | {
        "score": passage.score,
        "coverage": passage.coverage,
        "order": passage.order,
        "words": dict(passage.words),
        "judged": _judged(turn, passage, query, avoid) if judged else None,
        "states_figure": CONFIRM.search(query) is not None and states_figure(query, passage.sentence),
    }


def _judged(turn: TurnContext, passage: Passage, query: str, avoid: Elsewhere) -> str | None:
    """What is to be confirmed, held against a passage and what stands above it; of another programme, whose it is."""
    if not CONFIRM.search(query):
        return judge(query, passage.sentence)
    library, clause = turn.desk.library, passage.clause
    above: list[str] = []
    parent = clause.parent
    while parent:
        holder = library.clause(f"{clause.policy_id}#{parent}")
        above.append(holder.text)
        parent = holder.parent
    said = [
        word
        for word, means in turn.desk.lexicon.synonyms.items()
        if word in query and any(mean in passage.sentence for mean in means)
    ]
    title = library.policies[clause.policy_id].title
    place = " ".join((title, *clause.heading_path, *above, *said, *clause.attributes.values()))
    scope, other = _scope(avoid, "".join((*above, passage.sentence)))
    if scope is Scope.OTHER:
        return f"以下是对{other}的规定，不是对{avoid.own}的。"
    return judge(query, passage.sentence, place, scope)


def _scope(avoid: Elsewhere, text: str) -> tuple[Scope, str]:
    """Whose rule a text is: of the programme asked about, of another one (with its name), or of both or none."""
    longer = [name for name in avoid.names if name in text]
    for name in avoid.names:
        text = text.replace(name, "")
    own = bool(avoid.own) and avoid.own in text
    others = longer or [name for name in avoid.inner if not own and name in text]
    if own == bool(others):
        return Scope.OPEN, ""
    return (Scope.OWN, "") if own else (Scope.OTHER, others[0])
