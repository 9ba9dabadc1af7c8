"""Whether somebody asks if they qualify: by ability, by the conditions, by wish. Apart from intents.py for a search's sake."""

from __future__ import annotations

import re

ABILITY = re.compile(
    r"够不够|符合还是不|够格|够(?:了|条件|格|资格|标准)*[吗没]|够(?!多|久|长|高|大|分)[^，。？多少几\d%一二三四五六七八九十百半成]{1,5}[吗么嘛不没][？?]?$|够么|够不|能不能|能否|可不可以|可以.{0,10}[吗么嘛不]|能.{0,14}[吗么嘛不]|符不符合|是否(?:符合|达标|满足|够)|符合.{0,14}[吗么嘛]|"
    r"达不达标|达标.{0,3}[吗么嘛没]|行不行|行吗|有没有(?:资格|希望|戏|机会)|合不合格|合格吗|满足.{0,10}[吗么嘛]|有戏|有希望|算不算|(?:玩|行|走|说)得通|可行(?:吗|不|么)|过得了|通得过|通过.{0,3}吗|过关|判(?:断|定)一下|评估一下|测算一下|帮.{0,4}看看|帮.{0,4}算|审一下"
)
CONDITIONS = re.compile(
    r"(?:有|是|要|需要|满足|具备|符合)*(?:哪些|什么|啥|些什么|几个)?(?:基本|申报|申请|认定|参评|评选|评定)*的?(?:条件|门槛)(?:是|有)?(?:哪些|什么|啥|几个)?"
)
WISH = re.compile(r"(?:想|打算|准备|计划|要|考虑)(?:去)?(?:申报|申请|报|创建|认定|参评|评|做(?!到)|搞|走|冲)")

_COUNTS_AS = re.compile(
    r"(?:那|这样|这些?|现在|到底|我们?|我[厂司]|咱们?|他们?|[厂司]|公司|企业|也|还|能|可以|就)*"
    r"(?:够(?:得上|得着|到)?|算(?:得上|是|不算)?|叫|称得上|称为|当得起)[了的]?[吗嘛么没不]?(?:了吗|了没)?[？?。]?"
)  # 够零碳吗, without the name


def counts_as(rest: str) -> bool:
    """够…吗, 这样算…了吗: whether a message, without a programme's name, only asks if somebody may bear it."""
    return _COUNTS_AS.fullmatch(rest.replace(" ", "")) is not None


def asks_to_qualify(question: str) -> bool:
    """能不能评, 有哪些条件, 想申报."""
    return any(pattern.search(question) for pattern in (ABILITY, CONDITIONS, WISH))
