"""The built-in planner: from a question to tool calls, and from their results to the answer.

One step reads the question in its conversation and the results so far, and either asks for tools or writes the draft.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from assistant.agent.answer import AnswerStatus
from assistant.agent.conversation import Conversation
from assistant.agent.thread_results import found_again, in_its_thread, is_left_out, names_its_own, offered
from assistant.agent.understanding.carrying import carried_on, is_in_place, topic_of
from assistant.agent.understanding.intents import COMPARE, COMPUTE, GAP, Intent
from assistant.agent.understanding.points_asked import TOGETHER, PointsAsked, points_asked, points_found
from assistant.agent.understanding.programmes import Named
from assistant.agent.understanding.qualifying import ABILITY, CONDITIONS
from assistant.agent.understanding.reader import Reader
from assistant.agent.understanding.reading import Reading
from assistant.agent.writing import about_facts, places
from assistant.agent.writing import cases as compose_cases
from assistant.agent.writing import clauses as compose_clauses
from assistant.agent.writing import contrast as compose_contrast
from assistant.agent.writing import document_status as compose_status
from assistant.agent.writing import duties as compose_duties
from assistant.agent.writing import lookup as compose_lookup
from assistant.agent.writing import measure as compose_measure
from assistant.agent.writing import outlines as compose_outlines
from assistant.agent.writing import quotations as compose_quotations
from assistant.agent.writing import table_points as compose_points
from assistant.agent.writing import talk as compose_talk
from assistant.agent.writing.draft import Draft, ToolCall, ToolResult
from assistant.agent.writing.refusing import answered
from assistant.agent.writing.several import found_in, joined
from assistant.quantities import find_quantities
from assistant.retrieval.asking import Ask
from assistant.rules.book import FactDefinition, RuleBook
from assistant.rules.books import RuleBooks
from assistant.rules.dimensions import UNITS

MAX_REFERENCES = 3

SUSPENDED = "规则册与政策条款原文不一致，已暂停判定和测算，以免给出错误的数字；规则册改正后即可恢复。政策条款仍可照常查询。"
FORGOTTEN = "好的，这次对话里记下的企业数据已全部清空，可以重新说。"
OFF_TOPIC = (
    "这个问题不在已收录的政策原文范围内，我不能回答。我只回答福建省已收录政策的条款、申报条件和相关测算。"
)
CHECKED = "是的，已重新核对，仍是这个结论。"
EXAMPLES = re.compile(r"；应为|，请写成|，请改用")  # what follows shows figures that nobody said
MEASURING = (Intent.ELIGIBILITY, Intent.METRIC, Intent.GAP, Intent.SOLVE)
TALK = (Intent.GREETING, Intent.FORGET, Intent.RECALL, Intent.CONVERT, Intent.INSIDES, Intent.OFF_TOPIC)


@dataclass(frozen=True)
class Step:
    """Either calls to run, or the text and outcome of the answer."""

    calls: tuple[ToolCall, ...] = ()
    text: str = ""
    outcome: dict[str, Any] = field(default_factory=dict)


class Planner:
    """Plans and writes; holds no state of its own between steps."""

    def __init__(self, reader: Reader, books: RuleBooks) -> None:
        self._reader = reader
        self._books = books

    def read(self, question: str, conversation: Conversation) -> Reading:
        """How the planner understands a message."""
        return self._reader.read(question, conversation)

    def heard(self, message: str, conversation: Conversation) -> str:
        """What of a message is read: without small talk and without what tells how to decide."""
        return self._reader.heard(message, conversation).rest

    def read_all(self, message: str, conversation: Conversation) -> tuple[Reading, ...]:
        """How the planner understands each question of a message."""
        readings: list[Reading] = []
        for asked in self._reader.questions(message, conversation):
            readings.append(self._reader.read(asked, conversation, linked=bool(readings)))
            conversation = carried_on(conversation, readings[-1], (), self._books.books)
        return tuple(readings)

    def step(self, question: str, conversation: Conversation, results: Sequence[ToolResult]) -> Step:
        """The next step of a turn: the questions of a message are answered in order, each with its own results."""
        drafts: list[Draft] = []
        asked_in = conversation
        left = list(results)
        for asked in self._reader.questions(question, conversation):
            reading = self._reader.read(asked, conversation, linked=bool(drafts))
            if drafts and drafts[-1].status is AnswerStatus.REFUSED and not names_its_own(reading):
                continue  # what was refused is not answered by half: 国家级零碳园区要满足哪几条，强度不超多少
            used: list[ToolResult] = []
            while calls := self._calls(reading, conversation, used):
                if len(left) < len(calls):
                    return Step(calls=calls)
                used += left[: len(calls)]
                del left[: len(calls)]
                reading, used = in_its_thread(reading, used, conversation.focus)
            reading, used = found_again(reading, used, conversation)
            choices = offered(used)
            draft = self._draft(reading, used)
            drafts.append(_confirmed(draft) if reading.again else draft)
            conversation = carried_on(conversation, reading, found_in(used), self._books.books)
        measured = results[: len(results) - len(left)]
        draft = joined(drafts, sum(one.name == "assess_programme" for one in measured))
        if self._reader.sets_aside(question, asked_in):
            draft = replace(draft, text=f"{draft.text}\n\n{compose_talk.SET_ASIDE}")
        thread = {
            "query": topic_of(reading),
            "policies": list(reading.policies),
            "choices": choices,
            "within": reading.within,
            "values": [key for result in used[:1] if (key := result.artifact.get("stated"))],
        }
        return Step(text=draft.text, outcome=draft.outcome() | {"thread": thread})

    def _calls(
        self, reading: Reading, conversation: Conversation, results: Sequence[ToolResult]
    ) -> tuple[ToolCall, ...]:
        if not results:
            return self._first_calls(reading, conversation)
        names = {result.name for result in results}
        if (
            names == {"search_clauses"}
            and reading.sides
            and reading.compared
            and not compose_lookup.sides_found(results)
        ):
            return tuple(ToolCall("read_clause", {"reference": address}) for address in reading.compared)
        if (
            reading.intent is Intent.STATUS
            and names == {"search_clauses"}
            and results[0].artifact["passages"]
        ):
            return (
                ToolCall(
                    "describe_policy",
                    {"policy": results[0].artifact["passages"][0]["policy"], "query": reading.message},
                ),
            )
        if names == {"search_clauses"} and is_left_out(reading, results):
            return (ToolCall("compare_values", {"values": list(reading.values), "told": True}),)
        if reading.local and names == {"search_clauses"} and len(results) == len(("own", "others")):
            return () if places.figure_found(results) else self._search(reading)
        if names == {"search_clauses"} and (table := self._table_of(reading, conversation, results)):
            return (_points_of(table),)
        if self._is_lost(reading, conversation, results):
            return (
                ToolCall(
                    "search_clauses",
                    {
                        "query": reading.query,
                        "policies": list(conversation.policies),
                        "before": conversation.query,
                    },
                ),
            )
        if [result.name for result in results] == ["search_clauses"]:
            whole = compose_lookup.clause_to_read(reading, results[0])
            return (ToolCall("read_clause", {"reference": whole}),) if whole else ()
        if [result.name for result in results] == ["search_clauses", "read_clause"]:
            return tuple(
                ToolCall("read_clause", {"reference": path, "policy": policy})
                for policy, path in compose_lookup.clauses_referred_to(results[1])
            )
        return ()

    def _first_calls(self, reading: Reading, conversation: Conversation) -> tuple[ToolCall, ...]:
        if len(reading.values) > 1 and not reading.pinned:
            return (
                ToolCall("compare_values", {"values": list(reading.values), "told": not reading.differs}),
            )
        if _only_unclear(reading):
            return self._candidates(reading)
        if reading.cases:
            return self._side_by_side(reading, conversation)
        if reading.intent is Intent.QUOTATION:
            return (
                ToolCall(
                    "check_quotation", {"quotation": reading.quotation, "policies": list(reading.policies)}
                ),
            )
        table = points_asked(reading, conversation, self._books.books)
        if table:
            return (_points_of(table),)
        if reading.office:
            named = reading.policies or reading.cities or reading.province
            return (ToolCall("find_duties", {"office": reading.office, "policies": list(named)}),)
        if reading.outlines:
            return tuple(ToolCall("outline_policy", asdict(one)) for one in reading.outlines)
        if reading.pinned:
            return tuple(ToolCall("read_clause", {"reference": address}) for address in reading.pinned)
        if reading.intent is Intent.CLAUSE:
            policy = reading.policies[0] if len(reading.policies) == 1 else None
            return tuple(
                ToolCall("read_clause", {"reference": item.path, "policy": policy})
                for item in reading.references[:MAX_REFERENCES]
            )
        if reading.intent is Intent.STATUS:
            wanted = reading.policies or ((reading.programme.policy,) if reading.programme else ())
            if wanted:
                look = ToolCall("search_clauses", {"query": reading.query, "policies": list(wanted[:2])})
                return (
                    *(
                        ToolCall("describe_policy", {"policy": policy, "query": reading.query})
                        for policy in wanted[:2]
                    ),
                    look,
                )
        if reading.intent is Intent.SOLVE and reading.sought:
            return (self._solving(reading, conversation),)
        if reading.intent is Intent.ELIGIBILITY and (programmes := self._scoring(reading, conversation)):
            return tuple(
                self._measuring(
                    "assess_programme", "programme", replace(reading, programme=one), conversation
                )
                for one in programmes
            )
        if reading.intent in (Intent.ELIGIBILITY, Intent.GAP) and reading.programme:
            return (self._measuring("assess_programme", "programme", reading, conversation),)
        if reading.intent is Intent.METRIC and reading.metric:
            return tuple(
                self._measuring("compute_metric", "metric", replace(reading, metric=one), conversation)
                for one in (reading.metric, *reading.metrics)
            )
        if reading.intent is Intent.WHY and reading.asked:
            fact, book = self._fact(reading.asked)
            needing = about_facts.needing_fact(reading, fact, book)
            return (ToolCall("read_clause", {"reference": needing.address}),)
        if reading.intent in TALK or self._suspended(reading):
            return ()
        if (
            reading.compared
            and not reading.sides
            and (COMPARE.search(reading.message) or CONDITIONS.search(reading.message))
        ):
            return tuple(ToolCall("read_clause", {"reference": address}) for address in reading.compared)
        if reading.sides:
            return tuple(
                ToolCall(
                    "search_clauses",
                    {
                        "query": side.query,
                        "policies": list(side.policies),
                        "before": side.before,
                        "within": side.within,
                    },
                )
                for side in reading.sides
            )
        if reading.local:
            return tuple(
                ToolCall("search_clauses", {"query": reading.local.query, "policies": list(policies)})
                for policies in (reading.local.own, reading.local.others)
            )
        return self._search(reading)

    @staticmethod
    def _is_lost(reading: Reading, conversation: Conversation, results: Sequence[ToolResult]) -> bool:
        """Whether nothing answers a question by itself that may leave out what the conversation is about: 南平的侧重点是什么;

        or nothing in the clause that was thought to be meant: 园区呢.
        """
        alone = reading.intent is Intent.LOOKUP and not (
            reading.sides or (reading.before and not reading.within)
        )
        return (
            [result.name for result in results] == ["search_clauses"]
            and alone
            and bool(conversation.query and conversation.focus and conversation.policies)
            and not names_its_own(reading)
            and not reading.foreign
            and not results[0].error
            and not answered(results[0].artifact)
        )

    def _scoring(self, reading: Reading, conversation: Conversation) -> tuple[Named, ...]:
        """做过4个改造能得几分: all programmes that give points for what is told, where none is named and no condition is told."""
        named = reading.programme
        if named is None or named.alias or conversation.programme or Ask.POINTS not in reading.asks:
            return ()
        book, told = self._books.books[named.policy], set(reading.facts.values)
        if any(told & book.behind(id) for id, one in book.criteria.items() if one.points is None):
            return ()
        found = [
            Named(named.policy, one.id)
            for one in book.programmes.values()
            if any(told & book.behind(id) for id in one.criteria if book.criteria[id].points is not None)
        ]
        return tuple(found) if len(found) > 1 else ()

    @staticmethod
    def _search(reading: Reading) -> tuple[ToolCall, ...]:
        """The search for a question; also for its words alone, where it may have left the thread."""
        arguments = {"query": reading.query, "policies": list(reading.policies), "before": reading.before}
        if reading.within:
            arguments["within"] = reading.within
        told: dict[str, Any] = {"value": reading.values[0]} if len(reading.values) == 1 else {}
        look = ToolCall("search_clauses", arguments | told)
        if reading.alone:
            return (look, ToolCall("search_clauses", {"query": reading.message} | told))
        return (look,)

    def _side_by_side(self, reading: Reading, conversation: Conversation) -> tuple[ToolCall, ...]:
        """Each applicant or programme measured by itself."""
        tool, key = (
            ("compute_metric", "metric")
            if reading.intent is Intent.METRIC
            else ("assess_programme", "programme")
        )
        calls = []
        for case in reading.cases:
            own = replace(reading, facts=case.facts, programme=case.programme or reading.programme)
            call = self._measuring(tool, key, own, conversation)
            calls.append(ToolCall(call.name, call.arguments | {"alone": case.apart}))
        return tuple(calls)

    def _suspended(self, reading: Reading) -> bool:
        """Whether somebody asks for a verdict on themselves and no rule book stands that could give one."""
        if self._books.books or not self._books.broken or reading.intent not in (Intent.LOOKUP, *MEASURING):
            return False
        asks = ABILITY.search(reading.message) or GAP.search(reading.message)
        figures = any(item.unit in UNITS for item in find_quantities(reading.message))
        counted = figures and COMPUTE.search(reading.message)
        return bool(counted or (asks and (reading.first_person or figures)))

    def _table_of(
        self, reading: Reading, conversation: Conversation, results: Sequence[ToolResult]
    ) -> PointsAsked | None:
        """The scoring tables' rows at the best clause of a search that met the question."""
        found = results[-1].artifact
        if results[-1].error or not answered(found):
            return None
        return points_found(reading, conversation, self._books.books, found["passages"][0]["address"])

    def _fact(self, id: str) -> tuple[FactDefinition, RuleBook]:
        """A fact that some rule book holds, with its book."""
        book = next(book for book in self._books.books.values() if id in book.facts)
        return book.facts[id], book

    def _candidates(self, reading: Reading) -> tuple[ToolCall, ...]:
        """The clauses of the facts that a figure may be, to name them by."""
        facts = [
            book.facts[fact]
            for book in self._books.books.values()
            for fact in (*reading.facts.ambiguous, *reading.facts.unknown)[0].candidates
            if fact in book.facts
        ]
        addresses = dict.fromkeys(fact.address for fact in facts)
        return tuple(ToolCall("read_clause", {"reference": address}) for address in addresses)

    def _solving(self, reading: Reading, conversation: Conversation) -> ToolCall:
        sought = reading.sought
        assert sought is not None, "only a reading that seeks something is solved"
        policy = next(id for id, book in self._books.books.items() if sought.criterion in book.criteria)
        known = conversation.facts.get(policy, {})
        supposed = is_in_place(reading.facts, known)
        return ToolCall(
            "solve_limit",
            {
                "policy": policy,
                "criterion": sought.criterion,
                "name": sought.name,
                "most": sought.most,
                "points": sought.points,
                "facts": reading.facts.values,
                "supposed": supposed,
            },
        )

    def _measuring(self, tool: str, key: str, reading: Reading, conversation: Conversation) -> ToolCall:
        named = reading.metric if key == "metric" else reading.programme
        assert named is not None
        known = conversation.facts.get(named.policy, {})
        supposed = is_in_place(reading.facts, known)
        arguments = {
            "policy": named.policy,
            key: named.id,
            "facts": reading.facts.values,
            "supposed": supposed,
        }
        judged: dict[str, Any] = {}
        if key == "programme":
            told = [item for item in reading.facts.stated if item.value.endswith("分")]
            together = TOGETHER.search(reading.message) is not None and (
                Ask.POINTS in reading.asks or len(told) > 1
            )
            judged = {"stage": reading.stage, "on": reading.applying, "together": together}
        return ToolCall(tool, arguments | judged)

    def _draft(self, reading: Reading, results: Sequence[ToolResult]) -> Draft:
        if reading.intent is Intent.GREETING:
            return compose_talk.small_talk(reading.talk)
        if reading.intent is Intent.CONVERT:
            return Draft(f"{reading.converted}。", AnswerStatus.ANSWERED)
        if reading.intent is Intent.RECALL:
            return about_facts.noted(reading)
        if reading.intent is Intent.WHY and reading.asked:
            return about_facts.why(reading, *self._fact(reading.asked), results)
        if reading.dropped and reading.intent is Intent.FORGET:
            return about_facts.forgotten(
                [self._fact(id)[0].label for ids in reading.dropped.values() for id in ids]
            )
        if reading.intent is Intent.FORGET:
            return Draft(FORGOTTEN, AnswerStatus.ANSWERED)
        if reading.intent is Intent.INSIDES:
            return compose_talk.insides()
        if reading.intent is Intent.OFF_TOPIC:
            return Draft(OFF_TOPIC, AnswerStatus.REFUSED)
        if self._suspended(reading):
            return Draft(SUSPENDED, AnswerStatus.REFUSED)
        if _only_unclear(reading):
            return compose_measure.ambiguous(reading, self._books, results)
        if reading.cases and not self._suspended(reading):
            return compose_cases.side_by_side(reading, results, self._books)
        failed = [result for result in results if result.error]
        if len(failed) == len(results):
            return _failure(failed[0])
        good = [result for result in results if not result.error]
        told = next((result for result in good if result.name == "compare_values"), None)
        if told:
            return compose_contrast.contrast(reading, told)
        described = [result for result in good if result.name == "describe_policy"]
        first = described[0] if described else good[0]
        rows = next((result for result in good if result.name == "look_up_points"), None)
        if rows:
            return compose_points.table_points(rows)
        if first.name == "find_duties":
            return compose_duties.tasks_of_office(first)
        if first.name == "outline_policy":
            return compose_outlines.outlines(good)
        if first.name == "search_clauses" and reading.local:
            if places.figure_found(good[:2]):
                return places.figure(reading, good[0], good[1])
            return compose_lookup.search(reading, good[2:])
        if first.name == "search_clauses":
            return compose_lookup.search(reading, good)
        if first.name == "read_clause":
            return compose_clauses.clauses(reading, good, failed)
        if first.name == "check_quotation":
            return compose_quotations.quotation(first)
        if first.name == "describe_policy":
            found = next((result for result in good if result.name == "search_clauses"), None)
            return compose_status.status(reading, described, found)
        if first.name == "solve_limit":
            return compose_measure.solved(reading, first, self._books)
        if first.name == "assess_programme":
            if len(good) > 1:
                return compose_measure.in_each_table(reading, good, self._books)
            return compose_measure.assessment(reading, first, self._books)
        return compose_measure.metrics(reading, good, self._books)


def _only_unclear(reading: Reading) -> bool:
    """Whether a message gives figures to measure with and none of them is clear."""
    facts = reading.facts
    return bool(facts.ambiguous or facts.unknown) and not facts.stated and reading.intent in MEASURING


def _confirmed(draft: Draft) -> Draft:
    """The last answer once more, since it was doubted."""
    if draft.status is AnswerStatus.REFUSED:
        return draft
    return replace(draft, text=f"{CHECKED}\n\n{draft.text}")


def _points_of(asked: PointsAsked) -> ToolCall:
    """The call for what is asked of the scoring tables."""
    what = {"criteria": list(asked.criteria), "programmes": list(asked.programmes)}
    how = {"together": asked.together, "most": asked.most, "worth": asked.worth, "whole": asked.whole}
    return ToolCall("look_up_points", {"policy": asked.policy, **what, **how})


def _failure(result: ToolResult) -> Draft:
    """An expected failure of a tool, told as what to correct."""
    kind = result.artifact["error"]
    if kind == "AmbiguousClauseError":
        return Draft(f"{result.error}", AnswerStatus.NEEDS_FACTS)
    if kind == "FactError":
        fact = result.artifact.get("fact")
        said = EXAMPLES.split(str(result.error))[0]
        return Draft(f"{said}。请更正后再说一次。", AnswerStatus.NEEDS_FACTS, pending=fact)
    return Draft(f"{result.error}", AnswerStatus.REFUSED)
