"""Writing the answer from clauses: the sentence that answers, where it stands, and no more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

from assistant.agent.answer import AnswerStatus
from assistant.agent.tools.clause_kinds import kinds_asked
from assistant.agent.tools.passages import MOST_SHOWN, clauses_shown
from assistant.agent.tools.sentence_features import CONTACT, OFFICE
from assistant.agent.tools.sentences import RUN_IN, is_responsible_note
from assistant.agent.understanding.acts import Act
from assistant.agent.understanding.intents import step_in
from assistant.agent.understanding.reading import Reading
from assistant.agent.writing.clauses import marks_of, whole
from assistant.agent.writing.draft import Draft, ToolResult
from assistant.agent.writing.measure import mark
from assistant.agent.writing.refusing import (
    NEAR,
    Item,
    answered,
    excerpt,
    other_year,
    quoted,
    refusal,
    source_of,
)
from assistant.documents.references import find_references
from assistant.retrieval.asking import Ask, own_words

ENOUGH = 0.35  # share of the question's weight from which a clause is shown beside what the text does not say
ANCHORED = 0.12  # the same for a side of a comparison
SURELY = 0.75  # probability from which a clause is shown though it does not state the kind of value that is asked for
CONCERN = re.compile(r"(?<!工)厂|企业|公司|单位")  # an applicant, and not what it applies for
OF_ONE = 0.5  # share of a follow-up's words from which the best clause alone is meant, and not its list
IN_FULL = 0.35  # share of the whole question by which it is covered better than in its thread
LEAVING = (0.34, 0.6)  # share of a question's words that it must find beyond its thread to have left it
AS_WELL = 0.05
COMPLETING = 0.18  # share of the question that a further sentence of the clause must add
LIKELY = (
    0.5  # a second clause of one side is shown when it is so likely, as a share of the first one's chance
)
RIGHT, WRONG = "对。", "不对。"
NEXT_BEST = 5
PHONE, BY_PHONE = re.compile(r"\d{4}-\d{7,8}"), re.compile(r"电话|号码|打(?!分)")
AS_GOOD = 1.0  # score below the best one's up to which a passage that settles what was said goes before it
CONTRADICTED = 3.0  # the same of a passage of the same policy that contradicts what was said
SHORT_LEAD = 60  # a lead-in or heading of this length is read with what stands under it
LONG_SENTENCE = 70  # characters; of a longer sentence only the words around the figure are quoted
TOPICAL = 0.6  # of the weight of the heaviest word: the words that tell what a comparison is about
OTHER_SIDE = 0.05  # share of a comparison that the sentence of the other thing must add
LOOKED_AT = 10  # passages among which it is looked for
FIGURE = re.compile(r"\d(?!\d*年|\d*\.(?!\d))")
NAMING = ("title", "group", "chapter", "annex", "heading")  # they name, they say nothing
LISTED = ("item", "point", "entry", "task", "section", "subrow")


def clause_to_read(reading: Reading, result: ToolResult) -> str | None:
    """A clause to read whole after a search: the step that is asked for, or the list that the best clause is part of."""
    passages: list[Item] = result.artifact.get("passages", [])
    if not answered(result.artifact):
        return None
    best = passages[0]
    step = step_in(reading.message)
    if step and len(best["children"]) >= abs(step):
        return str(best["children"][step - 1 if step > 0 else step])
    if Ask.AMOUNT in reading.asks and reading.does(Act.COMPARE):
        return None  # 电机跟变压器占比要求一样吗: two figures, not the list
    if Ask.LISTING not in reading.asks or reading.asks & {Ask.WHO, Ask.CONTACT, Ask.POINTS}:
        return None
    if best["children"] and (best["quote"].rstrip().endswith(("：", ":")) or len(best["quote"]) < SHORT_LEAD):
        return str(best["address"])
    if kinds_asked(reading.message):
        return None  # 农膜是第几条的: one clause, not the list that it stands in
    if reading.before and own_words(reading.message) and result.artifact["own"] >= OF_ONE:
        return None  # 秸秆呢: of one thing, not the tasks among which it stands
    parents = [item["parent"] for item in _distinct(passages)[:5] if item["kind"] in LISTED]
    if best["kind"] in LISTED and best["parent"] and parents.count(best["parent"]) >= 3:
        return str(best["parent"])
    return None


def clauses_referred_to(result: ToolResult) -> list[tuple[str, str]]:
    """(policy, path) of other clauses that the lead-in of a listed clause refers to: 除满足第七条基本条件外."""
    data = result.artifact
    if "clause" not in data or len(data["items"]) < 2:
        return []
    own = str(data["clause"]["address"]).split("#")[1]
    found = [reference.path for reference in find_references(str(data["items"][0]["quote"]))]
    return [
        (str(data["clause"]["policy"]), path)
        for path in dict.fromkeys(found)
        if path.split("/")[0] != own.split("/")[0]
    ][:2]


def _distinct(passages: Sequence[Item]) -> list[Item]:
    """The best passage of each clause."""
    best: dict[str, Item] = {}
    for item in passages:
        best.setdefault(item["address"], item)
    return list(best.values())


def search(reading: Reading, results: Sequence[ToolResult]) -> Draft:
    """The answer from a search: what the text does not say, a list, the sentence, or a refusal."""
    read = [result.artifact for result in results if "clause" in result.artifact]
    if len(reading.sides) > 1 and not read:
        return _comparison(reading, results)
    if len(reading.sides) > 1:
        return Draft("\n\n".join(whole(data) for data in read), AnswerStatus.ANSWERED)
    found = results[0].artifact
    passages: list[Item] = found["passages"]
    if found["unreachable"]:
        return _not_reached(found["unreachable"], passages)
    silent = [note for note in found["notes"] if note["silent"] and _is_told_by(note, found)]
    if silent and not (found["lacks"]["place"] or found["lacks"]["document"]):
        silence = _silence(silent, passages)
        return _not_of(found["city"], silence) if found["city"] and _is_asked_of_place(reading) else silence
    sure = any(_value(reading, item) for item in passages) and not found["lacks"]["place"]
    if not answered(found) and not (sure and (reading.follows or reading.foreign)):
        return refusal(found)
    wholes = [r.artifact for r in results[1:] if r.name == "read_clause" and "clause" in r.artifact]
    if wholes:
        inside = {item["address"] for one in wholes for item in one["items"]}
        judged = (passages[0]["judged"] or "") if passages[0]["address"] in inside else ""
        return Draft(judged + "\n\n".join(whole(one) for one in wholes), AnswerStatus.ANSWERED)
    lead = _lead(reading, passages)
    judged = lead["judged"] or other_year(_dated(reading), lead) or _no_such_words(found, lead)
    value = _value(reading, lead)
    lines = [f"{judged}{source_of(lead)}：{_excerpt(lead, value) if value else _said(lead, passages)}"]
    if value and reading.foreign:
        lines[0] = f"没有收录“{reading.foreign}”的原文；已收录的文件里引述它的是：{lines[0]}"
    lines[0] += _points(reading, lead)
    if value is None:
        lines += [f"同条：“{item['quote']}”{mark(item['marker'])}" for item in _completing(lead, passages)]
        lines += [f"另一项：{quoted(item)}" for item in _other_side(reading, lead, passages)]
    related = _related(reading, lead, passages)
    unstated = [] if value else _unstated(found, lead, related)
    if unstated and found["answers"] < SURELY:
        return refusal(found)
    lines[:0] = unstated
    if lead["judged"] == WRONG:  # what was said may be true of something else
        related += [item for item in passages if item["states_figure"] and item not in related][:1]
    if related:
        lines.append("相关条款：\n" + "\n".join(f"- {quoted(item)}" for item in related))
    shown = {item["address"] for item in (lead, *related)}
    lines += [f"说明：{note['text']}{marks_of(note)}" for note in found["notes"] if note["address"] in shown][
        :1
    ]
    return Draft("\n\n".join(lines), AnswerStatus.ANSWERED)


def _dated(reading: Reading) -> str:
    """The question with its year; of 2030年呢 the one that it carries on."""
    return reading.query if reading.follows and not reading.before else reading.message


def _is_asked_of_place(reading: Reading) -> bool:
    """Whether a place is asked about, and does not only say where an applicant is."""
    return not (reading.first_person or CONCERN.search(reading.message))


def _not_of(city: str, silence: Draft) -> Draft:
    """厦门补贴多少: that no rules of the place are here, and what the others do not say either."""
    lead = f"没有收录{city}的政策文件，不能回答{city}的规定。"
    return replace(silence, text=f"{lead}\n\n{silence.text}", status=AnswerStatus.REFUSED)


def _not_reached(office: str, passages: Sequence[Item]) -> Draft:
    """That the texts give no contact of an office, and where they speak of it."""
    lead = f"原文没有写“{office}”的联系电话或联系人。"
    near = [item for item in passages if office in item["quote"]][:1]
    told = "\n\n".join((lead, *(f"写到它的是：{quoted(item)}" for item in near)))
    return Draft(told, AnswerStatus.ANSWERED if near else AnswerStatus.REFUSED)


def _is_told_by(note: Item, found: Item) -> bool:
    """Whether a silence is that of what is asked about, which the question names, finds or the silence itself speaks of.

    工伤认定要几天出结果 is about something else: 工伤 stands nowhere, and the silence does not tell of it.
    """
    if note["asked"] or answered(found):
        return True
    lacks = found["lacks"]
    missing = [*lacks["names"], *lacks["words"]]
    told = " ".join((*note["topics"], note["text"]))
    stands = note["whole"] or missing or lacks["money"]
    return bool(stands) and all(word in told for word in missing)


def _no_such_words(found: Item, lead: Item) -> str:
    """That the texts do not define the term, or do not have the words, that were asked for; empty where they do."""
    term, words = found["undefined"], found["unwritten"]
    if term and term in lead["quote"]:
        return f"原文没有给“{term}”下定义，写到它的是："
    return f"原文没有“{words}”这几个字，相关的规定是：" if words else ""


def left_thread(carried: ToolResult, alone: ToolResult, connected: bool) -> bool:
    """Whether a question searched alone is met so much better than in its thread that it is a new one.

    `connected`: it says that it carries on (那…, …呢), so that more is needed.
    """
    if carried.error or alone.error:
        return bool(carried.error)
    in_thread, fresh = (result.artifact for result in (carried, alone))
    covered = fresh["passages"][0]["coverage"] if answered(fresh) else 0.0
    further = fresh["own"] - in_thread["own"]
    in_full = covered - in_thread["passages"][0]["coverage"] if in_thread["passages"] else covered
    if further >= (LEAVING[0] if connected else 0.0) and in_full >= IN_FULL:
        return bool(covered >= ENOUGH)
    return bool(covered >= ENOUGH and further >= LEAVING[connected])


def nearest_first(result: ToolResult, focus: Sequence[str]) -> ToolResult:
    """A search's passages with those that answer as well and stand beside what was under discussion in front."""
    passages: list[Item] = result.artifact["passages"]
    places = {address.rpartition("/")[0] for address in focus if "/" in address}
    beside = [
        item
        for item in passages
        if item["coverage"] >= passages[0]["coverage"] - AS_WELL
        and item["address"].rpartition("/")[0] in places
    ]
    rest = [item for item in passages if item not in beside]
    return ToolResult(result.name, {**result.artifact, "passages": beside + rest})


def sides_found(results: Sequence[ToolResult]) -> bool:
    """Whether every side of a comparison found something that answers it."""
    best = [
        result.artifact["passages"][0]["coverage"] for result in results if result.artifact.get("passages")
    ]
    return len(best) == len(results) and min(best) >= NEAR


def _comparison(reading: Reading, results: Sequence[ToolResult]) -> Draft:
    """One line a side, each with its own clause."""
    lines: list[str] = []
    seen: set[str] = set()
    for result, side in zip(results, reading.sides, strict=True):
        passages = [item for item in result.artifact.get("passages", []) if item["coverage"] >= ANCHORED]
        passages = _of_programme(passages, side.programme)
        fresh = [item for item in passages if item["address"] not in seen]
        for item in _distinct(fresh)[:2]:
            if item["chance"] >= LIKELY * fresh[0]["chance"]:
                lines.append(f"- {source_of(item)}：{_said(item, passages)}{_points(reading, item)}")
                seen.add(item["address"])
    if not lines:
        return refusal(results[0].artifact)
    return Draft("各自的规定是：\n" + "\n".join(lines), AnswerStatus.ANSWERED)


def _of_programme(passages: Sequence[Item], programme: str | None) -> list[Item]:
    """Those that are not another programme's, first the programme's own that have a word of the topic as the best one has."""
    if programme is None:
        return list(passages)
    fitting = [item for item in passages if item["programme"] in (programme, None)]
    topic = _told_apart(passages)
    own = [item for item in fitting if item["programme"] == programme and topic & item["words"].keys()]
    return own + [item for item in fitting if item not in own]


def _told_apart(passages: Sequence[Item]) -> set[str]:
    """The words of the topic that weigh most in the best passages."""
    weights: dict[str, float] = {}
    for item in passages[:LOOKED_AT]:
        weights |= item["words"]
    return {word for word, share in weights.items() if share >= TOPICAL * max(weights.values())}


def _lead(reading: Reading, passages: Sequence[Item]) -> Item:
    """The passage that answers: asked who, one with an office; one nearly as good that settles what is to be confirmed."""
    lead = next((item for item in passages if _value(reading, item)), passages[0])
    named = reading.programme
    claimed = any(item["judged"] for item in passages[:NEXT_BEST])
    if (
        named
        and named.alias
        and not claimed
        and lead["programme"] not in (None, f"{named.policy}/{named.id}")
    ):
        said = [item for item in passages if item["kind"] != "field"]
        lead = next(iter(_of_programme(said, f"{named.policy}/{named.id}")), lead)
    if Ask.CONTACT in reading.asks:
        kind = PHONE if BY_PHONE.search(f"{reading.query} {reading.before}") else CONTACT
        lead = next((item for item in passages if kind.search(item["quote"])), lead)
    if Ask.WHO in reading.asks and not OFFICE.search(lead["quote"]):
        notes = (
            one for one in passages if one["address"] == lead["address"] and is_responsible_note(one["quote"])
        )
        lead = next(notes, lead)
    if Ask.WHO in reading.asks and reading.within and not is_responsible_note(lead["quote"]):
        # 初审归谁: the sentence that the step announces itself with tells who does it
        headed = (one for one in passages if one["address"] == reading.within and RUN_IN.match(one["quote"]))
        lead = next((one for one in headed if OFFICE.search(one["quote"])), lead)
    if lead["judged"] is None:
        near = [item for item in passages if item["score"] >= lead["score"] - AS_GOOD][:NEXT_BEST]
        further = [item for item in passages if item["score"] >= lead["score"] - CONTRADICTED]
        told = (item for item in near if item["judged"] in (RIGHT, WRONG))
        against = (
            item
            for item in further
            if item["judged"] == WRONG
            and (
                item["policy"] == lead["policy"]
                or (not reading.policies and item["score"] >= lead["score"] - CONTRADICTED / 2)
            )
        )
        lead = next(chain(told, against), lead)
    return lead


def _unstated(found: Item, lead: Item, related: Sequence[Item]) -> list[str]:
    """That the texts do not give the kind of value that is asked for, where nothing of what is shown states one."""
    shown = {item["address"] for item in (lead, *related)}
    told = any(item["states"] for item in found["passages"] if item["address"] in shown)
    if told or lead["judged"] is not None:
        return []
    return [f"条文没有写明{found['wanted']}，最接近的是："]


def _value(reading: Reading, item: Item) -> Item | None:
    """The value asked for, where a passage states it."""
    return item["value"] if len(reading.values) == 1 else None


def _excerpt(item: Item, value: Item) -> str:
    """A sentence; of a long one only the words that state the value."""
    if len(item["quote"]) <= LONG_SENTENCE:
        return f"“{item['quote']}”{mark(item['marker'])}"
    return excerpt(item["quote"], value["part"], value["marker"])


def _completing(lead: Item, passages: Sequence[Item]) -> list[Item]:
    """A further sentence of the same clause that answers what of the question the first one leaves out."""
    left = [
        item for item in passages if item["address"] == lead["address"] and item["quote"] != lead["quote"]
    ]
    added = [
        (sum(share for gram, share in item["words"].items() if gram not in lead["words"]), item)
        for item in left
        if not is_responsible_note(item["quote"])
    ]
    best = max(added, key=lambda pair: pair[0], default=None)
    return [best[1]] if best and best[0] >= COMPLETING and lead["kind"] != "field" else []


def _other_side(reading: Reading, lead: Item, passages: Sequence[Item]) -> list[Item]:
    """电机跟变压器占比哪个要求高: the sentence with a figure that holds the other thing compared, which the first one leaves out."""
    if not reading.does(Act.COMPARE) or not FIGURE.search(lead["quote"]):
        return []
    added = [
        (sum(share for gram, share in item["words"].items() if gram not in lead["words"]), item)
        for item in passages[:LOOKED_AT]
        if item["quote"] != lead["quote"] and FIGURE.search(item["quote"])
    ]
    best = max(added, key=lambda pair: pair[0], default=None)
    return [best[1]] if best and best[0] >= OTHER_SIDE else []


def _related(reading: Reading, lead: Item, passages: Sequence[Item]) -> list[Item]:
    """Further clauses until one of them surely answers; for a contact, the rest of the signature."""
    clauses = _distinct(passages)
    if Ask.CONTACT in reading.asks:
        beside = [item for item in clauses if item["parent"] and item["parent"] == lead["parent"]]
        beside.sort(key=lambda item: CONTACT.search(item["quote"]) is None)
        return [item for item in beside if item["address"] != lead["address"]][: MOST_SHOWN - 1]
    shown = clauses[: clauses_shown([item["chance"] for item in clauses])]
    return [item for item in shown if item["address"] != lead["address"] and item["quote"] != lead["quote"]]


def _said(item: Item, passages: Sequence[Item]) -> str:
    """The quotation; of a form's field, all its lines in order."""
    parts = [item]
    if item["kind"] == "field":
        same = [other for other in passages if other["address"] == item["address"]]
        parts = sorted(same, key=lambda part: int(part["at"]))
    return "".join(f"“{part['quote']}”{mark(part['marker'])}" for part in parts)


def _points(reading: Reading, item: Item) -> str:
    """The points of a table row, where points are asked for."""
    points = item["attributes"].get("points")
    return f"（分值：{points}）{mark(item['marker'])}" if points and Ask.POINTS in reading.asks else ""


def _silence(notes: Sequence[Item], passages: Sequence[Item]) -> Draft:
    """What the text does not say, or says in two ways; with the nearest sentence it does say."""
    parts = [f"{note['text']}{marks_of(note)}" for note in notes[:2]]
    cited = {note["address"] for note in notes[:2]}
    near = [
        item
        for item in passages[:5]
        if item["policy"] == notes[0]["policy"]
        and item["address"] not in cited
        and item["kind"] not in NAMING
        and item["coverage"] >= ENOUGH
    ]
    if near:
        parts.append(f"相关原文：{source_of(near[0])}：“{near[0]['quote']}”{mark(near[0]['marker'])}")
    return Draft("\n\n".join(parts), AnswerStatus.ANSWERED)
