"""Shops that tell themselves apart: each says its own name in every kind of answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.web.inprocess import WAIT_SECONDS, Shop
from tests.web.small_book import BOOK, ENTRIES

RUSH = "怎么还不发货"


def write_shop(home: Path, shop: str, *, inside: str | None = None, entries: str = ENTRIES) -> Path:
    """A book whose facts, policies, rewrites and entries name its shop; returns its folder.

    `inside` is the id in the book when it is not that of the folder.
    """
    folder = home / shop
    folder.mkdir(parents=True, exist_ok=True)
    book = (
        BOOK.replace("id: default, name: 小店", f"id: {inside or shop}, name: {shop}的店")
        .replace("value: 两天内", f"value: {shop}次日")
        .replace("加微信", f"加{shop}号")
        .replace("请问您怎么称呼", f"{shop}请问您怎么称呼")
    )
    (folder / "book.yaml").write_text(book, encoding="utf-8")
    write_entries(folder, entries)
    return folder


def write_entries(folder: Path, entries: str) -> None:
    """Replaces the entries of a shop, whose titles name the shop."""
    text = entries.replace("title: 催发货", f"title: {folder.name}催发货")
    (folder / "entries.yaml").write_text(text, encoding="utf-8")


def body_of(shop: Shop, name: str | None, message: str = RUSH) -> str:
    """What a shop answers."""
    more = {} if name is None else {"shop": name}
    answer = shop.suggest(message, **more)
    found: str = answer["suggestions"][0]["body"]
    return found


def states(shop: Shop) -> dict[str, str]:
    """State of every shop by id."""
    answer = shop.client.get("/v1/shops")
    assert answer.status_code == 200, answer.text
    return {found["id"]: found["state"] for found in answer.json()["shops"]}


def state_of(shop: Shop, name: str) -> dict[str, Any]:
    """What /v1/shops says about one shop."""
    found: list[dict[str, Any]] = shop.client.get("/v1/shops").json()["shops"]
    return next(s for s in found if s["id"] == name)


def wait_until(true: Callable[[], bool]) -> None:
    """Waits for what the service does by itself."""
    until = time.monotonic() + WAIT_SECONDS
    while not true():
        assert time.monotonic() < until, "it did not come true"
        time.sleep(0.05)
