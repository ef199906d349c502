"""What each stage of voice processing costs for 20 ms of a call: processor time, in all threads of the process."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.audio.prosody import measure_prosody
from ivr.bootstrap import build_models, build_speaker_engines
from ivr.call.ear import TICK
from ivr.engines.deepfilter import DeepFilter

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from ivr.settings import Settings
    from ivr.trials.speech.report import Cell

SAMPLE_SECONDS = 3.0
"""How much of a caller's voice a profile holds."""


async def voice_rows(
    settings: Settings, sounds: Sequence[AudioFrame]
) -> tuple[list[tuple[Cell, ...]], dict[str, float]]:
    """Time noise reduction, speaker profile, isolation and prosody; rows in the columns of ``overhead``."""
    denoiser, (voices, speaker_filter) = DeepFilter(build_models(settings)), build_speaker_engines(settings)
    line = AudioFrame.join(sounds)
    sample = line.cut(0, round(SAMPLE_SECONDS * line.rate))

    async def prosody(speech: AudioFrame) -> object:
        return measure_prosody(speech)

    stages: dict[str, Callable[[AudioFrame], Awaitable[object]]] = {
        "noise reduction": denoiser.clean,
        "whose voice it is": voices.voiceprints,
        "isolation, with a second voice": lambda speech: speaker_filter.isolate(speech, sample),
        "prosody": prosody,
    }
    rows: list[tuple[Cell, ...]] = []
    figures: dict[str, float] = {}
    for name, do in stages.items():
        await do(sounds[0])
        long = name == "noise reduction"  # which makes a state for each sound: half a second of work
        took = [await _milliseconds_a_tick(do, sound) for sound in (_minutes(line) if long else sounds)]
        median = float(np.median(took))
        rows.append((name, "tick and call", len(took), median, float(np.percentile(took, 99)), None))
        figures[f"{name}: p50_ms"] = median
    return rows, figures


def _minutes(line: AudioFrame) -> list[AudioFrame]:
    size = 60 * line.rate
    return [line.cut(at, at + size) for at in range(0, line.samples - size // 2, size)] or [line]


async def _milliseconds_a_tick(do: Callable[[AudioFrame], Awaitable[object]], sound: AudioFrame) -> float:
    started = time.process_time()
    await do(sound)
    return 1000 * (time.process_time() - started) * TICK / sound.duration
