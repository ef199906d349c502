"""``ivr bench jobs``: the analysis of recordings by step, and with 1, 2 and 4 workers that are killed."""

from __future__ import annotations

import json
import sys

import click
from rich.console import Console
from rich.table import Table


@click.command()
@click.option("--recordings", default=24, show_default=True, type=click.IntRange(4, 1000), help="How many calls.")
@click.option("--exchanges", default=3, show_default=True, type=click.IntRange(1, 300), help="Length; 8 s each.")
@click.option("--kills", default=3, show_default=True, type=click.IntRange(1, 3), help="Processes killed in each run.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def jobs(recordings: int, exchanges: int, kills: int, as_json: bool) -> None:
    """Analyse spoken calls with 1, 2 and 4 Celery workers, left alone and then killed at random; count what is lost.

    Wants redis-server and pip install 'ivr[celery]'. Exit 1 when a recording is lost or finished twice.

    \b
    Examples:
      ivr bench jobs
      ivr bench jobs --recordings 100 --json | jq .runs
    """  # noqa: D301 - click's mark for lines that stay as they are
    from ivr.supervision.job_worker import build_post_call
    from ivr.trials.jobs import run_jobs_trial

    console = Console(stderr=True)
    report = run_jobs_trial(recordings, exchanges, kills, build_post_call, console.print)
    if as_json:
        click.echo(json.dumps(report.as_dict(), indent=1))
    else:
        steps = Table("step", "seconds for an hour of audio", box=None)
        for step, seconds in report.steps.items():
            steps.add_row(step, str(seconds))
        runs = Table("workers", "killed", "seconds", "audio s/s", "lost", "twice", box=None)
        for run in report.runs:
            figures = (run.workers, run.kills, run.seconds, run.audio_per_second, run.lost, run.twice)
            runs.add_row(*(str(figure) for figure in figures))
        out = Console()
        out.print(f"{report.recordings} calls, {report.audio} s of two-track audio", steps, runs)
    sys.exit(1 if any(run.lost or run.twice for run in report.runs) else 0)
