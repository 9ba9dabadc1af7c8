"""Links to clauses: short to read in the page's source, and safe for every sign an address may hold."""

from __future__ import annotations

from urllib.parse import quote as percent

_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def clause_href(address: str, quote: str | None = None) -> str:
    """Path of a clause's page with the words to mark there; Chinese stays readable, what has a meaning in a URL is encoded."""
    path = "/clauses/" + _encoded(address)
    return f"{path}?quote={_encoded(quote).replace('/', '%2F')}" if quote else path


def policy_href(policy_id: str) -> str:
    """Path of a policy's page."""
    return "/policies/" + _encoded(policy_id)


def ascii_path(path: str) -> str:
    """The same path as a header may hold it."""
    return percent(path, safe="/?&=%#")


def _encoded(text: str) -> str:
    return "".join(
        character
        if character in _PLAIN or (ord(character) > 0xA0 and character.isprintable())
        else percent(character)
        for character in text
    )
