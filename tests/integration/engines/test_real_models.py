from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.engines.espeak import EspeakSynthesizer
from ivr.engines.silero import SileroDetector
from ivr.engines.smart_turn import SmartTurn
from ivr.engines.whisper import WhisperTranscriber
from ivr.errors import ConfigError, ModelMissing
from ivr.language.word_errors import total, word_errors
from ivr.ports import Hints, VoiceStyle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.engines.kokoro import KokoroSynthesizer
    from ivr.engines.store import ModelStore

    Say = Callable[[str, str], Awaitable[AudioFrame]]

pytestmark = pytest.mark.engine
HOLD = AudioFrame.silence(0.2, 8000)
SENTENCES = (
    ("Llamo porque ayer recibí una carta y no entiendo lo que me cobran.", "em_alex"),
    ("¿Me podría decir hasta qué hora están abiertos los sábados?", "em_santa"),
    ("El técnico tenía que venir esta mañana y no ha venido nadie.", "em_alex"),
    ("Quiero hablar con una persona, por favor.", "em_santa"),
)


async def test_phone_speech_is_recognised_with_few_errors(say: Say, whisper: WhisperTranscriber) -> None:
    heard = [(text, await whisper.transcribe(await say(text, voice), Hints())) for text, voice in SENTENCES]
    assert total([word_errors(text, transcript.text) for text, transcript in heard]).rate <= 0.10


async def test_words_come_in_order_with_times_inside_the_utterance(say: Say, whisper: WhisperTranscriber) -> None:
    speech = await say("Quiero saber el saldo de mi cuenta.", "em_alex")
    words = (await whisper.transcribe(speech, Hints(words=True))).words
    assert [word.text.strip(".").lower() for word in words] == ["quiero", "saber", "el", "saldo", "de", "mi", "cuenta"]
    assert all(0 <= word.start <= word.end <= speech.duration + 0.05 for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)
    assert all(0 < word.confidence <= 1 for word in words)


async def test_silence_and_noise_are_not_turned_into_words(whisper: WhisperTranscriber) -> None:
    quiet = await whisper.transcribe(AudioFrame.silence(3, 8000), Hints())
    assert (quiet.text, quiet.rejected) == ("", "silence")
    hiss = np.random.default_rng(3).normal(0, 300, 24000).astype(np.int16)
    noise = await whisper.transcribe(AudioFrame(hiss.tobytes(), 8000), Hints())
    assert (noise.text == "") == (noise.rejected is not None)


async def test_speech_of_over_half_a_minute_is_recognised_in_pieces(say: Say, whisper: WhisperTranscriber) -> None:
    parts = [await say(text, voice) for text, voice in SENTENCES]
    gap = AudioFrame.silence(4.5, 8000)
    long = AudioFrame.join([piece for part in parts for piece in (part, gap)])
    assert long.duration > 30
    text = (await whisper.transcribe(long, Hints())).text
    assert word_errors(" ".join(sentence for sentence, _ in SENTENCES), text).rate <= 0.2


async def test_speech_is_told_from_silence_for_several_calls_at_once(say: Say, models: ModelStore) -> None:
    detector = SileroDetector(models)
    speech = (await say("Buenos días, quería hacer una consulta.", "em_alex")).pcm
    streams = [detector.new_stream() for _ in range(3)]
    seen: list[list[float]] = [[], [], []]
    size = detector.window * 2
    for start in range(0, len(speech) - size, size):
        window = speech[start : start + size]
        for kept, probability in zip(seen, detector.probabilities(streams, [window, bytes(size), window]), strict=True):
            kept.append(probability)
    assert max(seen[0]) > 0.9
    assert max(seen[1]) < 0.3
    assert seen[0] == pytest.approx(seen[2])


async def test_a_whole_sentence_is_more_finished_than_its_first_half(say: Say, models: ModelStore) -> None:
    turns = SmartTurn(models)
    gains = []
    for text, voice in SENTENCES:
        speech = await say(text, voice)
        half = speech.cut(0, speech.samples * 6 // 10)
        whole = await turns.complete(AudioFrame.join([speech, HOLD]))
        gains.append(whole - await turns.complete(AudioFrame.join([half, HOLD])))
    assert np.mean(gains) > 0.3


async def test_prepared_speech_is_answered_at_once(kokoro: KokoroSynthesizer) -> None:
    style = VoiceStyle()
    await kokoro.prepare(["Claro que sí."], style)
    started = time.perf_counter()
    frames = [frame async for frame in kokoro.speak("Claro que sí.", style)]
    assert time.perf_counter() - started < 0.05
    assert AudioFrame.join(frames).duration > 0.4


async def test_speech_begins_without_silence(kokoro: KokoroSynthesizer) -> None:
    speech = AudioFrame.join([frame async for frame in kokoro.speak("Buenos días.", VoiceStyle())])
    samples = np.frombuffer(speech.pcm, np.int16)
    assert np.flatnonzero(np.abs(samples) > 328)[0] / speech.rate < 0.03


async def test_an_unknown_voice_is_named_with_those_that_are_known(kokoro: KokoroSynthesizer) -> None:
    with pytest.raises(ConfigError, match="ef_dora, em_alex, em_santa"):
        [frame async for frame in kokoro.speak("Hola.", VoiceStyle("nobody"))]


async def test_the_last_resort_speaks_too() -> None:
    speech = AudioFrame.join([frame async for frame in EspeakSynthesizer().speak("Buenos días.", VoiceStyle())])
    assert speech.duration > 0.4


def test_an_unknown_size_of_whisper_is_refused_with_the_mend(models: ModelStore) -> None:
    with pytest.raises(ModelMissing, match="put its files into"):
        WhisperTranscriber(models, "enormous")


def test_a_gpu_that_is_not_there_is_told(models: ModelStore) -> None:
    with pytest.raises(ConfigError, match="STT_DEVICE=cpu"):
        WhisperTranscriber(models, device="cuda")
