"""How long work shows: plain lines where nobody watches, a bar on a terminal."""

from __future__ import annotations

import io

from assistant.interfaces.progress import BarProgress, PlainProgress, SharedProgress, progress_for


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_plain_progress_tells_start_quarters_and_end() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream)
    progress.start("建立关键词索引", 400)
    for _ in range(400):
        progress.advance()
    progress.finish()
    assert stream.getvalue().splitlines() == [
        "建立关键词索引（共 400）…",
        "建立关键词索引 100/400",
        "建立关键词索引 200/400",
        "建立关键词索引 300/400",
        "建立关键词索引 完成",
    ]


def test_plain_progress_of_unknown_length_tells_no_numbers() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream)
    progress.start("核对索引", 0)
    progress.advance(5)
    progress.finish()
    assert stream.getvalue() == "核对索引…\n核对索引 完成\n"


def test_the_stream_decides() -> None:
    assert isinstance(progress_for(io.StringIO()), PlainProgress)
    assert isinstance(progress_for(Screen()), BarProgress)


def test_a_bar_can_be_used_for_several_steps() -> None:
    bar = BarProgress()
    bar.advance()
    bar.finish()
    for label, total in (("一", 3), ("二", 0)):
        bar.start(label, total)
        bar.advance(2)
    bar.finish()


def test_shared_progress_tells_everybody() -> None:
    streams = [io.StringIO(), io.StringIO()]
    shared = SharedProgress(*(PlainProgress(stream) for stream in streams))
    shared.start("向量", 2)
    shared.advance(2)
    shared.finish()
    assert streams[0].getvalue() == streams[1].getvalue() == "向量（共 2）…\n向量 完成\n"
