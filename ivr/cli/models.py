"""``ivr models``: the model store."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from ivr.engines.pull import pull as fetch
from ivr.engines.pull import wanted
from ivr.engines.store import ModelStore
from ivr.settings import load_settings

if TYPE_CHECKING:
    from ivr.ports import Synthesizer, VoiceStyle


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
    missing = set(store.missing(store.manifest.models))
    if as_json:
        rows = {
            name: {
                "what": model.what,
                "licence": model.licence,
                "packages": [f"{package.package} {package.version}" for package in model.packages],
                "bytes": sum(package.size for package in model.packages),
                "switch": model.switch,
                "here": name not in missing,
            }
            for name, model in store.manifest.models.items()
        }
        click.echo(json.dumps(rows))
        return
    table = Table("model", "what", "licence", "here")
    for name, model in store.manifest.models.items():
        absent = f"no; for {model.switch}" if model.switch else "no"
        table.add_row(name, model.what, model.licence, absent if name in missing else "yes")
    console = Console()
    console.print(table)
    console.print(f"Also served when put there by hand: {', '.join(store.manifest.elsewhere)}", highlight=False)


@models.command("pull")
@click.argument("names", nargs=-1)
@click.option(
    "--all", "everything", is_flag=True, help="Those of stages that are switched off too, but for language models."
)
def pull(names: tuple[str, ...], *, everything: bool = False) -> None:
    """Fetch the models named, or all that the settings ask for; resumes where it stopped.

    \b
    Examples:
      ivr models pull
      ivr models pull whisper-base kokoro
    """  # noqa: D301 - click keeps the lines after \b
    store = _store()
    _refuse_unknown(store, names)
    manifest = store.manifest
    todo = wanted(store, names or (manifest.usual if everything else manifest.needed(load_settings().is_on)))
    if not todo:
        click.echo("every model is here, and sha256 is right", err=True)
        return
    total = sum(package.size for name in todo for package in store.manifest.models[name].packages)
    columns = (SpinnerColumn(), TextColumn("models"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("models", total=total)

        def told(step: str, size: int) -> None:
            progress.console.print(step, highlight=False)
            progress.advance(bar, size)

        fetch(store, todo, told)


def _refuse_unknown(store: ModelStore, names: tuple[str, ...]) -> None:
    for name in names:
        if name in store.manifest.elsewhere:
            where = f"hf download {store.manifest.elsewhere[name]} --local-dir {store.root / name}"
            raise click.UsageError(f"no package registry carries {name}; run: {where}")
        if name not in store.manifest.models:
            raise click.UsageError(f"no model is called {name!r}; known: {', '.join(store.manifest.models)}")


@models.command("verify")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def verify(as_json: bool) -> None:
    """Hash every file anew; exit 1 when one is missing or corrupt."""
    store = _store()
    found = store.verify(store.manifest.needed(load_settings().is_on))
    rows = list(found) if as_json else found
    wrong = False
    for model, file, problem in rows:
        wrong = wrong or bool(problem)
        if not as_json:
            click.echo(f"{model}/{file}: {problem or 'ok'}")
    if as_json:
        click.echo(json.dumps({f"{model}/{file}": problem or "ok" for model, file, problem in rows}))
    sys.exit(1 if wrong else 0)


@models.command("speak")
def speak() -> None:
    """Speak the persona's fixed phrases ahead, so that callers hear them at once; what is there is kept."""
    from ivr.bootstrap import build_script
    from ivr.bootstrap_tts import build_style, build_synthesizer, unspoken_phrases

    settings = load_settings()
    style = build_style(settings)
    phrases = unspoken_phrases(settings, build_script(settings).fixed_phrases())
    if phrases:
        asyncio.run(_speak(build_synthesizer(settings), phrases, style))
    voice = f"{settings.tts_provider} {style.voice}".strip()
    click.echo(f"the fixed phrases of {settings.persona} are spoken by {voice}", err=True)


async def _speak(synthesizer: Synthesizer, phrases: list[str], style: VoiceStyle) -> None:
    columns = (SpinnerColumn(), TextColumn("fixed phrases"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True)) as progress:
        for phrase in progress.track(phrases):
            await synthesizer.prepare([phrase], style)


@models.command("ready")
@click.pass_context
def ready(context: click.Context) -> None:
    """Have all that a call needs: fetch the models that are missing, speak the fixed phrases ahead."""
    context.invoke(pull, names=())
    context.invoke(speak)
