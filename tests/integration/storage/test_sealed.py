"""Recordings that rest encrypted, and archived as FLAC."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from ivr.audio.frame import AudioFrame
from ivr.audio.wav import read_wav
from ivr.call.track_file import wav_header
from ivr.db.migrate import migrate
from ivr.db.queries import Worker, get_recording, write_call
from ivr.db.session import open_database, reading, writing
from ivr.errors import ConfigError, KeyProblem, StorageError
from ivr.files import sha256_of
from ivr.metadata import AudioRecord, CallRecord, RecordingMetadata
from ivr.storage.archive import archive, old_recordings
from ivr.storage.erasure import erase
from ivr.storage.keys import FileMaster, KeyRing, new_master
from ivr.storage.local import LocalStore
from ivr.storage.sealing import CHUNK, is_sealed, seal, unseal

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

SOUND = "audio/rec_1.5.wav"


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    new_master(tmp_path / "master.key")
    return tmp_path / "master.key"


@pytest.fixture
def store(tmp_path: Path, key_file: Path) -> LocalStore:
    return LocalStore(tmp_path / "store", KeyRing(tmp_path / "store", FileMaster(key_file)))


@pytest.fixture
def database(tmp_path: Path) -> Engine:
    engine = open_database(f"sqlite:///{tmp_path}/ivr.sqlite")
    migrate(engine)
    return engine


def record(store: LocalStore, database: Engine) -> RecordingMetadata:
    """Leave a recording as a call does: in the clear."""
    place = store.root / SOUND
    place.parent.mkdir(parents=True)
    place.write_bytes(wav_header(8000, 100_000) + os.urandom(400_000))
    known = RecordingMetadata(
        recording_id="rec_1.5",
        conversation_id="1.5",
        call=CallRecord(started_at=datetime(2026, 1, 1, tzinfo=UTC)),
        audio=AudioRecord(duration=12.5, sha256=sha256_of(place)),
    )
    (store.root / "metadata").mkdir()
    (store.root / "metadata/rec_1.5.json").write_text(known.model_dump_json())
    with writing(database) as session:
        write_call(session, known, Worker(1, "here"), ended=True)
    return known


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_sealed_comes_back(size: int) -> None:
    content, sealed, opened = os.urandom(size), BytesIO(), BytesIO()
    seal(bytes(32), "a", BytesIO(content), sealed)
    unseal(bytes(32), "a", BytesIO(sealed.getvalue()), opened)
    assert opened.getvalue() == content
    assert len(content) < 16 or content[:16] not in sealed.getvalue()


def test_a_sealed_file_that_was_changed_cut_off_renamed_or_has_another_key_is_refused() -> None:
    sealed = BytesIO()
    seal(bytes(32), "a", BytesIO(os.urandom(2 * CHUNK)), sealed)
    whole = sealed.getvalue()
    changed = bytearray(whole)
    changed[-20] ^= 1
    cases = [(bytes(32), "a", bytes(changed)), (bytes(32), "a", whole[: 24 + CHUNK + 16]), (bytes(32), "b", whole)]
    for key, name, content in [*cases, (b"1" * 32, "a", whole)]:
        with pytest.raises(KeyProblem, match="restore it from a copy"):
            unseal(key, name, BytesIO(content), BytesIO())


def test_what_a_call_left_in_the_clear_is_encrypted_and_read_as_before(store: LocalStore, database: Engine) -> None:
    known = record(store, database)
    clear = (store.root / SOUND).read_bytes()
    assert store.keep("rec_1.5") == [SOUND, "metadata/rec_1.5.json"]
    assert is_sealed(store.root / SOUND)
    assert is_sealed(store.root / "metadata/rec_1.5.json")
    assert store.fetch(SOUND).read_bytes() == clear
    assert store.load("rec_1.5") == known
    store.verify(SOUND, known.audio.sha256)
    assert store.keep("rec_1.5") == []


def test_nothing_is_encrypted_while_the_call_runs(store: LocalStore, database: Engine) -> None:
    record(store, database)
    (store.root / "open").mkdir()
    (store.root / "open/rec_1.5.journal.jsonl").write_text("{}\n")
    assert store.keep("rec_1.5") == []


def test_without_the_key_it_is_told_what_is_missing(store: LocalStore, database: Engine, tmp_path: Path) -> None:
    record(store, database)
    store.keep("rec_1.5")
    with pytest.raises(KeyProblem, match="STORAGE_KEY_FILE"):
        LocalStore(store.root).fetch(SOUND)
    new_master(tmp_path / "other.key")
    with pytest.raises(KeyProblem, match="further line"):
        LocalStore(store.root, KeyRing(store.root, FileMaster(tmp_path / "other.key"))).fetch(SOUND)


@pytest.mark.parametrize(("content", "mend"), [("", "no keys"), ("%%%", "is no key"), ("aaaa", "no keys of 32 bytes")])
def test_a_key_file_that_is_none_is_refused(tmp_path: Path, content: str, mend: str) -> None:
    path = tmp_path / "master.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match=mend):
        FileMaster(path)
    path.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        FileMaster(path)


def test_a_new_master_key_opens_old_recordings_and_the_old_one_may_go(
    store: LocalStore, database: Engine, key_file: Path
) -> None:
    known = record(store, database)
    store.keep("rec_1.5")
    new_master(key_file)
    keys = KeyRing(store.root, FileMaster(key_file))
    LocalStore(store.root, keys).verify(SOUND, known.audio.sha256)
    for recording_id in keys.ids():
        keys.rewrap(recording_id)
    key_file.write_text(key_file.read_text().splitlines()[0] + "\n")
    LocalStore(store.root, KeyRing(store.root, FileMaster(key_file))).verify(SOUND, known.audio.sha256)


def test_an_erased_recording_loses_its_key_and_leaves_a_receipt(store: LocalStore, database: Engine) -> None:
    known = record(store, database)
    store.keep("rec_1.5")
    copy = (store.root / SOUND).read_bytes()
    receipt = erase(store, database, "rec_1.5", "ana")
    assert receipt.by == "ana"
    assert set(receipt.files) == {"keys/rec_1.5.json", SOUND, "metadata/rec_1.5.json"}
    assert known.audio.sha256
    assert json.loads((store.root / "receipts/rec_1.5.json").read_text())["complete"]
    (store.root / SOUND).write_bytes(copy)
    with pytest.raises(KeyProblem, match="stay closed"):
        store.fetch(SOUND)


@pytest.mark.parametrize("encrypted", [False, True])
def test_an_archived_recording_is_read_as_before(store: LocalStore, database: Engine, *, encrypted: bool) -> None:
    store = store if encrypted else LocalStore(store.root)
    known = record(store, database)
    clear = (store.root / SOUND).read_bytes()
    store.keep("rec_1.5")
    assert old_recordings(database, 1) == ["rec_1.5"]
    archive(store, database, "rec_1.5", opus=True)
    assert not store.here(SOUND)
    assert store.has(SOUND)
    assert store.here("archive/rec_1.5.opus")
    assert is_sealed(store.root / "archive/rec_1.5.flac") is encrypted
    assert store.fetch(SOUND).read_bytes() == clear
    store.verify(SOUND, known.audio.sha256)
    tracks = read_wav(store.fetch(SOUND))
    assert [type(track) for track in tracks] == [AudioFrame, AudioFrame]
    assert store.load("rec_1.5").audio.archive == "archive/rec_1.5.flac"
    assert old_recordings(database, 1) == []
    with reading(database) as session:
        assert get_recording(session, "rec_1.5").audio.archive == "archive/rec_1.5.flac"


def test_a_recording_that_was_changed_is_not_archived(store: LocalStore, database: Engine) -> None:
    record(store, database)
    with (store.root / SOUND).open("ab") as file:
        file.write(b"more")
    with pytest.raises(StorageError, match="was changed"):
        archive(store, database, "rec_1.5", opus=False)
    assert store.here(SOUND)
    assert not store.here("archive/rec_1.5.flac")
