"""What a sentence shows of being the answer to a question: the features that the ranking of sentences is fitted over."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assistant.agent.tools.premise import CONFIRM
from assistant.agent.tools.sentences import is_responsible_note, sentences
from assistant.agent.understanding.programmes import Elsewhere
from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.policy import Policy
from assistant.retrieval.asking import Ask, content_words

STANDING = (
    "clause",  # the clause's score in the reranking, less that of the best clause
    "order",  # 1 for the first clause found, 1/2 for the third
    "alone",  # the same as order, found by the question without the one that it carries on
    "another_programme",  # the clause is one of another programme than the one asked about
    "another_name",  # it speaks of another programme, 0…1
    "own_place",  # its policy is made for a place that the question names
    "other_place",  # the question names places that policies are made for, and not its own
    "own_programme",  # its policy is that of the programme asked about
    "names_only",  # a title or heading: it names, it says nothing
    "blank",  # a field of a form, where no form is asked about
    "points",  # a row with points, where points are asked for
    "lone",  # the clause has only one sentence
)
FORM_OF_SENTENCE = (
    "own",  # share of the question's weighted pairs in the sentence
    "place",  # in the title and headings above, and not in the sentence
    "rest",  # elsewhere in the clause
    "said",  # share of the question's own words in the sentence
    "told",  # share of the question's own words in the clause and its headings
    "cosine",  # of the question and the sentence
    "opening",  # the sentence is the clause's first
    "length",  # characters over 80, in hundreds
    "lead_in",  # it only announces a list, and somebody asks who or when
    "announces",  # it only announces a list, and a list is asked for
    "enumerates",  # it names three things or more, and a list is asked for
    "units_asked",  # the note of responsible units, where somebody asks who
    "units_unasked",  # the same, where nobody asks
    "units_rest",  # share of the question elsewhere in the clause of such a note, where somebody asks who
    "office",  # it names an office, where somebody asks who
    "contact",  # it has a telephone number or a person, where a contact is asked for
    "formula",  # it has an equation, where a formula is asked for
    "counted",  # it counts what is asked how many of
    "figure",  # it has a figure, where an amount is asked for
    "percent",  # it has a percentage, where a share or rate is asked for
    "time",  # it tells a time, where one is asked for
    "meaning",  # it defines, where a meaning is asked for
    "binding",  # it says must, may or may not, where yes or no is asked
    "year_same",  # a year of the question stands in it
    "year_other",  # it has years, and none of the question's
    "year_told",  # it has a year, where the year is asked for or is to be confirmed
)
FEATURES = (*STANDING, *FORM_OF_SENTENCE)
FORM = re.compile(r"申报书|表|填|栏|格|附件|字段")
CONTACT = re.compile(r"电话|联\s*系\s*人|\d{4}-\d{7,8}")
CALENDAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*年?")
_TOKEN = re.compile(r"[一-鿿]+|[a-z]+|\d+(?:\.\d+)?%?")
OFFICE = re.compile(r"部门|机构|单位|[省市县]?[一-鿿]{0,6}(?:厅|局|委|中心|政府|办公室)")
_TIME = re.compile(r"\d{4}\s*年|\d+个月|[一二三四五六七八九十\d]+年|之日|期限|时间|底前|月")
_WHICH_YEAR = re.compile(r"哪一?年|何年|什么年份|年份")
_COUNTED = re.compile(r"(?:多少|几)(?P<unit>家|个|项|分|年|公顷|辆|吨|亿元|万元|元|页|字|天|个月|轮|批)")
_RATE = re.compile(r"率|比例|比重|占比|百分|几成|几个点")
_MEANING = re.compile(r"是指|指的?是|本办法所称|以下简称|即")
_BINDING = re.compile(r"不得|应当?|必须|须|可以?|不含|不包括|原则上|允许|禁止|严禁|鼓励|不予|取消")
_FIGURE = re.compile(r"\d")
ENUMERATED = 2  # signs between the things that a sentence names
NAMING = (ClauseKind.TITLE, ClauseKind.GROUP, ClauseKind.CHAPTER, ClauseKind.ANNEX)
CONTENTS_PATH = "附件目录"
_WHOLE = (ClauseKind.SIGNATURE, ClauseKind.FRONT)  # short blocks that are quoted whole
NOWHERE = Elsewhere()


@dataclass(frozen=True)
class Question:
    """What sentences are ranked for.

    `before` is the question that this one carries on; its words weigh less. `uncovered` are names that the corpus
    never mentions; they lower the coverage. Clauses `elsewhere` belong to another programme, those of the policies
    `about` are the asked programme's own. `capped` are clauses that set the limit which is asked about, `regions` those of
    the policies whose place is named.
    """

    text: str
    asks: frozenset[Ask] = frozenset()
    before: str = ""
    uncovered: Sequence[str] = ()
    elsewhere: Elsewhere = NOWHERE
    about: frozenset[str] = frozenset()
    capped: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()

    @cached_property
    def size(self) -> int:
        """Pairs of its content."""
        return len(pairs(content_words(self.text)))

    @cached_property
    def years(self) -> frozenset[str]:
        """Calendar years in it; where it has none, those of the question it carries on."""
        return frozenset(CALENDAR.findall(self.text) or CALENDAR.findall(self.before))

    @cached_property
    def confirms(self) -> bool:
        """Whether something is to be confirmed."""
        return CONFIRM.search(self.text) is not None

    @cached_property
    def counted(self) -> re.Pattern[str] | None:
        """What stands in a sentence that counts what is asked how many of."""
        unit = _COUNTED.search(self.text)
        return re.compile(rf"[\d一二三四五六七八九十]\s*万?{unit['unit']}") if unit else None

    @cached_property
    def year_asked(self) -> bool:
        """Whether a year is asked for, or one is to be confirmed."""
        return _WHICH_YEAR.search(self.text) is not None or bool(self.years and self.confirms)

    @cached_property
    def about_form(self) -> bool:
        """Whether a form or one of its fields is asked about."""
        return FORM.search(self.text) is not None

    @cached_property
    def rate_asked(self) -> bool:
        """Whether a share or a rate is asked for."""
        return Ask.AMOUNT in self.asks and _RATE.search(self.text) is not None


@dataclass(frozen=True)
class SentenceParts:
    """A sentence cut once: its pairs and what stands in it."""

    text: str
    pairs: frozenset[str]
    years: frozenset[str]
    announces: bool
    enumerates: bool
    note: bool
    office: bool
    contact: bool
    equation: bool
    figure: bool
    percent: bool
    time: bool
    defines: bool
    binds: bool


@dataclass(frozen=True)
class ClauseParts:
    """A clause cut once; `place` are the title and headings above, `headings` the latter, `region` its policy's."""

    clause: Clause
    place: str
    headings: str
    region: str
    place_pairs: frozenset[str]
    pairs: frozenset[str]
    sentences: Sequence[SentenceParts] = field(default_factory=tuple)

    @classmethod
    def of(cls, clause: Clause, policy: Policy) -> ClauseParts:
        """Cut a clause of a policy."""
        headings = " ".join((*clause.heading_path, clause.label))
        place = f"{policy.title} {headings}"
        return cls(
            clause,
            place,
            headings,
            policy.region,
            frozenset(pairs(place)),
            frozenset(pairs(clause.text)),
            tuple(_parts(sentence) for sentence in quotable(clause)),
        )


@dataclass(frozen=True)
class Shares:
    """Shares of the question's weight, 0…1: in the sentence, its place, the rest of its clause; `said` and `told` of
    its own words in the sentence and in all of the clause."""

    own: float
    place: float
    rest: float
    said: float
    told: float


def pairs(text: str) -> list[str]:
    """Character pairs of Chinese runs (single characters stay), Latin words and figures, folded by NFKC."""
    found: list[str] = []
    for token in _TOKEN.findall(unicodedata.normalize("NFKC", text).lower()):
        if "一" <= token[0] <= "鿿" and len(token) > 1:
            found += [token[i : i + 2] for i in range(len(token) - 1)]
        else:
            found.append(token)
    return found


def quotable(clause: Clause) -> list[str]:
    """What of a clause is quoted: sentences; of a table row its requirement, of a short block the whole."""
    if clause.kind in _WHOLE:
        return [clause.text] if clause.text else []
    requirement = clause.attributes.get("requirement")
    if clause.kind in (ClauseKind.ROW, ClauseKind.SUBROW) and requirement:
        return sentences(requirement)
    return sentences(clause.text)


def standing(question: Question, parts: ClauseParts, score: float, order: int, alone: float) -> list[float]:
    """Values of STANDING; `score` is the clause's less the best one's, `order` its place from 0."""
    clause = parts.clause
    held = question.elsewhere.holds(clause.address, parts.headings + clause.text)
    return [
        score,
        1 / (1 + 0.5 * order),
        alone,
        float(question.elsewhere.is_theirs(clause.address)),
        held,
        float(parts.region in question.regions),
        float(bool(question.regions) and parts.region not in question.regions),
        float(clause.policy_id in question.about),
        float(clause.kind in NAMING or clause.path == CONTENTS_PATH),
        float(clause.kind is ClauseKind.FIELD and not question.about_form),
        float(Ask.POINTS in question.asks and "points" in clause.attributes),
        float(len(parts.sentences) == 1),
    ]


def form(question: Question, sentence: SentenceParts, at: int, shares: Shares, cosine: float) -> list[float]:
    """Values of FORM_OF_SENTENCE; `at` is the sentence's place in its clause from 0."""
    asks = question.asks
    who, amount = Ask.WHO in asks, Ask.AMOUNT in asks
    shared = question.years & sentence.years
    compared = bool(question.years and sentence.years) and not question.confirms
    return [
        shares.own,
        shares.place,
        shares.rest,
        shares.said,
        shares.told,
        cosine,
        float(at == 0),
        max(0, len(sentence.text) - 80) / 100,
        float(sentence.announces and bool(asks & {Ask.WHO, Ask.WHEN})),
        float(sentence.announces and Ask.LISTING in asks),
        float(sentence.enumerates and Ask.LISTING in asks and not sentence.note),
        float(sentence.note and who),
        float(sentence.note and not who),
        shares.rest if sentence.note and who else 0.0,
        float(who and sentence.office and not sentence.note),
        float(Ask.CONTACT in asks and sentence.contact),
        float(Ask.FORMULA in asks and sentence.equation),
        float(question.counted is not None and question.counted.search(sentence.text) is not None),
        float(amount and sentence.figure),
        float(question.rate_asked and sentence.percent),
        float(Ask.WHEN in asks and sentence.time),
        float(Ask.MEANING in asks and sentence.defines),
        float(Ask.YES_NO in asks and sentence.binds),
        float(compared and bool(shared)),
        float(compared and not shared),
        float(bool(sentence.years) and question.year_asked),
    ]


def _parts(text: str) -> SentenceParts:
    folded = unicodedata.normalize("NFKC", text)
    return SentenceParts(
        text,
        frozenset(pairs(text)),
        frozenset(CALENDAR.findall(text)),
        text.rstrip().endswith(("：", ":")),
        text.count("、") >= ENUMERATED,
        is_responsible_note(text),
        OFFICE.search(text) is not None,
        CONTACT.search(text) is not None,
        "=" in folded,
        _FIGURE.search(text) is not None,
        "%" in folded,
        _TIME.search(text) is not None,
        _MEANING.search(text) is not None,
        _BINDING.search(text) is not None,
    )
