"""``ivr up``, ``down``, ``status``, ``logs``: the whole system as one supervised set."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ivr.db.backlog import Backlog
from ivr.errors import StorageError
from ivr.settings import load_settings
from ivr.supervision import control
from ivr.supervision.installation import PART_NAMES, Registration, prepare, registration, system_plan
from ivr.supervision.logtail import follow, last_lines
from ivr.supervision.state import SetStatus, read_status, utc_now
from ivr.supervision.storage import read_backlog

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.settings import Settings
    from ivr.supervision.state import PartStatus

_SIGNS = {"ready": "[green]✓[/]", "failed": "[red]✗[/]", "stopped": "[dim]-[/]"}


class Progress:
    """Prints each part's state and its reason once, when they change."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown: dict[str, str] = {}

    def __call__(self, status: SetStatus) -> None:
        """Print what is new."""
        for name, part in status.parts.items():
            news = f"{part.state} {part.reason}"
            if part.state != "waiting" and news != self._shown.get(name):
                self._shown[name] = news
                reason = f": {escape(part.reason)}" if part.reason else ""
                self._console.print(f"{_SIGNS.get(part.state, '…')} {name} {part.state}{reason}", highlight=False)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the status as one JSON document at the end.")
def up(as_json: bool) -> None:
    """Start PBX, agent, jobs and API, and keep them running; tells how to register a phone.

    Safe to repeat: what runs is left as it is. `ivr down` ends it.

    \b
    Examples:
      ivr up
      SIP_PORT=15060 ivr up
    """  # noqa: D301 - click's mark for lines that stay as they are
    settings = prepare()
    console = Console(stderr=as_json)
    if read_status(settings.home).state != "running":
        console.print("[bold]Starting[/] (the speech models take a moment)")
    try:
        status = control.start(system_plan(settings), Progress(console))
    except KeyboardInterrupt:
        control.stop(settings.home, now=True)
        raise
    if as_json:
        click.echo(_document(status, registration(settings)))
    else:
        _print_registration(console, registration(settings))


@click.command()
@click.option("--now", is_flag=True, help="End calls in progress at once instead of letting them finish.")
def down(now: bool) -> None:
    """End everything that `ivr up` started; calls in progress have half a minute to finish.

    \b
    Examples:
      ivr down
      ivr down --now
    """  # noqa: D301 - click's mark for lines that stay as they are
    ended = control.stop(load_settings().home, now=now)
    click.echo(f"ended: {', '.join(ended)}" if ended else "nothing was running")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def status(as_json: bool) -> None:
    """Show what runs and how to register a phone; exit 1 unless all parts are ready.

    \b
    Examples:
      ivr status
      ivr status --json | jq .sip.users[0]
    """  # noqa: D301 - click's mark for lines that stay as they are
    settings = load_settings()
    current = read_status(settings.home)
    waits = _backlog(settings)
    if as_json:
        click.echo(_document(current, registration(settings), waits))
    else:
        console = Console()
        _print_parts(console, current)
        if waits.waiting or waits.failed or waits.problem:
            told = f"{waits.waiting} recordings wait for S3 ({waits.oldest:.0f} s), {waits.failed} were given up"
            console.print(escape(f"{told}. {waits.problem}"), highlight=False)
        if current.state == "running":
            _print_registration(console, registration(settings))
    sys.exit(0 if _all_ready(current) else 1)


@click.command()
@click.argument("part", required=False)
@click.option("-n", "--lines", default=50, show_default=True, type=click.IntRange(0), help="How many lines.")
@click.option("-f", "--follow", "keep_on", is_flag=True, help="Go on with what is added.")
def logs(part: str | None, lines: int, keep_on: bool) -> None:
    """Show the logs of one part or of all, in the order of their times.

    \b
    Examples:
      ivr logs
      ivr logs calls -f
      ivr logs pbx -n 200
    """  # noqa: D301 - click's mark for lines that stay as they are
    settings = load_settings()
    names = (*PART_NAMES, "supervisor")
    if part is not None and part not in names:
        raise click.UsageError(f"no part is called {part}; there are {', '.join(names)}")
    paths = _log_files(settings.home, [part] if part else list(names))
    later = follow(paths)
    for line in last_lines(paths, lines):
        click.echo(line)
    if keep_on:
        for line in later:
            click.echo(line)


def _log_files(home: Path, names: list[str]) -> list[Path]:
    paths = [home / "log" / f"{name}{ending}" for name in names for ending in (".log", ".err")]
    return [*paths, home / "pbx" / "log" / "messages.log"] if "pbx" in names else paths


def _all_ready(current: SetStatus) -> bool:
    return current.state == "running" and all(part.state == "ready" for part in current.parts.values())


def _backlog(settings: Settings) -> Backlog:
    try:
        return read_backlog(settings)
    except StorageError as error:
        return Backlog(problem=str(error))


def _document(current: SetStatus, sip: Registration, waits: Backlog | None = None) -> str:
    document = {
        "state": current.state,
        "error": current.error,
        "since": current.since.isoformat(),
        "supervisor": {"pid": current.pid},
        "sip": sip.model_dump(),
        "storage": asdict(waits or Backlog()),
        "parts": {name: _part_document(part) for name, part in current.parts.items()},
    }
    return json.dumps(document, indent=1)


def _part_document(part: PartStatus) -> dict[str, object]:
    return part.model_dump(mode="json", exclude={"ticks"})


def _print_parts(console: Console, current: SetStatus) -> None:
    words = f": {escape(current.error)}" if current.error else ""
    console.print(f"The system is [bold]{current.state}[/]{words}", highlight=False)
    if not current.parts:
        console.print("Start it with: ivr up")
        return
    table = Table("part", "state", "pid", "for", "restarts", "why", box=None)
    for name, part in current.parts.items():
        age = str(utc_now() - part.since)
        sign = _SIGNS.get(part.state, "…")
        table.add_row(f"{sign} {name}", part.state, str(part.pid or ""), age, str(part.restarts), escape(part.reason))
    console.print(table)


def _print_registration(console: Console, sip: Registration) -> None:
    table = Table(title="Register a phone (Grandstream, softphone)", title_justify="left", show_header=False)
    table.add_row("SIP server", sip.host)
    table.add_row("port", f"{sip.port} (UDP or TCP)")
    table.add_row("codecs", ", ".join(sip.codecs))
    for account in sip.users:
        table.add_row(f"user {account.user}", f"password {escape(account.password)}")
    console.print(table)
    dial = Table("dial", "what answers", box=None)
    for number, what in sip.numbers.items():
        dial.add_row(f"[bold]{number}[/]", what)
    console.print(dial)
    console.print(f"API: {sip.api} (/docs describes it; the key is WEB_API_KEY in {escape(sip.secrets)})")
    console.print("Look: ivr status, ivr logs -f. End: ivr down")
