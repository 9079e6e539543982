"""The real application inside the test's process: a real SQLite file, no sentence vectors."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

WAIT_SECONDS = 20
HOME = "http://127.0.0.1"
PROBLEM = "application/problem+json"
JSON = {"content-type": "application/json"}


@dataclass(frozen=True)
class Shop:
    """An application, and its database as another program sees it."""

    client: TestClient
    database: Path

    def suggest(self, message: str | list[str], **more: Any) -> dict[str, Any]:
        """The answer to POST /v1/suggestions."""
        key = "message" if isinstance(message, str) else "messages"
        answer = self.client.post("/v1/suggestions", json={key: message, **more})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def rows(self, query: str, *values: str) -> list[dict[str, Any]]:
        """What a connection of its own reads."""
        with closing(sqlite3.connect(self.database)) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def journal(self, suggestion_id: str) -> dict[str, Any]:
        """The journal's row of a suggestion; it is written off the hot path, so this waits."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            found = self.rows("SELECT * FROM suggestions WHERE id = ?", suggestion_id)
            if found:
                return found[0]
            time.sleep(0.02)
        raise AssertionError(f"{suggestion_id} is not in the journal")

    def ready(self) -> dict[str, Any]:
        """What /readyz says, whatever its status."""
        found: dict[str, Any] = self.client.get("/readyz").json()
        return found

    def wait_for_book(self, newest_files: str, not_version: str = "") -> dict[str, Any]:
        """The phrasebook of /readyz once it is `good` or `broken`, and of another version."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            book: dict[str, Any] = self.ready()["phrasebook"]
            if book["newest_files"] == newest_files and book["version"] != not_version:
                return book
            time.sleep(0.1)
        raise AssertionError(f"the book did not become {newest_files}: {self.ready()}")


@contextmanager
def opened(
    folder: Path, *, clock: Callable[[], float] = time.monotonic, **settings: Any
) -> Iterator[Shop]:
    """An application that keeps everything in `folder` and does not raise into the test."""
    database = folder / "huashu.sqlite3"
    given = {
        "database_url": f"sqlite:///{database}",
        "encoder": "none",
        "cache_dir": folder / "cache",
        "watch": False,
        **settings,
    }
    app = create_app(Settings(**given), clock=clock)
    with TestClient(
        app, HOME, raise_server_exceptions=False, client=("127.0.0.1", 50000)
    ) as client:
        yield Shop(client, database)


def problem(
    answer: httpx2.Response, status: int, code: str, field: str | None = None
) -> dict[str, Any]:
    """The body of a problem, after what holds for every problem was checked."""
    assert answer.headers["content-type"] == PROBLEM, answer.text
    body: dict[str, Any] = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"] == f"urn:huashu:problem:{code}"
    assert is_chinese(body["title"])
    assert is_chinese(body["detail"])
    assert "Traceback" not in answer.text
    assert "  File " not in answer.text
    fields = [e["field"] for e in body.get("errors", [])]
    assert fields == ([] if field is None else [field])
    assert all(is_chinese(e["message"]) for e in body.get("errors", []))
    return body


def short(value: object) -> str:
    """A test id for values that are long, or bytes, or hold characters nobody should print."""
    return ascii(value)[:40]


def is_chinese(text: str) -> bool:
    """True when a text has Chinese in it and no English sentence."""
    return any("\u4e00" <= c <= "\u9fff" for c in text) and " is " not in text
