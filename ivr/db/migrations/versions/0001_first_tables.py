"""Make the first tables: calls and their records, jobs, the demo customer database."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from ivr.db.types import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
RUNNING = sa.text("state = 'running'")
TABLES = (
    "calls",
    "recordings",
    "turns",
    "tool_runs",
    "interruptions",
    "topics",
    "jobs",
    "customers",
    "callbacks",
    "contact_changes",
    "cancellations",
)


def upgrade() -> None:
    make_calls()
    make_conversation()
    make_jobs()
    make_customers()


def make_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("call_id", sa.String(80), primary_key=True),
        sa.Column("recording_id", sa.String(80), nullable=False, unique=True),
        sa.Column("conversation_id", sa.String(80), nullable=False, index=True),
        sa.Column("direction", sa.String(10), nullable=False),
        sa.Column("caller", sa.String(80), nullable=False, index=True),
        sa.Column("called", sa.String(80), nullable=False),
        sa.Column("channel_id", sa.String(80), nullable=False),
        sa.Column("state", sa.String(8), nullable=False, index=True),
        sa.Column("started_at", Moment, nullable=False, index=True),
        sa.Column("answered_at", Moment),
        sa.Column("ended_at", Moment),
        sa.Column("outcome", sa.String(24), index=True),
        sa.Column("hangup_cause", sa.Integer),
        sa.Column("sip_code", sa.Integer),
        sa.Column("worker_pid", sa.Integer, nullable=False),
        sa.Column("worker_host", sa.String(255), nullable=False),
    )
    op.create_table(
        "recordings",
        sa.Column(
            "recording_id", sa.String(80), sa.ForeignKey("calls.recording_id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("path", sa.String(255), nullable=False),
        sa.Column("duration", sa.Double, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False, index=True),
        sa.Column("processed", sa.Boolean, nullable=False, index=True),
        sa.Column("processing_mode", sa.String(8), nullable=False),
        sa.Column("sentiment", sa.String(16), index=True),
        sa.Column("intent", sa.String(40), index=True),
        sa.Column("quality_score", sa.Double),
        sa.Column("live_wer", sa.Double),
        sa.Column("searchable", sa.Text, nullable=False),
        sa.Column("document", DOCUMENT, nullable=False),
    )


def make_conversation() -> None:
    op.create_table(
        "turns",
        *of_a_call(),
        sa.Column("who", sa.String(8), nullable=False),
        sa.Column("start", sa.Double, nullable=False),
        sa.Column("end", sa.Double, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("heard", sa.Text, nullable=False),
        sa.Column("interrupted", sa.Boolean, nullable=False),
        sa.Column("answer_ms", sa.Double),
        sa.Column("latencies_ms", DOCUMENT, nullable=False),
    )
    op.create_table(
        "tool_runs",
        *of_a_call(),
        sa.Column("name", sa.String(80), nullable=False, index=True),
        sa.Column("arguments", DOCUMENT, nullable=False),
        sa.Column("ok", sa.Boolean, nullable=False),
        sa.Column("data", DOCUMENT, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("duration_ms", sa.Double, nullable=False),
    )
    op.create_table(
        "interruptions",
        *of_a_call(),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.Double, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("stopped_after_ms", sa.Double),
    )
    op.create_table("topics", *of_a_call(), sa.Column("name", sa.String(40), nullable=False, index=True))


def of_a_call() -> tuple[sa.Column[str], sa.Column[int]]:
    call = sa.ForeignKey("calls.call_id", ondelete="CASCADE")
    return (
        sa.Column("call_id", sa.String(80), call, primary_key=True),
        sa.Column("n", sa.Integer, primary_key=True, autoincrement=False),
    )


def make_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("payload", DOCUMENT, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("not_before", Moment, nullable=False),
        sa.Column("lease_until", Moment),
        sa.Column("finished_at", Moment),
        sa.Column("worker", sa.String(255)),
        sa.Column("error", sa.Text, nullable=False),
        sa.Index("ix_jobs_waiting", "state", "not_before"),
        sa.Index("uq_jobs_running_subject", "subject", unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING),
    )


def make_customers() -> None:
    op.create_table(
        "customers",
        sa.Column("account_id", sa.String(6), primary_key=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("phone", sa.String(20), nullable=False, index=True),
        sa.Column("email", sa.String(120), nullable=False),
        sa.Column("plan", sa.String(80), nullable=False),
        sa.Column("price", sa.Numeric(10, 2), nullable=False),
        sa.Column("balance", sa.Numeric(10, 2), nullable=False),
        sa.Column("due_date", sa.Date),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("outage_until", sa.DateTime),
    )
    make_change(
        "callbacks",
        sa.Column("phone", sa.String(20), nullable=False),
        sa.Column("due_at", sa.DateTime, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
    )
    make_change(
        "contact_changes",
        sa.Column("field", sa.String(10), nullable=False),
        sa.Column("old_value", sa.String(120), nullable=False),
        sa.Column("new_value", sa.String(120), nullable=False),
    )
    make_change(
        "cancellations",
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
    )


def make_change(name: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.String(6), sa.ForeignKey("customers.account_id"), index=True),
        sa.Column("call_id", sa.String(80), nullable=False),
        sa.Column("idempotency_key", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.JSON, nullable=False),
        *columns,
        sa.UniqueConstraint("call_id", "idempotency_key"),
    )


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
