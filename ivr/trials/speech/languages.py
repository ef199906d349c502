"""``ivr bench speech languages``: whether callers who speak or ask for another language are followed, and nobody else.

Sentences and voices of the reporting set; thresholds and patterns were chosen on the tuning set, which shares none.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml

from ivr.audio.frame import AudioFrame
from ivr.audio.resample import resample
from ivr.bootstrap import build_recogniser
from ivr.bootstrap_tts import build_caller_voice
from ivr.call.tongue_switch import CallTongue
from ivr.language.tongues import TONGUES
from ivr.ports import Hints, VoiceStyle
from ivr.trials.speech.channel import LINE, mix, noise, telephone
from ivr.trials.speech.report import Section

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ivr.ports import Synthesizer
    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.report import Cell

HOME = "es"
VOICES = {
    "es": ("em_santa", "if_sara", "bm_george"),
    "en": ("bf_emma", "bm_george"),
    "pt": ("pm_alex",),
    "ca": ("ef_dora", "em_alex"),
    "gl": ("ef_dora", "pm_alex"),
}
"""Who speaks; Catalan and Galician by voices of their neighbours, for nobody gives others away."""
KINDS = {"said": "sentences", "traps": "foreign names and words", "wishes": "wishes"}
COLUMNS = ("language", "what", "n", "followed", "another language", "stayed")
MARGIN = 0.3
EVERY_THIRD, BABBLE_DB, QUICK = 3, 10.0, 2


@dataclass(frozen=True, slots=True)
class _Said:
    language: str
    kind: str
    sound: AudioFrame


async def measure(bench: SpeechBench) -> Section:
    """Have each sentence said in the first turn of a call, a third of them in babble."""
    recogniser = build_recogniser(bench.settings)
    counts: dict[tuple[str, str], list[int]] = {}
    async for said in _sayings(bench, build_caller_voice(bench.settings)):
        heard = await recogniser.transcribe(said.sound, Hints(tells=TONGUES))
        seconds = said.sound.duration - 2 * MARGIN
        switch = CallTongue(HOME, TONGUES[1:]).hear(heard.text, dict(heard.odds), 0.0, seconds)
        went = switch.language if switch else HOME
        row = counts.setdefault((said.language, KINDS[said.kind]), [0, 0, 0, 0])
        row[0] += 1
        row[1 if went == said.language != HOME else 3 if went == HOME else 2] += 1
    rows: list[tuple[Cell, ...]] = [(*key, *row) for key, row in counts.items()]
    figures = {f"{language} {what}: followed": row[1] / row[0] for (language, what), row in counts.items()}
    figures["Spanish: false switches"] = float(sum(row[2] for (language, _), row in counts.items() if language == HOME))
    notes = (
        "One utterance each, from the first turn; synthetic voices, 300-3400 Hz, A-law, a third in babble at 10 dB.",
    )
    return Section("languages", COLUMNS, rows, figures, notes)


async def _sayings(bench: SpeechBench, voices: Synthesizer) -> AsyncGenerator[_Said]:
    document = yaml.safe_load(files(__package__).joinpath("languages_reporting.yaml").read_text(encoding="utf-8"))
    margin = AudioFrame.silence(MARGIN, LINE)
    for language, kinds in document.items():
        for kind, texts in kinds.items():
            for number, text in enumerate(texts[:QUICK] if bench.quick else texts):
                for place, voice in enumerate(VOICES[language]):
                    frames = [frame async for frame in voices.speak(text, VoiceStyle(voice, 1.0, language))]
                    sound = AudioFrame.join([margin, resample(AudioFrame.join(frames), LINE), margin])
                    if (number + place) % EVERY_THIRD == 0:
                        sound = mix(sound, noise("babble", 10.0, bench.seed + number), BABBLE_DB, number)
                    yield _Said(language, kind, telephone(sound))
