"""Chooses, among the readings of an utterance, one that says a value of the kind that is waited for.

A Transcriber around a Transcriber: a telephone number has nine digits and a document's letter fits its digits, so of
the recogniser's hypotheses the first that holds such a value is taken; where none does, its best one stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.language.identifiers import HOME
from ivr.language.readings import choose_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from ivr.audio.frame import AudioFrame
    from ivr.ports import Hints, Transcriber, Transcript


LANGUAGE = "es"
"""Whose values can be read."""


class ConstrainedTranscriber:
    """``now`` tells local time, for days that are named by their distance; ``country`` whose numbers are said."""

    def __init__(self, inner: Transcriber, now: Callable[[], dt.datetime], country: str = HOME) -> None:
        self._inner = inner
        self._now = now
        self._country = country

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        """Transcribe one utterance. Cancelling takes it out of the queue."""
        return constrained(await self._inner.transcribe(speech, hints), hints.slots, self._now(), self._country)


def constrained(heard: Transcript, slots: frozenset[str], now: dt.datetime, country: str = HOME) -> Transcript:
    """Choose the reading; ``raw`` keeps the recogniser's own choice."""
    if not slots or not heard.alternatives or heard.language != LANGUAGE:
        return heard
    text = choose_text(slots, (heard.text, *heard.alternatives), now, country)
    return heard if text == heard.text else replace(heard, text=text, raw=heard.raw or heard.text)
