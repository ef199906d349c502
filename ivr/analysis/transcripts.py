"""What a heard file is told as: plain, or with everything that is known about every word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from ivr.metadata import WordRecord

if TYPE_CHECKING:
    from ivr.analysis.listening import Listened, Piece


class PlainTranscript(BaseModel):
    """What was said, as it was recognised."""

    text: str
    language: str
    duration: float = Field(description="Seconds of the file.")


class TranscriptSegment(BaseModel):
    """A stretch of speech; times in seconds of the file."""

    channel: int = Field(description="1 = the first or left one.")
    start: float
    end: float
    text: str = Field(description="With corrections.")
    raw: str = Field(description="As it was recognised.")
    confidence: float | None = Field(description="Mean of the words': the chance that a word is right.")
    words: list[WordRecord]
    corrections: list[dict[str, Any]]


class Disbelieved(BaseModel):
    """A stretch of sound whose text was thrown away; ``guard``: silence, loop, echo or hallucination."""

    channel: int
    start: float
    end: float
    guard: str


class EnhancedTranscript(BaseModel):
    """What was said, with everything that is known about it."""

    text: str = Field(description="With corrections.")
    raw: str = Field(description="As it was recognised.")
    language: str
    duration: float = Field(description="Seconds of the file.")
    confidence: float | None = Field(description="Mean over the words; none without words.")
    segments: list[TranscriptSegment]
    disbelieved: list[Disbelieved]
    faults: list[str] = Field(description="What is wrong with the sound, each with its mend.")


def plain(listened: Listened) -> PlainTranscript:
    """Tell what was recognised."""
    return PlainTranscript(text=listened.raw, language=listened.language, duration=round(listened.seconds, 3))


def enhanced(listened: Listened) -> EnhancedTranscript:
    """Tell everything."""
    said = [piece for piece in listened.pieces if piece.heard.text]
    sure = [word.confidence for piece in said for word in piece.heard.words]
    return EnhancedTranscript(
        text=listened.text,
        raw=listened.raw,
        language=listened.language,
        duration=round(listened.seconds, 3),
        confidence=_mean(sure),
        segments=[_segment(piece) for piece in said],
        disbelieved=[
            Disbelieved(
                channel=piece.channel + 1,
                start=round(piece.start, 3),
                end=round(piece.end, 3),
                guard=piece.heard.rejected or "silence",
            )
            for piece in listened.pieces
            if not piece.heard.text
        ],
        faults=list(listened.faults),
    )


def _segment(piece: Piece) -> TranscriptSegment:
    heard = piece.heard
    return TranscriptSegment(
        channel=piece.channel + 1,
        start=round(piece.start, 3),
        end=round(piece.end, 3),
        text=heard.text,
        raw=heard.raw or heard.text,
        confidence=_mean([word.confidence for word in heard.words]),
        words=[
            WordRecord(
                text=word.text, start=round(word.start, 3), end=round(word.end, 3), confidence=round(word.confidence, 3)
            )
            for word in heard.words
        ],
        corrections=[correction.record() for correction in heard.corrections],
    )


def _mean(confidences: list[float]) -> float | None:
    return round(sum(confidences) / len(confidences), 3) if confidences else None
