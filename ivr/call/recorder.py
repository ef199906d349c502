"""Records calls while they run: two aligned tracks and a journal for each, by one thread for all calls.

``Recorder.write`` only keeps the sound; every quarter of a second it hands a block to the writer's thread. Killed
with ``kill -9``, a worker loses that quarter of a second and what the thread had not got to.

When the disk stalls, up to ``MAX_WAITING`` blocks (10 s) of a call wait in memory; what comes then is left out,
counted and told, and sounds as silence of the same length, so the time line holds. When the disk is full the call
goes on, what was recorded stays valid, and recording resumes in its place when there is room again.

Written data is synced every ``SYNC_EVERY`` blocks (10 s), which bounds the loss when the *machine* loses power.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING

from pydantic import BaseModel

from ivr.call.journal import SUFFIX, Journal, journal_line
from ivr.call.track_file import CHANNELS, TrackFile, interleave
from ivr.errors import MisuseError, StorageError, StorageUnavailable
from ivr.files import sha256_of, storage_error, sync_folder, write_whole
from ivr.metadata import AudioRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any

    from ivr.metadata import RecordingMetadata

    Work = SimpleQueue[Callable[[], None] | None]
    """What the thread has to do, in order; None ends it."""

log = logging.getLogger(__name__)

BLOCK_TICKS = 12
"""Ticks in a block: 0.24 s."""
MAX_WAITING = 42
"""Blocks of one call that may wait for the disk."""
MAX_NOTES = 1000
"""Journal lines of one call that may wait for the disk; what comes then is left to the metadata at the end."""
SYNC_EVERY = 42
LAST_WRITES = 30.0
"""Seconds that the end of a recording waits for the disk before it leaves the rest to ``recover``."""
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@:+-]*")


@dataclass(slots=True)
class _Open:
    """What the thread knows of one recording; only the thread touches it, until it has set ``drained``."""

    folder: Path
    name: str
    rate: int
    track: TrackFile | None = None
    journal: Journal | None = None
    blocks: int = 0
    """Blocks that the thread is done with."""
    lines: int = 0
    lost: int = 0
    """Frames that the disk refused."""
    problem: StorageError | None = None

    @property
    def part(self) -> Path:
        return self.folder / f"{self.name}.wav.part"

    def fail(self, error: OSError) -> None:
        """Keep and tell the first trouble; the call goes on."""
        if self.problem is None:
            self.problem = storage_error(error, self.part)
            log.error("recording %s: %s", self.name, self.problem)


class Recorder:
    """Records one call; ``write`` and ``note`` are for its event loop."""

    def __init__(self, opened: _Open, queue: Work, root: Path) -> None:
        self._open = opened
        self._queue = queue
        self._root = root
        self._tick = opened.rate // 50 * 2
        self._heard, self._said = bytearray(), bytearray()
        self._full = self._tick * BLOCK_TICKS
        self._position = 0
        self._handed = 0
        self._noted = 0
        self._left_out = 0
        self._closed = False

    def write(self, heard: bytes, said: bytes) -> None:
        """Keep one tick (20 ms of 16-bit PCM) of the caller and of the agent."""
        if len(heard) != self._tick or len(said) != self._tick:
            heard, said = (side[: self._tick].ljust(self._tick, b"\0") for side in (heard, said))
        self._heard += heard
        self._said += said
        if len(self._heard) >= self._full:
            self._hand_over()

    def note(self, kind: str, record: BaseModel | Mapping[str, Any]) -> None:
        """Write a turn, tool, interruption or digits into the journal."""
        if self._noted - self._open.lines >= MAX_NOTES:
            return
        self._noted += 1
        data = record.model_dump(mode="json") if isinstance(record, BaseModel) else dict(record)
        line = journal_line(kind, data)
        self._queue.put(lambda: _append_line(self._open, line))

    async def close(self, metadata: RecordingMetadata) -> RecordingMetadata:
        """End the recording: valid file, checksum, its place in the store, metadata; answers the metadata with them.

        Trouble with the disk is told in the log and in ``media["recording"]``; what could not be finished stays in
        ``open/`` for ``recover``.
        """
        if self._closed:
            raise MisuseError(f"recording {self._open.name} was closed twice")
        self._closed = True
        self._hand_over()
        return await asyncio.to_thread(self._finish, metadata)

    def _hand_over(self) -> None:
        at, frames = self._position, len(self._heard) // 2
        self._position += frames
        heard, said, opened = self._heard, self._said, self._open
        self._heard, self._said = bytearray(), bytearray()
        if not frames:
            return
        if self._handed - opened.blocks >= MAX_WAITING:
            if not self._left_out:
                log.error("recording %s: the disk stands still; sound is left out until it moves again", opened.name)
            self._left_out += frames
            return
        self._handed += 1
        self._queue.put(lambda: _write_block(opened, at, heard, said))

    def _finish(self, metadata: RecordingMetadata) -> RecordingMetadata:
        opened, drained = self._open, threading.Event()
        line = journal_line("end", metadata.model_dump(mode="json"))
        self._queue.put(lambda: _append_line(opened, line))
        self._queue.put(drained.set)
        if not drained.wait(LAST_WRITES):
            opened.problem = StorageUnavailable(
                f"the disk of {opened.part} stands still: check it, then run ivr recordings recover"
            )
            log.error("recording %s: %s", opened.name, opened.problem)
            return self._with_report(metadata)
        try:
            metadata.audio = self._store_audio()
            metadata = self._with_report(metadata)
            content = metadata.model_dump_json(indent=1).encode()
            write_whole(self._root / "metadata" / f"{opened.name}.json", content)
            kept = True
        except OSError as error:
            opened.fail(error)
            kept = False
        except StorageError as error:
            opened.problem = opened.problem or error
            log.error("recording %s: %s", opened.name, error)  # noqa: TRY400 - the trace tells an operator nothing
            kept = False
        if opened.journal is not None:
            opened.journal.close(remove=kept)
        return metadata if kept else self._with_report(metadata)

    def _store_audio(self) -> AudioRecord:
        opened, track = self._open, self._open.track
        if track is None:
            return AudioRecord(sample_rate=opened.rate, channels=CHANNELS)
        opened.track = None
        track.close()
        final = self._root / "audio" / f"{opened.name}.wav"
        record = AudioRecord(
            sample_rate=opened.rate,
            channels=CHANNELS,
            duration=round(track.frames / opened.rate, 3),
            sha256=sha256_of(opened.part),
        )
        opened.part.replace(final)
        sync_folder(final.parent)
        return record

    def _with_report(self, metadata: RecordingMetadata) -> RecordingMetadata:
        """Tell what is missing, if anything."""
        opened = self._open
        if self._left_out or opened.lost or opened.problem:
            metadata.media["recording"] = {
                "left_out_seconds": round(self._left_out / opened.rate, 3),
                "lost_seconds": round(opened.lost / opened.rate, 3),
                "problem": str(opened.problem or ""),
            }
        return metadata


class RecordingWriter:
    """The one thread that writes all recordings of a process into the store at ``root``."""

    def __init__(self, root: Path, open_track: Callable[[Path, int], TrackFile] = TrackFile) -> None:
        self._root = root.expanduser().absolute()
        self._open_track = open_track
        self._queue: Work = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="recordings", daemon=True)
        self._thread.start()

    def open(self, metadata: RecordingMetadata, rate: int) -> Recorder:
        """Begin a recording; never waits for the disk. Its files are in ``open/`` until it is closed."""
        name = metadata.recording_id
        if not _SAFE_ID.fullmatch(name):
            raise MisuseError(f"recording id {name!r} cannot be a file name; use letters, digits and _.@:+-")
        opened = _Open(self._root / "open", name, rate)
        line = journal_line("start", metadata.model_dump(mode="json"), rate=rate)
        self._queue.put(lambda: self._begin(opened, line))
        return Recorder(opened, self._queue, self._root)

    def close(self) -> None:
        """End the thread once everything handed over is written."""
        self._queue.put(None)
        self._thread.join(LAST_WRITES)

    def _run(self) -> None:
        while (work := self._queue.get()) is not None:
            work()

    def _begin(self, opened: _Open, line: bytes) -> None:
        try:
            for folder in (opened.folder, self._root / "audio", self._root / "metadata"):
                folder.mkdir(parents=True, exist_ok=True)
            if (self._root / "audio" / f"{opened.name}.wav").exists():
                raise FileExistsError(17, "a recording of that name exists")
            opened.journal = Journal(opened.folder / f"{opened.name}{SUFFIX}", line)
            opened.track = self._open_track(opened.part, opened.rate)
        except OSError as error:
            opened.fail(error)


def _write_block(opened: _Open, at: int, heard: bytearray, said: bytearray) -> None:
    frames = len(heard) // 2
    taken = 0
    try:
        if opened.track is not None:
            taken, refused = opened.track.write(at, interleave(heard, said))
            if refused is not None:
                opened.fail(refused)
            if opened.blocks % SYNC_EVERY == SYNC_EVERY - 1:
                opened.track.sync()
                if opened.journal is not None:
                    opened.journal.sync()
    except OSError as error:
        opened.fail(error)
    opened.lost += frames - taken
    opened.blocks += 1


def _append_line(opened: _Open, line: bytes) -> None:
    try:
        if opened.journal is not None:
            opened.journal.append(line)
    except OSError as error:
        opened.fail(error)
    opened.lines += 1
