"""A service with keys, made as another process makes them: in its database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.records import keys
from app.records.database import open_engine, transaction
from app.records.keys import KEY_SCOPES, KeyRecord, KeyScope
from app.records.migrate import upgrade
from tests.web.inprocess import Shop, opened
from tests.web.small_book import write_book

DAY = timedelta(days=1)
WAIT_SECONDS = 20


@dataclass(frozen=True)
class Keys:
    """The keys of a database, which a service may be running on."""

    url: str

    def make(self, scope: KeyScope, **more: Any) -> str:
        """A new key."""
        return self.record(scope, **more)[0]

    def record(self, scope: KeyScope, **more: Any) -> tuple[str, KeyRecord]:
        """A new key, and what is stored of it."""
        with self._write() as connection:
            return keys.create(connection, scope, datetime.now(UTC), **more)

    def expired(self, scope: KeyScope = "admin") -> str:
        """A key whose time is over."""
        return self.make(scope, expires_at=datetime.now(UTC) - DAY)

    def revoked(self, scope: KeyScope = "admin") -> str:
        """A key that was withdrawn."""
        key = self.make(scope)
        self.revoke(key)
        return key

    def revoke(self, key: str) -> None:
        """Withdraws a key."""
        with self._write() as connection:
            assert keys.revoke(connection, key, datetime.now(UTC))

    def every(self) -> tuple[KeyRecord, ...]:
        """What is stored of every key."""
        with self._write() as connection:
            return keys.every(connection)

    @contextmanager
    def _write(self) -> Iterator[Any]:
        engine = open_engine(self.url)
        try:
            with transaction(engine, write=True) as connection:
                yield connection
        finally:
            engine.dispose()


def keys_in(folder: Path) -> Keys:
    """The keys of the database in which `opened` keeps what it has to keep."""
    url = f"sqlite:///{folder}/huashu.sqlite3"
    upgrade(url)
    return Keys(url)


@dataclass(frozen=True)
class Guarded:
    """A service that needs keys: one of each scope, and those that are no good."""

    shop: Shop
    keys: Keys
    by_scope: dict[KeyScope, str]
    bad: dict[str, str]  # code of the refusal -> key

    def call(self, method: str, path: str, key: str = "", **more: Any) -> Any:
        """The answer to a request with a key; empty: with none. Redirects are not followed."""
        headers = {**bearer(key), **more.pop("headers", {})}
        return self.shop.client.request(
            method, path, headers=headers, follow_redirects=False, **more
        )


@contextmanager
def guarded(folder: Path, **settings: Any) -> Iterator[Guarded]:
    """The service over a small book, with keys and without limits of rate."""
    made = keys_in(folder)
    by_scope = {scope: made.make(scope) for scope in KEY_SCOPES}
    bad = {
        "key_unknown": "hs_admin_" + "x" * 43,
        "key_expired": made.expired(),
        "key_revoked": made.revoked(),
    }
    given = {"rate_key": "", "rate_address": "", **settings}
    book = given.pop("phrasebook", None) or write_book(folder / "book")
    with opened(folder, phrasebook=book, **given) as shop:
        yield Guarded(shop, made, by_scope, bad)


def bearer(key: str) -> dict[str, str]:
    """The header that carries a key."""
    return {"Authorization": f"Bearer {key}"} if key else {}


def wait_for(status: int, ask: Any) -> Any:
    """The answer, once it has this status: other processes' changes take a second."""
    until = time.monotonic() + WAIT_SECONDS
    while (answer := ask()).status_code != status:
        assert time.monotonic() < until, answer.text
        time.sleep(0.05)
    return answer
