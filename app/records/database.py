"""Opens the store, hands out transactions, and says in Chinese why the store is away."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    DBAPIError,
    DisconnectionError,
    IntegrityError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from app.records import errors
from app.records.errors import StoreError, StoreUrlInvalid

SQLITE_BUSY_SECONDS = 5
CONNECT_SECONDS = 3
STATEMENT_SECONDS = 10
DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
# Primary result codes of SQLite: https://www.sqlite.org/rescode.html
SQLITE_ERRORS: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_PERM: errors.StoreNotWritable,
    sqlite3.SQLITE_AUTH: errors.StoreNotWritable,
    sqlite3.SQLITE_CANTOPEN: errors.StoreNotWritable,
    sqlite3.SQLITE_READONLY: errors.StoreReadOnly,
    sqlite3.SQLITE_BUSY: errors.StoreBusy,
    sqlite3.SQLITE_LOCKED: errors.StoreBusy,
    sqlite3.SQLITE_FULL: errors.StoreFull,
    sqlite3.SQLITE_CORRUPT: errors.StoreDamaged,
    sqlite3.SQLITE_NOTADB: errors.StoreDamaged,
}
# SQLSTATEs and their classes: PostgreSQL documentation, appendix A. Longest prefix wins.
POSTGRESQL_ERRORS: dict[str, type[StoreError]] = {
    "42P01": errors.SchemaOlder,
    "42703": errors.SchemaOlder,
    "42501": errors.StoreNotWritable,
    "25006": errors.StoreReadOnly,
    "53100": errors.StoreFull,
    "53": errors.StoreBusy,
    "55P03": errors.StoreBusy,
    "57014": errors.StoreBusy,
    "40": errors.StoreBusy,
    "57P": errors.StoreUnreachable,
    "08": errors.StoreUnreachable,
    "28": errors.StoreRefused,
    "3D": errors.StoreRefused,
}


def parse_url(url: str) -> URL:
    """The address with the product's driver in it.

    Accepts `sqlite:///file` (relative to the working folder), `sqlite:////absolute/file`,
    `postgresql://…` and `postgres://…`. Raises StoreUrlInvalid, which never shows a password.
    """
    scheme = url.partition(":")[0][:20]
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise StoreUrlInvalid(scheme) from error
    driver = DRIVERS.get(parsed.drivername)
    in_memory = parsed.database in (None, "", ":memory:")
    if driver is None or (parsed.drivername == "sqlite" and in_memory):
        raise StoreUrlInvalid(scheme)
    return parsed.set(drivername=driver)


def place(url: URL) -> str:
    """Where the store is, fit to be shown: the file, or host, port and database."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    host = url.host or str(url.query.get("host") or "localhost")
    return f"{host}:{url.port or url.query.get('port') or 5432}/{url.database or ''}"


def open_engine(url: str, *, foreign_keys: bool = True) -> Engine:
    """An engine for the address; nothing is opened yet, so the service starts without a store.

    `foreign_keys=False` is for migrations on SQLite, where rebuilding a table would otherwise
    delete the rows that refer to it. Raises StoreUrlInvalid.
    """
    parsed = parse_url(url)
    try:
        return _engine(parsed, foreign_keys)
    except (TypeError, ValueError) as error:  # an option such as ?timeout=abc
        raise StoreUrlInvalid(parsed.get_backend_name()) from error


def _engine(parsed: URL, foreign_keys: bool) -> Engine:
    dumps = partial(json.dumps, ensure_ascii=False, allow_nan=False)
    # hide_parameters: an error's text must not carry a customer's words into a log.
    if parsed.get_backend_name() == "sqlite":
        engine = create_engine(
            parsed,
            json_serializer=dumps,
            hide_parameters=True,
            connect_args={} if "timeout" in parsed.query else {"timeout": SQLITE_BUSY_SECONDS},
        )
        _prepare_sqlite(engine, foreign_keys)
        return engine
    return create_engine(
        parsed,
        json_serializer=dumps,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args=_postgresql_limits(parsed),
    )


def _postgresql_limits(url: URL) -> dict[str, Any]:
    """Time limits, so that a server that fell silent is an error and not a wait without end."""
    limits = {
        "connect_timeout": CONNECT_SECONDS,
        "tcp_user_timeout": STATEMENT_SECONDS * 1000,
        "options": f"-c statement_timeout={STATEMENT_SECONDS}s -c TimeZone=UTC",
        "application_name": "huashu",
    }
    return {name: value for name, value in limits.items() if name not in url.query}


def _prepare_sqlite(engine: Engine, foreign_keys: bool) -> None:
    """Real transactions (also round DDL), readers beside the writer, durable commits."""

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
        # The driver's own BEGIN comes late and not before DDL; `begun` sends it instead.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        record.info["file"] = _identity(engine.url)

    @event.listens_for(engine, "checkout")
    def used(_: object, record: ConnectionPoolEntry, __: object) -> None:
        # A deleted file goes on taking rows that nobody will ever read.
        if record.info["file"] != _identity(engine.url):
            raise DisconnectionError

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # IMMEDIATE: a reader that turns writer half-way fails at once instead of waiting.
        write = connection.get_execution_options().get("huashu_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _identity(url: URL) -> tuple[int, int] | None:
    """What tells one database file from another at the same place; None without a file."""
    try:
        found = Path(str(url.database)).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def transaction(engine: Engine, *, write: bool = False) -> Iterator[Connection]:
    """One transaction: committed at the end of the block, rolled back on any exception.

    Blocks; call it from a thread, never from the event loop. Raises StoreError when the store
    is away; a row that can not be stored stays SQLAlchemy's DataError, IntegrityError or such.
    """
    try:
        with engine.connect() as connection:
            chosen = connection.execution_options(huashu_write=True) if write else connection
            with chosen.begin():
                yield chosen
    except SQLAlchemyError as error:
        told = explain(error, engine.url)
        if told is None:
            raise
        raise told from error


def explain(error: SQLAlchemyError, url: URL) -> StoreError | None:
    """The StoreError that says in Chinese what SQLAlchemy's error means.

    None when the fault is not the store's but a row's or the program's.
    """
    where = place(url)
    if isinstance(error, PoolTimeout):
        return errors.StoreBusy(where)
    if not isinstance(error, DBAPIError) or isinstance(error, DataError | IntegrityError):
        return None
    if isinstance(error.orig, sqlite3.Error):
        return _explain_sqlite(error.orig, where)
    return _explain_postgresql(error, where)


def _explain_sqlite(error: sqlite3.Error, where: str) -> StoreError:
    code = getattr(error, "sqlite_errorcode", None)
    primary = (code or 0) & 0xFF
    folder = Path(where.removeprefix("file:").partition("?")[0]).parent
    if primary == sqlite3.SQLITE_CANTOPEN and not _is_folder(folder):
        return errors.StoreFolderMissing(str(folder))
    if "no such table" in str(error) or "no such column" in str(error):
        return errors.SchemaOlder(where)
    return SQLITE_ERRORS.get(primary, errors.StoreFailed)(where)


def _is_folder(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except OSError:  # a folder above may be closed to this user: then it is a matter of rights
        return True


def _explain_postgresql(error: DBAPIError, where: str) -> StoreError:
    state = getattr(error.orig, "sqlstate", None) or ""
    for length in (5, 3, 2):
        found = POSTGRESQL_ERRORS.get(state[:length]) if state else None
        if found is not None:
            return found(where)
    if state:
        return errors.StoreFailed(where)
    # Without a SQLSTATE no session came about. The server's own refusals begin with its
    # severity, in its language; everything else is the network's.
    text = str(error.orig)
    if "FATAL" in text or "致命" in text:
        return errors.StoreRefused(where)
    if isinstance(error, DatabaseError) and "invalid connection option" in text:
        return StoreUrlInvalid("postgresql")
    return errors.StoreUnreachable(where)
