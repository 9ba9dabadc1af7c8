"""Who calls, what for and how the answer is to be told are set aside; what is asked, and every fact, stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.agent.understanding.framing import Framing
from assistant.agent.understanding.lexicon import Lexicon

CORPUS = Path(__file__).parents[3] / "corpus"


@pytest.fixture(scope="module")
def framing() -> Framing:
    lexicon = Lexicon.load(CORPUS)
    return Framing(lexicon.callers, lexicon.occasions)


@pytest.mark.parametrize(
    ("message", "bare"),
    [
        ("客户问近零碳培育期一般多久", "近零碳培育期一般多久"),
        ("他又问三线一单是啥", "三线一单是啥"),
        (
            "有位大学生来电做作业，他看到方案提到“三线一单”，想知道指的是什么",
            "方案提到“三线一单”，指的是什么",
        ),
        (
            "有位退休老师来电，说他看到新闻讲厦门有个零碳园区，想知道叫什么名字",
            "厦门有个零碳园区，叫什么名字",
        ),
        ("42家这个数指什么，请列一下出处", "42家这个数指什么"),
        ("FFCER成交多少吨，请问我能直接念给他听吗？", "FFCER成交多少吨"),
        ("美丽园区分哪几类？我记得是 3 types", "美丽园区分哪几类？"),
        ("绿证市场价多少钱一张，我要给老板做预算", "绿证市场价多少钱一张"),
        ("我是跑工业口的记者，办法生效了吗", "办法生效了吗"),
        ("孩子做手抄报要写碳普惠，哪几个城市先行先试", "碳普惠，哪几个城市先行先试"),
        ("刚接到一个电话，对方说是泉州做纺织的，问泉州是不是试点", "泉州做纺织的，泉州是不是试点"),
        ("我是环保咨询公司的新人，美丽园区是哪三种类型", "美丽园区是哪三种类型"),
    ],
)
def test_the_question_is_left(message: str, bare: str, framing: Framing) -> None:
    assert framing.unframed(message) == bare


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("有家泉州的水泥企业来电，问零碳工厂怎么报", "水泥企业"),
        ("她说他们厂2021年排放八万吨，抵消比例是多少", "他们厂2021年排放八万吨"),
        ("财务说能耗是4800吨标准煤，近零碳能不能报", "4800吨标准煤"),
        ("老板问我们零碳够格没", "我们零碳够格没"),
        ("我记得去年是4万吨，占比多少", "4万吨"),
        ("抵消占比多少？我记得不是45%", "我记得不是45%"),
    ],
)
def test_facts_in_the_frame_stay(message: str, kept: str, framing: Framing) -> None:
    assert kept in framing.unframed(message)


@pytest.mark.parametrize(
    "message",
    [
        "请列一下出处",
        "我是福州一家做包装的企业，想申报零碳工厂，要什么条件",
        "群众反映强烈的问题怎么解决",
        "林业局怎么答复的",
        "福州方案对企业说了什么要求",
        "“客户问我能不能报”这句话出自哪里",
    ],
)
def test_what_is_no_frame_stays_as_it_is(message: str, framing: Framing) -> None:
    assert framing.unframed(message) == message


def test_without_callers_no_person_is_a_frame() -> None:
    assert Framing((), ()).unframed("客户问近零碳培育期一般多久") == "客户问近零碳培育期一般多久"
