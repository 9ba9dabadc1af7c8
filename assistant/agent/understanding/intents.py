"""What a message asks for, read from the shapes of Chinese questions (no whole sentences, no policy's own words)."""

from __future__ import annotations

import re
from enum import StrEnum

from assistant.numerals import parse_chinese_number
from assistant.rules.book import STAGES


class Intent(StrEnum):
    """The kinds of request the planner tells apart."""

    GREETING = "greeting"
    FORGET = "forget"
    RECALL = "recall"
    WHY = "why"
    CONVERT = "convert"
    INSIDES = "insides"
    OFF_TOPIC = "off_topic"
    QUOTATION = "quotation"
    CLAUSE = "clause"
    ELIGIBILITY = "eligibility"
    METRIC = "metric"
    GAP = "gap"
    SOLVE = "solve"
    STATUS = "status"
    LOOKUP = "lookup"


FIRST_PERSON = re.compile(r"我(?![省市国区县])|本公司|本厂|咱|俺|敝司|本企业|本单位")
# 德化一家做陶瓷的厂子, 有个客户是做纸的: an enterprise that somebody asks for
ENTERPRISE = re.compile(
    r"(?:[一某这那]家|有家|一个|有个|某个?|这个|那个)[^，。？?]{0,12}(?:厂|企业|公司)|厂子|[做搞生产][一-鿿]{1,8}的(?:厂|企业|公司)|[一-鿿]{2,8}(?<!碳)(?<!绿色)(?<!近零)厂(?=[能可报符够想])"
)
# no answer to what was asked for: 不清楚, 先跳过, 回头再说
SKIPS = re.compile(
    r"(?:这个?|这项|那个?|我们?|暂时|目前|现在|先|真的?|也|还|就|都|嗯|呃|[，,、 ])*"
    r"(?:不(?:太|大)?(?:清楚|知道|晓得|确定|记得|了解)|没(?:有)?(?:数据|统计|算过|数|印象)|忘了|忘记了|跳过|略过|下一个|下一项|回头再说|以后再说|待会儿?再说|查不到|说不(?:准|上来|好)|没法说|问问财务|要去问)"
    r"(?:这个?|这项|了|的|啊|呢|吧|哦|呀|一下|再说|[，,。.！! ])*"
)
THANKS = re.compile(
    r"^(?:(?:谢谢|多谢|感谢|好的?|嗯+|哦+|噢|明白|知道|了解|收到|懂|清楚|辛苦|ok)(?:您|你|啦|了|的|啊|哈|呀)*[，,。.！!~～、\s]+)+",
    re.I,
)
FORGET = re.compile(
    r"(?:数据|数字|数|信息|刚才|前面|之前|上面|这些)[^，。]{0,6}(?:都|全)[^，。]{0,3}(?:清|删|抹|忘|不要|不算|作废|别记)|(?:数据|数字|信息)[^，。]{0,3}(?:清掉|清除|删掉|删除|作废)|"
    r"全部(?:清|删|作废|忘)|当我(?:什么都)?没说|重新开始|从头(?:再)?来|清空|忘掉|忘记(?:刚才|之前|前面)|重置|(?:前面|刚才|之前)说的.{0,4}(?:不算|作废)"
)
OFF_TOPIC = re.compile(
    r"(?:帮我|给我|替我|请)[^，。]{0,4}(?:写|作|编|来)(?:一)?(?:首|篇|个|段)|(?:帮我|给我|替我|请)[^，。]{0,4}写(?:一)?(?:份|封|张)|写(?:一)?首|诗|绝句|对联|笑话|讲.{0,3}故事|天气|下雨|气温|股价|股票|收盘|彩票|汇率|星座|菜谱|电影|歌词|球赛|翻译?成|胜算|起诉|行政复议|打官司|仲裁|能赢|看病|吃什么药"
)
QUOTED = re.compile(r"[“\"「『‘']([^”\"」』’']{3,})[”\"」』’']")
SOURCE = re.compile(
    r"出现在|哪几[处条]|出自|出处|来自哪|(?:哪一?|第几|哪些)[条款项章段](?:里|中|的|$|[，。？?])?|原文|原话|原句|哪里?(?:说|写|规定|提)|哪个文件|哪[份篇]|是不是(?:写|这么|原)|"
    r"有没有(?:这|写|过|[“「『\"‘])|哪儿|在哪|哪来的?|有(?:这|那)(?:句|话|个?说法|段)|[里中](?:面|头)?(?:到底|真的?)?有(?:吗|么|没有?)[？?]?$|(?<![一-鿿])这(?:[句段]话?|话|个?说法).{0,6}(?:有吗|有没有|在)|里的话|(?:这么|这样|如此)(?:写|说|表述)的?[吗吧？?]?|"
    r"核(?:对|一下|实|查)|对(?:得上|不上)|引用|引[的自了]|是(?:不是)?(?:办法|方案|文件|政策|答复)里?的?(?:写|说|原|话)|谁(?:说|讲|提)过?|哪.{0,3}(?:提到|说过|写过|写着|写的|讲过)"
)
SAID_BEFORE = re.compile(
    r"^(?P<said>[^“”「」\"]{6,80}?)[，,：: ]*(?:这(?:句话?|段话?|几个字)[^，。]{0,4}(?:在|出|是|有|来|原)|是不是(?:这么|这样|原文)|是(?:这么|这样)写)"
)
SAID_AFTER = re.compile(
    r"(?:原文|原话)(?:里|中)?(?:到底|真的|究竟)?(?:有没有|有无|是否|是不是)(?:写|说|提|讲|这句话?|这样一句)?过?[:：，,]?(?P<said>[^“”「」\"？?]{6,80}?)(?:[吗？?。]|$)"
    r"|(?:一句|这句话?|这段话?|原话|说法|引文|提法)[^：:“”]{0,14}[：:]\s*(?P<quoted>[^“”「」\"]{6,80}?)(?:[。！？?\n]|$)"
)
WORDS, SHARE = 6, 6  # a shorter quotation must be the sixth part of the message
APPLY = re.compile(
    r"申报|申请|报|评|认定|条件|要求|资格|达标|符合|当上|成为|算|入选|拿|创建|过关|通过|合格|满足|够|行|入围|参评|名单|门槛"
)
GAP = re.compile(
    r"离[^，。？?]{0,10}还差|还?(?:差|缺)(?:多少|几|什么|啥|哪)|差多远|最多(?:能|可以|可)?.{0,6}(?:抵消|抵|买|用)|至少(?:要|得|还要|需要|再)?.{0,8}(?:减|降|抵|买|达到|多少)|"
    r"最少.{0,8}(?:减|降|抵|买)|(?:再|还)(?:要|得|需要?)?再?(?:减|降|抵消?|买)(?!了|过|消)|抵消.{0,4}上限是多少|(?:要|得|需要)(?:减|降|压|砍|控|抵消|买)(?:到)?(?:多少|几)|(?:降|减|压|砍|控)到多少|缺口|超(?:出|了|过)?多少"
)
PERCENTAGE_POINTS = re.compile(r"(?:(?P<under>差|缺|低|少)|超|高|多)(?:出|了|过)?(?:几|多少)个?(?:百分)?点")
HEADROOM = re.compile(
    r"还(?:能|可以?|有)(?:再|往上|继续|多|接着)*(?:加|增加?|抵消?|买|用|上|添|做)[^，。？?]{0,3}(?:多少|几)"
)
COMPUTE = re.compile(
    r"多少|几分|几家|几个|几项|怎么算|算一下|算下|算算|计算|测算|得分|等于|是几|达到了?吗|达标|超(?:了|没)|超不超|超过.{0,6}吗|行不行|可以吗|行吗|够吗|够不够|合格"
)
RULE_QUESTION = re.compile(
    r"是[^，。？?]{1,12}还是|含不含|含.{0,6}吗|包不包(?:括|含)|算不算在内|包(?:括|含).{0,6}吗|门槛是|的门槛|什么意思"
)
WRITTEN = re.compile(r"(?:是不是|是否|有没有|有无)(?:明确)?(?:写|规定|提)(?:了|过|到|明|有)?|写没写")
HERE = re.compile(r"福建省?|省级|[我本]省|省里")
BASIS = re.compile(r"(?<![当作])(?<!执法)(?<!处罚)(?<!认定的)(?<!认定)依据|根据|照着|按照|参照|上位|转发")
STATUS = re.compile(
    r"被[^，。]{0,6}(?:替代|取代)|(?:作为|当成?|当作)[^，。；？?]{0,8}依据|法律效力|有效期|管用|算数|有效吗|失效|过期|到期|作废|废止|生效|施行|实施了|正式(?:下来|发|出|公布|生效|文件|发布|出台|印发|实施|施行)|征求意见|草案|草稿|定稿|什么时候(?:发布|印发|出台|实施|施行)|哪(?:一)?年(?:发布|印发|出台)|"
    r"还(?:能|可以)?用吗|(?:单独|联合)印发|由.{2,12}(?:印发|发布|出台)|现行|文号|发文(?:字号|机关|单位|日期|时间)|印发(?:单位|机关|时间|日期)|成文|落款|签(?:的|发|署)|署名|主送|抄送|哪一?天|(?:什么时候|啥时候|几号|何时)(?:出|发|印|答复)(?:的|台|布)?|谁(?:发|印发|制定|出台)的|哪(?:几?个|些|几?家)(?:部门|单位|厅局|机关)?(?:联合)?(?:发|印发|出台?|制定)的|哪(?:一)?[份篇个](?:文件)?(?:在|更|要)?[先早晚]"
)
FOLLOW_UP = re.compile(
    r"^(那么?|还有|另外|再|然后|其他|这个|这项|该|它|他们|这里|上面|刚才|呢)|呢(?:[，,？?。]|$)|也一样|也[是有要得能限算][^，。]{0,4}吗|一样吗[？?]?$|同样|^(?:第[一二三四五六七八九十\d]+(?:步|个|环节|项|款|条))"
)
PART_OF = re.compile(r"[这那](?:一)?(?:[条项类栏块步点款段]|张表)")
STEP = re.compile(
    r"第([一二三四五六七八九十]+|\d+)(?:步|个?环节|个?阶段|道|[款项点个](?=呢|是|的|说|讲|怎|内|具体|[？?。]?$))|(?P<last>最后(?:一)?(?:步|个环节|环节|个阶段|道|项|款|点))"
)
WAY = re.compile(
    r"怎么个?[^，。？?]{0,2}?(?:申报|申请|报|办理?|走|认定|评)法?(?!得|是|算)|如何(?:申报|申请|办理?|认定|走)|(?:报|走|办|申请|申报)法(?!规|律)|"
    r"先[^，。？?]{0,5}(?:后|再)[干做办弄搞]?(?:什么|啥)?|顺序|从头到尾|一整套|流程|步骤|手续|(?:[几哪]|多少)(?:几|个)*(?:步|关|道)(?:手续)?|先后"
)
OF_PROCEDURE = re.compile(
    r"第(?:[一二三四五六七八九十]+|\d+)(?:步|个?环节|个?阶段|道)|最后(?:一)?(?:步|个?环节|个?阶段|道)"
)
RETELLS = re.compile(
    r"(?:再|重新|重|帮我|给我|整个|完整地?|慢慢)?(?:说|念|讲|读|报|发|写|列)(?:给[我他她你您]们?)?(?:一?[遍次下]|全|完整|清楚|细)(?:吧|好吗|行吗)?|"
    r"全文|全称|原文|原话|整[条段句]|完整(?:的|点)?|具体(?:点|一点|的|些)|详细(?:点|一点|的|些)?|展开"
)
PLACE_OF = re.compile(
    r"(?:出自|在|是|写在|来自)?哪(?:里|儿|个地方|一?[段条节款项句]|个?部分)(?:里|中)?"
)  # 出自哪一段
IT = re.compile(r"它(?!们)|这(?:个)?东西|这玩意")
POINTS_BACK = re.compile(r"[它该这那此]|也")
BOTH_SIDES = re.compile(r"两[边者个种类张家]|双方|二者|标准|要求|分值|条件|规定|[都各是为表]")
THESE = re.compile(r"[这那上](?:面)?(?P<many>[两二三俩几])[项条个行]")
ORDINAL_POINT = re.compile(r"第([一二三四五六七八九十]+|\d+)(?:点|个?方面)")
COMPARE = re.compile(
    r"不同|是否一致|一致|异同|口径|区别|差别|[差低高严松难]在哪[儿里些]?|差在|差异|不一样|比较|相比|对比|比一下|比一比|对照|一样|分别|各[是自有]|各怎么|哪(?:一)?(?:个|种|类|边)[^，。？?]{0,6}(?:高|严|难|松|低|容易)"
)


def without_thanks(message: str) -> str:
    """The message without the thanks or the nod before what is asked: 谢谢，那近零碳呢."""
    rest = THANKS.sub("", message)
    return rest if len(rest) > 1 else message


def step_in(message: str) -> int | None:
    """The step a message names: 1 for 第一步, -1 for 最后一步, None without one."""
    found = STEP.search(message)
    if not found:
        return None
    return -1 if found["last"] else int(parse_chinese_number(found[1]))


def quotation_in(message: str, again: bool = False, likely: bool = False) -> str | None:
    """What a message quotes when it asks where that stands; several passages on lines of their own; None without one.

    `again` reads a quoted passage alone as such a question, after another one was asked: “绿电倍增”呢？ So does `likely`, where
    the message asks for the place of words by the way that it is said: “…”这句话是福州方案里的吧. Without quotation
    marks, the words around must say that it is a quotation: 这句话, 原文有没有写, 出自.
    """
    quoted: list[str] = QUOTED.findall(message)
    if quoted and (again or likely or SOURCE.search(message)):
        longest = max(map(len, quoted))
        if longest < WORDS and longest * SHARE < len(message):
            return None  # “十四五” in a question about something else
        return "\n".join(dict.fromkeys(one for one in quoted if 2 * len(one) >= longest))
    if quoted or not SOURCE.search(message):
        return None
    said = SAID_AFTER.search(message) or SAID_BEFORE.search(message)
    return next((words.strip() for words in said.groups() if words), None) if said else None


_STAGE = re.compile(rf"({'|'.join(STAGES)})(?:阶段|环节)")
_NOT_YET = re.compile(
    rf"(?:还没|还未|尚未|没有?|未)有?(?:进入?|列入|开始|经过|参加|到|纳入)[^，。；]{{0,6}}({'|'.join(STAGES[1:])})"
)


def stage_of(message: str) -> str | None:
    """The stage up to which somebody wants to be judged: 申报阶段; 还没进培育期 is the one before."""
    said, ahead = _STAGE.search(message), _NOT_YET.search(message)
    if ahead:
        return STAGES[STAGES.index(ahead[1]) - 1]
    return said[1] if said else None
