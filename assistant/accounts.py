"""Who may sign in: passwords and API keys, checked against the hashes that the records keep."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from assistant.errors import InputError
from assistant.records.access import Account, ApiKey, ApiKeys, EndedSessions
from assistant.records.access import Accounts as AccountRecords
from assistant.records.database import Database
from assistant.roles import Role
from assistant.settings import Settings

if TYPE_CHECKING:
    from argon2 import PasswordHasher

KEY_PREFIX = "tw_"
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
LONGEST_NAME = 40
_DIFFERENT_CHARACTERS = 4
_SIGNS = "._-@"
# That a key was used is noted at most this often.
_USE_NOTED = timedelta(minutes=1)
# No session lives longer, whatever its cookie says.
LONGEST_SESSION = timedelta(days=7)


class Accounts:
    """Accounts and keys; opens the records when it is first asked."""

    def __init__(self, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings = settings
        self._now = now
        self._lock = threading.Lock()
        self._opened: Database | None = None

    def any(self) -> bool:
        """Whether there is an account."""
        return bool(self._accounts.all())

    def sign_in(self, name: str, password: str) -> Account | None:
        """The account, None for an unknown name, a wrong password or a disabled account: all take the same time."""
        from argon2.exceptions import InvalidHashError, VerificationError

        decoy = self._decoy
        account = self._accounts.find(folded_name(name)) if len(name) <= LONGEST_NAME else None
        try:
            self._hasher.verify(account.password_hash if account else decoy, password[: LONGEST_PASSWORD + 1])
        except (VerificationError, InvalidHashError):
            return None
        return account if account and not account.disabled else None

    def still(self, name: str, stamp: str, session_id: str) -> Account | None:
        """The account that signed in with this stamp; None when the session was ended, the account disabled or its password changed."""
        if self._ended.has(_digest(session_id)):
            return None
        account = self._accounts.find(name)
        if account is None or account.disabled or not secrets.compare_digest(stamp, self.stamp(account)):
            return None
        return account

    def end_session(self, session_id: str) -> None:
        """From now on this session is none, for every process on the same records, though its cookie may still be sent."""
        self._ended.add(_digest(session_id), LONGEST_SESSION)

    @staticmethod
    def stamp(account: Account) -> str:
        """What changes with the account's password and tells nothing of it."""
        return sha256(account.password_hash.encode()).hexdigest()[:32]

    def key_of(self, secret: str) -> ApiKey | None:
        """The key with this secret, None when there is none or it was revoked."""
        if not secret.startswith(KEY_PREFIX):
            return None
        key = self._keys.by_hash(_digest(secret))
        if key is None or key.revoked_at is not None:
            return None
        if key.last_used_at is None or self._now() - key.last_used_at >= _USE_NOTED:
            self._keys.note_use(key.id)
        return key

    def add(self, name: str, role: Role, password: str) -> Account:
        """A new account. Raises InputError for a name that is taken or not legal, or a weak password."""
        name = legal_name(name)
        self.check_free(name)
        check_password(password, name)
        return self._accounts.add(name, role, self._hasher.hash(password))

    def check_free(self, name: str) -> None:
        """Raises InputError when there is an account of this name."""
        if self._accounts.find(name) is not None:
            raise InputError(f"已有名为「{name}」的帐号；要改密码用 tiaowen users passwd {name}")

    def all(self) -> tuple[Account, ...]:
        """Every account, by name."""
        return self._accounts.all()

    def set_password(self, name: str, password: str) -> None:
        """Change the password, which ends the account's sessions."""
        account = self.account(name)
        check_password(password, account.name)
        self._accounts.set_password(account.name, self._hasher.hash(password))

    def set_role(self, name: str, role: Role) -> None:
        """Change the role, from the next request on."""
        self._accounts.set_role(self.account(name).name, role)

    def set_disabled(self, name: str, disabled: bool) -> None:
        """Disable the account, which ends its sessions, or let it in again."""
        self._accounts.set_disabled(self.account(name).name, disabled)

    def create_key(self, name: str, role: Role) -> tuple[ApiKey, str]:
        """A new key and its secret, which is kept nowhere."""
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        return self._keys.add(legal_name(name), role, _digest(secret)), secret

    def keys(self) -> tuple[ApiKey, ...]:
        """Every key, revoked ones too, the newest first."""
        return self._keys.all()

    def revoke_key(self, key_id: str) -> ApiKey:
        """From now on the key opens nothing. Raises InputError when there is none with this id."""
        return self._keys.revoke(key_id)

    def close(self) -> None:
        """Release the records."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def account(self, name: str) -> Account:
        """The account of this name. Raises InputError that lists the ones there are."""
        account = self._accounts.find(folded_name(name))
        if account is None:
            known = "、".join(account.name for account in self.all()) or "（还没有帐号）"
            raise InputError(f"没有帐号「{name[:LONGEST_NAME]}」；有的是 {known}")
        return account

    @property
    def _accounts(self) -> AccountRecords:
        return AccountRecords(self._database)

    @property
    def _keys(self) -> ApiKeys:
        return ApiKeys(self._database)

    @property
    def _ended(self) -> EndedSessions:
        return EndedSessions(self._database)

    @property
    def _database(self) -> Database:
        with self._lock:
            if self._opened is None:
                url = self._settings.database_url
                self._opened = Database.open(self._settings.data, url.get_secret_value() if url else None)
            return self._opened

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher

        return PasswordHasher()

    @cached_property
    def _decoy(self) -> str:
        """The hash that the password of an unknown name is held against."""
        return self._hasher.hash(secrets.token_urlsafe(16))


def folded_name(name: str) -> str:
    """A name as it is kept: width, case and outer blanks make no difference."""
    return unicodedata.normalize("NFKC", name).strip().lower()


def legal_name(name: str) -> str:
    """The name as it is kept. Raises InputError that says what names may be."""
    folded = folded_name(name)
    if not 0 < len(folded) <= LONGEST_NAME or not all(sign.isalnum() or sign in _SIGNS for sign in folded):
        raise InputError(
            f"名字「{name[:LONGEST_NAME]}」不合法；应为 1 到 {LONGEST_NAME} 个汉字、字母、数字或 {' '.join(_SIGNS)}"
        )
    return folded


def check_password(password: str, name: str) -> None:
    """Raises InputError for a password that is easily guessed; never repeats it."""
    if len(password) < SHORTEST_PASSWORD:
        raise InputError(
            f"密码只有 {len(password)} 个字符；应不少于 {SHORTEST_PASSWORD} 个，例如几个不相干的词连在一起"
        )
    if len(password) > LONGEST_PASSWORD:
        raise InputError(f"密码有 {len(password)} 个字符；最多 {LONGEST_PASSWORD} 个")
    if len(set(password)) < _DIFFERENT_CHARACTERS:
        raise InputError(
            f"密码里只有 {len(set(password))} 种字符，太好猜；应不少于 {_DIFFERENT_CHARACTERS} 种"
        )
    if folded_name(password).replace(name, "") == "":
        raise InputError("密码不能就是用户名；请换一个")


def _digest(secret: str) -> str:
    # Of what is random, and long, no slow hash is needed.
    return sha256(secret.encode()).hexdigest()
