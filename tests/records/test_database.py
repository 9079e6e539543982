from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from app.engine.errors import HuashuError
from app.records import errors, migrate
from app.records.database import open_engine, parse_url, transaction
from app.records.errors import StoreError
from tests.postgres import PostgresServer

NOBODY = 65534


def failure(url: str, *, write: bool = True) -> StoreError:
    """What a first use of the store raises."""
    engine = open_engine(url)
    try:
        with pytest.raises(StoreError) as caught, transaction(engine, write=write) as connection:
            connection.execute(text("CREATE TABLE probe (id INTEGER)"))
    finally:
        engine.dispose()
    return caught.value


def assert_told(error: StoreError, kind: type[StoreError], place: str) -> None:
    """One Chinese sentence that names the place, and a stable code."""
    assert type(error) is kind
    assert place in str(error)
    assert str(error).endswith("。")
    assert str(error).count("。") == 1
    assert "\n" not in str(error)
    assert error.code.startswith("store.")


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder of somebody who is not root; the test runs as that user."""
    folder = Path(tempfile.mkdtemp(prefix="huashu-"))
    root = os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    yield folder
    if root:
        os.seteuid(0)
    folder.chmod(0o700)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    "url",
    [
        "", "huashu.db", "mysql://user:geheim@host/db", "sqlite://", "sqlite:///:memory:",
        "sqlite+aiosqlite:///x.db", "postgresql+asyncpg://u:geheim@h/d", "http://[::1",
        "postgresql://user:geheim@host:port/db",
    ],
)  # fmt: skip
def test_wrong_addresses_are_told_without_the_password(url: str) -> None:
    with pytest.raises(errors.StoreUrlInvalid) as caught:
        open_engine(url)
    assert "geheim" not in str(caught.value)
    assert "sqlite:///" in str(caught.value)
    assert caught.value.code == "store.url"


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_the_driver_is_the_products_business(scheme: str) -> None:
    assert parse_url(f"{scheme}://u@h/d").drivername == "postgresql+psycopg"
    assert parse_url("sqlite:///x.db").drivername == "sqlite+pysqlite"


def test_opening_touches_nothing(tmp_path: Path) -> None:
    open_engine(f"sqlite:///{tmp_path}/no/where.db").dispose()
    assert list(tmp_path.iterdir()) == []


def test_folder_missing(tmp_path: Path) -> None:
    error = failure(f"sqlite:///{tmp_path}/missing/huashu.db")
    assert_told(error, errors.StoreFolderMissing, f"{tmp_path}/missing")


def test_a_file_stands_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    url = f"sqlite:///{tmp_path}/file/huashu.db"
    assert_told(failure(url), errors.StoreFolderMissing, f"{tmp_path}/file")
    with pytest.raises(errors.StoreFolderMissing):
        migrate.upgrade(url)


def test_folder_not_writable(closed_folder: Path) -> None:
    closed_folder.chmod(0o500)
    url = f"sqlite:///{closed_folder}/huashu.db"
    assert_told(failure(url), errors.StoreNotWritable, str(closed_folder))
    with pytest.raises(errors.StoreNotWritable):
        migrate.upgrade(f"sqlite:///{closed_folder}/deeper/huashu.db")


def test_folder_of_somebody_else(closed_folder: Path) -> None:
    (closed_folder / "inner").mkdir()
    closed_folder.chmod(0o000)
    url = f"sqlite:///{closed_folder}/inner/huashu.db"
    assert_told(failure(url), errors.StoreNotWritable, str(closed_folder))


def test_file_read_only(closed_folder: Path) -> None:
    url = f"sqlite:///{closed_folder}/huashu.db"
    migrate.upgrade(url)
    (closed_folder / "huashu.db").chmod(0o400)
    assert_told(failure(url), errors.StoreReadOnly, f"{closed_folder}/huashu.db")


def test_the_path_is_a_folder(tmp_path: Path) -> None:
    assert_told(failure(f"sqlite:///{tmp_path}"), errors.StoreNotWritable, str(tmp_path))


@pytest.mark.parametrize("read", [failure, migrate.upgrade, migrate.current])
def test_file_is_no_database(tmp_path: Path, read: object) -> None:
    (tmp_path / "huashu.db").write_text("话术" * 1000)
    url = f"sqlite:///{tmp_path}/huashu.db"
    if read is failure:
        assert_told(failure(url), errors.StoreDamaged, url.removeprefix("sqlite:///"))
    else:
        with pytest.raises(errors.StoreDamaged):
            read(url)  # type: ignore[operator]


def test_locked_file_is_busy(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/huashu.db"
    engine = open_engine(url)
    with transaction(engine, write=True):
        assert_told(failure(url + "?timeout=0.1"), errors.StoreBusy, str(tmp_path))
    engine.dispose()


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/huashu.db"
    migrate.upgrade(url)
    engine = open_engine(url)
    with transaction(engine, write=True):
        migrate.check(engine)
    engine.dispose()


def test_server_unreachable() -> None:
    with socket.socket() as taken:  # bound but not listening: nobody else can listen there
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        error = failure(f"postgresql://huashu:geheim@127.0.0.1:{port}/huashu")
    assert_told(error, errors.StoreUnreachable, f"127.0.0.1:{port}/huashu")
    assert "geheim" not in str(error)


def test_server_that_never_answers_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        error = failure(f"postgresql://huashu@127.0.0.1:{silent.getsockname()[1]}/huashu")
    assert type(error) is errors.StoreUnreachable


def test_server_refuses_database_and_user(postgres_server: PostgresServer) -> None:
    assert_told(failure(postgres_server.url("absent")), errors.StoreRefused, "absent")
    stranger = postgres_server.url("postgres").replace("huashu@", "stranger@")
    assert_told(failure(stranger), errors.StoreRefused, "postgres")


def test_server_reads_only(postgres_url: str) -> None:
    url = f"{postgres_url}?options=-c%20default_transaction_read_only%3Don"
    assert type(failure(url)) is errors.StoreReadOnly


def test_server_over_its_socket(postgres_server: PostgresServer, postgres_url: str) -> None:
    database = postgres_url.rpartition("/")[2]
    place = f"host={postgres_server.folder}&port={postgres_server.port}"
    url = f"postgresql://huashu@/{database}?{place}"
    assert migrate.upgrade(url) == migrate.current(postgres_url)


def test_an_unknown_option_of_the_server_is_told() -> None:
    error = failure("postgresql://huashu@127.0.0.1/huashu?sslmod=require")
    assert type(error) is errors.StoreUrlInvalid


def test_a_slow_statement_is_given_up(postgres_url: str) -> None:
    url = f"{postgres_url}?options=-c%20statement_timeout%3D100"
    engine = open_engine(url)
    with pytest.raises(errors.StoreBusy), transaction(engine) as connection:
        connection.execute(text("SELECT pg_sleep(5)"))
    engine.dispose()


def test_every_error_of_the_tree_is_drawn_with_its_code() -> None:
    drawn = errors.__doc__ or ""
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type)]
    for kind in kinds:
        if issubclass(kind, HuashuError) and kind is not HuashuError:
            assert kind.__name__ in drawn
            assert kind.code in drawn  # type: ignore[attr-defined]


def test_an_option_with_a_wrong_value_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(errors.StoreUrlInvalid):
        open_engine(f"sqlite:///{tmp_path}/x.sqlite3?timeout=abc")
