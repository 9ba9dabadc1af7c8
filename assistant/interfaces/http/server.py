"""`tiaowen serve`: uvicorn on a socket of our own, so that a taken port is a sentence and port 0 works."""

from __future__ import annotations

import errno
import signal
import socket
from types import FrameType
from typing import TYPE_CHECKING

from assistant.errors import InputError, TiaowenError

if TYPE_CHECKING:
    from assistant.retrieval.progress import Progress
    from assistant.service import Assistant
    from assistant.settings import Settings

_BACKLOG = 256
_GRACE_SECONDS = 5
# Longer than people read between two questions: a connection closed just as the next one is sent loses it.
_KEPT_SECONDS = 75
_LAST_PORT = 65535


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM. Raises the error when the assistant cannot be opened."""
    import uvicorn

    from assistant.interfaces.http.app import create_app
    from assistant.interfaces.http.metrics_routes import Metrics
    from assistant.interfaces.logs import start_logging
    from assistant.interfaces.progress import SharedProgress, progress_for
    from assistant.service import Assistant as RealAssistant

    settings = settings.model_copy(update={"host": host, "port": port})
    failures: list[TiaowenError] = []
    metrics = Metrics()

    def open_assistant(progress: Progress) -> Assistant:
        try:
            return RealAssistant.open(
                settings, SharedProgress(progress, progress_for()), on_turn=metrics.observe
            )
        except TiaowenError as error:
            failures.append(error)
            server.should_exit = True
            raise

    start_logging(settings)
    config = uvicorn.Config(
        create_app(open_assistant, settings, metrics),
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        timeout_keep_alive=_KEPT_SECONDS,
    )
    server = uvicorn.Server(config)
    listener = _listen(host, port)
    # uvicorn raises the signal again once it has shut down; with these handlers that is a clean end.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, _already_handled)
    print(f"条问已启动：{_url(host, listener)} （按 Ctrl-C 停止）", flush=True)
    try:
        server.run(sockets=[listener])
    finally:
        listener.close()
    if failures:
        raise failures[0]


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket; InputError names a host or port that cannot be had."""
    if not 0 <= port <= _LAST_PORT:
        raise InputError(f"端口 {port} 不合法；应为 0 到 {_LAST_PORT} 的整数（0 由系统选）")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except (OSError, UnicodeError) as error:
        why = "端口已被占用" if getattr(error, "errno", None) == errno.EADDRINUSE else "地址或端口不可用"
        raise InputError(
            f"不能在 {host} 的 {port} 端口上启动：{why}；请换一个 --port，或检查 --host 是否是本机地址"
        ) from error
    return listener


def _url(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _already_handled(number: int, frame: FrameType | None) -> None:
    """Nothing left to do: uvicorn has shut down."""
