"""The tables that migrations make are the ones that the code uses."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from ivr.db.base import Base
from ivr.db.migrate import migrate
from ivr.db.session import open_database, reading, writing
from ivr.errors import ConfigError, StorageUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave out the full-text index, which each database has in its own way, with tables of its own behind it."""
    return kind != "table" or not str(name).startswith("recording_words")


def test_migrations_make_exactly_the_tables_of_the_code(database: Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": ours})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(database: Engine) -> None:
    migrate(database)


def test_two_processes_may_migrate_at_once(tmp_path: Path) -> None:
    failures: list[BaseException] = []

    def upgrade() -> None:
        try:
            migrate(open_database(f"sqlite:///{tmp_path}/new.sqlite"))
        except (StorageUnavailable, ConfigError) as error:
            failures.append(error)

    threads = [threading.Thread(target=upgrade) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_database_of_a_newer_version_is_refused(database: Engine) -> None:
    with reading(database) as session:
        newest = session.scalar(text("SELECT version_num FROM alembic_version"))
    with writing(database) as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigError, match="newer version"):
        migrate(database)
    with writing(database) as session:
        session.execute(text("UPDATE alembic_version SET version_num = :newest"), {"newest": newest})


def test_a_missing_folder_is_told_with_its_mend(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="check that the folder exists"):
        migrate(open_database(f"sqlite:///{tmp_path}/nowhere/ivr.sqlite"))


def test_a_dead_postgresql_is_told_without_its_password() -> None:
    with pytest.raises(StorageUnavailable, match="DATABASE_URL") as caught:
        migrate(open_database("postgresql://ivr:secret@127.0.0.1:1/ivr"))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "mysql://u:p@h/d", ""])
def test_an_unknown_database_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="DATABASE_URL"):
        open_database(url)


def test_a_reader_of_sqlite_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path}/ivr.sqlite")
    migrate(engine)
    with writing(engine) as writer:
        writer.execute(text("DELETE FROM jobs"))
        with reading(engine) as reader:
            assert reader.scalar(text("SELECT count(*) FROM calls")) == 0
