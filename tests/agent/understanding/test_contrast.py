"""Which of the texts' values a message compares or asks for."""

from __future__ import annotations

import pytest

from assistant.agent.conversation import Conversation
from assistant.agent.understanding.reader import Reader

CITY, PROVINCE = "fuzhou-industry-carbon-peak", "fujian-pollution-carbon-synergy"
REPLY, ZERO = "fujian-ecology-reply-20251312", "fujian-zero-carbon-factory"
STEEL_25, STEEL_30 = f"{PROVINCE}#三/（五）@1", f"{PROVINCE}#三/（五）@2"
CITY_STEEL = f"{CITY}#三/（一）/1@0"
CITY_FACTORIES, CITY_CHAINS = f"{CITY}#二/（三）/1@0", f"{CITY}#二/（三）/2@0"
FACTORIES, CHAINS = f"{REPLY}#一/段1@0", f"{REPLY}#一/段1@1"
MOTORS, TRANSFORMERS = f"{CITY}#二/（二）/5@0", f"{CITY}#二/（二）/5@2"


def talk(*values: str, query: str = "绿色低碳工厂多少家") -> Conversation:
    return Conversation("c", turns=1, query=query, intent="lookup", values=values)


@pytest.mark.parametrize(
    ("message", "values"),
    [
        ("短流程炼钢占比省里2025年和2030年差多少", (STEEL_25, STEEL_30)),
        ("短流程炼钢2025、2030两个目标差多少", (STEEL_25, STEEL_30)),
        ("短流程炼钢2025年占比，福州跟省里一样吗", (CITY_STEEL, STEEL_25)),
        ("绿色低碳工厂福州2030年的目标比全省2025年的多几家", (CITY_FACTORIES, FACTORIES)),
        ("福州新增高效节能电机和变压器占比差几个点", (MOTORS, TRANSFORMERS)),
        ("零碳和近零碳的削减率门槛差多少", (f"{ZERO}#第八条/（二）@0", f"{ZERO}#第九条/（三）@0")),
        ("附件3与附件4的碳排放强度满分相差几分", (f"{ZERO}#附件3/8@1", f"{ZERO}#附件4/9@1")),
        ("我们厂绿电占比跟省里非化石能源比重哪个高", ()),
        ("绿电占比和非化石能源消费比重哪个高", ()),
        (
            "省里平板玻璃和福州烧碱的能效标杆比例差多少",
            (f"{PROVINCE}#三/（五）@0", f"{CITY}#三/（一）/2@1"),
        ),
        ("浙江和福建绿色低碳工厂差几家", ()),
        ("和绿色低碳供应链那项相比，多了哪家", ()),
    ],
)
def test_two_values_compared_in_one_message(reader: Reader, message: str, values: tuple[str, ...]) -> None:
    reading = reader.read(message, Conversation("c"))
    assert (reading.values if reading.differs else ()) == values


@pytest.mark.parametrize(
    ("message", "told", "values"),
    [
        ("两个差多少", (STEEL_25, STEEL_30), (STEEL_25, STEEL_30)),
        ("反过来呢", (STEEL_25, STEEL_30), (STEEL_30, STEEL_25)),
        ("和2030年的比差多少", (STEEL_25,), (STEEL_25, STEEL_30)),
        ("跟省里2025年的比多几家", (CITY_FACTORIES,), (CITY_FACTORIES, FACTORIES)),
        ("五年间要提高几个百分点？", (STEEL_30, STEEL_25), (STEEL_30, STEEL_25)),
        ("差几家", (), ()),
    ],
)
def test_what_was_told_before_is_compared(
    reader: Reader, message: str, told: tuple[str, ...], values: tuple[str, ...]
) -> None:
    reading = reader.read(message, talk(*told))
    assert (reading.values if reading.differs else ()) == values


def test_the_same_comparison_of_what_is_named_next(reader: Reader) -> None:
    before = talk(CITY_FACTORIES, FACTORIES, query="福州的绿色工厂比省里多几家")
    assert reader.read("那供应链呢", before).values == (CITY_CHAINS, CHAINS)


@pytest.mark.parametrize(
    ("message", "value"),
    [
        ("福州2030年绿色工厂多少家", (CITY_FACTORIES,)),
        ("福州2025年绿色工厂多少家", ()),
        ("厦门2030年绿色工厂多少家", ()),
        ("绿色工厂的责任单位是谁", ()),
    ],
)
def test_the_one_value_asked_for(reader: Reader, message: str, value: tuple[str, ...]) -> None:
    assert reader.read(message, Conversation("c")).values == value


def test_a_follow_up_about_something_else_does_not_get_the_value_told_last(reader: Reader) -> None:
    before = talk(FACTORIES, query="省里2025年底绿色低碳工厂多少家")
    assert reader.read("供应链企业呢", before).values == (CHAINS,)
    assert reader.read("绿色建筑呢", before).values == ()


def test_several_figures_are_read_in_the_order_of_the_message(reader: Reader) -> None:
    reading = reader.read("福州方案：报废机动车拆解量和主要废旧物资回收量的2025年目标", Conversation("c"))
    assert reading.values == (f"{CITY}#二/（四）/2@3", f"{CITY}#二/（四）/2@1")
    assert not reading.differs
