"""Recordings on a real disk."""

from __future__ import annotations

import errno
import json
import threading
import wave
from typing import TYPE_CHECKING

import pytest

from ivr.audio.wav import read_wav
from ivr.call.journal import read_journal
from ivr.call.recorder import MAX_WAITING, RecordingWriter
from ivr.call.track_file import TrackFile
from ivr.errors import MisuseError
from ivr.files import sha256_of
from ivr.metadata import AlertRecord, RecordingMetadata, TurnRecord, read_metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RATE = 8000
HEARD, SAID = b"\x01\x10" * 160, b"\x02\x20" * 160


def metadata(name: str = "rec_1") -> RecordingMetadata:
    return RecordingMetadata(recording_id=name, conversation_id="1")


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[RecordingWriter]:
    writer = RecordingWriter(tmp_path)
    yield writer
    writer.close()


async def test_both_sides_are_kept_sample_by_sample(writer: RecordingWriter, tmp_path: Path) -> None:
    recorder = writer.open(metadata(), RATE)
    for number in range(101):
        recorder.write(HEARD if number % 2 else bytes(320), SAID)
    closed = await recorder.close(metadata())
    caller, agent = read_wav(tmp_path / "audio/rec_1.wav")
    assert agent.pcm == SAID * 101
    assert caller.pcm == (bytes(320) + HEARD) * 50 + bytes(320)
    assert closed.audio.duration == pytest.approx(2.02)
    assert closed.audio.sha256 == sha256_of(tmp_path / "audio/rec_1.wav")
    assert "recording" not in closed.media


async def test_a_tick_of_the_wrong_length_does_not_shift_the_sides(writer: RecordingWriter, tmp_path: Path) -> None:
    recorder = writer.open(metadata(), RATE)
    recorder.write(HEARD[:100], SAID + SAID)
    recorder.write(HEARD, b"")
    await recorder.close(metadata())
    caller, agent = read_wav(tmp_path / "audio/rec_1.wav")
    assert caller.pcm == HEARD[:100] + bytes(220) + HEARD
    assert agent.pcm == SAID + bytes(320)


async def test_the_file_plays_while_the_call_runs(writer: RecordingWriter, tmp_path: Path) -> None:
    recorder = writer.open(metadata(), RATE)
    for _ in range(60):
        recorder.write(HEARD, SAID)
    writer.close()
    with wave.open(str(tmp_path / "open/rec_1.wav.part")) as file:
        assert file.getnframes() == 60 * 160
        assert file.readframes(1) == HEARD[:2] + SAID[:2]


async def test_the_metadata_file_is_complete_and_nothing_stays_open(writer: RecordingWriter, tmp_path: Path) -> None:
    recorder = writer.open(metadata(), RATE)
    recorder.write(HEARD, SAID)
    final = metadata()
    final.turns.append(TurnRecord(who="agent", start=0, end=1, text="Hola.", heard="Hola."))
    closed = await recorder.close(final)
    assert read_metadata((tmp_path / "metadata/rec_1.json").read_bytes()) == closed
    assert list((tmp_path / "open").iterdir()) == []


async def test_the_journal_can_be_read_along(writer: RecordingWriter, tmp_path: Path) -> None:
    recorder = writer.open(metadata(), RATE)
    recorder.note("turn", TurnRecord(who="agent", start=0, end=1, text="Adiós.", heard="Adiós."))
    recorder.note("digits", {"digits": "42", "at": 1.0})
    alert = AlertRecord(at=1.0, text="¡Qué vergüenza!", score=-0.7, trend=-0.4, frustration=0.8)
    recorder.note("sentiment_alert", alert)
    writer.close()
    lines = (tmp_path / "open/rec_1.journal.jsonl").read_text().splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["start", "turn", "digits", "sentiment_alert"]
    assert "Adiós." in lines[1]
    found = read_journal(tmp_path / "open/rec_1.journal.jsonl")
    assert found.start is not None
    assert found.onto(found.start).alerts == [alert]


async def test_a_recording_cannot_be_closed_twice(writer: RecordingWriter) -> None:
    recorder = writer.open(metadata(), RATE)
    await recorder.close(metadata())
    with pytest.raises(MisuseError):
        await recorder.close(metadata())


def test_an_id_cannot_lead_out_of_the_store(writer: RecordingWriter) -> None:
    with pytest.raises(MisuseError, match="cannot be a file name"):
        writer.open(metadata("../../etc/passwd"), RATE)


async def test_a_recording_of_the_same_name_is_not_overwritten(writer: RecordingWriter, tmp_path: Path) -> None:
    first = writer.open(metadata(), RATE)
    first.write(HEARD, SAID)
    await first.close(metadata())
    before = sha256_of(tmp_path / "audio/rec_1.wav")
    second = writer.open(metadata(), RATE)
    second.write(SAID, HEARD)
    closed = await second.close(metadata())
    assert sha256_of(tmp_path / "audio/rec_1.wav") == before
    assert "exists" in closed.media["recording"]["problem"]


class FullFrom(TrackFile):
    """A disk that is full for the blocks between two frames."""

    full = range(0)

    def write(self, at: int, block: bytes) -> tuple[int, OSError | None]:
        if at in self.full:
            return 0, OSError(errno.ENOSPC, "No space left on device")
        return super().write(at, block)


async def test_a_full_disk_is_told_once_and_sound_after_it_is_in_its_place(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FullFrom, "full", range(RATE, 2 * RATE))
    writer = RecordingWriter(tmp_path, FullFrom)
    recorder = writer.open(metadata(), RATE)
    for _ in range(150):
        recorder.write(HEARD, SAID)
    closed = await recorder.close(metadata())
    writer.close()
    assert sum("no room left" in message for message in caplog.messages) == 1
    assert "STORAGE_LOCAL_PATH" in closed.media["recording"]["problem"]
    caller, _ = read_wav(tmp_path / "audio/rec_1.wav")
    assert caller.duration == pytest.approx(3.0)
    lost = closed.media["recording"]["lost_seconds"]
    assert 0.5 < lost < 1.5
    silent = sum(not any(caller.pcm[at : at + 320]) for at in range(0, len(caller.pcm), 320))
    assert silent * 0.02 == pytest.approx(lost)


async def test_a_disk_that_stands_still_costs_sound_but_not_the_time_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gate = threading.Event()

    class Slow(TrackFile):
        def write(self, at: int, block: bytes) -> tuple[int, OSError | None]:
            gate.wait()
            return super().write(at, block)

    writer = RecordingWriter(tmp_path, Slow)
    recorder = writer.open(metadata(), RATE)
    for _ in range((MAX_WAITING + 10) * 12):
        recorder.write(HEARD, SAID)
    gate.set()
    closing = recorder.close(metadata())
    closed = await closing
    writer.close()
    assert sum("stands still" in message for message in caplog.messages) == 1
    assert closed.media["recording"]["left_out_seconds"] == pytest.approx(2.4)
    caller, _ = read_wav(tmp_path / "audio/rec_1.wav")
    assert caller.pcm == HEARD * MAX_WAITING * 12
