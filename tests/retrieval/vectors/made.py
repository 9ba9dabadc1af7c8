"""Vectors, segments and servers that the tests of this folder make."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.vectors.caches import CacheFactory
from assistant.retrieval.vectors.channel import VectorChannel
from assistant.retrieval.vectors.exact import VectorSegment

WIDTH = 32
ROWS = 2500
QUERIES = 12


def unit_rows(rows: int, seed: int = 3, width: int = WIDTH) -> NDArray[np.float32]:
    made = np.random.default_rng(seed).normal(size=(rows, width)).astype(np.float32)
    scaled: NDArray[np.float32] = made / np.linalg.norm(made, axis=1, keepdims=True)
    return scaled


VECTORS = unit_rows(ROWS)
ASKED = unit_rows(QUERIES, seed=4)


def make_segment(folder: Path, vectors: NDArray[np.float32] = VECTORS, key: str = "k1") -> VectorSegment:
    folder.mkdir(parents=True, exist_ok=True)
    VectorSegment.write(folder, vectors)
    return VectorSegment.open(folder, key)


def brute(
    vectors: NDArray[np.float32],
    query: NDArray[np.float32],
    limit: int,
    rows: NDArray[np.bool_] | None = None,
) -> list[tuple[int, float]]:
    """The definition: every cosine, rounded, sorted with ties by row."""
    unit = query.astype(np.float64) / np.linalg.norm(query.astype(np.float64))
    cosines = np.round(vectors.astype(np.float64) @ unit, 6)
    admitted = range(len(vectors)) if rows is None else np.flatnonzero(rows).tolist()
    return sorted(((row, float(cosines[row])) for row in admitted), key=lambda item: (-item[1], item[0]))[
        :limit
    ]


def assert_right(channel: VectorChannel, segment: VectorSegment, limit: int = 20) -> None:
    """Whatever the cache does, every answer is the exact one."""
    for query in ASKED:
        assert channel.search(query, limit) == segment.exact(query, limit)


def wait_until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def cache_of(channel: VectorChannel) -> tuple[str, str | None]:
    """Cache state and fault of a channel with one cached segment."""
    (told,) = channel.state()["segments"]  # type: ignore[misc]
    return told["cache"], told["fault"]


def wait_open(channel: VectorChannel, seconds: float = 60.0) -> None:
    wait_until(lambda: cache_of(channel)[0] == "open", seconds)


def channel_of(segment: VectorSegment, factory: CacheFactory) -> VectorChannel:
    channel = VectorChannel([(0, segment, None)], factory)
    channel.warm()
    return channel


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ChromaServer:
    """A real `chroma run` on loopback."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(Path(sys.executable).parent / "chroma"), "run", "--path", str(self.folder)]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        environment = {**os.environ, "ANONYMIZED_TELEMETRY": "False"}
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdout=quiet, stderr=quiet, env=environment)
        wait_until(self._listens, 30)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
            return True
        return False


class Proxy:
    """A TCP proxy that can hold bytes back, or answer 500 to everything."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.mode = "pass"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._closed = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._closed.set()
        self._listener.close()

    def _accept(self) -> None:
        while not self._closed.is_set():
            with suppress(OSError):
                near, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with near, suppress(OSError), socket.create_connection(("127.0.0.1", self._target)) as far:
            threading.Thread(target=self._pump, args=(far, near), daemon=True).start()
            while data := near.recv(65536):
                if self.mode == "500":
                    near.sendall(b"HTTP/1.1 500 Oops\r\ncontent-length: 4\r\nconnection: close\r\n\r\noops")
                    return
                while self.mode == "stall" and not self._closed.is_set():
                    time.sleep(0.02)
                far.sendall(data)

    def _pump(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(65536):
                near.sendall(data)
