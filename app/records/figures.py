"""The journal in figures for a page: over days, and by the entry asked for. They block.

A reply counts as shown when feedback of any outcome exists, as used when it was sent or edited.
Each counts once a suggestion, however often it was reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Subquery,
    case,
    func,
    select,
    type_coerce,
)

from app.engine.model import Decision
from app.records.reports import DECISIONS, Scope, within
from app.records.tables import feedback, suggestions

USED = ("sent", "edited")


@dataclass(frozen=True, slots=True)
class Day:
    """What was asked on one day, and what became of it. `used` ≤ `shown` ≤ all decisions."""

    day: date
    decisions: Mapping[Decision, int]
    shown: int
    used: int

    @property
    def questions(self) -> int:
        """All messages of the day."""
        return sum(self.decisions.values())


@dataclass(frozen=True, slots=True)
class EntryQuestions:
    """How often an entry stood first, and how often a reply was then shown and used."""

    entry_id: str
    questions: int
    shown: int
    used: int


def daily(
    connection: Connection, days: Sequence[date], zone: tzinfo, shop: str | None = None
) -> tuple[Day, ...]:
    """Figures of consecutive days as they begin and end in a time zone; `days` is ascending."""
    if not days:
        return ()
    number = _day_number(days, zone)
    conditions = within(_span(days, zone, shop))
    counted = (
        select(number.label("day"), suggestions.c.decision, func.count())
        .where(*conditions)
        .group_by("day", suggestions.c.decision)
    )
    decisions: list[dict[Decision, int]] = [dict.fromkeys(DECISIONS, 0) for _ in days]
    for at, decision, count in connection.execute(counted):
        decisions[at][decision] = count
    outcomes = _outcomes(conditions)
    became = (
        select(number.label("day"), func.count(), func.sum(outcomes.c.used))
        .join(outcomes, outcomes.c.suggestion_id == suggestions.c.id)
        .group_by("day")
    )
    found = {at: (int(shown), int(used)) for at, shown, used in connection.execute(became)}
    return tuple(Day(day, decisions[at], *found.get(at, (0, 0))) for at, day in enumerate(days))


def asked_entries(
    connection: Connection,
    days: Sequence[date],
    zone: tzinfo,
    shop: str | None = None,
    *,
    limit: int = 20,
) -> tuple[EntryQuestions, ...]:
    """The entries that stood first most often while something was offered, over some days."""
    if not days:
        return ()
    first = suggestions.c.offered[(0, "entry_id")].as_string().label("entry")
    conditions = [*within(_span(days, zone, shop)), suggestions.c.decision != "none"]
    outcomes = _outcomes(conditions)
    query = (
        select(
            first,
            func.count().label("questions"),
            func.count(outcomes.c.suggestion_id),
            func.coalesce(func.sum(outcomes.c.used), 0),
        )
        .select_from(suggestions.outerjoin(outcomes, outcomes.c.suggestion_id == suggestions.c.id))
        .where(*conditions)
        .group_by("entry")
        .order_by(func.count().desc(), "entry")
        .limit(limit + 1)  # one of them may be rows without an entry
    )
    return tuple(
        EntryQuestions(entry_id, int(questions), int(shown), int(used))
        for entry_id, questions, shown, used in connection.execute(query)
        if entry_id
    )[:limit]


def last_days(today: date, number: int) -> tuple[date, ...]:
    """`number` days that end with today, ascending."""
    return tuple(today - timedelta(days=ago) for ago in reversed(range(number)))


def _outcomes(conditions: Sequence[ColumnElement[bool]]) -> Subquery:
    """One row for each suggestion with feedback: whether it was used, as 1 or 0."""
    used = func.max(case((feedback.c.outcome.in_(USED), 1), else_=0))
    return (
        select(feedback.c.suggestion_id, type_coerce(used, Integer).label("used"))
        .join(suggestions, feedback.c.suggestion_id == suggestions.c.id)
        .where(*conditions)
        .group_by(feedback.c.suggestion_id)
        .subquery()
    )


def _day_number(days: Sequence[date], zone: tzinfo) -> ColumnElement[int]:
    """The place of a row's day in `days`. Bounds instead of date functions, which differ between
    databases and know no time zone in SQLite."""
    ends = [(_begin(day + timedelta(days=1), zone), at) for at, day in enumerate(days)]
    created = suggestions.c.created_at
    return case(*((created < end, at) for end, at in ends), else_=len(days) - 1)


def _span(days: Sequence[date], zone: tzinfo, shop: str | None) -> Scope:
    return Scope(shop, _begin(days[0], zone), _begin(days[-1] + timedelta(days=1), zone))


def _begin(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)
