"""Editions come and go: what is in use stays open, what is over is closed once, what cannot be opened is told."""

from __future__ import annotations

import hashlib
import logging
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.agent.conversation import Conversation
from assistant.documents.library import Library
from assistant.editions import CurrentEdition, Edition
from assistant.retrieval.search import Retriever
from assistant.service import Assistant
from assistant.settings import Settings
from tests.conftest import ROOT, TODAY

ZERO = "fujian-zero-carbon-factory"
FORESTRY = "fujian-forestry-reply-20251151"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    corpus = shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    return Settings(
        home=ROOT, corpus_dir=corpus, index_dir=tmp_path / "index", data_dir=tmp_path / "data", _env_file=None
    )


@pytest.fixture
def current(settings: Settings) -> Iterator[CurrentEdition]:
    opened = CurrentEdition(Edition.open(settings, lambda: TODAY))
    yield opened
    opened.close()


def index(settings: Settings) -> None:
    """What `tiaowen index` does."""
    Retriever.open(settings, Library.load(settings.corpus)).close()


def withdraw(settings: Settings, policy_id: str) -> None:
    shutil.rmtree(settings.corpus / policy_id)
    index(settings)


def closings(monkeypatch: pytest.MonkeyPatch) -> list[Edition]:
    """The editions closed from now on."""
    closed: list[Edition] = []
    real = Edition.close
    monkeypatch.setattr(Edition, "close", lambda self: (closed.append(self), real(self))[1])
    return closed


def test_nothing_happens_without_a_new_index(current: CurrentEdition, settings: Settings) -> None:
    with current.in_use() as edition:
        index(settings)
        assert current.refresh() is False
        with current.in_use() as same:
            assert same is edition
    assert current.problem is None


def test_what_is_in_use_stays_open_until_its_last_use(
    current: CurrentEdition, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = closings(monkeypatch)
    with current.in_use() as old:
        with current.in_use() as also_old:
            withdraw(settings, FORESTRY)
            refreshed(current)
            assert also_old is old
        assert closed == []
        assert FORESTRY in {hit.clause.policy_id for hit in old.search.search("林业碳汇", 50)}
        with current.in_use() as new:
            assert new is not old
            assert FORESTRY not in new.library.policies
            assert FORESTRY not in {hit.clause.policy_id for hit in new.search.search("林业碳汇", 50)}
    assert closed == [old]


def refreshed(current: CurrentEdition) -> None:
    """Refresh until the new index is seen: the pointer is read at most every half second."""
    for _ in range(40):
        if current.refresh():
            return
        threading.Event().wait(0.05)
    pytest.fail(f"no new edition: {current.problem}")


def told(current: CurrentEdition) -> str:
    """Refresh until something is told."""
    for _ in range(40):
        assert not current.refresh()
        if current.problem:
            return current.problem
        threading.Event().wait(0.05)
    pytest.fail("nothing was told")


def test_a_corpus_changed_after_its_indexing_is_told_once(
    current: CurrentEdition, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    kept = shutil.copytree(settings.corpus / FORESTRY, settings.corpus.parent / "kept")
    withdraw(settings, FORESTRY)
    shutil.move(kept, settings.corpus / FORESTRY)
    with caplog.at_level(logging.WARNING, logger="assistant.editions"):
        assert "索引与当前政策文本不一致" in told(current)
        assert current.refresh() is False
    assert len(caplog.records) == 1
    with current.in_use() as edition:
        assert FORESTRY in edition.library.policies


def test_a_defect_while_opening_tells_nothing_of_the_inside(
    current: CurrentEdition, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    withdraw(settings, FORESTRY)
    monkeypatch.setattr(Edition, "renewed", lambda self: 1 / 0)
    assert told(current).endswith("程序内部出错，详情在日志里")
    monkeypatch.undo()
    assert current.refresh()
    assert current.problem is None


def test_closing_waits_for_the_last_use(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    current = CurrentEdition(Edition.open(settings, lambda: TODAY))
    current.follow()
    closed = closings(monkeypatch)
    with current.in_use() as edition:
        current.close()
        assert closed == []
        assert edition.search.search("碳抵消", 1)
    assert closed == [edition]
    current.close()
    assert closed == [edition]
    assert current.refresh() is False


def test_a_conversation_goes_on_without_what_was_withdrawn(settings: Settings) -> None:
    assistant = Assistant.open(settings, today=lambda: date(2026, 11, 21))
    try:
        answer = assistant.ask("我们2021年排放10万吨，去年4万吨，抵消4万吨，能报零碳工厂吗")
        remembered = assistant._records.conversation(answer.conversation_id)
        assert remembered.programme == f"{ZERO}/zero_carbon"
        assert remembered.focus
        withdraw(settings, ZERO)
        for _ in range(400):  # it follows by itself
            if ZERO not in assistant.library.policies:
                break
            threading.Event().wait(0.02)
        later = assistant.ask("那近零碳呢", answer.conversation_id)
        assert ZERO not in {citation.policy_id for citation in later.citations}
        assert later.verdict is None
        kept = assistant._records.conversation(answer.conversation_id)
        assert (kept.facts, kept.programme, kept.turns) == ({}, None, 2)
        assert ZERO not in {*kept.policies, *(address.partition("#")[0] for address in kept.focus)}
    finally:
        assistant.close()


def test_facts_that_the_new_rule_book_does_not_have_are_forgotten(settings: Settings) -> None:
    assistant = Assistant.open(settings, today=lambda: TODAY)
    try:
        answer = assistant.ask("我们2021年排放10万吨，去年4万吨，抵消4万吨，能报零碳工厂吗")
        stored = assistant._records.conversation(answer.conversation_id)
        facts = {ZERO: {**stored.facts[ZERO], "gone": "5"}}
        changed = replace(stored, facts=facts, pending="gone", latest=("gone",), metric=f"{ZERO}/gone")
        with assistant._current.in_use() as edition:
            turn = edition.runner.run("更正一下，抵消是6万吨", changed, "a_x", TODAY)
        assert "gone" not in turn.conversation.facts[ZERO]
        assert turn.conversation.facts[ZERO]["offset_emissions"] == "6万吨"
        assert isinstance(turn.conversation, Conversation)
    finally:
        assistant.close()


def test_a_changed_text_is_read_and_the_others_are_kept(current: CurrentEdition, settings: Settings) -> None:
    folder = settings.corpus / FORESTRY
    text = (folder / "text.txt").read_bytes() + "\n附：海藻固碳。\n".encode()
    meta = (folder / "policy.yaml").read_text(encoding="utf-8")
    with current.in_use() as old:
        meta = meta.replace(old.library.policies[FORESTRY].sha256, hashlib.sha256(text).hexdigest())
        (folder / "text.txt").write_bytes(text)
        (folder / "policy.yaml").write_text(meta, encoding="utf-8")
        index(settings)
        refreshed(current)
        with current.in_use() as new:
            assert "海藻固碳" in new.library.source(FORESTRY)
            assert next(iter(new.library.clauses(ZERO))) is next(iter(old.library.clauses(ZERO)))
