"""Opening the assistant in the background: the server answers `/readyz` truthfully while the index is built."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.errors import TiaowenError
from assistant.interfaces.http.problems import NotReadyError

if TYPE_CHECKING:
    from assistant.retrieval.progress import Progress
    from assistant.service import Assistant

    AssistantFactory = Callable[[Progress], Assistant]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Step:
    """What is being done just now."""

    label: str
    total: int
    done: int


class Opening:
    """Holds the assistant once it is open; itself the Progress that the build reports to."""

    def __init__(self, factory: AssistantFactory) -> None:
        self._factory = factory
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._step = Step("正在启动", 0, 0)
        self._assistant: Assistant | None = None
        self._failure: str | None = None

    def begin(self) -> None:
        """Start opening; returns at once."""
        self._thread = threading.Thread(target=self._open, name="open-assistant", daemon=True)
        self._thread.start()

    def end(self, wait_seconds: float = 10.0) -> None:
        """Close the assistant, waiting a while for one that is still being opened."""
        if self._thread is not None:
            self._thread.join(wait_seconds)
        assistant, self._assistant = self._assistant, None
        if assistant is not None:
            assistant.close()

    def assistant(self) -> Assistant:
        """The open assistant; NotReadyError while there is none."""
        if self._assistant is None:
            raise NotReadyError(self.explanation())
        return self._assistant

    def explanation(self) -> str:
        """One Chinese sentence: what is going on, or why there will be no assistant."""
        if self._failure is not None:
            return f"服务没能启动：{self._failure}"
        step = self._step
        count = f"（{step.done}/{step.total}）" if step.total > 0 else ""
        return f"服务正在准备：{step.label}{count}；请稍后再试"

    def readiness(self) -> dict[str, Any]:
        """What `/readyz` tells."""
        if self._assistant is not None:
            return self._assistant.health()
        step = self._step
        return {
            "ready": False,
            "failed": self._failure is not None,
            "detail": self.explanation(),
            "step": {"label": step.label, "done": step.done, "total": step.total},
        }

    def start(self, label: str, total: int) -> None:
        """Progress: a step begins."""
        self._step = Step(label, total, 0)

    def advance(self, n: int = 1) -> None:
        """Progress: `n` more units."""
        with self._lock:
            self._step = Step(self._step.label, self._step.total, self._step.done + n)

    def finish(self) -> None:
        """Progress: the step is over."""
        self._step = Step("即将就绪", 0, 0)

    def _open(self) -> None:
        try:
            assistant = self._factory(self)
            assistant.warm()
            self._assistant = assistant
        except TiaowenError as error:
            logger.error("the assistant could not be opened: %s", error)
            self._failure = str(error)
        except Exception:
            logger.exception("the assistant could not be opened")
            self._failure = "程序内部出错，详情在日志里"
