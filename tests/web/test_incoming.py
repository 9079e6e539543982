"""The generic way in, the stream of events and callbacks, over the real service."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.chatwoot.signature import is_genuine
from app.web.hub import BEHIND, Hub, Wanted
from tests.web.chat_system import Calls, Listener, answering
from tests.web.service_process import ServiceProcess, start_service
from tests.web.small_book import write_book

SECRET = "callback-secret"
RUSH = "怎么还不发货"


@pytest.fixture(scope="module")
def calls() -> Iterator[Calls]:
    with answering() as started:
        yield started


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, calls: Calls) -> Iterator[ServiceProcess]:
    folder = tmp_path_factory.mktemp("incoming")
    with start_service(
        folder,
        HUASHU_PHRASEBOOK=str(write_book(folder / "book")),
        HUASHU_CALLBACK_ORIGINS=calls.origin,
        HUASHU_CALLBACK_SECRET=SECRET,
        HUASHU_RETRY_PAUSE="0.05",
    ) as started:
        yield started


def post(service: ServiceProcess, **body: Any) -> httpx.Response:
    return httpx.post(f"{service.url}/v1/incoming", json=body, trust_env=False)


def test_a_message_is_told_with_its_suggestions(service: ServiceProcess) -> None:
    listener = Listener(f"{service.url}/v1/events?conversation_id=c1")
    answer = post(
        service, conversation_id="c1", message="怎么还不发货", platform="jd", customer_name="客户甲"
    )
    assert answer.status_code == 202
    post(service, conversation_id="other", message="怎么还不发货")
    (kind, _, told), (second, _, suggested) = listener.wait(2)[:2]
    assert (kind, second) == ("message", "suggestions")
    assert told["conversation_id"] == suggested["conversation_id"] == "c1"
    assert (told["message"], told["platform"]) == ("怎么还不发货", "jd")
    assert told["customer_name"] == "客户甲"
    assert suggested["answer"]["id"] == answer.json()["id"]
    done = httpx.post(f"{service.url}/v1/incoming/c1/answered", trust_env=False)
    assert done.status_code == 204
    assert listener.wait(3)[2][0] == "answered"
    assert len(listener.events) == 3  # nothing of the other conversation


def test_feedback_finds_the_suggestion(service: ServiceProcess) -> None:
    request_id = post(service, conversation_id="f1", message="怎么还不发货").json()["id"]
    body = {"suggestion_id": request_id, "outcome": "sent"}
    answer = httpx.post(f"{service.url}/v1/feedback", json=body, trust_env=False)
    assert answer.status_code == 201


def test_a_message_that_comes_twice_is_told_once(service: ServiceProcess) -> None:
    listener = Listener(f"{service.url}/v1/events?conversation_id=c2")
    body = {"conversation_id": "c2", "message": "可以退货吗", "message_id": "m1"}
    ids = {post(service, **body).json()["id"] for _ in range(3)}
    assert len(ids) == 1
    post(service, **{**body, "message_id": "m2"})
    assert [kind for kind, _, _ in listener.wait(4)] == ["message", "suggestions"] * 2


def test_a_listener_that_comes_back_gets_what_it_missed(service: ServiceProcess) -> None:
    first = Listener(f"{service.url}/v1/events?conversation_id=c3")
    post(service, conversation_id="c3", messages=["在吗", "怎么还不发货"])
    seen = first.wait(3)
    again = Listener(f"{service.url}/v1/events?conversation_id=c3", **{"last-event-id": seen[0][1]})
    assert again.wait(2) == seen[1:3]
    late = Listener(f"{service.url}/v1/events?conversation_id=c3&recent=true")
    assert late.wait(3) == seen[:3]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"conversation_id": "c", "message": "  "}, "message_empty"),
        ({"conversation_id": "c", "message": "长" * 2001}, "text_too_long"),
        ({"conversation_id": "", "message": "x"}, "field_invalid"),
        ({"conversation_id": "c"}, "field_invalid"),
        ({"conversation_id": "c", "message": "x", "shop": "nowhere"}, "shop_unknown"),
        (
            {"conversation_id": "c", "message": "x", "callback_url": "http://169.254.0.1/"},
            "callback_not_allowed",
        ),
        (
            {"conversation_id": "c", "message": "x", "callback_url": "file:///etc/passwd"},
            "callback_not_allowed",
        ),
        (
            {"conversation_id": "c", "message": "x", "callback_url": "http://[bad"},
            "callback_not_allowed",
        ),
    ],
)
def test_what_can_not_be_taken(service: ServiceProcess, body: dict[str, str], code: str) -> None:
    answer = post(service, **body)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    if code != "field_invalid":
        assert answer.json()["code"] == code


def test_a_callback_is_signed_and_tried_again(service: ServiceProcess, calls: Calls) -> None:
    calls.statuses = [500, 503, 200]
    url = f"{calls.origin}/hook?x=1"
    request_id = post(
        service, conversation_id="c9", message="怎么还不发货", callback_url=url
    ).json()["id"]
    path, headers, body = calls.wait(3)[-1]
    assert path == "/hook?x=1"
    stamp = headers["x-huashu-timestamp"]
    assert is_genuine(SECRET, stamp, body, headers["x-huashu-signature"], time.time())
    told = json.loads(body)
    assert (told["conversation_id"], told["answer"]["id"]) == ("c9", request_id)
    assert len({h["x-huashu-delivery"] for _, h, _ in calls.made}) == 1


def test_what_could_not_be_taken_is_taken_when_it_is_sent_again(tmp_path: Path) -> None:
    """The first time the store does not take the callback; nobody is told anything then."""
    with (
        answering() as calls,
        start_service(
            tmp_path,
            HUASHU_PHRASEBOOK=str(write_book(tmp_path / "book")),
            HUASHU_CALLBACK_ORIGINS=calls.origin,
        ) as service,
    ):
        listener = Listener(f"{service.url}/v1/events")
        url = f"{calls.origin}/hook"
        body = {"conversation_id": "c", "message": RUSH, "message_id": "m", "callback_url": url}
        with outbox_away(tmp_path / "huashu.sqlite3"):
            refused = post(service, **body)
            assert refused.status_code == 503
            assert refused.json()["code"] == "store.schema-older"
        ids = {post(service, **body).json()["id"] for _ in range(3)}
        # What comes after it is told after it: nothing else was told before.
        last = post(service, **{**body, "message_id": "n"}).json()["id"]
        told = listener.wait(4)
        assert [kind for kind, _, _ in told] == ["message", "suggestions"] * 2
        assert [told[1][2]["answer"]["id"]] == list(ids)
        assert told[3][2]["answer"]["id"] == last
        made = [json.loads(body)["answer"]["id"] for _, _, body in calls.wait(2)]
        assert sorted(made) == sorted((*ids, last))


@contextmanager
def outbox_away(database: Path) -> Iterator[None]:
    """As long as this lasts nothing can be put into the outbox."""
    for old, new in (("outbox", "elsewhere"), ("elsewhere", "outbox")):
        with closing(sqlite3.connect(database)) as other, other:
            other.execute(f"ALTER TABLE {old} RENAME TO {new}")
        if old == "outbox":
            yield


def test_a_service_with_listeners_stops_at_once(tmp_path: Path) -> None:
    book = write_book(tmp_path / "book")
    service = start_service(tmp_path, HUASHU_PHRASEBOOK=str(book))
    listener = Listener(f"{service.url}/v1/events")
    post(service, conversation_id="x", message="怎么还不发货")
    listener.wait(2)
    service.stop()
    assert service.process.returncode in (0, -15)
    assert "timeout graceful" not in (tmp_path / "log").read_text(errors="replace")


def test_who_is_too_far_behind_is_let_go() -> None:
    hub = Hub()
    with hub.listening() as queue:
        for number in range(BEHIND + 5):
            hub.message("s", "c", str(number), platform=None, customer="")
        told = [queue.get_nowait() for _ in range(queue.qsize())]
    assert len(told) == BEHIND + 1
    assert told[-1] is None
    missed = list(hub.past(Wanted(), told[-2].id if told[-2] else None))
    assert len(missed) == 5
