"""Accounts and keys against real records: passwords, what a session's stamp tells, keys and when they were used."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.accounts import Accounts
from assistant.errors import InputError
from assistant.roles import Role
from assistant.settings import Settings

PASSWORD = "four unlikely words"


class Clock:
    """The time, moved on by the test."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Iterator[Accounts]:
    opened = Accounts(Settings(_env_file=None, data_dir=tmp_path), clock)
    yield opened
    opened.close()


def test_only_the_right_password_signs_in(accounts: Accounts) -> None:
    assert not accounts.any()
    accounts.add("林晓", Role.STAFF, PASSWORD)
    assert accounts.any()
    signed_in = accounts.sign_in(" 林晓 ", PASSWORD)
    assert signed_in is not None
    assert (signed_in.name, signed_in.role) == ("林晓", Role.STAFF)
    assert PASSWORD not in signed_in.password_hash
    for name, password in (
        ("林晓", PASSWORD + "x"),
        ("林晓", ""),
        ("林", PASSWORD),
        ("", ""),
        ("林晓" * 50, "x"),
    ):
        assert accounts.sign_in(name, password) is None


def test_case_and_width_of_a_name_make_no_difference(accounts: Accounts) -> None:
    accounts.add("Ｌｉｎ", Role.STAFF, PASSWORD)
    assert accounts.sign_in("LIN", PASSWORD) is not None
    with pytest.raises(InputError, match="已有名为「lin」的帐号"):
        accounts.add("lin", Role.ADMIN, PASSWORD)


def test_an_unknown_name_takes_as_long_as_a_wrong_password(accounts: Accounts) -> None:
    accounts.add("lin", Role.STAFF, PASSWORD)
    accounts.sign_in("lin", "warm")

    def seconds(name: str) -> float:
        begun = time.perf_counter()
        assert accounts.sign_in(name, "not the password") is None
        return time.perf_counter() - begun

    known = min(seconds("lin") for _ in range(3))
    unknown = min(seconds("nobody") for _ in range(3))
    assert unknown > known / 3


def test_a_stamp_ends_with_the_password_and_with_the_account(accounts: Accounts) -> None:
    stamp = accounts.stamp(accounts.add("lin", Role.STAFF, PASSWORD))
    assert accounts.still("lin", stamp, "s1") is not None
    accounts.set_role("lin", Role.SUPERVISOR)
    still = accounts.still("lin", stamp, "s1")
    assert still is not None
    assert still.role is Role.SUPERVISOR
    accounts.set_disabled("lin", True)
    assert accounts.still("lin", stamp, "s1") is None
    assert accounts.sign_in("lin", PASSWORD) is None
    accounts.set_disabled("lin", False)
    assert accounts.still("lin", stamp, "s1") is not None
    accounts.set_password("lin", "another long password")
    assert accounts.still("lin", stamp, "s1") is None
    assert accounts.sign_in("lin", "another long password") is not None
    assert accounts.still("nobody", stamp, "s1") is None


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "密码只有 5 个字符；应不少于 10 个"),
        ("a" * 201, "密码有 201 个字符；最多 200 个"),
        ("ababababab", "只有 2 种字符"),
        ("lin.xiaoming", "不能就是用户名"),
        ("LIN.Xiaoming", "不能就是用户名"),
    ],
)
def test_a_weak_password_is_refused_and_never_repeated(accounts: Accounts, password: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        accounts.add("lin.xiaoming", Role.STAFF, password)
    assert password not in str(refused.value)
    assert not accounts.any()


@pytest.mark.parametrize("name", ["", "  ", "a b", "a/b", "名" * 41, "a<b>", "a\n"])
def test_a_name_that_is_none_is_refused(accounts: Accounts, name: str) -> None:
    if name.strip() == "a":
        assert accounts.add(name, Role.STAFF, PASSWORD).name == "a"
        return
    with pytest.raises(InputError, match="不合法；应为 1 到 40 个"):
        accounts.add(name, Role.STAFF, PASSWORD)


def test_an_unknown_account_is_told_with_the_known_ones(accounts: Accounts) -> None:
    with pytest.raises(InputError, match="没有帐号「lin」；有的是 （还没有帐号）"):
        accounts.set_role("lin", Role.ADMIN)
    accounts.add("wang", Role.STAFF, PASSWORD)
    with pytest.raises(InputError, match="有的是 wang"):
        accounts.set_password("lin", PASSWORD)


def test_a_key_opens_until_it_is_revoked(accounts: Accounts, tmp_path: Path) -> None:
    key, secret = accounts.create_key("门户", Role.STAFF)
    assert secret.startswith("tw_")
    assert len(secret) > 40
    found = accounts.key_of(secret)
    assert found is not None
    assert (found.id, found.role) == (key.id, Role.STAFF)
    for wrong in ("", "tw_", secret[:-1], secret + "x", secret.upper(), secret.removeprefix("tw_")):
        assert accounts.key_of(wrong) is None
    assert secret.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    accounts.revoke_key(key.id)
    assert accounts.key_of(secret) is None
    with pytest.raises(InputError, match="没有编号为「k_no」的密钥"):
        accounts.revoke_key("k_no")


def test_the_use_of_a_key_is_noted_at_most_once_a_minute(accounts: Accounts, clock: Clock) -> None:
    _, secret = accounts.create_key("门户", Role.STAFF)
    accounts.key_of(secret)
    first = accounts.keys()[0].last_used_at
    assert first is not None
    clock.moment += timedelta(seconds=50)
    accounts.key_of(secret)
    assert accounts.keys()[0].last_used_at == first
    clock.moment += timedelta(seconds=20)
    accounts.key_of(secret)
    assert accounts.keys()[0].last_used_at != first


def test_the_records_are_opened_when_they_are_first_needed(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    opened = Accounts(Settings(_env_file=None, data_dir=folder))
    assert not folder.exists()
    assert not opened.any()
    opened.close()
    assert stat.S_IMODE((folder / "records.sqlite3").stat().st_mode) == 0o600
