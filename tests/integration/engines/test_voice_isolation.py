"""The network that keeps one voice, on mixtures of real synthetic voices through the telephone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.engines.d_vectors import DVectors
from ivr.engines.voice_isolation import VoiceIsolation
from ivr.trials.speech.channel import telephone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ivr.engines.store import ModelStore
    from tests.integration.engines.conftest import Say

pytestmark = pytest.mark.engine
CALLER = "Buenas tardes, llamo porque desde ayer no tengo internet en casa."
SAMPLE = "Mi nombre es Carmen Ortega y vivo en la calle Alcalá número veinte."
OTHER = "Oye, acuérdate de comprar pan y leche cuando vuelvas del trabajo, por favor."


@pytest.fixture(scope="module")
def isolation(models: ModelStore) -> VoiceIsolation:
    return VoiceIsolation(DVectors(models))


def samples(frame: AudioFrame) -> NDArray[np.float64]:
    return np.frombuffer(frame.pcm, np.int16).astype(np.float64)


def over_rest_db(sound: NDArray[np.float64], voice: NDArray[np.float64]) -> float:
    """Say how far a voice lies over all else in a sound (SI-SDR, Le Roux et al. 2019)."""
    part = voice * (sound @ voice) / (voice @ voice)
    rest = sound - part
    return float(10 * np.log10((part @ part) / max(float(rest @ rest), 1e-9)))


@pytest.mark.parametrize(("caller", "other"), [("em_santa", "ef_dora"), ("ef_dora", "em_alex")])
async def test_another_voice_falls_and_the_callers_stays(
    isolation: VoiceIsolation, say: Say, caller: str, other: str
) -> None:
    voice, sample, behind = [
        samples(telephone(await say(text, who))) for text, who in ((CALLER, caller), (SAMPLE, caller), (OTHER, other))
    ]
    behind = np.resize(behind, len(voice)) * 10 ** (-5 / 20) * voice.std() / behind.std()
    mixed = AudioFrame(np.clip(voice + behind, -32768, 32767).astype(np.int16).tobytes(), 8000)
    told = AudioFrame(sample.astype(np.int16).tobytes(), 8000)
    alone = await isolation.isolate(mixed, told)
    assert over_rest_db(samples(alone), voice) > over_rest_db(samples(mixed), voice) + 1.5


async def test_a_caller_who_is_alone_is_left_as_he_is(isolation: VoiceIsolation, say: Say) -> None:
    voice, sample = await say(CALLER, "em_santa"), await say(SAMPLE, "em_santa")
    assert over_rest_db(samples(await isolation.isolate(voice, sample)), samples(voice)) > 12
