from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.audio.frame import AudioFrame
    from ivr.engines.silero import SileroDetector

pytestmark = pytest.mark.engine


def windows(frame: AudioFrame, size: int) -> list[bytes]:
    samples = np.frombuffer(frame.pcm, np.int16)
    return [samples[start : start + size].tobytes() for start in range(0, len(samples) - size + 1, size)]


async def test_speech_is_told_from_noise_at_any_level(
    silero: SileroDetector, say: Callable[..., Awaitable[AudioFrame]]
) -> None:
    frame = await say("Buenos días, quería consultar el saldo de mi cuenta.")
    quiet = (np.frombuffer(frame.pcm, np.int16) // 20).astype(np.int16)
    noise = np.random.default_rng(1).normal(0, 2000, len(quiet)).astype(np.int16)
    means = []
    for samples in (np.frombuffer(frame.pcm, np.int16), quiet, noise):
        stream = silero.new_stream()
        parts = [samples[at : at + 256].tobytes() for at in range(0, len(samples) - 255, 256)]
        means.append(np.mean([silero.probabilities([stream], [part])[0] for part in parts]))
    assert means[0] > 0.7
    assert means[1] > 0.6
    assert means[2] < 0.2


async def test_calls_in_a_batch_are_heard_as_if_alone(
    silero: SileroDetector, say: Callable[..., Awaitable[AudioFrame]]
) -> None:
    one = windows(await say("Buenos días, quería consultar el saldo de mi cuenta."), silero.window)
    other = windows(await say("Quiero cancelar el servicio.", "em_alex"), silero.window)
    count = min(len(one), len(other))
    alone = silero.new_stream()
    expected = [silero.probabilities([alone], [window])[0] for window in one[:count]]
    together = [silero.new_stream(), silero.new_stream()]
    pairs = list(zip(one[:count], other[:count], strict=True))
    batched = [silero.probabilities(together, list(pair))[0] for pair in pairs]
    assert np.allclose(expected, batched, atol=1e-4)


def test_an_empty_tick_and_a_wrong_window(silero: SileroDetector) -> None:
    assert list(silero.probabilities([], [])) == []
    with pytest.raises(ValueError, match="256 samples"):
        silero.probabilities([silero.new_stream()], [bytes(320)])
