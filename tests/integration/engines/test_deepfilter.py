from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.audio.level import dbfs
from ivr.audio.resample import resample
from ivr.engines.deepfilter import LAG, DeepFilter
from ivr.engines.espeak import EspeakSynthesizer
from ivr.errors import MisuseError
from ivr.ports import VoiceStyle
from ivr.trials.speech.channel import noise

if TYPE_CHECKING:
    from ivr.engines.store import ModelStore

pytestmark = pytest.mark.engine
TICK = 320
"""Bytes of 20 ms at 8 kHz."""


@pytest.fixture(scope="module")
def denoiser(models: ModelStore) -> DeepFilter:
    return DeepFilter(models)


async def streamed(denoiser: DeepFilter, sound: AudioFrame) -> tuple[list[bytes | None], int]:
    """Feed a sound tick by tick, giving the thread the time that it needs."""
    stream = denoiser.open(sound.rate)
    ticks = [sound.pcm[at : at + TICK] for at in range(0, len(sound.pcm) - TICK + 1, TICK)]
    clean: list[bytes | None] = []
    for number, pcm in enumerate(ticks):
        clean.append(stream.feed(pcm))
        await asyncio.sleep(1.5 if number == 0 else 0.004)
    stream.close()
    await asyncio.sleep(0.1)
    return clean, stream.late


@pytest.mark.parametrize("kind", ["white", "pink", "street"])
async def test_stationary_noise_falls_by_30_db_or_more(denoiser: DeepFilter, kind: str) -> None:
    sound = noise(kind, 6, 3)
    clean = await denoiser.clean(sound)
    after = clean.cut(2 * clean.rate)
    assert dbfs(after.pcm) <= dbfs(sound.cut(2 * sound.rate).pcm) - 30
    assert clean.samples == sound.samples


async def test_a_calls_stream_takes_as_much_noise_out_tick_by_tick(denoiser: DeepFilter) -> None:
    sound = noise("white", 5, 4)
    clean, _ = await streamed(denoiser, sound)
    back = [frame for frame in clean[150:] if frame is not None]
    assert len(back) > 50
    assert dbfs(b"".join(back)) <= dbfs(sound.pcm) - 30


async def test_clean_sound_comes_back_in_its_place(denoiser: DeepFilter) -> None:
    """What comes back is the speech of ``LAG`` ticks ago, sample on sample: both forms are mixed."""
    spoken = [part async for part in EspeakSynthesizer().speak("Quería consultar mi saldo.", VoiceStyle())]
    speech = resample(AudioFrame.join(spoken), 8000)
    sound = AudioFrame.join([AudioFrame.silence(1, 8000), speech, AudioFrame.silence(0.5, 8000)])
    clean, _ = await streamed(denoiser, sound)
    silence = bytes(TICK)
    after = np.frombuffer(b"".join(frame or silence for frame in clean), np.int16).astype(float)
    before = np.frombuffer(sound.pcm, np.int16)[: len(after)].astype(float)
    likeness = np.fft.irfft(np.fft.rfft(after) * np.conj(np.fft.rfft(before)))
    assert abs(int(np.argmax(likeness)) - LAG * 160) <= 1


async def test_a_frame_that_is_not_back_in_time_is_counted_and_never_waited_for(denoiser: DeepFilter) -> None:
    stream = denoiser.open(8000)
    answers = [stream.feed(bytes(TICK)) for _ in range(50)]
    assert answers == [None] * 50
    assert stream.late == 50 - LAG
    stream.close()
    await asyncio.sleep(0.05)


async def test_a_line_of_an_odd_rate_is_refused(denoiser: DeepFilter) -> None:
    with pytest.raises(MisuseError, match="11025"):
        denoiser.open(11025)


async def test_a_round_that_runs_over_its_tick_makes_no_later_one_late(denoiser: DeepFilter) -> None:
    """Frames that come while the thread is at work are taken up at once, not at the next tick."""
    streams = [denoiser.open(8000) for _ in range(2)]
    for _ in range(80):
        for stream in streams:
            stream.feed(bytes(TICK))
        await asyncio.sleep(0.02)
    assert all(not stream.waits for stream in streams)
    for stream in streams:
        for _ in range(3):
            stream.feed(bytes(TICK))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    streams[0].feed(bytes(TICK))  # the thread is at work by now
    await asyncio.sleep(0.1)
    assert not streams[0].waits
    for stream in streams:
        stream.close()
    await asyncio.sleep(0.05)
