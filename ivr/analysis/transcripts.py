"""What a heard file is told as: plain, or with everything that is known about every word."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from ivr.language.named_entities import find_all
from ivr.language.written import written
from ivr.metadata import WordRecord

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from ivr.analysis.listening import Listened, Piece

READ = "es"
"""The language whose numbers, dates and addresses are read."""


class PlainTranscript(BaseModel):
    """What was said, as it was recognised."""

    text: str
    language: str
    duration: float = Field(description="Seconds of the file.")


class SpokenEntity(BaseModel):
    """Something that was named: phone, email, dni, nie, iban, amount, date, product and more, in its normal form."""

    type: str
    value: str
    text: str = Field(description="The words that name it, in the segment's text.")
    start: int = Field(description="Where they begin there, in letters.")
    end: int


class TranscriptSegment(BaseModel):
    """A stretch of speech; times in seconds of the file."""

    channel: int = Field(description="1 = the first or left one.")
    start: float
    end: float
    text: str = Field(description="With corrections.")
    raw: str = Field(description="As it was recognised.")
    written: str = Field(description="With numbers, amounts, hours and addresses as people write them.")
    confidence: float | None = Field(description="Mean of the words': the chance that a word is right.")
    words: list[WordRecord]
    entities: list[SpokenEntity]
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
    written: str = Field(description="With numbers, amounts, hours and addresses as people write them.")
    language: str
    duration: float = Field(description="Seconds of the file.")
    confidence: float | None = Field(description="Mean over the words; none without words.")
    segments: list[TranscriptSegment]
    disbelieved: list[Disbelieved]
    faults: list[str] = Field(description="What is wrong with the sound, each with its mend.")


def plain(listened: Listened) -> PlainTranscript:
    """Tell what was recognised."""
    return PlainTranscript(text=listened.raw, language=listened.language, duration=round(listened.seconds, 3))


def enhanced(listened: Listened, now: dt.datetime, products: Sequence[str] = ()) -> EnhancedTranscript:
    """Tell everything; ``now`` is the local time at which it was said, for "mañana"; ``products`` the house's own."""
    said = [piece for piece in listened.pieces if piece.heard.text]
    sure = [word.confidence for piece in said for word in piece.heard.words]
    segments = [_segment(piece, now, products) for piece in said]
    return EnhancedTranscript(
        text=listened.text,
        raw=listened.raw,
        written=" ".join(segment.written for segment in segments),
        language=listened.language,
        duration=round(listened.seconds, 3),
        confidence=_mean(sure),
        segments=segments,
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


def _segment(piece: Piece, now: dt.datetime, products: Sequence[str]) -> TranscriptSegment:
    heard = piece.heard
    spanish = heard.language == READ
    entities = find_all(heard.text, now, products) if spanish else []
    return TranscriptSegment(
        channel=piece.channel + 1,
        start=round(piece.start, 3),
        end=round(piece.end, 3),
        text=heard.text,
        raw=heard.raw or heard.text,
        written=written(heard.text, now) if spanish else heard.text,
        confidence=_mean([word.confidence for word in heard.words]),
        words=[
            WordRecord(
                text=word.text, start=round(word.start, 3), end=round(word.end, 3), confidence=round(word.confidence, 3)
            )
            for word in heard.words
        ],
        entities=[SpokenEntity(**asdict(entity)) for entity in entities],
        corrections=[correction.record() for correction in heard.corrections],
    )


def _mean(confidences: list[float]) -> float | None:
    return round(sum(confidences) / len(confidences), 3) if confidences else None
