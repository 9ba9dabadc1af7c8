"""An invented measure of one page, three conditions and a formula: a folder, no Python, and one long conversation."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date

import pytest

from assistant.agent.answer import Answer, AnswerStatus
from assistant.documents.library import Library
from assistant.rules.books import RULES_FILE
from assistant.rules.locking import write_lock
from assistant.service import Assistant
from assistant.settings import Settings
from tests.conftest import ROOT

POLICY = "city-waste-heat"
DAY = date(2026, 5, 20)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("ten-turns")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    own = shutil.copytree(ROOT / "tests" / "ten_turns" / POLICY, folder / "corpus" / POLICY)
    library = Library.load(folder / "corpus")
    write_lock(own / RULES_FILE, library.policies[POLICY], library)
    settings = Settings(
        home=ROOT,
        corpus_dir=folder / "corpus",
        index_dir=folder / "index",
        data_dir=folder / "data",
        _env_file=None,
    )
    opened = Assistant.open(settings, today=lambda: DAY)
    yield opened
    opened.close()


def cited(answer: Answer) -> set[str]:
    return {citation.address.removeprefix(f"{POLICY}#") for citation in answer.citations}


def shown(answer: Answer) -> dict[str, str | None]:
    return {item.label: item.display for item in answer.calculations}


def judged(answer: Answer) -> tuple[str, str]:
    assert answer.verdict is not None
    return (answer.verdict.programme, answer.verdict.status)


def test_one_long_conversation(assistant: Assistant) -> None:
    turn = assistant.ask("余热补贴办法里，余热利用是什么意思？")
    assert "第二条" in cited(turn)

    def say(message: str) -> Answer:
        return assistant.ask(message, turn.conversation_id)

    who = say("补贴申请归谁受理")
    assert "第三条" in cited(who)
    clause = say("余热办法第六条念一下")
    assert cited(clause) == {"第六条"}
    begun = say("我们想申请余热利用补贴，厂子在本市登记注册，够不够条件？")
    assert judged(begun) == ("余热利用补贴", "待补充")
    more = say("一年节能1200吨标准煤")
    assert [item.fact for item in more.missing] == ["equipment"]
    full = say("设备投资500万元")
    assert judged(full) == ("余热利用补贴", "符合")
    assert shown(full)["补贴金额"] == "75万元"
    corrected = say("更正一下，设备投资是280万元")
    assert judged(corrected) == ("余热利用补贴", "不符合")
    assert "第四条/（三）" in cited(corrected)
    supposed = say("如果设备投资是1600万元呢")
    assert judged(supposed) == ("余热利用补贴", "符合")
    assert shown(supposed)["补贴金额"] == "200万元"
    quoted = say("“补贴金额按余热设备投资的20%计算”这句话出自哪一条")
    assert quoted.answer.startswith("没有")
    assert "第五条" in cited(quoted)
    refused = say("浙江的余热利用补贴怎么算")
    assert refused.status is AnswerStatus.REFUSED
    back = say("那按我们实际的，余热利用补贴够条件吗")
    assert judged(back) == ("余热利用补贴", "不符合")
    switched = say("那零碳工厂呢，2021年10万吨，去年6万吨，抵消6万吨")
    assert judged(switched) == ("零碳工厂", "不符合")
    two = say("余热补贴最高多少万元，余热设备几年内不得拆除")
    assert {"第五条", "第六条"} <= cited(two)
    assert say("前面说的都清空").status is AnswerStatus.ANSWERED
    empty = say("余热利用补贴我们够条件吗")
    assert judged(empty) == ("余热利用补贴", "待补充")
