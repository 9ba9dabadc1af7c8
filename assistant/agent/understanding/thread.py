"""What a message leaves to its thread: the programme, the metric, the policies and the question that it carries on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.agent.conversation import Conversation
from assistant.agent.understanding import intents
from assistant.agent.understanding.acts import Act
from assistant.agent.understanding.bearing import likeliest_programme, of_another_programme
from assistant.agent.understanding.carrying import ACTUAL, BACK_TO, MEASURING
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.looking_back import SIMILAR
from assistant.agent.understanding.naming import PolicyNaming
from assistant.agent.understanding.points_asked import TOTAL
from assistant.agent.understanding.programmes import Named
from assistant.agent.understanding.reading import Reading
from assistant.agent.understanding.weighing import scored_at
from assistant.retrieval.asking import ASKS, Ask, content_words, own_words
from assistant.rules.book import RuleBook

SHORT_ASK = 10  # characters: 那够不够, 现在行了吗
YEAR = re.compile(r"(?:20)?\d{2}年(?!来|间)")
BACK = re.compile(r"这|该|它|他们|刚才|上面|一样|也")
OWN_WORDS = 2  # characters of its own words that make a follow-up a question without its thread
LINKED_WORDS = 4  # the same of a further question in one message
ASKED_WHO = dict(ASKS)[Ask.WHO]
THAT_FIGURE = re.compile(r"[那这]一?个?(?:数[字值]?|值|指标|目标|比例|占比)|对应的?")
BARE = 4  # characters of a follow-up that has no content of its own


@dataclass(frozen=True)
class Thread:
    """A message in its conversation, and what it takes over from there."""

    base: Reading
    conversation: Conversation
    book: RuleBook | None
    naming: PolicyNaming

    @property
    def current_programme(self) -> str | None:
        """Name of the programme under discussion; None where there is none, or the message names another policy."""
        if self.book is None or not self.conversation.programme or self.base.policies or self.base.cities:
            return None
        policy, programme = self.conversation.programme.split("/")
        return self.book.programmes[programme].label if policy == self.book.policy_id else None

    @property
    def shares_its_name(self) -> bool:
        """Whether a metric is named by words that another programme's metric has as well: 碳削减率, under 近零碳工厂."""
        metric, book = self.base.metric, self.book
        if metric is None or book is None or self.base.programme or not self.current_programme:
            return False
        own = book.metrics[metric.id].label
        return own not in self.base.message and any(
            one.label in self.base.message and one.label in own for one in book.metrics.values()
        )

    @property
    def asks_the_same(self) -> bool:
        """那1151号的呢, after the date of another document was asked for: the same of this one."""
        base = self.base
        return (
            base.follows
            and bool(base.policies)
            and not base.asks
            and len(base.message) <= SHORT_ASK + BARE
            and self.conversation.intent == Intent.STATUS
        )

    @property
    def both_before(self) -> tuple[str, ...]:
        """两份的日期: the two documents that were spoken of last, in the order of being spoken of; nothing with fewer."""
        spoken = [policy for topic in self.conversation.earlier for policy in topic.policies]
        last = list(dict.fromkeys(reversed([*spoken, *self.conversation.policies])))[:2]
        return tuple(reversed(last)) if len(last) == 2 else ()

    def programme(self) -> Named | None:
        scored = scored_at(self.book, self.base.references) if self.book else None
        if scored is not None:
            return scored
        if self.conversation.programme:
            policy, programme = self.conversation.programme.split("/")
            own = (
                of_another_programme(self.book, programme, self.base.facts, self.base.message)
                if self.book
                else None
            )
            return Named(policy, own or programme)
        return likeliest_programme(self.book, self.base.facts) if self.book else None

    def metric(self) -> Named | None:
        scored = self.score() or self._share_apart()
        if scored is not None or not self.conversation.metric:
            return scored
        return Named(*self.conversation.metric.split("/"))

    def score(self) -> Named | None:
        """那分数变成多少: the one score that the metric under discussion, or what was told last, goes into."""
        base, book = self.base, self.book
        if book is None or Ask.POINTS not in base.asks or TOTAL.search(base.message):
            return None
        spoken = {*self.conversation.latest, *self.conversation.supposed}
        computed = {self.conversation.metric.split("/")[1]} if self.conversation.metric else set()
        turns = (computed, spoken) if self.conversation.intent == Intent.METRIC else (spoken,)
        for about in turns:
            scores = [
                metric.id
                for metric in book.metrics.values()
                if metric.unit == "分"
                and about & {metric.id, *book.inputs(metric.id), *book.needed[metric.id]}
            ]
            if len(scores) == 1:
                return Named(book.policy_id, scores[0])
        return None

    def _share_apart(self) -> Named | None:
        """还差几个点到100: the limited share of the programme that what is asked is of, by its figure or its side."""
        book, programme = self.book, (self.conversation.programme or "/").split("/")[1]
        asked = intents.PERCENTAGE_POINTS.search(self.base.message)
        if asked is None or book is None or programme not in book.programmes:
            return None
        shares = [book.metrics[id] for id in book.programmes[programme].metrics]
        sign = ">" if asked["under"] else "<"
        found = [
            metric.id
            for metric in shares
            if metric.unit == "%" and metric.limit and sign in metric.limit.operator
        ]
        return Named(book.policy_id, found[0]) if len(found) == 1 else None

    @property
    def goes_back(self) -> bool:
        """按实际的呢, after a supposition was measured: the same once more, with what was told."""
        base, before = self.base, self.conversation
        return bool(
            before.supposed
            and before.intent in MEASURING
            and not base.facts.stated
            and (ACTUAL.search(base.message) or base.does(Act.REVERT))
        )

    @property
    def stands_alone(self) -> bool:
        """Whether a message says what it asks of which programme, so that nothing is to be carried on: 近零碳要培育几年."""
        base = self.base
        if (
            base.programme is None
            or not base.asks - {Ask.YES_NO}
            or base.message.rstrip("？?。").endswith("呢")
        ):
            return False
        said = content_words(base.message.replace(base.programme.alias, " ")).replace(" ", "")
        defined = bool(base.programme.alias) and Ask.MEANING in base.asks  # 啥叫零碳工厂
        return (defined or len(said) > 1) and not BACK.search(base.message)

    def policies(self) -> tuple[str, ...]:
        """Where a follow-up is looked for: what it names itself, else what the conversation is about."""
        base = self.base
        own = base.policies or ((base.programme.policy,) if base.programme else ())
        found = own or base.cities or base.province
        return found or (() if self.naming.places_in(base.message) else self.conversation.policies)

    @property
    def has_own_words(self) -> bool:
        """Whether a follow-up says enough of its own to be a question without the thread that it may stand in."""
        words = own_words(self.naming.without_places(self.base.message))
        return len(words) >= (LINKED_WORDS if self.base.linked else OWN_WORDS)

    @property
    def _says_what_is_done(self) -> bool:
        """谁负责解释; not 牵头的是谁, 这些归哪个部门, which leave to what was asked before what it is about."""
        message = self.base.message
        done = content_words(ASKED_WHO.sub(" ", message)).replace(" ", "")
        return len(done) >= OWN_WORDS and not intents.POINTS_BACK.search(message)

    def query(self) -> tuple[str, str]:
        """The last question carried on: with a programme, a year or a place exchanged, or standing behind the new words."""
        base, last = self.base, self.conversation.query or ""
        programme = base.programme
        rest = base.message.replace(programme.alias, "") if programme else ""
        bare = len(rest.strip("那么，。？?吗呢 ")) <= BARE
        if programme and self.book and bare:
            for other in self.book.programmes.values():
                for alias in sorted((other.label, *other.aliases), key=len, reverse=True):
                    if other.id != programme.id and alias in last:
                        return last.replace(alias, self.book.programmes[programme.id].label), ""
            return f"{programme.alias} {last}", ""
        if base.policies and self.naming.by_maker(base.message):
            return self.naming.without_names(last) or last, ""
        exchanged = self._exchanged(last)
        if exchanged:
            return exchanged, ""
        if Ask.CONTACT in base.asks and len(base.message) <= BARE + 2:
            return base.message, ""
        of_document = base.linked and self.conversation.intent == Intent.STATUS
        if of_document and Ask.WHO in base.asks and self._says_what_is_done:
            return base.message, ""  # 有效到哪天？谁负责解释？: of the same document, about something else
        return base.message, last

    def _exchanged(self, last: str) -> str | None:
        """The last question with another year or place in it: 2030年呢, 全省呢; None where more than that is said."""
        message = self.base.message
        years, places = YEAR.findall(message), self.naming.places_in(message)
        rest = BACK_TO.sub(" ", message) if BACK_TO.search(message) else message
        rest = self.naming.without_places(THAT_FIGURE.sub(" ", SIMILAR.sub(" ", YEAR.sub(" ", rest))))
        said = [word for word in content_words(rest).split() if word not in last]
        if len("".join(said)) > BARE - 2:
            return None
        asked = last
        if len(years) == 1:
            asked = YEAR.sub(years[0], last) if YEAR.search(last) else f"{years[0]} {last}"
        if places:
            asked = f"{places[0]} {self.naming.without_places(asked)}"
        return asked if asked != last else None
