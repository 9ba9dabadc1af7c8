"""What holds however it is told, each beside a like text that does not hold."""

from __future__ import annotations

import pytest

from assistant.agent.verification import Grounds, verify
from tests.agent.verification.made import LIMITS, STEPS, calculation, cite, cited, judged, types

DATED = "第六条 本办法自发布之日起施行，有效期至2028年12月31日；依据某办〔2021〕13号。"
MONTHS = "第七条 园区近36个月无事故，每年提交报告。鼓励各市、县出台政策。"
UNITS = "第八条 年取水8吨标准煤及以上，且获得省级及以上称号。"
JOINT = "市水务局等六部门关于印发办法的通知"
SECTORS = "第九条 9大行业近300家企业纳入试点，由市发展和改革委员会负责。"
REACHED = "第十条 能效应当达到标杆水平以上。引导园区探索建设平台。"
QUOTED = "《关于加速“零碳+”建设的建议》收悉。"
COVERED = "第九条 截至2024年底，全省电力、钢铁等9大行业近300家企业纳入试点。"
UNMET = Grounds(
    cited("第二条 回用率达到40%以上，排放量保持下降。").citations,
    calculations=(calculation("回用率", "30%", "≥40%", False),),
    verdicts=(judged("绿色园区", "不符合"),),
)
ASKED = Grounds(cited(LIMITS).citations, said=("我们取水250吨",))
TWO = Grounds(
    (cite("第二条 回用率达到40%以上。", 1), cite("第三条 损耗不得超过基准期的15%。", 2, "第三条")),
    calculations=(calculation("回用率", "42%", "≥40%", True, citation=None),),
)

SPILT = Grounds(
    cited("第二条 损耗占比≤15%。").citations,
    calculations=(calculation("损耗占比", "20%", "≤15%", False),),
    verdicts=(judged("绿色园区", "不符合"),),
)
HALF_MET = Grounds(
    cited("第二条 回用率达100%（其中外购的水量不得超过基准期的50%）。").citations,
    calculations=(
        calculation("回用率", "90%", "≥100%", False),
        calculation("外购占比", "30%", "≤50%", True),
    ),
    engine=("外购占比为30%，符合≤50%的要求", "回用率为90%，低于要求的100%"),
    verdicts=(judged("绿色园区", "不符合"),),
)


@pytest.mark.parametrize(
    ("right", "wrong", "grounds"),
    [
        ("抄送市政府办公厅[1]。", "抄送市法院[1]。", cited("抄送：市政府办公厅。")),
        ("损耗是否超过基准期的15%还不知道[1]。", "损耗要超过基准期的15%[1]。", cited(LIMITS)),
        (
            "没达标，损耗占比是20%，超出了≤15%的评价要求[1]。",
            "没达标，损耗占比是20%，超出了≤25%的评价要求[1]。",
            SPILT,
        ),
        (
            "回用率只有90%，未达到100%的要求[1]。",
            "回用率只有90%，未达到50%的要求[1]。",
            HALF_MET,
        ),
        ("回用率达到**40**%以上[1]。", "回用率达到**45**%以上[1]。", cited(LIMITS)),
        ("写的是“经公示**无异议**后”[1]。", "写的是“经公示**有异议**后”[1]。", cited(STEPS)),
        ("有效期到2028年12月底[1]。", "有效期到2029年12月底[1]。", cited(DATED)),
        (
            "依据是2021年的文件（某办〔2021〕13号）[1]。",
            "依据是2022年的文件（某办〔2021〕13号）[1]。",
            cited(DATED),
        ),
        ("园区要三年无事故[1]。", "园区要四年无事故[1]。", cited(MONTHS)),
        ("报告一年一次[1]。", "报告一月一次[1]。", cited(MONTHS)),
        ("鼓励市、县两级出台政策[1]。", "鼓励市、县三级出台政策[1]。", cited(MONTHS)),
        ("取水一项，要求是8吨及以上[1]。", "取水一项，要求是9吨及以上[1]。", cited(UNITS)),
        ("要获得省级或以上称号[1]。", "要获得省级或以下称号[1]。", cited(UNITS)),
        ("取水达到或超过300吨[1]。", "取水等于或低于300吨[1]。", cited(LIMITS)),
        ("损耗不得超过基准期的15%[1]。", "损耗超过基准期的15%[1]。", cited(LIMITS)),
        ("由市水务局等共6个部门联合印发[1]。", "由市水务局等共7个部门联合印发[1]。", cited(JOINT)),
        ("纳入的有9个行业、近300家企业[1]。", "纳入的有8个行业、近300家企业[1]。", cited(SECTORS)),
        ("由市发改委负责[1]。", "由市国资委负责[1]。", cited(SECTORS)),
        ("能效要达到标杆水平[1]。", "能效只要不超过标杆水平[1]。", cited(REACHED)),
        ("能效在标杆水平以上[1]。", "能效在标杆水平以下[1]。", cited(REACHED)),
        ("不达标。回用率为30%[1]。", "达标。回用率为30%[1]。", UNMET),
        (
            "纳入试点的有9个行业、将近300家企业[1]。",
            "纳入试点的有7个行业、将近300家企业[1]。",
            cited(COVERED),
        ),
        ("取水不到300吨的，不符合要求[1]。", "取水不到300吨的，符合要求[1]。", cited(LIMITS)),
        ("不要写超过300字[1]。", "要写超过300字[1]。", cited("第七条 现状限300字以内。")),
        (
            "前两个是申报和评审[1]。",
            "程序一共两个环节[1]。",
            cited("第三条 程序包括申报、评审、核查等三个环节。"),
        ),
        ("收到的编号是20251312[1]。", "收到的编号是20251313[1]。", cited("建议（第20251312号）收悉。")),
        ("取水一项有8吨的要求[1]。", "取水一项有9吨的要求[1]。", cited(UNITS)),
        ("一年核查2轮[1]。", "两年核查2轮[1]。", cited("第七条 全年核查2轮。")),
        (
            "耗水项目不能盲目上[1]。",
            "回用项目不能上马[1]。",
            cited("第七条 坚决遏制耗水项目盲目上马，推动回用项目上马。"),
        ),
        (
            "近三年督查中，不能被发现严重问题[1]。",
            "近三年督查中被发现严重问题[1]。",
            cited("第七条 近三年未在督查中被发现严重问题。"),
        ),
        ("无违法行为[1]。", "无报告行为[1]。", cited("第七条 无偷水、漏税等违法行为，每年有报告行为。")),
        ("抄送给了市政府办公厅[1]。", "抄送给了市法院[1]。", cited("抄送：市政府办公厅。")),
        (
            "回用要达标，讲的是“双控”这一点[1]。",
            "回用要达标，讲的是“回用绿”这一点[1]。",
            cited("第七条 回用率要达标。"),
        ),
        (
            "讲的是“先省水再省电”这一点，回用要达标[1]。",
            "讲的是“回用要达到标”这一点[1]。",
            cited("第七条 回用要达标。"),
        ),
        ("按未抵扣的水量算[1]。", "按抵扣后的水量算[1]。", cited("第七条 以未抵扣的水量计算。")),
        ("不能按抵扣后的水量算[1]。", "要按已抵扣的水量算[1]。", cited("第七条 以未抵扣的水量计算。")),
        (
            "支持东湖区率先达标、西山县探索试点[1]。",
            "支持西山县率先达标、东湖区探索试点[1]。",
            cited("第七条 支持东湖区率先达标、西山县探索试点。"),
        ),
        (
            "您取水310吨，已达到300吨及以上[1]。",
            "您取水250吨，已达到300吨及以上[1]。",
            Grounds(cited(LIMITS).citations, said=("我们取水310吨，以前250吨",)),
        ),
        (
            "评审不由水务局自己做[1]。",
            "水务局不委托中心评审[1]。",
            cited("第七条 水务局委托中心评审。"),
        ),
        ("这些工作由该厅推动[1]。", "这些工作由财政厅推动[1]。", cited("第七条 近年来我厅推动这些工作。")),
        ("放开交易还在探索[1]。", "交易已经全面放开[1]。", cited("第九条 支持园区探索交易试点。")),
        ("平台还没有建成，园区在探索[1]。", "园区已全面建成平台[1]。", cited(REACHED)),
        (
            "收到的是《关于加速“零碳+”建设的建议》[1]。",
            "收到的是《关于放缓“零碳+”建设的建议》[1]。",
            cited(QUOTED),
        ),
        ("排放量没有保持下降，不符合[1]。", "回用率可以，达标了[1]。", UNMET),
        ("回用率为30%，而规定是不低于40%[1]。", "回用率为30%，不低于40%[1]。", UNMET),
        ("结论：不行，回用率只有30%[1]。", "结论：可以，回用率只有30%[1]。", UNMET),
        ("没有达到不低于40%的要求[1]。", "没有达到低于40%的要求[1]。", UNMET),
        ("按250吨算，低于300吨的要求[1]。", "您够了，要求是250吨及以上[1]。", ASKED),
        ("回用率42%，满足要求[1]；损耗另算[2]。", "回用率42%，满足要求[2]；损耗另算[2]。", TWO),
        ("办法未就公示多久作出规定[1]。", "经公示有异议后，由市水务局予以公布[1]。", cited(STEPS)),
        ("并非由市水务局自己评审，经公示无异议后才公布[1]。", "经公示有异议后才公布[1]。", cited(STEPS)),
    ],
)
def test_freely_told(right: str, wrong: str, grounds: Grounds) -> None:
    assert types(right, grounds) == set()
    assert types(wrong, grounds) != set()


def test_a_failure_stands_at_its_place_beside_emphasis() -> None:
    text = "**结论**：回用率达到**45**%以上[1]。"
    found = verify(text, cited(LIMITS))
    assert {text[one.start : one.end] for one in found if one.type == "number"} == {"45**%"}


def test_a_sentence_fails_for_want_of_support_by_two_signs() -> None:
    clause = "第四条 省工信厅负责遴选认定工作。"
    assert types("认定和遴选都归省工信厅来管，别处不管[1]。", cited(clause)) == set()
    assert types("企业法定代表人应当参加现场答辩[1]。", cited(clause)) == {"unsupported"}


def test_two_figures_each_told_with_the_other_ones_words() -> None:
    clause = "第五条 园区回用率40%，企业漏损率15%。"
    assert types("园区回用率40%，企业漏损率15%[1]。", cited(clause)) == set()
    assert "measure" in types("企业漏损率40%，园区回用率15%[1]。", cited(clause))


def test_arrows_tell_an_order() -> None:
    clause = "第三条 程序包括申报、评审、核查、公示等环节。"
    assert types("依次为：申报 → 评审 → 核查 → 公示[1]。", cited(clause)) == set()
    assert types("依次为：申报 → 核查 → 评审 → 公示[1]。", cited(clause)) == {"relation"}


def test_a_result_stands_behind_the_clause_that_the_engine_gives_it() -> None:
    grounds = Grounds(
        (cite("第二条 排放不得超过一半。", 1), cite("附件3 回用率按公式计分。", 2, "附件3")),
        calculations=(calculation("回用率", "42%", "≤50%", True, citation=1),),
    )
    assert types("回用率 = 42%[1]。", grounds) == set()


def test_several_equations_of_one_sentence_are_held_one_by_one() -> None:
    results = (
        calculation("回用率", "40%", inputs={"回用量": "4吨"}),
        calculation("损耗率", "10%", inputs={"损耗量": "1吨"}),
    )
    grounds = Grounds(cited(LIMITS).citations, said=("取水10吨，回用4吨，损耗1吨",), calculations=results)
    assert types("回用率=4吨÷10吨=40%，损耗率=1吨÷10吨=10%[1]。", grounds) == set()
    assert "equation" in types("回用率=4吨÷10吨=40%，损耗率=1吨÷10吨=40%[1]。", grounds)


def test_a_measure_of_the_clauses_own_speaks_of_it() -> None:
    clause = "第四条 年综合用水量在5000吨及以上。"
    assert types("没够着5000吨门槛的，恐怕没戏，省得白跑[1]。", cited(clause)) == set()
    assert "unsupported" in types("没够着那个门槛的，恐怕没戏，省得白跑冤枉路[1]。", cited(clause))


@pytest.mark.parametrize(
    "lead", ["一句话概括：", "您问的这一点，文件里写得很清楚：", "需要特别注意的是，", "对，", "首先，"]
)
def test_what_leads_up_to_a_sentence_is_no_claim(lead: str) -> None:
    clause = "第四条 省工信厅负责遴选认定工作，先初审。"
    assert types(f"{lead}遴选和认定都归省工信厅来管[1]。", cited(clause)) == set()
    assert "unsupported" in types(f"{lead}企业法定代表人应当参加现场答辩[1]。", cited(clause))


def test_a_greeting_makes_no_verdict_of_what_is_told() -> None:
    grounds = Grounds(cited(LIMITS).citations, verdicts=(judged("零碳园区", "待补充"),))
    assert "verdict" not in types("关于您的问题，没有达到。[1]", grounds)
    assert "verdict" not in types("《某市零碳园区管理办法》里达不到平均水平的。[1]", grounds)
    assert "verdict" in types("您没有达到要求。[1]", grounds)
