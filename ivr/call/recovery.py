"""Closes the recordings that a killed worker left open."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ivr.call.journal import SUFFIX, lock_if_dead, read_journal
from ivr.call.track_file import CHANNELS, FRAME_BYTES, HEADER_BYTES, mend_track
from ivr.files import sha256_of, sync_folder, translated, write_whole
from ivr.metadata import AudioRecord, Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.metadata import RecordingMetadata

log = logging.getLogger(__name__)


def recover(root: Path) -> list[RecordingMetadata]:
    """Close every recording in ``root/open`` whose worker is gone; answers their metadata.

    Recordings of a living worker are left alone. Safe to repeat and to run twice at once.
    StorageFull or StorageUnavailable when the disk refuses; nothing is lost then.
    """
    root = root.expanduser().absolute()
    found = []
    with translated(root):
        for journal in sorted((root / "open").glob(f"*{SUFFIX}")):
            lock = lock_if_dead(journal)
            if lock is None:
                continue
            try:
                if journal.exists() and (metadata := _close(root, journal)) is not None:
                    found.append(metadata)
            finally:
                os.close(lock)
    return found


def _close(root: Path, journal: Path) -> RecordingMetadata | None:
    name = journal.name.removesuffix(SUFFIX)
    part, final = root / "open" / f"{name}.wav.part", root / "audio" / f"{name}.wav"
    known = read_journal(journal)
    if known is None:
        log.error("%s has no first line, so its call is not known; it is kept, look at it", journal)
        return None
    metadata, rate = known
    metadata.audio = AudioRecord(sample_rate=rate, channels=CHANNELS)
    if part.exists():
        final.parent.mkdir(parents=True, exist_ok=True)
        mend_track(part, rate)
        part.replace(final)
        sync_folder(final.parent)
    if final.exists():
        frames = (final.stat().st_size - HEADER_BYTES) // FRAME_BYTES
        metadata.audio.duration = round(frames / rate, 3)
        metadata.audio.sha256 = sha256_of(final)
    _explain(metadata)
    write_whole(root / "metadata" / f"{name}.json", metadata.model_dump_json(indent=1).encode())
    journal.unlink()
    log.warning("recovered recording %s: %.1f s of sound, %d turns", name, metadata.audio.duration, len(metadata.turns))
    return metadata


def _explain(metadata: RecordingMetadata) -> None:
    """Fill in what the worker could not: when and how the call ended."""
    metadata.recovered = True
    call = metadata.call
    if call.outcome is None:
        call.outcome = Outcome.AGENT_FAILED
    if call.ended_at is None:
        began = call.answered_at or call.started_at or datetime.now(UTC)
        call.ended_at = began + timedelta(seconds=metadata.audio.duration)
    if not metadata.transcription.text:
        metadata.transcription.text = "\n".join(f"{turn.who}: {turn.heard}" for turn in metadata.turns if turn.heard)
