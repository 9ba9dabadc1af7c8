"""A client that sends the whole dialogue each time goes on with one stored conversation, its own and nobody else's."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any

import httpx
import openai
import pytest

from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.signing_in import key_headers

SAID = ("我们想申报零碳工厂，2021年排放10万吨", "去年排放6.5万吨", "抵消了6.5万吨", "碳抵消占比多少")


@dataclass
class Client:
    """A chat client as they all are: keeps the messages, and sends them with each new one."""

    api: openai.OpenAI
    messages: list[Any] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, message: str) -> dict[str, Any]:
        """The answer object; the answer's text joins the messages."""
        self.messages.append({"role": "user", "content": message})
        done = self.api.chat.completions.create(
            model="tiaowen", messages=self.messages, extra_body=self.extra, extra_headers=self.headers
        )
        self.messages.append({"role": "assistant", "content": done.choices[0].message.content})
        answer: dict[str, Any] = (done.model_extra or {})["tiaowen"]
        return answer


Opening = Callable[..., Client]


@pytest.fixture
def opened(real_url: str) -> Iterator[Opening]:
    """`opened(key)`: a chat client with this key."""
    with ExitStack() as stack:

        def client(key: str = "anonymous", **more: Any) -> Client:
            http = openai.DefaultHttpxClient(trust_env=False)
            api = openai.OpenAI(base_url=f"{real_url}/v1", api_key=key, max_retries=0, http_client=http)
            return Client(stack.enter_context(api), **more)

        yield client


@pytest.fixture
def key(real_settings: Settings) -> str:
    """A new key of other software."""
    return key_headers(real_settings, Role.VISITOR)["Authorization"].removeprefix("Bearer ")


def conversations(client: Client, *messages: str) -> list[str]:
    """The conversation of each answer."""
    return [client.ask(message)["conversation_id"] for message in messages]


def test_a_dialogue_is_one_conversation_whose_facts_carry_over(
    opened: Opening, key: str, real_client: httpx.Client
) -> None:
    client = opened(key)
    answers = [client.ask(message) for message in SAID]
    assert len({answer["conversation_id"] for answer in answers}) == 1
    assert "65%" in answers[-1]["answer"]
    turns = real_client.get(
        f"/api/conversations/{answers[0]['conversation_id']}", headers={"Authorization": f"Bearer {key}"}
    ).json()["turns"]
    assert [turn["question"] for turn in turns] == list(SAID)


def test_the_state_is_the_stored_one_and_not_read_again(
    opened: Opening, key: str, real_settings: Settings
) -> None:
    client = opened(key)
    first = client.ask(SAID[0])["conversation_id"]
    with closing(sqlite3.connect(real_settings.data / "records.sqlite3")) as records, records:
        changed = "UPDATE conversations SET state = replace(state, '10万吨', '13万吨') WHERE id = ?"
        assert records.execute(changed, (first,)).rowcount == 1
    assert "50%" in [client.ask(message) for message in SAID[1:]][-1]["answer"]


def test_a_dialogue_that_is_streamed_is_one_conversation(opened: Opening, key: str) -> None:
    client = opened(key)
    met = set()
    for message in SAID[:3]:
        client.messages.append({"role": "user", "content": message})
        chunks = list(
            client.api.chat.completions.create(model="tiaowen", messages=client.messages, stream=True)
        )
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        client.messages.append({"role": "assistant", "content": text})
        met.add((chunks[-1].model_extra or {})["tiaowen"]["conversation_id"])
    assert len(met) == 1


def test_white_space_that_a_client_changes_is_no_other_dialogue(opened: Opening, key: str) -> None:
    client = opened(key)
    first = client.ask(f" {SAID[0]}\n")["conversation_id"]
    for message in client.messages:
        message["content"] = "\n".join(
            line.strip() for line in message["content"].split("\n") if line.strip()
        )
    assert client.ask(SAID[1])["conversation_id"] == first


def test_an_edited_question_answer_or_cut_begins_a_conversation(opened: Opening, key: str) -> None:
    client = opened(key)
    first = conversations(client, *SAID[:2])[0]
    kept = list(client.messages)
    edits: list[list[Any]] = [
        [{**kept[0], "content": kept[0]["content"].replace("10", "20")}, *kept[1:]],
        [kept[0], {**kept[1], "content": "一律符合"}, *kept[2:]],
        kept[2:],
        [kept[0], kept[2], kept[3]],
        [*kept[:3], {**kept[3], "content": kept[1]["content"]}],
    ]
    met = set()
    for messages in edits:
        client.messages = messages
        met.add(client.ask(SAID[2])["conversation_id"])
    assert first not in met
    assert len(met) == len(edits)
    client.messages = kept
    assert client.ask(SAID[2])["conversation_id"] == first, "the one left alone still goes on"


def test_a_message_sent_once_more_forks_and_the_fork_goes_on(opened: Opening, key: str) -> None:
    client = opened(key)
    first = conversations(client, *SAID[:3])[0]
    client.messages = client.messages[:4]
    again = conversations(client, "抵消了4万吨", "碳抵消占比多少")
    assert first not in again
    assert len(set(again)) == 1
    assert "40%" in client.messages[-1]["content"]


def test_a_refused_message_in_between_is_left_out(opened: Opening, key: str) -> None:
    client = opened(key)
    first = client.ask(SAID[0])["conversation_id"]
    with pytest.raises(openai.BadRequestError):
        client.ask("？？？")
    client.messages.append({"role": "assistant", "content": "出错了"})
    assert client.ask(SAID[1])["conversation_id"] == first


def test_a_conversation_asked_by_its_id_meanwhile_has_moved(opened: Opening, key: str) -> None:
    client = opened(key)
    first = client.ask(SAID[0])["conversation_id"]
    by_id = opened(key, extra={"conversation_id": first})
    assert by_id.ask(SAID[1])["conversation_id"] == first
    assert client.ask(SAID[2])["conversation_id"] != first


def test_nobody_gets_into_the_conversation_of_another_key(
    opened: Opening, key: str, real_settings: Settings
) -> None:
    other = key_headers(real_settings, Role.ADMIN)["Authorization"].removeprefix("Bearer ")
    chat = {"X-OpenWebUI-Chat-Id": str(uuid.uuid4())}
    mine = opened(key, headers=chat)
    first = mine.ask(SAID[0])["conversation_id"]
    for stranger in (other, "anonymous"):
        theirs = opened(stranger, messages=list(mine.messages), headers=chat)
        assert theirs.ask(SAID[1])["conversation_id"] != first
    assert mine.ask(SAID[1])["conversation_id"] == first


@pytest.mark.parametrize(
    "apart",
    [
        ({"extra": {"user": "甲"}}, {"extra": {"user": "乙"}}),
        ({"headers": {"X-Conversation-Id": "1"}}, {"headers": {"X-Conversation-Id": "2"}}),
    ],
)
def test_users_and_chats_that_a_client_names_are_kept_apart(
    opened: Opening, key: str, apart: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    clients = [opened(key, **more) for more in apart]
    firsts = [client.ask(SAID[0])["conversation_id"] for client in clients]
    assert [client.ask(SAID[1])["conversation_id"] for client in clients] == firsts
    assert len(set(firsts)) == 2


def test_two_users_of_one_key_with_the_same_words_each_have_a_conversation(opened: Opening, key: str) -> None:
    one, two = opened(key), opened(key)
    assert one.ask(SAID[0])["conversation_id"] != two.ask(SAID[0])["conversation_id"]
    assert one.ask(SAID[1])["conversation_id"] != two.ask(SAID[1])["conversation_id"]


def test_who_cannot_be_told_from_others_is_never_known_again(opened: Opening) -> None:
    for headers in ({}, {"X-Conversation-Id": "1"}, {"X-Conversation-Id": "我的对话".encode().hex()}):
        client = opened(headers=headers)
        assert len(set(conversations(client, *SAID[:2]))) == 2


def test_an_unguessable_chat_makes_nobodys_dialogue_one_conversation(opened: Opening) -> None:
    client = opened(headers={"X-OpenWebUI-Chat-Id": str(uuid.uuid4())})
    first = conversations(client, *SAID[:2])
    assert len(set(first)) == 1
    client.headers = {"X-OpenWebUI-Chat-Id": str(uuid.uuid4())}
    assert client.ask(SAID[2])["conversation_id"] not in first


def test_a_deleted_conversation_is_not_gone_on_with(
    opened: Opening, key: str, real_client: httpx.Client
) -> None:
    client = opened(key)
    first = client.ask(SAID[0])["conversation_id"]
    gone = real_client.delete(f"/api/conversations/{first}", headers={"Authorization": f"Bearer {key}"})
    assert gone.is_success
    assert client.ask(SAID[1])["conversation_id"] != first


def test_the_same_message_sent_at_once_goes_on_once_and_never_fails(opened: Opening, key: str) -> None:
    client = opened(key)
    first = client.ask(SAID[0])["conversation_id"]

    def again(_: int) -> str:
        sent = Client(client.api, list(client.messages))
        return str(sent.ask(SAID[1])["conversation_id"])

    with ThreadPoolExecutor(4) as pool:
        met = list(pool.map(again, range(4)))
    assert met.count(first) == 1
    assert len(set(met)) == 4
