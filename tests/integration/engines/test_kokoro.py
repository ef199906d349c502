from __future__ import annotations

import asyncio
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.engines.kokoro import KokoroSynthesizer, unspoken
from ivr.engines.store import ModelStore
from ivr.errors import ModelCorrupt
from ivr.ports import VoiceStyle

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.engine


async def said(voice: KokoroSynthesizer, text: str, style: VoiceStyle) -> AudioFrame:
    return AudioFrame.join([frame async for frame in voice.speak(text, style)])


async def test_speech_begins_at_once_and_is_loud_enough(kokoro: KokoroSynthesizer) -> None:
    frame = await said(kokoro, "Claro,", VoiceStyle())
    samples = np.abs(np.frombuffer(frame.pcm, np.int16).astype(np.int32))
    assert frame.rate == 24000
    assert 0.2 < frame.duration < 1.5
    assert np.flatnonzero(samples > 500)[0] / frame.rate < 0.06
    assert samples.max() > 3000


async def test_faster_is_shorter(kokoro: KokoroSynthesizer) -> None:
    slow = await said(kokoro, "Un momento, por favor.", VoiceStyle(speed=0.8))
    fast = await said(kokoro, "Un momento, por favor.", VoiceStyle(speed=1.4))
    assert fast.duration < 0.8 * slow.duration


async def test_a_prepared_phrase_comes_without_the_model_and_from_disk_after_a_restart(
    models: ModelStore, tmp_path: Path
) -> None:
    first = KokoroSynthesizer(models, cache=tmp_path)
    assert unspoken(["Adiós."], VoiceStyle(), models, tmp_path) == ["Adiós."]
    await first.prepare(["Adiós."], VoiceStyle())
    assert unspoken(["Adiós.", "Hola."], VoiceStyle(), models, tmp_path) == ["Hola."]
    spoken = await said(first, "Adiós.", VoiceStyle())
    first.close()
    assert await said(first, "Adiós.", VoiceStyle()) == spoken
    second = KokoroSynthesizer(models, cache=tmp_path)
    second.close()
    await second.prepare(["Adiós."], VoiceStyle())
    assert await said(second, "Adiós.", VoiceStyle()) == spoken


async def test_a_clause_nobody_waits_for_is_not_kept(kokoro: KokoroSynthesizer) -> None:
    async def listen() -> None:
        await said(kokoro, "Esta frase no la va a oír nadie.", VoiceStyle(speed=0.91))

    task = asyncio.create_task(listen())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await said(kokoro, "Sí.", VoiceStyle())).samples


async def test_text_without_a_word_says_nothing(kokoro: KokoroSynthesizer) -> None:
    assert [frame async for frame in kokoro.speak(" … ", VoiceStyle())] == []


async def test_a_flipped_byte_is_found_before_anything_is_said(models: ModelStore, tmp_path: Path) -> None:
    shutil.copytree(models.root / "kokoro-voices", tmp_path / "models" / "kokoro-voices")
    (tmp_path / "models" / "kokoro").symlink_to(models.root / "kokoro")
    voice = tmp_path / "models" / "kokoro-voices" / "ef_dora.bin"
    content = bytearray(voice.read_bytes())
    content[1000] ^= 1
    voice.write_bytes(content)
    engine = KokoroSynthesizer(ModelStore(tmp_path), cache=tmp_path)
    with pytest.raises(ModelCorrupt, match="ivr models pull kokoro-voices"):
        await said(engine, "Hola.", VoiceStyle())
    engine.close()
