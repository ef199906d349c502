"""Keeps a card that the caller is asked for out of everything that is kept: sound, texts, keys, functions' records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.language.redaction import LABELS, redact, redact_digits

if TYPE_CHECKING:
    from ivr.metadata import Segment, ToolRecord

TICK = 0.02


class RecordingPause:
    """When the caller's sound is left out, and what of their words is covered then."""

    def __init__(self) -> None:
        self._now = 0.0
        self._since: float | None = None
        self._stretches: list[list[float]] = []

    def tick(self, *, paused: bool) -> None:
        """Pass one tick of the call."""
        if paused and self._since is None:
            self._since = self._now
        elif not paused and self._since is not None:
            self._stretches.append([round(self._since, 2), round(self._now, 2)])
            self._since = None
        self._now += TICK

    @property
    def stretches(self) -> list[list[float]]:
        """The pauses so far, [start, end] in seconds since the call's first tick."""
        open_one = [] if self._since is None else [[round(self._since, 2), round(self._now, 2)]]
        return self._stretches + open_one

    def covered(self, text: str, *, by_keys: bool) -> str:
        """Give a caller's turn as it may be kept."""
        if self._since is None:
            return text
        return "*" * len(text) if by_keys else redact_digits(text)

    def hid(self, text: str) -> bool:
        """Say whether a kept turn had something covered."""
        return LABELS["card"] in text and bool(self.stretches)

    def covered_record(self, record: ToolRecord) -> ToolRecord:
        """Give a function's record as it may be kept: after a card was asked for, no card is in it."""
        if not self.stretches:
            return record
        told = {name: redact(value) if isinstance(value, str) else value for name, value in record.arguments.items()}
        return record.model_copy(update={"arguments": told})


def cover_segment(segment: Segment) -> Segment:
    """Give a segment of the transcript without digits and without words."""
    texts = {"raw": redact_digits(segment.raw), "text": redact_digits(segment.text)}
    return segment.model_copy(update={**texts, "words": [], "corrections": []})
