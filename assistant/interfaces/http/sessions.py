"""Signed cookies: who has signed in (`tw_session`), and which visitor comes again (`tw_visitor`)."""

from __future__ import annotations

import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from hmac import compare_digest
from typing import Any

from itsdangerous import BadData, Signer, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from assistant.accounts import LONGEST_SESSION
from assistant.interfaces.http.secret import signing_secret
from assistant.settings import Settings

SESSION, VISITOR = "tw_session", "tw_visitor"
IDLE_SECONDS = 12 * 3600
LONGEST_SECONDS = int(LONGEST_SESSION.total_seconds())
VISITOR_SECONDS = 180 * 24 * 3600
_MARK_BYTES = 16
# A session's cookie is written anew at most this often.
_RENEWED_SECONDS = 300


@dataclass(frozen=True)
class Session:
    """One sign-in: `stamp` tells whether the account's password is still the same; times are Unix seconds."""

    id: str
    name: str
    stamp: str
    begun: int
    seen: int


class Sessions:
    """Issues and reads the cookies; one for the whole application."""

    def __init__(self, settings: Settings, now: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._now = now

    def begin(self, name: str, stamp: str) -> Session:
        """A new session, with an id that no earlier one had."""
        now = int(self._now())
        return Session(secrets.token_urlsafe(16), name, stamp, now, now)

    def read(self, request: Request) -> Session | None:
        """The request's session, None without one, or when its time is over; that it was ended is told by Accounts.still."""
        parts = self._loaded(SESSION, request)
        try:
            session = Session(**parts) if isinstance(parts, dict) else None
        except TypeError:
            return None
        now = self._now()
        if session is None:
            return None
        alive = now - session.seen <= IDLE_SECONDS and now - session.begun <= LONGEST_SECONDS
        return session if alive else None

    def renewed(self, session: Session) -> Session | None:
        """The session as seen now, None while its cookie is fresh enough."""
        now = int(self._now())
        return replace(session, seen=now) if now - session.seen >= _RENEWED_SECONDS else None

    def set_session(self, request: Request, response: Response, session: Session) -> None:
        """Send the session's cookie."""
        self._set(request, response, SESSION, self.signed(session), IDLE_SECONDS)

    def signed(self, session: Session) -> str:
        """The value of a session's cookie."""
        return str(self._serializer(SESSION).dumps(vars(session)))

    def new_visitor(self) -> str:
        """A visitor's random id."""
        return secrets.token_urlsafe(16)

    def visitor(self, request: Request) -> str | None:
        """The id that this visitor was given, None without one."""
        visitor = self._loaded(VISITOR, request)
        return visitor if isinstance(visitor, str) else None

    def set_visitor(self, request: Request, response: Response, visitor: str) -> None:
        """Send the visitor's cookie."""
        self._set(request, response, VISITOR, self._serializer(VISITOR).dumps(visitor), VISITOR_SECONDS)

    def clear(self, response: Response, name: str) -> None:
        """Take a cookie back."""
        response.delete_cookie(name, path="/", httponly=True, samesite="lax")

    def token(self, id: str) -> str:
        """A token against forged requests that belongs to a session's or visitor's id.

        Each is written otherwise, under a mask of its own: a page that holds it can be compressed without telling it.
        """
        mask = secrets.token_bytes(_MARK_BYTES)
        return urlsafe_b64encode(mask + _masked(self._mark(id), mask)).decode().rstrip("=")

    def is_token(self, token: str, id: str) -> bool:
        """Whether the token belongs to the id."""
        try:
            written = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except ValueError:
            return False
        mask, masked = written[:_MARK_BYTES], written[_MARK_BYTES:]
        return len(written) == 2 * _MARK_BYTES and compare_digest(_masked(masked, mask), self._mark(id))

    def _mark(self, id: str) -> bytes:
        """What only this server can say of an id."""
        signer = Signer(self._secret, salt="tiaowen.forgery", key_derivation="hmac", digest_method=sha256)
        return sha256(signer.get_signature(id)).digest()[:_MARK_BYTES]

    def _set(self, request: Request, response: Response, name: str, value: str, seconds: int) -> None:
        secure = self._settings.secure_cookies or request.url.scheme == "https"
        response.set_cookie(
            name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure
        )

    def _loaded(self, name: str, request: Request) -> Any:
        written = request.cookies.get(name)
        if not written:
            return None
        try:
            return self._serializer(name).loads(written)
        except BadData:
            return None

    def _serializer(self, name: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._secret,
            salt=f"tiaowen.{name}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
        )

    @cached_property
    def _secret(self) -> str:
        return signing_secret(self._settings)


def _masked(mark: bytes, mask: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(mark, mask, strict=True))
