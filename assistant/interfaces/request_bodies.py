"""What a request may hold, and the Chinese sentence for one that is not legal; shared by the CLI and the server."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from types import NoneType
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

_SHOWN = 60
_TYPE_NAMES = {
    "string_type": "字符串",
    "int_type": "整数",
    "int_parsing": "整数",
    "int_from_float": "整数",
    "float_type": "数字",
    "float_parsing": "数字",
    "bool_type": "true 或 false",
    "bool_parsing": "true 或 false",
    "dict_type": "对象",
    "list_type": "数组",
}
_FACTS = "（键为事实编号，值为数字、带单位的文字或是/否）"
_LIMITS = {
    "greater_than_equal": ("ge", "不小于"),
    "greater_than": ("gt", "大于"),
    "less_than_equal": ("le", "不大于"),
    "less_than": ("lt", "小于"),
}


# What pydantic puts into a place for each alternative of a union: str, list[dict[str,any]], function-after[…, str].
_ALTERNATIVE = re.compile(r"str|int|float|bool|[a-z-]+\[.*\]")


def _whole(text: str) -> str:
    """Refuse half a character (a lone surrogate), which JSON can carry and no output can."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("含有残缺的字符；应为合法的 Unicode 文字")
    return text


Text = Annotated[str, AfterValidator(_whole)]


class ChatRequest(BaseModel):
    """One message of a conversation."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"message": "碳抵消能不能超过一半？", "stream": False}}
    )

    message: Text = Field(description="要问的话")
    conversation_id: Text | None = Field(default=None, description="接着哪个对话问；不给就开始新对话")
    stream: bool | None = Field(
        default=None, description="true：以 text/event-stream 回答；不给则看 Accept 请求头"
    )
    render: bool = Field(
        default=False, description="流式回答时，在 answer 之前另发一个 html 事件（问答页用）"
    )


def _plain_values(facts: dict[str, Any]) -> dict[str, Any]:
    """Texts, finite numbers and truth values; null stands for unknown and is left out."""
    for name, value in facts.items():
        finite = not isinstance(value, float) or math.isfinite(value)
        if not isinstance(value, (str, int, float, bool, date, NoneType)) or not finite:
            raise ValueError(f"{name} 的值应为数字、带单位的文字或是/否")
        if isinstance(value, str):
            _whole(value)
    return {name: value for name, value in facts.items() if value is not None}


def _words(applicant: dict[str, Any]) -> dict[str, str]:
    """Texts; whole numbers and dates of YAML as they are written, null for not given."""
    for name, value in applicant.items():
        if isinstance(value, bool) or not isinstance(value, (str, int, date, NoneType)):
            raise ValueError(f"{name} 的值应为文字（号码请加引号）")
        _whole(str(value))
    return {name: str(value) for name, value in applicant.items() if value is not None}


Facts = Annotated[dict[Text, Any], AfterValidator(_plain_values)]
Applicant = Annotated[dict[Text, Any], AfterValidator(_words)]


class ProgrammeRequest(BaseModel):
    """Which programme, and for which day."""

    model_config = ConfigDict(extra="forbid")

    policy: Text | None = Field(default=None, description="政策编号；只有一份政策有这个项目时可以不给")
    programme: Text = Field(min_length=1, description="项目编号或中文名，如 zero_carbon 或 零碳工厂")
    on: str | None = Field(default=None, description="按哪一天判定，如 2026-03-01；不给则为今天")
    stage: str | None = Field(
        default=None, description="只判定到哪个阶段为止：申报、培育或验收；不给则判定全部条件"
    )

    @field_validator("on", mode="before")
    @classmethod
    def _iso_date(cls, value: object) -> object:
        """Accept a date of YAML; refuse text that is not an ISO date."""
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, str):
            try:
                date.fromisoformat(value)
            except ValueError as error:
                raise ValueError("应为 年-月-日 形式的日期，如 2026-03-01") from error
        return value

    def payload(self) -> dict[str, Any]:
        """What `Assistant.assess`, `explore` and `compare` take: absent keys are left out."""
        return self.model_dump(exclude_none=True)


class FactsRequest(ProgrammeRequest):
    """Facts of an applicant and one programme."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "programme": "零碳工厂",
                "facts": {
                    "baseline_emissions": "10万吨",
                    "report_emissions": "4万吨",
                    "offset_emissions": "4万吨",
                },
            }
        },
    )

    keep_asking: bool | None = Field(
        default=None, strict=True, description="已经不符合时，是否仍列出还缺的事实"
    )
    facts: Facts = Field(description="事实编号 → 数字、带单位的文字或是/否；不知道的不写")
    applicant: Applicant | None = Field(
        default=None, description="申报书上由企业自己填写的栏目 → 文字，如 企业名称；导出时填入"
    )


class AssessmentRequest(FactsRequest):
    """Facts of an applicant, to be assessed against one programme."""

    trace: bool | None = Field(
        default=None, description="true：结果里附推导（每一步的规则、输入和来源、算式、条款）"
    )


class ComparisonRequest(ProgrammeRequest):
    """Two scenarios of an applicant for the same programme."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "programme": "零碳工厂",
                "facts_a": {
                    "baseline_emissions": "10万吨",
                    "report_emissions": "6万吨",
                    "offset_emissions": 0,
                },
                "facts_b": {
                    "baseline_emissions": "10万吨",
                    "report_emissions": "5万吨",
                    "offset_emissions": "5万吨",
                },
            }
        },
    )

    facts_a: Facts = Field(description="第一种情形的事实，写法与 /api/assessments 的 facts 相同")
    facts_b: Facts = Field(description="第二种情形的事实")


class ReviewRequest(BaseModel):
    """A text to hold against the policies, sentence by sentence."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"text": "碳抵消不得超过基准期的60%。培育期原则上为1年。"}},
    )

    text: Text = Field(description="要逐句核对的文字")


class QuoteRequest(BaseModel):
    """Words that are said to stand in the policies."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"quote": "不得超过基准期的60%", "policy": "fujian-zero-carbon-factory"}
        },
    )

    quote: Text = Field(description="要核对的引文")
    policy: Text | None = Field(default=None, description="据说出自哪份政策：编号、名称或文号；不给则全部查")
    address: Text | None = Field(
        default=None, description="据说出自哪一条：条款地址，或人们的写法，如 第八条第二项"
    )


def describe_errors(errors: Sequence[Mapping[str, Any]], legal: Sequence[str] = ()) -> str:
    """One Chinese sentence for pydantic's errors; `legal` are the field names that exist."""
    alternatives: dict[str, list[Mapping[str, Any]]] = {}
    for error in errors:
        alternatives.setdefault(field_of(error), []).append(error)
    told = (_describe_field(name, same, legal) for name, same in alternatives.items())
    return "；".join(islice((sentence for sentences in told for sentence in sentences), 3))


def _describe_field(name: str, errors: Sequence[Mapping[str, Any]], legal: Sequence[str]) -> list[str]:
    """Alternatives of one field's type are one sentence."""
    kinds = [str(error["type"]) for error in errors]
    if not name or any(kind not in _TYPE_NAMES for kind in kinds):
        return [_describe(error, legal) for error in errors]
    wanted = "或".join(dict.fromkeys(_TYPE_NAMES[kind] for kind in kinds))
    where = _FACTS if "dict_type" in kinds and name.startswith("facts") else ""
    return [f"字段 {name} 应为{wanted}{where}，收到的是 {_shown(errors[0].get('input'))}"]


def field_of(error: Mapping[str, Any]) -> str:
    """The field that an error is about, as `messages[0].content`; empty for the whole request."""
    name = ""
    for part in error["loc"]:
        if isinstance(part, int):
            name += f"[{part}]"
        elif part not in ("body", "query", "path") and not _ALTERNATIVE.fullmatch(part):
            name += f".{part}" if name else part
    return name


def _describe(error: Mapping[str, Any], legal: Sequence[str]) -> str:
    kind = str(error["type"])
    name = field_of(error)
    value = _shown(error.get("input"))
    if kind == "missing":
        return f"缺少字段 {name}" if name else "请求没有正文；应为 JSON 对象"
    if kind == "extra_forbidden":
        return f"不认识的字段 {name}" + (f"；合法的字段有 {'、'.join(legal)}" if legal else "")
    if kind in ("model_attributes_type", "model_type", "dataclass_type") or not name:
        return f"收到的是 {value}，应为 JSON 对象（Content-Type: application/json）"
    if kind in _LIMITS:
        key, words = _LIMITS[kind]
        return f"字段 {name} 应{words} {error['ctx'][key]}，收到的是 {value}"
    if kind == "string_too_short":
        return f"字段 {name} 不能是空的"
    if kind == "value_error":
        return f"字段 {name} 的值 {value} 不合法：{error['ctx']['error']}"
    return f"字段 {name} 的值 {value} 不合法"


def _shown(value: object) -> str:
    text = repr(value).encode("utf-8", "backslashreplace").decode("utf-8")
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
