"""Make the index that recordings are found by, and the marks that people put on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.db.search_tables import ID
from ivr.db.spoken_words import TABLE, make_table
from ivr.db.types import Document, Moment

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recording_entries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "recording_id",
            ID,
            sa.ForeignKey("recordings.recording_id", ondelete="CASCADE"),
            nullable=False,
            unique=True,
        ),
        sa.Column("conversation_id", sa.String(80), nullable=False, index=True),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("duration", sa.Double, nullable=False),
        sa.Column("caller_key", sa.String(40), nullable=False),
        sa.Column("called_key", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(24)),
        sa.Column("processed", sa.Boolean, nullable=False),
        sa.Column("sentiment", sa.String(16)),
        sa.Column("intent", sa.String(40)),
        sa.Column("binned", sa.Boolean, nullable=False),
        sa.Column("shown", Document, nullable=False),
        sa.Index("ix_recording_entries_order", "started_at", "recording_id"),
        sa.Index("ix_recording_entries_caller", "caller_key", "started_at"),
        sa.Index("ix_recording_entries_called", "called_key", "started_at"),
        sa.Index("ix_recording_entries_intent", "intent", "started_at"),
        sa.Index("ix_recording_entries_sentiment", "sentiment", "started_at"),
    )
    op.create_table(
        "recording_entities",
        sa.Column("entry_id", sa.Integer, sa.ForeignKey("recording_entries.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True),
        sa.Column("type", sa.String(24), nullable=False, index=True),
        sa.Column("value", sa.String(200), nullable=False),
        sa.Index("ix_recording_entities_value", "value", "type"),
    )
    op.create_table(
        "recording_marks",
        sa.Column("recording_id", sa.String(80), primary_key=True),
        sa.Column("binned_at", Moment, index=True),
        sa.Column("binned_because", sa.Text, nullable=False),
        sa.Column("held_at", Moment),
        sa.Column("held_because", sa.Text, nullable=False),
    )
    make_table(op.get_bind())
    op.drop_column("recordings", "searchable")


def downgrade() -> None:
    op.add_column("recordings", sa.Column("searchable", sa.Text, nullable=False, server_default=""))
    op.drop_table(TABLE)
    for name in ("recording_marks", "recording_entities", "recording_entries"):
        op.drop_table(name)
