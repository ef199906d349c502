"""What the local speech models cost and how well they hear: one table.

Run it: ``python benchmarks/engines.py [vad turn stt tts]``. The sentences are spoken by our own voices, sent through
a telephone (300-3400 Hz, A-law, 8 kHz) and transcribed back. Word error rates compare with numbers as digits on both
sides and without accents.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import jiwer
import numpy as np
import soxr
from rich.console import Console
from rich.table import Table
from text_to_num import alpha2digit

from ivr.audio.codec import Alaw
from ivr.audio.frame import AudioFrame
from ivr.engines.kokoro import KokoroSynthesizer
from ivr.engines.silero import SileroDetector
from ivr.engines.smart_turn import SmartTurn
from ivr.engines.store import ModelStore
from ivr.engines.whisper import WhisperTranscriber
from ivr.ports import Hints, VoiceStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

VOICES = ("ef_dora", "em_alex", "em_santa")
LINE = 8000
BAND = (300.0, 3400.0)
CACHE = Path(os.environ.get("IVR_CACHE", "~/.cache/ivr")).expanduser()
SENTENCES = (Path(__file__).with_name("sentences_es.txt")).read_text().splitlines()
NAMES = ("Guillermo", "Echeverría", "Zaragoza", "calle Mayor", "fibra", "televisión")
STRANGERS = ("Mónica Iturralde", "Sevilla", "router", "avenida de la Paz", "permanencia", "Ourense")


class Stopwatch:
    """Milliseconds by the clock and of this process's CPU, run by run; the second hardly minds a busy machine."""

    def __init__(self) -> None:
        self.clock: list[float] = []
        self.cpu: list[float] = []

    def __enter__(self) -> Self:
        self._begun = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.clock.append((time.perf_counter() - self._begun[0]) * 1e3)
        self.cpu.append((time.process_time() - self._begun[1]) * 1e3)


@dataclass
class Row:
    """One measured line."""

    what: str
    took: Stopwatch | None
    note: str = ""


def telephone(frame: AudioFrame) -> AudioFrame:
    """Send speech through a telephone: 300-3400 Hz, A-law, 8 kHz, peak at 0.7."""
    samples = soxr.resample(np.frombuffer(frame.pcm, np.int16).astype(np.float64), frame.rate, LINE)
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / LINE)
    spectrum[(hertz < BAND[0]) | (hertz > BAND[1])] = 0
    band = np.fft.irfft(spectrum, len(samples))
    band *= 0.7 * 32767 / max(1.0, float(np.abs(band).max()))
    codec = Alaw()
    return AudioFrame(codec.decode(codec.encode(band.astype(np.int16).tobytes())), LINE)


def normal(text: str) -> str:
    """Fold case, accents, punctuation, number words and grouped digits, so that only words are compared."""
    digits = alpha2digit(text.lower().replace(",", " "), "es")
    plain = unicodedata.normalize("NFD", digits)
    letters = "".join(sign for sign in plain if sign.isalnum() or sign.isspace())
    return re.sub(r"(?<=\d) (?=\d)", "", " ".join(letters.split()))


def wer(said: Sequence[str], heard: Sequence[str]) -> float:
    """Word error rate in percent over all sentences."""
    return 100 * float(jiwer.wer([normal(text) for text in said], [normal(text) or "-" for text in heard]))


async def spoken(voice: KokoroSynthesizer, style: VoiceStyle) -> list[AudioFrame]:
    """Have the sentences spoken; kept on disk, so the second run starts at once."""
    await voice.prepare(SENTENCES, style)
    return [AudioFrame.join([frame async for frame in voice.speak(text, style)]) for text in SENTENCES]


def vad(store: ModelStore) -> list[Row]:
    """Time Silero alone and in a batch."""
    detector = SileroDetector(store)
    rows = []
    for calls in (1, 8, 32, 64):
        streams = [detector.new_stream() for _ in range(calls)]
        windows = [np.random.default_rng(0).normal(0, 3000, 256).astype(np.int16).tobytes()] * calls
        took = Stopwatch()
        for _ in range(300):
            with took:
                detector.probabilities(streams, windows)
        a_call = float(np.median(took.cpu)) * 1e3 / calls
        rows.append(
            Row(f"Silero, {calls} calls a window", took, f"{a_call:.0f} us a call = {a_call / 320:.2f} % of a core")
        )
    return rows


async def turn(store: ModelStore, voice: KokoroSynthesizer) -> list[Row]:
    """Time Smart Turn, and judge whole sentences against the same cut off."""
    detector = SmartTurn(store)
    took, whole, cut = Stopwatch(), list[float](), list[float]()
    for frame in await spoken(voice, VoiceStyle()):
        line = telephone(frame)
        pause = AudioFrame.silence(0.2, LINE).pcm
        for verdicts, part in ((whole, 1.0), (cut, 0.5), (cut, 0.75)):
            said = AudioFrame(line.cut(0, int(line.samples * part)).pcm + pause, LINE)
            with took:
                verdicts.append(await detector.complete(said))
    above = np.mean([[a > b for b in cut] for a in whole])
    note = f"whole {np.mean(whole):.2f}, cut {np.mean(cut):.2f}, AUC {above:.2f} on the telephone"
    return [Row("Smart Turn, 8 s", took, note)]


async def stt(store: ModelStore, voice: KokoroSynthesizer) -> list[Row]:
    """Time and judge Whisper."""
    lines = {name: [telephone(frame) for frame in await spoken(voice, VoiceStyle(name))] for name in VOICES}
    rows = []
    variants = (
        ("beam 1", 1, Hints()),
        ("beam 5", 5, Hints()),
        ("beam 5, word times", 5, Hints(words=True)),
        ("beam 5, fitting hotwords", 5, Hints(hotwords=NAMES)),
        ("beam 5, foreign hotwords", 5, Hints(hotwords=STRANGERS)),
    )
    for label, beam, hints in variants:
        whisper = WhisperTranscriber(store, beam=beam, threads=2)
        took, said, heard = Stopwatch(), list[str](), list[str]()
        for utterances in lines.values():
            for text, frame in zip(SENTENCES, utterances, strict=True):
                with took:
                    transcript = await whisper.transcribe(frame, hints)
                said.append(text)
                heard.append(transcript.text)
        all_heard = normal(" ".join(heard))
        names = sum(all_heard.count(normal(name)) for name in NAMES)
        note = f"WER {wer(said, heard):.1f} %, names {names}/{len(NAMES) * len(lines)} on the telephone"
        rows.append(Row(f"Whisper base, {label}", took, note))
        whisper.close()
    return rows


async def tts(store: ModelStore, scratch: Path) -> list[Row]:
    """Time Kokoro on clauses it has never spoken, and hear each voice with Whisper."""
    fresh = KokoroSynthesizer(store, cache=scratch)
    whisper = WhisperTranscriber(store, threads=2)
    rows = []
    for text in ("Claro,", "Su saldo es de cuarenta y dos euros con diez."):
        took, frames = Stopwatch(), list[AudioFrame]()
        for number in range(8):
            with took:
                frames = [frame async for frame in fresh.speak(text, VoiceStyle(speed=1.05 + number / 1000))]
        length = AudioFrame.join(frames).duration
        pace = np.median(took.clock) / 1e3 / length
        rows.append(Row(f"Kokoro, {text!r}", took, f"{length:.1f} s of speech, RTF {pace:.2f}"))
    for name in VOICES:
        clear = await spoken(KokoroSynthesizer(store, cache=CACHE / "speech"), VoiceStyle(name))
        heard = [(await whisper.transcribe(frame, Hints())).text for frame in clear]
        rows.append(Row(f"{name} heard by Whisper, wide band", None, f"WER {wer(SENTENCES, heard):.1f} %"))
    return rows


async def measure(parts: Sequence[str]) -> list[Row]:
    """Measure the parts named."""
    store = ModelStore(CACHE)
    rows = vad(store) if "vad" in parts else []
    if "turn" in parts:
        rows += await turn(store, KokoroSynthesizer(store, cache=CACHE / "speech"))
    if "stt" in parts:
        rows += await stt(store, KokoroSynthesizer(store, cache=CACHE / "speech"))
    if "tts" in parts:
        rows += await tts(store, CACHE / "speech" / "benchmark")
    return rows


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Measure the local speech models.")
    everything = ("vad", "turn", "stt", "tts")
    parser.add_argument("parts", nargs="*", choices=everything, default=everything)
    table = Table("engine", "p50 ms", "p95 ms", "CPU ms", "")
    for row in asyncio.run(measure(parser.parse_args().parts)):
        cells = ("", "", "")
        if row.took is not None:
            figures = (*np.percentile(row.took.clock, (50, 95)), np.median(row.took.cpu))
            first, second, cpu = (f"{figure:.2f}" for figure in figures)
            cells = (first, second, cpu)
        table.add_row(row.what, *cells, row.note)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
