"""What the sections of ``ivr bench speech`` share: voices, the channel, a recogniser that remembers, one seed."""

from __future__ import annotations

import importlib
import importlib.util
import logging
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ivr.bootstrap import build_models, build_recogniser, rate_words
from ivr.bootstrap_tts import build_caller_voice
from ivr.engines.espeak import EspeakSynthesizer
from ivr.errors import ConfigError
from ivr.trials.speech import channel
from ivr.trials.speech.remembered import RememberedTranscriber
from ivr.trials.voices import CallerVoices

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from types import ModuleType

    from ivr.audio.frame import AudioFrame
    from ivr.ports import Transcriber
    from ivr.settings import Settings
    from ivr.trials.line import TrialLine
    from ivr.trials.speech.report import Section

log = logging.getLogger(__name__)

SECTIONS = ("stt", "turn_end", "correction", "denoise", "target", "prosody", "dictation", "overhead", "languages")
"""In the order in which they run and are reported; each is the module of its name beside this one."""
SEED = 11


class SpokenLines:
    """Lines in several voices, each synthesised once and kept on disk.

    ``voice`` is one of Kokoro's (``ef_dora``, ``em_alex``, ``em_santa``) or ``espeak``; ``speed`` makes of each
    several callers.
    """

    def __init__(self, settings: Settings) -> None:
        folder = settings.cache / "trials"
        self._kokoro = CallerVoices(lambda: build_caller_voice(settings), folder)
        self._espeak = CallerVoices(EspeakSynthesizer, folder)

    async def line(self, text: str, voice: str, speed: float = 1.0) -> AudioFrame:
        """Speak one line at the voice's own rate (24 or 22.05 kHz)."""
        voices = self._espeak if voice == "espeak" else self._kokoro
        return await voices.line(text, voice, speed)


@dataclass(frozen=True)
class SpeechBench:
    """One run; ``quick`` asks each section for a small subset of its set."""

    settings: Settings
    seed: int = SEED
    quick: bool = False
    channel: ModuleType = field(default=channel, repr=False)
    """``telephone``, ``mix``, ``noise``, ``lose_packets``."""
    line: tuple[TrialLine, ...] | None = None
    """Accounts on a running system, for sections that make real calls."""
    kinds: tuple[str, ...] = ()
    """Kinds of dictated values that are measured; () = all."""

    @cached_property
    def voices(self) -> SpokenLines:
        """The callers' voices."""
        return SpokenLines(self.settings)

    @cached_property
    def transcriber(self) -> Transcriber:
        """The product's speech-to-text, loaded when a sound is new to it; times must be taken without it."""
        return rate_words(self.recogniser, self.settings)

    @cached_property
    def recogniser(self) -> Transcriber:
        """The same with the model's own word probabilities."""
        return RememberedTranscriber(
            lambda: build_recogniser(self.settings), self.settings.cache / "trials" / "heard", self._engine
        )

    @property
    def _engine(self) -> str:
        name = f"{self.settings.stt_provider}-{self.settings.stt_model}"
        return f"{name} {build_models(self.settings).versions().get(name, '')}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a section ended: its table, or why there is none."""

    name: str
    section: Section | None
    seconds: float
    failure: str = ""


def available() -> tuple[str, ...]:
    """Name the sections that can be run."""
    return tuple(name for name in SECTIONS if importlib.util.find_spec(f"{__package__}.{name}"))


async def run(bench: SpeechBench, names: Sequence[str], clock: Callable[[], float]) -> AsyncGenerator[Outcome, None]:
    """Run sections one after the other; one that fails does not lose the others' results."""
    unknown = set(names) - set(available())
    if unknown:
        raise ConfigError(f"no section {', '.join(sorted(unknown))}; there are: {', '.join(available())}")
    for name in names or available():
        started = clock()
        try:
            section = await importlib.import_module(f"{__package__}.{name}").measure(bench)
        except Exception as error:
            log.exception("section %s failed", name)
            yield Outcome(name, None, clock() - started, f"{type(error).__name__}: {error}")
        else:
            yield Outcome(name, section, clock() - started)
