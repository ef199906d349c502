from __future__ import annotations

import asyncio
import unicodedata
from typing import TYPE_CHECKING

import ctranslate2
import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.engines.whisper import WhisperTranscriber
from ivr.errors import ConfigError, ModelMissing
from ivr.ports import Hints

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from ivr.engines.store import ModelStore

pytestmark = pytest.mark.engine

SENTENCES = (
    "Buenos días, quería consultar el saldo de mi cuenta.",
    "Quiero cancelar el servicio de televisión, por favor.",
    "No funciona internet desde ayer por la tarde.",
    "Necesito una copia del contrato que firmé en septiembre.",
    "Muchas gracias por su ayuda, que tenga un buen día.",
)


def plain(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.lower())
    return " ".join("".join(sign for sign in letters if sign.isalnum() or sign == " ").split())


async def test_words_come_with_times_and_confidence(
    whisper: WhisperTranscriber, say: Callable[..., Awaitable[AudioFrame]]
) -> None:
    line = await say(SENTENCES[0])
    lead = AudioFrame(bytes(2 * line.rate) + line.pcm, line.rate)
    transcript = await whisper.transcribe(lead, Hints(words=True))
    assert " ".join(word.text for word in transcript.words) == transcript.text
    times = [(word.start, word.end) for word in transcript.words]
    assert times == sorted(times)
    assert times[-1][1] <= lead.duration + 0.05
    assert times[1][0] > 0.8
    assert all(0 < word.confidence <= 1 for word in transcript.words)
    assert transcript.confidence > 0.5


async def test_silence_and_noise_are_rejected_with_the_guard_s_name(whisper: WhisperTranscriber) -> None:
    silence = await whisper.transcribe(AudioFrame.silence(3, 8000), Hints())
    assert (silence.text, silence.rejected) == ("", "silence")
    nothing = await whisper.transcribe(AudioFrame(b"", 8000), Hints())
    assert (nothing.text, nothing.rejected) == ("", "silence")
    hiss = np.random.default_rng(1).normal(0, 500, 3 * 8000).astype(np.int16)
    noise = await whisper.transcribe(AudioFrame(hiss.tobytes(), 8000), Hints())
    assert len(noise.text.split()) <= 6


async def test_the_loop_keeps_ticking_while_it_hears(
    whisper: WhisperTranscriber, say: Callable[..., Awaitable[AudioFrame]]
) -> None:
    line = await say(SENTENCES[0])
    task = asyncio.create_task(whisper.transcribe(line, Hints()))
    ticks = 0
    while not task.done():
        await asyncio.sleep(0.01)
        ticks += 1
    assert ticks >= 5
    assert (await task).text


async def test_a_name_that_is_hoped_for_is_heard(
    whisper: WhisperTranscriber, say: Callable[..., Awaitable[AudioFrame]]
) -> None:
    line = await say("Me llamo Guillermo Echeverría y vivo en Zaragoza.")
    transcript = await whisper.transcribe(line, Hints(hotwords=("Guillermo Echeverría", "Zaragoza")))
    assert "Echeverría" in transcript.text


def test_wrong_sizes_folders_and_devices_name_the_mend(models: ModelStore, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="hf download Systran/faster-whisper-small"):
        WhisperTranscriber(models, "small")
    with pytest.raises(ModelMissing, match="'whisper-enormous'; take one of"):
        WhisperTranscriber(models, "enormous")
    with pytest.raises(ModelMissing, match=r"holds no model\.bin"):
        WhisperTranscriber(models, str(tmp_path))
    if ctranslate2.get_cuda_device_count() == 0:
        with pytest.raises(ConfigError, match="STT_DEVICE=cpu"):
            WhisperTranscriber(models, device="cuda")


def test_a_broken_model_of_ones_own_is_named(models: ModelStore, tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"nonsense")
    (tmp_path / "tokenizer.json").write_bytes((models.folder("whisper-base") / "tokenizer.json").read_bytes())
    with pytest.raises(ConfigError, match="could not be loaded"):
        WhisperTranscriber(models, str(tmp_path))
