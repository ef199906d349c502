"""``ivr transcribe``: what is said in a sound file."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from ivr.analysis.listening import Language, Listener
from ivr.analysis.post_call import Ears
from ivr.analysis.transcripts import enhanced, plain
from ivr.audio.sound_file import open_sound
from ivr.bootstrap import build_detector, build_hearing, build_script, open_db
from ivr.language.hotwords import LARGEST
from ivr.ports import Hints
from ivr.settings import load_settings

if TYPE_CHECKING:
    from ivr.analysis.listening import Listened
    from ivr.analysis.transcripts import EnhancedTranscript

SLOTS = ("phone", "email", "dni", "amount", "date", "person", "address", "city", "product")
UNSURE = 0.5
"""Confidence under which a word is shown as doubtful."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--enhanced", "in_full", is_flag=True, help="Times, confidences, corrections, what was not believed.")
@click.option("--language", type=click.Choice(get_args(Language)), help="What is spoken; default LANGUAGE.")
@click.option("--hotword", "hotwords", multiple=True, help="A name or product that may be said; may be repeated.")
@click.option("--slot", "slots", multiple=True, type=click.Choice(SLOTS), help="What the speaker was asked for.")
@click.option("--now", type=click.DateTime(), help='When it was said, for "mañana" and the like; default now.')
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for programs.")
def transcribe(
    file: Path,
    in_full: bool,
    language: str | None,
    hotwords: tuple[str, ...],
    slots: tuple[str, ...],
    now: dt.datetime | None,
    as_json: bool,
) -> None:
    """Write down what is said in a WAV file of any length.

    \b
    Examples:
      ivr transcribe call.wav
      ivr transcribe call.wav --enhanced --hotword "fibra 600"
      ivr transcribe call.wav --enhanced --slot email
      ivr transcribe call.wav --enhanced --json | jq .segments
    """  # noqa: D301 - click's mark for lines that stay as they are
    if len(hotwords) > LARGEST:
        raise click.UsageError(f"at most {LARGEST} hotwords: name those that are likeliest")
    settings = load_settings()
    hints = Hints(hotwords, frozenset(slots), language or settings.language, words=in_full)

    def load() -> Ears:
        hearing = build_hearing(settings, open_db(settings), live=False)
        return Ears(hearing, build_detector(settings), settings.language)

    listened = asyncio.run(_listen(Listener(load, settings.language), file, hints))
    moment = now or dt.datetime.now()  # noqa: DTZ005 - local time is meant
    full = enhanced(listened, moment, build_script(settings).persona.products) if in_full else None
    if as_json:
        click.echo((full or plain(listened)).model_dump_json(indent=1))
        return
    if full:
        _show(full)
    else:
        click.echo(plain(listened).text)
    for fault in listened.faults:
        click.echo(f"{file}: {fault}", err=True)


async def _listen(listener: Listener, path: Path, hints: Hints) -> Listened:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with (
        path.open("rb") as file,
        Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as progress,
    ):
        sound = open_sound(file)
        bar = progress.add_task("listening", total=1.0)
        return await listener.listen(sound, hints, lambda share: progress.update(bar, completed=share))


def _show(transcript: EnhancedTranscript) -> None:
    console = Console(highlight=False, soft_wrap=True)
    several = any(segment.channel > 1 for segment in transcript.segments)
    for segment in transcript.segments:
        line = Text(f"{_clock(segment.start)} ", style="dim")
        line.append(f"[{segment.channel}] " if several else "", style="bold")
        for word in segment.words:
            line.append(f"{word.text} ", style="yellow" if word.confidence < UNSURE else "default")
        console.print(line)
        for entity in segment.entities:
            console.print(f"      {entity.type} {entity.value}", style="green")
        for change in segment.corrections:
            console.print(f"      {change['heard']} → {change['meant']} ({change['level']}: {change['reason']})")
    for piece in transcript.disbelieved:
        console.print(f"{_clock(piece.start)} not believed: {piece.guard}", style="dim")
    sure = "-" if transcript.confidence is None else f"{100 * transcript.confidence:.0f} %"
    console.print(f"{transcript.duration:.1f} s, {transcript.language}, words are right with {sure}", style="dim")


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:02.0f}:{rest:05.2f}"
