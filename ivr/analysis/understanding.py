"""Everything that is understood of a caller's turn, as one document: words, intent, entities, feelings, voice."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ivr.audio.frame import AudioFrame
from ivr.audio.prosody_baseline import Baseline, Manner
from ivr.language.intents import detect_intent
from ivr.language.interpretation import interpret
from ivr.language.mood import Mood
from ivr.language.named_entities import find_all
from ivr.language.tongue import NAMES, tongue_of
from ivr.ports import Transcript, Word

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from ivr.analysis.listening import Piece
    from ivr.audio.sound_file import SoundFile

BLOCK = 10.0
"""Seconds of a file that are read at once."""
TYPED = 0.6
"""Confidence of a typed word: nobody heard it, so it is taken for one that speech-to-text was not sure of. So taken,
all levels of the first bank changed 0.38 of 1,000 words of other people's telephone talk."""


def typed(text: str) -> Transcript:
    """Take a typed text for one that was heard, every word in doubt."""
    return Transcript(text, tuple(Word(word, 0.0, 0.0, TYPED) for word in text.split()))


class Understanding:
    """Understands one caller's turns, one after the other; feelings and voice are told against the turns before."""

    def __init__(self, now: dt.datetime, products: Sequence[str] = ()) -> None:
        self._now = now
        self._products = products
        self._baseline = Baseline()
        self.mood = Mood()

    def understand(self, heard: Transcript, speech: AudioFrame | None = None) -> dict[str, Any]:
        """Describe one turn; ``speech`` is its sound, where there is any."""
        text = heard.text
        told = interpret(text, speech, self._baseline.pitch)
        manner = self._baseline.manner(told.prosody) if told.prosody else Manner()
        self.mood = self.mood.after(text, told.sentiment, manner)
        intent = detect_intent(text)
        felt = self.mood.sentiment
        document: dict[str, Any] = {
            "text": heard.raw or text,
            "corrected": text,
            "corrections": [item.record() for item in heard.corrections],
            "intent": {"name": intent.name, "confidence": intent.confidence},
            "sentiment": {
                "label": felt.level,
                "score": felt.score,
                "mentions": [asdict(mention) for mention in felt.mentions],
            },
            "entities": [asdict(entity) for entity in find_all(text, self._now, self._products)],
            "question": {
                "asks": told.question.asks,
                "probability": told.question.probability,
                "cues": list(told.question.cues),
            },
            "mood": {
                "trend": self.mood.trend,
                "label": self.mood.level,
                "frustration": self.mood.frustration,
                "alert": self.mood.alert,
                "tone": self.mood.tone.tone,
                "tone_trend": self.mood.tones.tone,
            },
            "warnings": [],
        }
        if (tongue := tongue_of(text)) != "es":
            document["warnings"].append(
                f"this looks like {NAMES[tongue]}; only Spanish is understood: say it in Spanish"
            )
        if told.prosody is not None:
            document["prosody"] = asdict(told.prosody) | {"against_usual": asdict(manner)}
            self._baseline = self._baseline.with_utterance(told.prosody)
        return document


def sounds_of(sound: SoundFile, pieces: Sequence[Piece]) -> Iterator[tuple[Piece, AudioFrame]]:
    """Cut the sound of pieces, the earliest first, out of their file, reading it once and keeping no more than needed.

    ``pieces`` are in the order in which they begin, as a ``Listener`` gives them.
    """
    waiting: deque[tuple[Piece, list[AudioFrame]]] = deque((piece, []) for piece in pieces)
    for tracks in sound.blocks(BLOCK):
        for piece, found in waiting:
            track = tracks[piece.channel]
            if piece.start >= track.end:
                break
            if piece.end > track.start:
                first = max(0, round((piece.start - track.start) * track.rate))
                found.append(track.cut(first, round((piece.end - track.start) * track.rate)))
        while waiting and waiting[0][0].end <= tracks[0].end:
            piece, found = waiting.popleft()
            yield piece, _whole(found, sound.rate)
    for piece, found in waiting:
        yield piece, _whole(found, sound.rate)


def _whole(parts: list[AudioFrame], rate: int) -> AudioFrame:
    return AudioFrame.join(parts) if parts else AudioFrame.silence(0, rate)
