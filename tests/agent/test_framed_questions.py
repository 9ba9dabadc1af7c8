"""Questions as hotline operators, consultants and officials put them: the frame is no topic, documents by what they are about."""

from __future__ import annotations

import pytest

from assistant.agent.answer import AnswerStatus
from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.naming import PolicyNaming
from assistant.documents.library import Library
from assistant.service import Assistant
from tests.agent.test_conversations import SYNERGY, ZERO, cited, talk

ECOLOGY = "fujian-ecology-reply-20251312"
FORESTRY = "fujian-forestry-reply-20251151"


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        (
            "您好，有位大学生来电做作业，他看到省里减污降碳的文件里提到“三线一单”，想知道这四样分别指的是什么，请问能帮我找一句可以直接念给他听的话吗？",
            f"{SYNERGY}#二/（一）",
        ),
        ("有园区客户问美丽园区，省里把它分成哪几类的？我记得是 3 types", f"{ECOLOGY}#二/段1"),
        ("厂子在平潭 不属于哪个设区市吧 那材料递给谁", f"{ZERO}#第十一条/（一）"),
        ("某区执法队来电，零碳工厂管理办法能否作为执法依据", f"{ZERO}#题名"),
    ],
)
def test_a_framed_question_is_answered(question: str, clause: str, real_assistant: Assistant) -> None:
    answer = talk(real_assistant, question)
    assert answer.status is AnswerStatus.ANSWERED
    assert clause in cited(answer)


@pytest.mark.parametrize(
    "question", ["有位投资人问FFCER一吨什么价，他要写研报", "有位同事问欧盟CBAM证书怎么买，简单说就行"]
)
def test_a_frame_makes_no_answer(question: str, real_assistant: Assistant) -> None:
    assert talk(real_assistant, question).status is AnswerStatus.REFUSED


def test_addressees_answer_only_where_asked_for(real_assistant: Assistant) -> None:
    assert f"{SYNERGY}#文头/主送" not in cited(talk(real_assistant, "平潭的厂，零碳申报材料递给谁"))[:1]
    assert f"{SYNERGY}#文头/主送" in cited(talk(real_assistant, "减污降碳方案主送哪些单位"))


@pytest.mark.parametrize(
    ("message", "policy"),
    [
        ("讲零碳+建设的那份答复是哪天", ECOLOGY),
        ("林业碳汇补偿那份提案答复，上面的电话是多少", FORESTRY),
        ("减污降碳那份方案什么时候印发的", SYNERGY),
    ],
)
def test_a_document_by_what_it_is_about(
    message: str, policy: str, corpus_library: Library, lexicon: Lexicon
) -> None:
    assert PolicyNaming(corpus_library, lexicon).named(message) == (policy,)


@pytest.mark.parametrize("message", ["碳抵消那份材料要盖章吗", "食堂采购那份合同谁签"])
def test_what_is_no_document_of_ours_names_none(
    message: str, corpus_library: Library, lexicon: Lexicon
) -> None:
    assert PolicyNaming(corpus_library, lexicon).named(message) == ()


@pytest.mark.parametrize(
    "turns",
    [
        ("1312号答复写42家，1151号答复写近300家，是不是打架了，请把两处原文并列",),
        ("42家是干什么的", "林业局那份写的是近300家，是不是矛盾？两处并列给我"),
    ],
)
def test_figures_that_seem_to_contradict_are_told_beside_each_other(
    turns: tuple[str, ...], real_assistant: Assistant
) -> None:
    answer = talk(real_assistant, *turns)
    assert {f"{ECOLOGY}#一/段1", f"{FORESTRY}#二/一是"} <= set(cited(answer))
    assert "42家" in answer.answer
    assert "近300家" in answer.answer


def test_the_same_is_asked_of_another_document(real_assistant: Assistant) -> None:
    answer = talk(real_assistant, "1312号提案答复的联系人是谁", "他又问林业碳汇补偿那份提案答复，联系人是谁")
    assert "戴腾飞" in answer.answer


@pytest.mark.parametrize("question", ["KPI 里 offset 最多能占 baseline 多少", "offset ratio 上限多少 ok？"])
def test_english_words_of_the_field(question: str, real_assistant: Assistant) -> None:
    assert "50%" in talk(real_assistant, question).answer
