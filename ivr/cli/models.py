"""``ivr models``: the model store."""

from __future__ import annotations

import json
import sys

import click
from rich.console import Console
from rich.table import Table

from ivr.engines.pull import pull as fetch
from ivr.engines.store import ModelStore
from ivr.settings import load_settings


@click.group()
def models() -> None:
    """List, fetch and verify the speech models."""


def _store() -> ModelStore:
    return ModelStore(load_settings().cache)


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(as_json: bool) -> None:
    """List the models: what they are, their licence, whether they are here."""
    store = _store()
    missing = set(store.missing())
    if as_json:
        rows = {
            name: {"what": model.what, "licence": model.licence, "here": name not in missing}
            for name, model in store.manifest.models.items()
        }
        click.echo(json.dumps(rows))
        return
    table = Table("model", "what", "licence", "here")
    for name, model in store.manifest.models.items():
        table.add_row(name, model.what, model.licence, "no" if name in missing else "yes")
    Console().print(table)


@models.command("pull")
@click.argument("names", nargs=-1)
def pull(names: tuple[str, ...]) -> None:
    """Fetch the models named, or all that the product needs; resumes where it stopped."""
    store = _store()
    unknown = set(names) - store.manifest.models.keys()
    if unknown:
        known = ", ".join(store.manifest.models)
        raise click.UsageError(f"no model is called {', '.join(sorted(unknown))}; known: {known}")
    console = Console(stderr=True)
    with console.status("models"):
        fetch(store, list(names or store.manifest.models), lambda step: console.print(step, highlight=False))


@models.command("verify")
def verify() -> None:
    """Hash every file anew; exit 1 when one is missing or corrupt."""
    wrong = 0
    for model, file, problem in _store().verify():
        click.echo(f"{model}/{file}: {problem or 'ok'}")
        wrong += bool(problem)
    sys.exit(1 if wrong else 0)
