"""``ivr pbx``: the local Asterisk, or configuration for one's own."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from ivr.settings import ensure_secrets, load_settings
from ivr.supervision.installation import local_pbx, pbx_config
from ivr.telephony.pbx_config import Places, render
from ivr.telephony.pbx_install import install as find_or_build


@click.group()
def pbx() -> None:
    """Install, start and stop the local Asterisk; render configuration for an existing one."""


@pbx.command()
def install() -> None:
    """Find the system's Asterisk (18 or newer) or build an isolated one."""
    console = Console(stderr=True)
    with console.status("Asterisk"):
        find_or_build(load_settings().cache, lambda step: console.print(step, highlight=False))


@pbx.command()
def start() -> None:
    """Start the PBX alone, in the background (`ivr up` starts everything)."""
    ensure_secrets(load_settings().home)
    settings = load_settings()
    local_pbx(settings).start()
    click.echo(f"Asterisk runs: SIP on port {settings.sip_port}, ARI at {settings.ari_url}")


@pbx.command()
def run() -> None:
    """Run the PBX in the foreground until Ctrl-C."""
    ensure_secrets(load_settings().home)
    sys.exit(local_pbx(load_settings()).run())


@pbx.command()
def stop() -> None:
    """Stop the PBX."""
    local_pbx(load_settings()).stop()


@pbx.command()
@click.argument("command", nargs=-1, required=True)
def console(command: tuple[str, ...]) -> None:
    """Run a console command, such as: ivr pbx console core show channels."""
    click.echo(local_pbx(load_settings()).console(" ".join(command)))


@pbx.command("render")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Directory to write to.")
def render_(out: Path) -> None:
    """Write the configuration into DIR for a PBX of your own; docs/pbx.md says what to do with it."""
    ensure_secrets(load_settings().home)
    settings = load_settings()
    places = Places("/var/lib/asterisk", moh_dir="/var/lib/asterisk/moh")
    for path in render(pbx_config(settings), places, out):
        click.echo(path)
