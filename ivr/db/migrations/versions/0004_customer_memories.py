"""Make the table of what calls of customers came to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from ivr.db.types import Document, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "customer_memories",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("tenant", sa.String(40), nullable=False),
        sa.Column("account_id", sa.String(40), nullable=False),
        sa.Column("caller", sa.String(80), nullable=False),
        sa.Column("call_id", sa.String(80), nullable=False, index=True),
        sa.Column("at", Moment, nullable=False, index=True),
        sa.Column("note", Document, nullable=False),
        sa.UniqueConstraint("tenant", "call_id"),
        sa.Index("ix_customer_memories_account", "tenant", "account_id", "at"),
        sa.Index("ix_customer_memories_caller", "tenant", "caller", "at"),
    )


def downgrade() -> None:
    op.drop_table("customer_memories")
