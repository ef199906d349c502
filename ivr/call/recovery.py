"""Closes the recordings that a killed worker left open."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ivr.call.journal import SUFFIX, lock_if_dead, read_journal
from ivr.call.reserve import Reserve, reserve_path
from ivr.call.track_file import CHANNELS, FRAME_BYTES, HEADER_BYTES, mend_track, rate_of
from ivr.errors import StorageError
from ivr.files import sha256_of, storage_error, sync_folder
from ivr.metadata import AudioRecord, Outcome, RecordingMetadata, read_metadata

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

log = logging.getLogger(__name__)

UNREADABLE = ".unreadable"
"""What a journal whose beginning cannot be read is called once its recording is closed without it."""
USUAL_RATE = 8000


@dataclass(slots=True)
class Recovered:
    """What was closed, and sentences about what needs a person."""

    closed: list[RecordingMetadata] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def _nothing(recording_id: str) -> RecordingMetadata | None:
    del recording_id
    return None


def recover(root: Path, known: Callable[[str], RecordingMetadata | None] = _nothing) -> Recovered:
    """Close every recording in ``root/open`` whose worker is gone.

    ``known`` gives what the database knows of a recording: of a call whose end it has, that is the truth. Recordings of
    a living worker are left alone. Safe to repeat and to run twice at once; one that cannot be closed (the disk
    refuses) is told and keeps no other from it.
    """
    root = root.expanduser().absolute()
    done = Recovered()
    for journal in sorted((root / "open").glob(f"*{SUFFIX}")):
        try:
            lock = lock_if_dead(journal)
            if lock is None:
                continue
            try:
                if journal.exists():
                    done.closed.append(_close(root, journal, known))
            finally:
                os.close(lock)
        except OSError as error:
            problem = f"{journal} stays open: {storage_error(error, journal)}"
            log.error("%s", problem)  # noqa: TRY400 - it says the mend
            done.problems.append(problem)
    done.problems += [
        f"{path} could not be read and its recording was closed without it: look at it, then delete it"
        for path in sorted((root / "open").glob(f"*{UNREADABLE}"))
    ]
    return done


def _close(root: Path, journal: Path, known: Callable[[str], RecordingMetadata | None]) -> RecordingMetadata:
    name = journal.name.removesuffix(SUFFIX)
    reserve = Reserve(reserve_path(journal.parent, name))
    place = root / "metadata" / f"{name}.json"
    if (kept := _kept(place)) is not None:  # killed between writing it and removing the journal
        reserve.free()
        journal.unlink()
        return kept
    told, metadata = read_journal(journal), known(name)
    ended = metadata is not None and metadata.call.outcome is not None and not metadata.recovered
    if metadata is None or not ended:
        alone = RecordingMetadata(recording_id=name, conversation_id=name.removeprefix("rec_"))
        metadata = told.onto(told.start or metadata or alone)
    metadata.audio = _store_audio(root, name, told.rate)
    _explain(metadata)
    reserve.keep(metadata.model_dump_json(indent=1).encode(), place)
    if told.start is None and not ended:
        journal.replace(journal.with_name(journal.name + UNREADABLE))
    else:
        journal.unlink()
    log.warning("recovered recording %s: %.1f s of sound, %d turns", name, metadata.audio.duration, len(metadata.turns))
    return metadata


def _kept(place: Path) -> RecordingMetadata | None:
    try:
        return read_metadata(place.read_bytes())
    except (FileNotFoundError, StorageError):
        return None


def _store_audio(root: Path, name: str, rate: int) -> AudioRecord:
    part, final = root / "open" / f"{name}.wav.part", root / "audio" / f"{name}.wav"
    if not rate:
        found = next((path for path in (part, final) if path.exists()), None)
        rate = (rate_of(found) if found else 0) or USUAL_RATE
    record = AudioRecord(sample_rate=rate, channels=CHANNELS)
    if part.exists():
        final.parent.mkdir(parents=True, exist_ok=True)
        mend_track(part, rate)
        part.replace(final)
        sync_folder(final.parent)
    if final.exists():
        frames = (final.stat().st_size - HEADER_BYTES) // FRAME_BYTES
        record.duration = round(frames / rate, 3)
        record.sha256 = sha256_of(final)
    return record


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
