"""Parts of a clause that is not numbered in the message: 那条的第二款, 上一条的第三款, 它的第一项, 下一步的第三点."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.agent.conversation import Conversation
from assistant.documents.clause import Clause, ClauseKind
from assistant.documents.library import Library
from assistant.documents.numbering import read_number
from assistant.documents.references import ClauseReference
from assistant.numerals import parse_chinese_number

_NUMBER = r"[一二三四五六七八九十]{1,3}|\d{1,2}"
_PART = rf"第?\s*(?P<n>{_NUMBER})\s*(?P<kind>款|小?项|小?点|目|条|个?方面|是(?=$|[的讲说里，。？?]))"
OF_CLAUSE = re.compile(
    rf"(?P<base>(?P<article>[那这该此本](?:一)?条(?:款|文)?)|它|其中|里[面头边]|[那这该](?:一)?(?:部分|段|章|节)|"
    rf"(?P<moved>[上下前后](?:面)?(?:一|两|二)?条))(?:里面?|中|下面?)?的?\s*{_PART}"
)
_HEADED = (ClauseKind.HEADING, ClauseKind.PARAGRAPH)
_AFTER_NAME = rf"[”」\"』]?[^，。？?；]{{0,6}}?{_PART}"


def part_under_discussion(
    message: str, library: Library, conversation: Conversation, moved: Callable[[], str | None]
) -> ClauseReference | None:
    """那条的第二款: a part of the clause that was read last, or of the article that `moved` leads to; it need not exist."""
    found = OF_CLAUSE.search(message)
    if not found or not conversation.focus:
        return None
    base = moved() if found["moved"] else _holding(library, conversation.focus[0], bool(found["article"]))
    if base is None:
        return None
    kind = "款" if found["kind"] == "款" else "项"
    number = int(parse_chinese_number(found["n"]))
    return ClauseReference(found.group(), *found.span(), f"{base}第{number}{kind}")


def part_of_named(message: str, library: Library, policies: Sequence[str]) -> ClauseReference | None:
    """下一步的第三点, 引言第二段: a part of a heading that has a name and no number."""
    for policy in policies or library.policies:
        for clause in library.clauses(policy):
            name = clause.path.rpartition("/")[2]
            if not clause.children or clause.kind not in _HEADED or _numbered(name):
                continue
            found = re.search(re.escape(name) + _AFTER_NAME, message)
            if found:
                number = int(parse_chinese_number(found["n"]))
                return ClauseReference(found.group(), *found.span(), f"{clause.path}/第{number}项")
    return None


def _numbered(name: str) -> bool:
    return read_number(name.strip("（）段")) is not None


def _holding(library: Library, address: str, article: bool) -> str:
    """Address of the clause that parts are counted in: the one read, or the article of an item that has none of its own."""
    clause = library.clause(address)
    while (
        not clause.children and clause.parent and (_is_part(clause) or (article and not _is_article(clause)))
    ):
        clause = library.clause(f"{clause.policy_id}#{clause.parent}")
    return clause.address


def _is_article(clause: Clause) -> bool:
    return clause.kind in (ClauseKind.ARTICLE, ClauseKind.SECTION, ClauseKind.BOX)


def _is_part(clause: Clause) -> bool:
    return clause.kind in (ClauseKind.ITEM, ClauseKind.TASK, ClauseKind.POINT, ClauseKind.ENTRY)
