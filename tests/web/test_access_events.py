"""Streams of events: of the key's shop only, and not beyond the key's end."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.web.chat_system import Listener
from tests.web.inprocess import WAIT_SECONDS
from tests.web.keyed import Keys, bearer, keys_in, wait_for
from tests.web.many_shops import write_shop
from tests.web.service_process import ServiceProcess, start_service
from tests.web.small_book import write_book


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return keys_in(tmp_path_factory.mktemp("events"))


@pytest.fixture(scope="module")
def key(keys: Keys) -> str:
    """One for every shop."""
    return keys.make("agent")


@pytest.fixture(scope="module")
def service(keys: Keys, key: str) -> Iterator[ServiceProcess]:
    folder = Path(keys.url.removeprefix("sqlite:///")).parent
    for shop in "ab":
        write_shop(folder / "shops", shop)
    book = write_book(folder / "book")
    shops = {"HUASHU_PHRASEBOOK": str(book), "HUASHU_SHOPS": str(folder / "shops")}
    with start_service(folder, **shops) as started:
        yield started


def say(service: ServiceProcess, key: str, shop: str | None, message: str) -> httpx.Response:
    body = {"conversation_id": "c1", "message": message, "shop": shop}
    url = f"{service.url}/v1/incoming"
    return httpx.post(url, json=body, headers=bearer(key), trust_env=False)


def told(listener: Listener) -> list[str]:
    return [data["message"] for kind, _, data in listener.events if kind == "message"]


def test_a_listener_hears_its_own_shop_until_its_key_ends(
    service: ServiceProcess, keys: Keys, key: str
) -> None:
    own = keys.make("agent", shop="a")
    events = f"{service.url}/v1/events"
    wait_for(
        200, lambda: httpx.get(f"{service.url}/v1/shops", headers=bearer(own), trust_env=False)
    )
    asked = {"headers": bearer(own), "trust_env": False}
    assert httpx.get(events, params={"shop": "b"}, **asked).status_code == 403
    assert say(service, own, "b", "别家的话").status_code == 403
    mine, every = Listener(events, **bearer(own)), Listener(events, **bearer(key))
    assert say(service, key, "b", "乙店的话").status_code == 202
    assert say(service, own, None, "甲店的话").status_code == 202  # its own shop is meant
    assert say(service, key, None, "默认店的话").status_code == 202
    every.wait(6)  # a message and its suggestions each
    mine.wait(2)
    assert told(every) == ["乙店的话", "甲店的话", "默认店的话"]
    assert told(mine) == ["甲店的话"]
    keys.revoke(own)
    wait_for(
        401, lambda: httpx.get(f"{service.url}/v1/shops", headers=bearer(own), trust_env=False)
    )
    assert say(service, key, "a", "后来的话").status_code == 202
    until = time.monotonic() + WAIT_SECONDS
    while "后来的话" not in told(every):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert told(mine) == ["甲店的话"]
    assert httpx.get(events, **asked).status_code == 401
