"""What people type, read as the texts are written: characters, width, punctuation; what is written so stays as it is."""

from __future__ import annotations

import pytest

from assistant.plain_text import as_written, plain
from assistant.quantities import find_quantities
from assistant.service import Assistant


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
    assert plain(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("２０２１年１０．５万吨，抵消５０％", "2021年10.5万吨，抵消50%"),
        ("我们 21 年十万吨，抵消了 37,500 吨", "我们21年十万吨，抵消了37,500吨"),
        ("2021 年 排放 10 万吨 去年 4 万吨", "2021年 排放10万吨，去年4万吨"),
        ("基准年100,000 tCO2 去年38,000吨", "基准年100,000 tCO2，去年38,000吨"),
        ("抵消 1 万吨 3 万吨", "抵消1万吨，3万吨"),
        ("我们是福建的企业 没有落后设备啊", "我们是福建的企业，没有落后设备啊"),
        ("工业增加值2亿元 强度多少 够不够8", "工业增加值2亿元，强度多少，够不够8"),
        ("2021年10万吨去年6万吨抵消5万吨离标准差多少", "2021年10万吨，去年6万吨，抵消5万吨，离标准差多少"),
        ("排放9.1万吨工业增加值1.3亿元强度多少", "排放9.1万吨，工业增加值1.3亿元，强度多少"),
        ("抵消5万吨行不行", "抵消5万吨行不行"),
        ("去年6万吨左右的排放", "去年6万吨左右的排放"),
        ("我们排了10万吨抵消5万吨，行吗", "我们排了10万吨抵消5万吨，行吗"),
        ("嗯，那个，2021年10万吨，这个嘛，去年4万吨", "2021年10万吨，去年4万吨"),
        ("那个怎么算，这个，多少分", "那个怎么算，这个，多少分"),
        ("零碳 工厂 申报 条件", "零碳 工厂 申报 条件"),
        ("DB35/T 2285—2025 是什么", "DB35/T 2285—2025是什么"),
        ("你好,2021年10万吨,去年4万吨,能报吗?", "你好，2021年10万吨，去年4万吨，能报吗？"),
        ("比例50%,对吧?好.", "比例50%，对吧？好。"),
        ("37,500吨,40,000吨", "37,500吨，40,000吨"),
        ("见 https://a.cn/x?y=1,2&z，12:30", "见 https://a.cn/x?y=1,2&z，12:30"),
    ],
)
def test_width_blanks_and_signs_are_read_as_the_texts_write_them(written: str, read: str) -> None:
    assert plain(written) == read
    assert plain(read) == read


def test_simplified_text_stays_as_it_is() -> None:
    assert plain("照着省里的办法，后台、皇后、么、乾坤") == "照着省里的办法，后台、皇后、么、乾坤"


def test_words_are_shown_as_they_were_written() -> None:
    said = "我們廠去年排放六萬噸，抵銷四萬噸"
    assert as_written("去年排放六万吨", said) == "去年排放六萬噸"
    assert as_written("21年十万吨", "我们 ２１ 年十萬噸, 抵銷 3 万吨") == "２１ 年十萬噸"
    assert as_written("去年6万吨", "嗯，2021年10万吨，呃，去年6萬噸") == "去年6萬噸"
    assert as_written("去年6万吨，抵消", "2021年10万吨去年6萬噸抵消5万吨") == "去年6萬噸抵消"
    assert as_written("抵消四万吨", said) == "抵消四万吨", "what was put right is shown as it was read"


ZERO = "fujian-zero-carbon-factory"
SAID = "我們想申報零碳工廠，2021年排放10萬噸，去年排了6萬噸，抵銷4萬噸，夠不夠？"


def test_a_message_in_traditional_characters_gets_the_same_answer(real_assistant: Assistant) -> None:
    answer, same = real_assistant.ask(SAID), real_assistant.ask(plain(SAID))
    assert same.calculations
    assert (answer.verdict, answer.calculations, answer.answer) == (
        same.verdict,
        same.calculations,
        same.answer,
    )
    assert [found.text for found in find_quantities(SAID)][1:] == ["10萬噸", "6萬噸", "4萬噸"]


def test_the_users_own_characters_are_kept(real_assistant: Assistant) -> None:
    answer = real_assistant.ask(SAID)
    kept = real_assistant._records.conversation(answer.conversation_id)
    assert kept.said == (SAID,)
    assert kept.origins[ZERO]["report_emissions"]["words"] == "去年排了6萬噸"


def test_clauses_are_found_by_traditional_characters(real_assistant: Assistant) -> None:
    written, simple = "碳抵銷佔比不超過多少", "碳抵销占比不超过多少"
    found, wanted = ([hit.clause.address for hit in real_assistant.search(one)] for one in (written, simple))
    assert found == wanted
    assert real_assistant.clause_view("管理辦法第八條第二項")["address"] == f"{ZERO}#第八条/（二）"


def test_a_quotation_in_traditional_characters_is_found(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("「企業應每年定期報送碳排放數據」這句話出自哪一條？")
    simple = real_assistant.ask("「企业应每年定期报送碳排放数据」这句话出自哪一条？")
    assert (answer.status, answer.citations) == (simple.status, simple.citations)


def test_what_is_bought_stays_with_its_amount() -> None:
    assert plain("买了2万吨绿证") == "买了2万吨绿证"
    assert plain("2021年10万吨去年6万吨") == "2021年10万吨，去年6万吨"
