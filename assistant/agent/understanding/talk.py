"""What of a message is no question and no fact: small talk, and attempts to tell the assistant how to decide.

Both are set aside part by part, and the rest is read as if it had been said alone. Nothing that is set aside becomes a
fact, a rule or a result. What somebody claims a rule to be (我说了抵消可以放到80%) is held against the text instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from assistant.agent.understanding.programmes import programmes_named
from assistant.quantities import find_quantities
from assistant.rules.books import RuleBooks

REMEMBERED = 64  # messages


class Talk(StrEnum):
    """Kinds of small talk that have an answer of their own."""

    HELLO = "hello"
    THANKS = "thanks"
    BYE = "bye"
    SELF = "self"
    ABILITY = "ability"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    NOTED = "noted"
    PERSON = "person"
    OPENING = "opening"
    WAIT = "wait"


_END = r"[啊呀吗呢了的啦哈哦喔噢吧嘛嘞么哟~～！!。，,？?.… ]*"
_YOU = r"(?:你|您)(?:们|这|这个|那)?"
_SPOKEN: tuple[tuple[Talk, str], ...] = (
    (
        Talk.HELLO,
        r"(?:(?:你|您|大家)们?好|哈[喽罗]|hi|hello|hey|嗨|在(?:吗|么|不在|不)|有人(?:在)?吗|喂|(?:早上|上午|中午|下午|晚上)好|早安?|晚安)(?:\s*there)?(?:(?:你|您)好)?",
    ),
    (
        Talk.THANKS,
        r"(?:好的?|行|嗯|那|真的|太|非常|十分)*(?:谢谢|多谢|感谢|谢了|3q|thx|thanks?(?: you)?|辛苦|麻烦(?:你|您)?了|打扰)(?:你|您|了|啦|大家|老师|小条|的|帮助|帮忙|解答|回答|耐心|这么多|这个)*|(?:不好意思|抱歉)(?:打扰|麻烦)?(?:你|您)?了?",
    ),
    (
        Talk.BYE,
        r"(?:再见|拜拜?|回头见|回见|下次(?:再)?(?:见|聊|问)|先这样|就这样|没(?:有)?(?:别的)?(?:事|问题)了|下班|我?先(?:忙|撤|走|下)|byebye|bye)",
    ),
    (
        Talk.SELF,
        rf"{_YOU}(?:到底|究竟|是不是)?(?:是|叫)(?:不是)?(?:个|一个|什么|哪个|哪家|哪里的)?(?:谁|啥|名字|机器|真人|人工|人还是|AI|智能|chatgpt|gpt|deepseek|豆包|文心|通义|公司|模型|人(?=[吗么？?]|$))[^，。]{{0,10}}|{_YOU}(?:是不是)?(?:真的有|是活)人?[^，。]{{0,6}}|(?:我)?(?:是)?在?跟(?:真人|机器人?)[^，。]{{0,6}}|自我介绍.{{0,4}}|介绍(?:一)?下(?:你|您)?自己",
    ),
    (
        Talk.ABILITY,
        rf"(?:{_YOU}(?:都|还|具体)?(?:能|会|可以)(?:够)?(?:帮|替|给)?(?:我|我们)?(?:做|干|回答|解决|查|提供|办)?(?:点|些)?(?:什么|啥|哪些|干嘛|干什么)[^，。]{{0,6}}|能?帮(?:我)?干(?:点|些)?(?:啥|什么)|怎么(?:用|使用)(?:你|您|这个)?|(?:有)?(?:什么|哪些)功能|使用(?:方法|说明))",
    ),
    (
        Talk.COMPLAINT,
        rf"(?:{_YOU}|这|回答|答案|答|说话|怎么|真是?)+[^，。？?\d]{{0,8}}(?:错了|答错|搞错|弄错|算错|回答?得?不对|答得不对|说得不对|不对吧|胡说|瞎说|瞎编|乱说|太差|差劲|没什么用|垃圾|太慢|死板|太笨|真笨|笨死|智障|不靠谱|气死|什么玩意|文不对题)[^，。？?\d]{{0,4}}|(?:我)?(?:要|想)?投诉(?:你|您|你们)?|答非所问|(?:我)?(?:没|听不|看不)(?:听|看)?懂|胡说八道|差评|(?:我)?很?不满意",
    ),
    (
        Talk.PRAISE,
        rf"(?:{_YOU}|这|回答|讲|说|真|太|很|挺|好)*(?:得|的)?(?:真|太|很|挺|好|非常|蛮)*(?:棒|厉害|聪明|专业|贴心|牛|赞|好用|清楚|明白|详细|靠谱|给力|太好了|不错|好样的)(?:得很|极了|啦|多了)?|太好了|真好|(?:点|大)赞|好评",
    ),
    (
        Talk.NOTED,
        r"(?:好(?:的|嘞|吧|滴)?|行(?:吧)?|嗯+|恩+|哦+|噢+|喔|ok|okay|收到|知道|明白|了解|懂|清楚|哈+|呵+|可以|没问题|原来如此|原来是这样|这样啊|是这样)(?:了|啦|的)?(?:，?(?:明白|知道|收到|清楚|懂)(?:了|啦)?)?",
    ),
    (
        Talk.PERSON,
        r"(?:我(?:要|想)?|请|帮我|能不能|可以)?(?:转|接|找|换|有没有|有)(?:到|一下|个)?(?:人工|真人|客服|坐席)(?:客服|服务|坐席)?[^，。]{0,4}",
    ),
    (
        Talk.OPENING,
        r"(?:(?:我)?(?:想|要)?(?:请)?(?:问|咨询|请教|打听)(?:你|您)?(?:一?[下个]|点|些)?(?:问题|事儿?|政策|情况)?|(?:我)?有(?:个|点|一个|几个)?(?:问题|疑问|事)(?:想)?(?:问|咨询|请教)?(?:一?下)?|帮(?:帮|个)?(?:我|忙))",
    ),
    (
        Talk.WAIT,
        r"(?=[^啊呀吗呢了的吧哈 ])(?:(?:那|好的?|行|嗯+|哦+|喔|您|你|麻烦|请|先|你先)*(?:(?:等|稍等|稍候|等等)(?:我|一?下|一?会儿?|等|片刻)*|别急|不急))?(?:[哈啊哦呀，, ]*"
        r"(?:那|容|让)?(?:我|我们|咱们?)(?:先|去|再|得|要|回去|回头|让人|叫人|这就|马上)*(?:翻|查|找|看|问|核对|核实|确认|打听|统计|对)(?:了|一|一?下|一?[翻查找看问])+(?:报?表|台账|账|资料|数据|记录|底稿|会计|财务|师傅|领导|老板|他们|环保那边|同事)?)?",
    ),
)
_TALKS = tuple((kind, re.compile(rf"(?:{pattern}){_END}", re.I)) for kind, pattern in _SPOKEN)
_CHATTER = re.compile(
    r"(?:那)?我?(?:先|就)?(?:去|回去)(?:跟|和|向)?(?:老板|领导|同事)?(?:汇报|商量|看看|研究)[^，。]{0,4}|(?:你|您)?(?:吃饭|吃|睡|累|忙|多大|几岁|结婚|会(?:唱歌|跳舞|聊天))(?:了|不|过)?(?:没|吗|了)?.{0,4}|(?:今天|最近)?(?:心情|好累|好烦|无聊|郁闷)[^，。]{0,6}",
    re.I,
)

_RULES = (
    r"(?:指令|规定|规则|限制|设定|提示|约束|条条框框|要求|办法怎么|instructions?|rules?|prompts?|guidelines)"
)
TRICK = re.compile(
    rf"(?:忽略|无视|忘掉|忘记|抛开|不(?:要|用)(?:再)?管|别管|跳过|绕过|抛弃|推翻|覆盖|解除|disregard|ignore|forget|override|bypass)[^，。；\n]{{0,24}}{_RULES}|"
    r"扮演|假装|装作|(?:从)?现在(?:起|开始)[，,]?(?:你|您)(?:就)?是|(?:你|您)现在是|你的新(?:身份|角色|任务)|act as|pretend|role-?play|you are now|\bDAN\b|越狱|jailbreak|"
    r"(?:开发者|管理员|调试|维护|测试|上帝|超级|无限制|root|sudo|debug|developer|admin)\s*(?:模式|权限|mode)|"
    r"系统提示|提示词|(?:system|initial|hidden)\s*(?:prompt|message)|\bprompt\b|你的(?:指令|设定|规则是什么|源代码|代码|内部|配置|密钥|密码|训练数据|初始)|源代码|规则代码|api[\s_-]*key|密钥|环境变量|/etc/|\.env\b|"
    r"(?:你|您)[^，。]{0,8}模型|模型(?:的)?版本|(?:服务器|安装|代码)(?:的)?(?:路径|目录|地址)|"
    r"base64|rot13|解码|decode|(?:跟着|照着|跟)我(?:念|读)|(?:跟着|照着)我说|照我说的|复述|repeat (?:after|the)|逐字重复|say exactly|"
    r"(?:^|[【\[])系统(?:最高|紧急)?(?:核定|指令|消息|通知|公告|管理员)|(?:最高|紧急)指令|^\s*(?:system|assistant|user)\s*[:：]|\"(?:verdict|status|role|tool|name|function|answer)\"\s*:|tool_?calls?|function_?call|"
    r"(?:我|领导|厅里|上面|处里|局里)(?:已经?)?(?:特批|批准了?|批过|批的|说了算|授权)|我说了|内部口径|特批|特事特办|放宽到",
    re.I,
)
DICTATED = re.compile(
    r"照抄|照写|照念|照填|(?:不用|不必|无需|别)(?:您|你)?(?:再|重新)*(?:算|计算|核算|核对|判断)了?(?=[，。；！!\s]|$)|改判|"
    r"(?:直接|一律|统一|只要|只需|你就|您就|请你)(?:把|将)?[^，。；？?\n]{0,4}(?:给|告诉|回|判|写|说|输出|填|认定|算)[^，。；？?\n]{0,14}(?:符合|通过|合格|满分|达标|没问题|100)|"
    r"(?:直接|你就|您就|只要)[^，。；？?\n]{0,2}(?:写|回|说|填|输出|回答)[^，。；？?\n]{0,3}[“\"「『]"
)
_AS_GIVEN = re.compile(
    r"(?:就|都|统一)按[^，。；？?\n]{0,8}[%％分](?:来|去)?(?:算|写|填|定)|按[^，。；？?\n]{0,8}[%％分](?:来|去)?(?:判|认定)"
)
_AUTHORITY = re.compile(
    r"我们?(?:就)?是[^，。？?]{0,14}(?:厅|局|处长|局长|厅长|领导|管理员|开发|工程师|系统)[^，。？?]{0,4}"
)
_PART = re.compile(r"[^，。；！？!?,;\n】]+[，。；！？!?,;\n】]*")
AMOUNTS = ("吨", "吨标准煤", "万元")
_BRACKETS = "【】[]「」"
_MARKUP = re.compile(r"<[^<>]{0,200}>|!?\[(?P<words>[^\[\]]*)\]\([^()]*\)|\[\d{1,3}\]")
_BLOCK = re.compile(r"</?(?:div|p|br|li|tr|td|h\d|section|script|style)\b[^<>]{0,200}>", re.I)
_APART = re.compile(r"(?:(?<=[一-鿿]{2})|(?<=%))[ \t]+(?=[一-鿿]{2})")  # words between blanks, as people type
_HIDDEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACED = re.compile(r"(?<=[一-鿿])[ \t\u3000]+(?=[一-鿿])")
_DISCARDED = re.compile(
    r"(?:你|您)?(?:就|直接|照)*(?:回我|写|说|我说了|我批的|系统核定|统一)|[：:“”\"「」『』]"
)
_OF_RULE = re.compile(r"上限|下限|最[多高低少大小]|至[多少]|可以|能|不得|不超|放[宽到]|要求|规定|第.{1,3}条")
_RELAXED = re.compile(r"放(?:宽)?到")  # 可以放到80% claims a limit
_ASKS_END = re.compile(r"[吗呢么不没]?[？?]|[吗呢么](?:[，。；！!\s]|$)")
_ASKS = re.compile(r"[吗呢？?]|多少|几|是否|怎么|如何|还是|能不能|行不行|符不符合")


@dataclass(frozen=True)
class Heard:
    """A message with small talk and tricks set aside: what is left to read, the kind of talk, whether a trick was in it.

    `dictated` says that a result was told (直接写符合), so that the one the facts give is the answer; `framed` that the
    rest stood in a frame (他又问…), so that it is short for no want of a topic.
    """

    rest: str
    talk: Talk | None = None
    tricked: bool = False
    dictated: bool = False
    framed: bool = False


class Hearing:
    """Sets small talk and tricks aside; knows the rule books' programmes and metrics by name."""

    def __init__(self, books: RuleBooks) -> None:
        self._books = books.books
        self._results = {
            name
            for book in self._books.values()
            for metric in book.metrics.values()
            for name in (metric.label, *metric.synonyms)
        }
        self._topics = {
            word for book in self._books.values() for fact in book.facts.values() for word in fact.topic
        }
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._hear)

    def hear(self, raw: str, expecting: bool = False) -> Heard:
        """What of a message is to be read as a question or facts; `expecting` an answer, 嗯 and 可以 are one.

        The steps of one turn hear the same message over and over, so the last ones are kept.
        """
        return self._remembered(raw, expecting)

    def _hear(self, raw: str, expecting: bool) -> Heard:
        message = unmarked(raw)
        whole = _kind(message)
        if expecting and whole is Talk.NOTED:
            return Heard(message)
        if whole is not None:
            return Heard("", whole)
        parts: list[str] = _PART.findall(_APART.sub("，", message))
        if _waits(parts):
            return Heard("", Talk.WAIT)
        tricks = {at for at, part in enumerate(parts) if self._is_trick(part)}
        if any(map(_measures, parts)):  # what the engine can compute is not taken as given
            tricks |= {at for at, part in enumerate(parts) if _AS_GIVEN.search(part)}
        if tricks:
            return self._without_tricks(parts, tricks)
        kept, talk = _without_talk(parts)
        return Heard("".join(kept).strip() if talk else message, talk)

    def _without_tricks(self, parts: list[str], tricks: set[int]) -> Heard:
        """The parts that are no trick; beside one, a result that is only asserted and an office that is claimed go too."""
        dropped = tricks | {
            at for at, part in enumerate(parts) if _AUTHORITY.search(part) or self._asserts_result(part)
        }
        kept, _ = _without_talk(
            TRICK.sub("", part) if at in dropped else part
            for at, part in enumerate(parts)
            if at not in dropped or (_measures(part) and not self._asserts_result(part))
        )
        rest = "".join(kept).strip(" " + _BRACKETS)
        lost = programmes_named(self._books, "".join(parts))
        if not rest or not re.search(r"[\w一-鿿]{2}", rest):
            told = [parts[at] for at in sorted(dropped)]
            dictated = any(DICTATED.search(part) or self._asserts_result(part) for part in told)
            return Heard(self._claim(told), tricked=True, dictated=dictated)
        if lost and not programmes_named(self._books, rest):
            rest = f"{rest}，{lost[0].alias}"
        return Heard(rest, tricked=True)

    @staticmethod
    def _is_trick(part: str) -> bool:
        """Whether a part tells the assistant how to work or what to answer; 能直接算符合吗 asks."""
        joined = _SPACED.sub("", part)
        return bool(TRICK.search(joined) or (DICTATED.search(joined) and not _ASKS_END.search(joined)))

    def _asserts_result(self, part: str) -> bool:
        """碳削减率就是100%: a value of what the engine computes, stated and not asked."""
        named = any(name in part for name in self._results)
        return named and bool(find_quantities(part)) and not _ASKS.search(part)

    def _claim(self, parts: Iterable[str]) -> str:
        """What is claimed of a rule, as something to be confirmed: 我说了抵消可以放到80% -> 抵消可以最多80%，对吗."""
        for part in parts:
            if any(word in part for word in self._topics) and find_quantities(part) and _OF_RULE.search(part):
                words = _RELAXED.sub("最多", _DISCARDED.sub("", part.strip(" ，。；！？!?,;\n" + _BRACKETS)))
                return f"{words}，对吗"
        return ""


def unmarked(message: str) -> str:
    """The message without markup, hidden characters and markers like [1]: only what a person reads."""
    shown = _BLOCK.sub("，", _HIDDEN.sub("", message))
    return _MARKUP.sub(lambda found: found["words"] or "", shown).strip(" \n，")


def _without_talk(parts: Iterable[str]) -> tuple[list[str], Talk | None]:
    """The parts that are no small talk, and the kind of the last that is; who is spoken to goes before."""
    kept: list[str] = []
    talk: Talk | None = None
    for part in parts:
        kind = _kind(part)
        if kind is None:
            kept.append(part)
        else:
            talk = talk if talk is Talk.SELF else kind
    if talk and not any(re.search(r"[\w一-鿿]", part) for part in kept):
        kept = []
    return kept, talk


def _waits(parts: list[str]) -> bool:
    """哦要21年的啊，我翻一下: a figure is to be looked up, and nothing is asked or told meanwhile."""
    waiting = [part for part in parts if _kind(part) is Talk.WAIT]
    told = any(item.unit != "年" for part in parts for item in find_quantities(part))
    return bool(waiting) and not told and not any(_ASKS.search(part) for part in parts)


def _kind(part: str) -> Talk | None:
    """The kind of small talk that a part is as a whole."""
    words = part.strip(" ，。；！？!?,;\n…~～")
    if _CHATTER.fullmatch(words):
        return Talk.NOTED
    return next((kind for kind, pattern in _TALKS if words and pattern.fullmatch(words)), None)


def _measures(part: str) -> bool:
    """Whether a part states amounts of the enterprise (tonnes, yuan), which stay facts whatever stands beside them."""
    return any(item.unit in AMOUNTS for item in find_quantities(part))
