"""``ivr bench transfers``: hand-overs to people, on an Asterisk of their own."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.handover_ports import HandoverMode
    from ivr.settings import Settings
    from ivr.telephony.pbx import LocalPbx

TARGETS = {"extension": "1002", "queue": "2000", "outside": "912345678"}


@click.command()
@click.option("--kind", default="warm", show_default=True, type=click.Choice(["blind", "warm"]), help="How.")
@click.option("--to", default="extension", show_default=True, type=click.Choice(list(TARGETS)), help="To whom.")
@click.option("--calls", default=20, show_default=True, type=click.IntRange(1, 1000), help="Transfers, one by one.")
@click.option("--mixed", is_flag=True, help="Warm: accepted, declined, unanswered, hung up at random moments.")
@click.option("--seed", default=1, show_default=True, help="Where chance begins.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def transfers(kind: str, to: str, calls: int, mixed: bool, seed: int, as_json: bool) -> None:
    """Measure transfers to people as both sides hear them: clipped, silent, leaked.

    Starts an Asterisk and phones of its own; what is said are tones, measured in the phones' recordings. Ends with
    status 1 when a transfer was at fault.

    \b
    Examples:
      ivr bench transfers --kind warm --to queue --calls 100
      ivr bench transfers --kind warm --mixed --calls 100 --json | jq .faulty
    """  # noqa: D301 - click's mark for lines that stay as they are
    from ivr.settings import load_settings
    from ivr.trials.transfers import TransferTrial

    console = Console(stderr=as_json, highlight=False)
    with (
        tempfile.TemporaryDirectory(prefix="ivr-", dir="/tmp") as folder,
        own_pbx(load_settings(), Path(folder)) as pbx,
    ):
        trial = TransferTrial(pbx, cast("HandoverMode", kind), TARGETS[to], Path(folder))
        with console.status("transfers") as status:
            report = asyncio.run(
                trial.run(calls, mixed=mixed, seed=seed, tell=lambda number: status.update(f"{number} of {calls}"))
            )
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        _print(console, report)
    if report["faulty"]:
        raise SystemExit(1)


@contextmanager
def own_pbx(settings: Settings, folder: Path) -> Iterator[LocalPbx]:
    """Run an Asterisk whose trunk leads to a phone on this machine."""
    from ivr.telephony.pbx import LocalPbx
    from ivr.telephony.pbx_config import PbxConfig
    from ivr.telephony.pbx_install import install

    base = random.randrange(20000, 26000, 20)
    config = PbxConfig(
        "ivr",
        secrets.token_hex(12),
        secrets.token_hex(12),
        http_port=base,
        sip_host="127.0.0.1",
        sip_port=base + 4,
        rtp_first=base + 6000,
        rtp_last=base + 6400,
        carrier=f"127.0.0.1:{base + 8}",
        outside=TARGETS["outside"],
    )
    pbx = LocalPbx(config, install(settings.cache, lambda _line: None), folder / "pbx")
    pbx.start()
    try:
        yield pbx
    finally:
        pbx.stop()


def _print(console: Console, report: dict[str, Any]) -> None:
    table = Table(
        "ending", "transfers", "faulty", "announcement end, s", "silence after, s", "longest, s", "briefed, s"
    )
    for ending in dict.fromkeys(row["ending"] for row in report["rows"]):
        rows = [row for row in report["rows"] if row["ending"] == ending]
        table.add_row(
            ending,
            str(len(rows)),
            str(sum(bool(row["faults"]) for row in rows)),
            f"{min(row['announced_end'] for row in rows):.2f}",
            f"{max(row['silence_after'] for row in rows):.2f}",
            f"{max(row['longest_silence'] for row in rows):.2f}",
            f"{min(row['briefed'] for row in rows):.2f}",
        )
    console.print(table)
    for number, row in enumerate(report["rows"], 1):
        if row["faults"]:
            console.print(f"[yellow]{number}[/] {row['ending']}, {row['outcome']}: {'; '.join(row['faults'])}")
    console.print(f"[bold]{report['faulty']} of {report['transfers']} at fault[/]")
