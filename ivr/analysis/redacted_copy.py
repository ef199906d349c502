"""Redacts a recording: labels in its texts, and a tone over both tracks where something private is said."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ivr.analysis.report import render_report
from ivr.analysis.transcript_files import as_text, as_vtt
from ivr.audio.frame import AudioFrame
from ivr.audio.wav import read_wav, write_wav
from ivr.errors import RecordingNotFound
from ivr.language.redaction import LABELS, find_cards, find_private, redact
from ivr.metadata import RecordingMetadata, WordRecord, read_metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.language.redaction import Private
    from ivr.metadata import Segment
    from ivr.ports import RecordingStore

    Stretch = tuple[float, float]
    """Seconds since the call's first tick."""

PAD = 0.15
"""Seconds that the tone begins before the first word and ends after the last: word times are that exact."""
TONE_HZ = 1000.0
LOUDNESS = 0.1
"""Of full scale."""
_BLANK = "█"
_AS_IT_IS = frozenset({"recording_id", "conversation_id", "call", "audio", "versions", "media", "processing_mode"})


def private_stretches(metadata: RecordingMetadata) -> list[Stretch]:
    """Say when something private is said, by word times where they are known, else the whole turn; padded, joined."""
    found: list[Stretch] = []
    for segment in metadata.transcription.segments:
        found += _of_segment(segment)
    for who in ("caller", "agent", "person"):  # a card that is told in several breaths
        words = [word for part in metadata.transcription.segments if part.who == who for word in part.words]
        found += _of_words(words, find_cards)
    for turn in metadata.turns:
        private = any(find_private(text) for text in (turn.text, turn.heard, turn.raw))
        if private and not turn.by_keys and not any(start < turn.end and turn.start < end for start, end in found):
            found.append((turn.start, turn.end))
    return _joined([(max(0.0, start - PAD), end + PAD) for start, end in found])


def _of_segment(segment: Segment) -> list[Stretch]:
    by_word = _of_words(segment.words, find_private)
    most = max(len(find_private(segment.text)), len(find_private(segment.raw)))
    return by_word if len(by_word) >= most else [(segment.start, segment.end)]


def _of_words(words: Sequence[WordRecord], find: Callable[[str], list[Private]]) -> list[Stretch]:
    places, at = [], 0
    for word in words:
        places.append((at, at + len(word.text), word))
        at += len(word.text) + 1
    found = []
    for one in find(" ".join(word.text for word in words)):
        within = [word for start, end, word in places if start < one.end and one.start < end]
        found += [(word.start, word.end) for word in within] if find is find_cards else [
            (within[0].start, within[-1].end)
        ]  # fmt: skip
    return found


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def beep(track: AudioFrame, stretches: Sequence[Stretch]) -> AudioFrame:
    """Give the track with nothing but a tone in these stretches."""
    samples = np.frombuffer(track.pcm, "<i2").copy()
    tone = LOUDNESS * 32767 * np.sin(2 * np.pi * TONE_HZ * np.arange(len(samples)) / track.rate)
    for start, end in stretches:
        first, last = int((start - track.start) * track.rate), int(np.ceil((end - track.start) * track.rate))
        samples[max(0, first) : max(0, last)] = tone[max(0, first) : max(0, last)].astype("<i2")
    return AudioFrame(samples.tobytes(), track.rate, track.start)


def redact_metadata(metadata: RecordingMetadata) -> RecordingMetadata:
    """Give the metadata with labels in all its texts; private entities and words are left out."""
    stretches = private_stretches(metadata)
    document = metadata.model_dump(mode="json")
    for segment in document["transcription"]["segments"]:
        for word in segment["words"]:
            if any(word["start"] < end and start < word["end"] for start, end in stretches):
                word["text"] = _BLANK
    entities = document["analysis"]["entities"]
    document["analysis"]["entities"] = [item for item in entities if item.get("type") not in LABELS]
    document["digits"] = "*" * len(document["digits"])
    for turn in document["turns"]:
        if turn["by_keys"]:
            turn["text"] = turn["heard"] = "*" * len(turn["text"])
    return RecordingMetadata.model_validate(
        {name: value if name in _AS_IT_IS else _redacted(value) for name, value in document.items()}
    )


def _redacted(value: Any) -> Any:
    match value:
        case str():
            return redact(value)
        case list():
            return [_redacted(item) for item in value]
        case dict():
            return {name: _redacted(item) for name, item in value.items()}
        case _:
            return value


def redact_recording(store: RecordingStore, recording_id: str, *, replace: bool) -> RecordingMetadata:
    """Make a redacted copy (``redacted/ID.wav`` and ``.json``), or put it in the original's place; gives its metadata.

    RecordingNotFound or another StorageError when its files cannot be used.
    """
    metadata = read_metadata(store.fetch(f"metadata/{recording_id}.json").read_bytes())
    stretches, redacted = private_stretches(metadata), redact_metadata(metadata)
    tracks = [beep(track, stretches) for track in read_wav(store.fetch(f"audio/{recording_id}.wav"))]
    with tempfile.TemporaryDirectory(prefix="ivr-redacted-") as folder:
        sound, text = Path(folder) / "sound.wav", Path(folder) / "text"
        write_wav(sound, *tracks)
        redacted.audio.listening_copy = _cover_listening_copy(store, metadata, stretches) if replace else ""
        redacted.audio.sha256 = store.put(f"{'audio' if replace else 'redacted'}/{recording_id}.wav", sound)
        files = {f"{'metadata' if replace else 'redacted'}/{recording_id}.json": redacted.model_dump_json(indent=1)}
        if replace:
            files |= {
                f"transcripts/{recording_id}.txt": as_text(redacted),
                f"transcripts/{recording_id}.vtt": as_vtt(redacted),
                f"reports/{recording_id}.html": render_report(redacted, tracks),
            }
        for name, content in files.items():
            text.write_text(content, encoding="utf-8")
            store.put(name, text)
    return redacted


def _cover_listening_copy(store: RecordingStore, metadata: RecordingMetadata, stretches: Sequence[Stretch]) -> str:
    """Cover the same in the copy for listening, where there is one; answers its name."""
    name = metadata.audio.listening_copy
    if not name:
        return ""
    try:
        tracks = [beep(track, stretches) for track in read_wav(store.fetch(name))]
    except RecordingNotFound:
        return ""
    with tempfile.TemporaryDirectory(prefix="ivr-redacted-") as folder:
        sound = Path(folder) / "sound.wav"
        write_wav(sound, *tracks)
        store.put(name, sound)
    return name
