"""What is no longer the same when a stored answer is made again: versions, and the answer as it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

# Ids and times are another's every time.
_ITS_OWN = ("id", "conversation_id", "elapsed_ms")
_PARTS = {
    "status": "回答的状态",
    "answer": "回答的文字",
    "verdict": "结论",
    "citations": "引用",
    "calculations": "测算",
    "missing": "还缺的事实",
    "warnings": "提示",
    "engine": "作答的引擎",
}
_VERSIONS = {"program": "程序", "corpus": "政策文本", "encoder": "编码器", "reranker": "重排模型"}


def changed_versions(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """[{"part", "label", "before", "now"}]: program, corpus, encoder, reranker, and each rule book by its policy."""
    pairs = [(part, label, before.get(part), now.get(part)) for part, label in _VERSIONS.items()]
    old, new = before.get("rule_books", {}), now.get("rule_books", {})
    pairs += [
        (f"rule_books/{policy}", f"规则册 {policy}", old.get(policy), new.get(policy))
        for policy in sorted({*old, *new})
    ]
    return [
        {"part": part, "label": label, "before": earlier, "now": later}
        for part, label, earlier, later in pairs
        if earlier != later
    ]


def same_as_shown(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether two answer objects show the same, ids and times aside."""
    return _shown(before) == _shown(now)


def answer_differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """Chinese sentences that say what an answer object shows otherwise."""
    return tuple(_differences(_shown(before), _shown(now)))


def _shown(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in _ITS_OWN}


def _differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    for key in dict.fromkeys((*_PARTS, *before, *now)):
        old, new = before.get(key), now.get(key)
        if old == new:
            continue
        label = _PARTS.get(key, key)
        if key == "answer":
            yield f"{label}有改动：{_first_difference(str(old), str(new))}"
        elif key == "verdict":
            yield f"{label}原为{_verdict(old)}，现为{_verdict(new)}"
        elif key == "citations":
            yield from _listed(label, [_cited(one) for one in old or ()], [_cited(one) for one in new or ()])
        elif key in ("calculations", "missing", "warnings"):
            yield from _listed(label, [_told(one) for one in old or ()], [_told(one) for one in new or ()])
        else:
            yield f"{label}原为{old}，现为{new}"


def _listed(label: str, old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    gone = [one for one in old if one not in new]
    come = [one for one in new if one not in old]
    if gone:
        yield f"{label}少了{'、'.join(gone)}"
    if come:
        yield f"{label}多了{'、'.join(come)}"
    if not gone and not come:
        yield f"{label}的次序或细节有改动"


def _verdict(verdict: Mapping[str, Any] | None) -> str:
    if verdict is None:
        return "没有结论"
    score = verdict.get("score")
    points = f"（{score['low']}至{score['high']}分）" if score else ""
    return f"{verdict['programme']}{verdict['status']}{points}"


def _cited(citation: Mapping[str, Any]) -> str:
    return f"《{citation['title']}》{citation['label']}“{citation['quote']}”"


def _told(one: Any) -> str:
    if not isinstance(one, Mapping):
        return str(one)
    if "label" in one:
        return f"{one['label']}{one.get('display', '')}（{one.get('limit') or '无限值'}）"
    return str(one.get("question", one))


def _first_difference(old: str, new: str, around: int = 30) -> str:
    at = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    begin = max(0, at - around // 3)
    return f"原为“…{old[begin : at + around]}…”，现为“…{new[begin : at + around]}…”"
