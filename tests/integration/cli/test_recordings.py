"""``ivr recordings`` and ``ivr process`` on a real store and database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from ivr.audio.frame import AudioFrame
from ivr.audio.wav import write_wav
from ivr.call.recorder import RecordingWriter
from ivr.cli.process import process
from ivr.cli.recordings import recordings
from ivr.db.leases import DatabaseQueue
from ivr.db.migrate import migrate
from ivr.db.queries import Worker, find_recording, list_calls, write_call
from ivr.db.session import open_database, reading, writing
from ivr.db.tables import Job
from ivr.files import sha256_of
from ivr.metadata import AudioRecord, CallRecord, Outcome, RecordingMetadata, TurnRecord
from ivr.storage.local import LocalStore

if TYPE_CHECKING:
    from click.testing import Result
    from sqlalchemy import Engine

KILLED = """
import os, signal, sys, time
from pathlib import Path
from ivr.call.recorder import RecordingWriter
from ivr.metadata import RecordingMetadata
writer = RecordingWriter(Path(sys.argv[1]))
call = writer.open(RecordingMetadata(recording_id="rec_killed", conversation_id="killed"), 8000)
for _ in range(50):
    call.write(bytes(320), bytes(320))
writer.close()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalStore:
    """Make a store with one recording that the database does not know yet."""
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "ENABLE_OFFLINE_BATCH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IVR_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("STORAGE_LOCAL_PATH", str(tmp_path / "store"))
    store = LocalStore(tmp_path / "store")
    sound = store.root / "audio/rec_1.wav"
    write_wav(sound, AudioFrame(bytes(16000), 8000), AudioFrame(bytes(16000), 8000))
    call = CallRecord(caller="600111222", called="100", started_at=datetime(2026, 3, 3, tzinfo=UTC))
    call.outcome = Outcome.COMPLETED
    store.save(
        RecordingMetadata(
            recording_id="rec_1",
            conversation_id="1",
            call=call,
            audio=AudioRecord(duration=1.0, sha256=sha256_of(sound)),
            turns=[TurnRecord(who="caller", start=0, end=1, text="Adiós", heard="Adiós")],
        )
    )
    return store


@pytest.fixture
def database(store: LocalStore, tmp_path: Path) -> Engine:
    assert store.root.exists()
    (tmp_path / "var").mkdir()
    engine = open_database(f"sqlite:///{tmp_path}/var/ivr.sqlite")
    migrate(engine)
    return engine


def run(*words: str) -> Result:
    return CliRunner().invoke(recordings, list(words))


def told(*words: str) -> Any:
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.mark.usefixtures("store")
def test_recover_tells_the_database_what_it_has_missed() -> None:
    assert told("list") == []
    assert told("recover")["adopted"] == ["rec_1"]
    assert told("recover")["adopted"] == []
    assert [item["recording_id"] for item in told("list")] == ["rec_1"]


def test_recover_closes_what_a_killed_worker_left(store: LocalStore, database: Engine) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(store.root)], check=False)
    done = told("recover")
    assert done["closed"] == ["rec_killed"]
    assert set(done["adopted"]) == {"rec_1", "rec_killed"}
    item = next(item for item in told("list") if item["recording_id"] == "rec_killed")
    assert (item["outcome"], item["recovered"], item["duration"]) == ("agent_failed", True, 0.96)
    assert DatabaseQueue(database).waiting() == 2


@pytest.mark.usefixtures("store")
def test_recover_ends_calls_whose_worker_is_gone(database: Engine) -> None:
    import socket

    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    lost = RecordingMetadata(recording_id="rec_lost", conversation_id="lost")
    with writing(database) as session:
        write_call(session, lost, Worker(dead.pid, socket.gethostname()), ended=False)
        write_call(
            session,
            lost.model_copy(update={"recording_id": "rec_far", "conversation_id": "far"}),
            Worker(dead.pid, "another machine"),
            ended=False,
        )
    assert told("recover")["ended"] == ["lost"]
    with reading(database) as session:
        assert [item.conversation_id for item in list_calls(session, active=True)[0]] == ["far"]


@pytest.mark.usefixtures("store")
def test_a_process_that_has_the_number_of_a_dead_worker_keeps_no_call_up(database: Engine) -> None:
    import socket

    for name, started in (("old", datetime(2020, 1, 1, tzinfo=UTC)), ("new", datetime.now(UTC))):
        call = RecordingMetadata(recording_id=f"rec_{name}", conversation_id=name, call=CallRecord(started_at=started))
        with writing(database) as session:
            write_call(session, call, Worker(os.getpid(), socket.gethostname()), ended=False)
    assert told("recover")["ended"] == ["old"]


def test_a_complete_row_is_not_overwritten_by_what_was_rescued(store: LocalStore, database: Engine) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(store.root)], check=False)
    whole = RecordingMetadata(recording_id="rec_killed", conversation_id="killed")
    whole.call.outcome = Outcome.COMPLETED
    whole.turns = [TurnRecord(who="caller", start=n, end=n + 1, text="Hola", heard="Hola") for n in range(30)]
    with writing(database) as session:
        write_call(session, whole, Worker(1, "here"), ended=True)
    assert told("recover")["closed"] == ["rec_killed"]
    kept = store.load("rec_killed")
    assert (kept.call.outcome, len(kept.turns), kept.audio.duration) == (Outcome.COMPLETED, 30, 0.96)
    with reading(database) as session:
        assert find_recording(session, "rec_killed") == kept
    assert DatabaseQueue(database).waiting() == 2


def test_a_call_that_only_the_database_took_gets_its_file(store: LocalStore, database: Engine) -> None:
    lost = RecordingMetadata(recording_id="rec_lost", conversation_id="lost")
    lost.call.outcome = Outcome.COMPLETED
    lost.media["recording"] = {"outcome": "disk_full"}
    with writing(database) as session:
        write_call(session, lost, Worker(1, "here"), ended=True)
    assert "rec_lost" not in told("recover")["adopted"]
    assert store.load("rec_lost") == lost


def test_sound_that_came_late_is_told_to_the_database(store: LocalStore, database: Engine) -> None:
    whole = store.load("rec_1")
    early = whole.model_copy(deep=True, update={"audio": AudioRecord()})
    with writing(database) as session:
        write_call(session, early, Worker(1, "here"), ended=True)
    assert told("recover")["adopted"] == ["rec_1"]
    assert told("recover")["adopted"] == []
    with reading(database) as session:
        assert find_recording(session, "rec_1") == whole


def test_an_empty_journal_is_told_and_hinders_nothing(store: LocalStore) -> None:
    (store.root / "open").mkdir()
    (store.root / "open/rec_2.journal.jsonl").touch()
    result = run("recover", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["closed"] == ["rec_2"]
    assert "rec_2.journal.jsonl.unreadable" in result.stderr


def test_metadata_that_cannot_be_read_does_not_hinder_the_rest(store: LocalStore) -> None:
    store.write("metadata/rec_0.json", "{")
    result = run("recover", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["adopted"] == ["rec_1"]
    assert "rec_0.json" in result.stderr


@pytest.mark.usefixtures("store")
def test_recordings_are_found_by_their_words() -> None:
    run("recover")
    assert [item["recording_id"] for item in told("search", "ADIOS")] == ["rec_1"]
    assert told("search", "saldo") == []
    assert told("list", "--since", "2026-03-04") == []
    assert "rec_1" in run("list", "--outcome", "completed").output
    assert run("list", "--outcome", "nonsense").exit_code == 2


def test_a_recording_is_shown_and_copied_with_its_files(store: LocalStore, tmp_path: Path) -> None:
    shown = run("show", "rec_1")
    assert "De 600111222 a 100" in shown.output
    assert str(store.root / "audio/rec_1.wav") in shown.output
    assert told("show", "rec_1")["recording_id"] == "rec_1"
    copied = run("export", "rec_1", str(tmp_path / "out")).output.split()
    assert {Path(path).name for path in copied} == {"rec_1.wav", "rec_1.json"}


def test_a_copy_has_the_recording_and_the_listening_copy_each_in_its_place(store: LocalStore, tmp_path: Path) -> None:
    write_wav(store.root / "listening/rec_1.wav", AudioFrame(bytes(800), 8000), AudioFrame(bytes(800), 8000))
    assert run("export", "rec_1", str(tmp_path / "out")).exit_code == 0
    assert sha256_of(tmp_path / "out/audio/rec_1.wav") == store.load("rec_1").audio.sha256
    assert (tmp_path / "out/listening/rec_1.wav").exists()


def files_under(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and path.parent.name != "receipts")


def test_an_erased_recording_leaves_nothing_but_a_receipt(store: LocalStore, database: Engine) -> None:
    digest = store.load("rec_1").audio.sha256
    run("recover")
    other = store.load("rec_1").model_copy(update={"recording_id": "rec_10", "conversation_id": "10"})
    store.save(other)
    run("recover")
    for name in ("listening/rec_1.wav", "transcripts/rec_1.txt", "transcripts/rec_1.vtt", "reports/rec_1.html"):
        store.write(name, "x")
    result = run("erase", "rec_1", "--yes")
    assert result.exit_code == 0, result.output
    for told_of in ("audio/rec_1.wav", "reports/rec_1.html", "3 rows"):
        assert told_of in result.output
    assert files_under(store.root) == ["rec_10.json"]
    receipt = json.loads((store.root / "receipts/rec_1.json").read_text())
    assert receipt["complete"]
    assert receipt["by"]
    assert receipt["files"]["audio/rec_1.wav"] == digest
    with reading(database) as session:
        assert find_recording(session, "rec_1") is None
        assert [item.recording_id for item in list_calls(session)[0]] == ["rec_10"]
        assert session.scalars(select(Job.subject)).all() == ["rec_10"]
    assert told("recover")["adopted"] == []


@pytest.mark.usefixtures("database")
def test_an_unknown_recording_cannot_be_erased_but_the_others_are(store: LocalStore) -> None:
    result = run("erase", "rec_9", "../audio/rec_1", "rec_1", "--yes", "--json")
    assert result.exit_code == 1
    assert [json.loads(line)["ok"] for line in result.stdout.splitlines()] == [False, False, True]
    assert "ivr recordings list" in result.stdout
    assert files_under(store.root) == []


@pytest.mark.usefixtures("database")
def test_nothing_is_erased_without_a_yes(store: LocalStore) -> None:
    assert CliRunner().invoke(recordings, ["erase", "rec_1"], input="n\n").exit_code == 1
    assert store.load("rec_1").recording_id == "rec_1"


def test_what_is_being_recorded_or_processed_is_not_erased(store: LocalStore, database: Engine) -> None:
    writer = RecordingWriter(store.root)
    writer.open(RecordingMetadata(recording_id="rec_2", conversation_id="2"), 8000)
    writer.close()
    run("recover")
    assert DatabaseQueue(database).lease("a worker") is not None
    result = run("erase", "rec_1", "rec_2", "--yes")
    assert result.exit_code == 1
    assert "wait for it" in result.stderr
    assert "end the call first" in result.stderr
    assert "rec_2.journal.jsonl" in files_under(store.root)
    assert "rec_1.wav" in files_under(store.root)


@pytest.mark.usefixtures("database")
def test_what_a_killed_worker_left_open_can_be_erased(store: LocalStore) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(store.root)], check=False)
    assert run("erase", "rec_killed", "--yes").exit_code == 0
    assert files_under(store.root) == ["rec_1.json", "rec_1.wav"]


def test_a_changed_recording_fails_verification(store: LocalStore) -> None:
    assert run("verify").exit_code == 0
    (store.root / "audio/rec_1.wav").write_bytes(b"changed")
    result = run("verify", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["wrong"][0]["recording_id"] == "rec_1"


@pytest.mark.usefixtures("store")
def test_processing_wants_to_know_what() -> None:
    assert CliRunner().invoke(process, []).exit_code == 2


@pytest.mark.usefixtures("store")
def test_processing_nothing_is_fine() -> None:
    result = CliRunner().invoke(process, ["--unprocessed"])
    assert result.exit_code == 0
    assert "nothing to process" in result.stderr


@pytest.mark.engine
@pytest.mark.slow
@pytest.mark.usefixtures("store")
def test_what_a_dead_worker_had_in_hand_is_waited_for_and_taken_over(database: Engine) -> None:
    run("recover")
    job = DatabaseQueue(database).lease("a worker that is dead", seconds=1)
    assert job is not None
    result = CliRunner().invoke(process, ["--recording-id", "rec_1", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["ok"]
    assert not DatabaseQueue(database).finish(job, "a worker that is dead")


@pytest.mark.engine
@pytest.mark.slow
def test_processing_writes_transcript_and_report(store: LocalStore, database: Engine) -> None:
    run("recover")
    result = CliRunner().invoke(process, ["--unprocessed", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["ok"]
    assert store.load("rec_1").processed
    assert store.fetch("reports/rec_1.html").exists()
    assert [item["processed"] for item in told("list")] == [True]
    assert CliRunner().invoke(process, ["--recording-id", "rec_1"]).stderr.strip() == "nothing to process"
    assert DatabaseQueue(database).waiting() == 0


@pytest.mark.usefixtures("store")
def test_a_list_is_written_into_a_file(tmp_path: Path) -> None:
    run("recover")
    for name in ("list.csv", "list.json", "list.xlsx"):
        result = run("search", "adios", "--to", str(tmp_path / name))
        assert result.exit_code == 0, result.output
        assert (tmp_path / name).stat().st_size > 100
    assert "rec_1" in (tmp_path / "list.csv").read_text()
    assert run("list", "--to", str(tmp_path / "list.doc")).exit_code == 2
    assert "leave it out" in run("list", "--cursor", "x").output


def test_a_recording_is_redacted_in_a_copy_and_in_its_place(store: LocalStore, database: Engine) -> None:
    metadata = store.load("rec_1")
    metadata.turns[0].text = metadata.turns[0].heard = "mi teléfono es 654 321 987"
    store.save(metadata)
    run("recover")
    assert run("redact", "rec_1").output.strip() == "redacted/rec_1.wav"
    assert "654" in store.load("rec_1").turns[0].heard
    assert run("redact", "rec_1", "--replace", "--yes").exit_code == 0
    assert store.load("rec_1").turns[0].heard == "mi teléfono es [teléfono]"
    assert told("search", "654") == []
    assert run("verify").exit_code == 0
    assert run("redact", "rec_9").exit_code == 1
    with reading(database) as session:
        found = find_recording(session, "rec_1")
    assert found is not None
    assert found.audio.sha256 == store.load("rec_1").audio.sha256
