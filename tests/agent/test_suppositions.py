"""Suppositions, gaps and counts over turns with the real assistant: which figures each answer rests on."""

from __future__ import annotations

import pytest

from assistant.agent.answer import Answer
from assistant.service import Assistant

ZERO = "fujian-zero-carbon-factory"
TOLD = "基准十万吨 去年四万五 抵消四万八"
SUPPOSED = "如果抵消做到六万五呢"


def talk(assistant: Assistant, *messages: str) -> Answer:
    answer = assistant.ask(messages[0])
    for message in messages[1:]:
        answer = assistant.ask(message, answer.conversation_id)
    return answer


def shown(answer: Answer) -> dict[str, str]:
    return {item.label: item.display for item in answer.calculations}


@pytest.mark.parametrize(
    ("turns", "metric", "value", "supposed"),
    [
        ((TOLD, SUPPOSED, "抵消占了几成"), "碳抵消占比", "65%", True),
        ((TOLD, SUPPOSED, "抵消占了几成", "那分数变成多少"), "碳抵消得分", "0分", True),
        ((TOLD, SUPPOSED, "算了还是按原来的 抵消占基准的比例是多少"), "碳抵消占比", "48%", False),
        ((TOLD, "抵消占了几成", SUPPOSED, "按实际的呢"), "碳抵消占比", "48%", False),
        ((TOLD, SUPPOSED, "不假设了 现在占比是多少"), "碳抵消占比", "48%", False),
        ((TOLD, SUPPOSED, "去年其实是四万", "削减率多少"), "碳削减率", "108%", False),
        (("基准十万吨 去年四万五", SUPPOSED, "那占比呢"), "碳抵消占比", "65%", True),
        ((TOLD, "抵消占了几成", SUPPOSED, "那再加到七万吨"), "碳抵消占比", "70%", True),
        ((TOLD, SUPPOSED, "假设都不算，更正：抵消实际是五万", "占比多少"), "碳抵消占比", "50%", False),
        ((TOLD, SUPPOSED, "还是按前面的数，抵消占几成"), "碳抵消占比", "48%", False),
        ((TOLD, "假如抵消与去年排放都降到三万吨，削减率多少"), "碳削减率", "100%", True),
        (("二一年六万 去年两万八", "买碳汇两万一", "削减率多少"), "碳削减率", "88.33%", False),
        ((TOLD, "抵消占了几成", SUPPOSED, "超没超"), "碳抵消占比", "65%", True),
    ],
)
def test_what_is_supposed_holds_until_it_is_given_up(
    real_assistant: Assistant, turns: tuple[str, ...], metric: str, value: str, supposed: bool
) -> None:
    answer = talk(real_assistant, *turns)
    assert shown(answer)[metric] == value
    assert ("按假设的数据" in answer.answer) is supposed


def test_what_is_supposed_is_never_noted(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "基准十万吨 去年四万五", SUPPOSED, "那占比呢", "你都记了我哪些数据")
    assert "四万五" in answer.answer
    assert "六万五" not in answer.answer


def test_a_gap_is_told_in_percentage_points(real_assistant: Assistant) -> None:
    answer = talk(
        real_assistant, "基准十万吨 去年六万 抵消三万", "如果去年减到只剩一半呢", "那还差几个点到100"
    )
    assert shown(answer)["碳削减率与要求的差距"] == "20个百分点"
    assert "相差20个百分点" in answer.answer


@pytest.mark.parametrize(
    ("turns", "count", "clause"),
    [
        (("近零碳培育期满以后是不是还要去现场", "今年到期的有二十七家 最少看几家"), "6家", "第十二条/（五）"),
        (("近零碳验收今年有七家 最少抽几家现场看",), "2家", "第十二条/（五）"),
        (("近零碳的复审通过的有12家 现场核查要抽几家",), "3家", "第十二条/（三）"),
        (("零碳工厂复审过了31家 现场核查最少抽几家",), "7家", "第十一条/（四）"),
        (("零碳核查抽查比例多少", "那要是有四十四家呢"), "9家", "第十一条/（四）"),
    ],
)
def test_how_many_are_drawn_by_the_clause_spoken_of(
    real_assistant: Assistant, turns: tuple[str, ...], count: str, clause: str
) -> None:
    answer = talk(real_assistant, *turns)
    assert shown(answer) == {"最少抽查家数": count}
    assert answer.citations[0].address == f"{ZERO}#{clause}"


def test_a_metric_is_judged_alone_once_its_figures_are_known(real_assistant: Assistant) -> None:
    turns = ("去年总共排了十万五千吨", "工业增加值1.2亿元")
    assert shown(talk(real_assistant, *turns, "碳排放强度合格吗")) == {"碳排放强度": "8.75吨/万元"}
    assert shown(talk(real_assistant, *turns, "单位增加值排多少碳")) == {"碳排放强度": "8.75吨/万元"}


@pytest.mark.parametrize(
    ("turns", "metric", "value"),
    [
        (("2021年8万吨，去年5万吨，抵消3万吨，削减率多少", "去掉抵消再算一遍"), "碳削减率", "37.5%"),
        (("2021年8万吨，去年5万吨，抵消3万吨，削减率多少", "抵消不算的话呢"), "碳削减率", "37.5%"),
        (("2021年10万吨，去年6万吨，抵消4万吨，削减率多少", "再多抵1万吨够不够"), "碳削减率", "90%"),
        (
            ("2021年10万吨，去年7万吨，抵消2万吨，削减率多少", "要是去年压到5万，抵消加到5万呢", "那得分呢"),
            "碳抵消得分",
            "0分",
        ),
    ],
)
def test_what_is_left_out_or_added_is_supposed(
    real_assistant: Assistant, turns: tuple[str, ...], metric: str, value: str
) -> None:
    answer = talk(real_assistant, *turns)
    assert shown(answer)[metric] == value
    assert "按假设的数据" in answer.answer


def test_a_gap_is_that_of_the_metric_computed_before(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "工业增加值5000万，去年排放4.5万吨，强度多少", "排放降到多少才达标")
    assert "4万吨" in answer.answer.split("\n\n")[0]


def test_what_is_bought_is_no_answer_to_another_question(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "2021年排了8万吨", "买了2万吨绿证")
    assert shown(answer)["碳抵消占比"] == "25%"


@pytest.mark.parametrize(
    ("turns", "metric", "value"),
    [
        (
            ("基准10万吨，去年6万吨，抵消3万吨，削减率", "如果去年降到5万呢", "那如果是4万呢"),
            "碳削减率",
            "90%",
        ),
        (
            ("基准10万吨，去年6万吨，抵消3万吨，削减率", "如果去年降到5万呢", "再把抵消提到5万"),
            "碳削减率",
            "100%",
        ),
        (
            ("2021年20万吨，去年9万吨，抵消9万吨，削减率", "若抵消量核减1.5万吨，削减率多少"),
            "碳削减率",
            "92.5%",
        ),
    ],
)
def test_one_supposition_follows_another(
    real_assistant: Assistant, turns: tuple[str, ...], metric: str, value: str
) -> None:
    answer = talk(real_assistant, *turns)
    assert shown(answer)[metric] == value
    assert "按假设的数据" in answer.answer


def test_a_supposition_is_given_up_in_other_words(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, TOLD, SUPPOSED, "先不如果了，按原来的，抵消占比多少")
    assert shown(answer)["碳抵消占比"] == "48%"
    assert "按假设的数据" not in answer.answer


def test_what_is_left_below_a_limit(real_assistant: Assistant) -> None:
    below = talk(real_assistant, "2021年15万吨 去年8万 抵消6万", "抵消我还能往上加多少吨不超线")
    assert "还可增加1.5万吨" in below.answer.split("\n\n")[0]
    beyond = talk(real_assistant, "2021年15万吨 去年8万 抵消8万", "抵消最多能多少")
    assert "5000吨" in beyond.answer.split("\n\n")[0]


@pytest.mark.parametrize(
    ("question", "said"),
    [("41家抽8家够不够", "抽8家不够，还差1家"), ("核查的时候15家抽了3家，合规吗", "抽3家已够")],
)
def test_a_number_drawn_is_held_against_the_least(
    real_assistant: Assistant, question: str, said: str
) -> None:
    assert said in talk(real_assistant, question).answer.split("\n\n")[0]


@pytest.mark.parametrize(
    ("turns", "value"),
    [
        (
            (
                "甲厂2021年10万吨，去年4万吨，抵消4万吨；乙厂2021年5万吨，去年4万吨，抵消2万吨，削减率各多少",
                "那第一家抵消占比呢",
            ),
            "40%",
        ),
        (
            (
                "甲厂2021年10万吨，去年4万吨，抵消5万吨",
                "乙厂2021年5万吨，去年4万吨，抵消1万吨",
                "前一家的抵消占比是多少",
            ),
            "50%",
        ),
        (
            ("东厂：2021年5万吨，去年2.2万，抵2.2万", "西厂：2021年3万吨，去年2万，抵1万", "东厂抵消占比呢"),
            "44%",
        ),
    ],
)
def test_applicants_by_their_place(real_assistant: Assistant, turns: tuple[str, ...], value: str) -> None:
    assert shown(talk(real_assistant, *turns))["碳抵消占比"] == value


def test_a_fact_that_is_not_known_is_passed_over(real_assistant: Assistant) -> None:
    asked = talk(real_assistant, "能报近零碳工厂吗")
    passed = real_assistant.ask("不清楚", asked.conversation_id)
    assert passed.status == "needs_facts"
    assert passed.missing[0].fact != asked.missing[0].fact
    assert asked.missing[0].fact in {item.fact for item in passed.missing}
    told = real_assistant.ask("能耗6000吨标煤", asked.conversation_id)
    assert asked.missing[0].fact not in {item.fact for item in told.missing}


def test_one_fact_is_recalled_alone(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, TOLD, "我前面说的抵消是多少来着")
    assert "四万八" in answer.answer
    assert "四万五" not in answer.answer


@pytest.mark.parametrize("question", ["德化一家做陶瓷的厂子能报零碳工厂吗", "能报近零碳工厂吗"])
def test_whether_an_enterprise_may_apply_is_asked_back(real_assistant: Assistant, question: str) -> None:
    assert talk(real_assistant, question).status == "needs_facts"


def test_points_for_a_metric_are_those_of_its_item(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "零碳那个强度8.01吨每万元得几分")
    assert "得0分" in answer.answer.split("\n\n")[0]


def test_a_unit_is_no_applicant(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "2021年排放12.5万t", "去年7.5万t，抵消跟去年排放一样多", "抵消占比多少")
    assert shown(answer)["碳抵消占比"] == "60%"


def test_a_metric_asked_for_of_oneself_is_asked_for(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, TOLD, "前面报的数全不算，忘掉", "那我们的碳抵消占比是多少")
    assert answer.status == "needs_facts"


def test_a_metric_is_judged_on_the_actual_figures_again(real_assistant: Assistant) -> None:
    answer = talk(
        real_assistant,
        "增加值6千万，去年排放5.1万吨，碳排放强度多少",
        "如果增加值做到1.2亿元呢",
        "算了还按原来6千万，达标没",
    )
    assert "8.5吨/万元" in answer.answer.split("\n\n")[0]
    assert "按假设的数据" not in answer.answer


@pytest.mark.parametrize(
    ("said", "share"),
    [("抵消减少三成呢", "28%"), ("抵消砍掉一半呢", "20%"), ("如果抵消削减20%，占比多少", "32%")],
)
def test_an_amount_cut_by_a_share_of_itself(real_assistant: Assistant, said: str, share: str) -> None:
    answer = talk(real_assistant, "零碳，基准7万吨，去年4万吨，抵了2.8万，占比", said)
    assert shown(answer)["碳抵消占比"] == share
    assert "没有计入" not in answer.answer


def test_what_is_to_be_reached_is_no_share(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "我们2021年30万吨，去年16万吨，抵消多少能到100%")
    assert shown(answer)["碳抵消占比"] == "待补充"


def test_a_supposed_figure_is_taken_back_by_its_old_value(real_assistant: Assistant) -> None:
    answer = talk(
        real_assistant,
        "零碳，2021年16万吨，去年7.2万，抵消6万吨",
        "如果抵消做到8万吨呢",
        "算了没那个钱，还是6万吨",
        "削减率多少",
    )
    assert shown(answer)["碳削减率"] == "92.5%"
    assert "按假设的数据" not in answer.answer


def test_more_of_an_amount_that_only_its_share_tells_is_asked_about(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("21年8万吨，抵消现在占37.5%，要是再多买两千吨抵消，那项变几分")
    assert answer.status == "needs_facts"
    assert all(one.value is None for one in answer.calculations)
    assert "没有计入" in answer.answer
