"""``ivr recordings delete``, ``restore``, ``bin``, ``hold``, ``release``, ``retention`` and ``erase-person``."""

from __future__ import annotations

import getpass
import json
import sys
import uuid
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ivr.bootstrap import open_db
from ivr.bootstrap_store import build_store
from ivr.db.marks import bin_recording, hold_recording, marked, release_recording, restore_recording
from ivr.db.session import reading, writing
from ivr.errors import StorageError
from ivr.settings import load_settings
from ivr.storage.person_erasure import Person, erase_person, find_person
from ivr.storage.retention import enforce, look, read_policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

_IDS = click.argument("recording_ids", nargs=-1, required=True, metavar="ID...")


def _each(recording_ids: tuple[str, ...], change: Callable[[Session, str], None], done: str) -> None:
    database, failed = open_db(load_settings()), 0
    for recording_id in recording_ids:
        try:
            with writing(database) as session:
                change(session, recording_id)
        except StorageError as error:
            failed += 1
            click.echo(str(error), err=True)
        else:
            click.echo(f"{recording_id}: {done}")
    sys.exit(1 if failed else 0)


@click.command()
@_IDS
@click.option("--because", default="by hand", show_default=True, help="Why.")
def delete(recording_ids: tuple[str, ...], because: str) -> None:
    """Put recordings into the bin: lists leave them out, nothing is erased yet."""
    now = datetime.now(UTC)
    _each(recording_ids, lambda session, name: bin_recording(session, name, because, now), "in the bin")


@click.command()
@_IDS
def restore(recording_ids: tuple[str, ...]) -> None:
    """Take recordings out of the bin."""
    _each(recording_ids, restore_recording, "restored")


@click.command()
@_IDS
@click.option("--because", required=True, help="The legal case, or who asked.")
def hold(recording_ids: tuple[str, ...], because: str) -> None:
    """Keep recordings from going, whatever the rules or a person's wish, until they are released."""
    now = datetime.now(UTC)
    _each(recording_ids, lambda session, name: hold_recording(session, name, because, now), "held")


@click.command()
@_IDS
def release(recording_ids: tuple[str, ...]) -> None:
    """End the hold of recordings."""
    _each(recording_ids, release_recording, "released")


@click.command("bin")
@click.option("--held", is_flag=True, help="What is held instead.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def bin_(held: bool, as_json: bool) -> None:
    """List what is in the bin, the oldest first."""
    with reading(open_db(load_settings())) as session:
        rows = marked(session, held=held)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1, default=str))
        return
    for row in rows:
        at, because = (row.held_at, row.held_because) if held else (row.binned_at, row.binned_because)
        click.echo(f"{row.recording_id}  {at:%Y-%m-%d %H:%M}  {because}")


@click.command()
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def retention(dry_run: bool, as_json: bool) -> None:
    """Let go what the rules of RETENTION say; the job worker does the same by the hour."""
    settings = load_settings()
    if settings.retention is None:
        raise click.UsageError("RETENTION names no file, so nothing goes: docs/recordings.md shows one")
    policy, database, now = read_policy(settings.retention), open_db(settings), datetime.now(UTC)
    if dry_run:
        with reading(database) as session:
            going = look(session, policy, settings.tenant, now)
    else:
        going = list(enforce(build_store(settings), database, policy, settings.tenant, now))
    if as_json:
        click.echo(json.dumps([asdict(item) for item in going], ensure_ascii=False, indent=1))
        return
    for item in going:
        click.echo(f"{item.recording_id}: {'held, stays' if item.held else item.to} ({item.rule})")
    click.echo(f"{sum(not item.held for item in going)} {'would go' if dry_run else 'went'}")


@click.command("erase-person")
@click.option("--number", help="Their telephone number, written in any way.")
@click.option("--id", "paper", help="Their DNI, NIE or account number, in its normal form: 12345678Z.")
@click.option("--reference", help="Name of the certificate; give it again to go on after a break.")
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_person_(number: str | None, paper: str | None, reference: str | None, dry_run: bool, yes: bool) -> None:
    """Erase all calls of one person for ever, with all that was learnt in them, and certify it.

    Their calls are those from or to their number and those in which the number, DNI or account was named. What is
    held for a legal case stays and is told; exit 1 then.

    \b
    Examples:
      ivr recordings erase-person --number 654321987 --id 12345678Z --dry-run
      ivr recordings erase-person --number 654321987 --reference request-17
    """  # noqa: D301 - click's mark for lines that stay as they are
    if not (number or paper):
        raise click.UsageError("say who is meant: --number, --id or both")
    settings, person = load_settings(), Person(number, paper)
    database = open_db(settings)
    found = find_person(database, person)
    click.echo(f"{len(found)} recordings: {', '.join(name for name, _ in found) or 'none'}", err=True)
    if dry_run:
        return
    if not yes:
        click.confirm("erase all that there is of this person for ever?", abort=True, err=True)
    name = reference or f"erasure-{uuid.uuid4()}"
    done = erase_person(build_store(settings), database, person, getpass.getuser(), name)
    for held in done.held:
        click.echo(f"{held} is held for a legal case and stays: ivr recordings bin --held tells why", err=True)
    click.echo(done.path)
    sys.exit(1 if done.held else 0)


COMMANDS = (delete, restore, hold, release, bin_, retention, erase_person_)
