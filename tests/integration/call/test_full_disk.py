"""A disk that is full when a call begins, while it runs and when it ends: a fake that refuses, and a real one."""

from __future__ import annotations

import errno
import os
import subprocess
import threading
import time
from typing import TYPE_CHECKING, NoReturn

import pytest

from ivr.audio.wav import read_wav
from ivr.call.recorder import RecordingWriter
from ivr.call.reserve import FIRST, Reserve
from ivr.call.track_file import TrackFile
from ivr.files import sha256_of
from ivr.metadata import Outcome, RecordingMetadata, RecordingTrouble, TurnRecord, WordRecord, read_metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RATE = 8000
HEARD, SAID = b"\x01\x10" * 160, b"\x02\x20" * 160
SECOND = 50
DISK = 1024 * 1024


def refuse() -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def long_call(turns: int = 30) -> RecordingMetadata:
    metadata = RecordingMetadata(recording_id="rec_1", conversation_id="1")
    metadata.call.outcome = Outcome.COMPLETED
    words = [WordRecord(text="hola", start=0, end=1, confidence=0.9).model_dump() for _ in range(10)]
    metadata.turns = [
        TurnRecord(who="caller", start=n, end=n + 1, text="Hola", heard="Hola", corrections=words) for n in range(turns)
    ]
    return metadata


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


async def test_a_recording_that_could_not_begin_begins_when_there_is_room(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    full, tried = threading.Event(), threading.Semaphore(0)
    full.set()

    def open_track(path: Path, rate: int) -> TrackFile:
        tried.release()
        if full.is_set():
            refuse()
        return TrackFile(path, rate)

    writer = RecordingWriter(tmp_path, open_track)
    recorder = writer.open(long_call(), RATE)
    for _ in range(12 * 4):
        recorder.write(HEARD, SAID)
    for _ in range(5):
        tried.acquire()
    full.clear()
    for _ in range(12 * 4):
        recorder.write(HEARD, SAID)
    closed = await recorder.close(long_call())
    writer.close()
    caller, _ = read_wav(tmp_path / "audio/rec_1.wav")
    assert caller.pcm == bytes(320 * 48) + HEARD * 48
    report = closed.media["recording"]
    assert (report["outcome"], report["lost_seconds"]) == (RecordingTrouble.DISK_FULL, 0.96)
    assert "free some space" in report["problem"]
    assert sum("no room left" in message for message in caplog.messages) == 1
    assert sum("room again" in message for message in caplog.messages) == 1


def test_a_track_that_could_not_be_begun_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("os.pwrite", lambda *_: refuse())
        with pytest.raises(OSError, match="No space"):
            TrackFile(tmp_path / "rec_1.wav.part", RATE)
    assert list(tmp_path.iterdir()) == []


def test_room_that_is_held_is_written_in_place(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / ".rec_1.reserve")
    reserve.hold()
    place = (tmp_path / ".rec_1.reserve").stat()
    assert place.st_blocks * 512 >= FIRST
    reserve.keep(b"{}", tmp_path / "metadata/rec_1.json")
    assert (tmp_path / "metadata/rec_1.json").read_bytes() == b"{}"
    assert (tmp_path / "metadata/rec_1.json").stat().st_ino == place.st_ino


def test_a_smaller_room_is_better_than_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.posix_fallocate", lambda _fd, _at, size: refuse() if size > 100_000 else None)
    reserve = Reserve(tmp_path / ".rec_1.reserve")
    reserve.hold()
    assert 0 < reserve.size <= 100_000


async def test_an_end_that_the_disk_refused_is_kept_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = RecordingWriter(tmp_path)
    recorder = writer.open(long_call(0), RATE)
    recorder.write(HEARD, SAID)
    with monkeypatch.context() as patch:
        patch.setattr(Reserve, "keep", lambda *_: refuse())
        closed = await recorder.close(long_call())
    assert closed.media["recording"]["outcome"] == RecordingTrouble.DISK_FULL
    assert closed.audio.sha256 == sha256_of(tmp_path / "audio/rec_1.wav")
    place = tmp_path / "metadata/rec_1.json"
    eventually(lambda: place.exists() and not (tmp_path / "open/rec_1.journal.jsonl").exists())
    assert read_metadata(place.read_bytes()) == closed
    writer.close()


async def test_another_recording_of_the_same_name_keeps_its_metadata(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path)
    for turns in (30, 0):
        recorder = writer.open(long_call(0), RATE)
        recorder.write(HEARD, SAID)
        await recorder.close(long_call(turns))
    writer.close()
    kept = read_metadata((tmp_path / "metadata/rec_1.json").read_bytes())
    assert (len(kept.turns), kept.audio.sha256) == (30, sha256_of(tmp_path / "audio/rec_1.wav"))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a real disk of 1 MiB; in CI, which runs as root, it must be there."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "ivr-test", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode and not os.environ.get("CI"):
        pytest.skip(f"a disk cannot be mounted here: {mounted.stderr.strip()}")
    assert mounted.returncode == 0, mounted.stderr
    yield folder
    subprocess.run(["umount", folder], check=True)


def drain(writer: RecordingWriter) -> None:
    """Wait until everything handed over was tried."""
    drained = threading.Event()
    writer.put(drained.set)
    assert drained.wait(10)


def fill(path: Path) -> None:
    with path.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError as error:
            assert error.errno == errno.ENOSPC  # noqa: PT017 - filling it up ends so


async def test_a_really_full_disk_takes_nothing_but_the_sound_that_had_no_room(disk: Path) -> None:
    writer = RecordingWriter(disk)
    recorder = writer.open(long_call(0), RATE)
    for _ in range(2 * SECOND):
        recorder.write(HEARD, SAID)
    drain(writer)
    fill(disk / "filler")
    for turn in long_call().turns:
        recorder.note("turn", turn)
    for _ in range(8 * SECOND):
        recorder.write(HEARD, SAID)
    drain(writer)
    fill(disk / "filler")
    closed = await recorder.close(long_call())
    writer.close()
    assert closed.media["recording"]["outcome"] == RecordingTrouble.DISK_FULL
    assert "free some space" in closed.media["recording"]["problem"]
    kept = read_metadata((disk / "metadata/rec_1.json").read_bytes())
    assert (kept, len(kept.turns), kept.call.outcome) == (closed, 30, Outcome.COMPLETED)
    assert kept.audio.sha256 == sha256_of(disk / "audio/rec_1.wav")
    caller, _ = read_wav(disk / "audio/rec_1.wav")
    assert caller.duration + closed.media["recording"]["lost_seconds"] == pytest.approx(10, abs=0.01)
    assert list((disk / "open").iterdir()) == []


async def test_a_call_on_a_disk_that_is_full_from_its_start_is_recorded_from_when_there_is_room(disk: Path) -> None:
    fill(disk / "filler")
    writer = RecordingWriter(disk)
    recorder = writer.open(long_call(0), RATE)
    for turn in long_call().turns:
        recorder.note("turn", turn)
    for _ in range(2 * SECOND):
        recorder.write(HEARD, SAID)
    drain(writer)
    (disk / "filler").unlink()
    for _ in range(6 * SECOND):
        recorder.write(HEARD, SAID)
    closed = await recorder.close(long_call())
    writer.close()
    assert closed.media["recording"]["lost_seconds"] == pytest.approx(2, abs=0.3)
    caller, _ = read_wav(disk / "audio/rec_1.wav")
    assert caller.pcm.endswith(HEARD * 5 * SECOND)
    assert caller.duration == pytest.approx(8, abs=0.01)
    assert len(read_metadata((disk / "metadata/rec_1.json").read_bytes()).turns) == 30
