"""Questions that lead on from an answer, made of its programme, its metrics and the policies it cites; none is canned."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

_MOST = 4
_IN_FORCE, _DRAFT = "现行", "征求意见稿"


def suggestions(
    answer: Mapping[str, Any], programmes: Sequence[str] = (), asked: Collection[str] = ()
) -> tuple[str, ...]:
    """At most four questions, the likeliest first.

    `programmes` are what the rule books of the cited policies decide, `asked` what was asked before.
    """
    led_on = (*_of_verdict(answer, programmes), *_of_policies(answer["citations"]))
    return tuple(question for question in dict.fromkeys(led_on) if question not in asked)[:_MOST]


def _of_verdict(answer: Mapping[str, Any], programmes: Sequence[str]) -> Iterator[str]:
    verdict = answer["verdict"]
    if verdict is None:
        yield from (f"我们够不够申报{programme}？" for programme in programmes[:1])
    elif verdict["status"] == "符合":
        yield f"申报{verdict['programme']}要走哪些程序？"
    else:
        yield f"离{verdict['programme']}还差多少？"
    decided = [item for item in answer["calculations"] if item["passed"] is not None]
    for item in sorted(decided, key=lambda item: bool(item["passed"]))[:1]:
        yield f"{item['label']}怎么算？"
    if verdict is not None:
        yield from (f"那{other}够不够？" for other in programmes if other != verdict["programme"])


def _of_policies(citations: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for title, status in dict.fromkeys((item["title"], item["policy_status"]) for item in citations):
        if status == _DRAFT:
            yield f"《{title}》正式施行了吗？"
        elif status != _IN_FORCE:
            yield f"《{title}》现在还有效吗？"
        yield f"《{title}》讲了什么？"
