"""``ivr bench bargein``: how fast the agent falls silent when interrupted, and what only seems to interrupt it.

Backchannels ("ajá") and coughs must not stop it for good.

The first call asks every question and lets the agent finish: its audio is the reference by which a later pause is
told from an end (the same words go on from the same place, or they do not).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.errors import IvrError
from ivr.trials.evidence import CallEvidence
from ivr.trials.measure import BargeIn, TwoTracks, barge_in, percentiles
from ivr.trials.scenario import Cough, HangUp, Over, Say, Scenario, Step, Wait

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.metadata import InterruptionRecord, RecordingMetadata
    from ivr.trials.caller import CallReport, Deed
    from ivr.trials.line import TrialLine
    from ivr.trials.measure import Samples

QUESTIONS = (
    "¿Qué tarifas de fibra tienen?",
    "¿Cómo puedo pagar la factura?",
    "¿Cuál es el horario de atención?",
)
"""Questions with long answers."""
BACKCHANNELS = (
    "Ajá.",
    "Sí, sí.",
    "Vale.",
    "Claro.",
    "Ya.",
    "Ajá, ajá.",
    "Entiendo.",
    "Muy bien.",
    "Bien, bien.",
    "De acuerdo.",
)
INTERRUPTIONS = (
    "Perdone, una pregunta: ¿dónde está la oficina?",
    "Espere, espere un momento.",
    "No, no, lo que quiero es saber mi saldo.",
    "Oiga, ¿y eso tiene permanencia?",
    "Disculpe, ¿cuál es la página web?",
    "¿Y cuánto cuesta la de un giga?",
)
COUGHS = 5
SAME_SOUND = 1.0
"""Seconds between where the phone and where the system puts one interruption."""


@dataclass(slots=True)
class BargeInReport:
    """What came of every sound over the agent's voice."""

    interruptions: list[dict[str, Any]] = field(default_factory=list)
    backchannels: list[dict[str, Any]] = field(default_factory=list)
    coughs: list[dict[str, Any]] = field(default_factory=list)
    discarded: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON-able values."""
        harmless = [*self.backchannels, *self.coughs]
        return {
            "stop": percentiles([item["stop_ms"] for item in self.interruptions if item["stop_ms"] is not None]),
            "not_stopped": sum(item["stop_ms"] is None for item in self.interruptions),
            "stopped_for_good": sum(item["stopped_for_good"] for item in harmless),
            "harmless": len(harmless),
            "interruptions": self.interruptions,
            "backchannels": self.backchannels,
            "coughs": self.coughs,
            "discarded": self.discarded,
            "calls": self.calls,
        }


def reference_scenario() -> Scenario:
    """Ask every question and listen to the end."""
    steps: list[Step] = [Wait()]
    for question in QUESTIONS:
        steps += [Say(question), Wait(quiet=2.0)]
    return Scenario("bargein-reference", (*steps, HangUp()))


def bargein_scenarios() -> list[Scenario]:
    """Sound over every answer: three calls, callers of both voices."""
    sounds: list[Step] = [Over(text, after=1.6, label="backchannel") for text in BACKCHANNELS]
    sounds += [Cough(seed, after=2.1, label="cough") for seed in range(COUGHS)]
    sounds += [Over(text, after=1.3 + 0.3 * n, label="interruption") for n, text in enumerate(INTERRUPTIONS)]
    scenarios: list[Scenario] = []
    for first in range(0, len(sounds), 7):
        steps: list[Step] = [Wait()]
        for number, sound in enumerate(sounds[first : first + 7], first):
            steps += [Say(QUESTIONS[number % len(QUESTIONS)]), sound, Wait(quiet=1.2)]
        voice = ("em_alex", "em_santa")[len(scenarios) % 2]
        scenarios.append(Scenario(f"bargein-{len(scenarios) + 1}", (*steps, HangUp()), voice))
    return scenarios


class BargeInTrial:
    """Holds the calls and measures every sound over the agent."""

    def __init__(self, line: TrialLine, store: Path) -> None:
        self._line = line
        self._store = store

    async def run(self, called: str, folder: Path) -> BargeInReport:
        """Measure all of it; recordings go to ``folder``."""
        report = BargeInReport()
        lived, metadata = await self._live(reference_scenario(), called, folder)
        report.calls.append(_call(lived, metadata))
        if lived.failure or metadata.interruptions:
            why = lived.failure or "the agent paused in mid-answer, and the caller took that for its end"
            raise IvrError(f"the reference call went wrong: {why}; let the machine be idle, and try again")
        reference = TwoTracks.read(lived.recording).heard
        for scenario in bargein_scenarios():
            lived, metadata = await self._live(scenario, called, folder)
            report.calls.append(_call(lived, metadata))
            self._measure(lived, metadata, reference, report)
        return report

    async def _live(self, scenario: Scenario, called: str, folder: Path) -> tuple[CallReport, RecordingMetadata]:
        since = time.time()
        async with self._line.caller(scenario) as caller:
            lived: CallReport = await caller.live(scenario, called, folder / f"{scenario.name}.wav")
        if not lived.answer.answered:
            raise IvrError(f"{lived.failure}; is the system up (ivr status)?")
        return lived, await CallEvidence(self._store, self._line.user, since).metadata()

    @staticmethod
    def _measure(lived: CallReport, metadata: RecordingMetadata, reference: Samples, report: BargeInReport) -> None:
        tracks = TwoTracks.read(lived.recording)
        for deed in lived.deeds:
            if not isinstance(deed.step, Over | Cough):
                continue
            result = barge_in(tracks, deed.span, reference)
            item = _item(deed, result, _told(metadata, result.onset)) | {"call": lived.scenario.name}
            kinds = {"interruption": report.interruptions, "backchannel": report.backchannels, "cough": report.coughs}
            (report.discarded if result.discarded else kinds[deed.step.label]).append(item)


def _item(deed: Deed, result: BargeIn, told: InterruptionRecord | None) -> dict[str, Any]:
    stop = result.stop_seconds
    return {
        "text": deed.text,
        "onset": round(result.onset, 3),
        "stop_ms": None if stop is None else round(stop * 1000, 1),
        "silent_ms": None
        if result.next_sound is None or result.stopped_at is None
        else round((result.next_sound - result.stopped_at) * 1000, 1),
        "stopped_for_good": stop is not None and result.resumed is not True,
        "system_says": None if told is None else told.kind,
        "system_heard": None if told is None else told.text,
        "reason": result.discarded,
    }


def _told(metadata: RecordingMetadata, onset: float) -> InterruptionRecord | None:
    near = [record for record in metadata.interruptions if abs(record.at - onset) < SAME_SOUND]
    return min(near, key=lambda record: abs(record.at - onset), default=None)


def _call(lived: CallReport, metadata: RecordingMetadata) -> dict[str, Any]:
    return {
        "name": lived.scenario.name,
        "recording": str(lived.recording),
        "recording_id": metadata.recording_id,
        "failure": lived.failure,
    }
