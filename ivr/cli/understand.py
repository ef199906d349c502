"""``ivr understand``: what is made of a caller's words, or of a recording of them."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from ivr.call.correcting import corrected
from ivr.errors import UnreadableSound
from ivr.language.gist import gist
from ivr.language.tongues import TONGUES
from ivr.ports import Hints
from ivr.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ivr.settings import Settings

SOUND = {".wav", ".wave"}
LONGEST = 20_000
"""Characters of a text: hours of speech."""
LONGEST_NAME = 255
"""Characters that a file's name may have."""
MOMENTS = "%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"
EXAMPLE = 'ivr understand "quiero saber mi saldo"'


@click.command()
@click.argument("source", metavar="[TEXT|FILE.wav]", required=False)
@click.option(
    "--correct",
    type=click.Choice(["online", "offline"]),
    default="online",
    show_default=True,
    help="Mend misheard words as in calls (exact entries only), or with all levels as after them.",
)
@click.option("--now", type=click.DateTime(MOMENTS), help='What "mañana" is counted from; default: this moment.')
@click.option(
    "--language",
    type=click.Choice(TONGUES),
    default="es",
    show_default=True,
    help="What a text is in; another language is put into the Spanish words that are understood.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a turn, for programs.")
def understand(source: str | None, correct: str, now: dt.datetime | None, language: str, as_json: bool) -> None:
    """Tell what is understood of a caller: corrected words, intent, entities, feelings; of a recording the voice too.

    Without TEXT every line of the standard input is a turn of one caller, answered as it comes. Of a WAV file every
    stretch of speech is. What was typed is corrected as if it had been heard, its words in doubt.

    \b
    Examples:
      ivr understand "necesito revisar el salgo de mi cuesta"
      ivr understand --language en "how much do I owe"
      ivr understand call.wav --json | jq .mood
      ivr understand --now 2026-03-01 < turns.txt
    """  # noqa: D301 - click's mark for lines that stay as they are
    settings = load_settings()
    moment = now or dt.datetime.now().astimezone().replace(tzinfo=None)
    if source is not None and Path(source).suffix.lower() in SOUND:
        turns = _of_sound(settings, Path(source), live=correct == "online", now=moment)
    else:
        said = _lines() if source is None else [_no_file(source)]
        texts = (gist(text, language) for text in said)
        turns = _of_texts(settings, texts, live=correct == "online", now=moment)
    console = Console(highlight=False, soft_wrap=True)
    for turn in turns:
        if as_json:
            click.echo(json.dumps(turn, ensure_ascii=False))
        else:
            _show(console, turn)


def _no_file(text: str) -> str:
    """Let a text pass; a file's name stands for its content."""
    if len(text) <= LONGEST_NAME and Path(text).is_file():
        raise click.UsageError(f"{text} is a file: give its lines with ivr understand < {text}")
    return text


def _lines() -> Iterator[str]:
    """Read the standard input, line by line."""
    if sys.stdin.isatty():
        click.echo("One turn a line; Ctrl-D ends it.", err=True)
    for number, line in enumerate(sys.stdin.buffer, 1):
        try:
            yield line.decode("utf-8-sig").rstrip("\r\n")
        except UnicodeDecodeError as error:
            mend = f"iconv -f latin1 -t utf-8 FILE | ivr understand; {error.reason}"
            raise click.UsageError(f"line {number} of the input is not UTF-8: {mend}") from error


def _of_texts(settings: Settings, texts: Iterable[str], *, live: bool, now: dt.datetime) -> Iterator[dict[str, Any]]:
    from ivr.analysis.understanding import Understanding, typed
    from ivr.bootstrap import build_script, open_db, read_bank

    bank = None
    understanding = Understanding(now, build_script(settings).persona.products)
    for number, text in enumerate(texts, 1):
        if not text.strip():
            continue
        if len(text) > LONGEST:
            long = f"turn {number} has {len(text)} characters, more than {LONGEST}"
            raise click.UsageError(f"{long}: give one turn a line")
        if bank is None and settings.enable_stt_correction:
            bank = read_bank(settings, open_db(settings), live=live)
        heard = typed(text)
        yield understanding.understand(corrected(heard, bank, frozenset()) if bank else heard)
    if not understanding.mood.turns:
        raise click.UsageError(f"there is nothing to understand: {EXAMPLE}")


def _of_sound(settings: Settings, path: Path, *, live: bool, now: dt.datetime) -> Iterator[dict[str, Any]]:
    from ivr.analysis.listening import Listener
    from ivr.analysis.post_call import Ears
    from ivr.analysis.understanding import Understanding, sounds_of
    from ivr.audio.sound_file import open_sound
    from ivr.bootstrap import build_detector, build_hearing, build_script, open_db

    def load() -> Ears:
        hearing = build_hearing(settings, open_db(settings), live=live)
        return Ears(hearing, build_detector(settings), settings.language)

    if not path.is_file():
        raise click.UsageError(f"{path}: no such file")
    with path.open("rb") as file:
        sound = open_sound(file)
        hints = Hints(language=settings.language, words=True)
        listened = asyncio.run(Listener(load, settings.language).listen(sound, hints))
        said = [piece for piece in listened.pieces if piece.heard.text]
        if not said:
            why = "; ".join(listened.faults) or "nothing could be recognised: check that it is the right file"
            raise UnreadableSound(f"{path}: {why}")
        products = build_script(settings).persona.products
        callers = {piece.channel: Understanding(now, products) for piece in said}
        for piece, speech in sounds_of(sound, said):
            turn = callers[piece.channel].understand(piece.heard, speech)
            turn["warnings"] += listened.faults
            yield turn | {"channel": piece.channel + 1, "start": round(piece.start, 2), "end": round(piece.end, 2)}


def _show(console: Console, turn: dict[str, Any]) -> None:
    """Tell a turn to people."""
    when = f"[dim]{turn['start']:7.2f} s[/] " if "start" in turn else ""
    console.print(f"{when}[bold]{_escape(turn['corrected'])}[/]")
    for change in turn["corrections"]:
        console.print(f"  corrected  {_escape(change['heard'])} → {_escape(change['meant'])} ({change['reason']})")
    console.print(f"  intent     {turn['intent']['name']} ({turn['intent']['confidence']:.2f})")
    why = ", ".join(mention["text"] for mention in turn["sentiment"]["mentions"])
    because = f": {_escape(why)}" if why else ""
    console.print(f"  sentiment  {turn['sentiment']['label']} ({turn['sentiment']['score']:+.2f}){because}")
    for entity in turn["entities"]:
        console.print(f"  {entity['type']:<10} {_escape(entity['value'])}")
    if turn["question"]["asks"]:
        console.print(f"  question   {', '.join(turn['question']['cues'])}")
    mood = turn["mood"]
    console.print(f"  mood       {mood['label']} ({mood['trend']:+.2f}), tone {mood['tone']}")
    if "prosody" in turn:
        console.print(f"  voice      {_voice(turn['prosody'])}")
    if mood["alert"]:
        console.print("  [red]sentiment_alert[/]: the caller has had enough")
    for warning in turn["warnings"]:
        console.print(f"  [yellow]{_escape(warning)}[/]")


def _voice(prosody: dict[str, Any]) -> str:
    pauses = " ".join(f"{pause['kind']} {pause['duration']:.1f} s" for pause in prosody["pauses"])
    figures = (
        ("pitch {:.0f} Hz", prosody["pitch"]),
        ("end {:+.0f} %", prosody["rise"]),
        ("{:.1f} syllables/s", prosody["rate"]),
        ("{:.0f} dBFS", prosody["loudness"]),
    )
    return ", ".join(
        [text.format(value) for text, value in figures if value is not None] + ([pauses] if pauses else [])
    )


def _escape(text: str) -> str:
    return text.replace("[", "\\[")
