"""``ivr recordings list`` and ``search``: find recordings, page by page or into a file."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ivr.analysis.listing import MEDIA_TYPES, as_file
from ivr.bootstrap import open_db
from ivr.db.search import RecordingsWanted, each_recording, search_recordings
from ivr.db.session import reading
from ivr.errors import SearchRefused
from ivr.metadata import Outcome
from ivr.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.db.search import FoundRecording, RecordingsPage

DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"])
_OPTIONS = (
    click.option("--conversation", help="Conversation id."),
    click.option("--since", type=DAY, help="Started at or after (UTC)."),
    click.option("--until", type=DAY, help="Started before (UTC)."),
    click.option("--outcome", type=click.Choice([item.value for item in Outcome]), help="How the call ended."),
    click.option("--intent", help="Why the caller called, e.g. account_balance."),
    click.option("--sentiment", help="How the caller felt, very_positive to very_negative."),
    click.option("--entity", metavar="TYPE:VALUE", help="What was named: TYPE, VALUE or both, e.g. dni:12345678Z."),
    click.option("--number", help="Who called or was called, written in any way."),
    click.option("--longer-than", type=click.FloatRange(0), metavar="SECONDS", help="At least so long."),
    click.option("--shorter-than", type=click.FloatRange(0), metavar="SECONDS", help="At most so long."),
    click.option("--processed/--unprocessed", default=None, help="Whether the post-call job is done."),
    click.option("--limit", default=50, show_default=True, type=click.IntRange(1), help="At most so many."),
    click.option("--cursor", help="Where the page before ended (next_cursor of --json)."),
    click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
                 help="Write all that fit into a file: .csv, .json or .xlsx."),
    click.option("--json", "as_json", is_flag=True, help="For programs."),
    click.option("--page", "as_page", is_flag=True, help="With --json: {items, total, next_cursor}."),
)  # fmt: skip


def _filters(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.command("list")
@_filters
def list_(**given: Any) -> None:
    """List recordings, newest first; all conditions must hold.

    \b
    Examples:
      ivr recordings list --since 2026-03-01 --outcome transferred
      ivr recordings list --intent cancellation --longer-than 120 --to cancellations.xlsx
      ivr recordings list --unprocessed --json
    """  # noqa: D301 - click's mark for lines that stay as they are
    _find(None, **given)


@click.command()
@click.argument("words", nargs=-1, required=True)
@_filters
def search(words: tuple[str, ...], **given: Any) -> None:
    """List the recordings in which all these words were said; case, accents and Spanish endings do not matter.

    \b
    Examples:
      ivr recordings search factura pagada --since 2026-03-01
      ivr recordings search baja --sentiment negative --to leaving.csv
    """  # noqa: D301 - click's mark for lines that stay as they are
    _find(" ".join(words), **given)


def _find(text: str | None, *, target: Path | None, as_json: bool, as_page: bool, **given: Any) -> None:
    given |= {name: _utc(given[name]) for name in ("since", "until")}
    given["outcome"] = Outcome(given["outcome"]) if given["outcome"] else None
    wanted = RecordingsWanted(text=text, **given)
    try:
        if target is not None:
            _write(wanted, target)
            return
        with reading(open_db(load_settings())) as session:
            page = search_recordings(session, wanted)
    except SearchRefused as error:
        raise click.UsageError(str(error)) from error
    if as_json:
        rows = [_row(item) for item in page.items]
        whole = {"items": rows, "total": page.total, "next_cursor": page.next_cursor}
        click.echo(json.dumps(whole if as_page else rows, ensure_ascii=False, indent=1, default=str))
        return
    _print(page)


def _write(wanted: RecordingsWanted, target: Path) -> None:
    kind = target.suffix.removeprefix(".").lower()
    if kind not in MEDIA_TYPES:
        raise click.UsageError(f"--to {target}: the name must end in .csv, .json or .xlsx")
    with reading(open_db(load_settings())) as session, Progress(transient=True) as progress:
        total = search_recordings(session, wanted).total
        found = progress.track(each_recording(session, wanted), total=total, description="writing")
        try:
            with target.open("wb") as file:
                file.writelines(as_file(found, kind))
        except OSError as error:
            raise click.UsageError(f"--to {target}: {error.strerror}; name a file that can be written") from error
    click.echo(target)


def _print(page: RecordingsPage) -> None:
    table = Table("recording", "started", "length", "from", "to", "outcome", "processed", "about", box=None)
    table.columns[0].no_wrap = True
    for item in page.items:
        done = "yes" if item.processed else "no"
        about, outcome = ", ".join(item.topics), item.outcome.value if item.outcome else ""
        started, length = f"{item.started_at:%Y-%m-%d %H:%M}", f"{item.duration:.0f} s"
        table.add_row(item.recording_id, started, length, item.caller, item.called, outcome, done, about)
    console = Console()
    console.print(table)
    if page.next_cursor:
        of = f" of {page.total}" if page.total is not None else ""
        console.print(
            f"{len(page.items)}{of}; --limit shows more, and --cursor {page.next_cursor} goes on", style="dim"
        )


def _row(item: FoundRecording) -> dict[str, object]:
    return asdict(item) | {"started_at": item.started_at.isoformat()}


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None
