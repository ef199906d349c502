"""``ivr recordings archive`` and ``ivr recordings key``."""

from __future__ import annotations

import sys

import click
from rich.progress import track

from ivr.bootstrap import open_db
from ivr.bootstrap_store import build_keys, build_store
from ivr.db.leases import KEEP, DatabaseQueue
from ivr.errors import StorageError
from ivr.settings import load_settings
from ivr.storage.archive import archive as archive_one
from ivr.storage.archive import old_recordings
from ivr.storage.keys import new_master


@click.command()
@click.argument("recording_ids", nargs=-1)
@click.option("--older-than", type=click.FloatRange(0), help="All that are older than so many days.")
@click.option("--opus", is_flag=True, help="Keep a small copy to listen to besides (archive/ID.opus).")
def archive(recording_ids: tuple[str, ...], older_than: float | None, opus: bool) -> None:
    """Replace recordings' WAV files by FLAC ones, once these are proven to give back the same file.

    Everything goes on working with archived recordings. ARCHIVE_AFTER_DAYS does it by itself.

    \b
    Examples:
      ivr recordings archive rec_1700000000.12
      ivr recordings archive --older-than 30 --opus
    """  # noqa: D301 - click's mark for lines that stay as they are
    if bool(recording_ids) == (older_than is not None):
        raise click.UsageError("name recordings, or give --older-than DAYS")
    settings = load_settings()
    store, database = build_store(settings), open_db(settings)
    names = recording_ids or tuple(old_recordings(database, older_than or 0, sys.maxsize))
    before = after = failed = 0
    for recording_id in track(names, "archiving", disable=not sys.stderr.isatty()):
        try:
            done = archive_one(store, database, recording_id, opus=opus)
        except StorageError as error:
            failed += 1
            click.echo(f"{recording_id}: {error}", err=True)
        else:
            before, after = before + done.before, after + done.after
    share = f", {after / before:.0%} of their size" if before else ""
    click.echo(f"{len(names) - failed} of {len(names)} recordings are archived{share}")
    sys.exit(1 if failed else 0)


@click.group()
def key() -> None:
    """Make and change the master key that recordings' keys are wrapped with (STORAGE_KEY_FILE)."""


@key.command()
def create() -> None:
    """Make the first key. Keep a copy of the file elsewhere: without it no recording can be read."""
    path = load_settings().storage_key_file
    if path is None:
        raise click.UsageError("set STORAGE_KEY_FILE to where the key is to be")
    if path.expanduser().exists():
        raise click.UsageError(f"{path} is there already; ivr recordings key rotate changes it")
    new_master(path)
    click.echo(f"{path} is made; keep a copy elsewhere. What is recorded from now on is encrypted")


@key.command()
def rotate() -> None:
    """Put a new key first in the file and wrap all recordings' keys with it; the sound is not touched.

    The old key stays in the file, for copies of older wrapped keys; take its line out once these are gone.
    """
    settings = load_settings()
    if settings.storage_key_file is None:
        raise click.UsageError("nothing is encrypted: STORAGE_KEY_FILE is not set")
    build_keys(settings)
    new_master(settings.storage_key_file)
    keys, store, jobs = build_keys(settings), build_store(settings), DatabaseQueue(open_db(settings))
    names, failed = keys.ids() if keys else [], 0
    for recording_id in names:
        try:
            if keys:
                keys.rewrap(recording_id)
            if store.keeps:
                jobs.submit(KEEP, {"recording_id": recording_id})
        except StorageError as error:
            failed += 1
            click.echo(f"{recording_id}: {error}", err=True)
    click.echo(f"{len(names) - failed} of {len(names)} keys are wrapped anew")
    sys.exit(1 if failed else 0)
