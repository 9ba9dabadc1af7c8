"""The work of the clause tools: search, read, check a quotation, describe a policy. Every result carries markers."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import Any

from assistant.agent.desk import TurnContext
from assistant.agent.intents import Ask, asks_of
from assistant.agent.passages import CALENDAR, Passage, Question
from assistant.agent.premise import CONFIRM
from assistant.agent.programmes import elsewhere, programmes_named
from assistant.agent.sentences import sentences
from assistant.documents.clause import Clause, ClauseKind
from assistant.errors import AddressError, AmbiguousClauseError, InputError, UnknownClauseError

Found = tuple[str, dict[str, Any]]

HITS = 40
PASSAGES = 16
READ_LIMIT = 60
MAX_CANDIDATES = 5
PAGE_NUMBER = 4  # characters that a page number between two lines may add: - 14 -
NEAR_ENOUGH = 0.5
SPACE = re.compile(r"\s+")
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
    clauses = _candidates(turn, f"{query} {before}".strip(), policies, within)
    uncovered = desk.retriever.uncovered(query)
    avoid = elsewhere(desk.books.books, query)
    ruled = _ruled(turn, query)
    known = {clause.address for clause in clauses}
    clauses += [desk.library.clause(address) for address in sorted(ruled - known)]
    about = {named.policy for named in programmes_named(desk.books.books, query)} - set(policies)
    question = Question(query, asks_of(query), before, uncovered, avoid, ruled, frozenset(about))
    passages = desk.ranker.rank(question, clauses)[:PASSAGES]
    turn.progress("retrieval", f"找到 {len(clauses)} 条可能相关的条款", tuple(c.address for c in clauses[:3]))
    items = [_passage_item(turn, passage) for passage in passages]
    lines = [f"[{item['marker']}] 《{item['title']}》{item['label']}：{item['quote']}" for item in items]
    leaders = [passage.clause for passage in passages[:2]]
    artifact = {
        "query": query,
        "passages": items,
        "notes": _notes(turn, query, policies, passages),
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
        return [root, *_below(turn, root)]
    expanded = turn.desk.lexicon.expand(query)
    if Ask.MEANING in asks_of(query):
        expanded += " 本办法所称 是指"
    hits = turn.desk.retriever.search(expanded, limit=HITS, policy_ids=list(policies) or None)
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
    return _item(turn, found[-1], found[-1].text) if found else None


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


def _passage_item(turn: TurnContext, passage: Passage) -> dict[str, Any]:
    item = _item(turn, passage.clause, passage.sentence)
    return item | {"score": passage.score, "coverage": passage.coverage, "order": passage.order}


def _item(turn: TurnContext, clause: Clause, quote: str) -> dict[str, Any]:
    """One quoted sentence as plain data, with its marker."""
    policy = turn.desk.library.policies[clause.policy_id]
    marker = turn.ledger.hand_out(clause.address, quote)
    evidence = turn.ledger.get(marker)
    assert evidence is not None, "the marker was handed out just now"
    return {
        "marker": marker,
        "address": clause.address,
        "policy": clause.policy_id,
        "title": policy.title,
        "policy_status": policy.status,
        "label": clause.label,
        "kind": str(clause.kind),
        "parent": f"{clause.policy_id}#{clause.parent}" if clause.parent else None,
        "children": [child.address for child in turn.desk.library.children(clause)],
        "quote": quote,
        "attributes": dict(clause.attributes),
        "at": evidence.start,
    }


def _items(turn: TurnContext, clause: Clause) -> list[dict[str, Any]]:
    """A clause's own text as one quotation, or line by line where a table keeps its lines apart in the file."""
    if not clause.text:
        return []
    requirement = clause.attributes.get("requirement")
    shown = requirement or clause.attributes.get("indicator")
    if clause.kind in (ClauseKind.ROW, ClauseKind.SUBROW) and shown and shown in clause.text:
        return [_item(turn, clause, shown)]
    _, span, _ = turn.desk.library.cite(clause.address, clause.text)
    stored = turn.desk.library.source(clause.policy_id)[span.start : span.end]
    whole = len(SPACE.sub("", stored)) - len(SPACE.sub("", clause.text)) <= PAGE_NUMBER
    return [_item(turn, clause, part) for part in ([clause.text] if whole else clause.text.split("\n"))]


def read(turn: TurnContext, reference: str, policy: str | None) -> Found:
    """A clause and what stands under it, each with a marker."""
    library = turn.desk.library
    try:
        clause = library.resolve(reference, policy)
    except AmbiguousClauseError as error:
        found = [library.clause(address) for address in error.candidates[:MAX_CANDIDATES]]
        items = [item for one in found for item in _items(turn, one)[:1]]
        return str(error), {"ambiguous": reference, "items": items}
    except UnknownClauseError as error:
        return str(error), {"unknown": str(error), "items": _container(turn, reference, policy)}
    turn.progress("clause", f"阅读{clause.label}", (clause.address,))
    below = _below(turn, clause)
    items = [item for member in (clause, *below) for item in _items(turn, member)]
    lines = [f"[{item['marker']}] {item['label']}：{item['quote']}" for item in items]
    head = {
        "address": clause.address,
        "policy": clause.policy_id,
        "label": clause.label,
        "kind": str(clause.kind),
        "title": library.policies[clause.policy_id].title,
        "heading_path": list(clause.heading_path),
    }
    return "\n".join(lines) or f"{clause.label}（标题）", {"clause": head, "items": items}


def _container(turn: TurnContext, reference: str, policy: str | None) -> list[dict[str, Any]]:
    """The clause that would hold a clause that does not exist: 附件4 for 附件4第11项."""
    path = reference.split("#")[-1]
    while "/" in path:
        path = path.rpartition("/")[0]
        try:
            return _items(turn, turn.desk.library.resolve(path, policy))[:1]
        except AddressError:
            continue
    return _siblings(turn, path, policy)


def _siblings(turn: TurnContext, path: str, policy: str | None) -> list[dict[str, Any]]:
    """The clauses that are numbered like one that does not exist: 专栏1 and 专栏2 for 专栏3."""
    series = re.match(r"附件|专栏", path)
    if policy is None or series is None:
        return []
    named = re.compile(rf"{series.group()}\d+")
    found = [clause for clause in turn.desk.library.clauses(policy) if named.fullmatch(clause.path)]
    return [item for clause in found for item in _items(turn, clause)[:1]]


def _below(turn: TurnContext, clause: Clause) -> list[Clause]:
    """Descendants in reading order, bounded."""
    found: list[Clause] = []
    pending = list(turn.desk.library.children(clause))
    while pending and len(found) < READ_LIMIT:
        child = pending.pop(0)
        found.append(child)
        pending = list(turn.desk.library.children(child)) + pending
    return found


def check_quotation(turn: TurnContext, quotation: str, policies: Sequence[str]) -> Found:
    """Where a quotation stands to the letter (white space aside), else the nearest sentence and what differs."""
    turn.progress("retrieval", "核对引文…")
    wanted = _squeezed(quotation)
    if len(wanted) < 4:
        raise InputError(f"引文「{quotation}」太短；请给出至少 4 个字")
    chosen = [policy for policy in policies if policy in turn.desk.library.policies]
    scope = [
        clause
        for policy in chosen or turn.desk.library.policies
        for clause in turn.desk.library.clauses(policy)
    ]
    exact = [clause for clause in scope if wanted in _squeezed(clause.text)]
    if exact:
        items = [_item(turn, clause, _around(clause.text, wanted)) for clause in exact[:4]]
        return "原文：" + "；".join(i["label"] for i in items), {"found": True, "items": items}
    best, ratio = _nearest(turn, quotation, chosen)
    if best is None or ratio < NEAR_ENOUGH:
        return "没有这句话，也没有接近的原句。", {"found": False, "items": [], "ratio": ratio}
    item = _item(turn, best[0], best[1])
    return f"没有这句话；最接近的是[{item['marker']}]", {
        "found": False,
        "items": [item],
        "ratio": ratio,
        "differences": _differences(quotation, best[1]),
    }


def _nearest(
    turn: TurnContext, quotation: str, policies: Sequence[str]
) -> tuple[tuple[Clause, str] | None, float]:
    hits = turn.desk.retriever.search(quotation, limit=HITS, policy_ids=list(policies) or None)
    best: tuple[Clause, str] | None = None
    best_ratio = 0.0
    for hit in hits:
        clause = turn.desk.library.clause(hit.address)
        for sentence in sentences(clause.text):
            matcher = difflib.SequenceMatcher(None, _squeezed(quotation), _squeezed(sentence), autojunk=False)
            shared = sum(block.size for block in matcher.get_matching_blocks())
            ratio = shared / max(len(_squeezed(quotation)), 1)
            if ratio > best_ratio:
                best, best_ratio = (clause, sentence), ratio
    return best, best_ratio


def _differences(quotation: str, sentence: str) -> list[dict[str, str]]:
    """What the quotation says where the text says otherwise; parts of the sentence outside the quotation are left out."""
    matcher = difflib.SequenceMatcher(None, quotation, sentence, autojunk=False)
    changes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    inner = [c for c in changes if not (c[0] == "insert" and (c[1] == 0 or c[1] == len(quotation)))]
    return [{"said": quotation[a:b], "text": sentence[c:d]} for _, a, b, c, d in inner[:6]]


def _squeezed(text: str) -> str:
    return SPACE.sub("", text).strip("。，；、,.;")


def _around(text: str, squeezed: str) -> str:
    """The sentence that holds the quotation, or its own words where it runs over several."""
    whole = [sentence for sentence in sentences(text) if squeezed in _squeezed(sentence)]
    return whole[0] if whole else _original(text, squeezed)


def _original(text: str, squeezed: str) -> str:
    """The words of `text` that `squeezed` was squeezed from."""
    places = [at for at, char in enumerate(text) if not char.isspace()]
    plain = "".join(text[at] for at in places)
    start = plain.find(squeezed)
    return text[places[start] : places[start + len(squeezed) - 1] + 1]


FRONT_PATHS = (
    "题名",
    "文头/文号",
    "文头/印发机关",
    "文头/通知标题",
    "文头/落款",
    "落款/日期",
    "落款/机关",
    "落款",
)
ASKED_PARTS = (
    (re.compile(r"主送|送给|发给"), ("文头/主送",)),
    (re.compile(r"抄送"), ("抄送", "落款/抄送")),
    (re.compile(r"签|署名|领导"), ("落款/领导署名",)),
    (re.compile(r"公开"), ("文头/公开", "落款/公开")),
)
VALIDITY = re.compile(r"有效期|施行|废止|征求意见")


def describe(turn: TurnContext, policy: str, query: str = "") -> Found:
    """A policy's catalogue entry and the clauses that say it (title, 文号, date, validity).

    `query` names parts that are shown only when asked for: whom it was sent to, who signed.
    """
    library = turn.desk.library
    if policy not in library.policies:
        raise InputError(f"没有编号为「{policy}」的政策；现有：{'、'.join(library.policies)}")
    entry = library.policies[policy]
    clauses = list(library.clauses(policy))
    chosen = [clause for clause in clauses if clause.path in FRONT_PATHS and clause.text]
    chosen += [
        clause
        for clause in clauses
        if clause.kind in (ClauseKind.ARTICLE, ClauseKind.FRONT)
        and VALIDITY.search(clause.text)
        and clause not in chosen
    ]
    asked = [path for words, paths in ASKED_PARTS for path in paths if words.search(query)]
    chosen += [clause for clause in clauses if clause.path in asked and clause.text]
    data = {
        "id": entry.id,
        "title": entry.title,
        "number": entry.number,
        "issuer": entry.issuer,
        "published": entry.published.isoformat() if entry.published else None,
        "status": entry.status,
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else None,
        "valid_to": entry.valid_to.isoformat() if entry.valid_to else None,
        "standing": entry.standing(turn.today),
        "region": entry.region,
        "level": entry.level,
    }
    items = [item for clause in chosen for item in _items(turn, clause)]
    content = f"《{entry.title}》状态：{entry.status}；有效期至：{data['valid_to'] or '文中未写'}"
    return content, {"policy": data, "items": items}
