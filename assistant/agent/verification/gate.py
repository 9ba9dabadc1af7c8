"""The gate: nothing is shown that has no source. Pure functions over a text and its grounds, with no model inside.

Each statement of the text is held against what it cites: its markers were handed out, its quotes stand there to the letter,
its figures have a source and measure there the same thing, its relations are not turned round, its words are in the clause;
verdicts are the engine's, and a policy that is not in force is named so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.agent.answer import Citation
from assistant.agent.verification.anchors import anchor_failures
from assistant.agent.verification.attribution import attribution_failures
from assistant.agent.verification.bodies import ORGANISATION, body_failures
from assistant.agent.verification.equations import equation_failures
from assistant.agent.verification.evidence_index import Evidence
from assistant.agent.verification.figures import figures, key, measured
from assistant.agent.verification.foreign import foreign_failures
from assistant.agent.verification.grounds import Failure, Grounds
from assistant.agent.verification.locators import strange, strange_lead, strange_titles
from assistant.agent.verification.matching import content_known, covered, folded, is_subsequence, squeezed
from assistant.agent.verification.numbers import number_failures
from assistant.agent.verification.relations import ABSENT, relation_failures
from assistant.agent.verification.results import result_failures
from assistant.agent.verification.sequence import sequence_failures
from assistant.agent.verification.slots import slot_failures
from assistant.agent.verification.sourcing import stands_in
from assistant.agent.verification.standing import standing_failures, verdict_failures
from assistant.agent.verification.statements import (
    MARKER,
    Quote,
    Statement,
    statements,
    without_emphasis,
)
from assistant.agent.verification.tenor import tenor_failures

SUPPORTED = 0.2  # share of a statement's pairs of characters that its sources hold at least
KNOWN = 0.6  # share of its characters with content that they hold at least; both must be short of it
CONTENT = 7  # different characters with content from which a statement can be judged by them
SUPPORTED_RESULT = 0.1  # the same where the statement tells a result of the engine's
TERM, SHORT_TERM = 8, 4  # characters of a word that is only set off by quotation marks
SHORTEST = 10  # characters of own words from which a statement needs support
_DEONTIC = re.compile(
    r"必须|应当|不得|禁止|严禁|鼓励|(?<!请)可以申[请报]|须(?:在|经|由|向|提交|达到)|不予|有权"
)
_LEAD = re.compile(r"》(?P<lead>[^《》“。；\n]{1,24})[：:]\s*$|》(?P<bare>[^《》“。；\n]{1,24})$")
_UNQUOTED_LEAD = re.compile(r"》([^《》“。；\n\u2003]{1,24})[：:](?!\u2003)")
_LEAD_IN = re.compile(r"(?:[^，,：:。；]{1,12}[，,：:]){1,2}")
_STATUS = re.compile(r"征求意见|正式(?:文本|文件|印发|施行|发布)|现行有效")
_POINTER = re.compile(r"如下|以上|上述|下[表列]|见(?=[《第附方办答正原]|下)|出自|写在|列在|载于|原文|文号")
_ADVICE = re.compile(r"建议|咨询|联系|留意|确认|为准")
_EXAMPLE = re.compile(r"(?:可以问|请说|例如|比如|譬如|如)[：:]?$")


def verify(text: str, grounds: Grounds, warnings: Sequence[str] = ()) -> tuple[Failure, ...]:
    """What of a text does not hold, in the order of the text; citations that do not stand in their files come first."""
    plain, places = without_emphasis(text)
    evidence = Evidence(grounds, statements(plain))
    found = [failure for statement in evidence.statements for failure in _of_statement(statement, evidence)]
    found += sequence_failures(plain, evidence)
    found += standing_failures(plain, warnings, grounds.citations)
    return (*_citations(grounds), *(_placed(failure, places) for failure in found))


def _placed(failure: Failure, places: Sequence[int]) -> Failure:
    """The failure at its place in the text as it was written."""
    if failure.end <= failure.start:
        return failure
    return replace(failure, start=places[failure.start], end=places[failure.end - 1] + 1)


def _of_statement(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    yield from _markers(statement, evidence)
    yield from _quotes(statement, evidence)
    yield from _locators(statement, evidence)
    yield from number_failures(statement, evidence)
    yield from anchor_failures(statement, evidence)
    yield from equation_failures(statement, evidence)
    yield from result_failures(statement, evidence)
    yield from relation_failures(statement, evidence)
    yield from tenor_failures(statement, evidence)
    yield from slot_failures(statement, evidence)
    yield from foreign_failures(statement, evidence)
    yield from verdict_failures(statement, evidence)
    yield from body_failures(statement, evidence)
    yield from attribution_failures(statement, evidence)
    yield from _support(statement, evidence)


def _citations(grounds: Grounds) -> Iterator[Failure]:
    """Quotes that do not stand in their clause, and clauses that do not stand in the stored file."""
    for citation in grounds.citations:
        if not citation.quote or citation.quote not in citation.text:
            yield Failure("quote", citation.quote, citation.address)
        source = grounds.sources.get(citation.policy_id)
        if source is None:
            continue
        if not _held(_bare(citation.quote), _bare(source[citation.start : citation.end])):
            yield Failure("span", citation.quote, f"{citation.policy_id}[{citation.start}:{citation.end}]")


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _held(quote: str, stored: str) -> bool:
    """The stored range is the quote, page numbers between its lines aside."""
    if quote == stored:
        return True
    plain = re.sub(r"-\d+-", "", stored)
    return quote == plain or (len(stored) - len(quote) <= 4 and is_subsequence(quote, stored))


def _markers(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    known = {citation.marker for citation in evidence.grounds.citations}
    for found in MARKER.finditer(statement.text):
        if int(found[1]) not in known:
            at = statement.start + found.start()
            yield Failure("marker", found[0], "没有这个引用", at, at + len(found[0]))
    if statement.markers or statement.quotes or ABSENT.search(statement.own):
        return
    policy = _DEONTIC.search(statement.own)
    words = folded(statement.own)
    if (
        policy
        and len(words) >= SHORTEST
        and words not in evidence.engine_words
        and not _is_question(statement)
        and not _ADVICE.search(statement.own)
    ) and covered(statement.own, *evidence.engine) < 0.8:
        yield Failure("unmarked", statement.text.strip(), "没有引用编号", statement.start, statement.end)


def _is_question(statement: Statement) -> bool:
    return re.search(r"[？?]|^\s*请|告诉我|是否|（要据此", statement.own) is not None


def _quotes(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Quotes that do not stand, to the letter, in what their markers stand for; without a marker, in anything at hand."""
    for quote in statement.quotes:
        wanted = squeezed(quote.words)
        if not wanted:
            continue
        if quote.markers:
            stands = any(wanted in squeezed(one.text) for one in evidence.grounds.cited(quote.markers))
        else:
            stands = (
                _EXAMPLE.search(text_before(statement, quote)) is not None
                or _known(quote, statement, evidence)
                or _is_a_term(quote, evidence.citations(statement))
            )
        if not stands:
            yield Failure("quote", quote.words, "所引条款", quote.start, quote.end)


def _known(quote: Quote, statement: Statement, evidence: Evidence) -> bool:
    """Whether words in quotation marks without a marker stand, signs aside, in anything at hand: they name rather than quote."""
    wanted = folded(quote.words)
    cited = evidence.citations(statement) if statement.markers else evidence.grounds.citations
    texts = [part for one in cited for part in (one.text, one.label, one.title, one.address)]
    return (
        quote.words in {one.status for one in evidence.grounds.verdicts}
        or any(wanted in folded(text) for text in (*texts, *evidence.grounds.said))
        or wanted in evidence.engine_words
    )


def _is_a_term(quote: Quote, citations: Sequence[Citation]) -> bool:
    """Whether words in quotation marks are too short for a quotation, and no word of a clause's with one character changed."""
    words = folded(quote.words)
    if len(words) > TERM:
        return False
    changed = [words[:at] + "." + words[at + 1 :] for at in range(len(words))]
    if len(words) > SHORT_TERM:  # or one left out, or one put in
        changed += [words[:at] + "." + words[at:] for at in range(1, len(words))]
        changed += [words[:at] + words[at + 1 :] for at in range(len(words))]
    near = re.compile("|".join(changed))
    return len(words) < 3 or not any(near.search(folded(one.text)) for one in citations)


def text_before(statement: Statement, quote: Quote) -> str:
    """The statement's words in front of a quotation."""
    return statement.text[: quote.start - 1 - statement.start]


def _locators(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """Clause numbers and titles that are not those of what is cited."""
    grounds = evidence.grounds
    citations = evidence.citations(statement)
    known = (*grounds.said, *grounds.engine)
    titles = [citation.title for citation in citations]
    for title in strange_titles(
        _with_whole_titles(statement), titles, (*known, *grounds.catalogue, *(one.text for one in citations))
    ):
        at = statement.text.find(title)
        yield Failure("locator", title, "所引政策", statement.start + at, statement.start + at + len(title))
    for quote in statement.quotes:
        lead = _LEAD.search(text_before(statement, quote))
        cited = grounds.cited(quote.markers)
        if lead and len(cited) == 1:
            words = (lead["lead"] or lead["bare"]).strip()
            if strange_lead(words, cited[0]):
                at = statement.start + lead.start() + 1
                yield Failure("locator", words, cited[0].label, at, at + len(words))
    for lead in _UNQUOTED_LEAD.finditer(statement.own) if len(citations) == 1 else ():
        if strange_lead(lead[1], citations[0]):
            at = statement.start + lead.start(1)
            yield Failure("locator", lead[1], citations[0].label, at, at + len(lead[1]))
    sources = [grounds.sources[one] for one in {one.policy_id for one in citations} & set(grounds.sources)]
    for words in strange(statement.own, citations, known, sources):
        against = "、".join(citation.label for citation in citations) or "没有引用"
        yield Failure("locator", words, against, statement.start, statement.end)


def _with_whole_titles(statement: Statement) -> str:
    """The own words, and titles with the quotations that they hold: 《关于“零碳+”建设的建议》."""
    return re.sub(r"《[^《》]*》", lambda found: statement.text[found.start() : found.end()], statement.own)


def _support(statement: Statement, evidence: Evidence) -> Iterator[Failure]:
    """A statement whose own words its sources hardly hold."""
    if not statement.marked or ABSENT.search(statement.own):
        return
    whole = _without_figures(statement.own)
    own = _without_lead(whole)
    if statement.quotes or len(folded(own)) < SHORTEST or _is_question(statement):
        return
    if _STATUS.search(own) or _POINTER.search(own):
        return
    texts = [_text_of(one) for one in evidence.citations(statement)]
    texts += [*evidence.engine, *evidence.grounds.said]
    known, characters = content_known(own, *texts)
    if known >= KNOWN or characters < CONTENT:
        return  # told in other words, or too short to tell
    told, cited = figures(statement.own), evidence.cited_figures(evidence.citations(statement))
    if any(measured(figure) and stands_in(figure, cited) for figure in told):
        return  # a measure of the clause's, with its unit: it speaks of it
    if sum(bool(cited.alike(figure)) for figure in told) > 1:
        return
    result = any(key(figure) in evidence.results for figure in told) or any(
        one.status in own for one in evidence.grounds.verdicts
    )
    share = max(covered(own, *texts), covered(ORGANISATION.sub("", own), *texts))
    if share < (SUPPORTED_RESULT if result else SUPPORTED):
        yield Failure(
            "unsupported",
            statement.text.strip(),
            f"所引条款只有其中 {share:.0%} 的词",
            statement.start,
            statement.end,
        )


def _without_lead(own: str) -> str:
    """Own words without what only leads up to them: 一句话概括：…, 关于您的问题，…; a short rest behind a comma needs its lead."""
    lead = _LEAD_IN.match(own)
    tail = own[lead.end() :] if lead else own
    return tail if lead and (lead[0][-1] in "：:" or len(folded(tail)) >= SHORTEST) else own


def _text_of(citation: Citation) -> str:
    return f"{citation.text}\n{citation.label}\n{citation.title}\n{citation.address}"


def _without_figures(text: str) -> str:
    plain = list(text)
    for figure in figures(text):
        plain[figure.start : figure.end] = " " * (figure.end - figure.start)
    return "".join(plain)


def without_unsourced(text: str, failures: Iterable[Failure]) -> str | None:
    """A text without the lines whose figures have no source; None where its first line does, or something else failed."""
    wrong = list(failures)
    if any(failure.type != "number" for failure in wrong):
        return None
    kept, at = [], 0
    for line in text.split("\n"):
        end = at + len(line)
        if not any(at <= failure.start < end for failure in wrong):
            kept.append(line)
        elif at == 0:
            return None
        at = end + 1
    return "\n".join(kept).strip() or None
