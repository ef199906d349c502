from __future__ import annotations

from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest

from ivr.call.speaking import SpeakingBoard
from ivr.call.thinking import Scoreboard
from ivr.dialogue.outcome import Outcome
from ivr.metadata import (
    AnalysisRecord,
    AudioRecord,
    CallRecord,
    InterruptionRecord,
    ModelRecord,
    RecordingMetadata,
    TurnRecord,
)
from ivr.web.metrics import measure
from ivr.web.model_figures import ModelFigures
from ivr.web.voice_figures import VoiceFigures

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


def test_a_call_without_sound_is_as_long_as_it_was_up() -> None:
    silent = conversation().model_copy(update={"audio": AudioRecord()})
    assert measure(silent).duration_seconds == 61.0


def test_what_hosted_models_took_is_added_up() -> None:
    talk = conversation()
    assert measure(talk).llm_tokens_in is None
    assert measure(talk).llm_cost is None
    talk.turns[1].latencies_ms["first_token"] = 300
    talk.turns[1].models = [
        ModelRecord(provider="openai", outcome="failed", reason="EngineTimeout"),
        ModelRecord(provider="anthropic", tokens_in=100, tokens_out=9, cost=0.002),
    ]
    talk.turns[3].models = [ModelRecord(provider="anthropic", tokens_in=200, tokens_out=10, cost=0.003)]
    figures = measure(talk)
    assert (figures.llm_tokens_in, figures.llm_tokens_out, figures.llm_fallbacks) == (300, 19, 1)
    assert figures.llm_cost == 0.005
    assert figures.avg_first_token_ms == 300


def test_what_models_did_is_told_to_prometheus() -> None:
    board = Scoreboard()
    board.note(ModelRecord(provider="openai", outcome="failed"))
    board.note(ModelRecord(provider="openai", tokens_in=100, tokens_cached=80, tokens_out=9, cost=0.5, ttft_ms=250))
    registry = CollectorRegistry()
    registry.register(ModelFigures(board.figures()))
    text = generate_latest(registry).decode()
    assert 'ivr_llm_replies_total{outcome="failed",provider="openai"} 1.0' in text
    assert 'ivr_llm_tokens_total{kind="read_from_cache",provider="openai"} 80.0' in text
    assert 'ivr_llm_cost_dollars_total{provider="openai"} 0.5' in text
    assert 'ivr_llm_first_token_seconds_sum{provider="openai"} 0.25' in text


def test_what_voices_did_is_told_to_prometheus() -> None:
    board = SpeakingBoard()
    board.count("elevenlabs", "failed", "cut")
    board.count("kokoro", "spoken", "taken_over")
    board.first_sound("kokoro", 0.25)
    registry = CollectorRegistry()
    registry.register(VoiceFigures(board.figures()))
    text = generate_latest(registry).decode()
    assert 'ivr_tts_clauses_total{outcome="cut",voice="elevenlabs"} 1.0' in text
    assert 'ivr_tts_clauses_total{outcome="taken_over",voice="kokoro"} 1.0' in text
    assert 'ivr_tts_first_sound_seconds_sum{voice="kokoro"} 0.25' in text
    assert 'ivr_tts_left_alone{voice="kokoro"} 0.0' in text
