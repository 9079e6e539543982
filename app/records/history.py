"""What customers wrote, as the journal kept it: masked. Plain functions; they block."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from app.records.reports import EVERYTHING, Scope, within
from app.records.tables import suggestions


@dataclass(frozen=True, slots=True)
class Written:
    """One wording in one setting, and how often it came. The lines of a burst are lines."""

    message: str
    platform: str | None
    stage: str | None
    channel: str
    count: int
    last_at: datetime


def written(
    connection: Connection, scope: Scope = EVERYTHING, *, limit: int = 2000
) -> tuple[Written, ...]:
    """The wordings of a scope, the most recent first, each with platform, stage and channel."""
    columns = suggestions.c
    setting = (columns.message, columns.platform, columns.stage, columns.channel)
    last = func.max(columns.created_at)
    query = (
        select(*setting, func.count(), last)
        .where(*within(scope))
        .group_by(*setting)
        .order_by(last.desc(), columns.message)
        .limit(limit)
    )
    return tuple(Written(*row) for row in connection.execute(query))
