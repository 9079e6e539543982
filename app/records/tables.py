"""The tables, and the one type they need: moments that stay UTC on every database.

The schema that a database really has comes from `migrations/`; a test holds the two together.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)

# Longest values, in code points. PostgreSQL refuses longer ones and index rows over 2.7 kB.
ID_LENGTH = 128
NAME_LENGTH = 128
KEY_LENGTH = 200


class Moment(TypeDecorator[datetime]):
    """An aware datetime, stored and returned in UTC; SQLite has no time zones of its own.

    Raises ValueError for a datetime without a zone: its meaning would depend on the machine.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("时间必须带时区。")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

suggestions = Table(
    "suggestions",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("created_at", Moment, nullable=False),
    Column("shop", String(NAME_LENGTH), nullable=False),
    Column("platform", String(NAME_LENGTH)),
    Column("stage", String(NAME_LENGTH)),
    Column("channel", String(NAME_LENGTH), nullable=False),
    Column("conversation", String(NAME_LENGTH)),
    Column("message", Text, nullable=False),
    Column("message_key", String(KEY_LENGTH), nullable=False),
    Column("decision", String(NAME_LENGTH), nullable=False),
    Column("offered", JSON, nullable=False),
    Column("phrasebook_version", String(NAME_LENGTH), nullable=False),
    Column("took_ms", Float, nullable=False),
    Index(None, "created_at"),
    Index(None, "shop", "decision", "created_at"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column(
        "suggestion_id",
        String(ID_LENGTH),
        ForeignKey("suggestions.id", ondelete="CASCADE"),
        nullable=False,
    ),
    Column("entry_id", String(NAME_LENGTH)),
    Column("outcome", String(NAME_LENGTH), nullable=False),
    Column("text", Text),
    Column("created_at", Moment, nullable=False),
    Index(None, "suggestion_id"),
    Index(None, "created_at"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    Column("shop", String(NAME_LENGTH), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("kind", String(NAME_LENGTH), nullable=False),
    Column("entry_id", String(NAME_LENGTH), nullable=False),
    Column("texts", JSON, nullable=False),
    Column("content", JSON, nullable=False),
    Column("phrasebook_version", String(NAME_LENGTH), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("state", String(NAME_LENGTH), nullable=False),
    Column("reason", Text),
    Column("decided_at", Moment),
    Index(None, "shop", "state"),
)

# What has come in from chat systems and still has to be answered to them; see outbox.py.
outbox = Table(
    "outbox",
    metadata,
    Column("id", String(KEY_LENGTH), primary_key=True),
    Column("kind", String(NAME_LENGTH), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("state", String(NAME_LENGTH), nullable=False),
    Column("task", JSON, nullable=False),
    Column("problem", Text, nullable=False),
    Index(None, "state", "due_at"),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String(ID_LENGTH), primary_key=True),
    # SHA-256 of the key, in hexadecimal; the key itself is nowhere.
    Column("hash", String(128), nullable=False),
    Column("scope", String(NAME_LENGTH), nullable=False),
    Column("shop", String(NAME_LENGTH)),
    Column("origins", JSON, nullable=False),
    Column("note", String(200), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Index(None, "hash", unique=True),
)

# What all copies of the service have to know and nobody else, such as what signs sessions.
secrets = Table(
    "secrets",
    metadata,
    Column("name", String(NAME_LENGTH), primary_key=True),
    Column("value", String(200), nullable=False),
)
