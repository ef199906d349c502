"""The report and the transcript files."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from ivr.analysis.report import conversation, render_report, waterfalls
from ivr.analysis.transcript_files import as_text, as_vtt
from ivr.analysis.waveform import envelope, outline, ticks
from ivr.audio.frame import AudioFrame
from ivr.metadata import (
    AudioRecord,
    CallRecord,
    InterruptionRecord,
    Outcome,
    RecordingMetadata,
    Segment,
    ToolRecord,
    TurnRecord,
)

LATENCIES = {"pause": 160.0, "stt": 300.0, "endpoint": 400.0, "llm": 10.0, "tts": 190.0, "total": 620.0}
SOUND = AudioFrame(b"\x10\x20" * 8000, 8000)


@pytest.fixture
def metadata() -> RecordingMetadata:
    return RecordingMetadata(
        recording_id="rec_1",
        conversation_id="1",
        call=CallRecord(caller="600111222", called="100", outcome=Outcome.CALLER_HUNG_UP),
        audio=AudioRecord(duration=3661.5),
        turns=[
            TurnRecord(who="caller", start=1, end=2, text="mi <saldo>", heard="mi <saldo>"),
            TurnRecord(who="caller", start=4, end=5, text="12", heard="12", by_keys=True),
            TurnRecord(
                who="agent",
                start=3,
                end=4,
                text="Son 37 euros. ¿Algo más?",
                heard="Son 37 euros.",
                interrupted=True,
                latencies_ms=LATENCIES,
            ),
        ],
        tools=[ToolRecord(name="get_account_balance", arguments={"account_id": "12"}, at=2.5)],
        interruptions=[InterruptionRecord(at=3.8, kind="interruption", text="oiga", stopped_after_ms=180)],
        transcription={
            "segments": [
                Segment(who="caller", start=1, end=2, raw="mi <saldo> & deuda", text="mi <saldo> & deuda"),
                Segment(who="agent", start=3600.5, end=3601.25, raw="son", text="Son 37 euros."),
            ]
        },
        processed=True,
    )


def test_a_conversation_is_in_the_order_in_which_it_happened(metadata: RecordingMetadata) -> None:
    assert [line.kind for line in conversation(metadata)] == ["caller", "tool", "agent", "interruption", "caller"]
    assert conversation(metadata)[0].offline == "mi <saldo> & deuda"


def test_the_stages_of_an_answer_add_up_to_its_total(metadata: RecordingMetadata) -> None:
    (fall,) = waterfalls(metadata.turns)
    assert [(bar.stage, bar.ms) for bar in fall.bars] == [("endpoint", 400), ("llm", 10), ("tts", 190), ("rest", 20)]
    assert sum(bar.width for bar in fall.bars) == pytest.approx(100)
    assert fall.stt is not None
    assert fall.stt.left == pytest.approx(160 / 6.2)


def test_stages_never_reach_beyond_the_total() -> None:
    turn = TurnRecord(who="agent", start=0, end=1, text="a", heard="a", latencies_ms=LATENCIES | {"total": 405.0})
    (fall,) = waterfalls([turn])
    assert sum(bar.width for bar in fall.bars) == pytest.approx(100)


def test_the_page_is_whole_and_what_people_said_is_only_text(metadata: RecordingMetadata) -> None:
    page = render_report(metadata, (SOUND, SOUND))
    assert page.count("<svg") == 1
    assert "mi &lt;saldo&gt;" in page
    assert "<saldo>" not in page
    assert "get_account_balance(account_id=12)" in page
    assert "¿Algo más?" in page
    assert "180 ms" in page
    assert "620 ms" in page
    assert "http://" not in page
    assert "https://" not in page
    svg = page[page.index("<svg") : page.index("</svg>") + 6]
    assert len(ET.fromstring(svg).findall("path")) == 2  # noqa: S314 - our own page


def test_a_call_in_which_nothing_happened_has_a_page_too() -> None:
    page = render_report(RecordingMetadata(recording_id="rec_1", conversation_id="1"), ())
    assert "No se dijo nada." in page


def test_the_text_tells_everything_in_order(metadata: RecordingMetadata) -> None:
    lines = as_text(metadata).splitlines()
    body = lines[lines.index("") + 1 :]
    assert body == [
        "[ 0:01] Cliente: mi <saldo> & deuda",
        "[ 0:02]    · get_account_balance(account_id=12)",
        "[ 0:03]    · contestó en 620 ms (reconocimiento 300, fin de turno 400, respuesta 10, voz 190)",
        "[ 0:03]    · interrupción del cliente: oiga",
        "[ 0:04] Cliente (teclas): 12",
        "[60:00] Agente: Son 37 euros.",
    ]


def test_the_text_tells_how_long_each_answer_took(metadata: RecordingMetadata) -> None:
    metadata.turns[2].latencies_ms = {"total": 300.4}
    assert "[ 0:03]    · contestó en 300 ms" in as_text(metadata).splitlines()
    metadata.turns[2].latencies_ms = {}
    assert "contestó" not in as_text(metadata)


def test_subtitles_name_the_speaker_and_escape_the_text(metadata: RecordingMetadata) -> None:
    assert as_vtt(metadata).splitlines() == [
        "WEBVTT",
        "",
        "1",
        "00:00:01.000 --> 00:00:02.000",
        "<v Cliente>mi &lt;saldo&gt; &amp; deuda</v>",
        "",
        "2",
        "01:00:00.500 --> 01:00:01.250",
        "<v Agente>Son 37 euros.</v>",
    ]


def test_a_wave_has_a_column_for_each_moment() -> None:
    assert len(envelope(SOUND, 100)) == 100
    assert max(high for _, high in envelope(SOUND, 100)) == pytest.approx(1.0)
    assert len(envelope(AudioFrame(b"\0\0" * 10, 8000), 100)) == 100
    assert envelope(AudioFrame(b"", 8000), 3) == [(0.0, 0.0)] * 3
    assert outline(SOUND, 35).startswith("M0,")


def test_the_axis_has_few_round_labels() -> None:
    assert [label for _, label in ticks(41)][:3] == ["0:00", "0:05", "0:10"]
    assert len(ticks(1800)) <= 13
    assert ticks(0) == ()
