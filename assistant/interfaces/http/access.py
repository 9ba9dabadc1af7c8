"""What routes share: the open assistant and the limit on a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request

from assistant.interfaces.http.opening import Opening
from assistant.interfaces.http.problems import MessageTooLongError
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.service import Assistant


def assistant_of(request: Request) -> Assistant:
    """The open assistant; NotReadyError (503) while the index is being built."""
    opening: Opening = request.app.state.opening
    return opening.assistant()


def checked_message(request: Request, message: str) -> str:
    """The message, or MessageTooLongError (413) with its length and the limit."""
    settings: Settings = request.app.state.settings
    if len(message) > settings.message_limit:
        raise MessageTooLongError(
            f"问题有 {len(message)} 个字，超过上限 {settings.message_limit} 个字；请缩短或分几次问"
        )
    return message
