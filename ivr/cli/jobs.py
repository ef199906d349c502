"""``ivr jobs``: what failed for good, and how to have it done again."""

from __future__ import annotations

import json
from dataclasses import asdict

import click
from rich.console import Console
from rich.table import Table

from ivr.bootstrap import open_db
from ivr.db.job_board import dead_jobs, replay
from ivr.db.session import reading, writing
from ivr.settings import load_settings
from ivr.supervision.celery_broker import build_messenger


@click.group()
def jobs() -> None:
    """See jobs that failed for good, and replay them."""


@jobs.command()
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1), help="At most so many, latest first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a job, for programs.")
def dead(limit: int, as_json: bool) -> None:
    """List the jobs that had all their tries, or cannot succeed; each with its reason.

    \b
    Examples:
      ivr jobs dead
      ivr jobs dead --json | jq -r .job_id
    """  # noqa: D301 - click's mark for lines that stay as they are
    with reading(open_db(load_settings())) as session:
        found = dead_jobs(session, limit)
    if as_json:
        for item in found:
            click.echo(json.dumps(asdict(item), ensure_ascii=False, default=str))
        return
    if not found:
        click.echo("no job failed for good", err=True)
        return
    table = Table("job", "kind", "recording", "tries", "reason", box=None)
    for item in found:
        table.add_row(item.job_id, item.kind, item.recording_id, str(item.attempts), item.error)
    Console().print(table)


@jobs.command(name="replay")
@click.argument("job_ids", nargs=-1, metavar="ID...")
@click.option("--all", "everything", is_flag=True, help="All that ivr jobs dead names.")
def replay_jobs(job_ids: tuple[str, ...], everything: bool) -> None:
    """Queue jobs that failed for good once more, with all their tries; mend the cause first.

    \b
    Examples:
      ivr jobs replay 0b9f6a52-3a0c-4f43-8d3e-0d7c9a3b5d11
      ivr jobs replay --all
    """  # noqa: D301 - click's mark for lines that stay as they are
    if bool(job_ids) == everything:
        raise click.UsageError("name jobs (ivr jobs dead lists them), or say --all")
    settings = load_settings()
    database = open_db(settings)
    with writing(database) as session:
        named = [item.job_id for item in dead_jobs(session)] if everything else job_ids
        again = [replay(session, job_id) for job_id in named]
    if settings.batch_engine == "celery":
        build_messenger(settings).send(item.job_id for item in again)
    for item in again:
        click.echo(f"{item.job_id} waits again: {item.kind} {item.recording_id}")
