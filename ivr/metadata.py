"""What is known about a call: the schema of ``metadata/<recording_id>.json`` and the closed lists in it.

Old files are upgraded on read: ``schema_version`` says what a file was written with.
"""

from __future__ import annotations

import json
from datetime import datetime  # noqa: TC003 - pydantic needs it at run time
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ivr.dialogue.outcome import Outcome
from ivr.errors import StorageError

__all__ = ["Outcome", "RecordingMetadata", "RecordingTrouble", "read_metadata"]

SCHEMA_VERSION = 1


class RecordingTrouble(StrEnum):
    """What kept a recording from being whole: ``media["recording"]["outcome"]``, with the mend in ``problem``."""

    DISK_FULL = "disk_full"
    DISK_UNAVAILABLE = "disk_unavailable"
    DISK_STOOD_STILL = "disk_stood_still"


class CallRecord(BaseModel):
    """The telephone side of a call."""

    model_config = ConfigDict(extra="allow")
    direction: Literal["inbound", "outbound"] = "inbound"
    caller: str = ""
    called: str = ""
    started_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    hangup_cause: int | None = None
    """Q.850 cause, when the PBX told one."""
    sip_code: int | None = None
    channel_id: str = ""
    recording_notice: bool = False
    """Whether the caller heard, before the agent, that the call is recorded (extension 101)."""
    returned: bool = False
    """Whether the caller came back because nobody answered where the agent had sent them."""
    variants: dict[str, str] = Field(default_factory=dict)
    """Experiment -> the variant of the agent that the call got."""


class AudioRecord(BaseModel):
    """The recording's file: 16-bit WAV, left = caller, right = agent."""

    format: str = "wav"
    sample_rate: int = 8000
    channels: int = 2
    duration: float = 0.0
    sha256: str = ""
    archive: str = ""
    """The store's name of the FLAC that has taken the WAV's place ("" = not archived); ``sha256`` stays the WAV's."""
    listening_copy: str = ""
    """The store's name of a copy for people, in which the caller's noise is taken out ("" = none was made)."""


class WordRecord(BaseModel):
    """A word with times in seconds since the call's first tick."""

    text: str
    start: float
    end: float
    confidence: float


class Segment(BaseModel):
    """A stretch of one speaker's speech; ``person``: whoever took the caller over."""

    who: Literal["caller", "agent", "person"]
    start: float
    end: float
    raw: str
    text: str
    words: list[WordRecord] = Field(default_factory=list)
    confidence: float | None = None
    corrections: list[dict[str, Any]] = Field(default_factory=list)


class TranscriptionRecord(BaseModel):
    """The text of the call."""

    text: str = ""
    segments: list[Segment] = Field(default_factory=list)
    corrections: list[dict[str, Any]] = Field(default_factory=list)
    language: str = "es"


class ModelRecord(BaseModel):
    """What one language model did for a turn."""

    provider: str
    model: str = ""
    outcome: Literal["answered", "failed", "dropped"] = "answered"
    """``dropped``: the caller went on or interrupted before it was done."""
    reason: str = ""
    """What kind of failure."""
    ttft_ms: float | None = None
    """From asking to the first word or call; None where none came."""
    tokens_in: int | None = None
    tokens_cached: int | None = None
    tokens_out: int | None = None
    cost: float | None = None
    """Dollars, where the model's price is known."""


class TurnRecord(BaseModel):
    """One turn. ``text`` is what was meant to be said, ``heard`` what the other side really heard."""

    who: Literal["caller", "agent", "person"]
    """``person``: whoever took the caller over from the agent."""
    start: float
    end: float
    text: str
    heard: str
    language: str = "es"
    raw: str = ""
    """What was recognised of a caller's turn, where corrections changed it ("" = the same)."""
    corrections: list[dict[str, Any]] = Field(default_factory=list)
    """Made while the call ran; each with heard, meant, level, score and reason."""
    awaited: list[str] = Field(default_factory=list)
    """Types of value, named as entities are, that the dialogue waited for when the caller's turn was heard."""
    by_keys: bool = False
    interrupted: bool = False
    clarifies: str = ""
    """How the agent asked again what it had not heard well: explicit, implicit, spell_out or yes_no."""
    sentiment: float | None = None
    """How the caller felt, -1 to 1, from words and voice; None where it was not looked at."""
    sentiment_level: str | None = None
    """The same by name, very_positive to very_negative."""
    sentiment_trend: float | None = None
    """How the caller felt over the call so far, the latest turns counting most."""
    question: bool | None = None
    """Whether the caller asked, from words, word order, the written mark and the voice's rise."""
    context: dict[str, Any] = Field(default_factory=dict)
    """What the caller's turn shows of how the call goes: repeats, frustrated, person, switched, abandoned, injection;
    only what there is."""
    turn_end_probability: float | None = None
    """The turn-end model's last answer before the caller's turn was taken for over."""
    prosody: dict[str, Any] | None = None
    """Pitch in Hz, range in semitones, final rise in percent, loudness in dBFS, rate in syllables a second, pauses,
    contour (ten values a second), the change against the caller's usual way, tone and its trend."""
    latencies_ms: dict[str, float] = Field(default_factory=dict)
    """Per stage of the reply that this turn is: pause, stt, endpoint, llm, tts, total; first_token of a hosted one."""
    sources: list[dict[str, Any]] = Field(default_factory=list)
    """The passages that the turn was answered from: file, heading, page, passage and score."""
    models: list[ModelRecord] = Field(default_factory=list)
    """The models that were asked for this turn, in order; empty where the built-in engine alone decides."""


class ToolRecord(BaseModel):
    """A business function that ran."""

    name: str
    arguments: dict[str, Any] = Field(default_factory=dict)
    ok: bool = True
    data: dict[str, Any] = Field(default_factory=dict)
    error: str = ""
    at: float = 0.0
    duration_ms: float = 0.0


class InterruptionRecord(BaseModel):
    """The caller spoke while the agent was talking."""

    at: float
    kind: Literal["interruption", "backchannel", "noise"]
    text: str = ""
    stopped_after_ms: float | None = None


class VoiceRecord(BaseModel):
    """Whose voice an utterance was; times in seconds since the call's first tick."""

    start: float
    end: float
    who: Literal["unknown", "caller", "mixed", "second_voice", "background", "echo"]
    """``background`` is another voice far under the caller's level: a television, a person elsewhere in the room."""
    likeness: float | None = None
    """To the voice of the caller's first 3 s of speech, -1..1; it proves no identity."""
    isolated: bool = False


class LanguageSwitchRecord(BaseModel):
    """The caller went over to another language, and the agent with them."""

    at: float
    language: str
    reason: Literal["asked", "spoken"]
    """Whether the caller asked for it or just spoke it."""
    text: str = ""
    """What was recognised before it was recognised anew in that language."""


class VoiceSwitchRecord(BaseModel):
    """One of the agent's voices failed and another went on."""

    at: float = 0.0
    left: str
    taken: str
    reason: str = ""
    """What kind of failure."""
    cut: bool = False
    """Whether it was in the middle of a clause; the caller heard no gap, but another voice."""
    rest: str = ""
    """What the other voice was asked to say."""


class StageRecord(BaseModel):
    """A stage of voice processing that dropped out under load, or came back."""

    at: float
    stage: str
    on: bool


class AlertRecord(BaseModel):
    """Frustration built up: somebody should be told. Scores are -1 to 1; ``frustration`` is 0 and up."""

    at: float
    kind: Literal["sentiment_alert"] = "sentiment_alert"
    text: str
    score: float
    trend: float
    frustration: float
    tone: str = "neutral"


HandoverOutcome = Literal[
    "taken", "moved", "declined", "undecided", "no_answer", "busy", "unreachable", "hung_up", "failed", "caller_hung_up"
]


class HandoverRecord(BaseModel):
    """The last time that the caller was handed over to a person; times in seconds since the call's first tick."""

    target: str
    mode: Literal["blind", "warm"]
    attempt: int = 1
    asked_at: float
    """When the caller or the agent wanted it; the announcement counts as waiting."""
    answered_at: float | None = None
    moved_at: float | None = None
    """From here on the right track is what the caller heard: the person, or what they waited to."""
    ended_at: float | None = None
    waited_seconds: float | None = None
    """From the wish to a person who talks with the caller, or to the agent's being back."""
    outcome: HandoverOutcome | None = None
    """``taken`` (warm) or ``moved`` (blind) by now; else why the caller is the agent's again. None: under way."""
    late: bool = False
    """Whether nobody took the caller within HANDOVER_LIMIT."""
    untranscribed: int = 0
    """Utterances after the move that the recogniser had no time for."""
    briefing: str = ""
    screen: dict[str, Any] = Field(default_factory=dict)
    """What the person was shown: caller, customer, intent, sentiment, summary, results."""


class AnalysisRecord(BaseModel):
    """What the post-call job found."""

    model_config = ConfigDict(extra="allow")
    sentiment: str | None = None
    intent: str | None = None
    entities: list[dict[str, Any]] = Field(default_factory=list)
    topics: list[str] = Field(default_factory=list)
    coherence: float | None = None
    quality_score: float | None = None
    summary: str | None = None


class RecordingMetadata(BaseModel):
    """Everything known about one recorded call."""

    model_config = ConfigDict(extra="allow")
    schema_version: int = SCHEMA_VERSION
    recording_id: str
    conversation_id: str
    call: CallRecord = Field(default_factory=CallRecord)
    audio: AudioRecord = Field(default_factory=AudioRecord)
    transcription: TranscriptionRecord = Field(default_factory=TranscriptionRecord)
    turns: list[TurnRecord] = Field(default_factory=list)
    tools: list[ToolRecord] = Field(default_factory=list)
    interruptions: list[InterruptionRecord] = Field(default_factory=list)
    clarifications: dict[str, int] = Field(default_factory=dict)
    """How often the agent asked again, by strategy."""
    voices: list[VoiceRecord] = Field(default_factory=list)
    """The utterances that were compared with the caller's voice."""
    language_switches: list[LanguageSwitchRecord] = Field(default_factory=list)
    """Where the caller went over to another language; empty = nowhere."""
    voice_switches: list[VoiceSwitchRecord] = Field(default_factory=list)
    """Where another voice went on for one that failed; empty = nowhere."""
    stages: list[StageRecord] = Field(default_factory=list)
    """What load took from this call, and when; empty = nothing."""
    sound_faults: list[str] = Field(default_factory=list)
    """What was wrong with the caller's sound: clipped, offset, of another rate; each with its mend."""
    alerts: list[AlertRecord] = Field(default_factory=list)
    handover: HandoverRecord | None = None
    digits: str = ""
    media: dict[str, Any] = Field(default_factory=dict)
    analysis: AnalysisRecord = Field(default_factory=AnalysisRecord)
    processed: bool = False
    processing_mode: Literal["online", "offline"] = "online"
    versions: dict[str, str] = Field(default_factory=dict)
    recovered: bool = False


def read_metadata(document: str | bytes) -> RecordingMetadata:
    """Read a metadata file, upgrading one that an older version wrote; StorageError says what is wrong with it."""
    try:
        content = json.loads(document)
        version = int(content.get("schema_version", 1))
        if version > SCHEMA_VERSION:
            raise StorageError(f"the metadata was written by a newer version (schema {version}): upgrade this program")
        return RecordingMetadata.model_validate(content | {"schema_version": SCHEMA_VERSION})
    except (ValueError, AttributeError, TypeError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise StorageError(f"the metadata cannot be read ({reason}): restore the file from a copy") from error
