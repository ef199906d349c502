"""``ivr process``: the post-call job, here and now."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import sys
from functools import partial
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ivr.bootstrap import open_db
from ivr.bootstrap_store import build_store
from ivr.db.book import PROCESS
from ivr.db.leases import DatabaseQueue
from ivr.db.queries import closed_ids, get_recording, unprocessed_ids
from ivr.db.session import reading
from ivr.errors import IvrError, StorageUnavailable
from ivr.jobs.lease_keeper import LeaseKeeper
from ivr.jobs.post_call import PostCallJob
from ivr.settings import load_settings
from ivr.supervision.job_worker import build_post_call, redaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from ivr.metadata import RecordingMetadata
    from ivr.settings import Settings


@click.command()
@click.option("--unprocessed", is_flag=True, help="All recordings that were not processed yet, oldest first.")
@click.option("--recording-id", "recording_ids", multiple=True, metavar="ID", help="This recording; may be repeated.")
@click.option("--reprocess", is_flag=True, help="Also what is processed already.")
@click.option("--limit", type=click.IntRange(1), help="At most so many recordings.")
@click.option("--engine", type=click.Choice(["local"]), default="local", show_default=True, help="Who does the work.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a recording, for programs.")
def process(
    unprocessed: bool, recording_ids: tuple[str, ...], reprocess: bool, limit: int | None, engine: str, as_json: bool
) -> None:
    """Hear recordings again, find what they were about, and write transcript and report.

    Exit 1 when one of them could not be processed; the others are.

    \b
    Examples:
      ivr process --unprocessed
      ivr process --recording-id rec_1700000000.12 --reprocess
      ivr process --unprocessed --limit 10
    """  # noqa: D301 - click's mark for lines that stay as they are
    del engine
    if not (unprocessed or recording_ids or reprocess):
        raise click.UsageError("say what to process: --unprocessed, --recording-id ID, or --reprocess for everything")
    settings = load_settings()
    database = open_db(settings)
    chosen = _choose(database, recording_ids, everything=reprocess, limit=limit)
    if not chosen:
        click.echo("nothing to process", err=True)
        return
    failed = Run(settings, database, as_json=as_json).all(chosen)
    sys.exit(1 if failed else 0)


def _choose(database: Engine, recording_ids: tuple[str, ...], *, everything: bool, limit: int | None) -> list[str]:
    with reading(database) as session:
        if recording_ids:
            known = [get_recording(session, recording_id) for recording_id in recording_ids]
            return [item.recording_id for item in known if everything or not item.processed][:limit]
        if everything:
            return closed_ids(session, limit)
        return unprocessed_ids(session, limit)


def _advance(progress: Progress, bar: TaskID, done: int, share: float) -> None:
    progress.update(bar, completed=done + share)


class Run:
    """One run of the command over the chosen recordings."""

    def __init__(self, settings: Settings, database: Engine, *, as_json: bool) -> None:
        self._queue = DatabaseQueue(database)
        self._job = PostCallJob(database, partial(build_post_call, settings, database), redaction(settings, database))
        self._store = build_store(settings)
        self._as_json = as_json
        self._worker = f"{socket.gethostname()}:{os.getpid()}:by hand"
        self._console = Console(stderr=True)

    def all(self, recording_ids: list[str]) -> int:
        """Process them one after the other; answers how many failed."""
        return asyncio.run(self._all(recording_ids))

    async def _all(self, recording_ids: list[str]) -> int:
        failed = 0
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        with Progress(*columns, TimeElapsedColumn(), console=self._console, transient=True) as progress:
            bar = progress.add_task("loading the models", total=len(recording_ids))
            for number, recording_id in enumerate(recording_ids):
                progress.update(bar, description=f"{recording_id} ({number + 1}/{len(recording_ids)})")
                try:
                    metadata = await self._one(recording_id, partial(_advance, progress, bar, number))
                except IvrError as error:
                    failed += 1
                    self._tell_failure(recording_id, error)
                else:
                    self._tell(metadata)
        return failed

    async def _one(self, recording_id: str, on_progress: Callable[[float], None]) -> RecordingMetadata:
        job = await asyncio.to_thread(self._queue.claim, PROCESS, recording_id, self._worker)
        if job is None:
            raise StorageUnavailable(
                f"{recording_id} is in the hands of another worker: wait for it, see ivr logs jobs"
            )
        try:
            with LeaseKeeper(self._queue, job, self._worker):
                metadata = await self._job.process(recording_id, on_progress)
        except BaseException as error:
            self._queue.fail(job, self._worker, str(error), retry_after=None)
            raise
        self._queue.finish(job, self._worker)
        return metadata

    def _tell(self, metadata: RecordingMetadata) -> None:
        name = metadata.recording_id
        report = self._store.fetch(f"reports/{name}.html")
        if self._as_json:
            live = (metadata.analysis.model_extra or {}).get("live_wer")
            row = {"recording_id": name, "ok": True, "report": str(report), "live_wer": live}
            click.echo(json.dumps(row | {"summary": metadata.analysis.summary}, ensure_ascii=False))
            return
        self._console.print(f"[green]✓[/] {name}: {metadata.analysis.summary}", highlight=False)
        click.echo(report)

    def _tell_failure(self, recording_id: str, error: IvrError) -> None:
        if self._as_json:
            click.echo(json.dumps({"recording_id": recording_id, "ok": False, "error": str(error)}))
        else:
            self._console.print(f"[red]✗[/] {recording_id}: {error}", highlight=False)
