"""The service as its own process, over a real socket."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.web.inprocess import JSON, PROBLEM, short
from tests.web.service_process import ServiceProcess, start_service
from tests.web.small_book import write_book

RUSH = {"message": "怎么还不发货"}


@pytest.fixture(scope="module")
def client(service: ServiceProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=service.url, trust_env=False, timeout=30) as opened:
        yield opened


def test_a_suggestion_over_the_wire(client: httpx.Client) -> None:
    answer = client.post("/v1/suggestions", json=RUSH)
    assert answer.status_code == 200
    assert answer.json()["suggestions"][0]["entry_id"] == "shipping.rush"
    sent = {"suggestion_id": answer.json()["id"], "outcome": "sent"}
    assert client.post("/v1/feedback", json=sent).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"x" * 300_000, 413), (b"{", 400), (rb'{"message": "\ud800"}', 422), (b"\xff", 400)],
    ids=short,
)
def test_problems_over_the_wire(client: httpx.Client, body: bytes, status: int) -> None:
    answer = client.post("/v1/suggestions", content=body, headers=JSON)
    assert answer.status_code == status
    assert answer.headers["content-type"] == PROBLEM
    # The connection is kept in order: the next request is answered as if nothing had been.
    assert client.post("/v1/suggestions", json=RUSH).status_code == 200


def test_a_client_that_goes_away(service: ServiceProcess, client: httpx.Client) -> None:
    head = b"POST /v1/suggestions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    for rest in (b"Content-Length: 500\r\n\r\n{", b"Transfer-Encoding: chunked\r\n\r\n5\r\nab"):
        with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
            connection.sendall(head + rest)
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.sendall(b"\x16\x03\x01 no HTTP at all\r\n\r\n")
        assert b"500" not in connection.recv(1000).split(b"\r\n")[0]
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_path_that_is_no_utf8(service: ServiceProcess, client: httpx.Client) -> None:
    answer = client.get("/v1/entries/%ff%00")
    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)


def test_stopping_stores_what_is_queued(tmp_path: Path) -> None:
    book = write_book(tmp_path / "book")
    with start_service(tmp_path, HUASHU_PHRASEBOOK=str(book)) as started:
        url = f"{started.url}/v1/suggestions"
        ids = {httpx.post(url, json=RUSH, trust_env=False).json()["id"] for _ in range(10)}
    log = (tmp_path / "log").read_text("utf-8")
    assert "Application shutdown complete" in log
    assert f"{started.url}/" in log
    assert "curl" in log
    assert "Traceback" not in log
    with closing(sqlite3.connect(tmp_path / "huashu.sqlite3")) as connection:
        stored = {row[0] for row in connection.execute("SELECT id FROM suggestions")}
    assert stored == ids
