"""A fresh database for each test, on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from ivr.db.base import Base
from ivr.db.migrate import migrate
from ivr.db.session import open_database, writing
from ivr.errors import StorageUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

START_WITHIN = 60


def programs() -> Path:
    """Find PostgreSQL's programs where Debian keeps them, or on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
    return found[-1].parent if found else Path(str(on_path)).parent


def as_postgres(*command: str | Path) -> list[str]:
    """PostgreSQL refuses to run as root."""
    plain = [str(part) for part in command]
    return ["runuser", "-u", "postgres", "--", *plain] if os.geteuid() == 0 else plain


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Run a PostgreSQL of our own; gives its URL."""
    folder = Path(tempfile.mkdtemp(prefix="ivr-postgresql-"))
    if os.geteuid() == 0:
        os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)
    binaries = programs()
    subprocess.run(
        as_postgres(binaries / "initdb", "-D", folder / "data", "-A", "trust", "-U", "ivr", "--no-sync", "-E", "UTF8"),
        check=True,
        capture_output=True,
        cwd="/",
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["-p", str(port), "-k", str(folder), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
    server = subprocess.Popen(
        [*as_postgres(binaries / "postgres", "-D", folder / "data"), *options], stderr=subprocess.DEVNULL, cwd="/"
    )
    url = f"postgresql://ivr@127.0.0.1:{port}/postgres"
    try:
        wait_until_ready(url)
        yield url
    finally:
        leader = int((folder / "data/postmaster.pid").read_text().split()[0])
        os.kill(leader, signal.SIGINT)
        server.wait(30)
        shutil.rmtree(folder)


def wait_until_ready(url: str) -> None:
    engine = open_database(url)
    deadline = time.monotonic() + START_WITHIN
    while True:
        try:
            migrate(engine)
        except StorageUnavailable:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        else:
            break
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ivr.sqlite"
    address = str(request.getfixturevalue("postgresql"))
    engine = open_database(address)
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with writing(engine) as session:
        session.execute(text(f"TRUNCATE {names} CASCADE"))
    engine.dispose()
    return address


@pytest.fixture
def database(url: str) -> Iterator[Engine]:
    engine = open_database(url)
    migrate(engine)
    yield engine
    engine.dispose()
