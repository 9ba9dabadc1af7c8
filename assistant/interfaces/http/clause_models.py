"""Shapes of what the clause routes answer, for the OpenAPI document."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from assistant.retrieval.answerable import UNLIKELY_BELOW

_ADDRESS = "fujian-zero-carbon-factory#第八条/（二）"
_SHA256 = "34be30084f3288208a6f8c4d0f7c4f2e6a1d9c2b5e8f7a6b3c4d5e6f7a8b9c0d"


class Hit(BaseModel):
    """One clause found."""

    address: str = Field(description="条款地址", examples=[_ADDRESS])
    policy_id: str
    title: str
    policy_status: str
    label: str
    kind: str
    heading_path: list[str]
    text: str
    score: float


class SearchAnswer(BaseModel):
    """What a search found, best first."""

    query: str
    answerable: float = Field(
        ge=0,
        le=1,
        description=f"资料库里有答案的可能，0 到 1；低于 {UNLIKELY_BELOW} 时多半没有。直接定位到的条款为 1，没有查到为 0",
        examples=[0.93],
    )
    results: list[Hit]


class PolicyView(BaseModel):
    """A policy of the catalogue."""

    id: str = Field(examples=["fujian-zero-carbon-factory"])
    title: str = Field(examples=["福建省零碳工厂建设管理办法"])
    number: str | None = Field(description="文号；原文没有则为 null", examples=["闽环保综合〔2022〕12号"])
    issuer: str | None = Field(description="发文机关", examples=["福建省工业和信息化厅"])
    published: str | None = Field(description="成文日期", examples=["2022-11-30"])
    status: str = Field(description="现行、征求意见稿、已废止或已失效", examples=["征求意见稿"])
    valid_from: str | None = Field(description="自哪一天起施行（含）", examples=[None])
    valid_to: str | None = Field(description="有效期至哪一天（含）", examples=["2028-12-31"])
    region: str = Field(examples=["福建省"])
    level: str = Field(examples=["省级"])
    sha256: str = Field(description="存档原文的 sha256", examples=[_SHA256])
    clauses: int = Field(description="条款数", examples=[163])
    rule_book: bool = Field(description="有没有可用的规则册", examples=[True])


class Catalogue(BaseModel):
    """All policies that are held."""

    policies: list[PolicyView]


class StoredSpan(BaseModel):
    """Half-open range of characters of the stored text."""

    start: int = Field(examples=[1041])
    end: int = Field(examples=[1053])


class StandingView(BaseModel):
    """One place where the clause stands in the stored file."""

    spans: list[StoredSpan] = Field(description="在存档原文里的字符范围，按先后")
    lines: list[int] | None = Field(
        description="所在的首行和末行，从 1 数起；没有自己的文字则为 null", examples=[[27, 29]]
    )


class ClausePolicy(BaseModel):
    """The policy that a clause belongs to."""

    id: str
    title: str
    number: str | None
    status: str
    sha256: str


class RuleView(BaseModel):
    """A rule that rests on the clause."""

    kind: str = Field(description="条件、指标、事实或说明", examples=["指标"])
    id: str = Field(examples=["offset_share"])
    label: str = Field(examples=["碳抵消占比"])
    quote: str = Field(description="规则依据的原文", examples=["不得超过基准期的50%"])
    programmes: list[str] = Field(description="用于哪些申报类别", examples=[["零碳工厂"]])
    detail: str = Field(examples=["限值 ≤50%"])


class ClauseView(BaseModel):
    """A clause with its place in the tree, in the stored file and in the rule book."""

    address: str = Field(description="条款地址，永久有效", examples=[_ADDRESS])
    label: str = Field(examples=["第八条（二）"])
    kind: str = Field(examples=["item"])
    heading_path: list[str]
    text: str = Field(description="条款全文，含下级")
    own_text: str = Field(description="条款自己的文字，不含下级")
    attributes: dict[str, str] = Field(description="表格行的分值、指标等", examples=[{"points": "20"}])
    standings: list[StandingView]
    policy: ClausePolicy
    parent: str | None
    children: list[str]
    previous: str | None
    next: str | None
    rules: list[RuleView] = Field(description="依据本条的规则")


class BriefClause(BaseModel):
    """A clause in a list."""

    address: str = Field(examples=[_ADDRESS])
    label: str = Field(examples=["第八条（二）"])
    kind: str
    heading_path: list[str]
    text: str = Field(description="条款自己的文字，不含下级")
    parent: str | None


class ClauseList(BaseModel):
    """A page of a policy's clauses, in the order of the text."""

    policy_id: str
    total: int = Field(description="这份政策一共有多少条款", examples=[163])
    clauses: list[BriefClause]
    cursor: str | None = Field(
        description="下一页用的 cursor；最后一页为 null", examples=["56ys5YWr5p2hL--8iOS6jO-8iQ"]
    )


class QuotePlaceView(BaseModel):
    """Where words stand."""

    policy_id: str
    title: str
    policy_status: str
    address: str = Field(description="引文开头所在的条款", examples=[_ADDRESS])
    label: str = Field(examples=["第八条（二）"])
    through: str | None = Field(default=None, description="引文结尾所在的条款；与开头相同则为 null")
    words: str = Field(description="原文", examples=["不得超过基准期的50%"])
    before: str = Field(description="同一句里前面的话", examples=["碳削减率达100%（其中"])
    after: str = Field(description="同一句里后面的话", examples=["）。"])
    start: int = Field(description="存档原文里的字符范围 [start, end)", examples=[1041])
    end: int = Field(examples=[1053])
    first_line: int = Field(description="存档原文里的首行，从 1 数起", examples=[27])
    last_line: int = Field(examples=[28])
    source_sha256: str = Field(examples=[_SHA256])


class DifferenceView(BaseModel):
    """A piece of the comparison, in reading order."""

    kind: str = Field(description="same：相同；said：只在引文里；text：只在原文里", examples=["said"])
    text: str = Field(examples=["6"])


class CheckedPartView(BaseModel):
    """One part of what was checked."""

    text: str = Field(examples=["不得超过基准期的60%"])
    start: int = Field(description="在送来的文字里的字符范围 [start, end)", examples=[0])
    end: int = Field(examples=[11])
    finding: str = Field(description="exact：原文；differs：有出入；not_found：未见", examples=["differs"])
    likeness: float = Field(ge=0, le=1, description="与最接近的原文有多像，0 到 1", examples=[0.909])
    places: list[QuotePlaceView] = Field(
        description="原文在哪里，最多 8 处；有出入和未见时是最接近的一处，可能没有"
    )
    differences: list[DifferenceView] = Field(description="有出入时逐字的差别")
    elsewhere: bool = Field(description="是否在指定的政策或条款之外找到")


class QuoteAnswer(BaseModel):
    """What was found of the words."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "finding": "differs",
                "parts": [
                    {
                        "text": "不得超过基准期的60%",
                        "start": 0,
                        "end": 11,
                        "finding": "differs",
                        "likeness": 0.909,
                        "places": [
                            {
                                "policy_id": "fujian-zero-carbon-factory",
                                "title": "福建省零碳工厂建设管理办法",
                                "policy_status": "征求意见稿",
                                "address": _ADDRESS,
                                "label": "第八条（二）",
                                "through": None,
                                "words": "不得超过基准期的50%",
                                "before": "（二）企业以2021年为基准期，碳削减率达100%（其中通过碳抵消方式削减的碳排放量，",
                                "after": "）。",
                                "start": 1041,
                                "end": 1053,
                                "first_line": 27,
                                "last_line": 27,
                                "source_sha256": _SHA256,
                            }
                        ],
                        "differences": [
                            {"kind": "same", "text": "不得超过基准期的"},
                            {"kind": "said", "text": "6"},
                            {"kind": "text", "text": "5"},
                            {"kind": "same", "text": "0%"},
                        ],
                        "elsewhere": False,
                    }
                ],
                "warnings": ["《福建省零碳工厂建设管理办法》目前是征求意见稿，以正式印发的文本为准"],
            }
        }
    )

    finding: str = Field(description="最差的一部分：exact 原文、differs 有出入或 not_found 未见")
    parts: list[CheckedPartView] = Field(description="整段就是原文时只有一部分，否则一句一部分")
    warnings: list[str] = Field(description="所依据的政策不是现行有效的，在这里说明")


class FailureView(BaseModel):
    """Words of a sentence that the clause contradicts."""

    type: str = Field(description="哪一种不符：number、relation、quote、locator 等", examples=["number"])
    words: str = Field(examples=["60%"])
    against: str = Field(description="与什么不符", examples=["第八条（二）"])
    start: int = Field(description="在送来的全文里的字符范围 [start, end)")
    end: int


class ReviewCitation(BaseModel):
    """The clause that a sentence was held against."""

    marker: int
    policy_id: str
    title: str
    address: str
    label: str
    text: str
    quote: str
    start: int
    end: int
    source_sha256: str
    policy_status: str


class ReviewedSentenceView(BaseModel):
    """One sentence and what was found of it."""

    text: str
    start: int
    end: int
    finding: str = Field(
        description="supported 有条款支持；contradicted 与条款不符；not_found 没有查到",
        examples=["supported"],
    )
    citation: ReviewCitation | None
    failures: list[FailureView]


class ReviewAnswer(BaseModel):
    """A text's sentences in order."""

    sentences: list[ReviewedSentenceView]
    summary: dict[str, int] = Field(
        description="各有多少句", examples=[{"supported": 1, "contradicted": 1, "not_found": 0}]
    )
    warnings: list[str]
