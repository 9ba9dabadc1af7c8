"""Assistant: the one entry that every interface calls."""

from assistant.service.assistant import Assistant

__all__ = ["Assistant"]
