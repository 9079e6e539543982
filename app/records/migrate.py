"""Brings the store's tables to what this program expects, and tells where they stand."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL

from app.records import errors, schema
from app.records.database import open_engine, parse_url, place, transaction

# Any number will do as long as every copy of the service uses the same one.
POSTGRESQL_LOCK = 4_872_836_401


def upgrade(url: str) -> str:
    """Bring the store at `url` to the newest schema, all of it or nothing; return the revision.

    Creates the SQLite file and its folder when absent. Safe to call again and from several
    processes at once. Raises StoreError, SchemaNewer when a newer program wrote the store.
    """
    _make_folder(url)
    engine = open_engine(url, foreign_keys=False)
    try:
        with transaction(engine, write=True) as connection:
            if connection.dialect.name == "postgresql":
                # The lock waits for another copy's migration, which may be a long one.
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                lock = text("SELECT pg_advisory_xact_lock(:lock)")
                connection.execute(lock, {"lock": POSTGRESQL_LOCK})
            else:
                # A store that is read-only must be noticed now, not at the first suggestion.
                version = connection.scalar(text("PRAGMA user_version"))
                connection.exec_driver_sql(f"PRAGMA user_version = {int(version or 0)}")
            _refuse_newer(connection)
            if schema.revision(connection) != schema.head():
                _upgrade(connection)
            _check_references(connection)
        return schema.head()
    finally:
        engine.dispose()


def current(url: str) -> str | None:
    """The revision of the store at `url`; None when there are no tables yet. Creates nothing.

    Raises StoreError when the store can not be read.
    """
    parsed = parse_url(url)
    if _is_plain_file(parsed) and not Path(str(parsed.database)).exists():
        return None
    engine = open_engine(url)
    try:
        with transaction(engine) as connection:
            return schema.revision(connection)
    finally:
        engine.dispose()


def check(engine: Engine) -> None:
    """Return when the store answers and its schema is this program's; else raise StoreError.

    Blocks; for /readyz call it from a thread.
    """
    with transaction(engine) as connection:
        _refuse_newer(connection)
        if schema.revision(connection) != schema.head():
            raise errors.SchemaOlder(place(engine.url))


def _upgrade(connection: Connection) -> None:
    from alembic import command  # only who has something to migrate waits for the import
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _refuse_newer(connection: Connection) -> None:
    revision = schema.revision(connection)
    if revision is not None and revision not in schema.known():
        raise errors.SchemaNewer(place(connection.engine.url))


def _check_references(connection: Connection) -> None:
    """With foreign keys off, SQLite does not notice a migration that leaves orphans."""
    if connection.dialect.name != "sqlite":
        return
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise errors.StoreDamaged(place(connection.engine.url))


def _is_plain_file(url: URL) -> bool:
    """With `?uri=true` the path is SQLite's to read."""
    return url.get_backend_name() == "sqlite" and "uri" not in url.query


def _make_folder(url: str) -> None:
    parsed = parse_url(url)
    if not _is_plain_file(parsed):
        return
    folder = Path(str(parsed.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except PermissionError as error:
        raise errors.StoreNotWritable(str(folder)) from error
    except OSError as error:
        raise errors.StoreFolderMissing(str(folder)) from error
    # The file holds what signs sessions: nobody else's to read. What is wrong with it is told when
    # it is opened.
    with suppress(OSError):
        Path(str(parsed.database)).touch(mode=0o600, exist_ok=False)
