"""What must be right about the demonstration call: done, heard and written down, compared."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.dialogue.outcome import Outcome
from ivr.language.word_errors import WordErrors, total, word_errors
from ivr.trials.demo_scenario import (
    ACCOUNT,
    ANSWERED_BY,
    FOLLOW_UP,
    LEAST_TURNS,
    MOST_WORD_ERRORS,
    STOPS_WITHIN,
)
from ivr.trials.measure import TwoTracks, barge_in, media_round_trip, response_gap, sounds
from ivr.trials.scenario import Over, Press

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.metadata import RecordingMetadata, TurnRecord
    from ivr.trials.caller import CallReport, Deed


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
