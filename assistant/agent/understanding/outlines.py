"""What a document is made of: 这份文件讲了啥, 分几个部分, 几章几条, 有几个附件, 第二部分都有哪些小标题, 下一步打算干嘛."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.agent.conversation import Conversation
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.naming import PolicyNaming
from assistant.agent.understanding.reading import OutlineAsked, Reading
from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.documents.numbering import read_number
from assistant.errors import AddressError
from assistant.retrieval.asking import own_words

MOST_POLICIES = 3
_COUNT = r"(?:几|多少|哪[些几]|哪(?!条)|什么|啥)"  # 哪条写的 asks for one of them
_UNIT = r"(?P<unit>部分|方面|板块|块(?!钱)|章节|章|条(?![件款例])|附件|附表|专栏|小?标题|小节|节)"
UNIT_ASKED = re.compile(
    rf"{_COUNT}(?:个|大|种|份|张)*{_UNIT}|{_UNIT.replace('unit', 'before')}(?:都|一?共|总共|分别|各)*(?:有|是|叫|讲)(?:的|了)*{_COUNT}个?"
)
LISTED = re.compile(
    rf"(?:(?:有|包括|列|部署|提|安排|定)(?:了|出|的)?{_COUNT}(?:个|大|项|条)*(?:重点|主要|重大)?|(?:重点|主要|重大))(?P<what>任务|行动|保障|措施|举措|要求)(?:都|主要|一?共|分别)*(?:有|是|包括|叫)?{_COUNT}?"
)
CONTENTS = re.compile(
    r"目录|提纲|大纲|(?:整体|总体)?(?:框架|结构)|主要内容|(?:主要|大概|大致|到底|都|究竟|通篇|总的)*(?:讲|说|写|谈|管|涉及)(?:了|的|到)?(?:是|些)*(?:哪些|什么|啥|哪几)(?:个|内容|东西|事情?|方面|意思)*"
)
INTENDED = re.compile(
    r"干嘛|干啥|干什么|做什么|做啥|怎么[做干]|打算|计划|安排|准备|举措|措施|工作|哪些|几[条点项个]|什么"
)
DOCUMENT = re.compile(
    r"(?:这|那|该|本|此|整)(?:一)?(?:份|个|篇|封|部)?(?:文件|方案|办法|答复|通知|文|东西|材料|文本|政策)?|文件|方案|办法|答复|通知|文本|全文|正文|里面?|中|两[份个封]|分别|各自?|一?共|总共|分成?|分为|由|组成|构成|叫|[给跟让帮]我|[列看念说讲发]一?[列看念说讲下]|[列看念说讲发](?:出来)?|怎么?样|如何|请问|都|有|是|大致|大概|主要|[回来去]信|那边|这边"
)
ORDINAL = re.compile(r"第\s*[一二三四五六七八九十\d]")
FORWARD = re.compile(r"接下来|往后|今后|后续|下(?:一个?)?阶段")
MARK = re.compile(r"^[一二三四五六七八九十]+、|^（[一二三四五六七八九十]+）|^第[一二三四五六七八九十]+[章条]")
_TOPS = (ClauseKind.CHAPTER, ClauseKind.HEADING)
_UNITS = {
    "章": ClauseKind.CHAPTER,
    "条": ClauseKind.ARTICLE,
    "附件": ClauseKind.ANNEX,
    "附表": ClauseKind.ANNEX,
    "专栏": ClauseKind.BOX,
}
_SUBHEADED = ("小标题", "标题", "小节", "节", "章节")


@dataclass(frozen=True)
class Outlines:
    """Finds what a message asks of a document's make-up, with nothing else asked about it."""

    library: Library
    naming: PolicyNaming

    def asked(self, reading: Reading, conversation: Conversation) -> tuple[OutlineAsked, ...]:
        """One for each document meant; empty where the message asks about something in particular."""
        if reading.intent not in (Intent.LOOKUP, Intent.CLAUSE, Intent.STATUS):
            return ()
        policies = self._policies(reading, conversation)
        found = [one for policy in policies[:MOST_POLICIES] if (one := self._of(policy, reading))]
        return tuple(found) if len(found) == len(policies[:MOST_POLICIES]) else ()

    def _policies(self, reading: Reading, conversation: Conversation) -> Sequence[str]:
        named = reading.policies or reading.cities
        if named:
            return named
        return conversation.policies if len(conversation.policies) == 1 else ()

    def _of(self, policy: str, reading: Reading) -> OutlineAsked | None:
        message = reading.message
        for one in reading.references:
            message = message.replace(one.text, " ")
        if ORDINAL.search(message):
            return None  # 下一步打算的第五条: one of them
        named = self._named_part(policy, message)
        if (
            named
            and not reading.references
            and INTENDED.search(message)
            and self._says_little(reading, named, INTENDED)
        ):
            return OutlineAsked(policy, named.path)
        root = None
        if reading.references:
            try:
                root = self.library.resolve(reading.references[0].path, policy)
            except AddressError:
                return None
            if not root.children or len(reading.references) > 1:
                return None
        unit = UNIT_ASKED.search(message)
        if unit and self._says_little(reading, root, UNIT_ASKED):
            name = unit["unit"] or unit["before"]
            if root and name in _UNITS and not self._within(root, _UNITS[name]):
                return None
            if name == "条" and not self._has(policy, ClauseKind.ARTICLE):
                return OutlineAsked(policy, subheaded=True)  # a plan is in sections, as people count 条
            return OutlineAsked(policy, root.path if root else None, _UNITS.get(name), name in _SUBHEADED)
        if root:
            has_parts = root.kind is ClauseKind.HEADING and len(root.children) > 1
            told = has_parts and CONTENTS.search(message) and self._says_little(reading, root, CONTENTS)
            return OutlineAsked(policy, root.path) if told else None
        listed = LISTED.search(message)
        if listed and self._says_little(reading, None, LISTED):
            headed = self._headed(policy, listed["what"])
            if headed or self._has(policy, ClauseKind.SECTION):
                return OutlineAsked(policy, headed.path if headed else None, subheaded=headed is None)
            return None
        if CONTENTS.search(message) and self._says_little(reading, None, CONTENTS):
            return OutlineAsked(policy)
        return None

    def _has(self, policy: str, kind: ClauseKind) -> bool:
        return any(one.kind is kind for one in self.library.clauses(policy))

    def _within(self, root: Clause, kind: ClauseKind) -> bool:
        return any(one.kind is kind for one in self.library.children(root))

    def _named_part(self, policy: str, message: str) -> Clause | None:
        """A part that has a name and no number: 下一步."""
        message = FORWARD.sub("下一步", message)
        for clause in self.library.clauses(policy):
            whole = clause.kind is ClauseKind.PARAGRAPH and len(clause.children) > 1 and not clause.parent
            if whole and read_number(clause.path) is None and clause.path in message:
                return clause
        return None

    def _headed(self, policy: str, what: str) -> Clause | None:
        """The part whose heading is the thing that is asked for: 二、重点任务."""
        found = [
            clause
            for clause in self.library.clauses(policy)
            if clause.kind in _TOPS and clause.children and MARK.sub("", clause.text).endswith(what)
        ]
        return found[0] if len(found) == 1 else None

    def _says_little(self, reading: Reading, part: Clause | None, asked: re.Pattern[str]) -> bool:
        """Whether nothing is said besides the document, the part and what is asked."""
        rest = reading.message
        for one in reading.references:
            rest = rest.replace(one.text, " ")
        rest = asked.sub(" ", self.naming.without_places(self.naming.without_names(rest)))
        if part:
            rest = FORWARD.sub(part.path, rest).replace(part.path, " ")
        for policy in reading.policies or reading.cities:
            entry = self.library.policies[policy]
            left = [word for word in own_words(DOCUMENT.sub(" ", rest)).split() if word not in entry.title]
            rest = " ".join(word for word in left if word not in (entry.issuer or ""))
        return not own_words(DOCUMENT.sub(" ", rest)).strip()
