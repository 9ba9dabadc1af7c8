"""The frame around a question: who calls and what they say first, what the answer is for, and how it is to be told.

有位大学生来电做作业，他看到文件里提到“三线一单”，想知道指的是什么，能找一句念给他听的话吗 asks what “三线一单” means. Words of the
frame are no topic: they are set aside before the message is read. Whatever is said of an enterprise stays, and so does
every amount and place; who calls and what for are words of corpus/lexicon.yaml, the rest is the grammar of reported
speech.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.agent.understanding.questions import ASKING
from assistant.quantities import find_quantities

_BLANKS = r"(?<=[一-鿿]{2})[ \t]+(?=[一-鿿]{2})"  # between what people type without signs
_SEGMENT = re.compile(
    rf"(?:[“「『\"][^”」』\"]*[”」』\"]|(?!{_BLANKS})[^，,。；;？?！!\n])+(?:[，,。；;？?！!\n]|{_BLANKS})*|(?:[，,。；;？?！!\n]|{_BLANKS})+"
)
_SIGNS = " 　，,。；;？?！!：:\n"
_CONCERN = re.compile(r"厂|企业|公司|集团|单位|园区")  # an applicant may be meant
_OF_SERVICE = re.compile(
    r"(?:咨询|顾问|律师|传媒|认证|检测|中介|代理|投资|证券|会计)[^，。？?]{0,3}(?:公司|机构|单位|企业)"
)
_BARE_CONCERN = re.compile(
    r"^(?:有|一|[这那某]|个|家|位|些|几|的|外地|本地|园区|客户)*(?:企业|厂家|公司|单位|工厂)$"
)
_ADVERBS = r"(?:又|还|也|就|都|刚才|刚刚|刚|现在|今天|昨天|上午|下午|一直|主要|其实|特别|非常|很|跑来|过来|专门|突然|老是|总|硬|再|在)*"
_SAYING = (
    r"(?:来电话?|来信|来访|致电|打(?:了|来|进)*(?:一|个)*电话(?:来|过来|进来)?|打(?:进来|来|过来)|留言|发(?:微信|消息|邮件)|"
    r"(?:想|要|来|非要)*(?:请)?(?:问|追问|询问|咨询|请教|打听|了解|知道|弄清楚?|搞清楚?|搞懂|确认|核实|核对)(?!题|答)(?:起|到|道|过|了|一?下)*(?:我(?!们|厂|司|公司|这)|我们?(?=[，,：:、 ]))?(?:的是)?|"
    r"(?:跟我|和我|告诉我|同我)?(?:说|讲|提起|表示|反映(?!强烈)|反馈|自称|声称|坚持认为|认为|觉得|抱怨|转述|听(?:别人|人|人家|同行|朋友)?(?:说|讲)|听闻|(?:看到|看见|读到|刷到)(?:新闻|网上|报道|公众号|视频|朋友圈|电视)?(?:上|里)?(?:讲|说|写)?|记得|纠结|关心|好奇)(?:了|的是|是(?![否不])|过|着)*(?!明))"
)
_SPOKEN_ON = rf"{_ADVERBS}{_SAYING}(?:[，,：:、 ]*{_ADVERBS}{_SAYING})*[，,：:、 ]*"
_PRONOUN = r"(?:那|然后|接着|结果)?(?:[他她](?!们?[厂公的企单])们?|对方|人家|来电人|来电者)(?:那边|这边)?"
_LED = r"(?:那|您好|你好|现在|刚才|刚刚|刚|今天|昨天|上午|下午|另外|还有|然后|线上|这边|这里|我们?这边|我们?这|我们?|窗口|热线)*"
_COUNTED = r"(?:有(?:[一两几]?[位个名些群]|家)?|(?:[一两几这那某]|另)[位个名群])"
_MANNER = re.compile(
    r"(?:(?:请问|请|麻烦|烦请|劳驾|还请|那|您|你|小条|最好|希望|再|就|只要|尽量|顺便|并|帮忙?|给|替|我们?|能不能|能否|可否|可以|能|要|想|直接|用)*)"
    r"(?:"
    r"(?:给|找|来|写|拟|编|说|回)?(?:一|出|个|几|两)*(?:句|段)[^，。？?]{0,12}?(?:念|读|回|答|说|讲|转述|照念|引用|现成|完整|通俗|白话)[^，。？?]{0,8}?(?:话|口径|说法|答复|的|听)?|"
    r"一[句两]?[句]?话(?:说|概括|回答|讲|总结|答复)?(?:清楚|明白)?(?:一?下)?|"
    r"(?:简单|简短|简要|简洁|通俗|口语化?|扼要|大白话|白话|慢|精炼)(?:点|一点|些|地)*(?:说明|说|讲|回答|答|介绍|告知|解释)?(?:一?下|几句)?|"
    r"(?:查|找|翻|看)(?:一?下|一[查找看])?(?:原文|原话|条文|条款|出处|依据|资料)?|"
    r"(?:别|不要|不用)(?:太|讲|说)*(?:长|复杂|啰嗦|专业|细|绕)|"
    r"(?:列|附|标|注|写|给|说|带|讲)(?:一?下|上|明|出|个)*(?:出处|依据|条款号?|来源|引文|原文出处|文号出处)(?:出来|吧)?|"
    r"(?:我)?(?:该|应该?|可以|能|要|能不能|可不可以|怎么|如何|咋|怎样|这样|这么|直接|照这个|先)+(?:跟|给|和|向|对|同)(?:他|她|人家|对方|客户|群众|市民|学生|领导|老板|来电人|记者|家长)们?"
    r"(?:答复|回复|回答|回应|回话|回|答|说|讲|解释|交代|念)(?:一?下|过去)?|"
    r"(?:我)?(?:该|应该?|可以|能|要|能不能|可不可以|怎么|如何|咋|怎样|这样|这么|直接|照这个|先)+(?:答复|回复|回答|回话|回)(?:一?下|过去)?(?:他|她|人家|对方|客户|群众|市民|学生|领导|老板|来电人|记者|家长)?们?(?:听)?(?:呢|才好|比较好|好|合适|呀|才对)?|"
    r"(?:文件|材料|政策|办法|方案|原文)里(?:面|头)?(?:怎么|为什么|为啥|咋|干嘛)(?:会|要|还)?(?:写|提|讲)(?:到|进去?|上|起)?(?:这个|它|了)?|"
    r"(?:每[个条项问]|都|各|分别|全)*(?:要|给|带|写|附|标|注|说|讲)(?:上|出|明)?(?:条号|条款号|第几条|出处|条文号)|"
    r"(?:念|读|讲|说)给(?:他|她|人家|对方|客户|群众|市民|学生|领导|老板|来电人|记者|家长|孩子|老人|大家)们?听?|"
    r"(?:答复|回复|回|告诉)(?:他|她|人家|对方|客户|群众|市民|领导|老板|来电人|记者|家长)们?(?:一?下|一声)?|"
    r"(?:在线等|急用|着急|挺急|很急|急|尽快|马上要|等着用|等着回)(?:着|的|呢|啊)*"
    r")(?:就行|就好|就可以|即可|了|吗|吧|呢|的|好吗|好不好|行吗|可以吗|谢谢|哈|啊|用)*"
)
_SHIFT = re.compile(
    r"(?:等[下会]儿?|等等|先|再|顺便|另外|对了|哦|诶|那|我|想|还|又|岔开?|插)*(?:问|说|聊|打听|打岔|插|换|请教)(?:一?[下句个])*(?:个)?"
    r"(?:别的|其他的?|另外的|另一[个件]事?|题外话|话题|问题|事情?|别的事|不相关的)(?:吧|哈|啊|呢|先|了)*"
)
_ABOUT_ME = re.compile(
    r"(?:我们?|这边|本人|自己)?(?:这边)?(?:对[^，。？?]{0,8})?(?:也|都|还|一时|自己|有点|有些|是|其实|真)*(?:不太|不大|不是很|不怎么|不)(?:熟悉?|懂行|懂|专业|会查|敢(?:乱|随便)(?:答|说|回))(?:业务|政策|情况|这块|行情)?|"
    r"(?:把)?我(?:们)?(?:这边)?(?:也|都|一时|自己|给|被)*(?:答不上来|说不上来|问住了|被问倒了?|拿不准|吃不准|心里没底|不好(?:回答|答复|乱说|答|回))|"
    r"(?:我们?|自己)(?:这边)?(?:也|都|刚|已经|来来回回)*(?:查|翻|找|看)了?[^，。？?]{0,6}(?:没(?:查|找|翻|看)(?:到|见|着|明白)|看不懂|找不到|查不到)"
)
_CALL = re.compile(
    r"(?:我们?|这边|刚才?|刚刚|今天|上午|下午|昨天)*(?:接到|收到|接了|来了)(?:了|一|个|通|条|封|位)*(?:电话|来电|咨询|留言|来信|邮件)|线上有人"
)
_HEDGE = re.compile(r"(?:我|我们)?(?:只|就|大概|隐约|模糊)?(?:记得|印象[中里]|印象是|依稀|猜|以为|感觉)")
_PURPOSE = (
    r"(?:我们?|[他她]?(?:家|们)?(?:的)?(?:小孩|孩子|儿子|女儿)|他|她|人家|学校|老师|单位|班里|部门|领导|老板|这边|主要|因为|明天|后天|下周|今天|晚上|等下|等会儿?|待会儿?|回头|好|正|马上|最近|周[一二三四五六日末])*"
    r"(?:是|要|想|在|得|准备|正在|需要|打算|用来|用于|为了|拿去|拿来|等着|急着|说)*(?:(?:给|替|帮|向|跟|为)[^，。？?]{1,6}?)?"
    r"(?:布置|要求|做|写|搞|编|弄|交|赶|准备|整理|出|回|开|上|备|参加|发|去|讲|画|报|填|拟)?(?:了|一|个|份|篇|次|场|点|的|毕业|暑假|寒假|社会|实践|小组|课程|课外|内部|年度|季度|本周|相关)*"
)
_SHORT = 14  # characters of a guess that is only told beside a question
_LEFT = re.compile(r"[^\s，,。；;？?！!：:、吗呢吧的了啊]")


class Framing:
    """Tells the frame from the question, with the callers and occasions of a lexicon."""

    def __init__(self, callers: Sequence[str], occasions: Sequence[str]) -> None:
        people = "|".join(sorted(map(re.escape, callers), key=len, reverse=True)) or r"(?!)"
        occasion = "|".join(sorted(map(re.escape, occasions), key=len, reverse=True)) or r"(?!)"
        after = rf"(?:们|[那这]边|[一-鿿]{{0,3}}(?:为了|要)?(?:{occasion}))?[，,]?"
        self._caller = re.compile(
            rf"{_LED}(?P<who>{_COUNTED}[^，。？?！!]{{0,14}}?(?:{people})|(?:{people})){after}{_SPOKEN_ON}"
        )
        self._concern = re.compile(
            rf"{_LED}(?P<who>(?:有|[一这那某])[个家位]?[^，。？?！!]{{0,16}}?(?:厂|企业|公司|国企|央企|单位))(?:的人|负责人)?{_SPOKEN_ON}"
        )
        self._pronoun = re.compile(rf"{_PRONOUN}{_SPOKEN_ON}")
        self._elided = re.compile(
            rf"(?:{_ADVERBS})(?:{_SAYING}(?:是)?|(?:想|要|让|叫)(?:我)?(?:帮)?(?:他|她)?(?:查|找|看)(?:一?下)?)[，,：:、 ]*"
        )
        self._present = re.compile(
            rf"{_LED}(?:是|{_COUNTED})[^，。？?！!]{{0,16}}?(?:{people})(?:们)?(?:{_SAYING})?"
        )
        self._self = re.compile(
            rf"(?:您好|你好|喂|那个)*我(?:们)?(?:这边|这里|这)?(?:是|叫|姓|刚|才)[^，。？?]{{0,16}}(?:{people}|12345|热线|窗口|服务大厅|服务中心)[^，。？?]{{0,4}}"
        )
        self._leading = re.compile(
            rf"{_PURPOSE}(?:{occasion})(?:里|上|中)?(?:需要|要|得|想)(?:写(?:到|进)?|查|用到?|引用|讲到?|找|核对|了解|知道|弄清)(?:一?下)?"
        )
        self._purpose = re.compile(rf"{_PURPOSE}(?:{occasion})(?:要?用的?|里要?用|要写|需要|要|呢|的|了)*")

    def unframed(self, message: str) -> str:
        """The message without its frame; the message itself where it has none or nothing but a frame."""
        segments = _SEGMENT.findall(message)
        kept: list[str] = []
        reported = False
        asks = sum(ASKING.search(one) is not None for one in segments)
        for segment in segments:
            rest, reported = self._without_report(segment, reported)
            words = rest.strip(_SIGNS)
            if _LEFT.search(rest) and not self._is_frame(words, asks > 0):
                kept.append(rest)
        whole = "".join(kept).strip(" 　，,：:；;")
        return whole if whole != message and len(_LEFT.findall(whole)) > 1 else message

    def _without_report(self, segment: str, reported: bool) -> tuple[str, bool]:
        """A segment without who says it, and whether it is reported speech."""
        rest = segment
        while True:
            found = self._caller.match(rest) or self._pronoun.match(rest) or self._leading.match(rest)
            if found is None and reported:
                found = self._elided.match(rest)
            if found is None or not found.end():
                break
            rest, reported = rest[found.end() :], True
        found = self._concern.match(rest)
        if found:
            who = "" if _BARE_CONCERN.match(found["who"]) else f"{found['who']}，"
            return who + rest[found.end() :], True
        found = self._present.fullmatch(rest.strip(_SIGNS))
        if found and not _CONCERN.search(rest) and not find_quantities(rest):
            return "", True
        return rest, reported

    def _is_frame(self, words: str, asked: bool) -> bool:
        """Whether a segment only tells of the one who asks, of the occasion or of the manner of the answer."""
        if any(one.unit for one in find_quantities(words)) or not asked:
            return False
        if _MANNER.fullmatch(words) or _SHIFT.fullmatch(words):
            return True
        if ASKING.search(words):
            return False
        told = self._self.fullmatch(words) is not None and not _CONCERN.search(_OF_SERVICE.sub("", words))
        hedged = _HEDGE.match(words) is not None and len(words) <= _SHORT and "不" not in words
        return (
            told
            or hedged
            or bool(_CALL.fullmatch(words) or _ABOUT_ME.fullmatch(words) or self._purpose.fullmatch(words))
        )
