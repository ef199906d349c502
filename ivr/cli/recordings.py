"""``ivr recordings``: find, read, hear, copy, check, erase and rescue recordings."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape

from ivr.analysis.transcript_files import as_text
from ivr.bootstrap import open_db
from ivr.bootstrap_store import build_store
from ivr.cli.archive import archive, key
from ivr.cli.erase import erase
from ivr.cli.keeping_rules import COMMANDS
from ivr.cli.recording_search import list_, search
from ivr.cli.redact import redact
from ivr.db.leases import KEEP, DatabaseQueue
from ivr.errors import StorageError
from ivr.settings import load_settings
from ivr.supervision.rescue import rescue

if TYPE_CHECKING:
    from ivr.storage.local import LocalStore

PLAYERS = (("ffplay", "-autoexit", "-nodisp", "-loglevel", "error"), ("aplay", "-q"), ("play", "-q"))


@click.group()
def recordings() -> None:
    """Find, read, hear, copy, check, erase and rescue recordings."""


def _store() -> LocalStore:
    return build_store(load_settings())


@recordings.command()
@click.argument("recording_id")
@click.option("--json", "as_json", is_flag=True, help="The whole metadata.")
def show(recording_id: str, as_json: bool) -> None:
    """Show what was said in a recording, and where its files are."""
    store = _store()
    metadata = store.load(recording_id)
    if as_json:
        click.echo(metadata.model_dump_json(indent=1))
        return
    click.echo(as_text(metadata))
    for name in store.names_of(recording_id):
        if store.has(name):
            archived = store.load(recording_id).audio.archive
            click.echo(store.root / (name if store.here(name) else archived or name))


@recordings.command()
@click.argument("recording_id")
def play(recording_id: str) -> None:
    """Play a recording (left = caller, right = agent); prints its path where there is no player."""
    path = _store().fetch(f"audio/{recording_id}.wav")
    for program, *options in PLAYERS:
        if shutil.which(program):
            sys.exit(min(1, subprocess.run([program, *options, path], check=False).returncode))  # noqa: S603 - our own list
    click.echo("no player found: apt-get install ffmpeg", err=True)
    click.echo(path)


@recordings.command()
@click.argument("recording_id")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def export(recording_id: str, folder: Path) -> None:
    """Copy a recording with all its files into a folder, laid out as in the store."""
    store = _store()
    store.fetch(f"audio/{recording_id}.wav")
    for name in store.names_of(recording_id):
        if store.has(name):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            click.echo(shutil.copy2(store.fetch(name), target))


@recordings.command()
@click.argument("recording_ids", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify(recording_ids: tuple[str, ...], as_json: bool) -> None:
    """Hash recordings anew (all, unless some are named); exit 1 when one is missing or was changed."""
    store = _store()
    wrong = []
    names = recording_ids or tuple(store.ids())
    for recording_id in names:
        try:
            metadata = store.load(recording_id)
            if metadata.audio.sha256:
                store.verify(f"audio/{recording_id}.wav", metadata.audio.sha256)
        except StorageError as error:
            wrong.append({"recording_id": recording_id, "problem": str(error)})
    if as_json:
        click.echo(json.dumps({"verified": len(names), "wrong": wrong}, ensure_ascii=False))
    else:
        for item in wrong:
            Console(stderr=True).print(f"[red]✗[/] {escape(item['problem'])}", highlight=False)
        click.echo(f"{len(names) - len(wrong)} of {len(names)} recordings are as they were recorded")
    sys.exit(1 if wrong else 0)


@recordings.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def recover(as_json: bool) -> None:
    """Close what a killed worker left open, and tell the database what it has missed.

    Calls of a living worker are left alone; safe to repeat. `ivr up` does the same at its start.
    """
    settings = load_settings()
    done = rescue(build_store(settings), open_db(settings), process=settings.enable_offline_batch)
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False))
    else:
        click.echo(f"closed: {', '.join(done.closed) or 'none'}")
        click.echo(f"new in the database: {', '.join(done.adopted) or 'none'}")
        click.echo(f"calls ended that had no recording: {', '.join(done.ended) or 'none'}")
    for problem in done.unreadable:
        click.echo(problem, err=True)
    sys.exit(1 if done.unreadable else 0)


@recordings.command()
@click.argument("recording_ids", nargs=-1)
def upload(recording_ids: tuple[str, ...]) -> None:
    """Queue recordings for S3 (all, unless some are named); what the bucket has already is not sent again."""
    settings = load_settings()
    store, jobs = build_store(settings), DatabaseQueue(open_db(settings))
    if not store.keeps:
        raise click.UsageError("nothing is to be uploaded: STORAGE_BACKEND is local; set it to s3 or both")
    names = recording_ids or tuple(store.ids())
    for recording_id in names:
        store.fetch(f"metadata/{recording_id}.json")
        jobs.submit(KEEP, {"recording_id": recording_id})
    click.echo(f"{len(names)} recordings are queued; ivr status tells how many still wait")


for command in (list_, search, erase, redact, archive, key, *COMMANDS):
    recordings.add_command(command)
