"""What the journal says: unanswered messages and figures. Plain functions; they block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from app.engine.model import Decision
from app.records.journal import OUTCOMES, Outcome, storable
from app.records.tables import NAME_LENGTH, feedback, suggestions

DECISIONS: tuple[Decision, ...] = ("answer", "choose", "none")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the journal: a shop (None: all), from `since` to before `until`, aware."""

    shop: str | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Messages of one wording to which the decision was `none`.

    `samples` are different spellings of it, masked, the most frequent first.
    """

    key: str
    count: int
    first_at: datetime
    last_at: datetime
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EntryStats:
    """How often feedback named an entry, by outcome; every outcome has a number."""

    entry_id: str
    outcomes: Mapping[Outcome, int]


@dataclass(frozen=True, slots=True)
class Stats:
    """Figures of a scope. Feedback counts with the time of its suggestion.

    `took_ms_p95` is None without suggestions. `entries` come most feedback first.
    """

    suggestions: int
    decisions: Mapping[Decision, int]
    outcomes: Mapping[Outcome, int]
    took_ms_p95: float | None
    entries: tuple[EntryStats, ...]


def unanswered(
    connection: Connection, scope: Scope = EVERYTHING, *, limit: int = 50, samples: int = 3
) -> tuple[Unanswered, ...]:
    """The wordings nobody's entry answered, most frequent first, then most recent."""
    key, created = suggestions.c.message_key, suggestions.c.created_at
    count = func.count()
    query = (
        select(key, count, func.min(created), func.max(created))
        .where(*within(scope), suggestions.c.decision == "none")
        .group_by(key)
        .order_by(count.desc(), func.max(created).desc(), key)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    texts = _samples(connection, scope, [row[0] for row in rows], samples)
    return tuple(
        Unanswered(row[0], row[1], row[2], row[3], tuple(texts.get(row[0], ()))) for row in rows
    )


def stats(connection: Connection, scope: Scope = EVERYTHING, *, entries: int = 20) -> Stats:
    """Figures of a scope, with the `entries` entries that have most feedback."""
    conditions = within(scope)
    by_decision = (
        select(suggestions.c.decision, func.count())
        .where(*conditions)
        .group_by(suggestions.c.decision)
    )
    decisions: dict[Decision, int] = dict.fromkeys(DECISIONS, 0)
    decisions.update((row[0], row[1]) for row in connection.execute(by_decision))
    by_entry = (
        select(feedback.c.entry_id, feedback.c.outcome, func.count())
        .join(suggestions, feedback.c.suggestion_id == suggestions.c.id)
        .where(*conditions)
        .group_by(feedback.c.entry_id, feedback.c.outcome)
    )
    outcomes = _no_outcomes()
    named: dict[str, dict[Outcome, int]] = {}
    for entry_id, outcome, number in connection.execute(by_entry):
        outcomes[outcome] += number
        if entry_id is not None:
            named.setdefault(entry_id, _no_outcomes())[outcome] += number
    order = sorted(named, key=lambda entry_id: (-sum(named[entry_id].values()), entry_id))
    return Stats(
        suggestions=sum(decisions.values()),
        decisions=decisions,
        outcomes=outcomes,
        took_ms_p95=_p95(connection, conditions, sum(decisions.values())),
        entries=tuple(EntryStats(entry_id, named[entry_id]) for entry_id in order[:entries]),
    )


def within(scope: Scope) -> list[ColumnElement[bool]]:
    """What a row of the suggestions has to fulfil to lie in a scope."""
    conditions: list[ColumnElement[bool]] = []
    if scope.shop is not None:
        conditions.append(suggestions.c.shop == storable(scope.shop, NAME_LENGTH))
    if scope.since is not None:
        conditions.append(suggestions.c.created_at >= scope.since)
    if scope.until is not None:
        conditions.append(suggestions.c.created_at < scope.until)
    return conditions


def _samples(
    connection: Connection, scope: Scope, keys: list[str], number: int
) -> dict[str, list[str]]:
    key, message = suggestions.c.message_key, suggestions.c.message
    place = func.row_number().over(
        partition_by=key,
        order_by=(func.count().desc(), func.max(suggestions.c.created_at).desc(), message),
    )
    spellings = (
        select(key, message, place.label("place"))
        .where(*within(scope), suggestions.c.decision == "none", key.in_(keys))
        .group_by(key, message)
        .subquery()
    )
    query = (
        select(spellings.c.message_key, spellings.c.message)
        .where(spellings.c.place <= number)
        .order_by(spellings.c.message_key, spellings.c.place)
    )
    found: dict[str, list[str]] = {}
    for wording, text in connection.execute(query):
        found.setdefault(wording, []).append(text)
    return found


def _no_outcomes() -> dict[Outcome, int]:
    return dict.fromkeys(OUTCOMES, 0)


def _p95(connection: Connection, conditions: list[ColumnElement[bool]], total: int) -> float | None:
    """Nearest rank, counted by the database: SQLite has no percentile function."""
    rank = -(-total * 95 // 100)
    took = suggestions.c.took_ms
    query = select(took).where(*conditions).order_by(took).offset(max(rank - 1, 0)).limit(1)
    found: float | None = connection.execute(query).scalar_one_or_none()
    return found
