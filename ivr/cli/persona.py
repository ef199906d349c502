"""``ivr persona``: check, begin, look into and listen to persona files."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from ivr.dialogue.persona_doubts import doubts
from ivr.dialogue.persona_file import known_personas
from ivr.dialogue.phrases import PHRASES
from ivr.dialogue.script import load_script
from ivr.errors import ConfigError
from ivr.settings import load_settings
from ivr.yaml_text import FileRefused

if TYPE_CHECKING:
    from ivr.dialogue.script import Script

TEMPLATE = Path(__file__).parents[1] / "dialogue" / "persona_template.yaml"


@click.group()
def persona() -> None:
    """Write who the agent is and what it says, and find every mistake before a caller does."""


@persona.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(name: str | None, as_json: bool) -> None:
    """Read a persona (a file, or one of the product's; PERSONA without NAME) and tell all that is wrong with it.

    Exit 1 when something is wrong; doubts do not count.

    \b
    Examples:
      ivr persona check mine.yaml
      ivr persona check mine.yaml --json | jq '.faults[] | "\\(.line): \\(.problem)"'
    """  # noqa: D301 - click's mark for lines that stay as they are
    name = name or load_settings().persona
    faults: list[dict[str, object]] = []
    doubtful: list[tuple[str, str]] = []
    try:
        found = load_script(name).persona
        doubtful = list(doubts(found))
    except FileRefused as refused:
        faults = [
            {"file": refused.name, "line": one.line, "column": one.column, "key": one.key, "problem": one.problem}
            for one in refused.faults
        ]
        told = str(refused)
    except ConfigError as error:
        faults, told = [{"file": name, "line": 1, "column": 1, "key": "", "problem": str(error)}], str(error)
    else:
        told = f"{name} is sound: {found.agent} of {found.company}, {len(found.facts)} facts"
    if as_json:
        asked = [{"key": key, "doubt": doubt} for key, doubt in doubtful]
        click.echo(json.dumps({"ok": not faults, "faults": faults, "doubts": asked}, ensure_ascii=False, indent=1))
    else:
        click.echo(told, err=bool(faults))
        for key, doubt in doubtful:
            click.echo(f"doubt: {key}: {doubt}")
    sys.exit(1 if faults else 0)


@persona.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--base", default="es", show_default=True, type=click.Choice(known_personas()), help="What it builds on.")
@click.option("--company", default="Mi Empresa", show_default=True, help="Whose agent it is.")
@click.option("--agent", default="Laura", show_default=True, help="What it is called.")
def new(file: Path, base: str, company: str, agent: str) -> None:
    """Write a small persona file to edit: only what changes, everything else comes from the base."""
    if file.exists():
        raise click.UsageError(f"{file} is there already; give another name")
    given = {"base": base, "file": str(file), "path": str(file.absolute())}
    quoted = {"company": json.dumps(company, ensure_ascii=False), "agent": json.dumps(agent, ensure_ascii=False)}
    text = TEMPLATE.read_text(encoding="utf-8").format(**given, **quoted)
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written ({error.strerror}); give another place") from error
    load_script(str(file.absolute()))
    click.echo(f"{file} is written; edit it, then: ivr persona check {file}")


@persona.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show(name: str | None, as_json: bool) -> None:
    """Show all that a persona says and knows, with what it takes from the one it extends."""
    script = load_script(name or load_settings().persona)
    if as_json:
        click.echo(script.persona.model_dump_json(indent=1))
        return
    table = Table("phrase", "slots", "says", box=None)
    for phrase, slots in PHRASES.items():
        for number, text in enumerate(script.persona.phrases[phrase]):
            table.add_row(phrase if not number else "", ", ".join(sorted(slots)) if not number else "", text)
    for fact in script.persona.facts:
        table.add_row(f"fact {fact}", "", script.fact(fact))
    Console(highlight=False, markup=False, soft_wrap=True).print(table)


@persona.command()
@click.argument("phrase")
@click.option("--persona", "name", help="Whose; PERSONA otherwise.")
@click.option("--turn", default=0, type=click.IntRange(0), help="Which of its variants.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="A WAV file; without it the text is shown."
)
def say(phrase: str, name: str | None, turn: int, out: Path | None) -> None:
    """Show a phrase or a fact, or speak it into a WAV file with the voice of the settings.

    \b
    Examples:
      ivr persona say greeting --out greeting.wav
      ivr persona say opening_hours --persona mine.yaml --out hours.wav
    """  # noqa: D301 - click's mark for lines that stay as they are
    script = load_script(name or load_settings().persona)
    text = _text(script, phrase, turn)
    click.echo(text)
    if out is not None:
        asyncio.run(_speak(text, out))


def _text(script: Script, phrase: str, turn: int) -> str:
    if phrase in PHRASES:
        return script.say(phrase, turn)
    if phrase in script.persona.facts:
        return script.fact(phrase)
    raise click.UsageError(f"no phrase or fact is called {phrase}; ivr persona show lists them")


async def _speak(text: str, out: Path) -> None:
    from ivr.audio.frame import AudioFrame
    from ivr.audio.wav import write_wav
    from ivr.bootstrap_tts import build_style, build_synthesizer

    settings = load_settings()
    voice = build_synthesizer(settings)
    frames = [frame async for frame in voice.speak(text, build_style(settings))]
    write_wav(out, AudioFrame(b"".join(frame.pcm for frame in frames), frames[0].rate))
