"""``ivr corrections``: teach the correction bank, look into it, move it between installations."""

from __future__ import annotations

import getpass
import json
import sys
from typing import IO, TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from ivr.bootstrap import open_db
from ivr.db.correction_book import CorrectionBook
from ivr.errors import CorrectionRefused
from ivr.language.correction.bank_file import KINDS, context
from ivr.language.correction.values import Entry, State
from ivr.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.db.corrections import Kept

JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")
TENANT = click.option("--tenant", help="Whose bank; TENANT of the settings otherwise.")
BY = click.option("--by", default=getpass.getuser, show_default="you", help="Who vouches for it.")


def _book(tenant: str | None) -> CorrectionBook:
    settings = load_settings()
    return CorrectionBook(open_db(settings), tenant or settings.tenant)


@click.group()
def corrections() -> None:
    """Teach the system which words it mishears, and look into what it has learned."""


@corrections.command("list")
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only those in this state.")
@click.option("--text", default="", help="Part of what was heard or meant.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1), help="At most so many.")
@TENANT
@JSON
def list_(state: str | None, text: str, limit: int, tenant: str | None, as_json: bool) -> None:
    """List corrections with their ledger: how often they fired, were confirmed, were denied.

    \b
    Examples:
      ivr corrections list --state candidate
      ivr corrections list --text saldo --json
    """  # noqa: D301 - click's mark for lines that stay as they are
    found, total = _book(tenant).find(State(state) if state else None, text, limit)
    if as_json:
        click.echo(json.dumps([item.row() for item in found], ensure_ascii=False, indent=1))
        return
    _print(found)
    if total > len(found):
        click.echo(f"{len(found)} of {total}; --limit shows more")


@corrections.command()
@click.argument("heard")
@click.argument("meant")
@click.option("--kind", default="term", show_default=True, type=click.Choice(KINDS), help="Where it may be meant.")
@click.option("--before", default="", help="Words of which one must stand before it; ^ is the beginning.")
@click.option("--after", default="", help="Words of which one must stand after it; $ is the end.")
@TENANT
@BY
@JSON
def add(heard: str, meant: str, as_json: bool, **more: str) -> None:
    """Teach that HEARD was MEANT: two phrases, or a sentence as it was heard and as it was said.

    Calls use it within a minute. A word that people also say for itself needs the words beside it: give the sentence.

    \b
    Examples:
      ivr corrections add guifi wifi
      ivr corrections add "revisar el salgo de mi cuesta" "revisar el saldo de mi cuenta"
      ivr corrections add salgo saldo --before "el mi su"
      ivr corrections add echeberia Echeverría --kind person
    """  # noqa: D301 - click's mark for lines that stay as they are
    given = Entry(heard, meant, more["kind"], context(more["before"]), context(more["after"]))
    kept = _book(more["tenant"]).teach(given, more["by"])
    if as_json:
        click.echo(json.dumps([item.row() for item in kept], ensure_ascii=False, indent=1))
        return
    _print(kept)


@corrections.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@TENANT
@JSON
def import_(file: IO[str], tenant: str | None, as_json: bool) -> None:
    """Load a CSV file (heard,meant,kind,before,after,state); rows without a state become candidates.

    Broken rows are told by their line and the rest is loaded; exit 1 when there were any.
    """
    try:
        text = file.read()
    except UnicodeDecodeError as error:
        raise CorrectionRefused(f"{file.name} is not UTF-8 ({error.reason}): save it as CSV UTF-8") from error
    done = _book(tenant).load(text, f"file {file.name}"[:80])
    if as_json:
        broken = [{"line": row.line, "problem": row.problem} for row in done.broken]
        click.echo(json.dumps({"loaded": done.loaded, "broken": broken}, ensure_ascii=False))
    else:
        for row in done.broken:
            click.echo(f"line {row.line}: {row.problem}", err=True)
        click.echo(f"{done.loaded} loaded, {len(done.broken)} broken")
    sys.exit(1 if done.broken else 0)


@corrections.command()
@click.argument("file", type=click.File("w", encoding="utf-8"), default="-")
@click.option("--state", type=click.Choice([state.value for state in State]), help="Only those in this state.")
@TENANT
def export(file: IO[str], state: str | None, tenant: str | None) -> None:
    """Write the bank as CSV, to the terminal unless FILE is given."""
    file.write(_book(tenant).export(State(state) if state else None))


@corrections.command()
@click.argument("numbers", nargs=-1, required=True, type=int, metavar="NUMBER...")
@TENANT
@BY
def revoke(numbers: tuple[int, ...], tenant: str | None, by: str) -> None:
    """Take corrections back; they stay in the list, and only teaching them again brings them back."""
    _print(_book(tenant).revoke(numbers, by))


@corrections.command()
@TENANT
@JSON
def stats(tenant: str | None, as_json: bool) -> None:
    """Count corrections by state, and the calls in which they fired, were confirmed, were denied."""
    counted = _book(tenant).figures()
    if as_json:
        click.echo(json.dumps(counted))
        return
    for name, count in counted.items():
        click.echo(f"{name:10} {count}")


def _print(found: Sequence[Kept]) -> None:
    table = Table("n", "heard", "meant", "before", "after", "state", "fired", "confirmed", "reverted", "why", box=None)
    for item in found:
        row: dict[str, Any] = item.row()
        names = ("id", "heard", "meant", "before", "after", "state", "fired", "confirmed", "reverted", "why")
        table.add_row(*(str(row[name]) for name in names))
    Console(highlight=False).print(table)
