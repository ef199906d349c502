"""``ivr experiments``: share calls out among variants of the agent, and see which does better."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from ivr.bootstrap import open_db
from ivr.bootstrap_variants import read_experiment
from ivr.db.experiment_book import ExperimentBook
from ivr.settings import load_settings
from ivr.yaml_text import read_text

if TYPE_CHECKING:
    from ivr.db.experiment_book import Kept
    from ivr.experiments.report import Figures
    from ivr.experiments.statistics import Interval

JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")
_SHOWN = {
    "contained": ("without a person", 100, "%"),
    "completed": ("completed", 100, "%"),
    "sentiment": ("sentiment", 1, ""),
    "duration": ("length", 1, " s"),
    "latency_ms": ("answers after", 1, " ms"),
    "cost": ("cost", 1, " $"),
}
"""Figure -> its heading, and what it is multiplied with and called."""


def _book() -> ExperimentBook:
    settings = load_settings()
    return ExperimentBook(open_db(settings), settings.tenant)


@click.group()
def experiments() -> None:
    """Compare variants of persona, voice, pace or model on real calls."""


@experiments.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--draft", is_flag=True, help="Only keep it; `ivr experiments start` begins later.")
def create(file: Path, draft: bool) -> None:
    """Read an experiment from a YAML file and start it; calls are drawn within seconds.

    All that is in it is kept as it is now: later changes of the file, or of a persona it names, are another experiment.

    \b
    Example of a file:
      name: saludo-corto
      variants:
        como-siempre: {}
        corto: {persona: {phrases: {greeting: "Hola, soy {agent}, asistente virtual. Dígame."}}}
    """  # noqa: D301 - click's mark for lines that stay as they are
    experiment = read_experiment(load_settings(), read_text(file), str(file), file.parent)
    _say(_book().create(experiment, start=not draft))


@experiments.command()
@click.argument("name")
def start(name: str) -> None:
    """Start a draft, or go on with a stopped experiment."""
    _say(_book().start(name))


@experiments.command()
@click.argument("name")
def stop(name: str) -> None:
    """Stop an experiment; within seconds new calls are served as always. Its results stay."""
    _say(_book().stop(name))


@experiments.command("list")
@JSON
def list_(as_json: bool) -> None:
    """List experiments, newest first."""
    found = _book().all()
    if as_json:
        click.echo(json.dumps([kept.summary() for kept in found], ensure_ascii=False, indent=1))
        return
    table = Table("name", "state", "share", "by", "variants", "about", box=None)
    for kept in found:
        one = kept.experiment
        table.add_row(one.name, kept.state, f"{one.share:.0%}", one.by, ", ".join(one.variants), one.about)
    Console(highlight=False).print(table)


@experiments.command()
@click.argument("name")
@JSON
def report(name: str, as_json: bool) -> None:
    """Tell what came of an experiment: figures with their 95 % bounds, and a verdict.

    Figures in brackets in the lines that begin with + are differences to the first variant.
    """
    found = _book().report(name)
    if as_json:
        click.echo(json.dumps(found.document(), ensure_ascii=False, indent=1))
        return
    table = Table("variant", "changes", "calls", *(heading for heading, _, _ in _SHOWN.values()), box=None)
    for one in found.variants:
        table.add_row(one.variant, one.changes, str(one.calls), *_cells(one))
        if one.against:
            table.add_row("", "  against the first", "", *_cells(one, against=True))
    console = Console(highlight=False)
    console.print(table)
    for sentence in found.verdict:
        console.print(sentence, markup=False)


def _cells(one: Figures, *, against: bool = False) -> list[str]:
    figures = one.against if against else one.figures
    return [_cell(figures.get(name), by, unit, sign="+" if against else "") for name, (_, by, unit) in _SHOWN.items()]


def _cell(found: Interval | None, by: float, unit: str, *, sign: str) -> str:
    if found is None:
        return "-"
    digits = 4 if unit == " $" else 2 if not unit else 0 if unit == " ms" else 1
    value, low, high = (f"{number * by:{sign}.{digits}f}" for number in (found.value, found.low, found.high))
    return f"{value}{unit} ({low} to {high})"


def _say(kept: Kept) -> None:
    shared = ", ".join(f"{name} ({one.described()})" for name, one in kept.experiment.variants.items())
    click.echo(f"{kept.experiment.name} is {kept.state}: {shared}")
