"""Short ways to write the records that the tests put in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from app.records.journal import FeedbackRecord, SuggestionRecord

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def suggestion(name: str, message: str = "怎么还不发货", **values: Any) -> SuggestionRecord:
    """A suggestion of shop `a`, decided `none`, at noon plus `minutes`."""
    at = NOON + timedelta(minutes=values.pop("minutes", 0))
    defaults: dict[str, Any] = {"shop": "a", "decision": "none", "created_at": at}
    return SuggestionRecord(id=name, message=message, **{**defaults, **values})


def feedback(suggestion_id: str, outcome: Any = "sent", **values: Any) -> FeedbackRecord:
    """A feedback at noon."""
    return FeedbackRecord(suggestion_id, outcome, values.pop("created_at", NOON), **values)
