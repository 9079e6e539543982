"""Keys of the service: made, listed, revoked. Plain functions over a connection; they block.

A key is shown once, when it is made; the store keeps its SHA-256. That is enough because a key
is 32 random bytes: nobody can try them all, as one could a password's, so no slow hash is needed
(docs/decisions/0012-access.md).
"""

from __future__ import annotations

import secrets as random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.records.tables import keys, secrets

# Each may do what the one before may.
KeyScope = Literal["suggest", "agent", "trainer", "admin"]
KEY_SCOPES: tuple[KeyScope, ...] = ("suggest", "agent", "trainer", "admin")
KEY_BYTES = 32
PREFIX = "hs_"
NOTE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key, without the key. `shop` None: every shop. Moments are aware.

    With `origins` only web pages of these origins may use it.
    """

    id: str
    hash: str
    scope: KeyScope
    shop: str | None
    origins: tuple[str, ...]
    note: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None

    def usable(self, now: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and not self.expired(now)

    def expired(self, now: datetime) -> bool:
        """Whether its time is over; a key without `expires_at` lasts."""
        return self.expires_at is not None and self.expires_at <= now


def digest(key: str) -> str:
    """What the store knows of a key: 64 hexadecimal digits."""
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def create(
    connection: Connection,
    scope: KeyScope,
    now: datetime,
    *,
    shop: str | None = None,
    origins: Sequence[str] = (),
    note: str = "",
    expires_at: datetime | None = None,
) -> tuple[str, KeyRecord]:
    """Makes a key; returns it, this once, and what is stored of it."""
    key = f"{PREFIX}{scope}_{random.token_urlsafe(KEY_BYTES)}"
    record = KeyRecord(
        id=random.token_hex(6),
        hash=digest(key),
        scope=scope,
        shop=shop,
        origins=tuple(origins),
        note=note[:NOTE_LENGTH],
        created_at=now,
        last_used_at=None,
        expires_at=expires_at,
        revoked_at=None,
    )
    row = {name: getattr(record, name) for name in KeyRecord.__slots__}
    connection.execute(insert(keys).values(row | {"origins": list(record.origins)}))
    return key, record


def every(connection: Connection) -> tuple[KeyRecord, ...]:
    """Every key that was ever made, oldest first."""
    query = select(*(keys.c[name] for name in KeyRecord.__slots__))
    return tuple(
        _record(row) for row in connection.execute(query.order_by(keys.c.created_at, keys.c.id))
    )


def revoke(connection: Connection, named: str, now: datetime) -> KeyRecord | None:
    """Revokes the key with this id, or this very key; None when there is none.

    A key that was revoked before keeps the time at which it was.
    """
    one = or_(keys.c.id == named, keys.c.hash == digest(named))
    connection.execute(update(keys).where(one, keys.c.revoked_at.is_(None)).values(revoked_at=now))
    row = connection.execute(
        select(*(keys.c[name] for name in KeyRecord.__slots__)).where(one)
    ).first()
    return None if row is None else _record(row)


def used(connection: Connection, moments: Mapping[str, datetime]) -> None:
    """Notes when keys were last used, by id; an older moment never replaces a newer one."""
    for key_id, moment in moments.items():
        last = keys.c.last_used_at
        connection.execute(
            update(keys)
            .where(keys.c.id == key_id, or_(last.is_(None), last < moment))
            .values(last_used_at=moment)
        )


def secret(connection: Connection, name: str) -> str:
    """A random text that all copies of the service share; made by whoever asks first."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    made = {"name": name, "value": random.token_urlsafe(KEY_BYTES)}
    connection.execute(dialect.insert(secrets).values(made).on_conflict_do_nothing())
    found: str = connection.execute(
        select(secrets.c.value).where(secrets.c.name == name)
    ).scalar_one()
    return found


def _record(row: Row[Any]) -> KeyRecord:
    values = dict(row._mapping)
    return KeyRecord(**(values | {"origins": tuple(values["origins"])}))
