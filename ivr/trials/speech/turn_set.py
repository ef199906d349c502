"""Caller turns with hesitations, through a telephone: what turn-end detection is fitted and judged on.

A turn such as "quería saber si | puedo pagar" is spoken as one sentence with a break at each mark, so that the melody
is that of a phrase which goes on, and the break is drawn out to a thinking pause. Silences of at least 100 ms are found
by level in the clean speech; the last one is the turn's end, the others are holds (the shape of eot-bench, Apache-2.0).
Pause lengths are log-normal; their median is the caller's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
import yaml

from ivr.audio.frame import AudioFrame
from ivr.audio.resample import resample
from ivr.dialogue.conversation import Expectation
from ivr.trials.measure import Span, sounds
from ivr.trials.speech.channel import mix, noise, telephone

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    Speak = Callable[[str, str, float], Awaitable[AudioFrame]]
    """(text, voice, speed) -> speech"""

SetName = Literal["tuning", "reporting"]
LINE = 8000
LEAD = 0.4
TAIL = 3.0
"""Seconds of line before and after the turn."""
SHORTEST_SILENCE = 0.1
BREAKS = (",", "…")
SHORTEST_BREAK = 0.06
NEAR = 0.35
"""Seconds between where a break should be, by its letters, and where it is."""
MEDIAN_PAUSE = 0.42
SPREAD = 0.65
"""Standard deviation of the logarithm of a pause."""
PAUSES = 0.2, 1.5
"""Seconds of the shortest and the longest thinking pause."""
SPEAKERS_A_TEXT = 4


@dataclass(frozen=True, slots=True)
class SetCaller:
    """A voice, how fast it speaks, how long it thinks (1 = the median), and what is heard behind it."""

    voice: str
    speed: float
    pace: float
    noise: str = ""
    snr_db: float = 0.0


CALLERS: dict[SetName, tuple[SetCaller, ...]] = {
    "tuning": (
        SetCaller("em_alex", 1.0, 1.0),
        SetCaller("em_alex", 1.15, 0.65, "babble", 20),
        SetCaller("ef_dora", 0.9, 1.5, "street", 15),
        SetCaller("ef_dora", 1.0, 0.65),
        SetCaller("espeak", 1.0, 1.0, "pink", 20),
        SetCaller("em_alex", 0.9, 1.5),
        SetCaller("ef_dora", 1.05, 1.0, "babble", 10),
        SetCaller("espeak", 0.9, 0.65),
    ),
    "reporting": (
        SetCaller("em_santa", 1.0, 1.0),
        SetCaller("em_santa", 1.1, 1.5, "street", 20),
        SetCaller("em_santa", 0.9, 0.65),
        SetCaller("ef_dora", 1.15, 0.65, "hum", 20),
        SetCaller("ef_dora", 1.2, 1.5),
        SetCaller("espeak", 1.1, 1.0),
        SetCaller("em_santa", 0.95, 0.65, "babble", 15),
        SetCaller("em_santa", 1.05, 1.0, "music", 10),
    ),
}
"""The sets share neither a text nor a voice at the same speed; em_santa speaks in the reporting set alone."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a caller says: pieces with thinking pauses between them, and the answer that the agent asked for."""

    pieces: tuple[str, ...]
    expects: Expectation
    digits: int

    @property
    def text(self) -> str:
        """All of it, as it should be written."""
        return " ".join(self.pieces)


@dataclass(frozen=True, slots=True)
class CallerTurn:
    """A turn as the line brings it; ``silences`` in seconds of ``sound``, the last one is the turn's end."""

    line: Line
    caller: int
    sound: AudioFrame
    began: float
    silences: tuple[Span, ...]


def read_lines(name: SetName) -> list[Line]:
    """Read the texts of a set."""
    document = files(__package__).joinpath(f"turn_end_{name}.yaml").read_text(encoding="utf-8")
    return [
        Line(
            tuple(piece.strip() for piece in entry["say"].split("|")),
            Expectation(entry.get("expects", "any")),
            int(entry.get("digits", 0)),
        )
        for entry in yaml.safe_load(document)
    ]


def cast(name: SetName, seed: int) -> list[tuple[int, Line]]:
    """Give each text to ``SPEAKERS_A_TEXT`` callers; a caller's turns follow each other, as in a call."""
    lines, callers = read_lines(name), len(CALLERS[name])
    order = np.random.default_rng(seed).permutation(len(lines))
    step = callers // SPEAKERS_A_TEXT
    parts = [
        ((place + turn * step) % callers, lines[number])
        for turn in range(SPEAKERS_A_TEXT)
        for place, number in enumerate(order)
    ]
    return sorted(parts, key=lambda part: part[0])


async def build_turn(caller: SetCaller, number: int, line: Line, speak: Speak, seed: int) -> CallerTurn:
    """Have a line spoken by a caller and sent through the telephone."""
    random = np.random.default_rng(seed)
    pauses = np.clip(random.lognormal(np.log(MEDIAN_PAUSE * caller.pace), SPREAD, len(line.pieces) - 1), *PAUSES)
    fluent = resample(await speak(written(line, random.choice(BREAKS)), caller.voice, caller.speed), LINE)
    on_line = AudioFrame.join([AudioFrame.silence(LEAD, LINE), fluent, AudioFrame.silence(TAIL, LINE)])
    clean = draw_out(on_line, marks(line), pauses.tolist())
    sound = clean
    if caller.noise:
        sound = mix(clean, noise(caller.noise, clean.duration, seed), caller.snr_db, seed)
    began, silences = silences_of(clean)
    return CallerTurn(line, number, telephone(sound), began, silences)


def written(line: Line, mark: str) -> str:
    """Write a line as one sentence with ``mark`` where the caller stops to think."""
    *first, last = line.pieces
    return " ".join([*(piece if piece.endswith(",") else piece + mark for piece in first), last])


def marks(line: Line) -> list[float]:
    """Say where the thinking pauses are, as shares of the line's letters."""
    letters = np.cumsum([len(piece) for piece in line.pieces])
    return [float(count / letters[-1]) for count in letters[:-1]]


def draw_out(fluent: AudioFrame, places: Sequence[float], pauses: Sequence[float]) -> AudioFrame:
    """Lengthen the speaker's own break nearest to each place; where there is none the caller did not stop."""
    heard = sounds(np.frombuffer(fluent.pcm, np.int16), fluent.rate, SHORTEST_BREAK)
    breaks = [Span(before.end, after.start) for before, after in pairwise(heard)]
    chosen: dict[int, float] = {}
    for place, pause in zip(places, pauses, strict=True):
        due = heard[0].start + place * (heard[-1].end - heard[0].start)
        near = [number for number, gap in enumerate(breaks) if abs((gap.start + gap.end) / 2 - due) <= NEAR]
        if near:
            chosen[max(near, key=lambda number: breaks[number].duration)] = pause
    parts, at = [], 0
    for number, pause in sorted(chosen.items()):
        middle = round((breaks[number].start + breaks[number].end) / 2 * fluent.rate)
        parts += [fluent.cut(at, middle), AudioFrame.silence(max(0.0, pause - breaks[number].duration), fluent.rate)]
        at = middle
    return AudioFrame.join([*parts, fluent.cut(at)])


def silences_of(clean: AudioFrame) -> tuple[float, tuple[Span, ...]]:
    """Find where the speech begins and its silences, the one at the end included."""
    heard = sounds(np.frombuffer(clean.pcm, np.int16), clean.rate, SHORTEST_SILENCE)
    ends = [*(span.start for span in heard[1:]), clean.duration]
    return heard[0].start, tuple(Span(span.end, until) for span, until in zip(heard, ends, strict=True))
