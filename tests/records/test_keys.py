"""Keys in the store, on SQLite and PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from app.records import keys
from app.records.database import transaction
from app.records.tables import keys as table

NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_what_is_stored_comes_back(engine: Engine) -> None:
    origins = ("https://a.example", "https://b.example")
    with transaction(engine, write=True) as connection:
        key, made = keys.create(
            connection,
            "suggest",
            NOW,
            shop="二店",
            origins=origins,
            note="网页",
            expires_at=NOW + SECOND,
        )
        other, second = keys.create(connection, "admin", NOW + SECOND)
    with transaction(engine) as connection:
        assert keys.every(connection) == (made, second)
    assert made.hash == keys.digest(key) != keys.digest(other)
    assert key not in repr(made)
    assert (made.usable(NOW), made.usable(NOW + SECOND)) == (True, False)
    assert second.usable(NOW + timedelta(days=10_000))


def test_revoking_by_id_or_by_key(engine: Engine) -> None:
    with transaction(engine, write=True) as connection:
        key, made = keys.create(connection, "agent", NOW)
        _, other = keys.create(connection, "agent", NOW)
        first = keys.revoke(connection, made.id, NOW + SECOND)
        second = keys.revoke(connection, key, NOW + 9 * SECOND)
        assert keys.revoke(connection, made.hash, NOW) is None
    assert first == second
    assert first is not None
    assert first.revoked_at == NOW + SECOND
    assert not first.usable(NOW)
    with transaction(engine) as connection:
        assert [k.usable(NOW) for k in keys.every(connection) if k.id == other.id] == [True]


def test_last_use_never_goes_back(engine: Engine) -> None:
    with transaction(engine, write=True) as connection:
        _, made = keys.create(connection, "agent", NOW)
        keys.used(connection, {made.id: NOW + SECOND, "gone": NOW})
        keys.used(connection, {made.id: NOW})  # another process, which writes later
        (found,) = keys.every(connection)
    assert found.last_used_at == NOW + SECOND


def test_a_secret_is_made_once(engine: Engine) -> None:
    def ask(name: str) -> str:
        with transaction(engine, write=True) as connection:
            return keys.secret(connection, name)

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(ask, ["sessions"] * 8))
    assert len(found) == 1
    assert len(found.pop()) == 43
    assert ask("sessions") != ask("other")


def test_no_two_keys_are_the_same(engine: Engine) -> None:
    with transaction(engine, write=True) as connection:
        _, made = keys.create(connection, "agent", NOW)
    row = {name: getattr(made, name) for name in keys.KeyRecord.__slots__}
    with pytest.raises(IntegrityError), transaction(engine, write=True) as connection:
        connection.execute(table.insert().values(row | {"id": "other", "origins": []}))
