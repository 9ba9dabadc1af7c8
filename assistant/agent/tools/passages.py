"""Passages: the sentences of found clauses that answer a question, ranked by what of the question they cover."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.agent.tools.premise import CONFIRM
from assistant.agent.tools.sentences import is_responsible_note, sentences
from assistant.agent.understanding.lexicon import Lexicon
from assistant.agent.understanding.programmes import Elsewhere
from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.retrieval.asking import Ask, content_words

TOKEN = re.compile(r"[一-鿿]+|[a-z]+|\d+(?:\.\d+)?%?")
OFFICE = re.compile(r"部门|机构|单位|[省市县]?[一-鿿]{0,6}(?:厅|局|委|中心|政府|办公室)")
TIME = re.compile(r"\d{4}\s*年|\d+个月|[一二三四五六七八九十\d]+年|之日|期限|时间|底前|月")
CONTACT = re.compile(r"电话|联\s*系\s*人|\d{4}-\d{7,8}")
CALENDAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年?")
WHICH_YEAR = re.compile(r"哪一?年|何年|什么年份|年份")
COUNTED = re.compile(r"(?:多少|几)(?P<unit>家|个|项|分|年|公顷|辆|吨|亿元|万元|元|页|字|天|个月|轮|批)")
FORM = re.compile(r"申报书|表|填|栏|格|附件|字段")
SHARES = (
    1.0,
    0.5,
    0.35,
)  # of the question's words: in the sentence, in the headings above, elsewhere in the clause
RANK = 0.3  # what the first clause of the search has before its sentences are read
RULED = 0.3
OWN = 0.3
LEAD_IN = 0.25  # a sentence that only announces a list says neither who nor when
YEAR = 0.15  # a sentence about the year that is asked about, or about another one
OTHER = 0.35
NAMING = (
    ClauseKind.TITLE,
    ClauseKind.GROUP,
    ClauseKind.CHAPTER,
    ClauseKind.ANNEX,
)  # they name, they say nothing
CONTENTS_PATH = "附件目录"
BARE = 0.3
BLANK = 0.3  # a field of a form asks for something, it does not say anything
CARRIED = 0.4
MEANT = 0.7  # of the texts' words for what was said, beside the words that were said
LENGTHY = 0.0006  # a character over 80: a long sentence holds many words by chance
STRANGE_NAME = 0.75  # a name that the corpus never mentions
STRANGE = 0.15  # a pair of characters that the corpus does not hold, as a share of the rarest pair's weight
WHOLE = (ClauseKind.SIGNATURE, ClauseKind.FRONT)  # short blocks that are quoted whole
MEANING = re.compile(r"是指|指的?是|本办法所称|以下简称|即")


@dataclass(frozen=True)
class Passage:
    """A sentence of a clause with its score: the share of the question it and its place cover, plus form.

    `coverage` is the share of the question that the clause covers, `words` the question's pairs in the sentence itself
    with their share of it.
    """

    clause: Clause
    sentence: str
    order: int
    score: float
    coverage: float
    words: Mapping[str, float]


NOWHERE = Elsewhere()


@dataclass(frozen=True)
class Question:
    """What sentences are ranked for.

    `before` is the question that this one carries on; its words weigh less. `uncovered` are names that the corpus
    never mentions; they lower the coverage. Clauses `elsewhere` belong to another programme and are put back; those
    `ruled` set the limit that is asked about and those of the policies `about` are its programme's own: put forward.
    """

    text: str
    asks: frozenset[Ask] = frozenset()
    before: str = ""
    uncovered: Sequence[str] = ()
    elsewhere: Elsewhere = NOWHERE
    ruled: frozenset[str] = frozenset()
    about: frozenset[str] = frozenset()


def grams(text: str) -> list[str]:
    """Character bigrams of Chinese runs (single characters stay), Latin words and figures, folded by NFKC."""
    found: list[str] = []
    for token in TOKEN.findall(unicodedata.normalize("NFKC", text).lower()):
        if "一" <= token[0] <= "鿿" and len(token) > 1:
            found += [token[i : i + 2] for i in range(len(token) - 1)]
        else:
            found.append(token)
    return found


class PassageRanker:
    """Weighs the bigrams of a question by how rare they are over the clauses (idf), and ranks sentences."""

    def __init__(self, library: Library, lexicon: Lexicon) -> None:
        self._library = library
        self._lexicon = lexicon
        counts: Counter[str] = Counter()
        total = 0
        for clause in library.clauses():
            counts.update(set(grams(self._place(clause) + " " + clause.text)))
            total += 1
        self._idf: Mapping[str, float] = {
            gram: math.log(1 + (total - seen + 0.5) / (seen + 0.5)) for gram, seen in counts.items()
        }
        self._unknown = math.log(1 + total / 0.5)

    def weights(self, question: str) -> dict[str, float]:
        """{bigram of the question's content that the corpus holds: its weight}."""
        found = grams(content_words(question))
        return {gram: self._idf[gram] for gram in found if gram in self._idf}

    def rank(self, question: Question, clauses: Sequence[Clause]) -> list[Passage]:
        """Sentences of `clauses` (best clause first), best sentence first."""
        meant = " ".join(self._lexicon.meant(question.text))
        plain = self.weights(f"{question.text} {question.before} {meant}")
        earlier = {gram: CARRIED * weight for gram, weight in self.weights(question.before).items()}
        spoken = {gram: MEANT * weight for gram, weight in self.weights(meant).items()}
        weights = earlier | spoken | self.weights(question.text)
        pairs = [gram for gram in grams(content_words(question.text)) if gram not in self._idf]
        said = [
            name
            for name in question.uncovered
            if not any(word in name or name in word for word in self._lexicon.synonyms)
        ]
        strange = self._unknown * (STRANGE_NAME * len(said) + STRANGE * len(pairs))
        total = sum(plain.values()) + strange or 1.0
        places = set(grams(" ".join(self._lexicon.places_in(question.text)))) & plain.keys()
        ranked: list[Passage] = []
        for order, clause in enumerate(clauses):
            place_text = self._place(clause)
            place, whole = self._present(place_text, weights), self._present(clause.text, weights)
            base = RANK / (1 + 0.5 * order) + _standing(clause, place_text, question)
            for sentence in _quotable(clause):
                own = self._present(sentence, weights)
                shares = [
                    sum(weights[gram] for gram in part) / total
                    for part in (own, place - own, whole - own - place)
                ]
                score = base + sum(weight * share for weight, share in zip(SHARES, shares, strict=True))
                score += _form(sentence, clause, question) - LENGTHY * max(0, len(sentence) - 80)
                here = own | place | whole
                asked = total - sum(plain[gram] for gram in places if gram not in here)
                covered = sum(plain.get(gram, 0.0) for gram in here) / (asked or 1.0)
                if clause.address in question.ruled:
                    covered = max(covered, 0.5)
                words = {gram: plain[gram] / total for gram in own if gram in plain}
                ranked.append(Passage(clause, sentence, order, score, covered, words))
        return sorted(ranked, key=lambda passage: (-passage.score, passage.order))

    def share(self, clause: Clause, weights: Mapping[str, float]) -> float:
        """Share of weighted words that stand in a clause or its headings, 0…1."""
        here = self._present(f"{self._place(clause)} {clause.text}", weights)
        return sum(weights[gram] for gram in here) / (sum(weights.values()) or 1.0)

    def _place(self, clause: Clause) -> str:
        title = self._library.policies[clause.policy_id].title
        return " ".join((title, *clause.heading_path, clause.label))

    @staticmethod
    def _present(text: str, weights: Mapping[str, float]) -> set[str]:
        return set(grams(text)) & weights.keys()


def _quotable(clause: Clause) -> list[str]:
    """What of a clause is quoted: sentences; of a table row its requirement, of a short block the whole."""
    if clause.kind in WHOLE:
        return [clause.text] if clause.text else []
    requirement = clause.attributes.get("requirement")
    if clause.kind in (ClauseKind.ROW, ClauseKind.SUBROW) and requirement:
        return sentences(requirement)
    return sentences(clause.text)


def _standing(clause: Clause, place: str, question: Question) -> float:
    """What a clause has for or against it before its sentences are read."""
    score = RULED * (clause.address in question.ruled) + OWN * (clause.policy_id in question.about)
    score -= OTHER * question.elsewhere.holds(clause.address, place + clause.text)
    if clause.kind in NAMING or clause.path == CONTENTS_PATH:
        score -= BARE
    if clause.kind is ClauseKind.FIELD and not FORM.search(question.text):
        score -= BLANK
    return score


def _form(sentence: str, clause: Clause, question: Question) -> float:
    """Bonus for a sentence that has the form of what is asked for."""
    asks = question.asks
    counted = COUNTED.search(question.text)
    bonus = 0.0
    if counted and re.search(rf"[\d一二三四五六七八九十]\s*万?{counted['unit']}", sentence):
        bonus += 0.2
    if sentence.rstrip().endswith(("：", ":")) and asks & {Ask.WHO, Ask.WHEN}:
        bonus -= LEAD_IN
    if is_responsible_note(sentence):
        bonus += 0.25 if Ask.WHO in asks else -0.25
    elif Ask.WHO in asks and OFFICE.search(sentence):
        bonus += 0.15
    if Ask.CONTACT in asks and CONTACT.search(sentence):
        bonus += 0.4
    if Ask.POINTS in asks and "points" in clause.attributes:
        bonus += 0.15
    if Ask.FORMULA in asks and "=" in unicodedata.normalize("NFKC", sentence):
        bonus += 0.3
    years = set(CALENDAR.findall(question.text))
    stated = set(CALENDAR.findall(sentence))
    if years and stated and not CONFIRM.search(question.text):
        bonus += YEAR if years & stated else -YEAR
    if stated and (WHICH_YEAR.search(question.text) or (years and CONFIRM.search(question.text))):
        bonus += 0.2
    bonus += 0.12 * (Ask.AMOUNT in asks and re.search(r"\d", sentence) is not None)
    bonus += 0.12 * (Ask.WHEN in asks and TIME.search(sentence) is not None)
    bonus += 0.2 * (Ask.MEANING in asks and MEANING.search(sentence) is not None)
    return bonus
