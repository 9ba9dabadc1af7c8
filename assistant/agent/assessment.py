"""An assessment asked for with a form or a file instead of a conversation: the same engine, citations and shapes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from assistant.agent.assembly import calculation_of, markers_of, verdict_of, with_standing
from assistant.agent.desk import PolicyDesk
from assistant.agent.evidence import EvidenceLedger
from assistant.agent.tools.measure import assessment_data
from assistant.documents.library import Library
from assistant.errors import InputError, RuleBookError
from assistant.quantities import parse_date
from assistant.rules.assessment import Assessment
from assistant.rules.book import STAGES, FactValue, Programme, RuleBook
from assistant.rules.engine import assess
from assistant.rules.facts import ids_by_name, parse_facts
from assistant.rules.form import Form, check_applicant, programme_form
from assistant.rules.origins import FORM, Origin, field_origins
from assistant.rules.trace import trace
from assistant.rules.trace_steps import value_of

KEYS = ("policy", "programme", "on", "stage", "applicant")


@dataclass(frozen=True)
class Asked:
    """A request that was checked: one set of facts for each scenario."""

    book: RuleBook
    programme: str
    day: date
    stage: str | None
    facts: tuple[dict[str, FactValue], ...]


@dataclass(frozen=True)
class AssessedApplicant:
    """An assessment with everything that an export of it needs.

    `data` is its JSON form, `form` the programme's form (None where it has none), `applicant` the applicant's own words
    for its blanks.
    """

    library: Library
    book: RuleBook
    programme: Programme
    facts: Mapping[str, FactValue]
    applicant: Mapping[str, str]
    form: Form | None
    result: Assessment
    data: dict[str, Any]


def assess_request(
    desk: PolicyDesk,
    request: Mapping[str, Any],
    today: date,
    ledger: EvidenceLedger,
    origins: Mapping[str, Origin] | None = None,
) -> AssessedApplicant:
    """Assess {"policy"?, "programme", "on"?, "stage"?, "keep_asking"?, "facts", "applicant"?, "trace"?}.

    Every key, value and name is checked before the engine runs. With `trace` true the data gain the trace;
    `origins` says where each fact was read, by its name in `facts` (a field of a form when None).
    """
    with_trace, keep_asking = _flag(request, "trace"), _flag(request, "keep_asking")
    asked = read_request(desk, request, today, ("facts",), ("keep_asking", "trace"))
    form = programme_form(asked.book, asked.book.programmes[asked.programme], desk.library)
    own = check_applicant(form, _mapping("applicant", request.get("applicant") or {}, "申报书栏目: 文字"))
    assessed = _assessed(desk, asked, ledger, form, own, keep_asking)
    if with_trace:
        read = _origins(asked.book, request.get("facts", {}), origins)
        assessed.data["trace"] = trace(
            asked.book, asked.programme, asked.facts[0], asked.day, asked.stage, read
        )
    return assessed


def assess_trace(desk: PolicyDesk, stored: Mapping[str, Any], ledger: EvidenceLedger) -> AssessedApplicant:
    """Assess again what a stored trace judged, with the rules of today: its programme, facts, day and stage.

    Raises InputError for facts or a programme that the rule book no longer has, RuleBookError when it is broken.
    """
    book = chosen_book(desk, stored["policy"]["id"])
    gone = [id for id in stored["facts"] if id not in book.facts and id not in book.metrics]
    if gone:
        raise InputError(f"规则册已经改版，不再有事实「{gone[0]}」；请重新问一次，再下载")
    facts = {id: value_of(book, id, plain) for id, plain in stored["facts"].items()}
    programme = _programme(book, stored["programme"])
    asked = Asked(book, programme, date.fromisoformat(stored["on"]), stored["stage"], (facts,))
    form = programme_form(book, book.programmes[programme], desk.library)
    return _assessed(desk, asked, ledger, form, {}, keep_asking=False)


def _assessed(
    desk: PolicyDesk,
    asked: Asked,
    ledger: EvidenceLedger,
    form: Form | None,
    own: dict[str, str],
    keep_asking: bool,
) -> AssessedApplicant:
    """Assess the first set of facts; `own` are the applicant's own words for the blanks of the form."""
    book, programme, day, known = asked.book, asked.programme, asked.day, asked.facts[0]
    result = assess(book, programme, known, day, asked.stage, keep_asking=keep_asking)
    data = assessment_data(ledger, book, result)
    markers = [*markers_of(data), *(note["marker"] for note in data["notes"] if note["marker"])]
    order = {marker: number for number, marker in enumerate(dict.fromkeys(markers), start=1)}
    citations = [ledger.citation(old, new) for old, new in order.items()]
    answer: dict[str, Any] = {
        "policy": book.policy_id,
        "programme": programme,
        "on": day.isoformat(),
        "stage": result.stage,
        "stages": [{"stage": name, "status": str(status)} for name, status in result.stages],
        "applicant": own,
        "verdict": asdict(verdict_of(data, order)),
        "citations": [asdict(citation) for citation in citations],
        "calculations": [asdict(calculation_of(item, order)) for item in data["calculations"]],
        "missing": data["missing"],
        "notes": [{"text": note["text"], "citation": order.get(note["marker"])} for note in data["notes"]],
        "warnings": list(with_standing(data["warnings"], citations)),
    }
    return AssessedApplicant(desk.library, book, book.programmes[programme], known, own, form, result, answer)


def _origins(
    book: RuleBook, facts: Mapping[Any, object], origins: Mapping[str, Origin] | None
) -> dict[str, Origin]:
    """Origins by fact id."""
    ids = ids_by_name(book)
    given = {str(name): value for name, value in facts.items() if value is not None}
    read = field_origins(FORM, given) if origins is None else origins
    return {ids[name.strip()]: read[name] for name in given if name in read}


def read_request(
    desk: PolicyDesk,
    request: Mapping[str, Any],
    today: date,
    scenarios: tuple[str, ...],
    further: tuple[str, ...] = (),
) -> Asked:
    """Check a request whose facts stand under the keys `scenarios`; `further` keys are its caller's.

    Raises InputError, FactError, RuleBookError.
    """
    legal = (*KEYS, *scenarios, *further)
    unknown = sorted(set(map(str, request)) - set(legal))
    if unknown:
        raise InputError(f"不认识的键「{unknown[0]}」；可用的键：{'、'.join(legal)}")
    book = chosen_book(desk, request.get("policy"), request.get("programme"))
    programme = _programme(book, request.get("programme"))
    facts = [_mapping(key, request.get(key, {}), "事实: 值") for key in scenarios]
    day = today if request.get("on") is None else parse_date(str(request["on"]))
    stage = request.get("stage")
    if stage is not None and stage not in STAGES:
        raise InputError(f"stage 的值 {stage!r} 不合法；应为：{'、'.join(STAGES)}")
    return Asked(book, programme, day, stage, tuple(parse_facts(book, item) for item in facts))


def _flag(request: Mapping[str, Any], key: str) -> bool:
    value = request.get(key) or False
    if not isinstance(value, bool):
        raise InputError(f"{key} 的值 {value!r} 不合法；应为 true 或 false")
    return value


def _mapping(key: str, value: object, form: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InputError(f"{key} 的值 {value!r} 不合法；应为「{form}」的对照表")
    return value


def chosen_book(desk: PolicyDesk, policy: object, programme: object = None) -> RuleBook:
    """The rule book of a policy; where none is named, the only one there is, or the only one with that programme.

    Raises InputError, RuleBookError when it is broken.
    """
    books, broken = desk.books.books, desk.books.broken
    if policy is None:
        fitting = [book for book in books.values() if _has(book, programme)] or [*books.values()]
        if len(fitting) == 1:
            return fitting[0]
        if len(broken) == 1 and not books:
            policy = next(iter(broken))
    if policy in broken:
        raise RuleBookError(f"「{policy}」的规则册与条款原文不一致，暂不能判定：{broken[str(policy)]}")
    if policy not in books:
        raise InputError(f"policy 的值 {policy!r} 不合法；有规则册的政策：{'、'.join(books) or '无'}")
    return books[str(policy)]


def _has(book: RuleBook, wanted: object) -> bool:
    return any(
        wanted in (programme.id, programme.label, *programme.aliases)
        for programme in book.programmes.values()
    )


def _programme(book: RuleBook, wanted: object) -> str:
    for programme in book.programmes.values():
        if wanted in (programme.id, programme.label, *programme.aliases):
            return programme.id
    legal = "、".join(f"{programme.id}（{programme.label}）" for programme in book.programmes.values())
    raise InputError(f"programme 的值 {wanted!r} 不合法；可用：{legal}")
