"""Alembic's environment: runs on the connection that ``ivr.db.migrate`` hands over, inside its transaction."""

from __future__ import annotations

from alembic import context

import ivr.db.correction_tables
import ivr.db.crm_tables
import ivr.db.experiment_tables
import ivr.db.memory_tables
import ivr.db.search_tables
import ivr.db.tables  # noqa: F401 - fills the metadata
from ivr.db.base import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="ivr.db.types.",
)
context.run_migrations()
