"""``ivr bench latency``: the silence a caller hears between the last sound of a turn and the agent's first.

Measured in the phone's own recording by two detectors that must agree, one call at a time. The system's own stage
times stand beside the figures but are no part of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.errors import IvrError
from ivr.trials.evidence import CallEvidence
from ivr.trials.measure import Gap, TwoTracks, judged, media_round_trip, percentiles, response_gap, sounds
from ivr.trials.scenario import HangUp, Press, Say, Scenario, Step, Wait
from ivr.trials.voiced import voiced

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.metadata import RecordingMetadata, TurnRecord
    from ivr.ports import VoiceDetector
    from ivr.trials.caller import Caller, CallReport
    from ivr.trials.line import TrialLine

ACCOUNT = "222333"
TURNS_A_CALL = 7

_CALLS: tuple[tuple[str, float, float | None, tuple[str, ...]], ...] = (
    (
        "em_alex",
        1.0,
        None,
        (
            "Hola, buenas tardes. ¿A qué hora cierran ustedes hoy?",
            "¿Y qué fibra me podrían poner en casa?",
            "¿Eso lleva permanencia?",
            "¿Cómo se puede pagar el recibo?",
            "¿Dónde tienen la oficina?",
            "Oiga, ¿y usted es una persona de verdad?",
            "¿Me podrían cambiar la tarifa?",
        ),
    ),
    (
        "em_santa",
        1.1,
        -52.0,
        (
            "Buenas, me gustaría saber cuánto debo.",
            ACCOUNT,
            "¿Y hasta cuándo tengo para pagarlo?",
            "¿Qué tarifa tengo contratada?",
            "¿Puedo pagarlo con tarjeta?",
            "¿Me dice la página web?",
            "¿Y el pedido cuándo me llega?",
        ),
    ),
    (
        "em_alex",
        1.15,
        None,
        (
            "Muy buenas, ¿ustedes tienen cobertura en toda España?",
            "¿Qué precio tiene la fibra de seiscientos megas?",
            "¿Dónde encuentro la contraseña del wifi?",
            "¿Abren los sábados por la mañana?",
            "¿Hay alguna penalización si me voy?",
            "Me ha llegado un mensaje raro pidiéndome la clave.",
            "¿En qué calle está la oficina?",
        ),
    ),
    (
        "em_santa",
        0.95,
        None,
        (
            "Hola, ¿me informa de las ofertas de internet?",
            "¿El móvil va incluido en el precio?",
            "¿Tienen tienda física?",
            "¿Cuál es el horario de los sábados?",
            "¿Cómo va lo de mi pedido?",
            "¿Se puede pagar por Bizum?",
            "¿Cada cuánto llega la factura?",
        ),
    ),
)
"""Voice, speed, line noise (dBFS) and texts of each call; none of them is in the agent's examples."""


@dataclass(slots=True)
class LatencyReport:
    """What the callers heard; milliseconds."""

    turns: list[dict[str, Any]] = field(default_factory=list)
    discarded: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    stages: dict[str, dict[str, float | None]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON-able values."""
        figures = percentiles([turn["silence_ms"] for turn in self.turns])
        return {
            **figures,
            "measured": len(self.turns),
            "turns": self.turns,
            "discarded": self.discarded,
            "stages": self.stages,
            "calls": self.calls,
        }


def latency_scenarios(turns: int) -> list[Scenario]:
    """Write the calls that hold so many spoken turns; longer trials go round the texts again."""
    scenarios: list[Scenario] = []
    left = turns
    while left > 0:
        number = len(scenarios)
        voice, speed, noise, texts = _CALLS[number % len(_CALLS)]
        steps: list[Step] = [Wait(quiet=0.8)]
        for text in texts:
            if left <= 0:
                break
            steps += [Press(text) if text.isdigit() else Say(text), Wait(quiet=0.8)]
            left -= not text.isdigit()
        scenarios.append(Scenario(f"latency-{number + 1}", (*steps, HangUp()), voice, speed, noise))
    return scenarios


class LatencyTrial:
    """Holds the calls one after the other and measures each."""

    def __init__(self, line: TrialLine, detector: VoiceDetector, store: Path) -> None:
        self._line = line
        self._detector = detector
        self._store = store
        self._stage_values: dict[str, list[float]] = {}

    async def run(self, turns: int, called: str, folder: Path) -> LatencyReport:
        """Measure ``turns`` turns; recordings go to ``folder``."""
        report = LatencyReport()
        for scenario in latency_scenarios(turns):
            since = time.time()
            async with self._line.caller(scenario) as caller:
                lived = await _live(caller, scenario, called, folder / f"{scenario.name}.wav")
            metadata = await CallEvidence(self._store, self._line.user, since).metadata()
            self._measure(lived, metadata, report)
        report.stages = {name: percentiles(values) for name, values in sorted(self._stage_values.items())}
        return report

    def _measure(self, lived: CallReport, metadata: RecordingMetadata, report: LatencyReport) -> None:
        name = lived.scenario.name
        tracks = TwoTracks.read(lived.recording)
        by_level = sounds(tracks.said, tracks.rate), sounds(tracks.heard, tracks.rate)
        by_voice = tuple(voiced(track, tracks.rate, self._detector) for track in (tracks.said, tracks.heard))
        for deed in lived.deeds:
            if not isinstance(deed.step, Say):
                continue
            gap = judged(response_gap(*by_level, deed.span), response_gap(by_voice[0], by_voice[1], deed.span))
            stages = _stages(metadata, deed.text, gap)
            turn = {"call": name, "text": deed.text, "silence_ms": round(gap.seconds * 1000, 1), "stages_ms": stages}
            turn["caller_end"], turn["agent_start"] = round(gap.caller_end, 3), round(gap.agent_start, 3)
            if gap.discarded:
                report.discarded.append({**turn, "reason": gap.discarded})
                continue
            report.turns.append(turn)
            for stage, value in stages.items():
                self._stage_values.setdefault(stage, []).append(value)
        system = self._store / "audio" / f"{metadata.recording_id}.wav"
        way = media_round_trip(tracks, TwoTracks.read(system)) if system.exists() else None
        if way is not None:
            self._stage_values.setdefault("media_round_trip", []).append(round(way * 1000, 1))
        call = {"name": name, "recording": str(lived.recording), "recording_id": metadata.recording_id}
        report.calls.append({**call, "failure": lived.failure})


async def _live(caller: Caller, scenario: Scenario, called: str, record: Path) -> CallReport:
    lived = await caller.live(scenario, called, record)
    if not lived.answer.answered:
        raise IvrError(f"{lived.failure}; is the system up (ivr status)?")
    return lived


def _stages(metadata: RecordingMetadata, text: str, gap: Gap) -> dict[str, float]:
    """Find the stage times of the agent's turn that began nearest to where the caller heard it begin."""
    del text
    answers: list[TurnRecord] = [turn for turn in metadata.turns if turn.who == "agent" and turn.latencies_ms]
    if not answers:
        return {}
    nearest = min(answers, key=lambda turn: abs(turn.start - gap.agent_start))
    return dict(nearest.latencies_ms) if abs(nearest.start - gap.agent_start) < 1.0 else {}
