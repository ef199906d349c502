"""Recordings in a real S3 server that is killed, refuses and comes back."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.errors import BucketRefused, ChecksumMismatch, RecordingNotFound, StorageUnavailable
from ivr.files import sha256_of
from ivr.storage.mirrored import MirroredStore
from ivr.storage.s3 import S3Bucket
from ivr.trials.seaweed import SeaweedServer
from ivr.trials.storage import run_uploads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PART = 5 << 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedServer]:
    with SeaweedServer(tmp_path_factory.mktemp("weed")) as server:
        yield server


@pytest.fixture
def bucket(server: SeaweedServer, tmp_path: Path) -> S3Bucket:
    return S3Bucket(server.address, tmp_path / "uploads", PART)


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound.wav"
    path.write_bytes(os.urandom(PART * 2 + 1000))
    return path


def test_a_long_call_goes_up_in_parts_and_comes_back_whole(bucket: S3Bucket, sound: Path, tmp_path: Path) -> None:
    digest = bucket.put("audio/rec_long.wav", sound)
    assert digest == bucket.digest("audio/rec_long.wav") == sha256_of(sound)
    assert bucket.fetch("audio/rec_long.wav", tmp_path / "back.wav") == digest
    assert (tmp_path / "back.wav").read_bytes() == sound.read_bytes()
    assert not list((tmp_path / "uploads").iterdir())
    bucket.delete("audio/rec_long.wav")
    assert bucket.digest("audio/rec_long.wav") is None


class Dies(S3Bucket):
    def _send(self, name: str, upload: str, number: int, block: bytes) -> str:
        if number > 1:
            raise StorageUnavailable("the worker died here")
        return super()._send(name, upload, number, block)


class Counts(S3Bucket):
    sent = 0

    def _send(self, name: str, upload: str, number: int, block: bytes) -> str:
        self.sent += 1
        return super()._send(name, upload, number, block)


def test_a_broken_upload_sends_only_what_is_missing(server: SeaweedServer, sound: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable):
        Dies(server.address, tmp_path / "uploads", PART).put("audio/rec_broken.wav", sound)
    after = Counts(server.address, tmp_path / "uploads", PART)
    assert after.put("audio/rec_broken.wav", sound) == sha256_of(sound)
    assert after.sent == 2


def test_a_broken_upload_of_other_content_begins_anew(server: SeaweedServer, sound: Path, tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable):
        Dies(server.address, tmp_path / "uploads", PART).put("audio/rec_new.wav", sound)
    sound.write_bytes(os.urandom(PART * 2))
    after = Counts(server.address, tmp_path / "uploads", PART)
    after.put("audio/rec_new.wav", sound)
    assert after.sent == 2
    assert after.fetch("audio/rec_new.wav", tmp_path / "back") == sha256_of(sound)


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        ({"secret": "wrong"}, "AWS_SECRET_ACCESS_KEY"),
        ({"key_id": "x"}, "AWS_ACCESS_KEY_ID"),
        ({"bucket": "none"}, "S3_BUCKET"),
    ],
)
def test_what_is_set_wrong_is_told_with_the_mend(
    server: SeaweedServer, tmp_path: Path, wrong: dict[str, str], mend: str
) -> None:
    with pytest.raises(BucketRefused, match=mend):
        S3Bucket(replace(server.address, **wrong), tmp_path / "uploads").probe()


def test_an_object_that_was_changed_in_the_bucket_is_found_out(bucket: S3Bucket, sound: Path, tmp_path: Path) -> None:
    bucket._client.put_object(
        Bucket=bucket.address.bucket, Key="audio/rec_bad.wav", Body=b"other", Metadata={"sha256": sha256_of(sound)}
    )
    with pytest.raises(ChecksumMismatch, match="restore it from a copy"):
        bucket.fetch("audio/rec_bad.wav", tmp_path / "back")
    assert not (tmp_path / "back").exists()


def test_what_rests_in_the_bucket_alone_is_read_from_there(bucket: S3Bucket, sound: Path, tmp_path: Path) -> None:
    queued: list[str] = []
    store = MirroredStore(tmp_path / "store", bucket, lambda name, _: queued.append(name), stays=False)
    store.put("audio/rec_1.5.wav", sound)
    store.write("metadata/rec_1.5.json", "{}")
    assert queued == ["rec_1.5", "rec_1.5"]
    store.keep("rec_1.5")
    assert not store.here("audio/rec_1.5.wav")
    assert store.here("metadata/rec_1.5.json")
    assert store.has("audio/rec_1.5.wav")
    assert store.fetch("audio/rec_1.5.wav").read_bytes() == sound.read_bytes()
    store.delete("audio/rec_1.5.wav")
    store.forget("rec_1.5")
    assert list(bucket.names("audio/rec_1.5")) == []
    with pytest.raises(RecordingNotFound):
        store.fetch("audio/rec_1.5.wav")


def test_a_store_takes_recordings_while_the_server_is_away(tmp_path: Path, sound: Path, server: SeaweedServer) -> None:
    away = replace(server.address, endpoint="http://127.0.0.1:9")
    store = MirroredStore(tmp_path / "store", S3Bucket(away, tmp_path / "u"), lambda _name, _later: None, stays=True)
    digest = store.put("audio/rec_1.wav", sound)
    store.verify("audio/rec_1.wav", digest)
    with pytest.raises(StorageUnavailable, match="S3_ENDPOINT_URL"):
        store.keep("rec_1")
    assert store.here("audio/rec_1.wav")


@pytest.mark.slow
def test_all_objects_arrive_though_the_server_is_killed_in_mid_upload(measured: Callable[[str], None]) -> None:
    report = run_uploads(10)
    measured(f"storage: {report.as_dict()}")
    assert report.wrong == 0
    assert report.arrived == 20
    assert report.killed_after < 10
