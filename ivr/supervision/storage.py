"""The doctor's look at where recordings rest: the bucket, and what waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.bootstrap_store import build_bucket, build_keys
from ivr.db.backlog import Backlog, backlog
from ivr.db.session import open_database, reading
from ivr.errors import ConfigError, StorageError
from ivr.supervision.findings import bad, doubtful, good

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.settings import Settings
    from ivr.supervision.findings import Finding


def read_backlog(settings: Settings) -> Backlog:
    """Say what waits for the bucket; nothing where there is none. StorageUnavailable of the database."""
    if settings.storage_backend == "local" and settings.storage_key_file is None:
        return Backlog()
    engine = open_database(settings.database)
    try:
        with reading(engine) as session:
            return backlog(session)
    finally:
        engine.dispose()


def check_storage(settings: Settings) -> Iterator[Finding]:
    """Open the master key; write, read and remove a small object; see what waits."""
    try:
        encrypted = build_keys(settings) is not None
    except ConfigError as error:
        said, _, mend = str(error).rpartition(": ")
        yield bad("encryption", said, mend)
    else:
        yield good("encryption", f"with {settings.storage_key_file}" if encrypted else "not asked for")
    if settings.storage_backend == "local":
        yield good("S3", "not asked for (STORAGE_BACKEND=local)")
        return
    try:
        bucket = build_bucket(settings)
        bucket.probe()
    except (ConfigError, StorageError) as error:
        said, _, mend = str(error).rpartition(": ")
        yield bad("S3", said, mend)
    else:
        yield good("S3", f"{settings.s3_bucket} at {bucket.address.where} takes and gives objects")
    try:
        waits = read_backlog(settings)
    except StorageError:
        return  # what is wrong with the database is told by its own check
    if waits.failed:
        yield bad("uploads", f"{waits.failed} were given up: {waits.problem}", "then run: ivr recordings upload")
    elif waits.waiting:
        detail = f"{waits.waiting} recordings wait for S3, the oldest for {waits.oldest:.0f} s. {waits.problem}"
        yield doubtful("uploads", detail, "they go by themselves while ivr up runs and S3 answers")
    else:
        yield good("uploads", "nothing waits")
