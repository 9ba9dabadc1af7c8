"""Requests that chat clients make by themselves: a title, tags or next questions for a dialogue which they quote.

Each client words them as it likes, in any language, but what they are about is always there: a dialogue written out, with who
speaks at the head of a line. It is no question about a policy, though it may quote one.
"""

from __future__ import annotations

import re

_HEAD = r"^[^\w\n]{0,8}"
_COLON = r"[^\w\n]{0,4}[:：]"
_USER = re.compile(rf"{_HEAD}(?:user|human|用户|人类){_COLON}", re.I | re.M)
_ASSISTANT = re.compile(rf"{_HEAD}(?:assistant|ai|bot|model|response|助手|助理){_COLON}", re.I | re.M)


def is_client_task(message: str) -> bool:
    """Whether a message writes out a dialogue between a user and an assistant."""
    return bool(_USER.search(message) and _ASSISTANT.search(message))
