"""``ivr phone``: a real softphone."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from rich.console import Console
from rich.markup import escape

from ivr.cli.line import open_line
from ivr.settings import load_settings
from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig
from ivr.trials.voices import read_wav

if TYPE_CHECKING:
    from ivr.trials.line import TrialLine

AGENT_WITHIN = 12.0
"""Seconds that ``--say`` waits for the far end to speak; an echo never does."""
QUIET = 0.7


@dataclass(frozen=True, slots=True)
class Errand:
    """What to do in the call."""

    number: str
    say: tuple[str, ...]
    play: Path | None
    record: Path | None
    dtmf: str
    seconds: float
    voice: str


@click.group()
def phone() -> None:
    """Make calls with a real SIP softphone."""


@phone.command()
@click.argument("number")
@click.option("--say", multiple=True, help="Say this text when the agent has finished; may be repeated.")
@click.option("--play", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Play a WAV file.")
@click.option("--record", type=click.Path(path_type=Path), help="Record: left = what we said, right = what we heard.")
@click.option("--dtmf", default="", help="Keys to press (RFC 4733), after what is said.")
@click.option("--seconds", default=60.0, show_default=True, help="Hang up after this long.")
@click.option("--voice", default="em_alex", show_default=True, help="Voice of --say.")
@click.option("--user", default="1001", show_default=True, help="SIP user.")
@click.option("--password", default="", help="SIP password; default: the local PBX's.")
@click.option("--server", default="", help="SIP server; default: the local PBX.")
@click.option("--port", default=0, help="SIP port; default SIP_PORT.")
@click.option("--codec", type=click.Choice(["alaw", "ulaw", "g722"]), default="alaw", show_default=True)
@click.option("--transport", type=click.Choice(["udp", "tcp"]), default="udp", show_default=True)
def call(
    number: str,
    say: tuple[str, ...],
    play: Path | None,
    record: Path | None,
    dtmf: str,
    seconds: float,
    voice: str,
    user: str,
    password: str,
    server: str,
    port: int,
    codec: Literal["alaw", "ulaw", "g722"],
    transport: Literal["udp", "tcp"],
) -> None:
    """Call NUMBER and talk; exit 1 when nobody answers.

    \b
    Examples:
      ivr phone call 600 --play hello.wav --record echo.wav --seconds 5
      ivr phone call 100 --say "Quería consultar mi saldo" --dtmf 654321 --record call.wav
    """  # noqa: D301 - click's mark for lines that stay as they are
    line = open_line(load_settings(), user, password, server, port)
    config = PhoneConfig(line.server, line.user, line.password, line.port, codec, transport)
    answered = asyncio.run(_call(config, line, Errand(number, say, play, record, dtmf, seconds, voice)))
    sys.exit(0 if answered else 1)


async def _call(config: PhoneConfig, line: TrialLine, errand: Errand) -> bool:
    console = Console(highlight=False)
    await line.voices.prepare(errand.say, errand.voice)
    async with Phone(config) as softphone:
        await softphone.register()
        console.print(f"registered as {config.user} at {config.server}:{config.port}; calling {escape(errand.number)}")
        answer = await softphone.call(errand.number, errand.record)
        if not answer.answered:
            console.print(f"[red]not answered[/]: {answer.code} {escape(answer.reason)}")
            return False
        console.print("[green]answered[/]")
        talking = asyncio.create_task(_talk(softphone, line, errand, console))
        await softphone.has_ended(errand.seconds)
        talking.cancel()
        end = await softphone.hang_up()
    by = "we hung up" if end.by == "phone" else "the far end hung up"
    console.print(f"{by} after {end.seconds:.1f} s" + (f"; recorded in {errand.record}" if errand.record else ""))
    return True


async def _talk(softphone: Phone, line: TrialLine, errand: Errand, console: Console) -> None:
    """Play, then say what there is to say, then press keys."""
    if errand.play is not None:
        await softphone.say(read_wav(errand.play))
    before = 0
    for text in errand.say:
        await softphone.heard_quiet(QUIET, AGENT_WITHIN, after_sounds=before)
        console.print(f"[cyan]saying[/] {escape(text)}")
        await softphone.say(await line.voices.line(text, errand.voice))
        before = softphone.sounds - int(softphone.sounding)
    if errand.dtmf:
        if errand.say:
            await softphone.heard_quiet(QUIET, AGENT_WITHIN, after_sounds=before)
        console.print(f"[cyan]pressing[/] {escape(errand.dtmf)}")
        softphone.press(errand.dtmf)
