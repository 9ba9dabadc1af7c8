"""A stand-in for `assistant.service.Assistant` with fixed, realistic answers; `test_fake.py` holds it to the real signatures."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.agent.answer import (
    Answer,
    AnswerStatus,
    Calculation,
    Citation,
    MissingFact,
    ProgressEvent,
    ScoreBounds,
    Verdict,
    VerdictFinding,
)
from assistant.agent.assessment import AssessedApplicant
from assistant.agent.tools.single_use import ToolAnswer
from assistant.agent.understood import FactField, UnderstoodFact
from assistant.agent.verification.grounds import Failure
from assistant.agent.verification.reviewing import Review, ReviewedSentence, ReviewFinding
from assistant.documents.clause import Clause, ClauseKind, Span, Standing
from assistant.documents.library import Library
from assistant.errors import (
    AmbiguousClauseError,
    FactError,
    InputError,
    RuleBookError,
    UnknownAnswerError,
    UnknownClauseError,
    UnknownConversationError,
)
from assistant.kept_dialogue import KeptDialogue
from assistant.reading.quotations import QuoteCheck, QuoteChecker
from assistant.reading.reader import ClauseReader
from assistant.records.conversations import ConversationSummary, PastTurn
from assistant.records.feedback import KINDS, Feedback
from assistant.records.paging import Page
from assistant.records.store import Records
from assistant.rules.books import RuleBooks
from assistant.search.clause_search import ANYWHERE, Findings
from assistant.search.conditions import Conditions
from assistant.settings import Settings
from tests.interfaces.assessing_assistant import AssessingAssistant

STORED_AT = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = "fujian-zero-carbon-factory"
TITLE = "福建省零碳工厂建设管理办法（征求意见稿）"
QUOTE = "不得超过基准期的50%"
CLAUSE_TEXT = (
    "（二）企业以2021年为基准期，碳削减率达100%（其中通过绿证交易、碳汇购买、自愿减排项目开发等碳抵消方式"
    "削减的碳排放量，不得超过基准期的50%）。"
)
CITATION = Citation(
    marker=1,
    policy_id=POLICY,
    title=TITLE,
    address=f"{POLICY}#第八条/（二）",
    label="第八条（二）",
    text=CLAUSE_TEXT,
    quote=QUOTE,
    start=1041,
    end=1053,
    source_sha256="ab" * 32,
    policy_status="征求意见稿",
)
IN_FORCE_CITATION = Citation(
    marker=2,
    policy_id="fuzhou-industry-carbon-peak",
    title="福州市工业领域碳达峰实施方案",
    address="fuzhou-industry-carbon-peak#二/（一）/1",
    label="二（一）1",
    text="推动产业结构优化升级。",
    quote="产业结构 优化升级",
    start=10,
    end=19,
    source_sha256="cd" * 32,
    policy_status="现行",
)
PLAIN = Answer(
    id="",
    conversation_id="",
    status=AnswerStatus.ANSWERED,
    answer="不能。碳抵消方式削减的碳排放量**不得超过基准期的50%** [1]，并应优先自主减排 [2]。未给出的标记 [9] 不成链接。",
    citations=(CITATION, IN_FORCE_CITATION),
    warnings=("《福建省零碳工厂建设管理办法（征求意见稿）》尚在征求意见，正式文本可能不同。",),
    elapsed_ms=12,
)
ASSESSED = Answer(
    id="",
    conversation_id="",
    status=AnswerStatus.NEEDS_FACTS,
    answer="碳削减率达到 100%，抵消占比 40%，都合要求 [1]；其余条件还缺材料，暂不能下结论。",
    verdict=Verdict(
        programme="零碳工厂",
        status="待补充",
        findings=(
            VerdictFinding("碳削减率", "符合", "(10万吨−4万吨+4万吨)÷10万吨 = 100%，要求不低于100%", 1),
            VerdictFinding("近36个月无事故和违法违规", "待补充", "还不知道有没有事故或违法记录", 1),
        ),
        score=ScoreBounds("15", "85", "100"),
    ),
    citations=(CITATION,),
    calculations=(
        Calculation(
            metric="reduction_rate",
            label="碳削减率",
            inputs={"2021年碳排放量": "10万吨", "申报上年度碳排放量": "4万吨", "碳抵消量": "4万吨"},
            formula="(基准期排放 − 报告期排放 + 碳抵消量) ÷ 基准期排放",
            value="1",
            display="100%",
            limit="≥100%",
            passed=True,
            citation=1,
        ),
        Calculation(
            metric="offset_share",
            label="碳抵消占比",
            inputs={"碳抵消量": "4万吨", "2021年碳排放量": "10万吨"},
            formula="碳抵消量 ÷ 基准期排放",
            value="2/5",
            display="40%",
            limit="≤50%",
            passed=True,
            citation=1,
        ),
    ),
    missing=(
        MissingFact("no_accidents_36_months", "近36个月内是否没有安全、质量、环境污染事故？"),
        MissingFact("industrial_added_value", "申报上年度的工业增加值是多少万元？"),
    ),
    elapsed_ms=31,
)
REFUSED = Answer(
    id="",
    conversation_id="",
    status=AnswerStatus.REFUSED,
    answer="收录的五份政策没有说到房贷利率；请咨询贷款银行或当地住房公积金管理中心。",
    elapsed_ms=5,
)
FIELDS = {
    "no_accidents_36_months": FactField(
        policy=POLICY,
        fact="no_accidents_36_months",
        label="近36个月无事故",
        question="近36个月内是否没有安全、质量、环境污染事故？",
        kind="boolean",
        units=(),
        choices=("是", "否", "不适用"),
        minimum=None,
        maximum=None,
        reply="近36个月无事故：",
    ),
    "industrial_added_value": FactField(
        policy=POLICY,
        fact="industrial_added_value",
        label="工业增加值",
        question="申报上年度的工业增加值是多少万元？",
        kind="number",
        units=("万元", "亿元"),
        choices=(),
        minimum=None,
        maximum=None,
        reply="工业增加值：",
    ),
}
KNOWN_FACT = UnderstoodFact(
    policy=POLICY,
    fact="report_emissions",
    label="申报上年度碳排放量",
    value="4万吨",
    unit="吨",
    kind="number",
    words="去年 4 万吨",
    turn=1,
    field=FactField(
        policy=POLICY,
        fact="report_emissions",
        label="申报上年度碳排放量",
        question="去年排放多少吨？",
        kind="number",
        units=("万吨", "吨"),
        choices=(),
        minimum=None,
        maximum=None,
        reply="更正：申报上年度碳排放量：",
    ),
    withdrawal="更正：申报上年度碳排放量不再计入",
)
OUTLOOK: dict[str, Any] = {
    "policy": POLICY,
    "programme": "zero_carbon",
    "label": "零碳工厂",
    "on": "2026-03-01",
    "status": "不符合",
    "score": {"low": "20", "high": "100", "max": "100"},
    "criteria": [
        {
            "criterion": "carbon_reduction",
            "label": "碳削减率",
            "status": "不符合",
            "points": None,
            "citation": 1,
            "facts": [],
            "sentences": ["碳抵消量按最多5万吨计算，申报上年度碳排放量须由6万吨降到5万吨以内，还要减少1万吨"],
        },
        {
            "criterion": "zc_10",
            "label": "碳抵消",
            "status": "已评分",
            "points": {"low": "20", "high": "20", "max": "20"},
            "citation": 1,
            "facts": [],
            "sentences": ["碳抵消量为0吨得20分"],
        },
    ],
    "citations": [asdict(CITATION)],
    "warnings": ["征求意见稿，以正式文件为准。"],
}
COMPARISON: dict[str, Any] = {
    "policy": POLICY,
    "programme": "zero_carbon",
    "label": "零碳工厂",
    "on": "2026-03-01",
    "statuses": ["不符合", "待补充"],
    "scores": [{"low": "20", "high": "100", "max": "100"}, {"low": "0", "high": "80", "max": "100"}],
    "score_difference": {"low": "-20", "high": "-20"},
    "facts": [{"fact": "offset_emissions", "label": "碳抵消量", "a": "0吨", "b": "5万吨"}],
    "metrics": [{"label": "碳削减率", "display": ["40%", "100%"], "citation": 1}],
    "findings": [
        {
            "label": "碳抵消",
            "statuses": ["已评分", "已评分"],
            "points": [{"low": "20", "high": "20", "max": "20"}, {"low": "0", "high": "0", "max": "20"}],
            "citation": 1,
        }
    ],
    "sentences": [],
    "citations": [asdict(CITATION)],
    "warnings": [],
}
HOSTILE = Answer(
    id="",
    conversation_id="",
    status=AnswerStatus.ANSWERED,
    answer='<script>window.broken=1</script> <img src=x onerror="window.broken=1"> [点我](javascript:alert(1)) '
    "![图](https://example.org/x.png) <https://example.org> [1]",
    citations=(
        replace(CITATION, text="<script>window.broken=1</script>" + CLAUSE_TEXT, label="<b>第八条</b>"),
    ),
    missing=(MissingFact("x", '"><img src=x onerror=window.broken=1>'),),
    warnings=("<script>window.broken=1</script>",),
)


@cache
def shipped_reader() -> ClauseReader:
    """The real reader of the shipped corpus: documents need no double."""
    corpus = Path(__file__).resolve().parents[2] / "corpus"
    library = Library.load(corpus)
    return ClauseReader(library, RuleBooks.load(library, corpus), lambda: date(2026, 11, 21))


@dataclass(frozen=True)
class FakeHit:
    """Shape of `assistant.search.clause_search.SearchResult`."""

    clause: Clause
    title: str
    policy_status: str
    score: float


def make_clause(path: str = "第八条/（二）", label: str = "第八条（二）", text: str = CLAUSE_TEXT) -> Clause:
    """A clause with one standing."""
    standing = Standing(text, tuple(range(len(text))), (Span(0, len(text)),))
    return Clause(POLICY, path, ClauseKind.ITEM, label, ("第二章 申报条件", "第八条"), (standing,))


@dataclass
class FakeAssistant:
    """Answers by keyword; `gate`, when set, holds an answer back until the test lets it go."""

    asked: list[tuple[str, str | None]] = field(default_factory=list)
    told: list[Sequence[str] | None] = field(default_factory=list)
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    conversations: dict[str, str | None] = field(default_factory=dict)  # id -> owner
    feedback: list[Feedback] = field(default_factory=list)
    gate: threading.Event | None = None
    closed: bool = False
    warmed: int = 0

    @classmethod
    def open(
        cls,
        settings: object,
        progress: object | None = None,
        today: object = None,
        on_turn: object | None = None,
    ) -> FakeAssistant:
        return cls()

    def ask(
        self,
        message: str,
        conversation_id: str | None = None,
        owner: str | None = None,
        dialogue: KeptDialogue | None = None,
    ) -> Answer:
        self.told.append(dialogue.said if dialogue else None)
        text = message.strip()
        if not text:
            raise InputError("问题是空的；请写出要问的内容")
        if not any(character.isalnum() for character in text):
            raise InputError(f"问题「{text[:20]}」里没有文字；请用文字写出要问的内容")
        if conversation_id is not None:
            self._check_owner(conversation_id, owner, False)
        if "崩溃" in text:
            raise ZeroDivisionError("secret inside")
        if "规则册坏了" in text:
            raise RuleBookError("rules.yaml 的引文不在条款里；请修正 第八条（二） 的 quote")
        self.asked.append((message, conversation_id))
        conversation = conversation_id or f"c_{len(self.conversations) + 1}"
        self.conversations.setdefault(conversation, owner)
        answer = replace(_choose(text), id=f"a_{len(self.stored) + 1}", conversation_id=conversation)
        self.stored[answer.id] = {
            "id": answer.id,
            "conversation_id": conversation,
            "question": message,
            "turn": len(self.asked),
            "created_at": STORED_AT.isoformat(),
            "answer": answer.to_json(),
            "trace": None,
            "facts": {},
            "calls": [],
            "versions": {},
            "asked_on": "2026-01-01",
            "fault": None,
            "failures": [],
        }
        return answer

    def stream(
        self,
        message: str,
        conversation_id: str | None = None,
        owner: str | None = None,
        dialogue: KeptDialogue | None = None,
    ) -> Iterator[ProgressEvent | Answer]:
        if "中途断开" in message:
            yield ProgressEvent("retrieval", "检索条款：碳抵消")
            raise RuleBookError("rules.yaml 的引文不在条款里")
        if "中途崩溃" in message:
            yield ProgressEvent("retrieval", "检索条款：碳抵消")
            raise ZeroDivisionError("secret inside")
        answer = self.ask(message, conversation_id, owner, dialogue)
        yield ProgressEvent("retrieval", "检索条款：碳抵消", (CITATION.address,))
        if self.gate is not None:
            self.gate.wait(20)
        yield ProgressEvent("verify", "核对引文和数字")
        yield answer

    def use_tool(
        self,
        name: str,
        arguments: Mapping[str, Any],
        on_progress: Callable[[ProgressEvent], None] | None = None,
    ) -> ToolAnswer:
        return ToolAnswer(f"{name} [1]", (CITATION,))

    def catalogue(self) -> str:
        return f"- {POLICY}：《{TITLE}》"

    def verify(self, text: str) -> Review:
        if not text.strip():
            raise InputError("要核对的文字是空的；请给出要逐句核对的文字")
        sentence = text.strip()
        wrong = (Failure("number", "60%", "第八条（二）", 11, 14),) if "60%" in text else ()
        finding = ReviewFinding.CONTRADICTED if wrong else ReviewFinding.NOT_FOUND
        return Review(
            (ReviewedSentence(sentence, 0, len(sentence), finding, None, wrong),), ("是征求意见稿",)
        )

    def meanings(self, questions: Sequence[str]) -> NDArray[np.float32]:
        return np.zeros((len(questions), 2), dtype=np.float32)

    def search(
        self, query: str, limit: int = 10, conditions: Conditions = ANYWHERE, before: Sequence[str] = ()
    ) -> list[Any]:
        for name in conditions.policies:
            if name != POLICY:
                raise InputError(f"没有编号或名称为「{name}」的政策；现有：{POLICY}")
        if "查无" in query:
            return []
        hits = [
            FakeHit(make_clause(), TITLE, "征求意见稿", 0.9),
            FakeHit(make_clause("第七条", "第七条"), TITLE, "征求意见稿", 0.4),
        ]
        return hits[:limit]

    def find(
        self, query: str, limit: int = 10, conditions: Conditions = ANYWHERE, before: Sequence[str] = ()
    ) -> Findings:
        found = self.search(query, limit, conditions, before)
        return Findings(found, (0.1234 if "汇率" in query else 0.9) if found else 0.0)

    def clause_view(self, address: str) -> dict[str, Any]:
        if address == "第二项":
            raise AmbiguousClauseError(
                "「第二项」不止一处", (f"{POLICY}#第七条/（二）", f"{POLICY}#第八条/（二）")
            )
        if address not in (f"{POLICY}#第八条/（二）", f"{POLICY}/第八条/（二）", "第八条第二项"):
            raise UnknownClauseError(f"没有条款「{address}」；{TITLE}有第一条至第十五条、附件1至附件4")
        return {
            "address": f"{POLICY}#第八条/（二）",
            "label": "第八条（二）",
            "kind": "item",
            "heading_path": ["第二章 申报条件", "第八条"],
            "text": CLAUSE_TEXT,
            "own_text": CLAUSE_TEXT,
            "attributes": {},
            "standings": [{"spans": [{"start": 1041, "end": 1120}]}],
            "policy": {
                "id": POLICY,
                "title": TITLE,
                "number": None,
                "status": "征求意见稿",
                "sha256": "ab" * 32,
            },
            "parent": f"{POLICY}#第八条",
            "children": [],
            "previous": f"{POLICY}#第八条/（一）",
            "next": f"{POLICY}#第九条",
        }

    def policies(self) -> list[dict[str, Any]]:
        return [
            {"id": POLICY, "title": TITLE, "number": None, "issuer": "福建省工业和信息化厅", "published": None,
             "status": "征求意见稿", "clauses": 120},
            {"id": "fujian-pollution-carbon-synergy", "title": "福建省减污降碳协同增效实施方案",
             "number": "闽环保综合〔2022〕12号", "issuer": "福建省生态环境厅", "published": "2022-09-30",
             "status": "现行", "clauses": 60},
        ]  # fmt: skip

    def assess(self, request: Mapping[str, Any], origins: Mapping[str, Any] | None = None) -> dict[str, Any]:
        for fact, value in request["facts"].items():
            if str(value).startswith("-"):
                raise FactError(f"{fact} 的值 {value} 不合法：不能是负数；请改为 0 或正数，如 4万吨", fact)
        if request["programme"] != "零碳工厂":
            raise InputError(f"没有项目「{request['programme']}」；合法的是 零碳工厂、近零碳工厂")
        parts = ASSESSED.to_json()
        return {
            **{name: parts[name] for name in ("verdict", "citations", "calculations", "missing", "warnings")},
            "notes": [],
        }

    def explore(self, request: Mapping[str, Any]) -> dict[str, Any]:
        self.assess(request)
        return OUTLOOK

    def compare(self, request: Mapping[str, Any]) -> dict[str, Any]:
        for scenario in ("facts_a", "facts_b"):
            self.assess({"programme": request["programme"], "facts": request[scenario]})
        return COMPARISON

    def rule_books(self) -> RuleBooks:
        return RuleBooks({}, {})

    def current_versions(self) -> dict[str, Any]:
        return {"program": "1", "corpus": "ab" * 32, "encoder": "e", "reranker": "linear", "rule_books": {}}

    def history(
        self, owner: str | None, cursor: str | None = None, limit: int = 20
    ) -> Page[ConversationSummary]:
        mine = [id for id, whose in self.conversations.items() if owner is not None and whose == owner]
        turns = {id: self.conversation_turns(id, owner) for id in mine}
        found = [
            ConversationSummary(id, turns[id][0].question[:60], len(turns[id]), STORED_AT, STORED_AT)
            for id in reversed(mine)
        ]
        return Page(tuple(found[:limit]), None)

    def conversation_turns(
        self, conversation_id: str, owner: str | None = None, anyones: bool = False
    ) -> tuple[PastTurn, ...]:
        self._check_owner(conversation_id, owner, anyones)
        return tuple(
            PastTurn(one["id"], one["turn"], one["question"], one["answer"], STORED_AT)
            for one in self.stored.values()
            if one["conversation_id"] == conversation_id
        )

    def forget(self, conversation_id: str, owner: str | None = None, anyones: bool = False) -> int:
        turns = self.conversation_turns(conversation_id, owner, anyones)
        for turn in turns:
            del self.stored[turn.id]
        del self.conversations[conversation_id]
        return len(turns)

    def answer_record(
        self, answer_id: str, owner: str | None = None, anyones: bool = False
    ) -> dict[str, Any]:
        found = self.stored.get(answer_id)
        if found is None or (
            not anyones and self.conversations[found["conversation_id"]] not in (None, owner)
        ):
            raise UnknownAnswerError(f"没有编号为「{answer_id}」的回答记录")
        return found

    def replay(self, answer_id: str, owner: str | None = None, anyones: bool = False) -> dict[str, Any]:
        found = self.answer_record(answer_id, owner, anyones)
        return {"same": True, "differences": (), "versions": [], "trace": None, "answer": found["answer"]}

    def give_feedback(
        self, answer_id: str, kind: str, words: str = "", owner: str | None = None, anyones: bool = False
    ) -> Feedback:
        self.answer_record(answer_id, owner, anyones)
        if kind not in KINDS:
            raise InputError(f"反馈种类「{kind}」不合法；应为{'、'.join(KINDS)}")
        self.feedback.append(
            Feedback(f"f_{len(self.feedback) + 1}", answer_id, kind, words, owner, STORED_AT)
        )
        return self.feedback[-1]

    @cached_property
    def records(self) -> Records:
        """An empty store."""
        folder = tempfile.mkdtemp(prefix="tiaowen-records-")
        return Records.open(Settings(_env_file=None, data_dir=folder))

    def _check_owner(self, conversation_id: str, owner: str | None, anyones: bool) -> None:
        if conversation_id not in self.conversations or (
            not anyones and self.conversations[conversation_id] not in (None, owner)
        ):
            raise UnknownConversationError(
                f"没有编号为「{conversation_id}」的对话，或它不是您的；请开始新对话（接口不带 conversation_id 即可）"
            )

    @property
    def reader(self) -> ClauseReader:
        return shipped_reader()

    def verify_quote(self, quote: str, policy: str | None = None, address: str | None = None) -> QuoteCheck:
        reader = self.reader
        within = reader.resolve(address) if address else reader.named_policy(policy).id if policy else None
        return QuoteChecker(reader.texts, lambda words, inside: [CITATION.address]).check(quote, within)

    def facts_of(self, conversation_id: str, owner: str | None = None) -> tuple[UnderstoodFact, ...]:
        self._check_owner(conversation_id, owner, anyones=False)
        told = any("够不够" in turn.question for turn in self.conversation_turns(conversation_id, owner))
        return (KNOWN_FACT,) if told else ()

    def fields_of(self, missing: Sequence[MissingFact]) -> tuple[FactField | None, ...]:
        return tuple(FIELDS.get(item.fact) for item in missing)

    def programmes_of(self, policies: Collection[str]) -> tuple[str, ...]:
        return ("零碳工厂", "近零碳工厂") if POLICY in policies else ()

    def self_assessment(
        self, answer_id: str, owner: str | None = None, anyones: bool = False
    ) -> AssessedApplicant:
        if self.answer_record(answer_id, owner, anyones)["answer"]["verdict"] is None:
            raise InputError(f"回答「{answer_id}」没有对申报类别作出判定，所以没有自评价可以下载")
        request = {"programme": "零碳工厂", "facts": {"baseline_emissions": "10万吨"}}
        return AssessingAssistant().assess_applicant(request)

    def health(self) -> dict[str, Any]:
        return {
            "ready": True,
            "policies": 2,
            "clauses": 180,
            "rule_books": {POLICY: "ok"},
            "index": {},
            "model": "builtin",
        }

    def warm(self) -> None:
        self.warmed += 1

    def close(self) -> None:
        self.closed = True


def _choose(text: str) -> Answer:
    if "够不够" in text:
        return ASSESSED
    if "房贷" in text:
        return REFUSED
    return HOSTILE if "攻击" in text else PLAIN
