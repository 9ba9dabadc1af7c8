"""What the commands of `tiaowen` share: the opened assistant, the --json option, text from the command line."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.errors import InputError

if TYPE_CHECKING:
    from assistant.search.clause_search import ClauseSearch
    from assistant.service import Assistant

JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@contextmanager
def opened() -> Iterator[Assistant]:
    """The assistant with settings from the environment; a missing index is built, with progress on stderr."""
    from assistant.interfaces.progress import progress_for
    from assistant.service import Assistant
    from assistant.settings import load_settings

    assistant = Assistant.open(load_settings(), progress_for())
    try:
        yield assistant
    finally:
        assistant.close()


@contextmanager
def searching() -> Iterator[ClauseSearch]:
    """Corpus and index alone, opened faster than the assistant; a missing index is built, with progress on stderr."""
    # Opening makes many objects and hardly a cycle: looking for cycles is a tenth of a cold search.
    gc.disable()
    try:
        from assistant.interfaces.progress import progress_for
        from assistant.search.clause_search import ClauseSearch
        from assistant.settings import load_settings

        clauses = ClauseSearch.open(load_settings(), progress_for())
    finally:
        gc.enable()
    try:
        yield clauses
    finally:
        clauses.close()


def legal_text(text: str) -> str:
    """Refuse bytes of the command line that are not UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"参数第 {error.start + 1} 个字符不是合法的 UTF-8 文字") from error
    return text


def legal_texts(texts: Sequence[str] | None) -> tuple[str, ...]:
    """The values of an option that may be given several times; none when it is not given."""
    return tuple(legal_text(text) for text in texts or ())
