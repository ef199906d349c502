from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soxr

from ivr.audio.codec import Alaw
from ivr.engines.kokoro import KokoroSynthesizer
from ivr.engines.silero import SileroDetector
from ivr.engines.store import ModelStore
from ivr.trials.measure import Samples, Span, judged, response_gap, sounds
from ivr.trials.voiced import voiced
from ivr.trials.voices import CallerVoices

pytestmark = pytest.mark.engine

RATE = 8000
CACHE = Path(os.environ.get("IVR_CACHE", "~/.cache/ivr")).expanduser()


async def on_the_phone(voices: CallerVoices, text: str, voice: str) -> Samples:
    line = await voices.line(text, voice)
    narrow = soxr.resample(np.frombuffer(line.pcm, "<i2"), line.rate, RATE)
    alaw = Alaw()
    return np.frombuffer(alaw.decode(alaw.encode(narrow.tobytes())), "<i2")


@pytest.mark.parametrize("silence", [0.5, 0.9, 1.6])
async def test_both_detectors_see_the_same_silence_between_two_voices(silence: float) -> None:
    store = ModelStore(CACHE)
    voices = CallerVoices(lambda: KokoroSynthesizer(store, cache=CACHE / "speech"), CACHE / "trials")
    question = await on_the_phone(voices, "Quería consultar mi saldo, por favor.", "em_alex")
    answer = await on_the_phone(voices, "Claro que sí. Un momento.", "ef_dora")
    quiet = np.zeros(RATE, "<i2")
    own = sounds(np.concatenate((question, quiet)), RATE)[-1].end
    other = sounds(np.concatenate((quiet, answer)), RATE)[0].start - 1.0
    begins = 1.0 + own + silence - other
    said, heard = np.zeros(8 * RATE, "<i2"), np.zeros(8 * RATE, "<i2")
    said[RATE : RATE + len(question)] = question
    at = round(begins * RATE)
    heard[at : at + len(answer)] = answer
    turn = Span(1.0, 1.0 + len(question) / RATE)
    detector = SileroDetector(store)
    by_level = response_gap(sounds(said, RATE), sounds(heard, RATE), turn)
    by_voice = response_gap(voiced(said, RATE, detector), voiced(heard, RATE, detector), turn)
    assert by_level.seconds == pytest.approx(silence, abs=0.010)
    assert judged(by_level, by_voice).discarded == ""
