"""A call's feelings: what the caller's turns told so far, the trend, and when somebody should be told."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ivr.audio.prosody_baseline import Baseline, Manner
from ivr.errors import IvrError
from ivr.language.mood import Mood
from ivr.language.sentiment import NEUTRAL, sentiment_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.audio.frame import AudioFrame
    from ivr.audio.prosody import Prosody
    from ivr.call.kit import AgentKit
    from ivr.language.interpretation import Interpretation

log = logging.getLogger(__name__)


class Feelings:
    """One call's; ``voice_allowed`` says whether load permits to look at the sound.

    An utterance is interpreted off the tick as soon as it is recognised. It counts only when its turn is kept: a turn
    that the caller takes back leaves no trace.
    """

    def __init__(self, kit: AgentKit | None = None, voice_allowed: Callable[[], bool] = lambda: True) -> None:
        self._interpreter = kit.interpreter if kit is not None else None
        self._sentiment = kit is not None and kit.policy.sentiment
        self._voice_allowed = voice_allowed
        self._baseline = Baseline()
        self._last: Interpretation | None = None
        self.mood = Mood()

    async def take(self, text: str, speech: AudioFrame) -> None:
        """Interpret an utterance that was recognised as ``text``."""
        self._last = None
        if self._interpreter is None or not text:
            return
        sound = speech if self._voice_allowed() else None
        try:
            self._last = await self._interpreter.interpret(text, sound, self._baseline.pitch)
        except IvrError as error:
            log.warning("how it was said stays unknown: %s", error)

    def upsets(self, text: str) -> bool:
        """Tell whether a turn of this text takes the caller's frustration over the line."""
        return self._interpreter is not None and self._after(text).alert

    def keep(self, text: str) -> dict[str, Any]:
        """Count a turn; answers its fields of the record, none where nothing is looked at."""
        if self._interpreter is None:
            return {}
        last = self._of(text)
        manner = self._manner(last)
        self.mood = self._after(text)
        felt = self.mood.sentiment
        fields: dict[str, Any] = {}
        if self._sentiment:
            fields = {
                "sentiment": felt.score,
                "sentiment_level": felt.level,
                "sentiment_trend": self.mood.trend,
            }
        if last is None:
            return fields
        fields["question"] = last.question.asks
        if last.prosody is not None:
            self._baseline = self._baseline.with_utterance(last.prosody)
            fields["prosody"] = self._record(last.prosody, manner)
        return fields

    def _of(self, text: str) -> Interpretation | None:
        return self._last if self._last is not None and self._last.text == text else None

    def _manner(self, last: Interpretation | None) -> Manner:
        return self._baseline.manner(last.prosody) if last is not None and last.prosody is not None else Manner()

    def _after(self, text: str) -> Mood:
        last = self._of(text)
        if not self._sentiment:
            return replace(self.mood.after("", NEUTRAL, self._manner(last)), alert=False)
        return self.mood.after(text, last.sentiment if last else sentiment_of(text), self._manner(last))

    def _record(self, prosody: Prosody, manner: Manner) -> dict[str, Any]:
        return {
            "seconds": prosody.seconds,
            "pitch": prosody.pitch,
            "pitch_range": prosody.pitch_range,
            "rise": prosody.rise,
            "loudness": prosody.loudness,
            "rate": prosody.rate,
            "unsteadiness": prosody.unsteadiness,
            "pauses": [{"start": each.start, "duration": each.duration, "kind": each.kind} for each in prosody.pauses],
            "contour": list(prosody.contour),
            "against_usual": {name: getattr(manner, name) for name in manner.__slots__},
            "tone": self.mood.tone.tone,
            "tone_trend": self.mood.tones.tone,
        }
