"""The reviewer's pages: the catalogue, a policy, a clause in its stored file, and the search over all of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from assistant.documents.clause import Clause
from assistant.documents.policy import Policy
from assistant.errors import AddressError, AmbiguousClauseError, TiaowenError, UnknownPolicyError
from assistant.interfaces.http.access import assistant_of, checked_message
from assistant.interfaces.http.problems import Problem, problem_of
from assistant.interfaces.pages.answer_markdown import mark_end, mark_quote
from assistant.interfaces.pages.clause_links import ascii_path, clause_href
from assistant.interfaces.pages.rendering import page
from assistant.reading.outline import outline, snippet, way_to
from assistant.retrieval.answerable import UNLIKELY_BELOW
from assistant.search.conditions import Conditions

if TYPE_CHECKING:
    from assistant.reading.reader import ClauseReader, ClauseReading
    from assistant.service import Assistant

router = APIRouter(include_in_schema=False)

ATTRIBUTES = {
    "section": "部分",
    "group": "分组",
    "number": "序号",
    "indicator": "评价指标",
    "requirement": "评价要求",
    "points": "分值",
    "responsible": "责任单位",
    "field": "栏目",
    "options": "选项",
    "blank": "待填",
}
_POLICIES = 40  # policies on a page of the catalogue
_PAGE = 200  # clauses on a policy's page
_HITS = 20
_LONGEST_QUOTE = 1000
Words = Annotated[str, Query()]


@router.get("/policies")
def catalogue(
    request: Request,
    q: Words = "",
    status: Words = "",
    region: Words = "",
    part: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> Response:
    """The catalogue, those policies that fit the words, the status and the region."""
    reader = assistant_of(request).reader
    held = list(reader.library.policies.values())
    fitting = [
        one for one in held if _fits(one, q) and status in ("", one.status) and region in ("", one.region)
    ]
    begin = (part - 1) * _POLICIES
    return page(
        request,
        "policies.html",
        policies=[_entry(reader, policy) for policy in fitting[begin : begin + _POLICIES]],
        fitting=len(fitting),
        part=part,
        parts=max(1, -(-len(fitting) // _POLICIES)),
        choices=held,
        held=len(held),
        statuses=_kinds(one.status for one in held),
        regions=_kinds(one.region for one in held),
        asked={"q": q, "status": status, "region": region},
    )


@router.get("/policies/{policy_id}")
def policy(policy_id: str, request: Request, cursor: str | None = None) -> Response:
    """A policy: what is known of it, its tree, and its text clause by clause."""
    reader = assistant_of(request).reader
    try:
        found = reader.policy(policy_id)
    except UnknownPolicyError as error:
        return _not_found(request, reader, policy_id, error)
    clauses = reader.clauses(policy_id, cursor, _PAGE)
    return page(
        request,
        "policy.html",
        entry=_entry(reader, found),
        programmes=_programmes(reader, policy_id),
        broken=reader.broken_book(policy_id),
        tree=outline(reader.library, policy_id),
        clauses=[{"clause": one, "depth": len(way_to(reader.library, one))} for one in clauses.clauses],
        total=clauses.total,
        cursor=clauses.cursor,
        first_page=cursor is None,
    )


@router.get("/clauses")
def search(request: Request, q: Words = "", policy: Words = "") -> Response:
    """Clauses that answer to words or a number, in one policy or in all."""
    assistant = assistant_of(request)
    reader = assistant.reader
    problem: Problem | None = None
    found: dict[str, Any] | None = None
    if q.strip():
        try:
            found = _found(assistant, checked_message(request, q.strip()), policy)
        except TiaowenError as error:
            problem = problem_of(error)
    return page(
        request,
        "clause_search.html",
        status=problem.status if problem else 200,
        q=q,
        policy=policy,
        policies=list(reader.library.policies.values()),
        found=found,
        problem=problem,
    )


@router.get("/clauses/{address:path}")
def clause(address: str, request: Request, quote: str | None = None) -> Response:
    """A clause at its canonical address; what people write leads there, or to a choice, or to what there is."""
    reader = assistant_of(request).reader
    written = checked_message(request, address)
    if not written.strip():
        return RedirectResponse("/policies", 302)
    try:
        found = reader.resolve(written)
    except AmbiguousClauseError as error:
        return _choice(request, reader, written, quote, error)
    except AddressError as error:
        return _not_found(request, reader, written, error)
    if found.address != address:
        return RedirectResponse(ascii_path(clause_href(found.address, quote)), 302)
    words = quote.strip()[:_LONGEST_QUOTE] if quote else None
    reading = reader.read(found, words or None)
    return page(request, "clause.html", **_reading(reader, reading), asked_quote=words)


def _reading(reader: ClauseReader, reading: ClauseReading) -> dict[str, Any]:
    policy = reading.policy
    quoted = {piece.clause.address: piece.words for piece in reading.quoted}
    running_on = {piece.clause.address for piece in reading.quoted[:-1]}
    shown = {node.address for node, _ in reading.text}
    beyond = [piece.clause for piece in reading.quoted if piece.clause.address not in shown]
    return {
        "reading": reading,
        "quoted_on": beyond[-1] if beyond else None,
        "clause": reading.clause,
        "entry": _entry(reader, policy),
        "tree": reading.tree,
        "body": [
            {
                "clause": node,
                "own": node.address == reading.clause.address,
                "marked": mark_end(text, quoted[node.address])
                if node.address in running_on
                else mark_quote(text, quoted.get(node.address, "")),
            }
            for node, text in reading.text
        ],
        "attributes": [
            (name, reading.clause.attributes[key])
            for key, name in ATTRIBUTES.items()
            if key in reading.clause.attributes
        ],
        "elsewhere": [
            {
                "clause": one.clause,
                "title": reader.library.policies[one.clause.policy_id].title,
                "same_policy": one.clause.policy_id == policy.id,
                "marked": mark_quote(one.clause.text, one.words),
                "words": one.words,
                "length": one.length,
            }
            for one in reading.elsewhere
        ],
    }


def _entry(reader: ClauseReader, policy: Policy) -> dict[str, Any]:
    """A policy as the pages tell of it."""
    return {
        **reader.policy_view(policy.id),
        "standing": reader.standing(policy),
        "broken": reader.broken_book(policy.id) is not None,
        "characters": len(reader.library.source(policy.id)),
    }


def _programmes(reader: ClauseReader, policy_id: str) -> list[str]:
    book = reader.book(policy_id)
    return [one.label for one in book.programmes.values()] if book else []


def _fits(policy: Policy, words: str) -> bool:
    """Whether every word stands in the policy's title, number, issuer, region, names or id."""
    told = "\n".join(
        filter(None, (policy.id, policy.title, policy.number, policy.issuer, policy.region, *policy.aliases))
    )
    return all(word.lower() in told.lower() for word in words.split())


def _kinds(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _found(assistant: Assistant, query: str, policy: str) -> dict[str, Any]:
    conditions = Conditions(policies=(policy,)) if policy else Conditions()
    findings = assistant.find(query, _HITS, conditions)
    return {
        "hits": [
            {
                "clause": hit.clause,
                "title": hit.title,
                "status": hit.policy_status,
                "text": snippet(hit.clause, 140),
            }
            for hit in findings.results
        ],
        "unlikely": findings.answerable < UNLIKELY_BELOW,
    }


def _choice(
    request: Request, reader: ClauseReader, written: str, quote: str | None, error: AmbiguousClauseError
) -> Response:
    choices = [_told(reader, reader.library.clause(address)) for address in error.candidates]
    return page(
        request,
        "clause_choice.html",
        status=409,
        problem=problem_of(error),
        written=written,
        quote=quote,
        choices=choices,
        policies=[],
        heading="是哪一条？",
    )


def _not_found(request: Request, reader: ClauseReader, written: str, error: AddressError) -> Response:
    nearest = reader.nearest(written, error)
    return page(
        request,
        "clause_choice.html",
        status=404,
        problem=problem_of(error),
        written=written,
        quote=None,
        choices=[_told(reader, one) for one in nearest],
        policies=list(reader.library.policies.values()) if not nearest else [],
        heading="没有这份政策" if isinstance(error, UnknownPolicyError) else "没有这一条款",
    )


def _told(reader: ClauseReader, clause: Clause) -> dict[str, Any]:
    policy = reader.library.policies[clause.policy_id]
    return {"clause": clause, "title": policy.title, "status": policy.status, "text": snippet(clause, 80)}
