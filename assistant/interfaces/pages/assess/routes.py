"""The page 测算 at `/assess`: a rule book as a form, its verdict beside it, and its files.

GET opens the form, with the facts of a link; POST shows the verdict below what was typed, without JavaScript too.
POST /assess/verdict is the verdict alone, for the page's script; POST /assess/export answers with a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse

from assistant.errors import FactError, InputError, RuleBookError, TiaowenError
from assistant.interfaces.exports.files import content_disposition, format_named
from assistant.interfaces.http.access import assistant_of
from assistant.interfaces.http.opening import Opening
from assistant.interfaces.http.problems import NotReadyError, problem_of
from assistant.interfaces.pages.assess.form import FactsForm, facts_form
from assistant.interfaces.pages.assess.sliders import Slider, sliders
from assistant.interfaces.pages.assess.steps import trace_step
from assistant.interfaces.pages.assess.submitted import (
    FACT,
    OWN,
    Reading,
    Submitted,
    link,
    read,
    read_body,
)
from assistant.interfaces.pages.assess.verdict import VerdictView, verdict_view
from assistant.interfaces.pages.rendering import page, render
from assistant.rules.book import Programme, RuleBook
from assistant.rules.facts import ids_by_name
from assistant.rules.form import Blank, programme_form
from assistant.rules.wording import show

if TYPE_CHECKING:
    from assistant.service import Assistant

router = APIRouter(include_in_schema=False)

_WRONG = 422
_FILES = {"xlsx": "自评价工作簿 XLSX", "docx": "申报书 DOCX", "md": "Markdown", "json": "JSON"}


@dataclass(frozen=True)
class Opened:
    """A form with what was submitted to it: `verdict` is None while nothing was given or it cannot be judged."""

    given: Submitted
    form: FactsForm
    blanks: tuple[Blank, ...]
    reading: Reading
    verdict: VerdictView | None = None
    sliders: list[Slider] = field(default_factory=list)
    contradiction: str | None = None

    @property
    def status(self) -> int:
        """HTTP status: something that was typed is wrong, or not."""
        return _WRONG if self.reading.errors or self.contradiction else 200

    @property
    def link(self) -> str:
        """Where the same facts open again."""
        reading = self.reading
        return link(reading.book.policy_id, reading.programme.id, self.given, reading.typed)


class UnknownProgrammeError(InputError):
    """A link names a policy or a programme that is not there."""


@router.get("/assess", response_class=HTMLResponse)
async def open_form(request: Request) -> HTMLResponse:
    """The form, with the facts of the link that was opened."""
    return await run_in_threadpool(_answer, request, request.url.query.encode())


@router.post("/assess", response_class=HTMLResponse)
async def submit(request: Request) -> HTMLResponse:
    """The form as it was sent, with its verdict."""
    return await run_in_threadpool(_answer, request, await request.body())


@router.post("/assess/verdict", response_class=HTMLResponse)
async def verdict(request: Request) -> HTMLResponse:
    """The verdict alone, as the page holds it, with what is wrong in what was typed."""
    return await run_in_threadpool(_fragment, request, await request.body())


@router.post("/assess/trace", response_class=HTMLResponse)
async def trace(request: Request) -> HTMLResponse:
    """The trace of the verdict, step by step, on a page of its own."""
    return await run_in_threadpool(_trace, request, await request.body())


@router.post("/assess/export")
async def export(request: Request) -> Response:
    """The file that the form asks for; the page with what is wrong when there can be none."""
    return await run_in_threadpool(_file, request, await request.body())


def _answer(request: Request, body: bytes) -> HTMLResponse:
    opening: Opening = request.app.state.opening
    try:
        opening.assistant()
    except NotReadyError as error:
        return page(
            request, "assess_choice.html", 503, waiting=str(error), remark=None, choices=[], broken={}
        )
    assistant = assistant_of(request)
    given = Submitted()
    try:
        given = read_body(body)
        chosen = _chosen(assistant, given)
    except (InputError, RuleBookError) as error:
        return _choice(request, assistant, given, error)
    if chosen is None:
        return _choice(request, assistant, given)
    opened = _judge(assistant, _open(assistant, given, *chosen))
    return _page(request, assistant, opened)


def _page(request: Request, assistant: Assistant, opened: Opened) -> HTMLResponse:
    reading = opened.reading
    context = {
        **_verdict_context(opened),
        "form": opened.form,
        "blanks": opened.blanks,
        "policy": reading.book.policy,
        "programme": reading.programme,
        "choices": _choices(assistant, opened.given, reading.typed),
        "errors": reading.errors,
        "remarks": reading.remarks,
        "typed": _typed(opened),
    }
    return page(request, "assess.html", opened.status, **context)


def _fragment(request: Request, body: bytes) -> HTMLResponse:
    assistant = assistant_of(request)
    opened = _judge(assistant, _sent(assistant, body))
    html = render("assess_verdict.html", **_verdict_context(opened))
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def _trace(request: Request, body: bytes) -> HTMLResponse:
    assistant = assistant_of(request)
    opened = _sent(assistant, body)
    reading = opened.reading
    try:
        assessed = assistant.assess_applicant(reading.request(trace=True))
    except FactError as error:
        return _page(request, assistant, _refused(opened, error))
    return page(
        request,
        "assess_trace.html",
        root=trace_step(assessed.data["trace"]["root"]),
        programme=reading.programme,
        policy=reading.book.policy,
        on=assessed.data["on"],
        left_out=len(reading.errors),
        link=opened.link,
    )


def _sent(assistant: Assistant, body: bytes) -> Opened:
    """The form as the page sends it, which names its programme."""
    given = read_body(body)
    chosen = _chosen(assistant, given)
    if chosen is None:
        raise UnknownProgrammeError("没有说是哪个申报类别；应给出 policy 和 programme")
    return _open(assistant, given, *chosen)


def _file(request: Request, body: bytes) -> Response:
    assistant = assistant_of(request)
    opened = _sent(assistant, body)
    if opened.reading.errors:
        return _page(request, assistant, _judge(assistant, opened))
    form = format_named(opened.given.format or "xlsx")
    wanted = {"applicant": dict(opened.given.applicant), "trace": form.name == "json"}
    try:
        assessed = assistant.assess_applicant(opened.reading.request(**wanted))
    except FactError as error:
        return _page(request, assistant, _refused(opened, error))
    headers = {"Content-Disposition": content_disposition(assessed, form), "Cache-Control": "no-store"}
    return Response(form.make(assessed), media_type=form.media_type, headers=headers)


def _chosen(assistant: Assistant, given: Submitted) -> tuple[RuleBook, Programme] | None:
    """The programme that was asked for, or the only one there is; None when there is a choice.

    Raises UnknownProgrammeError, RuleBookError for a broken book.
    """
    books = assistant.rule_books()
    if given.policy and given.policy not in books.books:
        if given.policy in books.broken:
            raise RuleBookError(
                f"“{given.policy}”的规则册与条款原文不一致，暂不能判定：{books.broken[given.policy]}"
            )
        raise UnknownProgrammeError(f"没有编号为“{given.policy[:60]}”的规则册；可以测算的见下")
    every = [
        (book, programme)
        for book in books.books.values()
        if given.policy in ("", book.policy_id)
        for programme in book.programmes.values()
    ]
    if not given.programme:
        return every[0] if len(every) == 1 else None
    found = [one for one in every if given.programme in (one[1].id, one[1].label, *one[1].aliases)]
    if not found:
        raise UnknownProgrammeError(f"没有名为“{given.programme[:60]}”的申报类别；可以测算的见下")
    return found[0] if len(found) == 1 else None


def _open(assistant: Assistant, given: Submitted, book: RuleBook, programme: Programme) -> Opened:
    form = facts_form(book, programme, assistant.library)
    handed_in = programme_form(book, programme, assistant.library)
    blanks = {blank.name: blank for blank in (handed_in.blanks if handed_in else ()) if blank.is_own}
    return Opened(given, form, tuple(blanks.values()), read(book, programme, form.fields, given))


def _judge(assistant: Assistant, opened: Opened) -> Opened:
    """With the verdict over the facts that can be read; without one while there are none, or where they disagree."""
    reading = opened.reading
    if not reading.facts:
        return opened
    try:
        assessed = assistant.assess_applicant(reading.request(keep_asking=True))
        outlook = assistant.explore(reading.request())
    except FactError as error:
        return _refused(opened, error)
    fields = opened.form.fields
    return replace(
        opened,
        verdict=verdict_view(assessed, outlook, fields),
        sliders=sliders(reading.book, fields, assessed.facts, outlook),
    )


def _refused(opened: Opened, error: FactError) -> Opened:
    """What several facts together say wrong, beside the one that the engine names."""
    errors = dict(opened.reading.errors)
    name = error.fact or ""
    prefix = FACT if name in opened.form.fields else OWN
    errors.setdefault(f"{prefix}{name}", str(error))
    return replace(opened, reading=replace(opened.reading, errors=errors), contradiction=str(error))


def _verdict_context(opened: Opened) -> dict[str, Any]:
    fields = opened.form.fields
    named = {f"{FACT}{id}": one.label for id, one in fields.items()} | {"on": "判定日", "stage": "阶段"}
    return {
        "verdict": opened.verdict,
        "contradiction": opened.contradiction,
        "wrong": [
            (name, named.get(name, name.removeprefix(OWN)), words)
            for name, words in opened.reading.errors.items()
        ],
        "sliders": opened.sliders,
        "asked": len(fields),
        "link": opened.link,
        "files": _FILES,
    }


def _typed(opened: Opened) -> dict[str, str]:
    """What stands in each field, under the field's own name however a link named the fact."""
    given = opened.given
    return {
        **{f"{FACT}{id}": text for id, text in opened.reading.typed.items()},
        **{f"{OWN}{name}": text for name, text in given.applicant.items()},
        "on": given.on,
        "stage": given.stage,
    }


def _choices(assistant: Assistant, given: Submitted, facts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Every policy with a rule book and its programmes; the facts go along to the programmes of the same policy."""
    return [
        {
            "policy": book.policy,
            "programmes": [
                {
                    "id": programme.id,
                    "label": programme.label,
                    "criteria": len(programme.criteria),
                    "total": show(programme.total, "分") if programme.total else "",
                    "href": link(
                        book.policy_id, programme.id, given, facts if _may_hold(book, given, facts) else {}
                    ),
                }
                for programme in book.programmes.values()
            ],
        }
        for book in assistant.rule_books().books.values()
    ]


def _may_hold(book: RuleBook, given: Submitted, facts: Mapping[str, str]) -> bool:
    """Whether facts may be this book's: those of the policy that was named, or all of them known to it."""
    return given.policy in ("", book.policy_id) or all(name in ids_by_name(book) for name in facts)


def _choice(
    request: Request, assistant: Assistant, given: Submitted, error: TiaowenError | None = None
) -> HTMLResponse:
    """The page on which a programme is chosen; `error` says what is wrong with the link."""
    return page(
        request,
        "assess_choice.html",
        problem_of(error).status if error else 200,
        waiting=None,
        remark=str(error) if error else None,
        choices=_choices(assistant, given, given.facts),
        broken={
            id: (assistant.library.policies[id].title, why)
            for id, why in assistant.rule_books().broken.items()
        },
    )
