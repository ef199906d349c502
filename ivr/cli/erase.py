"""``ivr recordings erase``: remove everything that is kept of a recording."""

from __future__ import annotations

import json
import os
import socket
import sys
from typing import TYPE_CHECKING

import click

from ivr.bootstrap import build_store, open_db
from ivr.call.journal import SUFFIX, lock_if_dead
from ivr.db.leases import DatabaseQueue
from ivr.db.queries import erase_call
from ivr.db.session import writing
from ivr.errors import RecordingNotFound, StorageError, StorageUnavailable
from ivr.settings import load_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ivr.storage.local import LocalStore

ERASE = "erase"
"""The kind of the job that keeps others off a recording while it is erased."""


@click.command()
@click.argument("recording_ids", nargs=-1, required=True, metavar="ID...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a recording, for programs.")
def erase(recording_ids: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Remove recordings for ever: sound, listening copy, metadata, transcripts, report, and what the database has.

    Exit 1 when one of them is not known, or in use; the others are erased.

    \b
    Examples:
      ivr recordings erase rec_1700000000.12
      ivr recordings erase rec_1700000000.12 rec_1700000000.13 --yes
    """  # noqa: D301 - click's mark for lines that stay as they are
    if not yes:
        click.confirm(f"erase {', '.join(recording_ids)} for ever?", abort=True, err=True)
    settings = load_settings()
    store, database = build_store(settings), open_db(settings)
    failed = 0
    for recording_id in recording_ids:
        try:
            erased, problem = _erase(store, database, recording_id), ""
        except StorageError as error:
            erased, problem, failed = [], str(error), failed + 1
        if as_json:
            row = {"recording_id": recording_id, "ok": not problem, "erased": erased, "error": problem}
            click.echo(json.dumps(row, ensure_ascii=False))
        elif problem:
            click.echo(f"{recording_id}: {problem}", err=True)
        else:
            click.echo(f"{recording_id}: erased {', '.join(erased)}")
    sys.exit(1 if failed else 0)


def _erase(store: LocalStore, database: Engine, recording_id: str) -> list[str]:
    """Remove files, then rows: what a crash leaves in between can be erased again. Says what was removed."""
    worker = f"{socket.gethostname()}:{os.getpid()}:by hand"
    queue = DatabaseQueue(database)
    job = queue.claim(ERASE, recording_id, worker)
    if job is None:
        raise StorageUnavailable("the post-call job works on it: wait for it, see ivr logs jobs")
    try:
        erased = _erase_files(store, recording_id)
        with writing(database) as session:
            rows = erase_call(session, recording_id)
    except BaseException as error:
        queue.fail(job, worker, str(error), retry_after=None)
        raise
    if not erased and not rows:
        raise RecordingNotFound("there is no such recording: ivr recordings list names them")
    return [*erased, f"{rows} rows of the database"]


def _erase_files(store: LocalStore, recording_id: str) -> list[str]:
    journal = f"open/{recording_id}{SUFFIX}"
    lock = None
    if store.has(journal):
        lock = lock_if_dead(store.fetch(journal))
        if lock is None:
            raise StorageUnavailable("it is being recorded: end the call first")
    try:
        names = [name for name in store.names_of(recording_id) if store.has(name)]
        for name in names:
            store.delete(name)
    finally:
        if lock is not None:
            os.close(lock)
    return names
