"""Questions that lead on from an answer, made of its programme, its metrics and the policies it cites; none is canned."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

_MOST = 4


def suggestions(
    answer: Mapping[str, Any], beside: Sequence[str] = (), asked: Collection[str] = ()
) -> tuple[str, ...]:
    """At most four questions, the likeliest first; `beside` are the other programmes, `asked` what was asked before."""
    found: dict[str, None] = {}
    for question in _led_on(answer, beside):
        if question not in asked:
            found.setdefault(question)
    return tuple(found)[:_MOST]


def _led_on(answer: Mapping[str, Any], beside: Sequence[str]) -> Iterator[str]:
    verdict = answer["verdict"]
    if verdict:
        programme = verdict["programme"]
        if verdict["status"] == "符合":
            yield f"申报{programme}要走哪些程序？"
        else:
            yield f"离{programme}还差多少？"
    for item in answer["calculations"]:
        if item["passed"] is False:
            yield f"{item['label']}要达到多少？"
    for item in answer["calculations"]:
        if item["passed"] is not None:
            yield f"{item['label']}怎么算？"
            break
    for other in beside:
        yield f"那{other}够不够？"
    yield from _of_policies(answer["citations"])


def _of_policies(citations: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    first: dict[str, Mapping[str, Any]] = {}
    for citation in citations:
        first.setdefault(citation["policy_id"], citation)
    for citation in first.values():
        if citation["policy_status"] != "现行":
            yield f"《{citation['title']}》正式施行了吗？"
        yield f"《{citation['title']}》主要包括哪些内容？"
