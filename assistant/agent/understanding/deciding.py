"""From what stands in a message to one intent, with what the conversation carries on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from assistant.agent.conversation import Conversation
from assistant.agent.understanding import intents, qualifying
from assistant.agent.understanding.acts import Act
from assistant.agent.understanding.bearing import bears_on, facts_of
from assistant.agent.understanding.carrying import MEASURING
from assistant.agent.understanding.facts.accounting import figures_of_rules
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.naming import DOCUMENT, PolicyNaming
from assistant.agent.understanding.own_subject import OwnSubjects
from assistant.agent.understanding.points_asked import SCORE_RANGE, TOGETHER, TOTAL, WHOLE_MARKS
from assistant.agent.understanding.programmes import Named, programmes_named, without_names
from assistant.agent.understanding.reading import NO_FACTS, Reading
from assistant.agent.understanding.seeking_reader import Sought
from assistant.agent.understanding.thread import BARE, SHORT_ASK, Thread
from assistant.agent.understanding.weighing import Weighing
from assistant.quantities import find_quantities
from assistant.retrieval.asking import Ask, asks_of, own_words
from assistant.rules.book import RuleBook

APPLIES = re.compile(r"申报|申请|认定|参评")
SUFFICES = re.compile(
    r"够不够|够(?:了|格|条件|资格|标准)*[吗么没不]|符不符合|符合[^，。；]{0,6}[吗么]|达不达标|合不合格"
)
SUFFICES_ALONE = re.compile(
    rf"(?:那|这样|这些|现在|到底|我们?|他们?|条件|资格|标准)*(?:{SUFFICES.pattern})(?:条件|资格|标准|申报|报|的|了|呢|呀|啊|嘛|哦)*[？?。]?"
)
QUALIFY = re.compile(
    r"(?:能|可以|可不可以|能否|够|够不够|有没有资格|有资格)[^，。？]{0,6}(?:报|申请|评|参评|认定)"
)
TO_APPLY = re.compile(r"报|申请|认定|参评|评上|资格|够格")
AMOUNT_ASKED = re.compile(
    r"(?:是|为|有|出来|到底|等于|该?算|变成)多少|怎么算|几分|(?:算|求|测)(?:一?下|算|个|出)?[^，。]{0,10}(?:率|占比|比例|强度|得分)"
)
PASSED = re.compile(r"过线|达标[没不吗]|达不达标|超[没不]超|超[了标]?[没吗]")
MEETS = re.compile(
    r"合格|达到要求|满足要求|达标|够不够|行不行|超过?(?:上限|标准|要求)|(?P<done>[到达够过超变])[没不](?P=done)|[到达够过超][^，。；]{0,8}[吗么没]$"
)
THIS_ITEM = re.compile(r"[这那该](?:一)?(?:项|块|条)")
GETS = re.compile(r"[得拿打评](?:到|了|个)?(?:几|多少)分")
CLAIMED_POINTS = re.compile(r"(?:\d分|满分|零分|全分)[^，。？?]{0,3}(?:吧|吗|对不对|对吗|是不是|没错)")
LIMIT_ASKED = re.compile(r"最[多高低少大小]|[上下]限|[不别]能?超|要求|标准|规定|应该|必须|满分")
REQUIRED = re.compile(r"要求|需要?|要|得|必须|非得|才[能行可]|门槛|不是说|规定|有没有")
MUST = re.compile(r"也[要得需]|才[能行可]|必须|非得|要求")  # beside figures of one's own
CLAIMED = re.compile(r"[吧吗么]$|[吧吗么][，。？?]")
EACH = re.compile(r"各|分别|每项")
ABOUT_RULE = re.compile(r"算不算|要不要|需不需要|是不是(?:要|得)|用不用")
BOTH = re.compile(r"两(?:份|个|篇|者|家)|俩|各自")
ABOUT_TEXT = {Ask.WHO, Ask.WHEN, Ask.AMOUNT, Ask.LISTING, Ask.MEANING}


@dataclass(frozen=True)
class OtherCondition:
    """A condition that is asked of one programme and is the `owner`'s, with its clause."""

    asked: Named
    owner: str
    address: str


@dataclass(frozen=True)
class Decision:
    """From what stands in the message to one intent, with what the conversation carries on."""

    base: Reading
    conversation: Conversation
    book: RuleBook | None
    naming: PolicyNaming
    subjects: OwnSubjects
    books: Mapping[str, RuleBook]

    @cached_property
    def _thread(self) -> Thread:
        return Thread(self.base, self.conversation, self.book, self.naming)

    @cached_property
    def settled(self) -> Reading:
        """The reading with its intent and what the conversation adds."""
        weighing, read = Weighing(self.base, self.conversation, self.book), self._intent()
        intent = weighing.intent(read)
        points = read is Intent.METRIC and intents.PERCENTAGE_POINTS.search(self.base.message)
        counted = read is Intent.METRIC and self.base.metric and self._tells_of_no_programme
        if (
            points
            or counted
            or self._headroom
            or self._judges_metric
            or (read is Intent.ELIGIBILITY and (self._sums_points or self._points_of_metric))
        ):
            intent = read
        if (
            intent in MEASURING
            and intent is not Intent.SOLVE
            and self.subjects.is_of_texts(self.base, self.conversation)
        ):
            intent = Intent.CLAUSE if self.base.references else Intent.LOOKUP
        changes: dict[str, object] = {"intent": intent}
        if intent is Intent.SOLVE:
            changes["sought"] = self._solvable
        if read is Intent.CLAUSE and self._other_condition:
            other = self._other_condition
            changes |= {
                "intent": read,
                "facts": NO_FACTS,
                "programme": other.asked,
                "pinned": (other.address,),
                "condition_of": other.owner,
            }
            return Reading(**{**self.base.__dict__, **changes})
        of_text = weighing.claims_rule or intents.WRITTEN.search(self.base.message)
        if intent is Intent.LOOKUP and of_text and not self.base.first_person:
            changes["facts"] = NO_FACTS
            limiting = self._limiting if read is not Intent.LOOKUP else None
            if limiting:
                intent = Intent.CLAUSE
                changes |= {"intent": intent, "pinned": (limiting,)}
        if intent in (Intent.ELIGIBILITY, Intent.GAP, Intent.WHY) and not self.base.programme:
            changes["programme"] = self._thread.programme()
        carried = (
            intent is Intent.GAP and self.conversation.intent == Intent.METRIC and not self.base.programme
        )
        if (intent is Intent.METRIC or carried) and not self.base.metric:
            changes["metric"] = self._headroom or self._thread.metric()
        if intent is Intent.LOOKUP and self._thread.shares_its_name:
            changes["query"] = f"{self._thread.current_programme} {self.base.query}"
        if (
            intent is Intent.LOOKUP
            and self.base.follows
            and self.conversation.query
            and not self._thread.stands_alone
        ):
            query, before = self._thread.query()
            changes |= {
                "query": query,
                "before": before,
                "asks": self.base.asks | asks_of(f"{query} {before}"),
                "policies": self._thread.policies(),
                "alone": bool(before) and self._thread.has_own_words,
            }
        if intent is Intent.STATUS and self._thread.asks_the_same and self.conversation.query:
            changes["query"] = f"{self.conversation.query} {self.base.query}"
        if intent in (Intent.CLAUSE, Intent.STATUS) and not self.base.policies:
            both = (
                self._thread.both_before if intent is Intent.STATUS and BOTH.search(self.base.message) else ()
            )
            changes["policies"] = both or self.subjects.carried(self.base, self.conversation.policies)
        return Reading(**{**self.base.__dict__, **changes})

    def _intent(self) -> Intent:
        base, message = self.base, self.base.message
        for pattern, intent in ((intents.FORGET, Intent.FORGET), (intents.OFF_TOPIC, Intent.OFF_TOPIC)):
            if pattern.search(message):
                return intent
        if base.quotation:
            return Intent.QUOTATION
        if base.converted:
            return Intent.CONVERT
        if base.dropped:
            return Intent.FORGET
        if base.noted and self.conversation.turns and not base.facts.stated:
            return Intent.RECALL
        if base.asked:
            return Intent.WHY
        if base.foreign or self._of_another_place:
            return Intent.LOOKUP
        of_document = base.policies and intents.STATUS.search(message)  # 这个办法是草案还是正式的
        of_rule = intents.RULE_QUESTION.search(message) or intents.WRITTEN.search(message)
        if of_rule and not base.first_person and not of_document:
            return Intent.CLAUSE if base.references else Intent.LOOKUP
        if self._sums_points or self._points_of_metric:
            return Intent.ELIGIBILITY
        if self._solvable is not None:
            return Intent.SOLVE
        facts = base.facts
        if self._other_condition:
            return Intent.CLAUSE
        unread = facts.unread and base.does(Act.STATE) and self.conversation.intent in MEASURING
        if (facts.stated or facts.ambiguous or facts.is_unclear or unread) and not self._has_no_rules:
            return self._intent_of_facts()
        if self.conversation.pending and base.stage != self.conversation.stage:
            return Intent(self.conversation.intent or Intent.ELIGIBILITY)
        if base.references:
            return Intent.CLAUSE
        named = base.policies or base.programme or self.conversation.policies or DOCUMENT.search(message)
        if intents.STATUS.search(message) and not intents.BASIS.search(message) and named:
            return Intent.STATUS
        if self._thread.asks_the_same:
            return Intent.STATUS
        measuring = self.conversation.intent in (Intent.ELIGIBILITY, Intent.METRIC, Intent.GAP)
        if base.tricked and self._has_facts and (measuring or base.programme):
            return Intent.ELIGIBILITY  # a result was dictated: the one that the facts give is told
        if self._has_facts and self._is_known and not base.programme and not TO_APPLY.search(message):
            judged = PASSED.search(message) or MEETS.search(message)
            if judged and not intents.GAP.search(message):
                return Intent.METRIC  # 碳排放强度合格吗
        if self._judges_metric:
            return Intent.METRIC
        if base.follows and base.programme and measuring:
            return Intent(self.conversation.intent or Intent.ELIGIBILITY)
        if self._has_facts and THIS_ITEM.search(message) and not base.metric and self._thread.score():
            return Intent.METRIC
        if self._has_facts and intents.PERCENTAGE_POINTS.search(message) and not base.programme:
            return Intent.METRIC
        if self._thread.goes_back and not (base.asks - {Ask.AMOUNT, Ask.POINTS, Ask.YES_NO}):
            return Intent.METRIC if base.metric else Intent(self.conversation.intent or Intent.ELIGIBILITY)
        if self._headroom:
            return Intent.METRIC
        able = bool(qualifying.ABILITY.search(message))
        applies = len(message) <= SHORT_ASK or intents.APPLY.search(message) is not None
        if self._has_facts and base.metric and intents.GAP.search(message):
            return Intent.GAP
        if self._has_facts and able and (base.programme or (measuring and applies)):
            return Intent.ELIGIBILITY
        if self._has_facts and intents.GAP.search(message):
            return Intent.GAP
        if self._has_facts and base.metric and intents.COMPUTE.search(message):
            return Intent.METRIC
        if self._has_facts and base.metric and self._claims_points(base.metric):
            return Intent.METRIC
        judged = GETS.search(message) or PASSED.search(message)
        if (
            base.metric
            and base.first_person
            and (judged or (self._asks_amount and not base.does(Act.COMPARE)))
            and not base.references
            and not TO_APPLY.search(message)
        ):
            return Intent.METRIC
        if intents.WAY.search(message) and not (
            qualifying.ABILITY.search(message) or intents.GAP.search(message)
        ):
            return Intent.LOOKUP
        if base.first_person and qualifying.ABILITY.search(message) and intents.APPLY.search(message):
            return Intent.ELIGIBILITY
        if self._asks_of_an_enterprise:
            return Intent.ELIGIBILITY
        wish = qualifying.WISH.search(message) and not ABOUT_RULE.search(message)
        if base.first_person and (
            intents.GAP.search(message) or (wish and (base.programme or APPLIES.search(message)))
        ):
            return Intent.ELIGIBILITY
        if qualifying.WISH.search(message) and base.programme and not base.asks:
            return Intent.ELIGIBILITY
        return Intent.LOOKUP

    @property
    def _asks_of_an_enterprise(self) -> bool:
        """德化一家陶瓷厂能报零碳工厂吗, 能报近零碳吗, 零碳够不够: whether an enterprise may apply, of which nothing else is asked."""
        base, message = self.base, self.base.message
        if base.references or not self.book:
            return False
        if base.programme and qualifying.counts_as(without_names((base.programme,), message)):
            return True
        if not qualifying.ABILITY.search(message):
            return False
        if base.programme is None:
            return SUFFICES_ALONE.fullmatch(message) is not None
        applies = QUALIFY.search(message)
        bare = len(own_words(self.naming.without_places(message.replace(base.programme.alias, " ")))) <= BARE
        if bare and base.programme.alias and SUFFICES.search(message.replace(base.programme.alias, "")):
            return True
        return bool(applies and base.programme.alias and (bare or intents.ENTERPRISE.search(message)))

    @property
    def _asks_amount(self) -> bool:
        """Whether a value is asked for, and not the limit that the text sets for it."""
        message = self.base.message
        return AMOUNT_ASKED.search(message) is not None and LIMIT_ASKED.search(message) is None

    def _claims_points(self, metric: Named) -> bool:
        """那项就该给满20分吧: points of the applicant are claimed, which the engine computes."""
        scored = self.book is not None and metric.id in self.book.metrics
        points = scored and self.book is not None and self.book.metrics[metric.id].unit == "分"
        return points and CLAIMED_POINTS.search(self.base.message) is not None

    @property
    def _sums_points(self) -> bool:
        """这三项一共几分, 总分在什么范围, with figures told: the assessment's points, several items or all of them."""
        base, message = self.base, self.base.message
        if self.book is None or self._has_no_rules or WHOLE_MARKS.search(message):
            return False
        whole = TOTAL.search(message) or SCORE_RANGE.search(message)
        told = [item.fact for item in base.facts.stated if item.fact in self.book.scored]
        told += [
            fact
            for one in base.facts.ambiguous
            for fact in one.candidates
            if fact in self.book.facts and self.book.facts[fact].type == "points"
        ]
        each = EACH.search(message) and len(self._items_told) > 1
        wanted = whole or ((TOGETHER.search(message) or each) and Ask.POINTS in base.asks)
        known = {*self.conversation.facts.get(self.book.policy_id, {}), *self.conversation.supposed}
        return bool(wanted and (told or (known & self.book.scored and not base.references)))

    @property
    def _points_of_metric(self) -> bool:
        """强度8.01得几分: points for a metric that is no score itself, which an item of the table gives by a condition on it."""
        book, named = self.book, self.base.metric
        if book is None or named is None or Ask.POINTS not in self.base.asks or named.id not in book.metrics:
            return False
        scored = [
            one for one in book.criteria.values() if one.points is not None and one.condition is not None
        ]
        told = set(self.base.facts.values) & {named.id, *book.needed[named.id]}
        return bool(told) and any(named.id in book.mentioned(one.id) for one in scored)

    @property
    def _judges_metric(self) -> bool:
        """超没超, 过线没, after a metric was computed: whether it keeps its limit."""
        base, message = self.base, self.base.message
        stated = set(base.facts.values)
        metric = (self.conversation.metric or "/").split("/")[1]
        own = self.book is not None and stated <= set(self.book.needed.get(metric, ()))
        bare = len(message) <= SHORT_ASK * (1 + bool(stated or self._thread.goes_back)) and not base.programme
        judged = MEETS.search(message) or PASSED.search(message)
        measured = self._has_facts and self.conversation.intent == Intent.METRIC
        return bool(bare and own and judged and measured and not TO_APPLY.search(message))

    @property
    def _items_told(self) -> set[str]:
        """Names of the scored items that the message's own figures go into."""
        book, stated = self.book, set(self.base.facts.values)
        if book is None:
            return set()
        return {
            one.label
            for one in book.criteria.values()
            if one.points is not None and stated & book.behind(one.id)
        }

    @cached_property
    def _headroom(self) -> Named | None:
        """抵消我还能往上加多少吨: the limit of a known amount that the message, or the metric before it, is about."""
        book, message = self.book, self.base.message
        if book is None or not intents.HEADROOM.search(message):
            return None
        known = self.conversation.facts.get(book.policy_id, {})
        before = (self.conversation.metric or "/").split("/")[1]
        for metric in book.metrics.values():
            fact = book.facts.get(book.capped(metric.id) or "")
            if fact is None or fact.id not in known:
                continue
            if any(word in message for word in fact.topic) or fact.id in book.needed.get(before, ()):
                return Named(book.policy_id, metric.id)
        return None

    @property
    def _limiting(self) -> str | None:
        """The clause that limits the one share of which a figure is claimed: 绿证只能算一半，是打五折的意思吗."""
        if self.book is None:
            return None
        shares = [item.fact for item in self.base.facts.stated if item.fact in self.book.metrics]
        return self.book.metrics[shares[0]].address if len(shares) == 1 else None

    def _says_more_than(self, metric: Named) -> bool:
        """Whether yes or no is said beside a metric's figures: 削减率5%，而且逐年下降，这条过了吗."""
        if self.book is None or metric.id not in self.book.metrics:
            return False
        declared = {item.fact for item in self.base.facts.stated if item.value in ("是", "否")}
        return any(
            declared & set(self.book.needed[id]) and metric.id in self.book.mentioned(id)
            for id in self.book.criteria
        )

    @cached_property
    def _solvable(self) -> Sought | None:
        """What is sought, where it can be solved; 抵消做到多少能拿满分 is about its share where the whole is not known."""
        sought, book = self.base.sought, self.book
        if sought is None or book is None or self._can_solve(sought):
            return sought if sought is not None and book is not None else None
        shares = [one.id for one in book.metrics.values() if one.adjust == sought.name and one.unit == "%"]
        scored = bool(sought.points or Ask.POINTS in self.base.asks) and not self.base.facts.stated
        capped = [id for id in shares if (limit := book.metrics[id].limit) and "<" in limit.operator]
        if not scored or len(capped) != 1 or sought.name not in book.needed[sought.criterion]:
            return None
        return replace(sought, name=capped[0]) if self._can_solve(replace(sought, name=capped[0])) else None

    @cached_property
    def _other_condition(self) -> OtherCondition | None:
        """报零碳需要能耗5000吨吗: a condition asked about that is another programme's, and not of the one named."""
        base, book = self.base, self.book
        if book is None or base.references or not (Ask.YES_NO in base.asks or CLAIMED.search(base.message)):
            return None
        named = base.programme or next(
            iter(programmes_named({book.policy_id: book}, base.message, short=True)), None
        )
        told = {item.fact for item in base.facts.stated if item.value not in ("是", "否")}
        if base.first_person and not MUST.search(base.message):
            return None
        told = (told if not base.first_person else set()) or {
            fact.id
            for fact in book.facts.values()
            if fact.unit not in (None, "项", "家") and any(word in base.message for word in fact.topic)
            if any((one.value, one.unit) in figures_of_rules(book) for one in find_quantities(base.message))
        }
        required = named is not None and named.alias and REQUIRED.search(base.message)
        if named is None or not told or not required or told & facts_of(book, named.id):
            return None
        for other in book.programmes.values():
            for id in other.criteria:
                condition = book.criteria[id]
                if other.id != named.id and told <= set(book.needed[id]) and condition.address:
                    return OtherCondition(named, other.label, condition.address)
        return None

    def _can_solve(self, sought: Sought) -> bool:
        """Whether figures are known to solve with, or a share is sought for points, which needs none.

        The most of what the book has a limit for (碳抵消量上限) is a metric of its own.
        """
        base, book = self.base, self.book
        if book is None:
            return False
        if sought.name in book.metrics and (base.asks & {Ask.POINTS} or sought.points):
            return True
        amount = base.metric is not None and book.metrics[base.metric.id].limit is None
        pointed = bool(base.asks & {Ask.POINTS} or sought.points)
        if sought.most and amount and not pointed and base.metric and base.metric.id != sought.name:
            return False
        known = {*base.facts.values, *self.conversation.facts.get(book.policy_id, {})}
        return bool(known & set(book.needed[sought.criterion]))

    def _intent_of_facts(self) -> Intent:
        base, message = self.base, self.base.message
        amount = (
            self.book is not None
            and base.metric is not None
            and self.book.metrics[base.metric.id].limit is None
        )
        if intents.GAP.search(message) and not amount:
            return Intent.GAP
        if self._judges_metric:
            return Intent.METRIC  # 算了还按原来6千万，达标没
        asked = AMOUNT_ASKED.search(message) and not TO_APPLY.search(message)
        rates = {item.fact for item in base.facts.stated} & set(self.book.metrics if self.book else ())
        if self.book and any(len(rates & self.book.mentioned(id)) > 1 for id in self.book.criteria):
            return Intent.ELIGIBILITY
        wants_verdict = qualifying.ABILITY.search(message) or Ask.YES_NO in base.asks
        if base.metric and not asked and wants_verdict and self._says_more_than(base.metric):
            return Intent.ELIGIBILITY
        if base.programme and TO_APPLY.search(message) and Ask.YES_NO in base.asks and not asked:
            return Intent.ELIGIBILITY  # 申报零碳工厂的话，占比51%，符合规定吗
        if base.metric and (asked or not (base.programme and qualifying.ABILITY.search(message))):
            return Intent.METRIC
        if self._completes_metric and not base.programme and not TO_APPLY.search(message):
            return Intent.METRIC
        if self._tells_of_no_programme and base.metric:
            return Intent.METRIC
        if qualifying.ABILITY.search(message) or base.programme:
            return Intent.ELIGIBILITY
        if self._completes_metric:
            return Intent.METRIC
        if self.conversation.intent in (Intent.ELIGIBILITY, Intent.GAP):
            return Intent(self.conversation.intent)
        if base.references:
            return Intent.CLAUSE
        if self.conversation.programme and not base.asks & ABOUT_TEXT:
            return Intent.ELIGIBILITY
        numeric = [item for item in base.facts.stated if item.value not in ("是", "否")]
        if base.asks & ABOUT_TEXT and len(numeric) <= 1:
            return Intent.LOOKUP
        if base.first_person or len(numeric) > 1 or (self.conversation.pending and base.facts.stated):
            return Intent.ELIGIBILITY
        if numeric and not base.asks:
            return Intent.ELIGIBILITY
        return Intent.LOOKUP

    @property
    def _tells_of_no_programme(self) -> bool:
        """Whether what is told belongs to no programme's criteria: how many there are to draw from."""
        book = self.book
        told = set(self.base.facts.values)
        return (
            book is not None
            and bool(told)
            and not any(told & facts_of(book, programme) for programme in book.programmes)
        )

    @property
    def _is_known(self) -> bool:
        """Whether all that the named metric with a limit is made of has been told."""
        named, book = self.base.metric, self.book
        if named is None or book is None or named.id not in book.metrics or not book.metrics[named.id].limit:
            return False
        known = {*self.conversation.facts.get(book.policy_id, {}), *self.base.facts.values}
        return named.id in known or set(book.needed[named.id]) <= known

    @property
    def _completes_metric(self) -> bool:
        """Whether what is said goes into the metric that was computed, or asked about, the turn before."""
        metric = (self.conversation.metric or "/").split("/")[1]
        if self.conversation.intent != Intent.METRIC or self.book is None or metric not in self.book.metrics:
            return False
        told = {*self.base.facts.values, *self.base.facts.mentioned}
        return bool(told) and set(self.base.facts.values) <= set(self.book.needed[metric])

    @property
    def _of_another_place(self) -> bool:
        """浙江省零碳工厂: a programme of ours by name, and not ours."""
        named = self.base.programme
        return bool(named and self.naming.says_elsewhere(self.base.message, named.alias))

    @property
    def _has_no_rules(self) -> bool:
        """福州方案里5000吨标准煤那句: the policies named have no rules, so that no figure is the applicant's."""
        base = self.base
        ruled = any(policy in self.books for policy in base.policies)
        return bool(base.policies) and not ruled and not base.programme

    @cached_property
    def _has_facts(self) -> bool:
        return bears_on(self.base, self.conversation, self.book)
