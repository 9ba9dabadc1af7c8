"""Standard answers over the real assistant: given to the same and like questions, withdrawn when a clause really changes."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.errors import InputError
from assistant.hotline.hotline import Hotline
from assistant.service import Assistant
from assistant.settings import Settings
from tests.conftest import ROOT

QUESTION = "碳抵消能不能超过一半？"
ZERO = "fujian-zero-carbon-factory"
WORDS = "不得超过基准期的50%"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A corpus of the test's own that it may change."""
    corpus = tmp_path / "corpus"
    shutil.copytree(ROOT / "corpus", corpus)
    return Settings(
        _env_file=None, corpus_dir=corpus, index_dir=tmp_path / "index", data_dir=tmp_path / "data"
    )


@pytest.fixture
def assistant(settings: Settings) -> Iterator[Assistant]:
    opened = Assistant.open(settings)
    yield opened
    opened.close()


def approved(desk: Hotline, question: str = QUESTION, text: str | None = None) -> str:
    answer = desk.ask(question).answer
    proposal = desk.standards.propose(answer, question, "林晓", text)
    return desk.standards.approve(proposal.id, "陈立").id


def test_it_is_given_first_for_the_same_and_like_questions_only(assistant: Assistant) -> None:
    desk = Hotline(assistant)
    kept = approved(desk, text="不能超过一半。[1]")
    for asked in (QUESTION, "碳抵消能超过一半吗", "碳抵消能不能超过一半呢"):
        first = desk.ask(asked).standards[0]
        assert (first.standard.id, first.first) == (kept, True), asked
    for other in ("碳抵消能不能不超过一半？", "碳抵消能不能超过60%？", "零碳工厂怎么申报"):
        assert not any(one.first for one in desk.ask(other).standards), other
    assert [one.standard.id for one in desk.suggest("碳抵消能").standards] == [kept]


def test_a_like_question_whose_answer_rests_on_another_clause_is_only_offered(assistant: Assistant) -> None:
    desk = Hotline(assistant)
    approved(desk)
    elsewhere = {"citations": [{"address": f"{ZERO}#第十二条"}]}
    like = desk.standards.given("碳抵消能超过一半吗", elsewhere)
    assert [one.first for one in like] == [False]
    assert desk.standards.given(QUESTION, elsewhere)[0].first


def test_a_proposal_is_not_given_and_an_answer_without_citations_is_none(assistant: Assistant) -> None:
    desk = Hotline(assistant)
    answer = desk.ask(QUESTION).answer
    proposal = desk.standards.propose(answer, QUESTION, "林晓", None)
    assert not desk.ask(QUESTION).standards
    assert not desk.suggest(QUESTION).standards
    with pytest.raises(InputError, match="还没有审核"):
        desk.ask(QUESTION, standard_id=proposal.id)
    refused = desk.ask("今天天气怎么样").answer
    with pytest.raises(InputError, match="没有引用条款"):
        desk.standards.propose(refused, "天气", "林晓", None)


def test_one_that_was_withdrawn_by_hand_is_offered_no_more(assistant: Assistant) -> None:
    desk = Hotline(assistant)
    kept = approved(desk)
    desk.standards.withdraw(kept, "另有口径", "陈立")
    assert not desk.suggest(QUESTION).standards
    again = desk.standards.approve(kept, "陈立")
    assert again.id != kept
    assert desk.ask(QUESTION).standards[0].standard.id == again.id


def test_it_withdraws_itself_when_a_clause_really_changes(assistant: Assistant, settings: Settings) -> None:
    desk = Hotline(assistant)
    kept = approved(desk)
    other = approved(desk, "申报零碳工厂要走哪些程序")
    change(settings, WORDS, "不得超过基准期的40%")
    rebuild(settings)
    wait_for(lambda: assistant.records.standard_answers.get(kept).withdrawn_at is not None)
    gone = assistant.records.standard_answers.get(kept)
    assert gone.withdrawn_by is None
    assert f"{ZERO}#第八条/（二）" in str(gone.withdrawn_why)
    assert not any(one.standard.id == kept for one in desk.ask(QUESTION).standards)
    assert assistant.records.standard_answers.get(other).withdrawn_at is None
    with pytest.raises(InputError, match="引用的那句话不在里面"):
        desk.standards.approve(kept, "陈立")


def test_one_whose_clause_changed_while_the_service_was_away_is_withdrawn_on_opening(
    settings: Settings,
) -> None:
    first = Assistant.open(settings)
    kept = approved(Hotline(first))
    first.close()
    change(settings, WORDS, "不得超过基准期的40%")
    second = Assistant.open(settings)
    try:
        assert second.records.standard_answers.get(kept).withdrawn_at is not None
    finally:
        second.close()


def change(settings: Settings, old: str, new: str) -> None:
    folder = settings.corpus / ZERO
    text, about = (folder / "text.txt").read_bytes(), (folder / "policy.yaml").read_text(encoding="utf-8")
    assert old.encode() in text
    changed = text.replace(old.encode(), new.encode())
    (folder / "text.txt").write_bytes(changed)
    told = about.replace(hashlib.sha256(text).hexdigest(), hashlib.sha256(changed).hexdigest())
    assert told != about
    (folder / "policy.yaml").write_text(told, encoding="utf-8")


def rebuild(settings: Settings) -> None:
    """What `tiaowen index` does in a process of its own."""
    from assistant.documents.library import Library
    from assistant.retrieval.search import Retriever

    Retriever.open(settings, Library.load(settings.corpus)).close()


def wait_for(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if done():
            return
        time.sleep(0.1)
    pytest.fail("it did not happen")
