"""The ``ivr`` command."""

from __future__ import annotations

import importlib
import sys
from typing import NoReturn

import click

from ivr.errors import IvrError

NOUNS: dict[str, str] = {
    "bench": "ivr.cli.bench:bench",
    "corrections": "ivr.cli.corrections:corrections",
    "demo": "ivr.cli.demo:demo",
    "persona": "ivr.cli.persona:persona",
    "phone": "ivr.cli.phone:phone",
    "pbx": "ivr.cli.pbx:pbx",
    "doctor": "ivr.cli.doctor:doctor",
    "down": "ivr.cli.up:down",
    "experiments": "ivr.cli.experiments:experiments",
    "eval": "ivr.cli.eval:evaluate",
    "functions": "ivr.cli.functions:functions",
    "jobs": "ivr.cli.jobs:jobs",
    "logs": "ivr.cli.up:logs",
    "knowledge": "ivr.cli.knowledge:knowledge",
    "models": "ivr.cli.models:models",
    "process": "ivr.cli.process:process",
    "recordings": "ivr.cli.recordings:recordings",
    "serve": "ivr.cli.serve:serve",
    "status": "ivr.cli.up:status",
    "transcribe": "ivr.cli.transcribe:transcribe",
    "understand": "ivr.cli.understand:understand",
    "up": "ivr.cli.up:up",
}
"""Command name -> ``module:attribute``; imported only when used, so that ``ivr --help`` is quick."""


class Nouns(click.Group):
    """Loads a command's module when it is asked for, and turns our errors into a sentence and exit 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command."""
        del ctx
        return sorted(NOUNS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in NOUNS:
            return None
        module, _, attribute = NOUNS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(cls=Nouns, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ivr")
def ivr() -> None:
    """Run an AI call center on Asterisk."""


def main() -> None:
    """Run the command line; exit 0 ok, 1 failed, 2 wrong usage."""
    try:
        ivr()
    except IvrError as error:
        _give_up(error)
    except ExceptionGroup as several:
        first = first_told(several)
        if first is None:
            raise
        _give_up(first)


def first_told(several: BaseExceptionGroup[BaseException]) -> IvrError | None:
    """Find what to tell when parts that load side by side fail; None where one fails that nobody foresaw."""
    told, others = several.split(IvrError)
    if others is not None or told is None:
        return None
    first = told.exceptions[0]
    return first_told(first) if isinstance(first, BaseExceptionGroup) else first


def _give_up(error: IvrError) -> NoReturn:
    click.echo(f"ivr: {error}", err=True)
    sys.exit(1)
