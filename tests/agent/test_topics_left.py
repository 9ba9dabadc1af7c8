"""A message that says itself what it is about is answered as if it came first, whatever was spoken of before."""

from __future__ import annotations

import pytest

from assistant.agent.answer import Answer, AnswerStatus
from assistant.service import Assistant

ZERO = "fujian-zero-carbon-factory"
SYNERGY = "fujian-pollution-carbon-synergy"
FUZHOU = "fuzhou-industry-carbon-peak"
FORESTRY = "fujian-forestry-reply-20251151"

DRAWN = "现场核查抽几家，一共12家"
JUDGED = "我们2021年10万吨，去年4万吨，抵消4万吨，够零碳吗"
JUDGED_NEAR = "我们用能5000吨标煤，培育期初6万吨，期末5.7万吨，近零碳行吗"
SHARE = "2021年10万吨，抵消3万吨，占比多少"
CONDITIONS = "近零碳工厂要什么条件"


def after(assistant: Assistant, turns: str) -> Answer:
    first, *rest = turns.split("|")
    answer = assistant.ask(first)
    for message in rest:
        answer = assistant.ask(message, answer.conversation_id)
    return answer


def cited(answer: Answer) -> list[str]:
    return [citation.address for citation in answer.citations]


@pytest.mark.parametrize(
    ("before", "message", "address"),
    [
        # a place, or a document, without rules
        (JUDGED, "福州提的乘用车新车碳强度2030比2020要往下降多少", f"{FUZHOU}#三/（三）/3"),
        (JUDGED, "省方案里到2025年新能源车卖的占比要多少，两成？", f"{SYNERGY}#三/（六）"),
        # a figure that a text states
        (SHARE, "商用车新车碳排放强度到2030年比2020年要降多少", f"{FUZHOU}#三/（三）/3"),
        (DRAWN, "合成氨、烧碱达到标杆水平的产能比例（福州，2025）", f"{FUZHOU}#三/（一）/2"),
        # a row of a table by its words, which the known figures give no points for
        (JUDGED, "评价表里利用厂区建光伏那一条，零碳工厂能得多少分", f"{ZERO}#附件3/15/2"),
        (JUDGED, "上了数字化能碳管理中心能拿几分？零碳工厂评价表里的", f"{ZERO}#附件3/14"),
        # a field of a form, and the number of a clause that is asked for
        (JUDGED, "零碳申报书里头一年用多少能那一栏", f"{ZERO}#附件1/年综合能耗（tce）"),
        (JUDGED, "客户说零碳工厂碳抵消最多可以到70%，是第几条", f"{ZERO}#第八条/（二）"),
        (JUDGED_NEAR, "近零碳能耗门槛多少吨标煤", f"{ZERO}#第九条/（一）"),
        # how many there are to draw from is nothing known of an applicant
        (DRAWN, "碳排放强度这项在零碳评价表和近零碳验收表里各占几分？", f"{ZERO}#附件3/8"),
        (DRAWN, "近零碳那份申报书，有没有一栏要填绿色工厂的", f"{ZERO}#附件2/是否获评省级及以上绿色工厂"),
    ],
)
def test_what_a_message_names_is_not_measured(
    before: str, message: str, address: str, real_assistant: Assistant
) -> None:
    answer = after(real_assistant, f"{before}|{message}")
    assert address in cited(answer)
    assert not answer.calculations


@pytest.mark.parametrize(
    ("turns", "address"),
    [
        ("福州方案有效期到哪天|第8条第二项说啥", f"{ZERO}#第八条/（二）"),
        ("林业局那个答复是哪天发的|第八条（一）和附件3第6项对能效的要求有啥出入", f"{ZERO}#附件3/6"),
        (f"{DRAWN}|专栏2里建筑陶瓷推广什么技术", f"{FUZHOU}#专栏2/3"),
        ("福州到2025年短流程炼钢占比多少|附件4第10项规定了什么？", f"{ZERO}#附件4/10"),
    ],
)
def test_a_clause_that_the_topic_before_has_not_is_looked_for_elsewhere(
    turns: str, address: str, real_assistant: Assistant
) -> None:
    assert address in cited(after(real_assistant, turns))


def test_a_clause_that_no_policy_has_is_told_of_the_one_before(real_assistant: Assistant) -> None:
    answer = after(real_assistant, "零碳工厂办法第十二条讲什么|第三十条呢")
    assert answer.status is AnswerStatus.REFUSED
    assert "《福建省零碳工厂建设管理办法》没有第三十条" in answer.answer


@pytest.mark.parametrize(
    ("turns", "address"),
    [
        ("福州方案几时发的|零碳工厂那个办法管到哪年哪月为止", f"{ZERO}#第十五条"),
        ("福州方案几时发的|那个办法管到哪天", f"{ZERO}#第十五条"),
        ("福州方案几时发的|林业碳汇区域补偿那个提案答复是哪一天出的", f"{FORESTRY}#落款/日期"),
        (f"{CONDITIONS}|减污降碳那个通知主送给谁的", f"{SYNERGY}#文头/主送"),
        (f"{CONDITIONS}|啥叫零碳工厂", f"{ZERO}#第三条"),
    ],
)
def test_a_document_or_term_that_is_named_is_meant(
    turns: str, address: str, real_assistant: Assistant
) -> None:
    assert address in cited(after(real_assistant, turns))


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        (f"{JUDGED_NEAR}|2021年排放20万吨，去年9万吨，抵消8万吨，碳削减率多少？", "碳削减率为95%"),
        (f"{JUDGED}|培育期开始35000吨，结束33500吨，削减率多少", "培育期碳削减率为4.29%"),
        (f"{JUDGED_NEAR}|2021年9万吨，最多能抵多少吨", "4.5万吨"),
        (
            f"{JUDGED_NEAR}|21年大概12万吨 去年约4.8万左右 抵消跟去年排的一样多 抵消占比到多少了",
            "碳抵消占比为40%",
        ),
        (f"{CONDITIONS}|抵消占比百分之四十，那项能得几分", "碳抵消得分为10分"),
    ],
)
def test_figures_of_the_other_programme_are_measured_by_it(
    turns: str, told: str, real_assistant: Assistant
) -> None:
    assert told in after(real_assistant, turns).answer


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        (f"{JUDGED}|那抵消那项几分", "碳抵消得分为10分"),
        (f"{JUDGED}|按这些数碳削减率多少", "碳削减率为100%"),
        (f"{DRAWN}|那18家呢", "最少抽查家数为4家"),
        (f"{JUDGED}|近零碳呢", "近零碳工厂目前待补充"),
    ],
)
def test_what_a_message_lacks_is_carried_over(turns: str, told: str, real_assistant: Assistant) -> None:
    assert told in after(real_assistant, turns).answer


@pytest.mark.parametrize(
    ("turns", "address"),
    [
        (f"{CONDITIONS}|央企找谁报", f"{ZERO}#第六条"),
        ("省里减污降碳方案里交通怎么做|美丽园区分几种", "fujian-ecology-reply-20251312#二/段1"),
        (
            "零碳工厂办法第十二条讲什么|俺家是规模猪场，二零二五年前猪粪这块要做到啥程度",
            f"{SYNERGY}#三/（八）",
        ),
        ("福州方案里钢铁怎么改造|要交哪些材料", f"{ZERO}#第十一条/（一）"),
    ],
)
def test_a_short_question_that_its_thread_does_not_cover_leaves_it(
    turns: str, address: str, real_assistant: Assistant
) -> None:
    assert address in cited(after(real_assistant, turns))


@pytest.mark.parametrize(
    "turns",
    [
        f"{JUDGED_NEAR}|帮我写封辞职信",
        "福州方案里钢铁怎么改造|那家具呢",
        "零碳工厂办法第十二条讲什么|工伤认定要几天出结果",
        f"{DRAWN}|今天全国碳市场碳价多少一吨",
    ],
)
def test_a_thread_does_not_answer_what_no_text_speaks_of(turns: str, real_assistant: Assistant) -> None:
    assert after(real_assistant, turns).status is AnswerStatus.REFUSED


def test_points_of_an_item_of_the_other_table_are_told(real_assistant: Assistant) -> None:
    answer = after(real_assistant, f"{JUDGED}|附件四第8项是啥要求，多少分？")
    assert "附件4第8项（能耗规模及绿色化水平）" in answer.answer
    assert "**。**" not in answer.answer


def test_a_number_that_is_asked_for_is_no_figure(real_assistant: Assistant) -> None:
    answer = after(real_assistant, f"{DRAWN}|产品碳足迹标识认证，咱省的全国试点是哪两个")
    assert "锂电池" in answer.answer
    assert not answer.calculations


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        ("零碳工厂总共几步|福州的钢铁要做哪些改造|回到零碳工厂，第四步，15家过了评审，要去看几家", "3家"),
        (
            "全省非化石能源25年占比|福州短流程炼钢25年啥目标|刚才非化石那个，到2030年呢",
            "没有找到2030年的规定",
        ),
    ],
)
def test_a_topic_that_is_come_back_to_is_the_one_meant(
    turns: str, told: str, real_assistant: Assistant
) -> None:
    assert told in after(real_assistant, turns).answer


def test_what_was_asked_for_stays_asked_over_a_question_in_between(real_assistant: Assistant) -> None:
    told = after(real_assistant, "我们能不能评零碳|林业局那份答复几号的|10万吨")
    assert "申报上年度的碳排放量" in told.answer  # the next fact is asked for
    why = after(real_assistant, "我们能不能评零碳|林业局那份答复几号的|那你要我21年的排放干嘛")
    assert "问这个，是因为" in why.answer
    assert f"{ZERO}#第八条/（二）" in cited(why)


def test_why_a_rule_is_so_is_not_why_a_fact_is_asked_for(real_assistant: Assistant) -> None:
    answer = after(real_assistant, "我们能不能评零碳|林业局那份答复几号的|为什么抵消只能算一半")
    assert "问这个，是因为" not in answer.answer


@pytest.mark.parametrize("message", ["够不够条件", "这样够不够条件？"])
def test_a_bare_question_whether_it_suffices_is_one_of_eligibility(
    message: str, real_assistant: Assistant
) -> None:
    answer = real_assistant.ask(message)
    assert answer.status is AnswerStatus.NEEDS_FACTS
    assert answer.verdict is not None


@pytest.mark.parametrize("turns", ["厦门补贴多少", "零碳工厂有补贴吗|厦门补贴呢"])
def test_a_silence_is_not_that_of_another_city(turns: str, real_assistant: Assistant) -> None:
    answer = after(real_assistant, turns)
    assert answer.status is AnswerStatus.REFUSED
    assert answer.answer.startswith("没有收录厦门的政策文件")


@pytest.mark.parametrize("message", ["我们在泉州，评上零碳工厂有补贴吗", "泉州的企业评上零碳工厂有奖励没"])
def test_an_applicant_from_a_city_is_told_the_silence(message: str, real_assistant: Assistant) -> None:
    answer = real_assistant.ask(message)
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.answer.startswith("办法没有规定")


def test_who_does_each_of_several_steps(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("近零碳初审归谁，复审归谁，验收归谁")
    assert {f"{ZERO}#第十二条/（{number}）" for number in "二三五"} <= set(cited(answer))


def test_an_item_of_that_table_is_one_of_the_programme_or_of_all(real_assistant: Assistant) -> None:
    assert cited(real_assistant.ask("附件里那张表的第4项")) == [f"{ZERO}#附件3/4", f"{ZERO}#附件4/4"]
    spoken_of = after(real_assistant, f"{CONDITIONS}|附件里那张表的第9项讲什么")
    assert cited(spoken_of)[0] == f"{ZERO}#附件4/9"


def test_a_question_announced_before_it_is_asked_is_read_alone(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("等下先问个别的，老板刚提到红树林，全省到25年要新种多少")
    assert "675公顷" in answer.answer


def test_a_document_s_outline_follows_another_one(real_assistant: Assistant) -> None:
    answer = after(real_assistant, "减污降碳方案有几部分|第五部分讲啥|零碳办法几章")
    assert "共四章、十五条、四个附件" in answer.answer


@pytest.mark.parametrize(
    ("turns", "address"),
    [
        ("电动福建是啥|零碳啥时候施行", f"{ZERO}#第十五条"),
        ("能不能用林业碳汇抵|FFCER成交多少|抵消比例最高呢", f"{ZERO}#第八条/（二）"),
        ("我们是央企|抵消最多多少", f"{ZERO}#第八条/（二）"),
        ("省里农膜回收要求|秸秆呢", f"{SYNERGY}#三/（八）"),
        (
            "2021年10万吨，抵消3万吨，占比多少|我们在长乐，年能耗6千多吨标煤，新上变压器得用几级能效的",
            f"{FUZHOU}#二/（二）/5",
        ),
    ],
)
def test_the_best_clause_of_what_is_named_comes_first(
    turns: str, address: str, real_assistant: Assistant
) -> None:
    answer = after(real_assistant, turns)
    assert address in cited(answer)[:3]
    assert len(answer.answer) < 1200  # not the whole list that it stands in


def test_a_further_question_about_the_text_is_not_one_about_the_applicant(
    real_assistant: Assistant,
) -> None:
    answer = after(real_assistant, f"{JUDGED_NEAR}|评上零碳工厂省里奖多少钱？有补贴没")
    assert answer.status is AnswerStatus.ANSWERED
    assert answer.verdict is None
    silent = after(real_assistant, f"{JUDGED_NEAR}|附件3那张零碳工厂打分表，总分考到多少分算及格")
    assert "没有规定评分的合格线" in silent.answer


def test_a_park_is_no_factory(real_assistant: Assistant) -> None:
    answer = after(real_assistant, "我们去年排了4万吨，2021年10万吨|福州近零碳园区有目标没|我们抵消3万够不够")
    assert answer.verdict is not None
    assert answer.verdict.programme == "零碳工厂"


def test_a_row_of_several_lines_has_its_counterpart(real_assistant: Assistant) -> None:
    assert f"{ZERO}#附件4/16/1" in cited(after(real_assistant, "零碳评价表第15项|近零碳对应的呢"))
    none = after(real_assistant, "零碳评价表第10项|近零碳对应的呢")
    assert "没有与它对应的一项" in none.answer


@pytest.mark.parametrize("message", ["够零碳吗", "厦门能报零碳不"])
def test_whether_somebody_qualifies_in_few_words(message: str, real_assistant: Assistant) -> None:
    answer = real_assistant.ask(message)
    assert answer.verdict is not None
    assert answer.verdict.programme == "零碳工厂"


def test_how_much_is_missing_is_computed_and_no_silence(real_assistant: Assistant) -> None:
    turns = "近零碳，客户说培育期开始的时候8万吨，到期末7.8万吨|还差多少才算过"
    assert "2000吨" in after(real_assistant, turns).answer


def test_a_share_that_suffices_is_computed(real_assistant: Assistant) -> None:
    answer = real_assistant.ask("近零碳培育期，期初20万吨，期末19万吨，碳削减率够5%吗")
    assert answer.answer.startswith("**培育期碳削减率为5%")
    assert answer.verdict is None
