"""The demonstration call: a whole Spanish conversation on a real line, and what must be right about it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.dialogue.outcome import Outcome
from ivr.errors import IvrError
from ivr.trials.evidence import CallEvidence, EvidenceMissing, follow
from ivr.trials.measure import TwoTracks, barge_in, media_round_trip, response_gap, sounds
from ivr.trials.scenario import Over, Press, Say, Scenario, Wait, WaitHangUp
from ivr.trials.words import WordErrors, total, word_errors

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.metadata import RecordingMetadata, TurnRecord
    from ivr.trials.caller import CallReport, Deed
    from ivr.trials.line import TrialLine

ACCOUNT = "654321"
FOLLOW_UP = "¿Y cuándo vence la factura?"
ANSWERED_BY = "vence"
"""A word that only the answer to the follow-up holds."""
QUIET = 0.5
PATIENT = 1.4
"""Silence after which an answer with an amount or a date is over: those are spoken live, and the agent may breathe."""
MOST_WORD_ERRORS = 0.10
STOPS_WITHIN = 0.5
LEAST_TURNS = 6
REPORT_WITHIN = 60.0

SCENARIO = Scenario(
    "demo",
    (
        Wait(QUIET),
        Say("Buenos días, quería consultar mi saldo."),
        Press(ACCOUNT, after=2.6),
        Wait(PATIENT),
        Say(FOLLOW_UP),
        Wait(PATIENT),
        Say("¿Qué tarifas de fibra tienen?"),
        Over("Perdone, ¿cuál es la página web?", after=2.0),
        Wait(QUIET),
        Say("Eso es todo, muchas gracias. Hasta luego."),
        WaitHangUp(),
    ),
    voice="em_alex",
    speed=1.1,
)


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must be right, whether it is, and the figures."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class DemoTurn:
    """A caller's turn and the answer to it; milliseconds."""

    said: str
    heard: str
    by_keys: bool
    silence_ms: float | None
    """What the caller heard of silence, in the phone's recording; None where it cannot be measured."""
    answer: str
    stages_ms: dict[str, float]


@dataclass(slots=True)
class DemoReport:
    """What came of the demonstration."""

    metadata: RecordingMetadata
    recording: Path
    metadata_file: Path
    report_file: Path
    phone_recording: Path
    turns: list[DemoTurn]
    errors: WordErrors
    errors_with_accents: WordErrors
    checks: list[Check]
    media_round_trip_ms: float | None
    """From the phone to the agent's process and back: our media, Asterisk, the phone's jitter buffer."""

    @property
    def ok(self) -> bool:
        """Whether everything is right."""
        return all(check.ok for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON-able values."""
        return {
            "ok": self.ok,
            "recording_id": self.metadata.recording_id,
            "recording": str(self.recording),
            "metadata": str(self.metadata_file),
            "report": str(self.report_file),
            "phone_recording": str(self.phone_recording),
            "wer": round(self.errors.rate, 4),
            "wer_with_accents": round(self.errors_with_accents.rate, 4),
            "media_round_trip_ms": self.media_round_trip_ms,
            "turns": [
                {
                    "said": turn.said,
                    "heard": turn.heard,
                    "by_keys": turn.by_keys,
                    "silence_ms": turn.silence_ms,
                    "answer": turn.answer,
                    "stages_ms": turn.stages_ms,
                }
                for turn in self.turns
            ],
            "checks": [{"name": check.name, "ok": check.ok, "detail": check.detail} for check in self.checks],
        }


async def hold_demo(
    line: TrialLine, store: Path, called: str, phone_recording: Path, show: Callable[[dict[str, Any]], None]
) -> DemoReport:
    """Make the call; ``show`` gets each entry of the call's journal as it is written."""
    since = time.time()
    evidence = CallEvidence(store, line.user, since)
    async with line.caller(SCENARIO) as caller:
        watching = asyncio.create_task(_watch(evidence, show))
        try:
            lived = await caller.live(SCENARIO, called, phone_recording)
        finally:
            if not watching.done():
                await asyncio.sleep(0.3)  # the journal's last lines
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError, EvidenceMissing):
                await watching
    if not lived.answer.answered:
        raise IvrError(f"{lived.failure}; is the system up (ivr status)? Look at: ivr logs calls")
    metadata = await evidence.metadata()
    report = judge_demo(lived, metadata, store)
    report.checks.append(await _report_written(report.report_file))
    return report


async def _report_written(path: Path) -> Check:
    """Wait for the post-call job's report."""
    started = time.monotonic()
    while time.monotonic() - started < REPORT_WITHIN:
        if _there(path):
            seconds = time.monotonic() - started
            return Check("the post-call report was written", ok=True, detail=f"{seconds:.0f} s after the call")
        await asyncio.sleep(0.2)
    detail = f"not within {REPORT_WITHIN:g} s; write it with: ivr process --unprocessed"
    return Check("the post-call report was written", ok=False, detail=detail)


def _there(path: Path) -> bool:
    return path.exists()


async def _watch(evidence: CallEvidence, show: Callable[[dict[str, Any]], None]) -> None:
    async for entry in follow(await evidence.journal(within=30.0)):
        show(entry)


# --- judging -------------------------------------------------------------------------------


def judge_demo(lived: CallReport, metadata: RecordingMetadata, store: Path) -> DemoReport:
    """Compare what was done, what was heard and what was written down."""
    recording = store / "audio" / f"{metadata.recording_id}.wav"
    turns = _turns(lived, metadata)
    spoken = [turn for turn in turns if not turn.by_keys]
    errors = total(word_errors(turn.said, turn.heard) for turn in spoken)
    strict = total(word_errors(turn.said, turn.heard, accents=True) for turn in spoken)
    round_trip = None
    if recording.exists():
        round_trip = media_round_trip(TwoTracks.read(lived.recording), TwoTracks.read(recording))
    checks = [
        Check("every step was done", not lived.failure, lived.failure or f"{len(lived.deeds)} caller turns"),
        _enough_turns(turns),
        Check(
            f"word error rate at most {MOST_WORD_ERRORS:.0%}",
            errors.words > 0 and errors.rate <= MOST_WORD_ERRORS,
            f"{errors.rate:.1%} ({errors.errors} of {errors.words} words; {strict.rate:.1%} when accents count)",
        ),
        _tool_called(metadata),
        _follow_up_answered(turns),
        _interruption_stopped(lived, metadata),
        _keys_heard(metadata),
        _complete(metadata, recording),
    ]
    metadata_file = store / "metadata" / f"{metadata.recording_id}.json"
    return DemoReport(
        metadata=metadata,
        recording=recording,
        metadata_file=metadata_file,
        report_file=store / "reports" / f"{metadata.recording_id}.html",
        phone_recording=lived.recording,
        turns=turns,
        errors=errors,
        errors_with_accents=strict,
        checks=checks,
        media_round_trip_ms=None if round_trip is None else round(round_trip * 1000, 1),
    )


def _turns(lived: CallReport, metadata: RecordingMetadata) -> list[DemoTurn]:
    """Put each thing the caller did beside the turn that the system took from it, in order."""
    tracks = TwoTracks.read(lived.recording)
    said, heard = sounds(tracks.said, tracks.rate), sounds(tracks.heard, tracks.rate)
    taken = _pairs(lived.deeds, metadata.turns)
    turns = []
    for deed, (caller, agent) in zip(lived.deeds, taken, strict=True):
        keys = isinstance(deed.step, Press)
        gap = None if keys else response_gap(said, heard, deed.span)
        turns.append(
            DemoTurn(
                said=deed.text,
                heard=caller.text if caller else "",
                by_keys=keys,
                silence_ms=None if gap is None or gap.discarded else round(gap.seconds * 1000, 1),
                answer=agent.heard if agent else "",
                stages_ms=dict(agent.latencies_ms) if agent else {},
            )
        )
    return turns


def _pairs(deeds: list[Deed], turns: list[TurnRecord]) -> list[tuple[TurnRecord | None, TurnRecord | None]]:
    """Give each deed the caller turn nearest in time, and the agent's turn that follows that one."""
    pairs: list[tuple[TurnRecord | None, TurnRecord | None]] = []
    for deed in deeds:
        keys = isinstance(deed.step, Press)
        own = [turn for turn in turns if turn.who == "caller" and turn.by_keys == keys]
        caller = min(own, key=lambda turn: abs(turn.end - deed.span.end), default=None)
        if caller is None or abs(caller.end - deed.span.end) > 3.0:  # noqa: PLR2004 - seconds; the axes differ by less
            pairs.append((None, None))
            continue
        agent = next((turn for turn in turns if turn.who == "agent" and turn.start >= caller.end), None)
        pairs.append((caller, agent))
    return pairs


def _enough_turns(turns: list[DemoTurn]) -> Check:
    heard = sum(bool(turn.heard) for turn in turns)
    return Check(f"at least {LEAST_TURNS} caller turns were heard", heard >= LEAST_TURNS, f"{heard} of {len(turns)}")


def _tool_called(metadata: RecordingMetadata) -> Check:
    calls = [f"{tool.name}({tool.arguments})" for tool in metadata.tools]
    right = any(
        tool.name == "get_account_balance" and tool.arguments.get("account_id") == ACCOUNT and tool.ok
        for tool in metadata.tools
    )
    return Check(f"get_account_balance was called for {ACCOUNT}", right, "; ".join(calls) or "no function was called")


def _follow_up_answered(turns: list[DemoTurn]) -> Check:
    answer = next((turn.answer for turn in turns if turn.said == FOLLOW_UP), "")
    return Check("the follow-up was answered", ANSWERED_BY in answer.lower(), answer or "there was no answer")


def _interruption_stopped(lived: CallReport, metadata: RecordingMetadata) -> Check:
    name = "the interruption stopped the agent"
    deed = next((deed for deed in lived.deeds if isinstance(deed.step, Over)), None)
    if deed is None:
        return Check(name, ok=False, detail="the caller never came to interrupt")
    result = barge_in(TwoTracks.read(lived.recording), deed.span)
    noted = any(record.kind == "interruption" for record in metadata.interruptions)
    stop = result.stop_seconds
    if stop is None:
        return Check(name, ok=False, detail=result.discarded or "the agent talked on")
    detail = f"silent {stop * 1000:.0f} ms after the caller's onset" + (
        "" if noted else ", but it is not in the metadata"
    )
    return Check(name, noted and stop <= STOPS_WITHIN, detail)


def _keys_heard(metadata: RecordingMetadata) -> Check:
    return Check(
        "the keys arrived", ACCOUNT in metadata.digits, f"pressed {ACCOUNT}, arrived {metadata.digits or 'nothing'}"
    )


def _complete(metadata: RecordingMetadata, recording: Path) -> Check:
    call, audio = metadata.call, metadata.audio
    missing = [
        what
        for what, there in {
            "the times of the call": call.started_at and call.answered_at and call.ended_at,
            f"the outcome completed (it is {call.outcome})": call.outcome is Outcome.COMPLETED,
            "the caller and called numbers": call.caller and call.called,
            "the audio's length": audio.duration > 0,
            "turns of both": {turn.who for turn in metadata.turns} == {"caller", "agent"},
            "latencies": any(turn.latencies_ms for turn in metadata.turns),
            "the transcript": metadata.transcription.segments and metadata.transcription.text,
            "the models' versions": metadata.versions,
            "the recording": recording.exists(),
        }.items()
        if not there
    ]
    if recording.exists():
        with recording.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != audio.sha256:
                missing.append("the recording's own sha256")
    return Check("the metadata is complete", not missing, "missing: " + ", ".join(missing) if missing else "all there")
