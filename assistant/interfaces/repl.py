"""`tiaowen chat`: a conversation on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.agent.answer import Answer
from assistant.errors import TiaowenError

if TYPE_CHECKING:
    from assistant.interfaces.terminal import Terminal
    from assistant.service import Assistant

NEW_WORDS = frozenset({"新对话", "/新对话", "/new"})
LEAVE_WORDS = frozenset({"退出", "/退出", "再见", "exit", "quit", "/exit", "/quit"})
GREETING = "条问：依据政策原文回答，每句话都有出处。输入「新对话」重新开始，「退出」或 Ctrl-D 离开。"


def chat(assistant: Assistant, terminal: Terminal, conversation_id: str | None = None) -> None:
    """Ask for a line, answer it, until the person leaves. A bad line is explained and the talk goes on."""
    terminal.line(GREETING, "dim")
    while True:
        try:
            message = input("\n你：" if terminal.interactive else "").strip()
        except EOFError:
            terminal.line()
            return
        if message in LEAVE_WORDS:
            return
        if message in NEW_WORDS:
            conversation_id = None
            terminal.line("已开始新对话。", "dim")
            continue
        if not message:
            continue
        try:
            answer = ask_with_status(assistant, terminal, message, conversation_id)
        except TiaowenError as error:
            terminal.line(f"错误：{error}", "red")
            continue
        conversation_id = answer.conversation_id
        terminal.answer(answer.to_json())


def ask_with_status(
    assistant: Assistant, terminal: Terminal, message: str, conversation_id: str | None
) -> Answer:
    """One answer; on a terminal the steps show while it is made."""
    if not terminal.interactive:
        return assistant.ask(message, conversation_id)
    found: Answer | None = None
    with terminal.console.status("正在查找…") as status:
        for event in assistant.stream(message, conversation_id):
            if isinstance(event, Answer):
                found = event
            else:
                status.update(event.text)
    if found is None:
        raise TiaowenError("这一问没有得到回答，请重试")
    return found
