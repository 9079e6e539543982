"""Each book that is served is rehearsed once, in the background, and leaves no trace of it."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import pytest

from tests.web.inprocess import WAIT_SECONDS, Shop, opened
from tests.web.many_shops import RUSH, body_of, write_shop
from tests.web.small_book import ENTRIES, write_book


def rehearsed(caplog: pytest.LogCaptureFixture, count: int) -> list[str]:
    """What the log says of rehearsals, once there are so many."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        said = [r.getMessage() for r in caplog.records if "rehearsed" in r.getMessage()]
        if len(said) >= count or time.monotonic() > until:
            assert len(said) == count, said
            return said
        time.sleep(0.02)


def version(shop: Shop, name: str | None = None) -> str:
    found: str = shop.suggest(RUSH, **({"shop": name} if name else {}))["phrasebook"]["version"]
    return found


def test_once_for_each_book_and_shop(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    book = write_book(tmp_path / "book")
    write_shop(tmp_path / "shops", "anna")
    settings = {"phrasebook": book, "shops": str(tmp_path / "shops"), "watch": True}
    with opened(tmp_path, **settings) as shop:
        rehearsed(caplog, 1)
        assert shop.rows("SELECT * FROM suggestions") == []
        old = version(shop)
        entries = ENTRIES.replace("包裹已经在路上了", "包裹正在路上")
        (book / "entries.yaml").write_text(entries, encoding="utf-8")
        rehearsed(caplog, 2)
        assert shop.suggest(RUSH, order="shipped")["suggestions"][0]["body"] == "包裹正在路上。"
        assert body_of(shop, "anna") == "anna次日发出。"
        said = rehearsed(caplog, 3)
        versions = [old, version(shop), version(shop, "anna")]
        assert [v in one for v, one in zip(versions, said, strict=True)] == [True] * 3
