"""Recordings in a real folder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ivr.errors import ChecksumMismatch, RecordingNotFound, StorageError, StorageUnavailable
from ivr.files import sha256_of
from ivr.metadata import RecordingMetadata
from ivr.storage.local import LocalStore

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound.wav"
    path.write_bytes(b"RIFF" * 1000)
    return path


def test_a_file_is_kept_whole_and_can_be_verified(store: LocalStore, sound: Path) -> None:
    digest = store.put("audio/rec_1.wav", sound)
    assert digest == sha256_of(sound)
    assert store.fetch("audio/rec_1.wav").read_bytes() == sound.read_bytes()
    store.verify("audio/rec_1.wav", digest)
    assert [path.name for path in (store.root / "audio").iterdir()] == ["rec_1.wav"]


def test_a_changed_file_is_found_out(store: LocalStore, sound: Path) -> None:
    digest = store.put("audio/rec_1.wav", sound)
    store.fetch("audio/rec_1.wav").write_bytes(b"other")
    with pytest.raises(ChecksumMismatch, match="restore it from a copy"):
        store.verify("audio/rec_1.wav", digest)


def test_a_deleted_file_is_gone(store: LocalStore, sound: Path) -> None:
    store.put("audio/rec_1.wav", sound)
    store.delete("audio/rec_1.wav")
    with pytest.raises(RecordingNotFound, match="ivr recordings list"):
        store.fetch("audio/rec_1.wav")
    with pytest.raises(RecordingNotFound):
        store.delete("audio/rec_1.wav")


@pytest.mark.parametrize("name", ["../secrets.env", "audio/../../x", "/etc/passwd", "", "audio/a\0b"])
def test_no_name_leads_out_of_the_store(store: LocalStore, sound: Path, name: str) -> None:
    with pytest.raises(RecordingNotFound, match="no name in the store"):
        store.fetch(name)
    with pytest.raises(RecordingNotFound):
        store.put(name, sound)


def test_metadata_comes_back(store: LocalStore) -> None:
    metadata = RecordingMetadata(recording_id="rec_1", conversation_id="1")
    store.save(metadata)
    assert store.load("rec_1") == metadata
    assert store.ids() == ["rec_1"]


def test_metadata_of_an_older_version_is_upgraded(store: LocalStore) -> None:
    store.write("metadata/rec_1.json", json.dumps({"recording_id": "rec_1", "conversation_id": "1"}))
    assert store.load("rec_1").schema_version == 1


@pytest.mark.parametrize("content", ["{", "[]", '{"schema_version": 99}', '{"recording_id": 1}'])
def test_metadata_that_cannot_be_read_names_its_file(store: LocalStore, content: str) -> None:
    store.write("metadata/rec_1.json", content)
    with pytest.raises(StorageError, match=r"rec_1\.json"):
        store.load("rec_1")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, sound: Path) -> None:
    (tmp_path / "taken").write_text("a file where the store should be")
    with pytest.raises(StorageUnavailable, match="check that the disk is mounted"):
        LocalStore(tmp_path / "taken").put("audio/rec_1.wav", sound)
