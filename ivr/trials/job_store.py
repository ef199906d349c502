"""A store of short two-track recordings with a count of the analyses that each came to, for trials of the jobs.

The count is kept by a trigger of the database itself, within the transaction that writes a recording as processed.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, text

from ivr.audio.frame import AudioFrame
from ivr.audio.resample import resample
from ivr.audio.wav import read_wav, write_wav
from ivr.db.migrate import migrate
from ivr.db.queries import Worker, write_call
from ivr.db.session import open_database, reading, writing
from ivr.engines.espeak import PROGRAM
from ivr.files import sha256_of
from ivr.metadata import AudioRecord, CallRecord, Outcome, RecordingMetadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.storage.local import LocalStore

RATE = 8000
_COUNT = (
    "CREATE TABLE trial_finished (recording_id TEXT)",
    """CREATE TRIGGER trial_count AFTER UPDATE OF processed ON recordings WHEN NEW.processed
    BEGIN INSERT INTO trial_finished VALUES (NEW.recording_id); END""",
)

_LINES = (
    ("Hola, buenos días. ¿En qué le puedo ayudar?", "Buenas, quería saber el saldo de mi factura de este mes."),
    ("Un momento, por favor. Dígame su número de cliente.", "Es el cuatro, cinco, siete, dos, uno."),
    ("Debe cuarenta y dos euros. Vence el doce de abril.", "Muy bien, muchas gracias. Adiós."),
)


def spoken_call(exchanges: int) -> tuple[AudioFrame, AudioFrame]:
    """Make a call of so many exchanges of about six seconds with espeak-ng: caller and agent by turns, 8 kHz."""
    caller, agent = bytearray(), bytearray()
    for number in range(exchanges):
        asked, answered = (resample(_say(line), RATE).pcm + bytes(RATE) for line in _LINES[number % len(_LINES)])
        agent += asked + bytes(len(answered))
        caller += bytes(len(asked)) + answered
    return AudioFrame(bytes(caller), RATE), AudioFrame(bytes(agent), RATE)


@cache
def _say(line: str) -> AudioFrame:
    with tempfile.TemporaryDirectory(prefix="ivr-trial-") as folder:
        path = Path(folder) / "line.wav"
        subprocess.run([PROGRAM, "-v", "es", "-s", "160", "-w", path, line], check=True)  # noqa: S603 - our own words
        (sound,) = read_wav(path)
    return sound


def fill(home: Path, store: LocalStore, sounds: Sequence[tuple[AudioFrame, AudioFrame]]) -> Engine:
    """Store recordings (caller, agent; 8 kHz) that nobody processed; answers the database, a SQLite in ``home``."""
    home.mkdir(parents=True, exist_ok=True)
    database = open_database(f"sqlite:///{home}/ivr.sqlite")
    migrate(database)
    for number, tracks in enumerate(sounds):
        _keep(store, database, number, tracks)
    with writing(database) as session:
        for statement in _COUNT:
            session.execute(text(statement))
    return database


def finished(database: Engine) -> Counter[str]:
    """Count how often each recording was written as processed."""
    with reading(database) as session:
        return Counter(session.scalars(text("SELECT recording_id FROM trial_finished")))


def _keep(store: LocalStore, database: Engine, number: int, tracks: tuple[AudioFrame, AudioFrame]) -> None:
    name = f"rec_trial.{number}"
    sound = store.root / f"audio/{name}.wav"
    sound.parent.mkdir(parents=True, exist_ok=True)
    caller, agent = tracks
    write_wav(sound, caller, agent)
    started = datetime(2026, 3, 3, tzinfo=UTC) + timedelta(minutes=number)
    call = CallRecord(caller="600111222", called="100", started_at=started)
    call.outcome = Outcome.COMPLETED
    audio = AudioRecord(duration=caller.samples / RATE, sha256=sha256_of(sound))
    known = RecordingMetadata(recording_id=name, conversation_id=f"trial.{number}", call=call, audio=audio)
    store.save(known)
    with writing(database) as session:
        write_call(session, known, Worker(1, "trial"), ended=True)
