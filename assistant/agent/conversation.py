"""What a conversation remembers between turns: a small, plain state that is stored as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

SAID_CHARACTERS = 8_000  # of the user's words that are kept: the state stays small however long they are


@dataclass(frozen=True)
class Topic:
    """What a conversation was about: the question, its intent, the addresses cited and the policies."""

    query: str
    intent: str | None
    focus: tuple[str, ...]
    policies: tuple[str, ...]


@dataclass(frozen=True)
class Conversation:
    """Facts and focus of one conversation.

    `facts` maps a policy id to {fact id: the value as the user wrote it, with its unit}, `origins` to {fact id: {"words":
    the words it was read from, "turn": the number of that turn}}. `programme` is the
    programme under discussion ("policy_id/programme_id"), `pending` the fact id the assistant asked for last,
    `latest` the facts stated last,
    `intent` and `query` what the last turn was about, `focus` the addresses it cited, `policies` the policies it
    was about, `earlier` the topics before, latest last, `stage` the stage up to which the applicant wants to be judged,
    `applying` when the applicant means to apply, `choices` the addresses that the last turn asked to choose from, `skipped` the facts that
    the user could not tell, `supposed`
    {fact or metric id: value} what the figures in question are supposed to be instead of the known ones, `unsettled` {words: facts} what was
    asked about and is still open, `values` the keys of the texts' values that were told, latest last. `said` keeps the
    user's own words of the last turns, so that a figure can be traced to them.
    """

    id: str
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    origins: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    programme: str | None = None
    pending: str | None = None
    intent: str | None = None
    query: str | None = None
    metric: str | None = None
    latest: tuple[str, ...] = ()
    supposed: dict[str, str] = field(default_factory=dict)
    focus: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    earlier: tuple[Topic, ...] = ()
    stage: str | None = None
    applying: str | None = None
    choices: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    turns: int = 0
    applicant: str | None = None
    aside: dict[str, dict[str, Any]] = field(default_factory=dict)
    unsettled: dict[str, list[str]] = field(default_factory=dict)
    values: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON types."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Conversation:
        """Inverse of `to_json`."""
        known = {key: data[key] for key in cls.__dataclass_fields__ if key in data}
        for key in ("focus", "policies", "said", "latest", "choices", "skipped", "values"):
            if key in known:
                known[key] = tuple(known[key])
        known["earlier"] = tuple(
            Topic(one["query"], one["intent"], tuple(one["focus"]), tuple(one["policies"]))
            for one in known.get("earlier", ())
        )
        return cls(**known)

    def dumps(self) -> str:
        """Compact JSON, keys in a fixed order."""
        own = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return json.dumps(own, default=asdict, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def with_topic(self, keep: int = 6) -> Conversation:
        """With what it is about now put among the last `keep` topics, to come back to."""
        if not self.query:
            return self
        topic = Topic(self.query, self.intent, self.focus, self.policies)
        return replace(self, earlier=(*(one for one in self.earlier if one != topic), topic)[-keep:])

    def with_values(self, told: Sequence[str], keep: int = 6) -> Conversation:
        """With the values of the texts that a turn told."""
        rest = tuple(one for one in self.values if one not in told)
        return replace(self, values=(*rest, *told)[-keep:])

    def with_turn(self, message: str, keep: int = 20) -> Conversation:
        """Count a turn and remember the user's words of the last `keep` turns, of fewer when they are long."""
        said = (*self.said, message)[-keep:]
        while len(said) > 1 and sum(map(len, said)) > SAID_CHARACTERS:
            said = said[1:]
        return replace(self, turns=self.turns + 1, said=said)
