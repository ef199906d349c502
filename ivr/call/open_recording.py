"""One recording while it is open, as the writer's thread knows it: begun, written, ended, whatever the disk does.

What the disk refuses is tried again: a recording that could not begin begins at the next block, journal lines wait,
and sound resumes in its place. Room for the metadata is reserved at the start, so a full disk does not cost it.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.call.journal import SUFFIX, Journal
from ivr.call.reserve import FIRST, Reserve, reserve_path
from ivr.call.track_file import CHANNELS, TrackFile, interleave
from ivr.errors import StorageError, StorageFull
from ivr.files import sha256_of, storage_error, sync_folder
from ivr.metadata import AudioRecord, RecordingTrouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)

SYNC_EVERY = 42
"""Blocks."""
METADATA_PER_JOURNAL = 4
"""How many times larger than the journal the metadata may become: it has every word, and one value a line."""


@dataclass(slots=True)
class OpenRecording:
    """Only the writer's thread touches it, until that thread has nothing more to do for it."""

    root: Path
    name: str
    rate: int
    first_line: bytes
    open_track: Callable[[Path, int], TrackFile]
    track: TrackFile | None = None
    journal: Journal | None = None
    reserve: Reserve = field(init=False)
    waiting: deque[bytes] = field(default_factory=deque)
    """Journal lines that the disk has not taken yet; ``Recorder.note`` bounds them."""
    blocks: int = 0
    """Blocks that the thread is done with."""
    lines: int = 0
    """Journal lines that are written."""
    frames: int | None = None
    """How long the ended track is; None while it is open, or if there never was one."""
    lost: int = 0
    """Frames that the disk refused."""
    refused: bool = False
    """Whether the name belongs to another recording, of which nothing may be touched."""
    problem: StorageError | None = None
    """The first trouble, with its mend."""
    trouble: RecordingTrouble | None = None
    """Its name."""

    def __post_init__(self) -> None:
        self.reserve = Reserve(reserve_path(self.folder, self.name))

    @property
    def folder(self) -> Path:
        """Where the files are while the recording is open."""
        return self.root / "open"

    @property
    def part(self) -> Path:
        """The track while it is open."""
        return self.folder / f"{self.name}.wav.part"

    @property
    def final(self) -> Path:
        """The track once it is ended."""
        return self.root / "audio" / f"{self.name}.wav"

    def fail(self, error: OSError | StorageError) -> None:
        """Keep and tell the first trouble; the call goes on."""
        if self.problem is not None:
            return
        self.problem = error if isinstance(error, StorageError) else storage_error(error, self.part)
        full = isinstance(self.problem, StorageFull)
        self.trouble = RecordingTrouble.DISK_FULL if full else RecordingTrouble.DISK_UNAVAILABLE
        log.error("recording %s: %s", self.name, self.problem)

    def begin(self) -> None:
        """Make what files there are not yet; may be tried again and again."""
        if self.refused or (self.journal is not None and self.track is not None):
            return
        late = self.problem is not None
        try:
            if self.journal is None:
                self._begin_journal()
                self._hold_room()
            self.track = self.open_track(self.part, self.rate)
        except OSError as error:
            self.refused = isinstance(error, FileExistsError)
            self.fail(error)
            return
        if late:
            log.warning("recording %s: there is room again, it goes on from here", self.name)

    def _begin_journal(self) -> None:
        for folder in (self.folder, self.final.parent, self.root / "metadata"):
            folder.mkdir(parents=True, exist_ok=True)
        if self.final.exists() or self.part.exists():
            raise FileExistsError(17, "a recording of that name exists")
        self.journal = Journal(self.folder / f"{self.name}{SUFFIX}", self.first_line)

    def _hold_room(self) -> None:
        """Reserve what the metadata will need; without that room the sound is kept all the same."""
        try:
            size = self.journal.size if self.journal is not None else 0
            self.reserve.hold(max(FIRST, METADATA_PER_JOURNAL * size))
        except OSError as error:
            self.fail(error)

    def write(self, at: int, heard: bytearray, said: bytearray) -> None:
        """Write the journal lines that wait and one block of sound, from frame ``at`` on."""
        self.begin()
        self._write_lines()
        frames = len(heard) // 2
        taken = 0
        try:
            if self.track is not None:
                taken, refused = self.track.write(at, interleave(heard, said))
                if refused is not None:
                    self.fail(refused)
            if self.blocks % SYNC_EVERY == SYNC_EVERY - 1:
                self._sync()
        except OSError as error:
            self.fail(error)
        self.lost += frames - taken
        self.blocks += 1

    def append(self, line: bytes) -> None:
        """Write a line into the journal, now or when the disk takes it."""
        self.waiting.append(line)
        self._write_lines()

    def _write_lines(self) -> None:
        try:
            while self.journal is not None and self.waiting:
                self.journal.append(self.waiting[0])
                self.waiting.popleft()
                self.lines += 1
        except OSError as error:
            self.fail(error)

    def _sync(self) -> None:
        self._hold_room()
        if self.track is not None:
            self.track.sync()
        if self.journal is not None:
            self.journal.sync()

    def store_audio(self) -> AudioRecord:
        """End the track and put it into its place in the store; may be repeated after an OSError."""
        record = AudioRecord(sample_rate=self.rate, channels=CHANNELS)
        if self.track is not None:
            track, self.track = self.track, None
            self.frames = track.frames
            track.close()
        if self.frames is None:
            return record
        record.duration = round(self.frames / self.rate, 3)
        if self.part.exists():
            record.sha256 = sha256_of(self.part)
            self.part.replace(self.final)
            sync_folder(self.final.parent)
        else:
            record.sha256 = sha256_of(self.final)
        return record

    def keep(self, content: bytes) -> None:
        """Make the metadata file out of the room that was held for it; nothing stays open then. OSError."""
        self.reserve.keep(content, self.root / "metadata" / f"{self.name}.json")
        self.let_go(kept=True)

    def let_go(self, *, kept: bool) -> None:
        """Close the journal; what was not kept is left to ``recover``."""
        if self.journal is not None:
            self.journal.close(remove=kept)
            self.journal = None
