"""What a call's written record says beside what was said: stages left out, voices that failed, faults of the sound."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.metadata import StageRecord

if TYPE_CHECKING:
    from ivr.metadata import RecordingMetadata, VoiceSwitchRecord

log = logging.getLogger(__name__)


def note_stage(metadata: RecordingMetadata, stage: str, at: float, *, on: bool) -> None:
    """Note that load switched a stage off, or on again."""
    metadata.stages.append(StageRecord(at=round(at, 2), stage=stage, on=on))


def note_voice_switch(metadata: RecordingMetadata, record: VoiceSwitchRecord, at: float) -> None:
    """Note that another voice went on."""
    record.at = round(at, 2)
    metadata.voice_switches.append(record)


def note_sound_faults(metadata: RecordingMetadata, faults: list[str]) -> None:
    """Note what was wrong with the caller's sound."""
    metadata.sound_faults = faults
    for fault in faults:
        log.warning("the caller's sound: %s", fault)
