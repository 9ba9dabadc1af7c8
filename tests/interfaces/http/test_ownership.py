"""Whose a conversation is: nobody else reads, continues or deletes it; staff read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from assistant.roles import Role
from assistant.settings import Settings
from tests.interfaces.fake_assistant import FakeAssistant
from tests.interfaces.signing_in import key_headers

MESSAGE = {"message": "抵消呢"}
Make = Callable[[str], httpx.Client]


@pytest.fixture
def make(
    base_url: str, settings: Settings, signed_in: Callable[[httpx.Client, Role], httpx.Client]
) -> Iterator[Make]:
    """A client: nobody, visitor, key, or the word of a role with a session."""
    made: list[httpx.Client] = []

    def client(kind: str) -> httpx.Client:
        opened = httpx.Client(base_url=base_url, trust_env=False, timeout=20)
        made.append(opened)
        if kind == "visitor":
            page = opened.get("/login", headers={"Accept": "text/html"}).text
            opened.headers["X-CSRF-Token"] = page.split('name="csrf-token" content="')[1].split('"')[0]
        elif kind == "key":
            opened.headers.update(key_headers(settings, Role.VISITOR))
        elif kind != "nobody":
            signed_in(opened, Role.named(kind))
        return opened

    yield client
    for opened in made:
        opened.close()


def begun(client: httpx.Client) -> dict[str, str]:
    response = client.post("/api/chat", json=MESSAGE)
    assert response.status_code == 200
    answer: dict[str, str] = response.json()
    return answer


@pytest.mark.parametrize("owner", ["visitor", "key", "staff"])
@pytest.mark.parametrize("other", ["nobody", "visitor", "key"])
def test_for_others_an_owned_conversation_is_unknown(make: Make, owner: str, other: str) -> None:
    answer = begun(make(owner))
    stranger, id = make(other), answer["conversation_id"]
    for response, unknown in (
        (stranger.post("/api/chat", json={**MESSAGE, "conversation_id": id}), id),
        (stranger.get(f"/api/conversations/{id}"), id),
        (stranger.delete(f"/api/conversations/{id}"), id),
        (stranger.get(f"/api/answers/{answer['id']}"), answer["id"]),
    ):
        assert response.status_code == 404
        assert unknown in response.json()["detail"]
        never = stranger.get(f"/api/{'conversations' if unknown == id else 'answers'}/x_never").json()[
            "detail"
        ]
        assert response.json()["detail"].replace(unknown, "x_never") == never, (
            "the words of an id that never was"
        )
    assert stranger.get("/api/conversations").json()["conversations"] == []


@pytest.mark.parametrize("owner", ["visitor", "key", "staff"])
def test_the_owner_goes_on_reads_and_deletes(make: Make, owner: str, fake: FakeAssistant) -> None:
    mine = make(owner)
    answer = begun(mine)
    id = answer["conversation_id"]
    assert mine.post("/api/chat", json={**MESSAGE, "conversation_id": id}).json()["conversation_id"] == id
    assert mine.get(f"/api/answers/{answer['id']}").json()["question"] == "抵消呢"
    listed = mine.get("/api/conversations").json()
    assert [(one["id"], one["turns"], one["title"]) for one in listed["conversations"]] == [(id, 2, "抵消呢")]
    turns = mine.get(f"/api/conversations/{id}").json()["turns"]
    assert [turn["question"] for turn in turns] == ["抵消呢", "抵消呢"]
    assert turns[0]["answer"]["id"] == answer["id"]
    assert mine.delete(f"/api/conversations/{id}").json() == {"deleted": 2}
    assert mine.get(f"/api/conversations/{id}").status_code == 404
    assert mine.get("/api/conversations").json()["conversations"] == []
    assert fake.stored == {}


def test_what_nobody_began_belongs_to_whoever_knows_its_id(make: Make) -> None:
    answer = begun(make("nobody"))
    for kind in ("nobody", "visitor", "key"):
        sent = {**MESSAGE, "conversation_id": answer["conversation_id"]}
        assert make(kind).post("/api/chat", json=sent).status_code == 200
        assert make(kind).get("/api/conversations").json()["conversations"] == []
    assert make("nobody").get("/api/conversations").json() == {"conversations": [], "cursor": None}
    assert make("key").delete(f"/api/conversations/{answer['conversation_id']}").json() == {"deleted": 4}


@pytest.mark.parametrize("reader", ["staff", "supervisor", "admin"])
def test_staff_read_what_others_asked_and_do_not_delete_it(make: Make, reader: str) -> None:
    answer = begun(make("visitor"))
    member = make(reader)
    assert member.get(f"/api/answers/{answer['id']}").status_code == 200
    assert member.get(f"/api/conversations/{answer['conversation_id']}").status_code == 200
    assert member.delete(f"/api/conversations/{answer['conversation_id']}").status_code == 404


def test_one_key_is_not_another_of_the_same_role(make: Make) -> None:
    answer = begun(make("key"))
    assert make("key").get(f"/api/conversations/{answer['conversation_id']}").status_code == 404
