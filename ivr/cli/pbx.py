"""``ivr pbx``: the local Asterisk, or configuration for one's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from ivr.settings import ensure_secrets, load_settings
from ivr.supervision.installation import local_pbx, pbx_config
from ivr.telephony.pbx_install import install as find_or_build
from ivr.telephony.pbx_render import NOT_EVERYWHERE, Places, Target, render, render_additions

if TYPE_CHECKING:
    from ivr.settings import Settings


@click.group()
def pbx() -> None:
    """Install, start and stop the local Asterisk; render configuration for an existing one."""


def _settings() -> Settings:
    """Read the settings, generating the secrets that are missing."""
    ensure_secrets(Path(os.environ.get("IVR_HOME", "var")).expanduser())
    return load_settings()


@pbx.command()
def install() -> None:
    """Find the system's Asterisk (18 or newer) or build an isolated one; safe to repeat."""
    console = Console(stderr=True)
    with console.status("Asterisk") as status:

        def told(step: str) -> None:
            status.update(step)
            console.print(step, highlight=False, markup=False)

        find_or_build(load_settings().cache, told)


@pbx.command()
def start() -> None:
    """Start the PBX alone, in the background (`ivr up` starts everything); safe to repeat."""
    settings = _settings()
    with Console(stderr=True).status("Asterisk starts"):
        local_pbx(settings).start()
    click.echo(f"Asterisk runs: SIP on port {settings.sip_port}, ARI at {settings.ari_url}")


@pbx.command()
def run() -> None:
    """Become the PBX, in the foreground, until Ctrl-C or SIGTERM."""
    local_pbx(_settings()).run()


@pbx.command()
def stop() -> None:
    """Stop the PBX; safe to repeat."""
    local_pbx(load_settings()).stop()


@pbx.command()
@click.argument("command", nargs=-1)
def console(command: tuple[str, ...]) -> None:
    """Run a console command; without one, open Asterisk's console (Ctrl-C leaves it).

    \b
    Examples:
      ivr pbx console
      ivr pbx console core show channels
      ivr pbx console pjsip show contacts
    """  # noqa: D301 - click's mark for lines that stay as they are
    instance = local_pbx(load_settings())
    if command:
        click.echo(instance.console(" ".join(command)), nl=False)
    else:
        sys.exit(subprocess.run(instance.console_command(), check=False).returncode)  # noqa: S603 - our own argv


@pbx.command("render")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Directory to write to.")
@click.option("--release", default="22.10", show_default=True, help="Version of the Asterisk that is to read it.")
@click.option("--certificate", default="", help="Its certificate (PEM), for TLS and phones in browsers.")
@click.option("--private-key", default="", help="The certificate's key (PEM).")
@click.option(
    "--with",
    "also",
    multiple=True,
    type=click.Choice(sorted(NOT_EVERYWHERE)),
    help="A module that it has beyond those of every Asterisk; may be repeated.",
)
def render_(out: Path, release: str, certificate: str, private_key: str, also: tuple[str, ...]) -> None:
    """Write configuration for an Asterisk of your own.

    DIR/existing holds what a FreePBX, Issabel or plain Asterisk in use adds to its own files; docs/pbx.md says
    where. DIR itself holds the whole configuration, for an Asterisk that does nothing else.

    \b
    Examples:
      ivr pbx render --out /tmp/ivr-pbx
      ivr pbx render --out /tmp/ivr-pbx --release 18.9
      ivr pbx render --out /tmp/ivr-pbx --with codec_opus \\
        --certificate /etc/asterisk/keys/pbx.pem --private-key /etc/asterisk/keys/pbx.key
    """  # noqa: D301 - click's mark for lines that stay as they are
    numbers = release.split(".")
    if not all(number.isdigit() for number in numbers):
        raise click.BadParameter(f"{release!r} is no version; write it like 22.10", param_hint="--release")
    if bool(certificate) != bool(private_key):
        raise click.UsageError("give --certificate and --private-key together")
    settings = _settings()
    target = Target((int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else 0), also=frozenset(also))
    places = Places("", moh_dir="/var/lib/asterisk/moh", certificate=certificate, private_key=private_key)
    config = pbx_config(settings)
    for path in [
        *render(config, places, out, target),
        *render_additions(config, out),
    ]:
        click.echo(path)
