"""A small OpenAI-compatible server on loopback that does as it is told, also what no server should: for tests of the model path.

A script is a list of steps; each request takes the next one, and the last one is taken again and again. A step is what to do
with the request: `say` an answer, `call` tools, or one of the faults below. Every request is kept in `requests`.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What goes over the wire: status, bytes, and how slowly."""

    body: bytes
    status: int = 200
    type: str = "application/json"
    wait: float = 0.0  # seconds before anything is sent
    drip: float = 0.0  # seconds between single bytes
    cut: int | None = None  # bytes after which the connection is dropped


Step = Callable[[Body], Reply]


def completion(message: Body, finish: str | None = "stop") -> Reply:
    """A chat completion with one choice."""
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 0,
        "model": "scripted",
        "choices": [{"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }
    return Reply(json.dumps(body, ensure_ascii=False).encode())


def say(text: str | Callable[[Body], str], finish: str | None = "stop") -> Step:
    """Answer with a text; a function makes it from the request."""
    return lambda request: completion({"content": text(request) if callable(text) else text}, finish)


def call(*calls: tuple[str, Body | str]) -> Step:
    """Ask for tools: (name, arguments); arguments that are a text go out as they are."""
    asked = [
        {
            "id": f"call_{number}",
            "type": "function",
            "function": {
                "name": name,
                "arguments": given if isinstance(given, str) else json.dumps(given, ensure_ascii=False),
            },
        }
        for number, (name, given) in enumerate(calls)
    ]
    return lambda _: completion({"content": None, "tool_calls": asked}, "tool_calls")


def raw(body: str | bytes, status: int = 200, type: str = "application/json", **how: Any) -> Step:
    """Send exactly this."""
    sent = body if isinstance(body, bytes) else body.encode()
    return lambda _: Reply(sent, status, type, **how)


def slowly(step: Step, **how: Any) -> Step:
    """Another step, late (`wait`), byte by byte (`drip`), or cut off (`cut`)."""

    def reply(request: Body) -> Reply:
        told = step(request)
        return Reply(told.body, told.status, told.type, **how)

    return reply


@dataclass
class ScriptedModel:
    """The running server: its address and what was asked of it."""

    url: str
    script: Sequence[Step]
    requests: list[Body] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def play(self, *script: Step) -> None:
        """A new script from the start; what was asked before is forgotten."""
        self.script = script
        self.requests.clear()
        self.keys.clear()

    def next(self, request: Body) -> Reply:
        """The next step's reply."""
        step = self.script[min(len(self.requests), len(self.script) - 1)]
        self.requests.append(request)
        return step(request)


@contextmanager
def scripted_model(*script: Step) -> Iterator[ScriptedModel]:
    """A server on a free loopback port for the length of the block."""
    model = ScriptedModel("", script)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            request = json.loads(self.rfile.read(length))
            model.keys.append(self.headers.get("Authorization", ""))
            reply = model.next(request)
            time.sleep(reply.wait)
            try:
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.type)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self._send(reply)
            except OSError:
                pass  # the client has gone, as some tests want it to

        def _send(self, reply: Reply) -> None:
            sent = reply.body if reply.cut is None else reply.body[: reply.cut]
            if not reply.drip:
                self.wfile.write(sent)
            else:
                for at in range(len(sent)):
                    self.wfile.write(sent[at : at + 1])
                    self.wfile.flush()
                    time.sleep(reply.drip)
            if reply.cut is not None:
                self.close_connection = True
                self.connection.close()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def tool_texts(request: Body) -> str:
    """What the tools have answered in a request's messages."""
    return "\n".join(str(one["content"]) for one in request["messages"] if one["role"] == "tool")
