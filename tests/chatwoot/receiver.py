"""A service that answers to a Chatwoot, and webhooks as Chatwoot sends them."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

import httpx

from app.chatwoot.signature import sign
from tests.chatwoot.chatwoot_server import TOKEN, ChatwootServer
from tests.web.service_process import ServiceProcess, start_service
from tests.web.small_book import write_book

SECRET = "webhook-secret"
PATIENCE = 30.0


def answering(folder: Path, chatwoot: ChatwootServer, **more: str) -> ServiceProcess:
    """The service as its own process, with a small book."""
    book = folder / "book"
    if not book.exists():
        write_book(book)
    settings = {
        "HUASHU_PHRASEBOOK": str(book),
        "HUASHU_CHATWOOT_URL": chatwoot.url,
        "HUASHU_CHATWOOT_TOKEN": TOKEN,
        "HUASHU_CHATWOOT_SECRET": SECRET,
        "HUASHU_CHATWOOT_TIMEOUT": "0.5",
        "HUASHU_RETRY_PAUSE": "0.05",
        **more,
    }
    return start_service(folder, **settings)


def send(service: ServiceProcess, body: Any, **headers: str) -> httpx.Response:
    """A signed webhook; `headers` replace those that belong to it (x_chatwoot_… )."""
    raw = json.dumps(body, ensure_ascii=False).encode()
    stamp = headers.pop("timestamp", str(int(time.time())))
    given = {
        "content-type": "application/json",
        "x-chatwoot-timestamp": stamp,
        "x-chatwoot-signature": headers.pop("signature", sign(SECRET, stamp, raw)),
        "x-chatwoot-delivery": headers.pop("delivery", str(uuid.uuid4())),
    }
    address = f"{service.url}/chatwoot/webhook"
    return httpx.post(address, content=raw, headers=given, trust_env=False, timeout=10)


def wait_for_notes(chatwoot: ChatwootServer, count: int, settled: float = 0.5) -> list[str]:
    """All notes, once there are `count` of them and for a while no more have come."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and len(chatwoot.notes()) < count:
        time.sleep(0.05)
    time.sleep(settled)
    return chatwoot.notes()
