"""The keys in memory: a request costs a digest and a look into a dictionary, no database.

Another process makes and revokes keys (`huashu keys`); `refresh` sees that within a second.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from hmac import compare_digest

from sqlalchemy import Engine

from app.records import keys
from app.records.database import transaction
from app.records.errors import StoreError
from app.records.keys import KeyRecord

log = logging.getLogger(__name__)

SESSIONS = "sessions"  # the name of the secret that signs them
NOTE_SECONDS = 60.0  # how often the store learns when keys were last used


class Keyring:
    """For any number of threads. Raises StoreError when the store is away at the start."""

    def __init__(self, store: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._clock = store, clock
        self._by_hash: dict[str, KeyRecord] = {}
        self._by_id: dict[str, KeyRecord] = {}
        self._used: dict[str, datetime] = {}
        self._noted = clock()
        self._away = False
        # The origins whose pages have a key of their own.
        self.origins: frozenset[str] = frozenset()
        with transaction(store, write=True) as connection:
            self.secret = keys.secret(connection, SESSIONS)
        self._load()

    @property
    def empty(self) -> bool:
        """Whether no key was ever made; a revoked one counts, so that nothing opens by itself."""
        return not self._by_id

    def any_usable(self) -> bool:
        """Whether anybody could be let in."""
        now = datetime.now(UTC)
        return any(record.usable(now) for record in self._by_id.values())

    def find(self, key: str) -> KeyRecord | None:
        """The record of a key, usable or not."""
        made = keys.digest(key)
        found = self._by_hash.get(made)
        return found if found and compare_digest(found.hash, made) else None

    def by_id(self, key_id: str) -> KeyRecord | None:
        """The record with this id, usable or not."""
        return self._by_id.get(key_id)

    def used(self, record: KeyRecord, now: datetime) -> None:
        """Notes that a key was used; the store learns it some time later."""
        self._used[record.id] = now

    def refresh(self) -> None:
        """Reads the keys anew, and writes now and then when they were used. Blocks.

        While the store is away the keys that are known go on.
        """
        try:
            self._load()
            if self._used and self._clock() - self._noted >= NOTE_SECONDS:
                self.note_use()
        except StoreError as error:
            if not self._away:
                log.warning("keys can not be read, those that are known go on: %s", error.code)
            self._away = True
        else:
            self._away = False

    def note_use(self) -> None:
        """Writes when keys were last used. Blocks. Raises StoreError."""
        used, self._used = self._used, {}
        self._noted = self._clock()
        if not used:
            return
        try:
            with transaction(self._store, write=True) as connection:
                keys.used(connection, used)
        except StoreError:
            self._used = used | self._used
            raise

    def _load(self) -> None:
        with transaction(self._store) as connection:
            found = keys.every(connection)
        now = datetime.now(UTC)
        self.origins = frozenset(o for r in found if r.usable(now) for o in r.origins)
        self._by_id = {record.id: record for record in found}
        self._by_hash = {record.hash: record for record in found}
