"""Vectors by key in one SQLite file that any number of threads and processes share.

Trouble with the file is logged only: what can not be read is encoded anew. A row carries a
checksum of key and vector, since SQLite does not notice a changed byte within a value.
"""

from __future__ import annotations

import logging
import sqlite3
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

import numpy as np

from app.engine.encode import Vectors

log = logging.getLogger(__name__)

MOST = 400 * 1024 * 1024  # bytes of vectors; those that no book asked for the longest go first
DAY = 86_400.0  # seconds after which a use is noted again
WAIT = 10.0  # seconds for another process
MANY = 500  # keys in one query
ALIKE = 0.98  # cosine; the same text in another batch gives a little less than 1

_Row = tuple[bytes, float, int, bytes]

_TABLE = """CREATE TABLE IF NOT EXISTS vectors (
    key BLOB PRIMARY KEY, used REAL NOT NULL, checksum INTEGER NOT NULL, vector BLOB NOT NULL)"""
_SELECT = "SELECT key, used, checksum, vector FROM vectors WHERE key IN ({})"
# Other columns, a damaged page, no database at all.
_USELESS = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def alike(a: Vectors, b: Vectors) -> bool:
    """Whether two vectors of one text may come from one encoder."""
    return a.shape == b.shape and float(a @ b) >= ALIKE


class VectorFile:
    """A file that need not exist. Keys name what a vector was made of."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, keys: Sequence[bytes], dimension: int) -> dict[bytes, Vectors]:
        """The vectors that are there, of width `dimension` unless that is 0."""
        if not self._path.is_file():
            return {}
        try:
            with closing(self._opened()) as file:
                rows = [row for row in _rows(file, keys) if _sound(row)]
                _note_use(file, rows)
        except (sqlite3.Error, OSError) as error:
            self._trouble("read", error)
            return {}
        found = {key: np.frombuffer(raw, np.float32) for key, _, _, raw in rows}
        return {k: v for k, v in found.items() if len(v) == (dimension or len(v))}

    def write(
        self, vectors: Mapping[bytes, Vectors], keep: Sequence[bytes], witness: bytes | None = None
    ) -> None:
        """Adds vectors, and when there are too many drops the oldest that are not in `keep`.

        `witness` is the key of one of them. When no vector like it is stored under that key,
        what is stored may come from another encoder, and goes.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._opened()) as file, file:
                file.execute("PRAGMA page_size = 16384")  # of a new file: several rows a page
                file.execute("BEGIN IMMEDIATE")
                file.execute(_TABLE)
                if witness and not _stands_by(file, witness, vectors[witness]):
                    file.execute("DELETE FROM vectors")
                _add(file, vectors)
                _make_room(file, keep, max(v.nbytes for v in vectors.values()))
        except (sqlite3.Error, OSError) as error:
            self._trouble("written", error)

    def _opened(self) -> sqlite3.Connection:
        """In autocommit; `BEGIN` says where a transaction starts."""
        return sqlite3.connect(self._path, timeout=WAIT, isolation_level=None)

    def _trouble(self, what: str, error: sqlite3.Error | OSError) -> None:
        log.warning("vector cache %s can not be %s (%s)", self._path, what, error)
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _USELESS:
            return
        try:
            # What is left of a broken transaction would be put into the next file.
            self._path.with_name(f"{self._path.name}-journal").unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)
        except OSError as refused:
            log.warning("vector cache %s can not be removed (%s)", self._path, refused)


def _rows(file: sqlite3.Connection, keys: Sequence[bytes]) -> Iterator[_Row]:
    """Those that are there, sound or not."""
    if not file.execute("SELECT 1 FROM sqlite_master WHERE name = 'vectors'").fetchone():
        return  # another process is just making it
    left = iter(keys)
    while some := list(islice(left, MANY)):
        marks = ", ".join("?" * len(some))
        yield from file.execute(_SELECT.format(marks), some)


def _note_use(file: sqlite3.Connection, rows: Sequence[_Row]) -> None:
    """Where that is refused, the vectors just seem older than they are."""
    now = time.time()
    stale = [(now, key) for key, used, _, _ in rows if not now - DAY < used <= now]
    if not stale:
        return
    try:
        with file:
            file.execute("BEGIN IMMEDIATE")
            file.executemany("UPDATE vectors SET used = ? WHERE key = ?", stale)
    except sqlite3.OperationalError as error:
        log.debug("use of vectors is not noted: %s", error)


def _stands_by(file: sqlite3.Connection, key: bytes, vector: Vectors) -> bool:
    """Whether a vector like this one is stored."""
    row = next(_rows(file, [key]), None)
    return row is not None and _sound(row) and alike(np.frombuffer(row[3], np.float32), vector)


def _add(file: sqlite3.Connection, vectors: Mapping[bytes, Vectors]) -> None:
    now = time.time()
    raw = {key: vector.tobytes() for key, vector in vectors.items()}
    rows = [(key, now, _checksum(key, value), value) for key, value in raw.items()]
    file.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", rows)


def _make_room(file: sqlite3.Connection, keep: Sequence[bytes], size: int) -> None:
    count: int = file.execute("SELECT count(*) FROM vectors").fetchone()[0]
    surplus = count - MOST // size
    if surplus <= 0:
        return
    file.execute("CREATE TEMP TABLE kept (key BLOB PRIMARY KEY)")
    file.executemany("INSERT OR IGNORE INTO kept VALUES (?)", [(k,) for k in keep])
    file.execute(
        "DELETE FROM vectors WHERE rowid IN (SELECT rowid FROM vectors WHERE key NOT IN kept"
        " ORDER BY used LIMIT ?)",
        (surplus,),
    )


def _checksum(key: bytes, vector: bytes) -> int:
    return zlib.crc32(vector, zlib.crc32(key))


def _sound(row: tuple[object, ...]) -> bool:
    """Whether a row is what was written; a damaged one may hold values of any type."""
    key, used, checksum, vector = row
    if not (isinstance(key, bytes) and isinstance(used, float) and isinstance(vector, bytes)):
        return False
    return len(vector) % 4 == 0 and checksum == _checksum(key, vector)
