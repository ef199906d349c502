"""Speech to text by Whisper on CTranslate2.

The encoder's cost is its window, so speech is padded to 10 s first, then 20, then 30 (zero padding of the *sound*: a
window of the exact length makes the decoder loop). Beam 5, temperature 0. The compression-ratio guard is ours: with a
single temperature nobody else applies it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ctranslate2
import numpy as np
from tokenizers import Tokenizer

from ivr.engines.mel import HOP, RATE, log_mel
from ivr.engines.sound import samples_of
from ivr.engines.whisper_guards import disbelief, is_silence
from ivr.engines.worker import EngineThread
from ivr.errors import ConfigError, ModelMissing
from ivr.ports import DETECT, Transcript, Word

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ivr.audio.frame import AudioFrame
    from ivr.engines.store import ModelStore
    from ivr.engines.whisper_guards import Odds
    from ivr.ports import Hints

WINDOWS = (10, 20, 30)
BEAM = 5
TOKENS_A_SECOND = 8
SPARE_TOKENS = 40
LONGEST_ANSWER = 224
"""Tokens; the decoder takes 448, of which a prompt may use half."""
MAX_HOTWORDS = 30
FEW_CORES = 2
"""Up to so many cores one thread decodes fastest: 103 ms an utterance against 250 ms with two, whose barriers cost
more than they win; the encoder is as fast with one."""
LIVE, AT_LEISURE = 3, 12
"""Niceness of the thread in calls, and of one that must not disturb them."""
UNHEARD = "es"
"""Language of a sound without speech whose language was to be found."""
FRAME_SECONDS = 0.02
"""One step of the decoder's attention."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """One decoding: its language, text, tokens and how sure the model is."""

    language: str
    text: str
    tokens: list[int]
    likelihood: float
    no_speech: float
    window: int
    others: tuple[str, ...] = ()
    """Texts of the beam's other hypotheses, the likeliest first."""

    @property
    def odds(self) -> Odds:
        """Probability that nobody speaks, mean log probability a token."""
        return self.no_speech, self.likelihood


class WhisperTranscriber:
    """A Transcriber; one model and one thread serve all calls, the earliest deadline first.

    ``size`` names a model of the store (tiny to large-v3) or a folder; ``threads`` 0 takes what is fastest; ``beam`` 1
    is greedy. ModelMissing, ModelCorrupt and ConfigError (no such device) tell the mend.
    """

    def __init__(
        self,
        models: ModelStore,
        size: str = "base",
        *,
        device: str = "cpu",
        threads: int = 0,
        beam: int = BEAM,
        niceness: int = LIVE,
    ) -> None:
        folder = _folder(models, size)
        self._thread = EngineThread("whisper", lambda: _load_warm(folder, device, threads, beam), niceness)

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        """Transcribe one utterance; cancelling takes it out of the queue."""
        return await self._thread.run(lambda model: model.transcribe(speech, hints), hints.deadline)

    def close(self) -> None:
        """End the thread; waiting jobs are cancelled."""
        self._thread.close()


def _folder(models: ModelStore, size: str) -> Path:
    own = Path(size).expanduser()
    if len(own.parts) == 1:
        return models.folder(f"whisper-{size}")
    if not (own / "model.bin").is_file():
        raise ModelMissing(f"{own} holds no model.bin; set STT_MODEL to a CTranslate2 Whisper folder or to base")
    return own


def _load_warm(folder: Path, device: str, threads: int, beam: int) -> WhisperModel:
    """Load the model and run it once, so that the first call is as fast as the tenth."""
    model = WhisperModel(folder, device, threads, beam)
    model.decode(np.random.default_rng(0).normal(0, 0.05, RATE).astype(np.float32), "es", (), WINDOWS[0])
    return model


class WhisperModel:
    """The model itself; used from one thread."""

    def __init__(self, folder: Path, device: str, threads: int, beam: int = BEAM) -> None:
        chosen = _device(device)
        compute = "int8" if chosen == "cpu" else "float16"
        tokenizer = folder / "tokenizer.json"
        if not tokenizer.is_file():
            raise ModelMissing(f"{tokenizer} is not there; take it from the model's repository")
        try:
            self._model = ctranslate2.models.Whisper(
                str(folder), device=chosen, compute_type=compute, intra_threads=threads or _threads(), inter_threads=1
            )
        except (RuntimeError, ValueError) as error:
            raise ConfigError(
                f"Whisper could not be loaded from {folder} on {chosen}: {error}; "
                "set STT_DEVICE=cpu if the GPU is not usable, or run: ivr models verify"
            ) from None
        self._beam = beam
        self._tokens = Tokenizer.from_file(str(tokenizer))
        self._first_special = self._id("<|endoftext|>")

    def _id(self, token: str) -> int:
        number = self._tokens.token_to_id(token)
        if number is None:
            raise ConfigError(f"the tokenizer has no {token}; it is not Whisper's: run ivr models verify")
        return int(number)

    def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        """Transcribe sound of any length, in pieces of at most 30 s cut where it is quiet."""
        samples = samples_of(speech, RATE)
        parts = [self._piece(piece, start, hints) for piece, start in _pieces(samples)]
        if len(parts) == 1:
            return parts[0]
        words = tuple(word for part in parts for word in part.words)
        said = [part for part in parts if part.text]
        return Transcript(
            " ".join(part.text for part in said),
            words,
            sum(part.confidence for part in said) / max(len(said), 1),
            min(part.no_speech for part in parts),
            (said or parts)[0].language,
            None if said else parts[0].rejected,
            sum(part.window_seconds for part in parts),
            odds=(said or parts)[0].odds,
        )

    def _piece(self, samples: NDArray[np.float32], start: float, hints: Hints) -> Transcript:
        seconds = len(samples) / RATE
        if is_silence(samples, RATE):
            return Transcript("", language=UNHEARD if hints.language == DETECT else hints.language, rejected="silence")
        window = next(size for size in WINDOWS if seconds <= size)
        others = self._beam - 1 if hints.slots else 0
        decoded, encoded = self.decode(samples, hints.language, hints.hotwords, window, others)
        rejected = disbelief(decoded.text, seconds, decoded.odds, hints.hotwords)
        if rejected == "echo" or (rejected == "loop" and window < WINDOWS[-1]):
            wider = WINDOWS[-1] if rejected == "loop" else window
            decoded, encoded = self.decode(samples, decoded.language, (), wider)
            rejected = disbelief(decoded.text, seconds, decoded.odds, ())
        odds = self._odds(encoded, hints.tells)
        if rejected or not decoded.text:
            why = rejected or "silence"
            return Transcript("", no_speech=decoded.no_speech, language=decoded.language, rejected=why, odds=odds)
        words = self._words(decoded, encoded, start, seconds) if hints.words else ()
        sure = float(np.mean([word.confidence for word in words])) if words else float(np.exp(decoded.likelihood))
        said = Transcript(decoded.text, words, sure, decoded.no_speech, decoded.language, None, decoded.window)
        return replace(said, alternatives=decoded.others, odds=odds)

    def _odds(self, encoded: Any, languages: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
        """Say how likely each of some languages is, among all that the model knows: one step of the decoder, 11 ms."""
        if not languages:
            return ()
        every = {token.strip("<|>"): float(chance) for token, chance in self._model.detect_language(encoded)[0]}
        return tuple((language, round(every.get(language, 0.0), 4)) for language in languages)

    def decode(
        self,
        samples: NDArray[np.float32],
        language: str,
        hotwords: tuple[str, ...],
        window: int,
        others: int = 0,
    ) -> tuple[Decoded, Any]:
        """Decode sound padded to ``window`` seconds, its language found where it is DETECT; gives the encoding too.

        ``others`` is how many more hypotheses of the beam to give, where they differ.
        """
        padded = np.pad(samples, (0, max(0, window * RATE - len(samples))))
        features = log_mel(padded, self._model.n_mels)
        encoded = self._model.encode(ctranslate2.StorageView.from_array(features[None, :, : window * RATE // HOP]))
        if language == DETECT:
            language = str(self._model.detect_language(encoded)[0][0][0]).strip("<|>")
        prompt = self._start(language)
        if hotwords:
            bias = self._tokens.encode(" " + ", ".join(hotwords[:MAX_HOTWORDS]), add_special_tokens=False).ids
            prompt = [self._id("<|startofprev|>"), *bias[:LONGEST_ANSWER], *prompt]
        result = self._model.generate(
            encoded,
            [prompt],
            beam_size=self._beam,
            num_hypotheses=1 + others,
            max_length=len(prompt) + min(LONGEST_ANSWER, TOKENS_A_SECOND * window + SPARE_TOKENS),
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        beams = [[token for token in ids if token < self._first_special] for ids in result.sequences_ids]
        text, *rest = dict.fromkeys(self._tokens.decode(beam).strip() for beam in beams)
        sure = float(result.scores[0]), float(result.no_speech_prob)
        return Decoded(language, text, beams[0], *sure, window, tuple(rest)), encoded

    def _start(self, language: str) -> list[int]:
        names = ("<|startoftranscript|>", f"<|{language}|>", "<|transcribe|>", "<|notimestamps|>")
        return [self._id(name) for name in names]

    def _words(self, decoded: Decoded, encoded: Any, start: float, seconds: float) -> tuple[Word, ...]:
        """Find each word's time and confidence from the decoder's attention (dynamic time warping)."""
        steps = max(2, int(seconds * 100))
        aligned = self._model.align(encoded, self._start(decoded.language), [decoded.tokens], [steps])[0]
        times: dict[int, tuple[float, float]] = {}
        for token, step in aligned.alignments:
            first, _ = times.get(token, (step * FRAME_SECONDS, 0.0))
            times[token] = (first, (step + 1) * FRAME_SECONDS)
        words = []
        for group in self._groups(decoded.tokens):
            text = self._tokens.decode([decoded.tokens[number] for number in group]).strip()
            spans = [times[number] for number in group if number in times]
            if not text or not spans:
                continue
            sure = float(np.mean([aligned.text_token_probs[number] for number in group]))
            words.append(Word(text, start + spans[0][0], start + min(spans[-1][1], seconds), sure))
        return tuple(words)

    def _groups(self, tokens: list[int]) -> list[list[int]]:
        """Gather the tokens of each word: one that begins with a space begins a word."""
        groups: list[list[int]] = []
        for number, token in enumerate(tokens):
            raw = self._tokens.id_to_token(token) or ""
            if not groups or raw.startswith("Ġ"):
                groups.append([number])
            else:
                groups[-1].append(number)
        return groups


def _threads() -> int:
    """Give the fastest number of threads; 0 leaves it to CTranslate2."""
    return 1 if len(os.sched_getaffinity(0)) <= FEW_CORES else 0


def _device(device: str) -> str:
    """Settle on cpu or cuda; ConfigError when a GPU is asked for and there is none."""
    graphics = ctranslate2.get_cuda_device_count() > 0
    if device == "cuda" and not graphics:
        raise ConfigError("STT_DEVICE=cuda, but no CUDA device is to be seen; set STT_DEVICE=cpu or install its driver")
    return "cuda" if graphics and device != "cpu" else "cpu"


def _pieces(samples: NDArray[np.float32]) -> list[tuple[NDArray[np.float32], float]]:
    """Cut sound of over 30 s at its quietest moments; each piece with its start in seconds."""
    longest, search, width = WINDOWS[-1] * RATE, 8 * RATE, RATE // 10
    pieces = []
    offset = 0
    while len(samples) - offset > longest:
        tail = samples[offset + longest - search : offset + longest]
        power = np.convolve(tail**2, np.ones(width, np.float32), mode="same")
        cut = offset + longest - search + int(power.argmin())
        pieces.append((samples[offset:cut], offset / RATE))
        offset = cut
    pieces.append((samples[offset:], offset / RATE))
    return pieces
