"""Whole conversations with the real assistant: several questions, threads left and kept, places, neighbours."""

from __future__ import annotations

import pytest

from assistant.agent.answer import Answer, AnswerStatus
from assistant.service import Assistant

ZERO = "fujian-zero-carbon-factory"
SYNERGY = "fujian-pollution-carbon-synergy"
FUZHOU = "fuzhou-industry-carbon-peak"
FORESTRY = "fujian-forestry-reply-20251151"


def talk(assistant: Assistant, *messages: str) -> Answer:
    answer = assistant.ask(messages[0])
    for message in messages[1:]:
        answer = assistant.ask(message, answer.conversation_id)
    return answer


def first(answer: Answer) -> str:
    return answer.citations[0].address if answer.citations else ""


def cited(answer: Answer) -> list[str]:
    return [citation.address for citation in answer.citations]


def test_every_question_is_answered_in_order(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("减污降碳方案里短流程炼钢2025年要到多少，谁负责")
    assert answer.answer.index("15%、20%") < answer.answer.index("责任单位：省工信厅")
    assert set(cited(answer)) == {f"{SYNERGY}#三/（五）"}


def test_a_verdict_and_a_look_up_in_one_message(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("2021年10万吨，去年4万吨，抵消4万吨，零碳工厂我们够不够？另外材料交到哪里")
    assert answer.verdict is not None
    assert answer.status is AnswerStatus.NEEDS_FACTS
    assert {item.display for item in answer.calculations} >= {"100%", "40%"}
    assert f"{ZERO}#第十一条/（一）" in cited(answer)


def test_what_is_refused_is_not_answered_by_half(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("国家级零碳园区申报要满足哪几条硬条件，能耗碳排放强度不超多少")
    assert answer.status is AnswerStatus.REFUSED


@pytest.mark.parametrize(
    ("turns", "clause"),
    [
        (
            ("客户的近零碳复审已经过了", "接下来干啥", "嗯嗯", "培育完了呢 怎么才算定下来"),
            f"{ZERO}#第十二条/（五）",
        ),
        (("零碳工厂认定分几步", "哦哦", "那近零碳第四步是什么", "要弄多久"), f"{ZERO}#第十二条/（四）"),
        (("零碳工厂办法正式印发了吗", "嗯", "林业局那份呢", "找谁问"), f"{FORESTRY}#落款/联系电话"),
        (("林业局的答复是哪天的", "生态厅那份呢"), "fujian-ecology-reply-20251312#落款/日期"),
        (("附件一法定代表人要填吗", "建设成效那栏写多少字"), f"{ZERO}#附件1/零碳建设主要成效"),
        (("林业碳汇FFCER累计成交多少吨", "近零碳要培育几年"), f"{ZERO}#第十二条/（四）"),
        (("福州2045年工业碳排放降到多少", "抽查几家"), f"{ZERO}#第十一条/（四）"),
        (("福州2025年新增高效电机占比多少", "变压器呢"), f"{FUZHOU}#二/（二）/5"),
        (("福州再制造产业要干啥", "哪些部门管"), f"{FUZHOU}#二/（四）/3"),
        (("短流程炼钢2025年占比福州要多少", "全省呢"), f"{SYNERGY}#三/（五）"),
        (("短流程炼钢2025年占比福州要多少", "全省呢", "2030年呢", "谁负责"), f"{SYNERGY}#三/（五）"),
        (("省协同增效方案农业领域由哪些部门负责", "林业那条呢"), f"{SYNERGY}#三/（九）"),
        (("省协同增效方案农业领域由哪些部门负责", "林业那条呢", "交通呢"), f"{SYNERGY}#三/（六）"),
        (("零碳工厂认定第一步做什么", "下一步呢", "再下一步"), f"{ZERO}#第十一条/（三）"),
        (("附件三第十四项是哪样", "近零碳那张表里也有吗"), f"{ZERO}#附件4/15"),
        (("零碳工厂申报书里年综合能耗怎么填", "那碳排放量那栏呢"), f"{ZERO}#附件1/年碳排放量（tCO2）"),
        (("零碳工厂申报材料交给谁", "谢谢，那近零碳呢"), f"{ZERO}#第十二条/（一）"),
    ],
)
def test_a_thread_is_kept_or_left(turns: tuple[str, ...], clause: str, real_assistant: Assistant) -> None:
    assert first(talk(real_assistant, *turns)) == clause


def test_a_figure_that_a_place_lacks_is_told_as_the_other_levels(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("福州2025年非化石能源消费占比目标是多少")
    assert first(answer) == f"{SYNERGY}#二/（三）"
    assert "《福州市工业领域碳达峰实施方案》没有写到这个数字；全省的规定是：" in answer.answer
    own = real_assistant.ask("福州2025年新增高效电机占比多少")
    assert "没有写到" not in own.answer
    back = real_assistant.ask("省里呢", own.conversation_id)
    assert "已收录的省级文件没有写到这个数字" in back.answer


def test_the_plan_of_a_place_that_has_none_here_is_refused(real_assistant: Assistant) -> None:
    assert real_assistant.ask("泉州的碳达峰方案里2025年目标是什么").status is AnswerStatus.REFUSED


def test_a_comparison_carries_its_question_on(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "福州钢铁短流程炼钢到2025年目标多少", "省里减污降碳方案也一样吗")
    assert cited(answer)[:2] == [f"{FUZHOU}#三/（一）/1", f"{SYNERGY}#三/（五）"]


def test_figures_in_a_question_about_a_policy_without_rules_are_no_facts(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "近零碳能耗要多少", "那福州方案里5000吨标准煤那句又是要求谁干啥？")
    assert answer.verdict is None
    assert first(answer) == f"{FUZHOU}#二/（二）/5"


def test_a_metric_that_is_named_is_the_one_computed(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("2021年排放6万吨，去年2.4万吨，抵消了2.7万吨，想知道碳抵消占比是多少")
    assert [item.display for item in answer.calculations] == ["45%"]


def test_points_are_computed_from_what_is_known(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "零碳工厂，2021年12万吨，去年6万吨，抵消3万吨", "抵消那项能得几分")
    assert "20分" in {item.display for item in answer.calculations}


def test_facts_are_cleared_when_told_so(real_assistant: Assistant) -> None:
    answer = talk(
        real_assistant, "2021年7万吨，抵消3.5万吨，报零碳的", "刚才报的数据都清掉", "碳抵消占比是多少"
    )
    assert not [item for item in answer.calculations if item.display]


def test_a_topic_is_come_back_to(real_assistant: Assistant) -> None:
    turns = ("零碳工厂抽查比例多少", "好，那福州2030年绿色供应链企业多少家", "刚才那个抽查，近零碳也一样吗")
    found = cited(talk(real_assistant, *turns))
    assert {f"{ZERO}#第十二条/（三）", f"{ZERO}#第十二条/（五）"} <= set(found)
    assert not [address for address in found if address.startswith(FUZHOU)]


def test_a_verdict_is_come_back_to_with_its_facts(real_assistant: Assistant) -> None:
    told = "零碳工厂2021年10万吨，去年4万吨，抵消4万吨够不够"
    supposed = talk(real_assistant, told, "红树林要种多少公顷", "回到刚才那个够不够的问题，如果抵消6万吨呢")
    assert supposed.verdict is not None
    assert supposed.verdict.status == "不符合"
    corrected = talk(real_assistant, told, "红树林要种多少公顷", "刚才说错了，抵消是3万吨")
    assert "90%" in {item.display for item in corrected.calculations}


def test_two_clauses_are_set_side_by_side(real_assistant: Assistant) -> None:
    found = cited(real_assistant.ask("第八条和第九条有什么区别"))
    assert {f"{ZERO}#第八条", f"{ZERO}#第九条"} <= set(found)


def test_a_row_of_both_tables_is_compared_in_one_sentence(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "碳排放强度那项零碳算几分", "近零碳呢", "标准一样吗 两边都是多少")
    assert answer.answer.startswith("两边的要求一样，分值不同")
    assert cited(answer) == [f"{ZERO}#附件3/8", f"{ZERO}#附件4/9"]


def test_a_city_figure_is_not_another_citys(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "福州到2030年要创建多少家绿色低碳工厂", "厦门呢")
    assert answer.status is AnswerStatus.REFUSED
    assert "厦门" in answer.answer.splitlines()[0]


def test_a_figure_of_another_year_is_said_to_be_of_another_year(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "全省非化石能源消费比重到2025年多少", "那非化石到2030年定的是多少")
    assert "没有" in answer.answer.splitlines()[0]


def test_the_one_city_is_meant_where_no_name_is_said(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("平板玻璃达到能效标杆的产能比例，省方案与市方案2025年各怎么定")
    assert set(cited(answer)) >= {f"{SYNERGY}#三/（五）", f"{FUZHOU}#三/（一）/3"}


def test_doubt_gets_the_same_clause_confirmed(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "近零碳培育期多长", "你确定？")
    assert answer.answer.startswith("是的，已重新核对")
    assert first(answer) == f"{ZERO}#第十二条/（四）"


def test_doubt_with_a_claim_is_judged_by_the_clause(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "零碳工厂抵消最多能占多少", "你确定？我听说不得超过30%")
    assert answer.answer.startswith("不对。")
    assert first(answer) == f"{ZERO}#第八条/（二）"


def test_a_bare_share_is_judged_and_kept_for_the_score(real_assistant: Assistant) -> None:
    messages = ("零碳工厂抵消最多能占多少", "企业报的占比是百分之三十七点五，过线没有")
    judged = talk(real_assistant, *messages)
    assert judged.answer.startswith("**碳抵消占比为37.5%")
    assert "未超过上限" in judged.answer
    scored = real_assistant.ask("抵消那项就该给满20分吧，他们填的20", judged.conversation_id)
    assert "12.5分" in scored.answer


def test_two_earlier_answers_are_compared(real_assistant: Assistant) -> None:
    messages = (
        "福州2025年短流程炼钢定多少",
        "省里呢",
        "差几个点",
    )
    answer = talk(real_assistant, *messages)
    assert {f"{FUZHOU}#三/（一）/1", f"{SYNERGY}#三/（五）"} <= set(cited(answer))


def test_both_things_of_one_clause_are_compared(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("福州新增高效电机跟变压器占比，哪个要求高")
    assert "70%" in answer.answer
    assert "80%" in answer.answer


def test_the_same_of_another_place_is_its_own_figure(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "短流程炼钢占比，省里2025年要到多少", "福州也有类似的数吗")
    assert first(answer) == f"{FUZHOU}#三/（一）/1"


def test_words_of_the_clause_that_leave_offset_out_are_quoted(real_assistant: Assistant) -> None:
    figures = "去年排放9.5万吨，工业增加值1.2亿元，另有2万吨抵消"
    answer = real_assistant.ask(f"{figures}。碳排放强度是先扣掉抵消再除的，对不对")
    assert "7.92" in answer.answer
    assert "以未抵消的碳排放量计算" in answer.answer
    plain = real_assistant.ask("去年排放9.5万吨，工业增加值1.2亿元，碳排放强度多少")
    assert "以未抵消" not in plain.answer


def test_a_point_of_silence_is_told(real_assistant: Assistant) -> None:
    assert "没有规定" in real_assistant.ask("近36个月从哪天往前算").answer
    assert "合格线" in real_assistant.ask("零碳工厂多少分算过").answer


def test_a_share_that_is_only_tried_does_not_replace_the_figures(real_assistant: Assistant) -> None:
    messages = ("我们2021年10万吨，去年4万吨，抵消4万吨，零碳够吗", "那50.2%呢", "按实际数据，碳抵消占比多少")
    assert talk(real_assistant, *messages[:2]).answer.startswith("**按假设的数据，碳抵消占比为50.2%")
    assert talk(real_assistant, *messages).answer.startswith("**碳抵消占比为40%")
