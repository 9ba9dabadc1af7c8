"""One folder and no Python: the invented subsidy in a copy of the corpus, asked about, judged and cited."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from assistant.agent.answer import Answer, AnswerStatus
from assistant.documents.library import Library
from assistant.errors import InputError
from assistant.interfaces import cli
from assistant.rules.books import RULES_FILE
from assistant.rules.locking import write_lock
from assistant.service import Assistant
from assistant.settings import Settings
from tests.conftest import ROOT

SUBSIDY = ROOT / "tests" / "rules" / "subsidy"
POLICY = "city-subsidy"
DAY = date(2026, 5, 20)
WINDOW, INVOICE, SCALE, GREEN, OBSOLETE = (f"{POLICY}#第四条/（{number}）" for number in "一二三四五")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with one folder more, its rules locked, and room for its index and records."""
    folder = tmp_path_factory.mktemp("seventh")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    own = shutil.copytree(SUBSIDY, folder / "corpus" / POLICY)
    library = Library.load(folder / "corpus")
    write_lock(own / RULES_FILE, library.policies[POLICY], library)
    return folder


@pytest.fixture(scope="module")
def assistant(home: Path) -> Iterator[Assistant]:
    settings = Settings(
        home=ROOT,
        corpus_dir=home / "corpus",
        index_dir=home / "index",
        data_dir=home / "data",
        _env_file=None,
    )
    opened = Assistant.open(settings, today=lambda: DAY)
    yield opened
    opened.close()


def talk(assistant: Assistant, *messages: str) -> Answer:
    answer = assistant.ask(messages[0])
    for message in messages[1:]:
        answer = assistant.ask(message, answer.conversation_id)
    return answer


def cited(answer: Answer) -> set[str]:
    return {citation.address for citation in answer.citations}


def shown(answer: Answer) -> dict[str, str | None]:
    return {item.label: item.display for item in answer.calculations}


def test_the_new_book_is_in_order_beside_the_old_one(assistant: Assistant) -> None:
    assert assistant.health()["rule_books"] == {"fujian-zero-carbon-factory": "ok", POLICY: "ok"}


def test_a_conversation_asks_what_is_missing_and_ends_with_the_verdict(assistant: Assistant) -> None:
    turns = [
        ("我们想申请设备更新奖励，够不够条件？", "invoice_date"),
        ("2025年4月1日开的发票", "equipment"),
        ("设备投资800万元", "obsolete"),
        ("不属于淘汰类产能企业", "green_factory"),
    ]
    said: list[str] = []
    for message, asked in turns:
        said.append(message)
        answer = talk(assistant, *said)
        assert answer.status is AnswerStatus.NEEDS_FACTS
        assert answer.verdict is not None
        assert (answer.verdict.programme, answer.verdict.status) == ("设备更新奖励", "待补充")
        assert answer.missing[0].fact == asked
        assert answer.missing[0].question in answer.answer
    done = talk(assistant, *said, "是市级绿色工厂")
    assert done.status is AnswerStatus.ANSWERED
    assert done.verdict is not None
    assert done.verdict.status == "符合"
    assert shown(done) == {"设备更新奖励金额": "30万元", "设备贷款贴息": "57万元"}
    assert {WINDOW, INVOICE, SCALE, GREEN, OBSOLETE, f"{POLICY}#第五条", f"{POLICY}#第六条"} <= cited(done)
    assert "零碳" not in done.answer


@pytest.mark.parametrize(
    ("told", "words", "clause"),
    [
        ("设备投资199万元", "还差1万元", SCALE),
        ("2024年5月19日开的发票", "早于要求的2024-05-20", INVOICE),
        ("属于淘汰类产能企业", "属于淘汰类产能企业为是", OBSOLETE),
    ],
)
def test_one_failed_condition_ends_it_with_its_clause(
    assistant: Assistant, told: str, words: str, clause: str
) -> None:
    answer = talk(assistant, "我们想申请设备更新奖励，够不够条件？", told)
    assert answer.verdict is not None
    assert answer.verdict.status == "不符合"
    assert words in answer.answer
    assert clause in cited(answer)
    assert not answer.missing


@pytest.mark.parametrize(
    ("question", "label", "amount", "clause"),
    [
        ("设备投资1000万元，设备更新奖励金额是多少？", "设备更新奖励金额", "60万元", "第五条"),
        ("设备投资999万元，设备更新奖励金额是多少？", "设备更新奖励金额", "30万元", "第五条"),
        ("设备投资600万元，设备贷款贴息是多少？", "设备贷款贴息", "47万元", "第六条"),
        ("年度改造投资600万元，绿色改造补助金额是多少？", "补助金额", "50万元", "第三条"),
    ],
)
def test_an_amount_is_computed_and_cited(
    assistant: Assistant, question: str, label: str, amount: str, clause: str
) -> None:
    answer = assistant.ask(question)
    assert shown(answer) == {label: amount}
    assert cited(answer) == {f"{POLICY}#{clause}"}


def test_the_old_policy_is_judged_as_before(assistant: Assistant) -> None:
    answer = talk(assistant, "零碳工厂2021年10万吨，去年6万吨，抵消6万吨，够不够？")
    assert answer.verdict is not None
    assert (answer.verdict.programme, answer.verdict.status) == ("零碳工厂", "不符合")


def request(**changes: object) -> dict[str, object]:
    facts = {"equipment": "800万元", "invoice_date": "2025-04-01", "green_factory": True, "obsolete": False}
    return {"programme": "设备更新奖励", "facts": facts} | changes


def test_an_assessment_finds_the_policy_by_its_programme(assistant: Assistant) -> None:
    result = assistant.assess(request())
    assert (result["policy"], result["programme"], result["verdict"]["status"]) == (POLICY, "renewal", "符合")
    assert result["missing"][0]["why"] == "要据此判定第七条（一）的“节能率”"
    with pytest.raises(
        InputError, match=f"有规则册的政策：fujian-zero-carbon-factory、{POLICY}|{POLICY}、fuj"
    ):
        assistant.assess(request(programme="贷款"))


def test_a_programme_without_points_has_no_score(assistant: Assistant) -> None:
    facts = {"registered": "是", "investment": "100万元", "green_factory": True}
    verdict = assistant.assess({"programme": "绿色改造补助", "facts": facts})["verdict"]
    assert (verdict["status"], verdict["score"]) == ("符合", None)


def test_a_failed_programme_goes_on_asking_when_told_to(assistant: Assistant) -> None:
    failed = request(facts={"obsolete": True})
    assert assistant.assess(failed)["missing"] == []
    asked = [item["fact"] for item in assistant.assess({**failed, "keep_asking": True})["missing"]]
    assert asked[:2] == ["saving_rate", "management_score"]
    assert set(asked[2:]) == {"invoice_date", "equipment", "green_factory", "energy"}
    with pytest.raises(InputError, match="keep_asking 的值 'ja' 不合法；应为 true 或 false"):
        assistant.assess({**failed, "keep_asking": "ja"})


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 6, 30), "设备更新奖励：符合（得分 0–20，满分 20）"),
        (date(2026, 7, 1), "设备更新奖励：不符合"),
        (
            date(2028, 1, 1),
            "判定日2028-01-01已超过《某市工业企业绿色改造补助办法》所定的有效期（至2027-12-31）",
        ),
    ],
)
def test_the_command_line_judges_it_from_a_file(
    home: Path,
    assistant: Assistant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    on: date,
    words: str,
) -> None:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(request(on=on.isoformat()), ensure_ascii=False), encoding="utf-8")
    for name in ("home", "corpus", "index", "data"):
        folder = {"home": ROOT}.get(name, home / name)
        monkeypatch.setenv(f"TIAOWEN_{name.upper()}{'' if name == 'home' else '_DIR'}", str(folder))
    monkeypatch.setattr(sys, "argv", ["tiaowen", "assess", str(file)])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert not ended.value.code
    assert words in capsys.readouterr().out
