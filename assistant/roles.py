"""Who may do what: four roles, each of which may do all that those before it may."""

from __future__ import annotations

from enum import IntEnum

from assistant.errors import InputError


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

    @property
    def word(self) -> str:
        """The role as commands and tables write it: visitor, staff, supervisor, admin."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Role:
        """The role of this word or Chinese name. Raises InputError that lists the legal ones."""
        for role in cls:
            if word.strip().lower() in (role.word, role.label):
                return role
        legal = "、".join(f"{role.word}（{role.label}）" for role in cls)
        raise InputError(f"没有角色「{word[:40]}」；合法的是 {legal}")
