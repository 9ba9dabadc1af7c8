"""Whose dialogue a request tells, so that the next one of the same client finds the stored conversation again.

A caller with a key or a cookie is told from all others. Callers without are not: two strangers may begin with the same words.
Theirs is known again only under the unguessable id of a chat, as a conversation of nobody's is reached by its id.
"""

from __future__ import annotations

import uuid

from starlette.requests import Request

from assistant.interfaces.http.caller import caller_of
from assistant.interfaces.openai_api.completions import content_of
from assistant.interfaces.openai_api.requests import CompletionRequest, Dialogue
from assistant.kept_dialogue import KeptDialogue

# Open WebUI's header (with ENABLE_FORWARD_USER_INFO_HEADERS=true), and one for clients that may name theirs.
CHAT_HEADERS = ("x-openwebui-chat-id", "x-conversation-id")


def kept_dialogue(dialogue: Dialogue, body: CompletionRequest, request: Request) -> KeptDialogue | None:
    """The dialogue that the client keeps; None when it goes on with a stored conversation by its id."""
    if dialogue.conversation_id is not None:
        return None
    chat = next((told for name in CHAT_HEADERS if (told := request.headers.get(name))), "")
    return KeptDialogue(dialogue.earlier, _whose(caller_of(request).owner, chat, body.end_user), content_of)


def _whose(owner: str | None, chat: str, end_user: str) -> str | None:
    if owner is None and not _cannot_be_guessed(chat):
        return None
    return "\n".join((owner or "", chat, end_user))


def _cannot_be_guessed(chat: str) -> bool:
    try:
        return uuid.UUID(chat).version == 4
    except ValueError:
        return False
