"""A real `tiaowen serve` on a free loopback port, bounded in time and ended by its own process id."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.retrieval.progress import Progress
from eval.memory import Memory
from eval.questions import Question

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 15.0
REQUEST_TIMEOUT_S = 30.0


class ServerError(RuntimeError):
    """The server did not come up, or did not answer; the message holds what it said."""


@dataclass(frozen=True)
class Server:
    """A running server: its address and its process id."""

    url: str
    pid: int

    def memory_mb(self) -> float | None:
        """Resident memory of the process in MB (10^6 bytes); None where /proc does not tell."""
        held = Memory.of(self.pid)
        return None if held is None else held.resident_mb

    def chat(self, message: str, conversation_id: str | None) -> str:
        """Answer one message over HTTP; the conversation's id. Raises ServerError for any other status than 200."""
        body = json.dumps({"message": message, "conversation_id": conversation_id}).encode("utf-8")
        request = urllib.request.Request(
            f"{self.url}/api/chat",
            data=body,
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT_S) as response:
                return str(json.load(response)["conversation_id"])
        except urllib.error.HTTPError as error:
            raise ServerError(
                f"/api/chat answered {error.code}: {error.read().decode('utf-8', 'replace')}"
            ) from error


@contextmanager
def running_server(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Iterator[Server]:
    """Start `command` with a free port in its environment, wait until it is ready, and end it on the way out."""
    port = free_port()
    settings = {**environment, "TIAOWEN_HOST": "127.0.0.1", "TIAOWEN_PORT": str(port)}
    with log.open("wb") as output:
        process = subprocess.Popen(list(command), env=settings, stdout=output, stderr=subprocess.STDOUT)
        try:
            server = Server(f"http://127.0.0.1:{port}", process.pid)
            _wait_until_ready(server, process, log)
            yield server
        finally:
            _end(process)


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise ServerError(f"the server ended with {process.returncode}: {_tail(log)}")
        try:
            with urllib.request.urlopen(f"{server.url}/readyz", timeout=2) as response:
                if response.status == 200:
                    return
        except OSError:  # not listening yet, or 503 while it loads
            pass
        time.sleep(0.1)
    raise ServerError(f"the server was not ready within {START_TIMEOUT_S:g} s: {_tail(log)}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-2000:]


def ask_server(
    server: Server, questions: Sequence[Question], requests: int, progress: Progress
) -> list[float]:
    """Send so many messages, conversation after conversation, round and round; milliseconds of each."""
    times: list[float] = []
    while len(times) < requests:
        for question in questions:
            conversation: str | None = None
            for message in question.turns[: requests - len(times)]:
                began = time.perf_counter()
                conversation = server.chat(message, conversation)
                times.append((time.perf_counter() - began) * 1000)
                progress.advance()
    return times
