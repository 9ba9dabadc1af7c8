"""The auditor's pages: every answer that was given, and one of them with all that it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from assistant.errors import AddressError, InputError, RuleBookError, TiaowenError
from assistant.interfaces.http.access import assistant_of
from assistant.interfaces.http.caller import Caller, needs
from assistant.interfaces.http.problems import Problem, problem_of
from assistant.interfaces.http.record_routes import read_filter
from assistant.interfaces.pages.answer_card import VERDICT_CLASSES
from assistant.interfaces.pages.answer_markdown import mark_quote, render_answer
from assistant.interfaces.pages.assess.steps import trace_step
from assistant.interfaces.pages.form_fields import first, form_fields
from assistant.interfaces.pages.rendering import page
from assistant.records.answers import FEEDBACK_STATES, AnswerFilter, StoredAnswer
from assistant.records.days import beijing_time
from assistant.records.inquiries import DISPOSITIONS
from assistant.roles import Role

if TYPE_CHECKING:
    from assistant.reading.reader import ClauseReader
    from assistant.reading.stored_lines import StoredLines
    from assistant.service import Assistant

router = APIRouter(include_in_schema=False)

STATUSES = {"answered": "已答复", "needs_facts": "待补充", "refused": "未收录", "failed": "未能回答"}
VERDICTS = ("符合", "不符合", "待补充")
_VERSION_NAMES = {"program": "程序", "corpus": "政策文本", "encoder": "编码器", "reranker": "重排模型"}
_ROWS = 50
_FIELDS = ("since", "until", "status", "verdict", "engine", "policy", "text", "feedback", "disposition")
Supervisor = Annotated[Caller, Depends(needs(Role.SUPERVISOR))]


@dataclass(frozen=True)
class Shown:
    """A citation as it was shown, and as it stands today: `lines` of the stored file, or why there are none."""

    item: Mapping[str, Any]
    lines: StoredLines | None
    gone: str | None


@router.get("/records")
def records(request: Request, caller: Supervisor, cursor: str | None = None) -> Response:
    """Answers that fit the filter in the URL, newest first."""
    assistant, asked = assistant_of(request), _asked(request)
    problem: Problem | None = None
    wanted = AnswerFilter()
    try:
        wanted = read_filter(**asked)
        found = assistant.records.answers.page(wanted, cursor or None, _ROWS)
    except InputError as error:
        problem = problem_of(error)
        wanted = AnswerFilter()
        found = assistant.records.answers.page(wanted, None, _ROWS)
    kept = {name: value for name, value in asked.items() if value}
    return page(
        request,
        "records.html",
        status=problem.status if problem else 200,
        problem=problem,
        asked=asked,
        filtered=bool(kept),
        total=assistant.records.answers.count(wanted),
        answers=[{"one": one, "at": beijing_time(one.created_at)} for one in found.items],
        next=urlencode({**kept, "cursor": found.next}) if found.next else None,
        first_page=cursor is None,
        query=urlencode(kept),
        statuses=STATUSES,
        verdicts=_same(VERDICTS),
        policies=[(one.id, one.title) for one in assistant.reader.library.policies.values()],
        feedback_states=_same(FEEDBACK_STATES),
        dispositions=_same(DISPOSITIONS),
        classes=VERDICT_CLASSES,
    )


@router.get("/records/{answer_id}")
def record(answer_id: str, request: Request, caller: Supervisor) -> Response:
    """One answer with all that it was made from."""
    return _record(request, answer_id)


@router.post("/records/{answer_id}/replay")
def replay(answer_id: str, request: Request, caller: Supervisor) -> Response:
    """The same page with the answer made again."""
    try:
        again: dict[str, Any] | None = assistant_of(request).replay(answer_id, anyones=True)
        problem = None
    except (InputError, RuleBookError) as error:
        again, problem = None, problem_of(error)
    return _record(request, answer_id, again=again, problem=problem)


@router.post("/records/{answer_id}/feedback/{feedback_id}")
async def resolve(answer_id: str, feedback_id: str, request: Request, caller: Supervisor) -> Response:
    """What became of a remark; back to the answer."""
    resolution = first(form_fields(await request.body()), "resolution")
    try:
        assistant_of(request).records.feedback.handle(feedback_id, caller.name or "", resolution)
    except InputError as error:
        return _record(request, answer_id, problem=problem_of(error), draft=(feedback_id, resolution))
    return RedirectResponse(f"/records/{answer_id}#feedback", 303)


def _record(
    request: Request,
    answer_id: str,
    again: dict[str, Any] | None = None,
    problem: Problem | None = None,
    draft: tuple[str, str] = ("", ""),
) -> Response:
    assistant = assistant_of(request)
    stored = assistant.records.answers.get(answer_id)
    shown = stored.answer
    prefix = f"cite-{stored.id}"
    return page(
        request,
        "record.html",
        status=problem.status if problem else 200,
        problem=problem,
        stored=stored,
        answer=shown,
        at=beijing_time(stored.created_at),
        status_name=STATUSES.get(shown["status"], shown["status"]),
        body=render_answer(shown["answer"], {item["marker"] for item in shown["citations"]}, prefix),
        prefix=prefix,
        around=[
            {"one": turn, "here": turn.id == stored.id}
            for turn in assistant.conversation_turns(stored.conversation_id, anyones=True)
        ],
        facts=_facts(assistant, stored),
        citations=list(_citations(assistant.reader, shown)),
        root=trace_step(stored.trace["root"]) if stored.trace else None,
        versions=_versions(stored, assistant.current_versions()),
        feedback=[
            {"one": one, "at": beijing_time(one.created_at), "handled": beijing_time(one.handled_at)}
            for one in assistant.records.feedback.about(stored.id)
        ],
        again=again,
        draft=draft,
        classes=VERDICT_CLASSES,
    )


def _same(values: Iterable[str]) -> list[tuple[str, str]]:
    """Choices that are shown as they are sent."""
    return [(value, value) for value in values]


def _asked(request: Request) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip() for name in _FIELDS}


def _facts(assistant: Assistant, stored: StoredAnswer) -> list[tuple[str, str]]:
    """(name, value) of what was understood, by the names of today's rule books."""
    books = assistant.rule_books().books
    told = []
    for policy, values in (stored.facts or {}).items():
        book = books.get(policy)
        names = {id: fact.label for id, fact in book.facts.items()} if book else {}
        names |= {id: metric.label for id, metric in book.metrics.items()} if book else {}
        told += [(names.get(id, id), value) for id, value in values.items()]
    return told


def _citations(reader: ClauseReader, shown: Mapping[str, Any]) -> Iterator[Shown]:
    """Each citation with the stored file's lines as they are today."""
    for item in shown["citations"]:
        try:
            clause = reader.resolve(item["address"])
        except TiaowenError as error:
            reason = str(error) if isinstance(error, AddressError) else "今天读不到这一条"
            yield Shown(_marked(item), None, reason)
            continue
        reading = reader.read(clause, item["quote"])
        changed = reading.policy.sha256 != item["source_sha256"]
        gone = "存档文件已经不是当时那一份" if changed else None
        if not reading.quoted:
            gone = "今天的条文里没有这句话"
        yield Shown(_marked(item), reading.lines[0] if reading.lines else None, gone)


def _marked(item: Mapping[str, Any]) -> dict[str, Any]:
    return {**item, "marked": mark_quote(item["text"], item["quote"])}


def _versions(stored: StoredAnswer, today: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the answer was made from beside what there is today."""
    if stored.versions is None:
        return []
    then = _flat(stored.versions)
    now = _flat(today)
    return [
        {
            "label": _VERSION_NAMES.get(name, f"规则册 {name.removeprefix('rule_books/')}"),
            "then": then.get(name),
            "now": now.get(name),
        }
        for name in dict.fromkeys((*then, *now))
        if then.get(name) or now.get(name)
    ]


def _flat(versions: Mapping[str, Any]) -> dict[str, Any]:
    books = {f"rule_books/{policy}": sha for policy, sha in versions.get("rule_books", {}).items()}
    return {name: versions.get(name) for name in _VERSION_NAMES} | books
