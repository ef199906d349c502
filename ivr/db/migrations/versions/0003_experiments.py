"""Make the tables of experiments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.db.types import Document, Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "experiments",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("tenant", sa.String(40), nullable=False, index=True),
        sa.Column("state", sa.String(8), nullable=False, index=True),
        sa.Column("definition", Document, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("started_at", Moment),
        sa.Column("stopped_at", Moment),
    )
    op.create_table(
        "call_variants",
        sa.Column("call_id", sa.String(80), sa.ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("experiment", sa.String(40), primary_key=True),
        sa.Column("variant", sa.String(40), nullable=False),
        sa.Column("cost", sa.Double),
        sa.Index("ix_call_variants_experiment", "experiment", "variant"),
    )


def downgrade() -> None:
    op.drop_table("call_variants")
    op.drop_table("experiments")
