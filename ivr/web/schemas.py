"""The answers of the API; times are UTC."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic needs it at run time
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ivr.dialogue.outcome import Outcome  # noqa: TC001 - pydantic needs it at run time
from ivr.handover_ports import HandoverMode  # noqa: TC001 - pydantic needs it at run time
from ivr.metadata import HandoverRecord  # noqa: TC001 - pydantic needs it at run time
from ivr.telephony.spying import SpyMode  # noqa: TC001 - pydantic needs it at run time


class PartHealth(BaseModel):
    """Whether one part of the system does its work."""

    status: Literal["healthy", "unhealthy"]
    detail: str = ""


class Health(BaseModel):
    """The system's health; ``failing`` names the parts that keep it from taking calls."""

    status: Literal["healthy", "unhealthy"]
    failing: list[str] = Field(default_factory=list)
    parts: dict[str, PartHealth]
    version: str


class Call(BaseModel):
    """One call, in progress or over."""

    call_id: str
    recording_id: str
    direction: str
    caller: str
    called: str
    started_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None = Field(description="None while the call is up.")
    outcome: Outcome | None
    handover: HandoverRecord | None = Field(
        None, description="The last hand-over to a person: how it stands, and what the person is shown of the caller."
    )


class CallPage(BaseModel):
    """A page of calls, newest first."""

    items: list[Call]
    total: int
    limit: int
    offset: int


class RecordingSummary(BaseModel):
    """One recording in a list; its whole metadata is at ``/recordings/{recording_id}``."""

    recording_id: str
    conversation_id: str
    direction: str
    caller: str
    called: str
    started_at: datetime | None
    duration_seconds: float
    outcome: Outcome | None
    processed: bool
    sentiment: str | None
    intent: str | None
    topics: list[str]
    turns: int
    interruptions: int
    avg_latency_ms: float | None


class RecordingPage(BaseModel):
    """A page of recordings, newest first."""

    items: list[RecordingSummary]
    total: int | None = Field(description="How many there are in all; counted for the first page only.")
    limit: int
    next_cursor: str | None = Field(description="Send it as cursor for the page after; null: this is the last.")


class ConversationMetrics(BaseModel):
    """The figures of one conversation; a figure that was not measured is null."""

    conversation_id: str
    duration_seconds: float
    total_turns: int
    avg_stt_latency_ms: float | None
    avg_llm_latency_ms: float | None
    avg_tts_latency_ms: float | None
    avg_first_token_ms: float | None = Field(description="Of hosted language models.")
    llm_tokens_in: int | None
    llm_tokens_out: int | None
    llm_cost: float | None = Field(description="Dollars, of the models whose price is known.")
    llm_fallbacks: int = Field(description="Answers that a hosted model failed to give, so that another gave them.")
    total_latency_ms: float | None = Field(description="Mean time from the caller's last sound to the agent's first.")
    interruptions_count: int
    sentiment_trend: list[float]
    final_sentiment: str | None
    outcome: Outcome | None
    topics: list[str]
    quality_score: float | None


class Dashboard(BaseModel):
    """The figures of all calls; a figure without data behind it is null."""

    total_calls_today: int = Field(description="Since midnight UTC, as all other figures here.")
    active_calls: int
    avg_call_duration: float | None = Field(description="Seconds.")
    resolution_rate: float | None = Field(description="Share of conversations that ended without a person, 0 to 1.")
    escalation_rate: float | None = Field(description="Share of conversations that went to a person, 0 to 1.")
    avg_sentiment: float | None = Field(None, description="-1 to 1; null while no sentiment is measured.")
    top_topics: list[str]
    wer_improvement: str | None = Field(
        description="Share of the live transcript's words that the post-call transcription put right, as in -8%."
    )
    avg_latency: float | None = Field(description="Milliseconds of silence that callers heard before an answer.")


class StorageStats(BaseModel):
    """The recording store."""

    backend: str
    path: str
    recordings: int
    total_bytes: int
    total_duration_seconds: float
    disk_free_bytes: int
    disk_total_bytes: int


class ProcessingStats(BaseModel):
    """The post-call jobs."""

    total_recordings: int
    processed: int
    unprocessed: int
    jobs: dict[str, int] = Field(description="Jobs by state.")


class Queued(BaseModel):
    """A job that was queued."""

    job_id: str
    recording_id: str


class SpyWanted(BaseModel):
    """Who is to be put on a call, and how."""

    model_config = ConfigDict(extra="forbid")
    extension: str = Field(pattern=r"^[0-9]{2,6}$", description="The supervisor's phone, which rings.")
    mode: SpyMode = Field(
        "listen", description="listen; whisper to the person who serves the caller; barge: speak with both."
    )


class SpyStarted(BaseModel):
    """A supervisor's phone rings."""

    call_id: str
    extension: str
    mode: SpyMode
    status: Literal["ringing"] = "ringing"


class TransferWanted(BaseModel):
    """Where the caller of a running call is to go, and how."""

    model_config = ConfigDict(extra="forbid")
    target: str = Field(pattern=r"^\+?[0-9]{2,15}$", description="An extension, a queue or an outside number.")
    mode: HandoverMode = Field(
        "warm",
        description="warm: the caller waits with the agent until a person, told what it is about, accepts; blind: the "
        "caller goes on in the dialplan.",
    )


class TransferStarted(BaseModel):
    """A caller will be moved; ``GET /calls/{call_id}`` shows under ``handover`` how it goes."""

    call_id: str
    target: str
    mode: HandoverMode
    status: Literal["moving"] = "moving"


class Ended(BaseModel):
    """A call that was told to end."""

    call_id: str
    status: Literal["hanging_up"] = "hanging_up"
