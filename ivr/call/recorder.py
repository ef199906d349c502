"""Records calls while they run: two aligned tracks and a journal for each, by one thread for all calls.

``Recorder.write`` only keeps the sound; every quarter of a second it hands a block to the writer's thread. Killed
with ``kill -9``, a worker loses that quarter of a second and what the thread had not got to.

When the disk stalls, up to ``MAX_WAITING`` blocks (10 s) of a call wait in memory; what comes then is left out,
counted and told, and sounds as silence of the same length, so the time line holds. When the disk is full the call
goes on, what was recorded stays valid, and recording begins or resumes in its place when there is room again. The
metadata has its room reserved; where even that is too little, the thread tries on after the call's end.

Written data is synced every 10 s, which bounds the loss when the *machine* loses power.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import time
from collections import deque
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

from pydantic import BaseModel

from ivr.call.journal import journal_line
from ivr.call.open_recording import OpenRecording
from ivr.call.track_file import TrackFile
from ivr.errors import MisuseError, StorageUnavailable
from ivr.metadata import RecordingTrouble

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
LAST_WRITES = 30.0
"""Seconds that the end of a recording waits for the disk before it leaves the rest to the thread."""
TRY_AGAIN = 1.0
"""Seconds between two tries to end the recordings that the disk did not let end."""
MAX_UNENDED = 200
"""Recordings that wait to be ended; the oldest is left to ``recover`` then."""
_SAFE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@:+-]*")


class Recorder:
    """Records one call; ``write`` and ``note`` are for its event loop."""

    def __init__(self, opened: OpenRecording, writer: RecordingWriter) -> None:
        self._open = opened
        self._writer = writer
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
        self._writer.put(lambda: self._open.append(line))

    async def close(self, metadata: RecordingMetadata) -> RecordingMetadata:
        """End the recording: valid file, checksum, its place in the store, metadata; answers the metadata with them.

        Trouble with the disk is told in the log and in ``media["recording"]``; what could not be ended yet stays in
        ``open/``, is tried again while the process lives, and is left to ``recover`` then.
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
        self._writer.put(lambda: opened.write(at, heard, said))

    def _finish(self, metadata: RecordingMetadata) -> RecordingMetadata:
        opened, drained = self._open, threading.Event()
        line = journal_line("end", metadata.model_dump(mode="json"))
        self._writer.put(lambda: opened.append(line))
        self._writer.put(drained.set)
        if not drained.wait(LAST_WRITES):
            opened.fail(StorageUnavailable(f"the disk of {opened.part} stands still: check it; the rest is kept then"))
            opened.trouble = RecordingTrouble.DISK_STOOD_STILL
            self._report(metadata)
        elif self._end(metadata):
            return metadata
        later = metadata.model_copy(deep=True)
        self._writer.end_later(opened, lambda: self._end(later))
        return metadata

    def _end(self, metadata: RecordingMetadata) -> bool:
        """Put sound and metadata into their places; False when the disk refused, and it may be tried again."""
        opened = self._open
        try:
            if not opened.refused:
                metadata.audio = opened.store_audio()
            self._report(metadata)
            if not opened.refused:
                opened.keep(metadata.model_dump_json(indent=1).encode())
        except OSError as error:
            opened.fail(error)
            self._report(metadata)
            return False
        return True

    def _report(self, metadata: RecordingMetadata) -> None:
        """Tell what is missing, if anything."""
        opened = self._open
        if self._left_out or opened.lost or opened.problem:
            metadata.media["recording"] = {
                "outcome": opened.trouble or RecordingTrouble.DISK_STOOD_STILL,
                "left_out_seconds": round(self._left_out / opened.rate, 3),
                "lost_seconds": round(opened.lost / opened.rate, 3),
                "problem": str(opened.problem or ""),
            }


class RecordingWriter:
    """The one thread that writes all recordings of a process into the store at ``root``."""

    def __init__(self, root: Path, open_track: Callable[[Path, int], TrackFile] = TrackFile) -> None:
        self._root = root.expanduser().absolute()
        self._open_track = open_track
        self._queue: Work = SimpleQueue()
        self._unended: deque[tuple[OpenRecording, Callable[[], bool]]] = deque()
        self._try_again_at = 0.0
        self._thread = threading.Thread(target=self._run, name="recordings", daemon=True)
        self._thread.start()

    def open(self, metadata: RecordingMetadata, rate: int) -> Recorder:
        """Begin a recording; never waits for the disk. Its files are in ``open/`` until it is closed."""
        name = metadata.recording_id
        if not _SAFE_ID.fullmatch(name):
            raise MisuseError(f"recording id {name!r} cannot be a file name; use letters, digits and _.@:+-")
        line = journal_line("start", metadata.model_dump(mode="json"), rate=rate)
        opened = OpenRecording(self._root, name, rate, line, self._open_track)
        self._queue.put(opened.begin)
        return Recorder(opened, self)

    def put(self, work: Callable[[], None]) -> None:
        """Let the thread do something, after all that it was given before."""
        self._queue.put(work)

    def end_later(self, opened: OpenRecording, end: Callable[[], bool]) -> None:
        """Try ``end`` again until it answers True or the process ends."""
        self._queue.put(lambda: self._unended.append((opened, end)))

    def close(self) -> None:
        """End the thread once everything handed over is written."""
        self._queue.put(None)
        self._thread.join(LAST_WRITES)

    def _run(self) -> None:
        while True:
            try:
                work = self._queue.get(timeout=TRY_AGAIN if self._unended else None)
            except Empty:
                self._try_again()
                continue
            if work is None:
                break
            work()
            if self._unended and time.monotonic() >= self._try_again_at:
                self._try_again()
        self._try_again()
        while self._unended:
            self._give_up()

    def _try_again(self) -> None:
        waiting, self._unended = self._unended, deque()
        for opened, end in waiting:
            if end():
                log.warning("recording %s: there is room again, its end is kept", opened.name)
            else:
                self._unended.append((opened, end))
        while len(self._unended) > MAX_UNENDED:
            self._give_up()
        self._try_again_at = time.monotonic() + TRY_AGAIN

    def _give_up(self) -> None:
        opened, _ = self._unended.popleft()
        log.error("recording %s is left open: free some space, then run ivr recordings recover", opened.name)
        opened.let_go(kept=False)
