"""``ivr recordings erase``: remove everything that is kept of a recording."""

from __future__ import annotations

import getpass
import json
import sys

import click

from ivr.bootstrap import open_db
from ivr.bootstrap_store import build_store
from ivr.errors import StorageError
from ivr.settings import load_settings
from ivr.storage.erasure import erase as erase_for_ever


@click.command()
@click.argument("recording_ids", nargs=-1, required=True, metavar="ID...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a recording, for programs.")
def erase(recording_ids: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Remove recordings for ever: sound, listening copy, metadata, transcripts, report, and what the database has.

    A receipt with the sha256 of each file stays in the store's receipts/ folder.

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
            receipt = erase_for_ever(store, database, recording_id, getpass.getuser())
            erased, problem = [*receipt.files, f"{receipt.rows} rows of the database"], ""
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
