"""The work of the search tool: sentences that answer, what the texts do not say, and what lies outside the corpus."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from assistant.agent.desk import PolicyDesk, TurnContext
from assistant.agent.tools.answering import Lacks, features, lacking
from assistant.agent.tools.clause_kinds import TABLE, kinds_asked, of_kind_first, recited
from assistant.agent.tools.contacts import unreachable
from assistant.agent.tools.defining import (
    containing_first,
    defining_first,
    term_asked,
    undefined,
    words_sought,
)
from assistant.agent.tools.items import Found, below, quoted_item
from assistant.agent.tools.passages import Passage, Ranked
from assistant.agent.tools.premise import CONFIRM, Scope, claims_agency, judge, open_question, states_figure
from assistant.agent.tools.sentence_features import Question
from assistant.agent.tools.sentences import RUN_IN
from assistant.agent.tools.wanted import Wanted, wanted
from assistant.agent.understanding.programmes import Elsewhere, elsewhere, programmes_named
from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.errors import InputError
from assistant.retrieval.asking import Ask, asks_of, own_words
from assistant.retrieval.filters import ClauseFilter

HITS = 40
FEW = 2  # characters of its own words in a question that says nothing besides what calls for a note
SOME = 5  # the same where nothing of them may be unknown to the texts
PASSAGES = 30
JUDGED = 8  # passages held against what is to be confirmed
TABLED = {ClauseKind.ROW, ClauseKind.SUBROW, ClauseKind.FIELD}
LOCATED = 0.3  # share of the question that a clause of the kind asked for must cover
NOT_SAID = re.compile(r"没有规定|不在资料库|没有第")
CONTACT = re.compile(r"联系电话：.*\d|负责解释")
SPOKEN_REGION = ("全省", "我省")
LIKELY = 0.5  # chance of the first passage from which on it is left in front
ADDRESSED = ("主送", "抄送")  # fields that name addressees
ADDRESSING = re.compile(
    r"主送|抄[送报给]|[送发写印复]给|谁提|提案人|委员|哪些(?:单位|部门)|收(?:件|文)|(?:提案|建议|答复)[^，。？?]{0,6}谁"
)
LIMIT = "limit"  # the signal of a clause that caps what is asked about


@dataclass(frozen=True)
class Searched:
    """A question and what it found: clauses, best first, what it points at in each (search/pointers.py), and retrieval's
    probability of an answer. `named`: it names a policy, a clause or a subject of the rule books, or carries on one that did."""

    question: Question
    found: Sequence[Ranked]
    signals: Mapping[str, Mapping[str, float]]
    answerable: float
    named: bool


def search(
    turn: TurnContext,
    query: str,
    policies: Sequence[str],
    within: str | None = None,
    before: str = "",
    value: str | None = None,
) -> Found:
    """Passages for a query, the notes of the rule books that it touches, and whether and why not they answer it.

    `within` keeps to one clause and what stands under it; `before` is the question that this one carries on, `value` the
    key of the stated value that it asks for, where that is known.
    """
    if not query.strip():
        raise InputError("检索词是空的；请写出要查的内容")
    desk = turn.desk
    if unknown := [policy for policy in policies if policy not in desk.library.policies]:
        raise InputError(f"没有编号为「{unknown[0]}」的政策；现有：{'、'.join(desk.library.policies)}")
    turn.progress("retrieval", "检索条款…")
    searched = find(desk, query, policies, within, before)
    ranked = desk.ranker.rank(searched.question, searched.found, PASSAGES)
    ranked = _unaddressed(ranked, query)
    placed = None if before else _of_place(desk, ranked, query)
    if placed:
        ranked = [placed, *(one for one in ranked if one is not placed)]
        searched = replace(searched, named=True)
    ranked = _of_own_form(desk, ranked, query)
    passages = recited(of_kind_first(ranked, query), query)
    term = None if programmes_named(desk.books.books, query) else term_asked(query)
    passages = containing_first(defining_first(passages, term) if term else passages, query)
    leaders = tuple(one.clause.address for one in searched.found[:3])
    turn.progress("retrieval", f"找到 {len(searched.found)} 条可能相关的条款", leaders)
    lacks, values = weigh(desk, searched, passages)
    avoid = searched.question.elsewhere
    sought = wanted(query, desk.lexicon.meant(query), _names_of(desk))
    items = [
        _passage_item(turn, passage, query, avoid, at < JUDGED, value)
        | {"states": _states(desk, sought, passage, desk.lexicon.places_in(query))}
        for at, passage in enumerate(passages)
    ]
    lines = [f"[{item['marker']}] 《{item['title']}》{item['label']}：{item['quote']}" for item in items]
    artifact = {
        "query": query,
        "passages": items,
        "stated": turn.desk.values.only_one(passages[0].clause.address, passages[0].sentence)
        if passages
        else None,
        "notes": _notes(turn, f"{query} {_head(desk.library, within)}".strip(), policies, passages),
        "wanted": sought.name if sought else None,
        "own": _own_share(desk, passages[0].clause, query) if passages else 0.0,
        "answers": desk.answering.probability(values),
        "answers_from": desk.answering.answers_from,
        "lacks": asdict(lacks),
        "undefined": term if term and undefined(passages, term) else None,
        "located": _is_located(query, passages, lacks),
        "unwritten": _unwritten(desk, query),
        "unreachable": unreachable(desk.library, query) if Ask.CONTACT in asks_of(query) else None,
        "city": next(iter(_other_places(desk, query)), None),
        "contact": _contact(turn, passages[0].clause.policy_id) if passages else None,
    }
    return "\n".join(lines) or "没有找到相关条款。", artifact


def _own_share(desk: PolicyDesk, clause: Clause, query: str) -> float:
    """Share of a question's own words that a clause has, as they are said or as the texts say them: 央企, 中央在闽单位."""
    said = desk.ranker.weights(query)
    meant = desk.ranker.weights(" ".join(desk.lexicon.meant(query)))
    return max(desk.ranker.share(clause, said), desk.ranker.share(clause, meant))


def _unaddressed(passages: list[Passage], query: str) -> list[Passage]:
    """Passages with the addressees of a document (主送, 抄送) behind, where they are not asked for."""
    if ADDRESSING.search(query):
        return passages
    behind = [one for one in passages if re.split("[/#]", one.clause.address)[-1] in ADDRESSED]
    return [*(one for one in passages if one not in behind), *behind]


def _of_place(desk: PolicyDesk, passages: list[Passage], query: str) -> Passage | None:
    """The first of the nearest passages that names the place which the question names: 厂在平潭，材料递给谁.

    None without one, and where another passage surely answers: 其余地市 speaks of a place that it does not name.
    """
    if not passages or passages[0].chance >= LIKELY:
        return None
    places = _other_places(desk, query)
    near = (one for one in passages[:JUDGED] if any(place in one.clause.text for place in places))
    return next(near, None)


def _other_places(desk: PolicyDesk, query: str) -> list[str]:
    """Places of our regions that a question names and that no policy here is made for: 厦门 in 厦门补贴多少."""
    regions = {policy.region[:2] for policy in desk.library.policies.values()} | set(SPOKEN_REGION)
    return [place for place in desk.lexicon.places_in(query) if place[:2] not in regions]


def _of_own_form(desk: PolicyDesk, passages: list[Passage], query: str) -> list[Passage]:
    """Passages with the fields of another programme's form behind, where one programme is named: 近零碳申报书填不填基准值."""
    books = desk.books.books
    named = {(one.policy, one.id) for one in programmes_named(books, query, short=True)}
    if len(named) != 1:
        return passages
    policy, own = next(iter(named))
    theirs = [one.form for one in books[policy].programmes.values() if one.form and one.id != own]
    behind = [
        one for one in passages if any(f"{one.clause.address}/".startswith(f"{form}/") for form in theirs)
    ]
    return [*(one for one in passages if one not in behind), *behind]


def _unwritten(desk: PolicyDesk, query: str) -> str | None:
    """Words that are asked for as they are written (哪一条写了不予认定), and that no text has."""
    words = words_sought(query)
    if words is None or any(words in clause.text for clause in desk.library.clauses()):
        return None
    return words


def find(
    desk: PolicyDesk, query: str, policies: Sequence[str], within: str | None = None, before: str = ""
) -> Searched:
    """The clauses whose sentences are ranked: those found, or those under one clause."""
    books = desk.books.books
    sought = open_question(query)
    whole = f"{sought} {before}".strip()
    # 那近零碳呢 points at its own programme, not at the one of the question that it carries on.
    about = query if programmes_named(books, query, short=True) else whole
    expanded = desk.lexicon.expand(whole)
    if Ask.MEANING in asks_of(whole):
        expanded += " 本办法所称 是指"
    only = [within.partition("#")[0]] if within else policies
    where = ClauseFilter(policy_ids=frozenset(only)) if only else None
    pool = desk.retriever.pool(expanded, 2 * HITS, where, desk.guide(about))
    entries = pool.entries if pool else ()
    told = (pool.signals if pool else None) or ()
    signals = {entry.address: found for entry, found in zip(entries, told, strict=True) if found}
    hits = desk.retriever.ranked(pool, len(entries) if within else HITS)
    alone = _alone(desk, sought, where) if before else {hit.address: n for n, hit in enumerate(hits)}
    found = [
        Ranked(
            desk.library.clause(hit.address),
            hit.score,
            1 / (1 + alone[hit.address] / 2) if hit.address in alone else 0.0,
        )
        for hit in hits
    ]
    if within:
        found = _inside(desk.library, within, found)
    programmes = {named.policy for named in programmes_named(books, query)} - set(policies)
    asks = asks_of(query)
    if not asks - {Ask.YES_NO}:
        asks |= asks_of(before)
    question = Question(
        sought,
        asks | ({Ask.WHO} if claims_agency(query) else set()),
        before,
        desk.retriever.uncovered(query),
        elsewhere(books, query),
        frozenset(programmes),
        frozenset(address for address, one in signals.items() if LIMIT in one),
        desk.scope.regions(query),
    )
    named = bool(policies or within or before) or any(map(_names, signals.values()))
    return Searched(question, found, signals, desk.retriever.answered_by(pool), named)


def weigh(
    desk: PolicyDesk, searched: Searched, passages: Sequence[Passage]
) -> tuple[Lacks, dict[str, float]]:
    """What the question asks about that is not there, and the features of its being answered."""
    question = searched.question
    leaders = [passage.clause for passage in passages[:1]]
    place = desk.scope.foreign_place(question.text, leaders) if leaders else None
    document = desk.scope.foreign_document(question.text)
    lacks = lacking(question, passages, desk.lexicon.decisive, place, document)
    signals = searched.signals.get(passages[0].clause.address, {}) if passages else {}
    strange = desk.ranker.strange_share(question)
    return lacks, features(question, passages, lacks, searched.answerable, strange, searched.named, signals)


def _alone(desk: PolicyDesk, query: str, where: ClauseFilter | None) -> dict[str, int]:
    """{address: place} by the question alone, without the one that it carries on."""
    pool = desk.retriever.pool(desk.lexicon.expand(query), 2 * HITS, where, desk.guide(query))
    return {hit.address: place for place, hit in enumerate(desk.retriever.ranked(pool, HITS))}


def _inside(library: Library, address: str, found: Sequence[Ranked]) -> list[Ranked]:
    """A clause and all below it, those found first."""
    scores = {one.clause.address: one.score for one in found}
    least = min(scores.values(), default=0.0)
    root = library.clause(address)
    inside = [Ranked(one, scores.get(one.address, least)) for one in (root, *below(library, root))]
    return sorted(inside, key=lambda one: -one.score)


def _names(signals: Mapping[str, float]) -> bool:
    return any(name in signals for name in ("named_policy", "reference", "metric", "fact"))


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
        in_view = policy_id in policies or named
        of_best = best is not None and best.policy_id == policy_id
        for note in book.notes:
            topics = note.called_by(query)
            besides = None if policies else _besides(query, topics)
            asked = in_view or (besides is not None and besides <= FEW)
            whole = besides is not None and besides <= SOME
            if topics and (asked or of_best or whole):
                said = best.text + " ".join(best.heading_path) if best and best.policy_id == policy_id else ""
                found.append(
                    {
                        "text": note.text,
                        "markers": [turn.ledger.hand_out(one.address, one.quote) for one in note.bindings],
                        "policy": policy_id,
                        "address": note.bindings[0].address,
                        "silent": NOT_SAID.search(note.text) is not None
                        and not set(topics) & set(note.called_by(said)),
                        "topics": topics,
                        "asked": asked,
                        "whole": whole,
                    }
                )
    return found


def _is_located(query: str, passages: Sequence[Passage], lacks: Lacks) -> bool:
    """附表里跟光伏有关的那一行: whether a row or field, where one is asked for, has what it is to be about, and nothing is lacking."""
    kinds = kinds_asked(query) & TABLED
    names = [name for name in lacks.names if not TABLE.fullmatch(name)]
    missing = names or lacks.words or lacks.place or lacks.document or lacks.years or lacks.money
    best = passages[0] if passages else None
    return bool(best and best.clause.kind in kinds and not missing and best.coverage >= LOCATED)


def _besides(query: str, topics: Sequence[str]) -> int:
    """总分多少才算过: how many characters a question has besides the words that call for a note."""
    rest = query
    for word in sorted((word for topic in topics for word in topic.split()), key=len, reverse=True):
        rest = rest.replace(word, " ")
    return len(own_words(rest).replace(" ", ""))


def _passage_item(
    turn: TurnContext, passage: Passage, query: str, avoid: Elsewhere, judged: bool, value: str | None
) -> dict[str, Any]:
    item = quoted_item(turn, passage.clause, passage.sentence)
    return item | {
        "score": passage.score,
        "chance": passage.chance,
        "coverage": passage.coverage,
        "order": passage.order,
        "words": dict(passage.words),
        "judged": _judged(turn, passage, query, avoid) if judged else None,
        "value": _value_item(turn, passage, value) if value else None,
        "programme": turn.desk.values.owner(passage.clause.address),
        "states_figure": CONFIRM.search(query) is not None and states_figure(query, passage.sentence),
    }


def _names_of(desk: PolicyDesk) -> list[str]:
    """Names of programmes and policies: what they share with a sentence says nothing of what it counts."""
    books = desk.books.books.values()
    named = [name for book in books for one in book.programmes.values() for name in (one.label, *one.aliases)]
    return named + [policy.title for policy in desk.library.policies.values()]


def _head(library: Library, within: str | None) -> str:
    """How the clause that is kept to announces itself: （二）初审; empty where none is kept to or it does not."""
    found = RUN_IN.match(library.clause(within).text) if within else None
    return found.group() if found else ""


def _states(desk: PolicyDesk, value: Wanted | None, passage: Passage, places: Sequence[str]) -> bool:
    """Whether a passage states the value that is asked for, of a place that is named or of the place of its policy."""
    if value is None:
        return True
    region = desk.library.policies[passage.clause.policy_id].region
    told = f"{region}全省我省{passage.sentence}"
    return value.stands_in(passage.sentence) and all(place in told for place in places)


def _value_item(turn: TurnContext, passage: Passage, key: str) -> dict[str, Any] | None:
    """The value that is asked for, where the passage states it, with the marker of the words that do."""
    value = turn.desk.values.values.get(key)
    if value is None or (value.clause, value.sentence) != (passage.clause, passage.sentence):
        return None
    return {"part": value.part, "marker": turn.ledger.hand_out(value.clause.address, value.part)}


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
