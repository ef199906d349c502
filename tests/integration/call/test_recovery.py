"""A worker that is killed with ``kill -9`` while it records, and a file that may not grow."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ivr.audio.wav import read_wav
from ivr.call.recorder import RecordingWriter
from ivr.call.recovery import recover
from ivr.files import sha256_of, write_whole
from ivr.metadata import Outcome, RecordingMetadata, TurnRecord, read_metadata

if TYPE_CHECKING:
    from pathlib import Path

WORKER = """
import sys, time
from pathlib import Path
from ivr.call.recorder import RecordingWriter
from ivr.metadata import RecordingMetadata, TurnRecord
writer = RecordingWriter(Path(sys.argv[1]))
calls = [writer.open(RecordingMetadata(recording_id=f"rec_{n}", conversation_id=str(n)), 8000) for n in range(3)]
start = time.monotonic()
for tick in range(10_000):
    for call in calls:
        call.write(b"\\x01\\x10" * 160, b"\\x02\\x20" * 160)
    if tick == 50:
        calls[0].note("turn", TurnRecord(who="caller", start=0.1, end=0.9, text="Hola", heard="Hola"))
        calls[0].note("digits", {"digits": "12", "at": 1.0})
    print(tick + 1, flush=True)
    time.sleep(max(0, start + (tick + 1) * 0.02 - time.monotonic()))
"""

FULL = """
import asyncio, resource, signal, sys
from pathlib import Path
from ivr.call.recorder import RecordingWriter
from ivr.metadata import RecordingMetadata
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
writer = RecordingWriter(Path(sys.argv[1]))
metadata = RecordingMetadata(recording_id="rec_full", conversation_id="full")
call = writer.open(metadata, 8000)
for tick in range(300):
    call.write(b"\\x01\\x10" * 160, b"\\x02\\x20" * 160)
print(asyncio.run(call.close(metadata)).media["recording"]["problem"])
writer.close()
"""


def start_worker(root: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WORKER, str(root)], stdout=subprocess.PIPE, text=True)


def wait_for_tick(worker: subprocess.Popen[str], wanted: int) -> None:
    assert worker.stdout is not None
    for line in worker.stdout:
        if int(line) >= wanted:
            return
    pytest.fail("the worker ended too soon")


@pytest.fixture
def killed(tmp_path: Path) -> tuple[Path, float]:
    """Give the store of a worker that was killed, and the seconds that it had recorded."""
    with start_worker(tmp_path) as worker:
        wait_for_tick(worker, 110)
        worker.send_signal(signal.SIGKILL)
        assert worker.stdout is not None
        last = [110, *(int(line) for line in worker.stdout)][-1]
    return tmp_path, last * 0.02


def test_kill_9_costs_at_most_a_second(killed: tuple[Path, float]) -> None:
    root, recorded = killed
    found = recover(root).closed
    assert [item.recording_id for item in found] == ["rec_0", "rec_1", "rec_2"]
    for item in found:
        assert recorded - item.audio.duration <= 1.0
        caller, agent = read_wav(root / f"audio/{item.recording_id}.wav")
        assert caller.pcm == b"\x01\x10" * caller.samples
        assert agent.pcm == b"\x02\x20" * agent.samples
        assert item.audio.sha256 == sha256_of(root / f"audio/{item.recording_id}.wav")


def test_what_was_known_of_the_call_is_recovered(killed: tuple[Path, float]) -> None:
    root, _ = killed
    first = recover(root).closed[0]
    assert first == read_metadata((root / "metadata/rec_0.json").read_bytes())
    assert first.recovered
    assert first.call.outcome is Outcome.AGENT_FAILED
    assert first.call.ended_at is not None
    assert first.digits == "12"
    assert [turn.heard for turn in first.turns] == ["Hola"]
    assert first.transcription.text == "caller: Hola"
    assert list((root / "open").iterdir()) == []


def test_recovering_again_finds_nothing(killed: tuple[Path, float]) -> None:
    root, _ = killed
    assert len(recover(root).closed) == 3
    assert recover(root).closed == []


def test_a_living_worker_is_left_alone(tmp_path: Path) -> None:
    with start_worker(tmp_path) as worker:
        wait_for_tick(worker, 30)
        assert recover(tmp_path).closed == []
        assert len(list((tmp_path / "open").glob("*.part"))) == 3
        worker.kill()


def test_a_recording_of_this_very_process_is_left_alone(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path)
    writer.open(RecordingMetadata(recording_id="rec_1", conversation_id="1"), 8000)
    writer.close()
    assert recover(tmp_path).closed == []


def test_a_torn_journal_line_costs_only_itself(killed: tuple[Path, float]) -> None:
    root, _ = killed
    with (root / "open/rec_0.journal.jsonl").open("ab") as journal:
        journal.write(b'{"kind": "turn", "da')
    assert [turn.heard for turn in recover(root).closed[0].turns] == ["Hola"]


def test_sound_that_was_already_in_place_is_taken(killed: tuple[Path, float]) -> None:
    root, _ = killed
    (root / "audio").mkdir(exist_ok=True)
    (root / "open/rec_0.wav.part").rename(root / "audio/rec_0.wav")
    assert recover(root).closed[0].audio.duration > 1


def test_a_file_that_may_not_grow_stays_valid_and_its_mend_is_told(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert "free some space" in ran.stdout
    assert ran.stderr.count("no room left") == 1
    caller, agent = read_wav(tmp_path / "audio/rec_full.wav")
    assert caller.duration == pytest.approx(50_000 / 32_000, abs=0.01)
    assert agent.pcm == b"\x02\x20" * agent.samples
    assert read_metadata((tmp_path / "metadata/rec_full.json").read_bytes()).media["recording"]["lost_seconds"] > 4


def completed(name: str, turns: int) -> RecordingMetadata:
    metadata = RecordingMetadata(recording_id=name, conversation_id=name.removeprefix("rec_"))
    metadata.call.outcome = Outcome.COMPLETED
    metadata.turns = [TurnRecord(who="caller", start=n, end=n + 1, text="Hola", heard="Hola") for n in range(turns)]
    return metadata


def test_what_the_database_was_told_of_the_end_is_the_truth(killed: tuple[Path, float]) -> None:
    root, _ = killed
    whole = completed("rec_0", 30)
    first = recover(root, lambda name: whole if name == "rec_0" else None).closed[0]
    assert first == read_metadata((root / "metadata/rec_0.json").read_bytes())
    assert (first.call.outcome, len(first.turns)) == (Outcome.COMPLETED, 30)
    assert first.audio.sha256 == sha256_of(root / "audio/rec_0.wav")


def test_metadata_that_is_in_place_already_is_not_made_poorer(killed: tuple[Path, float]) -> None:
    root, _ = killed
    (root / "audio").mkdir(exist_ok=True)
    (root / "open/rec_0.wav.part").rename(root / "audio/rec_0.wav")
    write_whole(root / "metadata/rec_0.json", completed("rec_0", 30).model_dump_json().encode())
    assert len(recover(root).closed[0].turns) == 30
    assert len(read_metadata((root / "metadata/rec_0.json").read_bytes()).turns) == 30
    assert list((root / "open").iterdir()) == []


@pytest.mark.parametrize(
    "line",
    [
        b'{"kind": "turn", "data": {"who": "nobody"}}',
        b'{"kind": "turn"}',
        b'{"kind": "digits", "data": 7}',
        b'{"kind": "end", "data": {"recording_id": 5}}',
        b'{"data": {}}',
        b"[1]",
        b"7",
        b"\xff\xfe",
    ],
)
def test_a_line_of_no_known_shape_costs_only_itself(killed: tuple[Path, float], line: bytes) -> None:
    root, _ = killed
    with (root / "open/rec_0.journal.jsonl").open("ab") as journal:
        journal.write(line + b"\n")
    done = recover(root)
    assert [item.recording_id for item in done.closed] == ["rec_0", "rec_1", "rec_2"]
    assert [turn.heard for turn in done.closed[0].turns] == ["Hola"]
    assert done.problems == []


@pytest.mark.parametrize("first", [b"", b"{", b'{"kind": "start", "rate": "?", "data": {}}\n', b'{"kind": "turn"}\n'])
def test_sound_without_a_readable_journal_is_kept_and_told(killed: tuple[Path, float], first: bytes) -> None:
    root, _ = killed
    (root / "open/rec_1.journal.jsonl").write_bytes(first)
    done = recover(root)
    found = done.closed[1]
    assert (found.recording_id, found.conversation_id, found.audio.sample_rate) == ("rec_1", "1", 8000)
    assert found.audio.duration > 1
    assert len(done.problems) == 1
    assert "rec_1.journal.jsonl.unreadable" in done.problems[0]
    assert [path.name for path in (root / "open").iterdir()] == ["rec_1.journal.jsonl.unreadable"]
    assert recover(root).closed == []


def test_one_that_the_disk_refuses_keeps_no_other_from_being_closed(killed: tuple[Path, float]) -> None:
    root, _ = killed
    (root / "audio").mkdir(exist_ok=True)
    (root / "audio/rec_1.wav").mkdir()  # nothing can be renamed to it
    done = recover(root)
    assert [item.recording_id for item in done.closed] == ["rec_0", "rec_2"]
    assert len(done.problems) == 1
    assert "rec_1.journal.jsonl stays open" in done.problems[0]
    (root / "audio/rec_1.wav").rmdir()
    assert [item.recording_id for item in recover(root).closed] == ["rec_1"]
