"""Deliveries to other systems that survive a restart: each is done once, or said to have failed.

A delivery is known by its id, so that what comes in twice is done once. Whoever works on one
takes it on lease: another process takes it over only when the lease has run out. Plain functions
over a connection; they block.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.records.tables import outbox

State = Literal["waiting", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to deliver. `tries` counts those begun, this one included."""

    id: str
    kind: str
    task: Mapping[str, Any]
    tries: int
    created_at: datetime


def put(
    connection: Connection, delivery_id: str, kind: str, task: Mapping[str, Any], now: datetime
) -> bool:
    """Store a delivery; False when one of this id is known already, whatever became of it."""
    row = {
        "id": delivery_id,
        "kind": kind,
        "created_at": now,
        "due_at": now,
        "tries": 0,
        "state": "waiting",
        "task": dict(task),
        "problem": "",
    }
    insert_new = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    stored = insert_new(outbox).values(row).on_conflict_do_nothing().returning(outbox.c.id)
    return connection.execute(stored).first() is not None


def take(connection: Connection, now: datetime, lease: timedelta, most: int) -> list[Delivery]:
    """Take up to `most` due deliveries, the oldest first, on lease.

    In a writing transaction. Another process does not get them before `now` + `lease`.
    """
    due = (
        select(outbox)
        .where(outbox.c.state == "waiting", outbox.c.due_at <= now)
        .order_by(outbox.c.created_at, outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    taken = []
    for row in connection.execute(due).mappings().all():
        connection.execute(
            update(outbox)
            .where(outbox.c.id == row["id"])
            .values(due_at=now + lease, tries=row["tries"] + 1)
        )
        taken.append(
            Delivery(row["id"], row["kind"], row["task"], row["tries"] + 1, row["created_at"])
        )
    return taken


def done(connection: Connection, delivery_id: str) -> None:
    """Nothing is left to do; what it was about is forgotten, its id is not."""
    _settle(connection, delivery_id, "done", "")


def failed(connection: Connection, delivery_id: str, problem: str) -> None:
    """Given up, for a reason in plain words."""
    _settle(connection, delivery_id, "failed", problem)


def later(connection: Connection, delivery_id: str, due_at: datetime, problem: str) -> None:
    """To be tried again."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == delivery_id, outbox.c.state == "waiting")
        .values(due_at=due_at, problem=problem)
    )


def next_due(connection: Connection) -> datetime | None:
    """When the next delivery is due; None when nothing waits."""
    found: datetime | None = connection.scalar(
        select(func.min(outbox.c.due_at)).where(outbox.c.state == "waiting")
    )
    return found


def counts(connection: Connection) -> dict[str, int]:
    """How many deliveries are in each state."""
    rows = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))
    return {str(state): int(count) for state, count in rows}


def forget(connection: Connection, before: datetime) -> int:
    """Delete what was settled and came in before a moment; returns how many that were."""
    old = delete(outbox).where(outbox.c.state != "waiting", outbox.c.created_at < before)
    return connection.execute(old).rowcount


def _settle(connection: Connection, delivery_id: str, state: State, problem: str) -> None:
    connection.execute(
        update(outbox)
        .where(outbox.c.id == delivery_id)
        .values(state=state, task={}, problem=problem)
    )
