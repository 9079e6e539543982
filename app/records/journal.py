"""Writes and reads the journal. Plain functions over a connection; see database.transaction.

Only masked text is stored, and only text that every database takes. The functions block.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Literal

from sqlalchemy import Connection, Insert, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from app.engine.model import Decision
from app.engine.personal_data import mask
from app.records.errors import OtherShopSuggestion, UnknownSuggestion
from app.records.tables import ID_LENGTH, KEY_LENGTH, NAME_LENGTH, feedback, suggestions

Outcome = Literal["displayed", "sent", "edited", "rejected"]
OUTCOMES: tuple[Outcome, ...] = ("displayed", "sent", "edited", "rejected")
# Code points of one stored text. The engine caps messages before; this is the last resort.
TEXT_LENGTH = 20_000
# PostgreSQL refuses NUL, and no UTF-8 encoder takes a lone surrogate.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class SuggestionRecord:
    """What one request asked and got. Texts are raw; the journal masks them.

    `created_at` is aware. `offered` are (entry id, confidence 0–1), best first. `took_ms` is in
    milliseconds. The lines of a burst are joined by a line break in `message`.
    """

    id: str
    created_at: datetime
    shop: str
    message: str
    decision: Decision
    platform: str | None = None
    stage: str | None = None
    channel: str = "chat"
    conversation_id: str | None = None
    offered: tuple[tuple[str, float], ...] = ()
    phrasebook_version: str = ""
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class FeedbackRecord:
    """What became of a suggestion. `created_at` is aware; `text` is raw, the journal masks it.

    With `shop` the suggestion must be that shop's; None accepts every shop's.
    """

    suggestion_id: str
    outcome: Outcome
    created_at: datetime
    entry_id: str | None = None
    text: str | None = None
    shop: str | None = None


def record_suggestions(
    connection: Connection, records: Sequence[SuggestionRecord], key: bytes = b""
) -> None:
    """Store a batch. A record whose id is already stored is skipped, so that a batch may be
    repeated when the answer to a commit was lost. `key` is hash_conversation's."""
    if records:
        rows = [_suggestion_row(record, key) for record in records]
        connection.execute(_insert_new(connection), rows)


def record_feedback(connection: Connection, record: FeedbackRecord) -> int:
    """Store one feedback and return its id.

    Raises UnknownSuggestion or OtherShopSuggestion; the transaction stays usable then.
    """
    suggestion_id = storable(record.suggestion_id, ID_LENGTH)
    query = select(suggestions.c.shop).where(suggestions.c.id == suggestion_id)
    shop = connection.execute(query).scalar_one_or_none()
    if shop is None:
        raise UnknownSuggestion(record.suggestion_id)
    if record.shop is not None and storable(record.shop, NAME_LENGTH) != shop:
        raise OtherShopSuggestion(record.suggestion_id)
    row = {
        "suggestion_id": suggestion_id,
        "entry_id": _name(record.entry_id),
        "outcome": storable(record.outcome, NAME_LENGTH),
        "text": None if record.text is None else stored_text(record.text),
        "created_at": record.created_at,
    }
    # The foreign key holds: a suggestion deleted since the query is an IntegrityError.
    inserted = connection.execute(insert(feedback).values(row)).inserted_primary_key
    assert inserted is not None
    return int(inserted[0])


def stored_text(text: str) -> str:
    """Text as the journal keeps it: personal data masked, storable everywhere, of bounded length.

    Masks before it cuts, so that no half of a number is left over.
    """
    return storable(mask(text), TEXT_LENGTH)


def storable(text: str, length: int) -> str:
    """NUL and lone surrogates become U+FFFD; at most `length` code points remain."""
    return _UNSTORABLE.sub("\ufffd", text[:length])


def message_key(stored: str) -> str:
    """What counts as the same wording: width, case, spaces and punctuation do not matter.

    Takes and returns storable text. Where there is only punctuation, as in 「？？？」, it stays.
    """
    folded = unicodedata.normalize("NFKC", stored[:TEXT_LENGTH]).casefold()
    words = _NO_WORD.sub("", folded)
    return storable(words or folded.strip(), KEY_LENGTH)


def hash_conversation(conversation_id: str, key: bytes = b"") -> str:
    """32 hexadecimal digits that stand for a conversation.

    Ids may be guessable, such as a buyer's nickname: with a secret `key` (64 bytes at most)
    whoever reads the database alone can not test guesses.
    """
    raw = conversation_id.encode("utf-8", "surrogatepass")
    return blake2b(raw, digest_size=16, key=key, person=b"huashu.conv").hexdigest()


def _suggestion_row(record: SuggestionRecord, key: bytes) -> dict[str, Any]:
    message = stored_text(record.message)
    conversation = record.conversation_id
    return {
        "id": storable(record.id, ID_LENGTH),
        "created_at": record.created_at,
        "shop": storable(record.shop, NAME_LENGTH),
        "platform": _name(record.platform),
        "stage": _name(record.stage),
        "channel": storable(record.channel, NAME_LENGTH),
        "conversation": hash_conversation(conversation, key) if conversation else None,
        "message": message,
        "message_key": message_key(message),
        "decision": storable(record.decision, NAME_LENGTH),
        "offered": [
            {"entry_id": storable(entry_id, NAME_LENGTH), "confidence": _finite(confidence)}
            for entry_id, confidence in record.offered
        ],
        "phrasebook_version": storable(record.phrasebook_version, NAME_LENGTH),
        "took_ms": _finite(record.took_ms),
    }


def _name(text: str | None) -> str | None:
    return None if text is None else storable(text, NAME_LENGTH)


def _finite(number: float) -> float:
    """JSON and SQLite have no NaN and no infinity."""
    return float(number) if math.isfinite(number) else 0.0


def _insert_new(connection: Connection) -> Insert:
    if connection.dialect.name == "postgresql":
        return postgresql.insert(suggestions).on_conflict_do_nothing()
    return sqlite.insert(suggestions).on_conflict_do_nothing()
