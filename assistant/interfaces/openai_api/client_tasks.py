"""Requests that chat clients make by themselves: a title, tags, a summary or next questions for a dialogue.

Each client words them as it likes, in any language, but they are about a dialogue, and no question about a policy: either one is
written out, with who speaks at the head of a line, or its title, summary or the like is asked for.
"""

from __future__ import annotations

import re

_HEAD = r"^[^\w\n]{0,8}"
_COLON = r"[^\w\n]{0,4}[:：]"
_USER = re.compile(rf"{_HEAD}(?:user|human|用户|人类){_COLON}", re.I | re.M)
_ASSISTANT = re.compile(rf"{_HEAD}(?:assistant|ai|bot|model|response|助手|助理){_COLON}", re.I | re.M)

_DIALOGUE, _PIECE = "(?:对话|会话|聊天)", "(?:标题|主题|总结|概括|归纳|摘要|标签|命名|起名|取名)"
_NEAR = r"[^。！？；\n]{0,12}"
_EN_DIALOGUE, _EN_PIECE = (
    r"\b(?:conversation|dialogue|chat)\b",
    r"\b(?:title|topic|name|tags?|summar\w+)\b",
)
_ABOUT = re.compile(
    f"{_DIALOGUE}{_NEAR}{_PIECE}|{_PIECE}{_NEAR}{_DIALOGUE}|这[句段]话{_NEAR}(?:标题|主题)"
    f"|{_EN_DIALOGUE}.{{0,80}}{_EN_PIECE}|{_EN_PIECE}.{{0,80}}{_EN_DIALOGUE}",
    re.I | re.S,
)


def is_client_task(message: str) -> bool:
    """Whether a message writes out a dialogue between user and assistant, or asks for a dialogue's title or the like."""
    if _USER.search(message) and _ASSISTANT.search(message):
        return True
    return bool(_ABOUT.search(message))
