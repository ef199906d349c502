"""Utterances for the hearing sections: held-out texts, several voices, and what lies between them and the recogniser.

Two sets that share no text and no voice at one speed: coefficients are fitted on ``tuning`` and figures are reported
on ``reporting``. em_santa speaks in the reporting set alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import yaml

from ivr.audio.frame import AudioFrame
from ivr.audio.resample import resample
from ivr.trials.speech.channel import KINDS, LINE, lose_packets, mix, noise, telephone

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Speak = Callable[[str, str, float], Awaitable[AudioFrame]]
    """(text, voice, speed) -> speech"""

SetName = Literal["tuning", "reporting"]
CALLERS: dict[SetName, tuple[tuple[str, float], ...]] = {
    "tuning": (("em_alex", 1.0), ("ef_dora", 0.92), ("em_alex", 1.12), ("espeak", 0.95), ("ef_dora", 1.02)),
    "reporting": (("em_santa", 1.0), ("ef_dora", 1.12), ("em_santa", 1.1), ("em_alex", 0.92), ("espeak", 1.05)),
}
"""(voice, speed) of each caller."""
SNRS = 20.0, 10.0, 5.0, 0.0
TALKER_SNRS = 10.0, 5.0, 0.0
LOSSES = 0.01, 0.03, 0.05
LEAD = 0.3
"""Seconds of line before and after an utterance, as a call cuts it."""
ALL = slice(None)
_ENTITY = re.compile(r"\[([^]]+)]")


@dataclass(frozen=True, slots=True)
class Line:
    """A text as it should be written, and which parts a dialogue may know beforehand."""

    text: str
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """What is done to the sound: a kind of noise or ``talker`` at ``snr_db``, then lost packets."""

    behind: str = ""
    snr_db: float = 0.0
    loss: float = 0.0

    def __str__(self) -> str:
        """Name it for a table."""
        if self.behind:
            return f"{self.behind} {self.snr_db:.0f} dB"
        return f"loss {self.loss:.0%}" if self.loss else "clean line"


@dataclass(frozen=True, slots=True)
class Utterance:
    """One line by one caller as the recogniser gets it: 8 kHz."""

    line: Line
    caller: int
    condition: Condition
    sound: AudioFrame


CLEAN = Condition()
NOISY = tuple(Condition(kind, snr) for kind in KINDS for snr in SNRS)
TALKED_OVER = tuple(Condition("talker", snr) for snr in TALKER_SNRS)
LOSSY = tuple(Condition(loss=rate) for rate in LOSSES)


def read_lines(name: SetName) -> list[Line]:
    """Read the texts of a set."""
    document = files(__package__).joinpath(f"hearing_{name}.yaml").read_text(encoding="utf-8")
    return [Line(_ENTITY.sub(r"\1", said), tuple(_ENTITY.findall(said))) for said in yaml.safe_load(document)]


async def speak_set(
    name: SetName, conditions: tuple[Condition, ...], speak: Speak, seed: int, chosen: slice = ALL, shift: int = 0
) -> list[Utterance]:
    """Have lines of a set spoken, each by one caller in turn, under every condition; ``shift`` takes other callers."""
    callers = CALLERS[name]
    said: list[Utterance] = []
    for number, line in list(enumerate(read_lines(name)))[chosen]:
        caller = (number + shift) % len(callers)
        voice, speed = callers[caller]
        dry = resample(await speak(line.text, voice, speed), LINE)
        dry = AudioFrame.join([AudioFrame.silence(LEAD, LINE), dry, AudioFrame.silence(LEAD, LINE)])
        for condition in conditions:
            behind = await _behind(name, condition, number, speak, seed)
            sound = mix(dry, behind, condition.snr_db, seed + number) if behind else dry
            sound = telephone(sound)
            if condition.loss:
                sound = lose_packets(sound, condition.loss, seed + number)
            said.append(Utterance(line, caller, condition, sound))
    return said


async def _behind(name: SetName, condition: Condition, number: int, speak: Speak, seed: int) -> AudioFrame | None:
    """Make the noise, or have another caller of the set say other lines of it."""
    if not condition.behind:
        return None
    if condition.behind != "talker":
        return noise(condition.behind, 12.0, seed * 1000 + number)
    lines, callers = read_lines(name), CALLERS[name]
    voice, speed = callers[(number + 1) % len(callers)]
    other = [lines[(number + step) % len(lines)].text for step in (7, 13)]
    return AudioFrame.join([resample(await speak(text, voice, speed), LINE) for text in other])
