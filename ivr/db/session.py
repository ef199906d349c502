"""Opens the database: SQLite by default, PostgreSQL in production."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from ivr.errors import ConfigError, StorageUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY_TIMEOUT = 10.0
"""Seconds that a writer waits for another process's write to SQLite."""
_POSTGRES_OPTIONS = {"connect_timeout": 5, "application_name": "ivr"}


def open_database(url: str) -> Engine:
    """Prepare the connections; ConfigError for a wrong URL. Nothing is asked of the database yet."""
    try:
        target = make_url(url)
    except ArgumentError:
        raise ConfigError(_mend(url)) from None
    match target.get_backend_name():
        case "sqlite":
            engine = create_engine(target, connect_args={"timeout": BUSY_TIMEOUT})
            event.listen(engine, "connect", _set_up_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        case "postgresql":
            return _open_postgresql(target.set(drivername="postgresql+psycopg"))
        case _:
            raise ConfigError(_mend(url))


def _open_postgresql(target: URL) -> Engine:
    try:
        return create_engine(target, pool_pre_ping=True, pool_size=5, max_overflow=10, connect_args=_POSTGRES_OPTIONS)
    except (ModuleNotFoundError, NoSuchModuleError):
        raise ConfigError(
            "DATABASE_URL names PostgreSQL, whose driver is missing: pip install 'ivr[postgresql]'"
        ) from None


def _mend(url: str) -> str:
    shown = url if "@" not in url else "the given one"
    return (
        f"DATABASE_URL: {shown} is not a database we know; use sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"
    )


def _set_up_sqlite(connection: Any, _record: object) -> None:
    """WAL lets readers read while a call writes; foreign keys are off by default in SQLite."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    """Take the write lock at once: a transaction that reads and then writes could otherwise fail without waiting."""
    writes = connection.get_execution_options().get("writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a transaction that writes; committed at the end. StorageUnavailable when the database cannot be used."""
    with _reachable(engine), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a transaction that only reads; it never waits for a writer of SQLite."""
    reader = engine.execution_options(writes=False)
    with _reachable(engine), Session(reader, expire_on_commit=False) as session:
        yield session


@contextmanager
def _reachable(engine: Engine) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StorageUnavailable(_explain(engine, error)) from error
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        raise StorageUnavailable(_explain(engine, error)) from error


def _explain(engine: Engine, error: DBAPIError) -> str:
    said = str(error.orig).strip().splitlines()[0]
    if engine.dialect.name == "sqlite":
        return (
            f"the database {engine.url.database} cannot be used ({said}): check that the folder exists, has room "
            "and may be written; a full disk or another program that holds it locked says the same"
        )
    place = engine.url.render_as_string(hide_password=True)
    return f"the database {place} cannot be used ({said}): start it, or correct DATABASE_URL"
