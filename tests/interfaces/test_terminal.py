"""What a person sees on a real terminal: colours, rendered Markdown and the steps."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from assistant.errors import TiaowenError
from assistant.interfaces.repl import ask_with_status
from assistant.interfaces.terminal import Terminal
from tests.interfaces.fake_assistant import FakeAssistant


@pytest.fixture
def terminal() -> Terminal:
    made = Terminal()
    made.console = Console(
        file=io.StringIO(),
        force_terminal=True,
        width=100,
        highlight=False,
        markup=False,
        emoji=False,
        color_system="standard",
    )
    return made


def shown(terminal: Terminal) -> str:
    assert isinstance(terminal.console.file, io.StringIO)
    return terminal.console.file.getvalue()


def test_the_steps_show_and_the_answer_is_rendered(terminal: Terminal, fake: FakeAssistant) -> None:
    answer = ask_with_status(fake, terminal, "抵消呢", None)  # type: ignore[arg-type]
    terminal.answer(answer.to_json())
    out = shown(terminal)
    assert "核对引文和数字" in out
    assert "\x1b[1m不得超过基准期的50%\x1b[0m" in out
    assert "**" not in out


def test_the_verdict_has_its_colour(terminal: Terminal) -> None:
    for status, colour in (("符合", "32"), ("不符合", "31"), ("待补充", "33")):
        terminal.verdict({"programme": "零碳工厂", "status": status, "score": None})
        assert f"\x1b[1;{colour}m零碳工厂：{status}\x1b[0m" in shown(terminal)


def test_square_brackets_of_a_text_are_no_markup(terminal: Terminal) -> None:
    terminal.line("[red]原文[/red] :smile: [1]")
    assert "[red]原文[/red] :smile: [1]" in shown(terminal)


def test_a_stream_without_an_answer_is_an_error(terminal: Terminal, fake: FakeAssistant) -> None:
    fake.stream = lambda *_: iter(())  # type: ignore[method-assign]
    with pytest.raises(TiaowenError, match="没有得到回答"):
        ask_with_status(fake, terminal, "抵消呢", None)  # type: ignore[arg-type]
