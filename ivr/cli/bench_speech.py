"""``ivr bench speech``: how callers are heard, section by section."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from ivr.settings import Settings
    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.report import Section

SEED = 11
DICTATION_PERSONA = "datos"
DICTATED = ("phone", "dni", "email", "amount", "date")
DICTATION_USERS = ("1001", "1002", "1003")
"""Phones from which the dictation trial calls, side by side."""
WIDE = 200
"""Columns of a table that goes into a file."""


@click.command()
@click.argument("sections", nargs=-1)
@click.option("--quick", is_flag=True, help="A small subset of each set: a check that it runs, not a measurement.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Folder of the report; IVR_HOME/bench.")
@click.option("--seed", default=SEED, show_default=True, help="Where chance begins.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(DICTATED), help="Only these dictated values.")
@click.option("--phones", default=3, show_default=True, type=click.IntRange(1, 3), help="Dictating phones at once.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs, the tables on stderr.")
def speech(
    sections: tuple[str, ...],
    quick: bool,
    out: Path | None,
    seed: int,
    kinds: tuple[str, ...],
    phones: int,
    as_json: bool,
) -> None:
    """Measure how callers are heard, on test audio of its own making: several voices, the telephone, noise, loss.

    Prints the tables and writes speech.json and speech.md. Without a SECTION it runs them all.

    \b
    Examples:
      ivr bench speech
      ivr bench speech stt turn_end --out report
      ivr bench speech --quick
      ivr bench speech stt --json | jq .sections.stt.figures
      PERSONA=datos ivr bench speech dictation    (real calls to a system that takes details down)
      PERSONA=datos ivr bench speech dictation --kind phone --kind dni
    """  # noqa: D301 - click's mark for lines that stay as they are
    from ivr.cli.line import open_line, running_system
    from ivr.settings import load_settings
    from ivr.trials.speech.bench import SpeechBench

    settings = load_settings()
    report = _Report(out or settings.home / "bench", as_json=as_json)
    if sections != ("dictation",) or settings.persona != DICTATION_PERSONA:
        document = asyncio.run(report.run(SpeechBench(settings, seed, quick, kinds=kinds), sections))
    else:
        if kinds:
            _ask_only(settings, kinds)
        with running_system(report.console) as running:
            lines = tuple(open_line(running, user) for user in DICTATION_USERS[:phones])
            speech_bench = SpeechBench(running, seed, quick, line=lines, kinds=kinds)
            document = asyncio.run(report.run(speech_bench, sections))
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=1))
    sys.exit(1 if document["failed"] else 0)


def _ask_only(settings: Settings, kinds: tuple[str, ...]) -> None:
    """Let the system that is about to start ask for some of the form's details alone."""
    from ivr.dialogue.script import load_script
    from ivr.errors import ConfigError
    from ivr.files import write_whole
    from ivr.supervision.state import read_status

    if read_status(settings.home).state == "running":
        raise ConfigError("--kind needs a system of its own, and one is running; end it first: ivr down")
    form = [detail.model_dump() for detail in load_script(DICTATION_PERSONA).persona.form if detail.kind in kinds]
    path = (settings.home / "bench" / "persona.yaml").resolve()
    write_whole(path, json.dumps({"extends": DICTATION_PERSONA, "form": form}, ensure_ascii=False).encode())
    os.environ["PERSONA"] = str(path)


class _Report:
    """Prints sections as they end and keeps them in ``folder``; the files are whole after each of them."""

    def __init__(self, folder: Path, *, as_json: bool) -> None:
        out = sys.stderr if as_json else sys.stdout
        self.console = Console(file=out, highlight=False, width=None if out.isatty() else WIDE)
        self._folder = folder

    async def run(self, bench: SpeechBench, names: tuple[str, ...]) -> dict[str, Any]:
        """Run sections; answers the document for programs."""
        from ivr.files import write_whole
        from ivr.trials.speech.bench import run
        from ivr.trials.speech.report import markdown, record

        sections: dict[str, Any] = {}
        failed: dict[str, str] = {}
        pages = ["# How callers are heard\n"]
        report = {"seed": bench.seed, "quick": bench.quick, "failed": failed, "sections": sections}
        async for outcome in run(bench, names, time.monotonic):
            if outcome.section is None:
                self.console.print(f"[red]{outcome.name}[/] failed after {outcome.seconds:.0f} s: {outcome.failure}")
                failed[outcome.name] = outcome.failure
            else:
                self._print(outcome.section, outcome.seconds)
                sections[outcome.name] = record(outcome.section) | {"seconds": round(outcome.seconds, 1)}
                pages.append(markdown(outcome.section))
            document = json.dumps(report, ensure_ascii=False, indent=1)
            write_whole(self._folder / "speech.json", document.encode())
            write_whole(self._folder / "speech.md", "\n".join(pages).encode())
        self.console.print(f"Written to {self._folder / 'speech.json'} and speech.md")
        return report

    def _print(self, section: Section, seconds: float) -> None:
        from ivr.trials.speech.report import cell

        table = Table(*section.columns, title=f"{section.name} ({seconds:.0f} s)")
        for row in section.rows:
            table.add_row(*map(cell, row))
        self.console.print(table)
        for note in section.notes:
            self.console.print(note)
