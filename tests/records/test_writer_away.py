from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import wait
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from app.records import migrate, tables
from app.records.database import open_engine, transaction
from app.records.errors import (
    SchemaOlder,
    StoreFolderMissing,
    StoreUnreachable,
)
from app.records.writer import Writer
from tests.postgres import PostgresServer
from tests.records.records import feedback, suggestion


def stored(engine: Engine) -> list[str]:
    with transaction(engine) as connection:
        return sorted(connection.execute(select(tables.suggestions.c.id)).scalars())


def eventually(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not come about in time"
        time.sleep(0.02)


def test_while_the_store_is_away_the_newest_are_kept_and_written_later(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/later/huashu.db"
    engine = open_engine(url)
    with Writer(engine, capacity=3) as writer:
        for number in range(5):
            writer.suggestion(suggestion(str(number)))
        eventually(lambda: not writer.state().available)
        state = writer.state()
        assert (state.queued, state.dropped, state.written) == (3, 2, 0)
        assert isinstance(state.error, StoreFolderMissing)
        with pytest.raises(StoreFolderMissing):
            writer.feedback(feedback("4")).result(10)
        migrate.upgrade(url)
        eventually(lambda: writer.state().available)
        assert writer.flush()
        assert (writer.state().queued, writer.state().written) == (0, 3)
    assert stored(engine) == ["2", "3", "4"]
    engine.dispose()


def test_the_writer_notices_by_itself_that_the_store_is_back(tmp_path: Path) -> None:
    """Else a load balancer that trusts /readyz would never send the request that tells it."""
    url = f"sqlite:///{tmp_path}/later/huashu.db"
    engine = open_engine(url)
    with Writer(engine) as writer:
        assert isinstance(writer.feedback(feedback("s1")).exception(10), StoreFolderMissing)
        assert not writer.state().available
        migrate.upgrade(url)
        eventually(lambda: writer.state().available)
    engine.dispose()


def test_closing_while_the_store_is_away_does_not_hang(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/never/huashu.db")
    started = time.monotonic()
    with Writer(engine) as writer:
        writer.suggestion(suggestion("s1"))
        assert not writer.flush(0.2)
    assert time.monotonic() - started < 5
    assert (writer.state().dropped, writer.state().queued) == (1, 0)
    engine.dispose()


def test_a_store_without_tables_is_told_and_awaited(url: str) -> None:
    engine = open_engine(url)
    with Writer(engine) as writer:
        writer.suggestion(suggestion("s1"))
        eventually(lambda: isinstance(writer.state().error, SchemaOlder))
        migrate.upgrade(url)
        assert writer.flush()
    assert stored(engine) == ["s1"]
    engine.dispose()


def test_a_server_that_goes_away_and_comes_back(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    migrate.upgrade(postgres_url)
    engine = open_engine(postgres_url)
    with Writer(engine) as writer:
        writer.suggestion(suggestion("before"))
        assert writer.flush()
        postgres_server.stop()
        try:
            writer.suggestion(suggestion("during"))
            failed = writer.feedback(feedback("before"))
            assert isinstance(failed.exception(15), StoreUnreachable)
            assert not writer.state().available
        finally:
            postgres_server.start()
        assert writer.flush(20)
        assert writer.feedback(feedback("during")).result(10) > 0
        assert writer.state().dropped == 0
    assert stored(engine) == ["before", "during"]
    engine.dispose()


def test_the_request_does_not_wait_for_a_locked_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/huashu.db"
    migrate.upgrade(url)
    engine = open_engine(url)
    with Writer(engine) as writer:
        with transaction(engine, write=True):
            started = time.perf_counter()
            for number in range(100):
                writer.suggestion(suggestion(str(number)))
            assert time.perf_counter() - started < 0.1
            waiting = writer.feedback(feedback("99"))
            assert not wait([waiting], 0.3).done
        assert waiting.result(10) > 0
    engine.dispose()
