"""HTTP to a model that cannot hang on or send without end: a deadline for the whole response, and a limit to its size."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx

from assistant.errors import ModelFault

LARGEST = 2 * 1024 * 1024  # bytes of one response


class _BoundedStream(httpx.SyncByteStream):
    """A response's bytes until the deadline or the limit."""

    def __init__(self, stream: httpx.SyncByteStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._stream:
            size += len(part)
            if size > LARGEST:
                raise ModelFault("too_large", f"模型的回答超过 {LARGEST // 1024 // 1024} MB，已停止接收")
            if time.monotonic() > self._deadline:
                raise ModelFault("timeout", "模型在时限内没有答完")
            yield part

    def close(self) -> None:
        """Release the connection."""
        self._stream.close()


class BoundedTransport(httpx.BaseTransport):
    """A transport whose responses end `seconds` after their request began; timeouts of httpx itself hold for each read only."""

    def __init__(self, seconds: float, inner: httpx.BaseTransport | None = None) -> None:
        self._seconds = seconds
        self._inner = inner or httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        deadline = time.monotonic() + self._seconds
        response = self._inner.handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)
        return httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=_BoundedStream(response.stream, deadline),
            extensions=response.extensions,
            request=request,
        )

    def close(self) -> None:
        """Release all connections."""
        self._inner.close()


def bounded_client(seconds: float) -> httpx.Client:
    """A client for one model; follows no redirect and takes no proxy from the environment for loopback addresses."""
    return httpx.Client(transport=BoundedTransport(seconds), timeout=httpx.Timeout(seconds, connect=10.0))
