from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ivr.dialogue.outcome import Outcome
from ivr.metadata import AnalysisRecord, AudioRecord, CallRecord, InterruptionRecord, RecordingMetadata, TurnRecord
from ivr.web.metrics import measure, summarize

START = datetime(2026, 1, 27, 10, tzinfo=UTC)


def conversation() -> RecordingMetadata:
    return RecordingMetadata(
        recording_id="rec_1",
        conversation_id="1",
        call=CallRecord(answered_at=START, ended_at=START + timedelta(seconds=61), outcome=Outcome.COMPLETED),
        audio=AudioRecord(duration=60.0),
        turns=[
            TurnRecord(who="caller", start=0, end=1, text="hola", heard="hola", sentiment=-0.5),
            TurnRecord(
                who="agent", start=2, end=3, text="a", heard="a", latencies_ms={"stt": 300, "llm": 5, "total": 700}
            ),
            TurnRecord(who="caller", start=4, end=5, text="sí", heard="sí", sentiment=0.25),
            TurnRecord(
                who="agent", start=6, end=7, text="b", heard="b", latencies_ms={"stt": 500, "llm": 6, "total": 900}
            ),
        ],
        interruptions=[
            InterruptionRecord(at=2.5, kind="interruption"),
            InterruptionRecord(at=6.5, kind="backchannel"),
        ],
        analysis=AnalysisRecord(sentiment="positive", topics=["billing"], quality_score=0.85),
    )


def test_the_figures_are_means_over_the_turns_that_measured_them() -> None:
    figures = measure(conversation())
    assert figures.duration_seconds == 60.0
    assert figures.total_turns == 4
    assert figures.avg_stt_latency_ms == 400.0
    assert figures.total_latency_ms == 800.0
    assert figures.sentiment_trend == [-0.5, 0.25]
    assert (figures.final_sentiment, figures.outcome, figures.topics) == ("positive", "completed", ["billing"])


def test_a_stage_that_was_not_measured_has_no_figure() -> None:
    assert measure(conversation()).avg_tts_latency_ms is None


def test_a_backchannel_is_no_interruption() -> None:
    assert measure(conversation()).interruptions_count == 1
    assert summarize(conversation()).interruptions == 1


def test_a_call_without_sound_is_as_long_as_it_was_up() -> None:
    silent = conversation().model_copy(update={"audio": AudioRecord()})
    assert measure(silent).duration_seconds == 61.0
