"""``ivr recordings redact``: recordings without card numbers, DNI, IBAN, phones and e-mails."""

from __future__ import annotations

import os
import socket
import sys

import click

from ivr.analysis.redacted_copy import redact_recording
from ivr.bootstrap import open_db
from ivr.bootstrap_store import build_store
from ivr.db.leases import DatabaseQueue
from ivr.db.marks import refuse_held
from ivr.db.queries import Worker, write_call
from ivr.db.session import reading, writing
from ivr.errors import IvrError, StorageUnavailable
from ivr.settings import load_settings

REDACT = "redact"
"""The kind of the job that keeps others off a recording while it is redacted."""


@click.command()
@click.argument("recording_ids", nargs=-1, required=True, metavar="ID...")
@click.option("--replace", is_flag=True, help="In the place of the original, which is gone then.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def redact(recording_ids: tuple[str, ...], replace: bool, yes: bool) -> None:
    """Make copies with a tone over card numbers, DNI, IBAN, phones and e-mails, and labels in the text.

    Process recordings first: the words' times come from there; without them whole turns are covered.

    \b
    Examples:
      ivr recordings redact rec_1700000000.12
      ivr recordings redact rec_1700000000.12 --replace --yes
    """  # noqa: D301 - click's mark for lines that stay as they are
    if replace and not yes:
        click.confirm(f"replace {', '.join(recording_ids)} for ever?", abort=True, err=True)
    settings, failed = load_settings(), 0
    store, database = build_store(settings), open_db(settings)
    queue, worker = DatabaseQueue(database), f"{socket.gethostname()}:{os.getpid()}:by hand"
    for recording_id in recording_ids:
        job = None
        try:
            if replace:
                with reading(database) as session:
                    refuse_held(session, recording_id)
            job = queue.claim(REDACT, recording_id, worker)
            if job is None:
                raise StorageUnavailable(f"{recording_id}: a job works on it: wait for it, see ivr logs jobs")
            metadata = redact_recording(store, recording_id, replace=replace)
            if replace:
                with writing(database) as session:
                    write_call(session, metadata, Worker(os.getpid(), socket.gethostname()), ended=True)
            queue.finish(job, worker)
        except IvrError as error:
            failed += 1
            click.echo(str(error), err=True)
            if job is not None:
                queue.fail(job, worker, str(error), retry_after=None)
        else:
            click.echo(f"{'audio' if replace else 'redacted'}/{recording_id}.wav")
    sys.exit(1 if failed else 0)
