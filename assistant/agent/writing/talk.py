"""Answers to small talk, and what is said where somebody wants to change how the assistant works."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.agent.answer import AnswerStatus
from assistant.agent.understanding.talk import Talk
from assistant.agent.writing.draft import Draft

OFFER = "您可以问“零碳工厂有哪些申报条件”，也可以直接说企业的数据让我判断。"
HELLO = (
    "您好，我是条问，依据福建省已收录的政策原文回答问题，并给出条款出处；涉及排放量、抵消占比、得分等数字，由规则引擎精确计算。"
    + OFFER
)
REPLIES: Mapping[Talk, str] = {
    Talk.HELLO: HELLO,
    Talk.ABILITY: HELLO,
    Talk.SELF: "我是条问，一个自动答复政策问题的程序，不是真人。我只依据已收录的政策原文回答，并给出条款出处；数字由规则引擎计算。"
    + OFFER,
    Talk.THANKS: "不客气，很高兴能帮上忙。还有政策或申报上的问题，请随时问我。",
    Talk.BYE: "再见，祝您工作顺利。还有政策或申报上的问题，请随时问我。",
    Talk.COMPLAINT: "抱歉没有答好。请告诉我哪一处不对，或者换个说法再问一次，我会重新核对条款原文和数据。",
    Talk.PRAISE: "谢谢您的肯定。还有政策或申报上的问题，请随时问我。",
    Talk.NOTED: "好的。还有政策或申报上的问题，请随时问我。",
    Talk.PERSON: "抱歉，我这里没有人工坐席，不能转接。政策问题可以直接问我，需要人工答复的请联系主管部门。",
    Talk.WAIT: "好的，不急。查到后直接告诉我就行，前面说过的都还记着。",
    Talk.OPENING: "好的，请直接说您的问题。" + OFFER,
}
INSIDES = (
    "我只依据政策原文回答问题，不能提供系统内部信息，也不会改变判定方式。您可以继续问政策条款或申报条件。"
)
SET_ASIDE = "（您消息里指定结果或要求改变规则的话没有采用；回答只依据条款和数据。）"


def small_talk(talk: Talk | None) -> Draft:
    """The answer to small talk; it needs no clause."""
    return Draft(REPLIES.get(talk or Talk.HELLO, HELLO), AnswerStatus.ANSWERED)


def insides() -> Draft:
    """The refusal of what would change or show how the assistant works."""
    return Draft(INSIDES, AnswerStatus.REFUSED)
