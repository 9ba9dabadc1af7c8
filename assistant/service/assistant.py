"""Assistant: the one entry that every interface calls, put together from what it does."""

from __future__ import annotations

from assistant.service.asking import Asking
from assistant.service.assessing import Assessing
from assistant.service.finding import Finding
from assistant.service.remembering import Remembering


class Assistant(Asking, Finding, Assessing, Remembering):
    """Answers questions, finds clauses and assesses applicants; thread-safe, opened once a process."""
