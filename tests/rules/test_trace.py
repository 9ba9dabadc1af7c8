"""The trace tells what the engine did, with origins, exact values and clauses; the same facts give the same bytes."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from assistant.documents.library import Library
from assistant.documents.policy import Policy
from assistant.errors import InputError
from assistant.rules.binding import bound_to
from assistant.rules.book import RuleBook
from assistant.rules.engine import assess
from assistant.rules.facts import parse_facts
from assistant.rules.loading import load_book
from assistant.rules.origins import FILE, SAID, Origin
from assistant.rules.replay import replay
from assistant.rules.trace import trace, trace_metrics, trace_text
from assistant.rules.trace_writing import COLUMNS, trace_prose, trace_rows, trace_table
from tests.rules.conftest import SUBSIDY, library_of

TODAY = date(2026, 11, 21)
Step = Mapping[str, Any]


@pytest.fixture(scope="module")
def subsidy(city: Policy, city_library: Library) -> RuleBook:
    return bound_to(load_book(SUBSIDY / "rules.yaml", city), city_library)


def flat(step: Step) -> Iterator[Step]:
    yield step
    for inner in step.get("steps", ()):
        yield from flat(inner)


def run(book: RuleBook, programme: str, raw: Mapping[str, object], **more: Any) -> dict[str, Any]:
    return trace(book, programme, parse_facts(book, raw), TODAY, **more)


def step(told: Mapping[str, Any], id: str) -> Step:
    return next(found for found in flat(told["root"]) if found["id"] == id)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def test_a_failed_criterion_to_the_last_key(subsidy: RuleBook) -> None:
    origins = {"investment": Origin(FILE, "80万元", place="企业.xlsx 第3行C列")}
    told = run(subsidy, "绿色改造补助", {"investment": "80万元"}, origins=origins)
    assert step(told, "subsidy/size") == {
        "id": "subsidy/size",
        "kind": "criterion",
        "rule": "size",
        "label": "投资规模",
        "stage": "申报",
        "formula": "年度改造投资 ≥ 100万元",
        "status": "不符合",
        "reason": "年度改造投资为80万元，低于要求的100万元；年度改造投资须由80万元增加到100万元，还差20万元",
        "clause": {
            "address": "city-subsidy#第二条/（二）",
            "label": "第二条（二）",
            "quote": "年度改造投资在100万元及以上",
            "sha256": digest("（二）年度改造投资在100万元及以上；"),
        },
        "steps": [
            {
                "id": "subsidy/size/1",
                "kind": "comparison",
                "label": "年度改造投资 ≥ 100万元",
                "substituted": "80万元 ≥ 100万元",
                "value": "80",
                "shown": "80万元",
                "limit": "≥100万元",
                "holds": False,
                "steps": [
                    {
                        "id": "subsidy/size/1/investment",
                        "kind": "fact",
                        "rule": "investment",
                        "label": "年度改造投资",
                        "unit": "万元",
                        "value": "80",
                        "shown": "80万元",
                        "clause": {
                            "address": "city-subsidy#第二条/（二）",
                            "label": "第二条（二）",
                            "quote": "年度改造投资",
                            "sha256": digest("（二）年度改造投资在100万元及以上；"),
                        },
                        "origin": {"source": "文件", "words": "80万元", "place": "企业.xlsx 第3行C列"},
                    }
                ],
            }
        ],
    }
    root = told["root"]
    assert (root["status"], root["substituted"]) == ("不符合", "否决项共3项：待补充2项，不符合1项")
    assert told["facts"] == {"investment": "80"}


def test_an_open_and_a_met_criterion(subsidy: RuleBook) -> None:
    told = run(
        subsidy, "subsidy", {"registered": "是"}, origins={"registered": Origin(SAID, "我们在本市注册", 2)}
    )
    place = step(told, "subsidy/place")
    assert place["status"] == "符合"
    assert place["steps"][0]["shown"] == "是"
    assert place["steps"][0]["holds"] is True
    assert place["steps"][0]["origin"] == {"source": "用户的话", "words": "我们在本市注册", "turn": 2}
    green = step(told, "subsidy/green")
    assert (green["status"], green["operator"]) == ("待补充", "or")
    declared, compared = green["steps"]
    assert (declared["holds"], declared["origin"]) == (None, {"source": "未提供"})
    assert (compared["holds"], compared["low"], compared["limit"]) == (None, "0", "≤3000吨标准煤")
    assert "value" not in compared
    assert "high" not in compared


def test_exact_values_stand_beside_what_is_shown(book: RuleBook) -> None:
    told = run(
        book,
        "零碳工厂",
        {"baseline_emissions": "3万吨", "report_emissions": 0, "offset_emissions": "1万吨"},
    )
    share = step(told, "zero_carbon/carbon_reduction/2/offset_share")
    assert (share["value"], share["shown"]) == ("1/3", "33.33%")
    assert share["formula"] == "碳抵消量 ÷ 2021年碳排放量"
    assert share["substituted"] == "1万吨 ÷ 3万吨"
    item = step(told, "zero_carbon/zc_10")
    assert item["points"] == {"low": "50/3", "high": "50/3", "max": "20"}
    nested = step(told, "zero_carbon/zc_10/offset_score/offset_share/baseline_emissions")
    assert nested["value"] == "30000"


def test_points_within_bounds_and_the_sum_of_the_bounds(book: RuleBook) -> None:
    told = run(book, "零碳工厂", {"score_zc_12": "3至4分"})
    assert told["facts"] == {"score_zc_12": {"low": "3", "high": "4"}}
    assert step(told, "zero_carbon/zc_12")["points"] == {"low": "3", "high": "4", "max": "5"}
    fact = step(told, "zero_carbon/zc_12/score_zc_12")
    assert (fact["low"], fact["high"], fact["shown"]) == ("3", "4", "在3分至4分之间")
    assert told["root"]["points"] == {"low": "3", "high": "99", "max": "100"}


def test_what_follows_from_a_date_says_so_with_its_steps(book: RuleBook) -> None:
    told = run(book, "零碳工厂", {"last_accident_date": "2024-05-01"})
    fact = step(told, "zero_carbon/basic_no_incidents/1")
    assert fact["origin"] == {
        "source": "推算",
        "rule": "判定日 > 最近一次安全、质量、环境污染等事故的日期后36个月之日",
    }
    assert (fact["holds"], fact["shown"]) == (False, "否")
    compared = fact["steps"][0]
    assert (compared["value"], compared["limit"]) == ("2026-11-21", ">2027-05-01")
    assert compared["steps"][0]["value"] == "2024-05-01"
    assert told["facts"] == {"last_accident_date": {"low": "2024-05-01", "high": "2024-05-01"}}


def test_what_a_yes_includes_says_so(book: RuleBook) -> None:
    told = run(book, "零碳工厂", {"basic_conditions": "是"})
    fact = step(told, "zero_carbon/basic_registration/2")
    assert (fact["holds"], fact["origin"]["source"]) == (True, "推算")
    assert fact["origin"]["rule"] == "“基本条件全部符合”为“是”，包含本项"
    assert fact["steps"][0]["rule"] == "basic_conditions"


def test_a_proof_from_one_unknown_keeps_the_parts_open(book: RuleBook) -> None:
    told = run(book, "零碳工厂", {"baseline_emissions": "10万吨", "report_emissions": "6万吨"})
    criterion = step(told, "zero_carbon/carbon_reduction")
    assert criterion["status"] == "不符合"
    assert [part["holds"] for part in criterion["steps"]] == [None, None]
    assert "两者不能同时做到" in criterion["reason"]
    assert "两者不能同时做到" in trace_prose(told)


def test_a_metric_that_was_given_itself_has_an_origin_and_no_inputs(book: RuleBook) -> None:
    told = run(
        book, "零碳工厂", {"碳抵消占比": "40%"}, origins={"offset_share": Origin(SAID, "抵消占比40%", 1)}
    )
    metric = step(told, "zero_carbon/carbon_reduction/2/offset_share")
    assert metric["origin"] == {"source": "用户的话", "words": "抵消占比40%", "turn": 1}
    assert (metric["value"], metric["holds"]) == ("2/5", True)
    assert "steps" not in metric
    assert "第1轮说“抵消占比40%”" in trace_prose(told)


def test_what_is_not_due_yet_is_not_judged(book: RuleBook) -> None:
    facts = {"cultivation_start_emissions": "10万吨", "cultivation_end_emissions": "9万吨"}
    told = run(book, "近零碳工厂", facts, stage="申报")
    later = step(told, "near_zero_carbon/cultivation_reduction")
    assert (later["status"], later["reason"]) == ("待补充", "到验收阶段才能判定")
    assert "steps" not in later
    assert "steps" in step(run(book, "近零碳工厂", facts), "near_zero_carbon/cultivation_reduction")


def applicants(book: RuleBook, programme: str, count: int) -> Iterator[dict[str, object]]:
    chance = random.Random(3)
    needed = [
        fact for id in book.programme(programme).criteria for fact in book.needed[id] if "date" not in fact
    ]
    for _ in range(count):
        raw: dict[str, object] = {}
        for id in dict.fromkeys(needed):
            fact = book.facts[id]
            if chance.random() < 0.5:
                continue
            if fact.type == "boolean":
                raw[id] = chance.random() < 0.8
            else:
                raw[id] = chance.randint(1, int(fact.maximum or 20000))
        yield raw


def kleene(operator: str, values: list[bool | None]) -> bool | None:
    decisive = operator == "or"
    if decisive in values:
        return decisive
    return None if None in values else not decisive


@pytest.mark.parametrize("programme", ["零碳工厂", "近零碳工厂"])
def test_the_tree_is_the_verdict(book: RuleBook, programme: str) -> None:
    """Statuses and points are the engine's; each joined condition is what its parts make it; ids are unique."""
    for raw in applicants(book, programme, 40):
        told, result = run(book, programme, raw), assess(book, programme, parse_facts(book, raw), TODAY)
        assert told["root"]["status"] == result.status.value
        for found, finding in zip(told["root"]["steps"], result.findings, strict=True):
            assert (found["rule"], found["status"]) == (finding.criterion_id, finding.status.value)
            if found["kind"] == "criterion" and "points" not in found:
                truth = kleene(found.get("operator", "and"), [part["holds"] for part in found["steps"]])
                assert truth in ({"符合": [True], "不符合": [False, None], "待补充": [None]}[found["status"]])
        ids = [found["id"] for found in flat(told["root"])]
        assert len(ids) == len(set(ids))
        for found in flat(told["root"]):
            if found["kind"] in ("and", "or"):
                assert found["holds"] == kleene(found["kind"], [part["holds"] for part in found["steps"]])


def test_every_clause_is_quoted_with_the_hash_of_its_text(book: RuleBook, library: Library) -> None:
    told = run(book, "零碳工厂", {})
    clauses = [found["clause"] for found in flat(told["root"]) if "clause" in found]
    assert len(clauses) > 50
    for clause in clauses:
        text = library.clause(clause["address"]).text
        assert clause["quote"] in text
        assert clause["sha256"] == digest(text)


FACTS = {
    "baseline_emissions": "10万吨",
    "report_emissions": "4万吨",
    "offset_emissions": "4万吨",
    "basic_conditions": "是",
    "last_accident_date": "2020-05",
    "score_zc_12": "3至4分",
    "industrial_added_value": "2亿元",
}
ORIGINS = {"report_emissions": Origin(SAID, "去年4万吨", 1)}


def test_the_same_facts_give_the_same_bytes_in_any_order(book: RuleBook) -> None:
    names = list(FACTS)
    texts = set()
    for seed in range(6):
        random.Random(seed).shuffle(names)
        told = run(book, "零碳工厂", {name: FACTS[name] for name in names}, origins=ORIGINS)
        texts.add(json.dumps(told, ensure_ascii=False, sort_keys=True))
    assert len(texts) == 1


@pytest.mark.parametrize("stage", [None, "申报"])
def test_a_trace_that_is_run_again_is_the_same(book: RuleBook, stage: str | None) -> None:
    stored = json.loads(trace_text(run(book, "零碳工厂", FACTS, origins=ORIGINS, stage=stage)))
    again = replay(stored, book)
    assert (again.same, again.differences) == (True, ())
    metrics = trace_metrics(book, ["offset_score"], parse_facts(book, FACTS), TODAY, ORIGINS)
    assert replay(json.loads(trace_text(metrics)), book).same


def test_replay_tells_a_rule_that_changed(book: RuleBook, tmp_path: Path, city: Policy) -> None:
    library = library_of(city, (SUBSIDY / "text.txt").read_text(encoding="utf-8"))
    source = (SUBSIDY / "rules.yaml").read_text(encoding="utf-8")
    file = tmp_path / "rules.yaml"
    file.write_text(source, encoding="utf-8")
    stored = run(bound_to(load_book(file, city), library), "subsidy", {"investment": "90万元"})
    file.write_text(source.replace("investment ≥ 100万元", "investment ≥ 80万元"), encoding="utf-8")
    again = replay(stored, bound_to(load_book(file, city), library))
    assert not again.same
    assert again.differences[0] == "规则册有改动"
    told = "；".join(again.differences)
    assert "“投资规模”（subsidy/size）的结论原为不符合，现为符合" in told
    assert "（subsidy/size/1）的要求原为≥100万元，现为≥80万元" in told
    assert "（subsidy/size/1）的判断原为不成立，现为成立" in told


def test_replay_tells_a_clause_that_changed(subsidy: RuleBook, city: Policy) -> None:
    text = (SUBSIDY / "text.txt").read_text(encoding="utf-8").replace("在本市注册；", "在本市注册的；")
    policy = replace(city, sha256="1" * 64)
    moved = bound_to(load_book(SUBSIDY / "rules.yaml", policy), library_of(policy, text))
    again = replay(run(subsidy, "subsidy", {}), moved)
    assert again.differences == (
        "政策原文有改动",
        "“注册地”（subsidy/place）所引的第二条（一）文字有改动，引文仍在",
        "“在本市注册”（subsidy/place/1）所引的第二条（一）文字有改动，引文仍在",
    )


def test_replay_of_what_cannot_be_run_again(subsidy: RuleBook, book: RuleBook) -> None:
    stored = run(subsidy, "subsidy", {"investment": "90万元"})
    gone = replace(subsidy, programmes={})
    assert replay(stored, gone).trace is None
    assert "不能重算" in replay(stored, gone).differences[-1]
    fewer = {**stored, "facts": {**stored["facts"], "staff": "12"}}
    assert "事实 staff 已不在规则册里" in replay(fewer, subsidy).differences
    with pytest.raises(InputError, match="不是《福建省零碳工厂建设管理办法》的推导"):
        replay(stored, book)
    with pytest.raises(InputError, match="不完整"):
        replay({"version": 1, "policy": stored["policy"]}, subsidy)


def test_prose_can_be_read_aloud(subsidy: RuleBook) -> None:
    origins = {"investment": Origin(SAID, "今年投了80万元", 3)}
    assert trace_prose(run(subsidy, "subsidy", {"investment": "80万元"}, origins=origins)).splitlines() == [
        "《某市工业企业绿色改造补助办法》（现行）：绿色改造补助的推导，判定日2026-11-21",
        "结论：不符合；否决项共3项：待补充2项，不符合1项；申报阶段不符合。",
        "1 注册地：待补充。待确认：在本市注册。其中：在本市注册（未提供）。依据第二条（一）“在本市注册”。",
        "2 投资规模：不符合。年度改造投资为80万元，低于要求的100万元；年度改造投资须由80万元增加到100万元，还差20万元。依据第二条（二）“年度改造投资在100万元及以上”。",
        "2.1 年度改造投资 ≥ 100万元：不成立。80万元 ≥ 100万元。其中：年度改造投资：80万元（第3轮说“今年投了80万元”）。",
        "3 绿色工厂或低能耗：待补充。待确认：市级及以上绿色工厂；或者，年综合能源消费量待定（要求≤3000吨标准煤，尚缺年综合能源消费量）。其中：市级及以上绿色工厂（未提供）。依据第二条（三）“获得市级及以上绿色工厂称号，或者年综合能源消费量不超过3000吨标准煤”。",
        "3.1 年综合能源消费量 ≤ 3000吨标准煤：待定。〔年综合能源消费量〕 ≤ 3000吨标准煤。其中：年综合能源消费量（未提供）。",
    ]


def test_the_rows_of_the_table(book: RuleBook) -> None:
    told = run(book, "零碳工厂", FACTS, origins=ORIGINS)
    rows = trace_rows(told)
    assert all(list(row) == list(COLUMNS) for row in rows)
    assert [row["step"] for row in rows[:4]] == ["结论", "1", "1.1", "1.2"]
    assert rows[2] == {
        "step": "1.1",
        "rule": "碳削减率≥100%",
        "inputs": "2021年碳排放量：10万吨（直接给出）；申报上年度碳排放量：4万吨（第1轮说“去年4万吨”）；碳抵消量：4万吨（直接给出）",
        "formula": "（2021年碳排放量 − 申报上年度碳排放量 + 碳抵消量） ÷ 2021年碳排放量",
        "figures": "（10万吨 − 4万吨 + 4万吨） ÷ 10万吨",
        "value": "100%",
        "exact": "1",
        "limit": "≥100%",
        "result": "成立",
        "clause": "第八条（二）",
        "quote": "企业以2021年为基准期，碳削减率达100%",
    }
    scored = next(row for row in rows if row["rule"] == "温室气体排放核算和报告")
    assert scored["result"] == "待补充，得分在3分至4分之间（满分5分）"
    table = trace_table(told).splitlines()
    assert len(table) == len(rows) + 2
    assert {line.count("|") for line in table} == {len(COLUMNS) + 1}
