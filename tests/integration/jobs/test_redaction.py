"""After calls recordings are redacted as REDACT says, and what is held keeps its original."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from ivr.audio.frame import AudioFrame
from ivr.audio.wav import read_wav, write_wav
from ivr.db.marks import hold_recording
from ivr.db.migrate import migrate
from ivr.db.queries import Worker, write_call
from ivr.db.session import open_database, writing
from ivr.files import sha256_of
from ivr.metadata import AudioRecord, RecordingMetadata, TurnRecord
from ivr.settings import Settings
from ivr.storage.local import LocalStore
from ivr.supervision.job_worker import redaction
from ivr.trials.stored import BEGIN

if TYPE_CHECKING:
    from pathlib import Path

SAID = "mi teléfono es 654 321 987"


@pytest.mark.parametrize(
    ("how", "held", "copied", "original"),
    [
        ("off", False, False, True),
        ("copy", False, True, True),
        ("replace", False, False, False),
        ("replace", True, True, True),
    ],
)
def test_a_recording_is_redacted_as_the_setting_says(
    tmp_path: Path, how: Literal["off", "copy", "replace"], held: bool, copied: bool, original: bool
) -> None:
    store, database = LocalStore(tmp_path), open_database(f"sqlite:///{tmp_path}/ivr.sqlite")
    migrate(database)
    sound, noise = tmp_path / "audio/rec_1.wav", AudioFrame(b"\x10\x20" * 16000, 8000)
    write_wav(sound, noise, noise)
    metadata = RecordingMetadata(
        recording_id="rec_1",
        conversation_id="1",
        audio=AudioRecord(sha256=sha256_of(sound)),
        turns=[TurnRecord(who="caller", start=0.5, end=1, text=SAID, heard=SAID)],
    )
    store.save(metadata)
    with writing(database) as session:
        write_call(session, metadata, Worker(1, "here"), ended=True)
        if held:
            hold_recording(session, "rec_1", "case 7", BEGIN)
    settings = Settings(_env_file=None, redact=how, storage_local_path=str(tmp_path))
    kept = redaction(settings, database)(metadata)
    database.dispose()
    assert store.has("redacted/rec_1.wav") == copied
    assert (read_wav(sound)[0].pcm == noise.pcm) == original
    assert (kept.turns[0].heard == SAID) == original
    store.verify("audio/rec_1.wav", kept.audio.sha256)
