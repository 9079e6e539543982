"""Stores batches in one transaction; what the database refuses must not hold up its neighbours.

The functions raise StoreError when the store is away, and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from app.engine.errors import HuashuError
from app.records import journal
from app.records.database import place, transaction
from app.records.errors import (
    OtherShopSuggestion,
    StoreError,
    StoreFailed,
    UnknownSuggestion,
)
from app.records.journal import FeedbackRecord, SuggestionRecord

log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class FeedbackJob:
    """A feedback that somebody waits for. `deadline` is on time.monotonic()'s clock."""

    record: FeedbackRecord
    deadline: float
    future: Future[int] = field(default_factory=Future)

    def settle(self, outcome: int | HuashuError) -> None:
        """Hand over the outcome, unless the request went away meanwhile."""
        if not self.future.set_running_or_notify_cancel():
            return
        if isinstance(outcome, HuashuError):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


def store_suggestions(engine: Engine, records: Sequence[SuggestionRecord], key: bytes) -> int:
    """Commit the records; returns how many of them no transaction would take."""
    try:
        with transaction(engine, write=True) as connection:
            journal.record_suggestions(connection, records, key)
        return 0
    except StoreError:
        raise
    except Exception:
        if len(records) == 1:
            log.exception("a suggestion can not be stored")
            return 1
    return sum(store_suggestions(engine, [record], key) for record in records)


def store_feedback(engine: Engine, records: Sequence[FeedbackRecord]) -> list[int | HuashuError]:
    """Commit the records; returns for each its id, or why it is not stored."""
    try:
        with transaction(engine, write=True) as connection:
            return [_attempt(connection, record) for record in records]
    except StoreError:
        raise
    except Exception as error:
        if len(records) == 1:
            return [_reason(engine, records[0], error)]
    return [store_feedback(engine, [record])[0] for record in records]


def _attempt(connection: Connection, record: FeedbackRecord) -> int | HuashuError:
    try:
        return journal.record_feedback(connection, record)
    except (UnknownSuggestion, OtherShopSuggestion) as error:
        return error


def _reason(engine: Engine, record: FeedbackRecord, error: Exception) -> HuashuError:
    if isinstance(error, IntegrityError):  # deleted between the query and the insert
        return UnknownSuggestion(record.suggestion_id)
    log.error("a feedback can not be stored: %r", error)
    return StoreFailed(place(engine.url))
