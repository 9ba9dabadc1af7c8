"""Clauses named by where they stand: 最后一条, 倒数第二条, 上一条, 那（三）, and the choice between clauses that were asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.agent.conversation import Conversation
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.naming import PolicyNaming
from assistant.agent.understanding.reading import Reading
from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.documents.numbering import read_number
from assistant.documents.references import find_references
from assistant.errors import AddressError, AmbiguousClauseError
from assistant.numerals import parse_chinese_number
from assistant.retrieval.asking import content_words

_NUMBER = r"[一二两三四五六七八九十]+|\d+"
END = re.compile(
    rf"(?:最后(?:的)?一?个?|末(?=[条款项])|倒数第(?P<back>{_NUMBER})个?)(?P<kind>条|章|部分|附件|专栏|[项款行])"
)
MOVED = re.compile(
    r"(?:^|[那再讲说看，。])(?P<way>[上下前后])(?:面)?(?P<far>一|两|二)?条(?=呢|是|说|讲|怎么|写|规定|[，。？?！!\s]|$)"
)
ORDINAL = re.compile(
    rf"^(?:就|是|要|看|我?(?:说|要|问)的是)*第(?P<number>{_NUMBER})个(?:吧|啊|呀|呢|的)?[。！!]?$"
)
SHORT = 12  # characters of content that a choice has at most
KINDS = {
    "条": (ClauseKind.ARTICLE,),
    "章": (ClauseKind.CHAPTER,),
    "部分": (ClauseKind.HEADING,),
    "附件": (ClauseKind.ANNEX,),
    "专栏": (ClauseKind.BOX,),
}

PARTS = (ClauseKind.ITEM, ClauseKind.ROW, ClauseKind.ENTRY, ClauseKind.SECTION)


class ClauseTalk:
    """Finds the clause that such words mean."""

    def __init__(self, library: Library, naming: PolicyNaming) -> None:
        self._library = library
        self._naming = naming

    def pinned(self, reading: Reading, conversation: Conversation) -> str | None:
        """The address that a message means by where it stands, or None."""
        if reading.quotation or reading.facts.stated or reading.intent not in (Intent.CLAUSE, Intent.LOOKUP):
            return None
        return (
            self._chosen(reading, conversation)
            or self._at_the_end(reading, conversation)
            or self._moved(reading, conversation)
            or self._under_discussion(reading, conversation)
        )

    def _chosen(self, reading: Reading, conversation: Conversation) -> str | None:
        """福州那个, 第一个, 减污降碳的: which of the clauses that a number of the last question may mean."""
        asked = find_references(conversation.query or "")
        if conversation.intent != Intent.CLAUSE or len(asked) != 1 or reading.references:
            return None
        try:
            self._library.resolve(asked[0].path, None)
        except AmbiguousClauseError as error:
            candidates = [self._library.clause(address) for address in error.candidates]
        except AddressError:
            return None
        else:
            return None
        place = ORDINAL.search(reading.message)
        if place:
            number = int(parse_chinese_number(place["number"]))
            return candidates[number - 1].address if 0 < number <= len(candidates) else None
        if len(content_words(reading.message)) > SHORT:
            return None
        kept = self._of(candidates, reading)
        return kept[0].address if len(kept) == 1 else None

    def _of(self, candidates: Sequence[Clause], reading: Reading) -> list[Clause]:
        """Candidates of the policy that is named, by its name, its place or words of its title or of a heading."""
        named = self._naming.named(reading.message) or reading.cities
        if named:
            own = [clause for clause in candidates if clause.policy_id in named]
            if own:
                return own
        words = content_words(reading.message).replace(" ", "")
        if len(words) < 2:
            return []
        by_title = [one for one in candidates if words in self._library.policies[one.policy_id].title]
        return by_title or [
            one for one in candidates if any(words in text for text in (*one.heading_path, one.text))
        ]

    def _at_the_end(self, reading: Reading, conversation: Conversation) -> str | None:
        """最后一条 of the policy, 附件4最后一项, 倒数第二条."""
        end = END.search(reading.message)
        if not end:
            return None
        back = int(parse_chinese_number(end["back"])) if end["back"] else 1
        policy = self._policy(reading, conversation)
        if end["kind"] in KINDS:
            there = [one for one in self._library.clauses(policy) if one.kind in KINDS[end["kind"]]]
            whose = {one.policy_id for one in there}
            return there[-back].address if len(whose) == 1 and back <= len(there) else None
        if len(reading.references) != 1:
            return None
        try:
            root = self._library.resolve(reading.references[0].path, policy)
        except AddressError:
            return None
        numbered = [
            one
            for one in self._all_below(root)
            if one.kind in PARTS and read_number(one.path.rsplit("/", 1)[-1].strip("（）")) is not None
        ]
        return numbered[-back].address if back <= len(numbered) else None

    def _all_below(self, clause: Clause) -> list[Clause]:
        found: list[Clause] = []
        for child in self._library.children(clause):
            found += [child, *self._all_below(child)]
        return found

    def _moved(self, reading: Reading, conversation: Conversation) -> str | None:
        """上一条, 下一条 of an article, over the borders of chapters; at the end, the article itself."""
        moved = MOVED.search(reading.message)
        if not moved or not conversation.focus:
            return None
        focus = self._library.clause(conversation.focus[0])
        articles = [one for one in self._library.clauses(focus.policy_id) if one.kind is ClauseKind.ARTICLE]
        at = next((i for i, one in enumerate(articles) if f"{focus.path}/".startswith(f"{one.path}/")), None)
        if at is None:
            return None
        steps = 2 if moved["far"] in ("两", "二") else 1
        at += steps if moved["way"] in "下后" else -steps
        return articles[at].address if 0 <= at < len(articles) else None

    def _under_discussion(self, reading: Reading, conversation: Conversation) -> str | None:
        """那（三） after 第九条: the one under the clause that was read, where several have that number."""
        if len(reading.references) != 1 or not conversation.focus or reading.intent is not Intent.CLAUSE:
            return None
        try:
            self._library.resolve(reading.references[0].path, self._policy(reading, conversation))
        except AmbiguousClauseError as error:
            focus = conversation.focus[0]
            above = focus.rpartition("/")[0]
            for root in (focus, above):
                own = [address for address in error.candidates if root and address.rpartition("/")[0] == root]
                if len(own) == 1:
                    return own[0]
        except AddressError:
            return None
        return None

    def _policy(self, reading: Reading, conversation: Conversation) -> str | None:
        named = reading.policies or conversation.policies
        return named[0] if len(named) == 1 else None
