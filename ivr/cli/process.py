"""``ivr process``: the post-call job, here and now."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from ivr.bootstrap import open_db
from ivr.bootstrap_store import build_store
from ivr.db.job_board import join_jobs, standings
from ivr.db.queries import closed_ids, find_recording, get_recording, unprocessed_ids
from ivr.db.session import reading, writing
from ivr.errors import StorageUnavailable
from ivr.settings import load_settings
from ivr.supervision.crews import build_crew

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Engine

    from ivr.db.job_board import Standing
    from ivr.jobs.worker import Crew
    from ivr.metadata import RecordingMetadata
    from ivr.settings import Settings

AT_ONCE = 2000
"""Recordings that are handed out together: databases take so many names in a question."""
POLL = 0.5
MEGABYTE = 1 << 20


@click.command()
@click.option("--unprocessed", is_flag=True, help="All recordings that were not processed yet, oldest first.")
@click.option("--recording-id", "recording_ids", multiple=True, metavar="ID", help="This recording; may be repeated.")
@click.option("--reprocess", is_flag=True, help="Also what is processed already.")
@click.option("--limit", type=click.IntRange(1), help="At most so many recordings.")
@click.option(
    "--engine",
    type=click.Choice(["local", "celery"]),
    help="Who works: BATCH_MAX_CONCURRENT processes of this machine, or Celery's workers. Default BATCH_ENGINE.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a recording, for programs.")
def process(
    unprocessed: bool,
    recording_ids: tuple[str, ...],
    reprocess: bool,
    limit: int | None,
    engine: str | None,
    as_json: bool,
) -> None:
    """Hear recordings again, find what they were about, and write transcript and report.

    Exit 1 when one of them could not be processed; the others are. Ctrl-C gives back what is in hand: it waits in
    the queue, and the same command goes on with it.

    \b
    Examples:
      ivr process --unprocessed
      ivr process --recording-id rec_1700000000.12 --reprocess
      ivr process --unprocessed --engine celery
    """  # noqa: D301 - click's mark for lines that stay as they are
    if not (unprocessed or recording_ids or reprocess):
        raise click.UsageError("say what to process: --unprocessed, --recording-id ID, or --reprocess for everything")
    settings = load_settings()
    database = open_db(settings)
    chosen = _choose(database, recording_ids, everything=reprocess, limit=limit)
    if not chosen:
        click.echo("nothing to process", err=True)
        return
    run = Run(settings, database, engine or settings.batch_engine, as_json=as_json)
    failed = run.all(chosen, reprocess=reprocess)
    sys.exit(1 if failed else 0)


def _choose(
    database: Engine, recording_ids: tuple[str, ...], *, everything: bool, limit: int | None
) -> Mapping[str, float]:
    """Give the recordings and how many seconds each lasts."""
    with reading(database) as session:
        if recording_ids:
            known = [get_recording(session, recording_id) for recording_id in recording_ids]
            named = [(item.recording_id, item.audio.duration) for item in known if everything or not item.processed]
            return dict(named[:limit])
        names = closed_ids(session, limit) if everything else unprocessed_ids(session, limit)
        return {name: get_recording(session, name).audio.duration for name in names}


class Run:
    """One run of the command over the chosen recordings."""

    def __init__(self, settings: Settings, database: Engine, engine: str, *, as_json: bool) -> None:
        self._settings, self._database, self._engine = settings, database, engine
        self._store = build_store(settings)
        self._as_json = as_json
        self._console = Console(stderr=True)
        self._failed = 0
        self._most = 0
        self._done = 0.0
        self._workers: dict[str, str] = {}

    def all(self, seconds: Mapping[str, float], *, reprocess: bool) -> int:
        """Process recordings of so many seconds, several at once; answers how many failed."""
        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
        times = (TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
        names = list(seconds)
        with Progress(*columns, *times, console=self._console, transient=True) as progress:
            bar = progress.add_task("loading the models", total=sum(max(length, 1.0) for length in seconds.values()))
            for start in range(0, len(names), AT_ONCE):
                for running, told in self._some(names[start : start + AT_ONCE], seconds, reprocess=reprocess):
                    progress.update(bar, completed=self._done + running, description=told)
        if self._most and not self._as_json:
            self._console.print(f"at most {self._most // MEGABYTE} MB of memory in all workers together")
        return self._failed

    def _some(
        self, names: Sequence[str], seconds: Mapping[str, float], *, reprocess: bool
    ) -> Iterator[tuple[float, str]]:
        """Give the seconds of audio that are done of what is in hand, and a word on how it goes, until all are done."""
        with writing(self._database) as session:
            left = join_jobs(session, names, reprocess=reprocess)
        crew = build_crew(self._engine, self._settings, self._database, frozenset(left))
        try:
            while left:
                state = crew.step()
                ended, shares = self._look(left), crew.shares
                self._done += sum(max(seconds[item.recording_id], 1.0) for item in ended)
                running = self._running(left, shares, seconds)
                self._most = max(self._most, crew.memory)
                yield running, self._word(state, crew, len(left))
                if not ended:
                    time.sleep(POLL)
        except KeyboardInterrupt:
            raise StorageUnavailable(
                f"interrupted: {len(left)} recordings wait in the queue; run the same command to go on"
            ) from None
        finally:
            crew.close()

    def _word(self, state: str, crew: Crew, left: int) -> str:
        if state != "healthy":
            return state
        memory = f", {crew.memory // MEGABYTE} MB" if crew.memory else ""
        return f"{left} to do, {crew.size} at work{memory}"

    def _look(self, left: dict[str, str]) -> list[Standing]:
        """Tell what has ended since, and take it off what is left."""
        with reading(self._database) as session:
            rows = standings(session, left)
            self._workers = {item.worker: item.recording_id for item in rows if item.state == "running"}
            gone = set(left) - {item.job_id for item in rows}  # erased meanwhile
            ended = [item for item in rows if item.state in {"done", "failed"}]
            known = {item.recording_id: find_recording(session, item.recording_id) for item in ended}
        for job_id in gone:
            self._tell_failure(left.pop(job_id), "it was erased meanwhile")
        for item in ended:
            del left[item.job_id]
            metadata = known[item.recording_id]
            if item.state == "done" and metadata is not None:
                self._tell(metadata)
            else:
                self._tell_failure(item.recording_id, item.error or "it was erased meanwhile")
        return ended

    def _running(self, left: Mapping[str, str], shares: Mapping[str, float], seconds: Mapping[str, float]) -> float:
        mine = set(left.values())
        at_work = {worker: name for worker, name in self._workers.items() if name in mine}
        return sum(shares.get(worker, 0.0) * max(seconds[name], 1.0) for worker, name in at_work.items())

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

    def _tell_failure(self, recording_id: str, error: str) -> None:
        self._failed += 1
        if self._as_json:
            click.echo(json.dumps({"recording_id": recording_id, "ok": False, "error": error}))
        else:
            self._console.print(f"[red]✗[/] {recording_id}: {error}", highlight=False)
