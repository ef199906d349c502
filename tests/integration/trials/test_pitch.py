"""Our pitch beside librosa's pYIN, on sung voices and on a real synthetic one."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.engines.espeak import EspeakSynthesizer
from ivr.ports import VoiceStyle
from ivr.trials.speech.channel import telephone
from ivr.trials.speech.pitch_scores import agreement, ours, pyin
from tests.unit.audio.conftest import sung

RATE = 16_000


@pytest.mark.slow
def test_both_follow_glides_of_low_and_high_voices() -> None:
    for first, last in ((90, 130), (220, 180), (150, 300)):
        known = np.linspace(first, last, RATE)
        sound = sung(known, RATE)
        for follow in (ours, pyin):
            hertz = follow(sound)[10:-10]
            truth = known[:: RATE // 100][10 : 10 + len(hertz)]
            off = np.abs(np.log2(hertz / truth))
            assert np.nanpercentile(off, 95) < np.log2(1.03), follow.__name__
            assert np.mean(np.isnan(hertz)) < 0.05, follow.__name__


@pytest.mark.slow
async def test_they_agree_on_a_spoken_sentence_and_ours_behind_a_telephone_too() -> None:
    said = "Buenos días, quería consultar el saldo de mi cuenta y cambiar la dirección."
    frames = [frame async for frame in EspeakSynthesizer().speak(said, VoiceStyle("espeak"))]
    dry = AudioFrame.join(frames)
    truth = pyin(dry)
    for sound in (dry, telephone(dry)):
        found = agreement([(ours(sound), truth)])
        assert found.frames > 100
        assert found.gross < 0.1
        assert found.cents < 25
        assert found.middle < 0.05
