"""Relations turned round: bounds, modals, negations, 且 and 或, opposites in a clause's place. Each with the text that holds."""

from __future__ import annotations

import pytest

from tests.agent.verification.made import LIMITS, ROW, STEPS, cited, types


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("年取水量不低于300吨[1]。", "年取水量不高于300吨[1]。"),
        ("年取水量不高于500吨[1]。", "年取水量超过500吨[1]。"),
        ("回用率达到40%以上[1]。", "回用率达到40%以下[1]。"),
        ("年取水量不低于300吨且不高于500吨[1]。", "年取水量不低于300吨或不高于500吨[1]。"),
        ("损耗不得超过基准期的15%[1]。", "损耗超过基准期的15%[1]。"),
    ],
)
def test_bounds_and_connectives(right: str, wrong: str) -> None:
    assert types(right, cited(LIMITS)) == set()
    assert types(wrong, cited(LIMITS)) & {"relation", "measure"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("公示无异议后由市水务局予以公布[1]。", "公示有异议后由市水务局予以公布[1]。"),
        ("公示无异议后由市水务局予以公布[1]。", "公示无异议后由市水务局不予公布[1]。"),
        ("鼓励园区公开数据[1]。", "必须园区公开数据[1]。"),
        ("鼓励园区公开数据[1]。", "禁止园区公开数据[1]。"),
        ("园区应当每年提交报告[1]。", "园区可以每年提交报告[1]。"),
        ("园区应当每年提交报告[1]。", "园区应当每月提交报告[1]。"),
    ],
)
def test_modals_and_negations(right: str, wrong: str) -> None:
    assert types(right, cited(STEPS)) == set()
    assert "relation" in types(wrong, cited(STEPS))


def test_the_last_words_of_a_sentence_are_compared_too() -> None:
    assert types("占比越高，此项得分越高[1]。", cited(ROW)) == set()
    assert "relation" in types("占比越高，此项得分越低[1]。", cited(ROW))


def test_what_a_text_does_not_say_is_no_relation() -> None:
    assert types("办法没有规定公示要多少天[1]。", cited(STEPS)) == set()


def test_items_of_a_list_and_places_have_a_source() -> None:
    clause = "第四条 支持钢铁、水泥等行业在福州、厦门开展试点。"
    assert types("支持钢铁、水泥等行业在福州、厦门开展试点[1]。", cited(clause)) == set()
    assert "unsupported" in types("支持钢铁、餐饮等行业在福州、厦门开展试点[1]。", cited(clause))
    assert "unsupported" in types("试点放在龙岩开展[1]。", cited(clause))
    assert (
        types("引导支持钢铁、水泥等行业在福州、厦门推进试点[1]。", cited(clause)) == set()
    )  # no list: told otherwise


def test_another_thing_of_a_like_name_is_another_thing() -> None:
    clause = "第四条 省级零碳工厂认定程序如下。"
    assert types("省级零碳工厂认定程序如下[1]。", cited(clause)) == set()
    assert "relation" in types("省级近零碳工厂认定程序如下[1]。", cited(clause))
