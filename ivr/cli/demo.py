"""``ivr demo``: the scripted demonstration call."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from ivr.cli.line import open_line, running_system
from ivr.trials.demo import hold_demo
from ivr.trials.demo_scenario import SCENARIO
from ivr.trials.demo_view import LiveTranscript, print_report

if TYPE_CHECKING:
    from ivr.trials.demo_judge import DemoReport


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the result as one JSON document; the rest on stderr.")
@click.option("--number", default="100", show_default=True, help="Number to dial.")
@click.option("--user", default="1001", show_default=True, help="SIP user that calls.")
def demo(as_json: bool, number: str, user: str) -> None:
    """Hold a real Spanish conversation with the agent and check it; exit 0 only if all is right.

    A softphone registers, dials, asks for a balance, keys an account number, asks on, interrupts and says goodbye.
    Uses the system that runs, or starts one for itself.

    \b
    Examples:
      ivr demo
      ivr demo --json | jq .wer
    """  # noqa: D301 - click's mark for lines that stay as they are
    console = Console(stderr=as_json, highlight=False)
    with running_system(console) as settings:
        line = open_line(settings, user)
        folder = settings.home / "demo"
        recording = folder / f"phone-{time.strftime('%Y%m%d-%H%M%S')}.wav"
        store = Path(settings.storage_local_path)
        console.print(f"[bold]Calling {number}[/] as {user}; the caller's voice is {SCENARIO.voice}\n")
        report = asyncio.run(hold_demo(line, store, number, recording, LiveTranscript(console)))
    console.print()
    print_report(console, report)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
    _leave(report, console)


def _leave(report: DemoReport, console: Console) -> None:
    if report.ok:
        console.print("\n[bold green]All is right.[/]")
        sys.exit(0)
    failed = ", ".join(check.name for check in report.checks if not check.ok)
    console.print(f"\n[bold red]Not right:[/] {failed}. Listen to the recordings, and look at: ivr logs calls")
    sys.exit(1)
