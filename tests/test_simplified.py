"""Traditional characters: read as simplified ones, position by position, by phrase; simplified text stays as it is."""

from __future__ import annotations

import pytest

from assistant.quantities import find_quantities
from assistant.service import Assistant
from assistant.simplified import as_written, simplified
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("零碳工廠的碳抵銷佔比最高是多少？", "零碳工厂的碳抵销占比最高是多少？"),
        ("基準線裡面寫乾淨了沒有，乾隆年間", "基准线里面写干净了没有，乾隆年间"),
        ("複核和覆蓋、餘量、1.2億元", "复核和覆盖、余量、1.2亿元"),
        ("plain ASCII 10%", "plain ASCII 10%"),
    ],
)
def test_traditional_characters_are_read_as_simplified_ones(written: str, read: str) -> None:
    assert simplified(written) == read


def test_simplified_text_stays_as_it_is() -> None:
    for path in sorted((ROOT / "corpus").glob("*/text.txt")):
        text = path.read_text(encoding="utf-8")
        assert simplified(text) == text
    assert simplified("照着省里的办法，后台、皇后、么、乾坤") == "照着省里的办法，后台、皇后、么、乾坤"


def test_words_are_shown_as_they_were_written() -> None:
    said = "我們廠去年排放六萬噸，抵銷四萬噸"
    assert as_written("去年排放六万吨", said) == "去年排放六萬噸"
    assert as_written("抵消四万吨", said) == "抵消四万吨", "what was put right is shown as it was read"


ZERO = "fujian-zero-carbon-factory"
SAID = "我們想申報零碳工廠，2021年排放10萬噸，去年排了6萬噸，抵銷4萬噸，夠不夠？"


def test_a_message_in_traditional_characters_gets_the_same_answer(real_assistant: Assistant) -> None:
    answer, plain = real_assistant.ask(SAID), real_assistant.ask(simplified(SAID))
    assert plain.calculations
    assert (answer.verdict, answer.calculations, answer.answer) == (
        plain.verdict,
        plain.calculations,
        plain.answer,
    )
    assert [found.text for found in find_quantities(SAID)][1:] == ["10萬噸", "6萬噸", "4萬噸"]


def test_the_users_own_characters_are_kept(real_assistant: Assistant) -> None:
    answer = real_assistant.ask(SAID)
    kept = real_assistant._records.conversation(answer.conversation_id)
    assert kept.said == (SAID,)
    assert kept.origins[ZERO]["report_emissions"]["words"] == "去年排了6萬噸"


def test_clauses_are_found_by_traditional_characters(real_assistant: Assistant) -> None:
    written, plain = "碳抵銷佔比不超過多少", "碳抵销占比不超过多少"
    found, wanted = ([hit.clause.address for hit in real_assistant.search(one)] for one in (written, plain))
    assert found == wanted
    assert real_assistant.clause_view("管理辦法第八條第二項")["address"] == f"{ZERO}#第八条/（二）"


def test_a_quotation_in_traditional_characters_is_found(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("「企業應每年定期報送碳排放數據」這句話出自哪一條？")
    plain = real_assistant.ask("「企业应每年定期报送碳排放数据」这句话出自哪一条？")
    assert (answer.status, answer.citations) == (plain.status, plain.citations)
