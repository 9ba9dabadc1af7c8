"""Logs of a server on stderr, as lines of text or of JSON, each with the id of the request that it belongs to.

No user's text, key, cookie or address is logged unless a setting asks for it.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, Any, TextIO

from pythonjsonlogger.json import JsonFormatter

from assistant.telemetry import REQUEST_ID, TURNS

if TYPE_CHECKING:
    from assistant.settings import Settings

REQUESTS = logging.getLogger("tiaowen.requests")
_TOLD = ("turn", "request")  # attributes of a record that hold the fields of its line


class JsonLines(JsonFormatter):
    """One JSON object a line: time, level, logger, message, request_id, and a turn's or a request's own fields."""

    def __init__(self) -> None:
        super().__init__(
            "{levelname}{name}{message}",
            style="{",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp="time",
            json_ensure_ascii=False,
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Put the fields of a turn or a request beside the others, in place of the text that says the same."""
        for kind in _TOLD:
            fields = log_data.pop(kind, None)
            if isinstance(fields, dict):
                log_data = {**log_data, "message": kind, **fields}
        return log_data


class _WithRequestId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id; nothing is filtered out."""
        record.request_id = REQUEST_ID.get() or "-"
        return True


def start_logging(settings: Settings, stream: TextIO | None = None) -> None:
    """Log warnings of everything, and a line for each turn and each request, in the form that the settings want."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(_WithRequestId())
    text = logging.Formatter("%(levelname)s %(name)s [%(request_id)s] %(message)s")
    handler.setFormatter(JsonLines() if settings.log_format == "json" else text)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for logger in (TURNS, REQUESTS):
        logger.setLevel(logging.INFO)
