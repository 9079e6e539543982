"""The generic way in, the stream of events and callbacks, over the real service."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.chatwoot.signature import is_genuine
from app.web.hub import BEHIND, Hub, Wanted
from tests.web.service_process import ServiceProcess, start_service
from tests.web.small_book import write_book

SECRET = "callback-secret"


class Listener:
    """Reads a stream in a thread of its own."""

    def __init__(self, url: str, **headers: str) -> None:
        self.events: list[tuple[str, str, dict[str, Any]]] = []  # kind, id, data
        self._url, self._headers = url, headers
        self._ready = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()
        assert self._ready.wait(10)

    def wait(self, count: int) -> list[tuple[str, str, dict[str, Any]]]:
        """The events, once there are so many."""
        until = time.monotonic() + 10
        while time.monotonic() < until and len(self.events) < count:
            time.sleep(0.02)
        assert len(self.events) >= count, self.events
        return self.events

    def _read(self) -> None:
        with (
            httpx.Client(trust_env=False, timeout=30) as client,
            client.stream("GET", self._url, headers=self._headers) as answer,
        ):
            assert answer.headers["content-type"].startswith("text/event-stream")
            fields: dict[str, str] = {}
            try:
                for line in answer.iter_lines():
                    self._ready.set()
                    name, _, value = line.partition(": ")
                    if line:
                        fields[name] = value
                    elif "event" in fields:
                        data = json.loads(fields["data"])
                        self.events.append((fields["event"], fields["id"], data))
                        fields = {}
            except httpx.TransportError:
                pass  # the service was stopped


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
    until = time.monotonic() + 10
    while time.monotonic() < until and len(calls.made) < 3:
        time.sleep(0.05)
    assert len(calls.made) == 3
    path, headers, body = calls.made[-1]
    assert path == "/hook?x=1"
    stamp = headers["x-huashu-timestamp"]
    assert is_genuine(SECRET, stamp, body, headers["x-huashu-signature"], time.time())
    told = json.loads(body)
    assert (told["conversation_id"], told["answer"]["id"]) == ("c9", request_id)
    assert len({h["x-huashu-delivery"] for _, h, _ in calls.made}) == 1


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


class Calls:
    """Where callbacks come in."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.origin = f"http://127.0.0.1:{server.server_address[1]}"
        self.statuses: list[int] = []
        self.made: list[tuple[str, dict[str, str], bytes]] = []


@contextmanager
def answering() -> Iterator[Calls]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            calls.made.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(calls.statuses.pop(0) if calls.statuses else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    calls = Calls(server)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield calls
    server.shutdown()
    server.server_close()
