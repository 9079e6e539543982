"""The journal: suggestions and the feedback on them.

The lengths are written out: a migration says what was then, whatever app/records says now.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "suggestions",
        sa.Column("id", sa.String(128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shop", sa.String(128), nullable=False),
        sa.Column("platform", sa.String(128)),
        sa.Column("stage", sa.String(128)),
        sa.Column("channel", sa.String(128), nullable=False),
        sa.Column("conversation", sa.String(128)),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("message_key", sa.String(200), nullable=False),
        sa.Column("decision", sa.String(128), nullable=False),
        sa.Column("offered", sa.JSON, nullable=False),
        sa.Column("phrasebook_version", sa.String(128), nullable=False),
        sa.Column("took_ms", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_suggestions"),
    )
    op.create_index("ix_suggestions_created_at", "suggestions", ["created_at"])
    op.create_index(
        "ix_suggestions_shop_decision_created_at",
        "suggestions",
        ["shop", "decision", "created_at"],
    )
    _create_feedback()


def _create_feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("suggestion_id", sa.String(128), nullable=False),
        sa.Column("entry_id", sa.String(128)),
        sa.Column("outcome", sa.String(128), nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestions.id"],
            name="fk_feedback_suggestion_id_suggestions",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_feedback_suggestion_id", "feedback", ["suggestion_id"])
    op.create_index("ix_feedback_created_at", "feedback", ["created_at"])


def downgrade() -> None:
    op.drop_table("feedback")
    op.drop_table("suggestions")
