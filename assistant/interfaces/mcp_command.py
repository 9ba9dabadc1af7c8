"""`tiaowen mcp`: the tools for a desktop client, over standard input and output."""

from __future__ import annotations

from assistant.interfaces.command_support import opened


def mcp_command() -> None:
    """Serve one MCP client until it closes its end."""
    from assistant.interfaces.mcp_server.server import serve_stdio
    from assistant.settings import load_settings

    with opened() as assistant:
        serve_stdio(assistant, load_settings().message_limit)
