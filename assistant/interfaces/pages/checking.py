"""The page 核对 at `/verify`: is this sentence what the text says, and does each sentence of a paragraph hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from assistant.errors import TiaowenError
from assistant.interfaces.http.access import assistant_of
from assistant.interfaces.http.problems import Problem, problem_of
from assistant.interfaces.pages.form_fields import first, form_fields
from assistant.interfaces.pages.rendering import page
from assistant.reading.quotations import LONGEST

if TYPE_CHECKING:
    from assistant.agent.verification.reviewing import Review, ReviewedSentence
    from assistant.reading.quotations import CheckedPart
    from assistant.service import Assistant

router = APIRouter(include_in_schema=False)

FINDINGS = {
    "exact": ("原文", "pass"),
    "differs": ("有出入", "fail"),
    "not_found": ("未见", "open"),
    "supported": ("有出处", "pass"),
    "contradicted": ("与条款不符", "fail"),
}
FAULTS = {
    "quote": "引文与原文不同",
    "number": "数字没有出处",
    "measure": "数字说的不是这件事",
    "relation": "关系说反了",
    "locator": "没有这一条",
    "equation": "算式不成立",
    "standing": "效力说错了",
    "unsupported": "条款里没有这个意思",
}
QUOTE, PASSAGE = "quote", "passage"


@router.get("/verify")
def form(request: Request, quote: str = "", policy: str = "", address: str = "") -> Response:
    """The two forms; a quotation in the link is checked at once."""
    asked = {"kind": QUOTE, "text": quote, "policy": policy, "address": address}
    return _checked(request, asked) if quote.strip() else _page(request, asked)


@router.post("/verify")
async def submit(request: Request) -> Response:
    """Check what was pasted."""
    fields = form_fields(await request.body())
    asked = {name: first(fields, name) for name in ("kind", "text", "policy", "address")}
    return await run_in_threadpool(_checked, request, asked)


def _checked(request: Request, asked: dict[str, str]) -> Response:
    try:
        assistant = assistant_of(request)
        if asked["kind"] == PASSAGE:
            return _page(request, asked, review=_review(assistant.verify(asked["text"]), asked["text"]))
        return _page(request, asked, check=_quotation(assistant, asked))
    except TiaowenError as error:
        return _page(request, asked, problem=problem_of(error))


def _page(
    request: Request,
    asked: dict[str, str],
    *,
    check: dict[str, Any] | None = None,
    review: dict[str, Any] | None = None,
    problem: Problem | None = None,
) -> Response:
    library = assistant_of(request).reader.library
    return page(
        request,
        "verify.html",
        status=problem.status if problem else 200,
        asked=asked,
        passage=asked["kind"] == PASSAGE,
        policies=list(library.policies.values()),
        check=check,
        review=review,
        problem=problem,
        longest=LONGEST,
    )


def _quotation(assistant: Assistant, asked: dict[str, str]) -> dict[str, Any]:
    found = assistant.verify_quote(asked["text"], asked["policy"] or None, asked["address"] or None)
    return {
        "finding": _finding(str(found.finding)),
        "parts": [_part(part) for part in found.parts],
        "warnings": found.warnings,
    }


def _part(part: CheckedPart) -> dict[str, Any]:
    changes = [one for one in part.differences if one.kind != "same"]
    return {"part": part, "finding": _finding(str(part.finding)), "changes": _pairs(part) if changes else []}


def _pairs(part: CheckedPart) -> list[tuple[str, str]]:
    """What the words say and what the text says in its place, one difference after the other."""
    pairs: list[tuple[str, str]] = []
    waiting = ""
    for one in (*part.differences, None):
        if one is not None and one.kind == "said":
            waiting = one.text
        elif one is not None and one.kind == "text":
            pairs.append((waiting, one.text))
            waiting = ""
        elif waiting:
            pairs.append((waiting, ""))
            waiting = ""
    return pairs


def _review(review: Review, text: str) -> dict[str, Any]:
    findings = [str(one.finding) for one in review.sentences]
    return {
        "sentences": [_sentence(one, text) for one in review.sentences],
        "summary": [
            (*_finding(name), findings.count(name)) for name in ("supported", "contradicted", "not_found")
        ],
        "warnings": review.warnings,
    }


def _sentence(one: ReviewedSentence, text: str) -> dict[str, Any]:
    """A sentence cut where the words begin and end that the clause contradicts."""
    spans = sorted({(fault.start, fault.end) for fault in one.failures if fault.end > fault.start})
    pieces: list[tuple[str, bool]] = []
    at = one.start
    for start, end in spans:
        start, end = max(start, at), min(end, one.end)
        if start < end:
            pieces += [(text[at:start], False), (text[start:end], True)]
            at = end
    pieces.append((text[at : one.end], False))
    return {
        "pieces": [piece for piece in pieces if piece[0]],
        "finding": _finding(str(one.finding)),
        "citation": one.citation,
        "faults": [
            {"what": FAULTS.get(fault.type, "与条款不符"), "words": fault.words, "against": fault.against}
            for fault in one.failures
        ],
    }


def _finding(name: str) -> tuple[str, str]:
    """What people call it, and the class of its chip."""
    return FINDINGS[name]
