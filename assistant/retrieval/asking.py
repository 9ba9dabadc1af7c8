"""What a question asks for, read from its shape, and which of its words say what it is about."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

# Words of asking that carry nothing of what is asked about.
QUESTION_WORDS = re.compile(
    r"请问(?:一下)?|想(?:请)?问(?:一下|问)?|问一下|客户(?:在)?问(?:的?是)?|有(?:个)?(?:客户|企业|人|群众|市民)(?:来电)?(?:在)?问|麻烦(?:您|你)?|帮(?:我|忙|我们)?(?:看看|查查|查一下|看一下|查|看|找|算)|"
    r"告诉我|说一下|说说|讲讲|讲一下|介绍(?:一下)?|解释一下|知道|想(?:了解|知道)(?:一下)?|了解一下|想?打听(?:一下)?|到底|究竟|具体|大概|其实|就是|这个|那个|那么|关于|根据|按照|按|对于|里面?(?:的)?|中的|"
    r"客户(?:那边|这边)?|老板|领导|老师|你好|玩意儿?|一共|总共|这块|这件事|那种|厂里|正好|刚好|听说|据说|好像|一般|通常|来着|目前|现在|"
    r"有(?:什么|哪些|啥)(?:具体)?(?:部署|安排|举措|动作|打算|考虑)|有没有|是不是|能不能|可不可以|是否|能否|可否|要不要|需不需要|行不行|对不对|算不算|"
    r"什么时候|什么(?:样)?的?|哪一?些|哪(?:一)?(?:个|条|项|家|种|年|天)|哪里|哪儿|多少|几(?:个|项|条|家|种|类|步|分|年)|怎么(?:样|办)?|如何|怎样|为什么|为何|多久|多长时间|多大|啥|咋|谁|"
    r"我们(?:厂|公司|企业|这边|单位)?|我(?:厂|司|公司|们)?|你们?|他们?|咱们?|贵|您|本(?:公司|厂|企业)|"
    r"规定|文件|政策|方案|办法|条款|条文|内容|说法|提到|写(?:了|着|的)?|说(?:了|的)?|讲(?:了|的)?|"
    r"应该|应当|需要|必须|可以|的话|吗|呢|吧|啊|呀|嘛|么|哦|了|的"
)
PUNCTUATION = re.compile(r"[\s，。；：、！？“”‘’「」『』（）()《》〈〉【】,.;:!?\"'—…·~～-]+")

POINTING = re.compile(r"[这那](?:一)?(?:项|条|边|块|栏|份|步|件|张表|点)|另外|还有|再|又|也|它|该")


class Ask(StrEnum):
    """What form the answer should have."""

    WHO = "who"
    WHEN = "when"
    AMOUNT = "amount"
    LISTING = "listing"
    CONTACT = "contact"
    YES_NO = "yes_no"
    MEANING = "meaning"
    FORMULA = "formula"
    POINTS = "points"


ASKS: tuple[tuple[Ask, re.Pattern[str]], ...] = (
    (
        Ask.CONTACT,
        re.compile(
            r"电话|联系人|联系方式|怎么联系|号码|打哪|邮箱|热线|找谁(?:问|咨询|了解|联系|打听)|(?:问|咨询|联系)谁|[向跟]谁(?:咨询|了解|打听|联系)"
        ),
    ),
    (
        Ask.WHO,
        re.compile(
            r"谁|哪(?:几)?(?:个|些|家)?(?:部门|单位|机构|机关|厅局?|局|委)|什么(?:部门|单位|机构)|责任(?:单位|部门)|归.{0,4}管|归口|牵头|负责|向哪|找哪|交(?:给|到)|报(?:给|到|送)|主管"
        ),
    ),
    (
        Ask.WHEN,
        re.compile(
            r"什么时候|何时|哪一?年|哪天|几月|几号|啥时候?|时间|期限|多久|多长时间|截止|截至|日期|几年|几个月|年限"
        ),
    ),
    (
        Ask.POINTS,
        re.compile(
            r"几分|多少分|有分|没分|拿分|分值|满分|得分|加分|扣分|占分|给分|分数|打分|评分|零分|0分|^(?:那|这)?(?:一?项)?的?分数?呢?[？?]?$|分(?:数|值)?(?:各|分别|又|会)?(?:是|有)(?:多少|几)"
        ),
    ),
    (
        Ask.AMOUNT,
        re.compile(
            r"多少|几(?!乎)|多大|多高|比例|比重|占比|目标|指标|上限|下限|最低|最高|不低于|不超过|超过|百分之|率"
        ),
    ),
    (
        Ask.LISTING,
        re.compile(
            r"哪些|有什么|有啥|都要|分别|几(?:个|项|条|步|类|种|方面|部分)|包括|列(?:一下|出|举)|清单|条件|(?<![长短])流程|程序|步骤|环节|要求|材料|怎么(?:申报|申请|报|走|做|办)|如何|内容|要点"
        ),
    ),
    (
        Ask.FORMULA,
        re.compile(r"公式|怎么算|如何算|怎样算|咋算|怎么计算|如何计算|计算方法|算法|怎么得|怎么打分"),
    ),
    (
        Ask.MEANING,
        re.compile(
            r"啥叫|什么叫|叫什么|是个啥|什么东西|怎么定义|什么是|是什么(?!时候|部门|单位)|是啥|什么意思|啥意思|指什么|指的是|定义|含义|怎么理解|何谓|何为|概念|解释"
        ),
    ),
    (
        Ask.YES_NO,
        re.compile(
            r"吗|么[？?]?$|对吧|是吧|对不对|是不是|是否|能不能|可不可以|能否|可否|有没有|要不要|需不需要|算不算|行不行|嘛[？?]?$|没有[？?]$"
        ),
    ),
)


def asks_of(message: str) -> frozenset[Ask]:
    """The forms of answer a message asks for."""
    return frozenset(ask for ask, pattern in ASKS if pattern.search(message))


def content_words(question: str) -> str:
    """The question's content, separated by blanks: words of asking and punctuation removed."""
    folded = unicodedata.normalize("NFKC", question)
    return PUNCTUATION.sub(" ", QUESTION_WORDS.sub(" ", PUNCTUATION.sub(" ", folded))).strip()


def own_words(question: str) -> str:
    """What a question says besides its form: 哪些部门负责 says nothing, 抽查几家 says 抽查."""
    for _, pattern in ASKS:
        question = pattern.sub(" ", question)
    return content_words(POINTING.sub(" ", question)).replace(" ", "")
