"""Who may do what: four roles, each of which may do all that those before it may."""

from __future__ import annotations

from enum import IntEnum


class Role(IntEnum):
    """A caller's role; a larger one holds the rights of the smaller ones."""

    VISITOR = 0
    STAFF = 1
    SUPERVISOR = 2
    ADMIN = 3

    @property
    def label(self) -> str:
        """The role's name for people."""
        return ("访客", "坐席", "审核", "管理员")[self]
