"""``ivr recordings``: find, read, hear, copy, check, erase and rescue recordings."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ivr.analysis.transcript_files import as_text
from ivr.bootstrap import open_db
from ivr.bootstrap_store import build_store
from ivr.cli.erase import erase
from ivr.db.leases import KEEP, DatabaseQueue
from ivr.db.queries import RecordingsWanted, list_recordings
from ivr.db.session import reading
from ivr.errors import StorageError
from ivr.metadata import Outcome
from ivr.settings import load_settings
from ivr.supervision.rescue import rescue

if TYPE_CHECKING:
    from ivr.metadata import RecordingMetadata
    from ivr.storage.local import LocalStore

PLAYERS = (("ffplay", "-autoexit", "-nodisp", "-loglevel", "error"), ("aplay", "-q"), ("play", "-q"))
DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"])


@click.group()
def recordings() -> None:
    """Find, read, hear, copy, check, erase and rescue recordings."""


def _store() -> LocalStore:
    return build_store(load_settings())


@recordings.command("list")
@click.option("--since", type=DAY, help="Started at or after (UTC).")
@click.option("--until", type=DAY, help="Started before (UTC).")
@click.option("--outcome", type=click.Choice([item.value for item in Outcome]), help="How the call ended.")
@click.option("--intent", help="Why the caller called, e.g. account_balance.")
@click.option("--processed/--unprocessed", default=None, help="Whether the post-call job is done.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(
    since: datetime | None,
    until: datetime | None,
    outcome: str | None,
    intent: str | None,
    processed: bool | None,
    limit: int,
    as_json: bool,
) -> None:
    """List recordings, newest first.

    \b
    Examples:
      ivr recordings list --since 2026-03-01 --outcome transferred
      ivr recordings list --unprocessed --json
    """  # noqa: D301 - click's mark for lines that stay as they are
    wanted = RecordingsWanted(
        since=_utc(since),
        until=_utc(until),
        outcome=Outcome(outcome) if outcome else None,
        intent=intent,
        processed=processed,
        limit=limit,
    )
    _print_list(wanted, as_json=as_json)


@recordings.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def search(words: tuple[str, ...], limit: int, as_json: bool) -> None:
    """List the recordings in which all these words were said; case and accents do not matter."""
    _print_list(RecordingsWanted(text=" ".join(words), limit=limit), as_json=as_json)


def _print_list(wanted: RecordingsWanted, *, as_json: bool) -> None:
    with reading(open_db(load_settings())) as session:
        found, total = list_recordings(session, wanted)
    if as_json:
        click.echo(json.dumps([_row(item) for item in found], ensure_ascii=False, indent=1))
        return
    table = Table("recording", "started", "length", "from", "to", "outcome", "processed", "about", box=None)
    table.columns[0].no_wrap = True
    for item in found:
        row = _row(item)
        started = f"{item.call.started_at:%Y-%m-%d %H:%M}" if item.call.started_at else ""
        done = "yes" if item.processed else "no"
        length = f"{item.audio.duration:.0f} s"
        about = ", ".join(item.analysis.topics)
        table.add_row(
            item.recording_id, started, length, item.call.caller, item.call.called, str(row["outcome"]), done, about
        )
    console = Console()
    console.print(table)
    if total > len(found):
        console.print(f"{len(found)} of {total}; --limit shows more", style="dim")


def _row(item: RecordingMetadata) -> dict[str, object]:
    return {
        "recording_id": item.recording_id,
        "conversation_id": item.conversation_id,
        "started_at": item.call.started_at.isoformat() if item.call.started_at else None,
        "duration": item.audio.duration,
        "caller": item.call.caller,
        "called": item.call.called,
        "outcome": item.call.outcome.value if item.call.outcome else None,
        "processed": item.processed,
        "recovered": item.recovered,
        "intent": item.analysis.intent,
        "turns": len(item.turns),
    }


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
            click.echo(store.root / name)


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


recordings.add_command(erase)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None
