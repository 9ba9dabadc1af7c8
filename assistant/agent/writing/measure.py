"""Writing the answer from what the rule engine found. Every figure comes from the engine's own text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.agent.answer import AnswerStatus
from assistant.agent.understanding.facts.stated import UnknownFigure
from assistant.agent.understanding.intents import Intent
from assistant.agent.understanding.points_asked import SCORE_RANGE, TOTAL
from assistant.agent.understanding.reading import Reading
from assistant.agent.writing.draft import Draft, ToolResult
from assistant.retrieval.asking import Ask
from assistant.rules.book import STAGES, FactDefinition, Metric
from assistant.rules.books import RuleBooks

ALL_SKIPPED = "其余要问的您都说暂时不清楚，补上以后才能下结论。"
OTHERS_FULL = re.compile(
    r"(?:其他|其它|其余|别的|剩下|余下|各)[^，。；]{0,8}(?:都|均|全|各)[^，。；]{0,3}(?:满分|拿满|得满)|除[^，。；]{1,16}[以之]?外[^，。；]{0,8}(?:满分|拿满|得满)"
)  # 除第10项外各评分项均取满分
MET, FAILED, OPEN = "符合", "不符合", "待补充"


def mark(marker: int | None) -> str:
    """The marker as it stands in a text."""
    return f"[{marker}]" if marker is not None else ""


@dataclass(frozen=True)
class Doubts:
    """What a message left unclear: sentences that say so, and the facts to ask for before all others."""

    sentences: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it in one paragraph; empty where nothing was unclear."""
        return "".join(self.sentences)


def doubts(reading: Reading, books: RuleBooks) -> Doubts:
    """Figures that were not taken, with why, and those that may be several facts, with all of them named."""
    labels = {fact.id: fact.label for book in books.books.values() for fact in book.facts.values()}
    labels |= {metric.id: metric.label for book in books.books.values() for metric in book.metrics.values()}
    sentences = [f"“{figure.words}”没有计入：{figure.why}。" for figure in reading.facts.unread]
    for doubtful in reading.facts.ambiguous:
        named = "，还是".join(labels[id] for id in doubtful.candidates if id in labels)
        sentences.append(f"您说的“{doubtful.words}”是{named}？")
    needed = _needed(reading, books)
    sentences += [
        unknown_figure(
            one, {id: labels[id] for id in one.candidates if id in (needed & set(one.candidates) or labels)}
        )
        for one in (*reading.facts.unknown, *reading.facts.unsettled)
    ]
    facts = [figure.fact for figure in reading.facts.unread]
    open_ = (*reading.facts.ambiguous, *reading.facts.unknown, *reading.facts.unsettled)
    facts += [id for doubtful in open_ for id in doubtful.candidates]
    return Doubts(tuple(sentences), tuple(dict.fromkeys(facts)))


def _needed(reading: Reading, books: RuleBooks) -> frozenset[str]:
    """The facts behind the metric that is asked for; none where a whole programme is judged."""
    metric = reading.metric if reading.intent is Intent.METRIC else None
    return frozenset(books.books[metric.policy].needed[metric.id]) if metric else frozenset()


def unknown_figure(figure: UnknownFigure, labels: Mapping[str, str]) -> str:
    """A figure that was not recognised, with the facts that it may be."""
    named = [labels[id] for id in figure.candidates if id in labels]
    ask = f"是{named[0]}吗" if len(named) == 1 else f"是{'，还是'.join(named)}"
    return f"“{figure.words}”{figure.why}：{ask}？"


def first(
    missing: Sequence[dict[str, Any]], unclear: Doubts, skipped: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """What is missing, with what the message tried to say first, and what the user could not tell last."""

    def place(item: dict[str, Any]) -> tuple[bool, int]:
        fact = item["fact"]
        return fact in skipped, unclear.facts.index(fact) if fact in unclear.facts else len(unclear.facts)

    return sorted(missing, key=place)


def assessment(reading: Reading, result: ToolResult, books: RuleBooks) -> Draft:
    """Verdict first, then the clause's words, the computation, what is open and the next question."""
    data = result.artifact
    vetoes = [item for item in data["findings"] if item["kind"] == "veto"]
    failed, met, open_ = (
        [item for item in vetoes if item["status"] == status] for status in (FAILED, MET, OPEN)
    )
    told = asked_items(reading, data)
    if data.get("sum"):
        return _summed(reading, data, books)
    if told and (reading.references or not failed):
        return Draft(
            "\n\n".join(_items_told(data, told)), AnswerStatus.ANSWERED, warnings=warnings_of(reading, data)
        )
    unclear = doubts(reading, books)
    scored = _total(reading, data)
    if scored and OTHERS_FULL.search(reading.message):
        return Draft("\n\n".join(scored), AnswerStatus.ANSWERED, warnings=warnings_of(reading, data))
    parts = [*scored, _headline(reading, data, failed), *([unclear.text] if unclear.sentences else [])]
    computed = [item for item in data["calculations"] if item["value"] is not None]
    if computed:
        parts.append("测算：\n" + "\n".join(f"- {calculation_line(item)}" for item in computed))
    if failed:
        parts.append(f"依据：“{failed[0]['quote']}”{mark(failed[0]['marker'])}")
    if len(failed) > 1:
        parts.append("同时不符合：\n" + _listed(failed[1:]))
    if met:
        parts.append("已符合：\n" + _listed(met))
    due = [item for item in open_ if not _is_later(item, data["stage"])]
    if due and not failed:
        parts.append(f"还需确认：{_names(due)}。")
    if data["status"] == MET and len(open_) > len(due):
        parts.append(f"以后阶段再判定：{_names([item for item in open_ if item not in due])}。")
    score = data["score"]
    if score and not failed and not scored and (score["low"], score["high"]) != ("0", score["max"]):
        parts.append(f"评分项目前可定在{score['low']}分到{score['high']}分之间（满分{score['max']}分）。")
    asked = first(data["missing"], unclear, reading.skipped)
    missing = tuple((item["fact"], item["question"]) for item in asked)
    passed_over = bool(asked) and asked[0]["fact"] in reading.skipped
    if missing and data["status"] == OPEN:
        parts.append(ALL_SKIPPED if passed_over else f"请先告诉我：{missing[0][1]}（{asked[0]['why']}）")
    status = AnswerStatus.NEEDS_FACTS if data["status"] == OPEN else AnswerStatus.ANSWERED
    pending = missing[0][0] if missing and status is AnswerStatus.NEEDS_FACTS and not passed_over else None
    return Draft("\n\n".join(parts), status, missing, pending, warnings_of(reading, data))


def in_each_table(reading: Reading, results: Sequence[ToolResult], books: RuleBooks) -> Draft:
    """The points that each programme's table gives for what is told, where no programme was named."""
    told = [(result.artifact, asked_items(reading, result.artifact)) for result in results]
    if not all(items for _, items in told):
        return assessment(reading, results[0], books)
    lines = [
        f"**{data['label']}评价表：**{item['label']}，{item['reason']}。{mark(item['marker'])}"
        for data, items in told
        for item in items
    ]
    quotes = [f"- “{item['quote']}”{mark(item['marker'])}" for _, items in told for item in items]
    warnings = dict.fromkeys(words for data, _ in told for words in warnings_of(reading, data))
    parts = ["\n\n".join(lines), "依据：\n" + "\n".join(quotes)]
    return Draft("\n\n".join(parts), AnswerStatus.ANSWERED, warnings=tuple(warnings))


def _summed(reading: Reading, data: dict[str, Any], books: RuleBooks) -> Draft:
    """The points of several items in one sentence, then each of them; what else the table scores stays open."""
    added = data["sum"]
    items = [
        item for item in data["findings"] if item["label"] in added["inputs"] and item["kind"] == "scored"
    ]
    names = "、".join(item["label"] for item in items)
    parts = [f"**{_supposed(reading, data)}{names}合计{added['display']}。**"]
    unclear = doubts(reading, books)
    parts += [unclear.text] if unclear.sentences else []
    parts.append(_listed(items))
    parts.append(f"计算：\n- {calculation_line(added)}")
    return Draft("\n\n".join(parts), AnswerStatus.ANSWERED, warnings=warnings_of(reading, data))


def _total(reading: Reading, data: dict[str, Any]) -> list[str]:
    """The whole score in one sentence, where it is asked for and no single item is, and the items that are settled."""
    score = data["score"]
    whole = TOTAL.search(reading.message) or SCORE_RANGE.search(reading.message)
    wanted = whole or (Ask.POINTS in reading.asks and not reading.metric)
    if not wanted or reading.intent is Intent.GAP or not score:
        return []
    span = (
        f"{score['low']}分到{score['high']}分之间" if score["low"] != score["high"] else f"{score['low']}分"
    )
    settled = [item for item in data["findings"] if item["kind"] == "scored" and item["status"] != OPEN]
    if settled and OTHERS_FULL.search(reading.message):
        head = f"**其余各项都得满分的话，{data['label']}总分为{score['high']}分（满分{score['max']}分）。**"
        return [head, "已能定分的：\n" + _listed(settled)]
    parts = [f"**按目前提供的情况，{data['label']}评分为{span}（满分{score['max']}分）。**"]
    return [*parts, "已能定分的：\n" + _listed(settled)] if settled else parts


def asked_items(reading: Reading, data: dict[str, Any]) -> list[dict[str, Any]]:
    """The scored items whose points or gap are asked for: those named by their number, or that this message's figures decide."""
    if not (Ask.POINTS in reading.asks or reading.intent is Intent.GAP):
        return []
    if SCORE_RANGE.search(reading.message) or TOTAL.search(reading.message):
        return []
    places = {f"{data['policy']}#{reference.path}" for reference in reading.references}
    if places:
        return [item for item in data["findings"] if item["kind"] == "scored" and item["address"] in places]
    stated = set(reading.facts.values)
    measured = reading.metric.id if reading.metric else None
    if (
        reading.intent is Intent.GAP
        and measured
        and not any(measured in item["behind"] for item in data["findings"] if item["kind"] == "veto")
    ):
        return [item for item in data["findings"] if measured in item["behind"] and item["status"] != OPEN]
    vetoed = any(stated & set(item["needs"]) for item in data["findings"] if item["kind"] == "veto")
    if vetoed and Ask.POINTS not in reading.asks:
        return []  # the gap to a condition, not to points
    named = set(data["needed"].get(reading.metric.id, ())) if reading.metric else set()
    decided = [
        item
        for item in data["findings"]
        if item["status"] != OPEN
        and (stated & {*item["needs"], *item["behind"]} or (named and set(item["needs"]) <= named))
    ]
    return [] if any(item["kind"] == "veto" for item in decided) else decided


def _items_told(data: dict[str, Any], items: Sequence[dict[str, Any]]) -> list[str]:
    lines = [f"**{item['label']}：**{item['reason']}。{mark(item['marker'])}" for item in items]
    lines += [f"依据：“{item['quote']}”{mark(item['marker'])}" for item in items]
    return lines


def _headline(reading: Reading, data: dict[str, Any], failed: Sequence[dict[str, Any]]) -> str:
    label, status = data["label"], data["status"]
    supposed = _supposed(reading, data)
    if data["validity"]:
        return f"**结论：{label}不作结论。**{data['validity']}"
    upto = f"{data['stage']}阶段" if data["stage"] and data["stage"] != STAGES[-1] else ""
    if status == FAILED:
        why = failed[0]
        return f"**结论：{supposed}不符合{label}{upto}的条件。**{why['reason']}。{mark(why['marker'])}"
    if status == MET:
        later = "；以后阶段的条件到时再判定" if upto else ""
        return f"**结论：{supposed}符合{label}{upto}的条件**（按您提供的情况，尚需审核认定{later}）。"
    return f"**结论：{label}{upto}目前待补充，还不能判定。**{supposed}还有条件缺少信息。{_by_stage(data)}"


def _supposed(reading: Reading, data: dict[str, Any]) -> str:
    """What a conclusion begins with when it rests on figures that are supposed or still to come."""
    if reading.facts.planned:
        return "按计划的数据，"
    return "按假设的数据，" if data["supposed"] else ""


def _by_stage(data: dict[str, Any]) -> str:
    """The verdict at each stage, where the stages differ."""
    stages = data["stages"]
    if len({item["status"] for item in stages}) < 2:
        return ""
    return "分阶段看：" + "，".join(f"{item['stage']}阶段{item['status']}" for item in stages) + "。"


def _is_later(item: dict[str, Any], stage: str | None) -> bool:
    """Whether a finding belongs to a stage after the one that was asked for."""
    return stage is not None and STAGES.index(item["stage"]) > STAGES.index(stage)


def _names(items: Sequence[dict[str, Any]]) -> str:
    return "；".join(f"{item['label']}{mark(item['marker'])}" for item in items)


def _listed(findings: Sequence[dict[str, Any]]) -> str:
    return "\n".join(f"- {item['label']}：{item['reason']}{mark(item['marker'])}" for item in findings)


def calculation_line(item: dict[str, Any]) -> str:
    """One computation: label, formula with figures, result against the limit, marker."""
    line = f"{item['label']} = {item['formula']}"
    if item["substituted"]:
        line += f" = {item['substituted']}"
    line += f" = **{item['display']}**"
    if item["limit"]:
        line += f"（要求{item['limit']}{_judged(item)}）"
    return line + mark(item["marker"])


def _judged(item: dict[str, Any]) -> str:
    """How a value stands to its limit, in words that a person can read out."""
    if item["passed"] is None:
        return ""
    if str(item["limit"]).startswith(("≤", "<", "＜")):
        return "，未超过上限，符合要求" if item["passed"] else "，超过上限，不符合要求"
    return "，达到要求" if item["passed"] else "，低于要求，不符合要求"


def metrics(reading: Reading, results: Sequence[ToolResult], books: RuleBooks) -> Draft:
    """One metric, or each of several with its own conclusion and computation."""
    drafts = [metric(reading, result, books) for result in results if "calculation" in result.artifact]
    if len(drafts) == 1:
        return drafts[0]
    open_ = next((draft for draft in drafts if draft.status is AnswerStatus.NEEDS_FACTS), None)
    return Draft(
        "\n\n".join(draft.text for draft in drafts),
        AnswerStatus.NEEDS_FACTS if open_ else AnswerStatus.ANSWERED,
        open_.missing if open_ else (),
        open_.pending if open_ else None,
        tuple(dict.fromkeys(warning for draft in drafts for warning in draft.warnings)),
    )


def metric(reading: Reading, result: ToolResult, books: RuleBooks) -> Draft:
    """One metric: its value in the first sentence, then how it was computed."""
    item = result.artifact["calculation"]
    unclear = doubts(reading, books)
    missing = tuple(
        (entry["fact"], entry["question"])
        for entry in first(result.artifact["missing"], unclear, reading.skipped)
    )
    warnings = warnings_of(reading, result.artifact)
    if item["value"] is None:
        ask = unclear.text + (f"请告诉我：{missing[0][1]}" if missing else "")
        text = f"计算{item['label']}还缺少数据。算法是：{item['label']} = {item['formula']}{mark(item['marker'])}。\n\n{ask}"
        pending = missing[0][0] if missing else None
        return Draft(text, AnswerStatus.NEEDS_FACTS, missing, pending, warnings)
    judged = f"，要求{item['limit']}{_judged(item)}" if item["limit"] else ""
    supposed = _supposed(reading, result.artifact)
    apart = result.artifact["apart"]
    still = "".join(f"，{one.get('said', '相差')}{one['display']}" for one in apart)
    head = f"**{supposed}{item['label']}为{item['display']}{judged}{still}。**{mark(item['marker'])}"
    lines = "\n".join(f"- {calculation_line(step)}" for step in (*result.artifact["steps"], item, *apart))
    said = f"\n\n{unclear.text}" if unclear.sentences else ""
    said += _what_counts(reading, item, books)
    return Draft(f"{head}{said}\n\n测算：\n{lines}", AnswerStatus.ANSWERED, warnings=warnings)


def _what_counts(reading: Reading, item: dict[str, Any], books: RuleBooks) -> str:
    """The clause's own words, where they leave out what the message speaks of: 先扣掉抵消再除的，对不对 and 以未抵消的碳排放量计算."""
    quote = item["quote"] or ""
    spoken = {
        word
        for book in books.books.values()
        for fact in book.facts.values()
        for word in fact.topic
        if word in reading.message
    }
    if any(re.search(rf"[未不][^，。；]{{0,2}}{re.escape(word)}", quote) for word in spoken):
        return f"\n\n依据：“{quote}”{mark(item['marker'])}"
    return ""


def solved(reading: Reading, result: ToolResult, books: RuleBooks) -> Draft:
    """The least or the most of a figure: the bound, the clause's words, the criterion computed at that bound."""
    data = result.artifact
    unclear = doubts(reading, books)
    missing = tuple(
        (entry["fact"], entry["question"]) for entry in first(data["missing"], unclear, reading.skipped)
    )
    warnings = warnings_of(reading, data)
    if not data["sentences"]:
        ask = unclear.text + f"请告诉我：{missing[0][1]}" if missing else "请补充企业的数据。"
        basis = f"依据：“{data['quote']}”{mark(data['marker'])}"
        pending = missing[0][0] if missing else None
        return Draft(
            f"还缺少数据，算不出来。{ask}\n\n{basis}", AnswerStatus.NEEDS_FACTS, missing, pending, warnings
        )
    supposed = _supposed(reading, data)
    head, *more = data["sentences"]
    parts = [
        f"**{supposed}{head}。**{mark(data['marker'])}",
        *([unclear.text] if unclear.sentences else []),
        *(f"{sentence}。" for sentence in more),
    ]
    parts.append(f"依据：“{data['quote']}”{mark(data['marker'])}")
    if data["checks"]:
        parts.append("验算：\n" + "\n".join(f"- {calculation_line(item)}" for item in data["checks"]))
    return Draft("\n\n".join(parts), AnswerStatus.ANSWERED, warnings=warnings)


def warnings_of(reading: Reading, data: dict[str, Any]) -> tuple[str, ...]:
    """How amounts were computed, the engine's own warnings, and what was said only roughly."""
    found = [*data.get("remarks", ()), *data.get("warnings", ())]
    for item in reading.facts.stated:
        if item.note:
            found.append(f"{item.note}。")
        if item.approximate:
            found.append(f"“{item.words.strip()}”是约数，结论按所给数值计算，请以核算结果为准。")
    return tuple(found)


def ambiguous(reading: Reading, books: RuleBooks, results: Sequence[ToolResult]) -> Draft:
    """A figure that fits several facts: name them by their clauses and ask, never guess."""
    markers = {
        str(item["address"]): item["marker"]
        for result in results
        for item in result.artifact.get("items", ())[:1]
    }
    figure = (*reading.facts.ambiguous, *reading.facts.unknown)[0]
    held: list[FactDefinition | Metric] = []
    for book in books.books.values():
        held += [*book.facts.values()]
        held += [*book.metrics.values()]
    labels = {
        one.id: f"{one.label}{mark(markers.get(one.address))}" for one in held if one.id in figure.candidates
    }
    if isinstance(figure, UnknownFigure):
        return Draft(f"{unknown_figure(figure, labels)}请补充说明一下，我再计算。", AnswerStatus.NEEDS_FACTS)
    named = "，还是".join(dict.fromkeys(labels[id] for id in figure.candidates))
    return Draft(f"您说的“{figure.words}”是{named}？请补充说明一下，我再计算。", AnswerStatus.NEEDS_FACTS)
