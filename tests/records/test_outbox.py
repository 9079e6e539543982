from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from app.records import outbox
from app.records.database import transaction

NOW = datetime(2026, 11, 11, 8, tzinfo=UTC)
LEASE = timedelta(seconds=90)


def put(engine: Engine, delivery_id: str, seconds: int = 0) -> bool:
    with transaction(engine, write=True) as connection:
        return outbox.put(
            connection, delivery_id, "note", {"text": "您好"}, NOW + timedelta(seconds=seconds)
        )


def take(engine: Engine, seconds: int = 60, most: int = 10) -> list[outbox.Delivery]:
    with transaction(engine, write=True) as connection:
        return outbox.take(connection, NOW + timedelta(seconds=seconds), LEASE, most)


def test_the_same_id_is_stored_once(engine: Engine) -> None:
    assert put(engine, "a")
    assert not put(engine, "a")
    assert [d.id for d in take(engine)] == ["a"]


def test_the_oldest_first_and_no_more_than_asked_for(engine: Engine) -> None:
    for delivery_id, seconds in (("b", 2), ("a", 3), ("c", 1)):
        put(engine, delivery_id, seconds)
    assert [d.id for d in take(engine, most=2)] == ["c", "b"]
    assert [d.id for d in take(engine)] == ["a"]


def test_a_lease_runs_out_and_tries_are_counted(engine: Engine) -> None:
    put(engine, "a")
    (first,) = take(engine)
    assert (first.tries, first.task) == (1, {"text": "您好"})
    assert take(engine, 60 + 89) == []
    (again,) = take(engine, 60 + 90)
    assert again.tries == 2


def test_settled_ones_are_forgotten_but_known(engine: Engine) -> None:
    for delivery_id in ("a", "b", "c"):
        put(engine, delivery_id)
    with transaction(engine, write=True) as connection:
        outbox.done(connection, "a")
        outbox.failed(connection, "b", "不行")
        outbox.later(connection, "a", NOW, "settled ones stay settled")
        outbox.later(connection, "c", NOW + timedelta(seconds=30), "忙")
        assert outbox.counts(connection) == {"done": 1, "failed": 1, "waiting": 1}
        assert outbox.next_due(connection) == NOW + timedelta(seconds=30)
    assert not put(engine, "a")
    assert [d.id for d in take(engine)] == ["c"]
    with transaction(engine, write=True) as connection:
        assert outbox.forget(connection, NOW + timedelta(days=1)) == 2
        assert outbox.counts(connection) == {"waiting": 1}
