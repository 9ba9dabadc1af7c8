"""A question in its thread and alone: which of the searches it is to be answered from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.agent.conversation import Conversation
from assistant.agent.understanding.intents import FOLLOW_UP
from assistant.agent.understanding.reading import Reading
from assistant.agent.writing import lookup as compose_lookup
from assistant.agent.writing.draft import ToolResult
from assistant.agent.writing.refusing import answered
from assistant.retrieval.asking import own_words

LITTLE = 2  # characters that a message has besides a name


def names_its_own(reading: Reading) -> bool:
    """Whether a question says itself which policy, programme, metric, place or clause it is about."""
    return bool(
        reading.references
        or reading.cities
        or (reading.programme and reading.programme.alias)
        or (reading.policies and not reading.follows)
    )


def is_left_out(reading: Reading, results: Sequence[ToolResult]) -> bool:
    """Whether a follow-up asks for a value that the search for it has not found."""
    passages = [item for result in results for item in result.artifact.get("passages", ())]
    return len(reading.values) == 1 and reading.follows and not any(item["value"] for item in passages)


def offered(results: Sequence[ToolResult]) -> list[str]:
    """The clauses that a question is to choose from."""
    return [address for result in results for address in result.artifact.get("choices", ())]


def in_its_thread(
    reading: Reading, results: list[ToolResult], focus: Sequence[str]
) -> tuple[Reading, list[ToolResult]]:
    """A question that was searched both in its thread and alone, with the results that it is to be answered from.

    The thread holds as long as what it finds has the question's own words; else the question has left it.
    """
    if not (reading.alone and len(results) == 2):
        return reading, results
    carried, alone = results
    connected = reading.linked or FOLLOW_UP.search(reading.message) is not None
    if compose_lookup.left_thread(carried, alone, connected):
        fresh = compose_lookup.nearest_first(alone, focus)
        return replace(reading, before="", policies=(), within=None, alone=False, follows=False), [fresh]
    unknown = not (carried.error or answered(alone.artifact) or _speaks_of_it(alone, carried))
    if unknown and not reading.within and _names_nothing_else(reading.message, alone):
        return replace(reading, before="", alone=False), [alone]  # 那家具呢: nor does the thread speak of it
    return replace(reading, alone=False), [carried]


def _speaks_of_it(alone: ToolResult, carried: ToolResult) -> bool:
    """Whether what a thread finds is what the question finds alone, or has one of the names that this has not."""
    names, found = alone.artifact["lacks"]["names"], carried.artifact["passages"]
    best = [one["passages"][0]["address"] for one in (alone.artifact, carried.artifact) if one["passages"]]
    return not names or len(set(best)) == 1 or any(name in item["quote"] for name in names for item in found)


def _names_nothing_else(message: str, alone: ToolResult) -> bool:
    """Whether a message has hardly a word besides the names that no text has."""
    rest = own_words(message)
    for name in alone.artifact["lacks"]["names"]:
        rest = rest.replace(name, "")
    return len(rest) <= LITTLE


def found_again(
    reading: Reading, results: list[ToolResult], conversation: Conversation
) -> tuple[Reading, list[ToolResult]]:
    """A question that nothing answered alone: in its thread where the clause under discussion answers it there."""
    searches = [result.name for result in results] == ["search_clauses", "search_clauses"]
    if not searches or reading.sides or reading.local:
        return reading, results
    lost, carried = results
    if carried.error or not answered(carried.artifact) or not _speaks_of_it(lost, carried):
        return reading, [lost]
    if not reading.within and carried.artifact["passages"][0]["address"] not in conversation.focus:
        return reading, [lost]
    found = replace(reading, before=conversation.query or "", policies=conversation.policies, within=None)
    return found, [carried]
