"""The figures of one conversation, worked out from its metadata."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, TypeVar

from ivr.web.schemas import Call, ConversationMetrics, RecordingSummary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.db.search import FoundRecording
    from ivr.metadata import RecordingMetadata

Number = TypeVar("Number", int, float)


def measure(metadata: RecordingMetadata) -> ConversationMetrics:
    """Work out the figures; what was not measured is None, never 0."""
    models = [record for turn in metadata.turns for record in turn.models]
    return ConversationMetrics(
        conversation_id=metadata.conversation_id,
        duration_seconds=duration(metadata),
        total_turns=len(metadata.turns),
        avg_stt_latency_ms=_mean_stage(metadata, "stt"),
        avg_llm_latency_ms=_mean_stage(metadata, "llm"),
        avg_tts_latency_ms=_mean_stage(metadata, "tts"),
        avg_first_token_ms=_mean_stage(metadata, "first_token"),
        llm_tokens_in=_added(record.tokens_in for record in models),
        llm_tokens_out=_added(record.tokens_out for record in models),
        llm_cost=_added(record.cost for record in models),
        llm_fallbacks=sum(record.outcome == "failed" for record in models),
        total_latency_ms=_mean_stage(metadata, "total"),
        interruptions_count=_interruptions(metadata),
        sentiment_trend=[
            turn.sentiment for turn in metadata.turns if turn.who == "caller" and turn.sentiment is not None
        ],
        final_sentiment=metadata.analysis.sentiment,
        outcome=metadata.call.outcome,
        topics=metadata.analysis.topics,
        quality_score=metadata.analysis.quality_score,
    )


def summarize(found: FoundRecording) -> RecordingSummary:
    """Give a recording's line in a list."""
    return RecordingSummary(
        recording_id=found.recording_id,
        conversation_id=found.conversation_id,
        direction=found.direction,
        caller=found.caller,
        called=found.called,
        started_at=found.started_at,
        duration_seconds=found.duration,
        outcome=found.outcome,
        processed=found.processed,
        sentiment=found.sentiment,
        intent=found.intent,
        topics=list(found.topics),
        turns=found.turns,
        interruptions=found.interruptions,
        avg_latency_ms=found.avg_latency_ms,
    )


def describe_call(metadata: RecordingMetadata) -> Call:
    """Shorten a call's metadata to what there is while it is up."""
    call = metadata.call
    return Call(
        call_id=metadata.conversation_id,
        recording_id=metadata.recording_id,
        direction=call.direction,
        caller=call.caller,
        called=call.called,
        started_at=call.started_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        outcome=call.outcome,
        handover=metadata.handover,
    )


def duration(metadata: RecordingMetadata) -> float:
    """Give the call's length in seconds: of its sound, or of the call where nothing was recorded."""
    call = metadata.call
    if metadata.audio.duration or call.answered_at is None or call.ended_at is None:
        return round(metadata.audio.duration, 3)
    return round((call.ended_at - call.answered_at).total_seconds(), 3)


def _mean_stage(metadata: RecordingMetadata, stage: str) -> float | None:
    measured = [turn.latencies_ms[stage] for turn in metadata.turns if stage in turn.latencies_ms]
    return round(fmean(measured), 1) if measured else None


def _added(values: Iterable[Number | None]) -> Number | None:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None


def _interruptions(metadata: RecordingMetadata) -> int:
    return sum(item.kind == "interruption" for item in metadata.interruptions)
