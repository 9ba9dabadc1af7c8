"""Accounts and API keys as they are stored, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from assistant.errors import InputError
from assistant.records import Records
from assistant.records.access import EndedSessions
from assistant.records.tables import ENDED_SESSIONS
from assistant.roles import Role


def test_an_account_is_found_by_its_name_and_changed(store: Records) -> None:
    made = store.accounts.add("小王", Role.STAFF, "$argon2id$x")
    assert store.accounts.find("小王") == made
    assert store.accounts.find("小") is None
    changed = store.accounts.set_password("小王", "$argon2id$y")
    assert (changed.password_hash, changed.id) == ("$argon2id$y", made.id)
    assert changed.changed_at > made.changed_at
    assert store.accounts.set_role("小王", Role.SUPERVISOR).role is Role.SUPERVISOR
    assert store.accounts.set_disabled("小王", True).disabled
    assert not store.accounts.set_disabled("小王", False).disabled
    store.accounts.add("阿姨", Role.ADMIN, "$argon2id$z")
    assert {one.name: one.role for one in store.accounts.all()} == {
        "小王": Role.SUPERVISOR,
        "阿姨": Role.ADMIN,
    }


def test_a_name_is_one_account(store: Records) -> None:
    store.accounts.add("小王", Role.STAFF, "$argon2id$x")
    with pytest.raises(InputError, match="已有名为「小王」的帐号"):
        store.accounts.add("小王", Role.ADMIN, "$argon2id$y")
    assert store.accounts.find("小王").role is Role.STAFF  # type: ignore[union-attr]
    with pytest.raises(InputError, match="没有名为「老王」的帐号"):
        store.accounts.set_role("老王", Role.ADMIN)


def test_a_key_is_found_by_the_hash_of_its_secret(store: Records) -> None:
    made = store.keys.add("网站", Role.VISITOR, "a" * 64)
    assert store.keys.by_hash("a" * 64) == made
    assert store.keys.by_hash("b" * 64) is None
    store.keys.note_use(made.id)
    used = store.keys.by_hash("a" * 64)
    assert used is not None
    assert used.last_used_at is not None
    gone = store.keys.revoke(made.id)
    assert gone.revoked_at is not None
    assert store.keys.revoke(made.id) == gone
    assert store.keys.all() == (gone,)
    with pytest.raises(InputError, match="没有编号为「k_none」的密钥"):
        store.keys.revoke("k_none")
    with pytest.raises(InputError, match="已有同样的密钥"):
        store.keys.add("再来", Role.STAFF, "a" * 64)


WEEK = timedelta(days=7)


def test_an_ended_session_is_known_to_whoever_opens_the_same_records(store: Records) -> None:
    EndedSessions(store.database).add("a" * 64, WEEK)
    assert EndedSessions(store.database).has("a" * 64)
    assert not EndedSessions(store.database).has("b" * 64)


def test_a_session_may_be_ended_by_several_at_once(store: Records) -> None:
    ended = EndedSessions(store.database)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: ended.add("a" * 64, WEEK), range(12)))
    assert ended.has("a" * 64)


def test_sessions_that_ended_long_ago_are_forgotten(store: Records) -> None:
    ended = EndedSessions(store.database)
    ended.add("a" * 64, WEEK)
    ended.add("b" * 64, WEEK)
    old = ENDED_SESSIONS.c.session_sha256 == "a" * 64
    with store.database.writing() as connection:
        moment = connection.execute(select(ENDED_SESSIONS.c.ended_at).where(old)).scalar_one()
        connection.execute(update(ENDED_SESSIONS).where(old).values(ended_at=moment - WEEK))
    ended.add("c" * 64, WEEK)
    with store.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(ENDED_SESSIONS)).scalar() == 2
    assert not ended.has("a" * 64)
    assert ended.has("b" * 64)
