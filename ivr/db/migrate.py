"""Brings the database to this version's tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from ivr.db.search import index_missing
from ivr.db.session import writing
from ivr.errors import ConfigError

if TYPE_CHECKING:
    from sqlalchemy import Engine

_FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_249_871
"""Key of the PostgreSQL advisory lock; on SQLite the transaction itself keeps the others waiting."""


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision, in one transaction; safe to call from several processes at once.

    StorageUnavailable when the database cannot be used; ConfigError when it was made by a newer version.
    """
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    with writing(engine) as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise ConfigError(f"the database was made by a newer version ({error}): upgrade this program") from error
        index_missing(session)
