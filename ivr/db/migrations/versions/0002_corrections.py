"""Make the tables of the correction bank."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.db.types import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OF_A_CALL = sa.text("call_id <> ''")


def upgrade() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("tenant", sa.String(40), nullable=False),
        sa.Column("heard", sa.String(80), nullable=False),
        sa.Column("meant", sa.String(80), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("fired", sa.Integer, nullable=False),
        sa.Column("confirmed", sa.Integer, nullable=False),
        sa.Column("reverted", sa.Integer, nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.UniqueConstraint("tenant", "heard", "meant", "kind"),
    )
    op.create_table(
        "correction_events",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "correction_id",
            sa.Integer,
            sa.ForeignKey("corrections.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("what", sa.String(10), nullable=False),
        sa.Column("source", sa.String(80), nullable=False),
        sa.Column("call_id", sa.String(80), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Index("ix_correction_events_what", "correction_id", "what"),
        sa.Index(
            "uq_correction_events_of_a_call",
            "correction_id",
            "what",
            "call_id",
            unique=True,
            sqlite_where=OF_A_CALL,
            postgresql_where=OF_A_CALL,
        ),
    )


def downgrade() -> None:
    op.drop_table("correction_events")
    op.drop_table("corrections")
