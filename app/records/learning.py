"""The journal as the learning reads it, and the proposals that came of it. Plain functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.engine.model import Decision
from app.records.reports import EVERYTHING, Scope, within
from app.records.tables import feedback, proposals, suggestions

State = Literal["open", "accepted", "rejected"]
REACTIONS = ("sent", "edited", "rejected")


@dataclass(frozen=True, slots=True)
class Reacted:
    """One feedback that says something: its outcome, entry and text."""

    outcome: str
    entry_id: str | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Traffic:
    """One request that may teach something. The lines of a burst are lines of `message`."""

    message: str
    decision: Decision
    offered: tuple[str, ...]
    platform: str | None
    stage: str | None
    channel: str
    reactions: tuple[Reacted, ...]


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal as it is stored. `texts` are the wordings, `content` is the caller's.

    `rank` is its place among those that were found together.

    `decided_at` and `reason` are those of the decision.
    """

    id: str
    shop: str
    kind: str
    entry_id: str
    texts: tuple[str, ...]
    content: dict[str, Any]
    phrasebook_version: str
    created_at: datetime
    rank: int = 0
    state: State = "open"
    reason: str | None = None
    decided_at: datetime | None = None


def traffic(
    connection: Connection, scope: Scope = EVERYTHING, *, limit: int = 20_000
) -> tuple[Traffic, ...]:
    """The requests without a sure answer and those with feedback, the most recent first."""
    of = suggestions.c
    reacted = exists().where(feedback.c.suggestion_id == of.id, feedback.c.outcome.in_(REACTIONS))
    wanted = (
        select(of.id, of.message, of.decision, of.offered, of.platform, of.stage, of.channel)
        .where(*within(scope), or_(of.decision != "answer", reacted))
        .order_by(of.created_at.desc(), of.id)
        .limit(limit)
    )
    rows = connection.execute(wanted).all()
    chosen = wanted.with_only_columns(of.id).subquery()
    said = (
        select(feedback.c.suggestion_id, feedback.c.outcome, feedback.c.entry_id, feedback.c.text)
        .where(feedback.c.suggestion_id.in_(select(chosen.c.id)))
        .where(feedback.c.outcome.in_(REACTIONS))
        .order_by(feedback.c.id)
    )
    reactions: dict[str, list[Reacted]] = {}
    for name, *rest in connection.execute(said):
        reactions.setdefault(name, []).append(Reacted(*rest))
    return tuple(
        Traffic(
            message=row.message,
            decision=row.decision,
            offered=tuple(x["entry_id"] for x in row.offered),
            platform=row.platform,
            stage=row.stage,
            channel=row.channel,
            reactions=tuple(reactions.get(row.id, ())),
        )
        for row in rows
    )


def replace_open(connection: Connection, shop: str, rows: Sequence[ProposalRow]) -> None:
    """These are the open proposals of the shop from now on; decided ones stay as they are."""
    connection.execute(
        delete(proposals).where(proposals.c.shop == shop, proposals.c.state == "open")
    )
    if rows:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        values = [{name: getattr(row, name) for name in row.__slots__} for row in rows]
        for value in values:
            value["texts"] = list(value["texts"])
        connection.execute(dialect.insert(proposals).on_conflict_do_nothing(), values)


def stored(
    connection: Connection, shop: str | None = None, state: State | None = None
) -> tuple[ProposalRow, ...]:
    """The proposals of a shop in their order, decided ones the last decided first."""
    query = select(proposals).order_by(
        proposals.c.decided_at.desc(), proposals.c.rank, proposals.c.id
    )
    if shop is not None:
        query = query.where(proposals.c.shop == shop)
    if state is not None:
        query = query.where(proposals.c.state == state)
    return tuple(_row(row) for row in connection.execute(query).mappings())


def one(connection: Connection, name: str) -> ProposalRow | None:
    """The proposal with this id, whatever its state."""
    found = connection.execute(select(proposals).where(proposals.c.id == name)).mappings().first()
    return _row(found) if found else None


def decide(
    connection: Connection, name: str, state: State, *, at: datetime, reason: str | None = None
) -> bool:
    """Stores the decision on an open proposal; False when it is not open (any more)."""
    changed = connection.execute(
        update(proposals)
        .where(proposals.c.id == name, proposals.c.state == "open")
        .values(state=state, reason=reason, decided_at=at)
    )
    return bool(changed.rowcount)


def _row(found: Any) -> ProposalRow:
    values = {name: found[name] for name in ProposalRow.__slots__}
    values["texts"] = tuple(values["texts"])
    return ProposalRow(**values)
