"""What people write, resolved to clauses; what does not exist, refused with what does."""

from __future__ import annotations

import pytest

from assistant.documents.library import Library
from assistant.errors import AmbiguousClauseError, UnknownClauseError, UnknownPolicyError

ZERO = "fujian-zero-carbon-factory"
SYNERGY = "fujian-pollution-carbon-synergy"
FUZHOU = "fuzhou-industry-carbon-peak"
ECOLOGY = "fujian-ecology-reply-20251312"
FORESTRY = "fujian-forestry-reply-20251151"


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("第8条", f"{ZERO}#第八条"),
        ("第 ８ 条", f"{ZERO}#第八条"),
        ("第八条第二项", f"{ZERO}#第八条/（二）"),
        ("第八条（二）", f"{ZERO}#第八条/（二）"),
        ("第八条(二)", f"{ZERO}#第八条/（二）"),
        ("第八条的第（二）项", f"{ZERO}#第八条/（二）"),
        ("第八条第二款", f"{ZERO}#第八条/（二）"),
        ("第十五条第一款", f"{ZERO}#第十五条"),
        ("第二章第八条", f"{ZERO}#第八条"),
        ("附件3第10项", f"{ZERO}#附件3/10"),
        ("附件三第十项", f"{ZERO}#附件3/10"),
        ("附件3里的第10项", f"{ZERO}#附件3/10"),
        ("附件3第10条", f"{ZERO}#附件3/10"),
        ("附件3/11/2", f"{ZERO}#附件3/11/2"),
        ("附件3第11项第2行", f"{ZERO}#附件3/11/2"),
        ("附件1年碳排放量", f"{ZERO}#附件1/年碳排放量（tCO2）"),
        ("附件4合计", f"{ZERO}#附件4/合计"),
        ("管理办法第八条第二项", f"{ZERO}#第八条/（二）"),
        ("《福建省零碳工厂建设管理办法（征求意见稿）》第八条", f"{ZERO}#第八条"),
        (f"{ZERO}#第8条第二款", f"{ZERO}#第八条/（二）"),
        ("专栏2", f"{FUZHOU}#专栏2"),
        ("专栏二", f"{FUZHOU}#专栏2"),
        ("专栏1第2项", f"{FUZHOU}#专栏1/2"),
        ("福州方案二（二）5", f"{FUZHOU}#二/（二）/5"),
        ("福州市工业领域碳达峰实施方案第三部分（一）", f"{FUZHOU}#三/（一）"),
        ("（十四）", f"{SYNERGY}#四/（十四）"),
        ("第十四条措施", f"{SYNERGY}#四/（十四）"),
        (f"{SYNERGY}#（十四）", f"{SYNERGY}#四/（十四）"),
        ("闽环保综合[2022]12号（三）", f"{SYNERGY}#二/（三）"),
        ("减污降碳方案第七部分（二十七）", f"{SYNERGY}#七/（二十七）"),
        ("1312号提案答复下一步三是", f"{ECOLOGY}#下一步/三是"),
        ("林业局答复第二部分二是", f"{FORESTRY}#二/二是"),
        ("林业局答复联系电话", f"{FORESTRY}#落款/联系电话"),
    ],
)
def test_what_people_write(library: Library, written: str, address: str) -> None:
    assert library.resolve(written).address == address


def test_every_label_and_address_resolves_to_its_clause(library: Library) -> None:
    for clause in library.clauses():
        assert library.resolve(clause.address) is clause
        assert library.resolve(clause.path, clause.policy_id) is clause
        assert library.resolve(clause.label, clause.policy_id) is clause


def test_the_policy_given_narrows_the_search(library: Library) -> None:
    assert library.resolve("（一）", SYNERGY).address == f"{SYNERGY}#二/（一）"
    assert library.resolve("题名", FUZHOU).policy_id == FUZHOU
    assert library.resolve("管理办法第八条", FUZHOU).policy_id == ZERO


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("第二十条", "收录的政策都没有「第二十条」；《福建省零碳工厂建设管理办法》有第一条至第十五条"),
        ("管理办法第二十条", "《福建省零碳工厂建设管理办法》没有第二十条；有第一条至第十五条"),
        ("第八条第三项", "《福建省零碳工厂建设管理办法》第八条没有第三项；有（一）、（二）"),
        ("第一条第二款", "《福建省零碳工厂建设管理办法》第一条没有第二款；该条款下不再分项"),
        (
            "附件4第11项",
            "《福建省零碳工厂建设管理办法》附件4没有第11项；有第1项至第10项、第12项至第21项（原文编号跳过11）",
        ),
        ("附件3第11项第4行", "《福建省零碳工厂建设管理办法》附件3第11项没有第4行；有第1行至第3行"),
        ("附件5", "收录的政策都没有「附件5」；《福建省零碳工厂建设管理办法》有附件1至附件4"),
        ("专栏3", "收录的政策都没有「专栏3」；《福州市工业领域碳达峰实施方案》有专栏1、专栏2"),
        ("减污降碳方案（三十）", "《福建省减污降碳协同增效实施方案》没有（三十）；有（一）至（二十七）"),
        (
            "减污降碳方案第十四条",
            "《福建省减污降碳协同增效实施方案》没有第十四条；有第一部分至第七部分，要找的也许是四（十四）",
        ),
        ("福州方案第三条", "《福州市工业领域碳达峰实施方案》没有第三条；有第一部分至第五部分，专栏1、专栏2"),
        ("管理办法", "「管理办法」没有写明条款；条款写作 第八条（二）、附件3第10项、专栏2、（十四）"),
    ],
)
def test_what_does_not_exist(library: Library, written: str, message: str) -> None:
    with pytest.raises(UnknownClauseError) as caught:
        library.resolve(written)
    assert str(caught.value) == message


def test_exact_address_that_does_not_exist(library: Library) -> None:
    with pytest.raises(UnknownClauseError, match="没有第二十条；有第一条至第十五条"):
        library.clause(f"{ZERO}#第二十条")
    with pytest.raises(UnknownClauseError):
        library.clause(f"{ZERO}#第8条")
    with pytest.raises(
        UnknownPolicyError, match="没有编号为「nothing」的政策；现有：fujian-ecology-reply-20251312"
    ):
        library.clause("nothing#第八条")


def test_policy_that_is_not_there(library: Library) -> None:
    with pytest.raises(UnknownPolicyError, match="没有收录《碳排放权交易管理办法》；现有：《"):
        library.resolve("《碳排放权交易管理办法》第八条")
    with pytest.raises(UnknownPolicyError, match="没有编号为「nothing」"):
        library.resolve("nothing#第八条")
    with pytest.raises(UnknownPolicyError):
        library.resolve("第八条", "nothing")


def test_ambiguous_references_list_their_candidates(library: Library) -> None:
    with pytest.raises(AmbiguousClauseError, match="请写明是哪个政策、哪一部分") as caught:
        library.resolve("（一）")
    assert len(caught.value.candidates) == 11
    assert f"{ZERO}#第八条/（一）" in caught.value.candidates
    with pytest.raises(AmbiguousClauseError, match="请写明上一级") as within:
        library.resolve("福州方案（一）")
    assert within.value.candidates == tuple(f"{FUZHOU}#{n}/（一）" for n in "一二三四五")


def test_a_long_reference_is_not_echoed_whole(library: Library) -> None:
    with pytest.raises(UnknownClauseError) as caught:
        library.resolve("随便" * 5000)
    assert len(str(caught.value)) < 400
