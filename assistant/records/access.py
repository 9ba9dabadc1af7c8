"""Accounts and API keys as they are stored. Hashing, checking and signing in are made above this."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from assistant.errors import InputError
from assistant.records.database import Database
from assistant.records.tables import ACCOUNTS, API_KEYS, ENDED_SESSIONS, new_id, now, row_of
from assistant.roles import Role


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in; `changed_at` is when role, password or standing changed last."""

    id: str
    name: str
    role: Role
    password_hash: str
    disabled: bool
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class ApiKey:
    """A key of other software; of its secret only the SHA-256 is kept. `revoked_at` is None while it is good."""

    id: str
    name: str
    role: Role
    secret_sha256: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


class Accounts:
    """Accounts in the database; a name is one account, in just this spelling."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: Role, password_hash: str) -> Account:
        """Keep a new account. Raises InputError when the name is taken."""
        moment = now()
        account = Account(new_id("u"), name, role, password_hash, False, moment, moment)
        values = {**vars(account), "role": _word(role)}
        with self._database.writing() as connection:
            try:
                connection.execute(insert(ACCOUNTS).values(**values))
            except IntegrityError as error:
                raise InputError(f"已有名为「{name[:60]}」的帐号；请另取名字") from error
        return account

    def find(self, name: str) -> Account | None:
        """The account of this name, None without one."""
        with self._database.reading() as connection:
            row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.name == name)).first()
        return None if row is None else _account(row)

    def all(self) -> tuple[Account, ...]:
        """All accounts by name, disabled ones too."""
        with self._database.reading() as connection:
            rows = connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.name)).all()
        return tuple(_account(row) for row in rows)

    def set_password(self, name: str, password_hash: str) -> Account:
        """Another password. Raises InputError when there is no such account, as do those below."""
        return self._change(name, password_hash=password_hash)

    def set_role(self, name: str, role: Role) -> Account:
        """Another role."""
        return self._change(name, role=_word(role))

    def set_disabled(self, name: str, disabled: bool) -> Account:
        """Let an account sign in no more, or again."""
        return self._change(name, disabled=disabled)

    def _change(self, name: str, **values: Any) -> Account:
        mine = ACCOUNTS.c.name == name
        with self._database.writing() as connection:
            connection.execute(update(ACCOUNTS).where(mine).values(**values, changed_at=now()))
            row = connection.execute(select(ACCOUNTS).where(mine)).first()
        if row is None:
            raise InputError(f"没有名为「{name[:60]}」的帐号")
        return _account(row)


class ApiKeys:
    """API keys in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: Role, secret_sha256: str) -> ApiKey:
        """Keep a new key. Raises InputError when there is one of the same secret."""
        key = ApiKey(new_id("k"), name, role, secret_sha256, now())
        with self._database.writing() as connection:
            try:
                connection.execute(insert(API_KEYS).values(**{**vars(key), "role": _word(role)}))
            except IntegrityError as error:
                raise InputError("已有同样的密钥；请重新生成") from error
        return key

    def by_hash(self, secret_sha256: str) -> ApiKey | None:
        """The key of this secret, revoked or not, None without one."""
        with self._database.reading() as connection:
            row = connection.execute(
                select(API_KEYS).where(API_KEYS.c.secret_sha256 == secret_sha256)
            ).first()
        return None if row is None else _key(row)

    def all(self) -> tuple[ApiKey, ...]:
        """All keys, newest first, revoked ones too."""
        order = (API_KEYS.c.created_at.desc(), API_KEYS.c.id)
        with self._database.reading() as connection:
            rows = connection.execute(select(API_KEYS).order_by(*order)).all()
        return tuple(_key(row) for row in rows)

    def note_use(self, key_id: str) -> None:
        """It was used now."""
        with self._database.writing() as connection:
            connection.execute(update(API_KEYS).where(API_KEYS.c.id == key_id).values(last_used_at=now()))

    def revoke(self, key_id: str) -> ApiKey:
        """Good no more; one that is revoked stays as it is. Raises InputError when there is no such key."""
        mine = API_KEYS.c.id == key_id
        with self._database.writing() as connection:
            connection.execute(
                update(API_KEYS).where(mine, API_KEYS.c.revoked_at.is_(None)).values(revoked_at=now())
            )
            row = connection.execute(select(API_KEYS).where(mine)).first()
        if row is None:
            raise InputError(f"没有编号为「{key_id[:60]}」的密钥")
        return _key(row)


class EndedSessions:
    """Sessions that were ended before their time, by the SHA-256 of their ids."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, session_sha256: str, kept: timedelta) -> None:
        """This session has ended; those that ended longer than `kept` ago are forgotten, as no cookie lives so long."""
        moment = now()
        with self._database.writing() as connection:
            connection.execute(delete(ENDED_SESSIONS).where(ENDED_SESSIONS.c.ended_at < moment - kept))
            with suppress(IntegrityError), connection.begin_nested():  # it may be ended twice at once
                connection.execute(
                    insert(ENDED_SESSIONS).values(session_sha256=session_sha256, ended_at=moment)
                )

    def has(self, session_sha256: str) -> bool:
        """Whether this session was ended."""
        this = ENDED_SESSIONS.c.session_sha256 == session_sha256
        with self._database.reading() as connection:
            return connection.execute(select(ENDED_SESSIONS.c.ended_at).where(this)).first() is not None


def _word(role: Role) -> str:
    return role.name.lower()


def _account(row: Any) -> Account:
    found = row_of(row)
    return Account(**{**found, "role": Role[found["role"].upper()]})


def _key(row: Any) -> ApiKey:
    found = row_of(row)
    return ApiKey(**{**found, "role": Role[found["role"].upper()]})
