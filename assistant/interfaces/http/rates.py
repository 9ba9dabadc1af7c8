"""How many requests a caller may make a minute, and how often somebody may try a password."""

from __future__ import annotations

import ipaddress
import math
import time
from typing import TYPE_CHECKING

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from assistant.interfaces.http.problems import TooManyRequestsError
from assistant.settings import Settings

if TYPE_CHECKING:
    from starlette.requests import Request

    from assistant.interfaces.http.caller import Caller

# What costs an answer counts as a question; whatever else is asked for may be asked for this many times as often.
ASKING = frozenset({"/", "/embed", "/api/chat", "/v1/chat/completions", "/mcp"})
OTHERS_FACTOR = 5
WRONG_PASSWORDS = RateLimitItemPerMinute(5, 5)
SIGN_INS_OF_ADDRESS = RateLimitItemPerMinute(30, 5)
_KEPT_KEYS = 10_000


class Windows:
    """Moving windows in this process's memory, which forget whoever has been quiet for a window's length."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)

    def take(self, item: RateLimitItem, *who: str) -> int | None:
        """Count one; None when that is within the limit, else the seconds until the next one is."""
        if len(self._storage.events) > _KEPT_KEYS:
            self._forget()
        if self._limiter.hit(item, *who):
            return None
        wait = self._limiter.get_window_stats(item, *who).reset_time - time.time()
        return max(1, math.ceil(wait))

    def clear(self, item: RateLimitItem, *who: str) -> None:
        """Forget what was counted."""
        self._limiter.clear(item, *who)

    def _forget(self) -> None:
        # The storage empties the lists of those who went quiet, and keeps their keys for ever.
        for key in [key for key, events in list(self._storage.events.items()) if not events]:
            self._storage.clear(key)


class Rates:
    """The limits on requests, by key, account or else address."""

    def __init__(self, settings: Settings) -> None:
        self._windows = Windows()
        self._visitor = settings.visitor_rate
        self._member = settings.member_rate

    def count(self, request: Request, caller: Caller) -> None:
        """Count the request. Raises TooManyRequestsError that says when to come back."""
        allowed = self._visitor if caller.name is None else self._member
        if not allowed or (caller.name is None and is_own_machine(request)):
            return
        question = request.method == "POST" and request.url.path in ASKING
        kind = "question" if question else "request"
        item = RateLimitItemPerMinute(allowed if question else allowed * OTHERS_FACTOR)
        who = address_of(request) if caller.name is None else caller.owner or caller.name
        wait = self._windows.take(item, kind, who)
        if wait is not None:
            what = "提问" if question else "请求"
            raise TooManyRequestsError(
                f"一分钟内最多 {item.amount} 次{what}，已经用完；请 {wait} 秒后再试", wait
            )

    def refused_key(self, request: Request) -> None:
        """Count a request whose key is none, by its address. Raises TooManyRequestsError."""
        wait = self._windows.take(RateLimitItemPerMinute(60), "key", address_of(request))
        if wait is not None:
            raise TooManyRequestsError(f"用错误的 API 密钥试得太多；请 {wait} 秒后再试", wait)


class SignIns:
    """How often passwords may be tried, by name and by address; a right one clears its name."""

    def __init__(self) -> None:
        self._windows = Windows()

    def count(self, request: Request, name: str) -> None:
        """Count one try before it is made. Raises TooManyRequestsError."""
        by_address = self._windows.take(SIGN_INS_OF_ADDRESS, address_of(request))
        by_name = self._windows.take(WRONG_PASSWORDS, name)
        if wait := max(by_address or 0, by_name or 0):
            raise TooManyRequestsError(
                f"试得太多，为防止有人猜密码，请 {_minutes(wait)}后再登录；忘了密码请找管理员重设", wait
            )

    def succeeded(self, name: str) -> None:
        """The password was right: earlier tries of the name no longer count."""
        self._windows.clear(WRONG_PASSWORDS, name)


def is_own_machine(request: Request) -> bool:
    """Whether a request comes from this machine itself: its operator's scripts. A proxy here tells whom it speaks for."""
    try:
        return ipaddress.ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False


def address_of(request: Request) -> str:
    """The caller's address, of IPv6 the network that one customer has."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return host


def _minutes(seconds: int) -> str:
    return f"{seconds} 秒" if seconds < 90 else f"{math.ceil(seconds / 60)} 分钟"
