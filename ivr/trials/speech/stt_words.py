"""How far the recogniser's certainty can be trusted: word confidences, and what it hears where nobody speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.ports import Hints
from ivr.trials.speech.channel import KINDS, LINE, noise, telephone
from ivr.trials.speech.stt_scores import share_cell, word_rights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.ports import Transcriber, Word
    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.corpus import Utterance
    from ivr.trials.speech.report import Cell

LEVELS_DB = -20.0, -40.0
"""Peak under full scale of the sounds without speech."""
SOUNDS_A_KIND = 4
SECONDS = 4.0
BINS = 10


async def rated_words(bench: SpeechBench, said: Sequence[Utterance]) -> tuple[list[Word], list[bool]]:
    """Hear utterances; answer every word that was heard and whether it was said."""
    rated: list[Word] = []
    rights: list[bool] = []
    for one in said:
        heard = await bench.transcriber.transcribe(one.sound, Hints(words=True))
        rated += heard.words
        rights += word_rights(one.line.text, [word.text for word in heard.words])
    return rated, rights


async def confidence_figures(bench: SpeechBench, said: Sequence[Utterance]) -> dict[str, float]:
    """Judge the words' confidences."""
    rated, rights = await rated_words(bench, said)
    sure = [word.confidence for word in rated]
    return {
        "words rated": float(len(rated)),
        "words right": float(np.mean(rights)),
        "confidence: calibration error": calibration_error(sure, rights),
        "confidence: Brier score": brier_score(sure, rights),
        "confidence: area under curve": area_under_curve(sure, rights),
    }


def calibration_error(sure: Sequence[float], rights: Sequence[bool]) -> float:
    """Give the expected calibration error: |mean confidence - share right| over ``BINS`` bins as full as each other."""
    order = np.argsort(sure, kind="stable")
    confidence, right = np.asarray(sure, np.float64)[order], np.asarray(rights, np.float64)[order]
    parts = zip(np.array_split(confidence, BINS), np.array_split(right, BINS), strict=True)
    return float(sum(len(part) * abs(part.mean() - hits.mean()) for part, hits in parts if len(part)) / len(order))


def brier_score(sure: Sequence[float], rights: Sequence[bool]) -> float:
    """Give the mean squared distance of the confidences from the truth; 0 is perfect, a coin's 0.5 gives 0.25."""
    return float(np.mean((np.asarray(sure, np.float64) - np.asarray(rights, np.float64)) ** 2))


def area_under_curve(sure: Sequence[float], rights: Sequence[bool]) -> float:
    """Give the chance that a right word is rated over a wrong one; ties count half, NaN without both kinds."""
    confidence, right = np.asarray(sure, np.float64), np.asarray(rights, bool)
    over = confidence[right][:, None] - confidence[~right][None, :]
    return float(np.mean((over > 0) + 0.5 * (over == 0))) if over.size else float("nan")


async def invention_rows(
    bench: SpeechBench, recognisers: Mapping[str, Transcriber]
) -> tuple[list[tuple[Cell, ...]], dict[str, float]]:
    """Say how often words are heard where nobody speaks; rows in the columns of ``stt``."""
    sounds = [
        telephone_noise(kind, level, seed) for kind in KINDS for level in LEVELS_DB for seed in range(SOUNDS_A_KIND)
    ]
    sounds += [AudioFrame.silence(SECONDS, LINE)]
    sounds = sounds[:: 8 if bench.quick else 1]
    rows: list[tuple[Cell, ...]] = []
    figures: dict[str, float] = {}
    for name, recogniser in recognisers.items():
        texts = [(await recogniser.transcribe(sound, Hints(words=True))).text for sound in sounds]
        invented = [bool(text) for text in texts]
        rows.append(("nobody speaks", name, len(sounds), *[None] * 7, share_cell(invented, bench.seed)))
        figures[f"nobody speaks: {name} invented"] = 100 * float(np.mean(invented))
    return rows, figures


def telephone_noise(kind: str, level_db: float, seed: int) -> AudioFrame:
    """Send noise through the telephone with its peak ``level_db`` under full scale."""
    line = telephone(noise(kind, SECONDS, seed))
    samples = np.frombuffer(line.pcm, np.int16).astype(np.float64)
    samples *= 32767 * 10 ** (level_db / 20) / max(1.0, float(np.abs(samples).max()))
    return AudioFrame(samples.astype(np.int16).tobytes(), LINE)
