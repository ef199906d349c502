"""Hears a recording again, without hurry: both sides, with the time of every word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ivr.analysis.voice_activity import Span, join_spans
from ivr.metadata import Segment, WordRecord
from ivr.ports import Hints

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.audio.frame import AudioFrame
    from ivr.metadata import TurnRecord
    from ivr.ports import Transcriber

GAP = 0.8
LONGEST = 9.4
"""Seconds in one piece: with its margins it fits Whisper's smallest window."""
MARGIN = 0.2
"""Seconds of sound before and after a piece."""
LOST_SPEECH = 0.3
"""Seconds of the agent's speech outside its turns from which on it is heard too."""


class Transcription:
    """Hears the pieces of one recording, one after the other, and tells how far it is."""

    def __init__(self, transcriber: Transcriber, language: str, on_progress: Callable[[float], None]) -> None:
        self._transcriber = transcriber
        self._language = language
        self._on_progress = on_progress

    async def hear(
        self, tracks: Sequence[AudioFrame], speech: Sequence[Sequence[Span]], turns: Sequence[TurnRecord]
    ) -> list[Segment]:
        """Answer the segments of both sides in the order of their beginnings.

        The caller's are what was recognised. The agent's ``text`` is what it is known to have said, ``raw`` what
        was recognised of it.
        """
        caller, agent = tracks
        pieces = [("caller", span, "") for span in join_spans(speech[0], GAP, LONGEST, speech[1])]
        pieces += [("agent", span, text) for span, text in agent_pieces(speech[1], turns)]
        pieces.sort(key=lambda piece: piece[1].start)
        segments = []
        for done, (who, span, text) in enumerate(pieces):
            self._on_progress(done / len(pieces))
            track = caller if who == "caller" else agent
            awaited = awaited_in(span, turns) if who == "caller" else frozenset()
            segment = await self._segment("caller" if who == "caller" else "agent", track, span, text, awaited)
            if segment.text or segment.raw:
                segments.append(segment)
        self._on_progress(1.0)
        return segments

    async def _segment(
        self, who: Literal["caller", "agent"], track: AudioFrame, span: Span, text: str, awaited: frozenset[str]
    ) -> Segment:
        first = max(0, round((span.start - MARGIN) * track.rate))
        piece = track.cut(first, round((span.end + MARGIN) * track.rate))
        hints = Hints(slots=awaited, language=self._language, words=True)
        heard = await self._transcriber.transcribe(piece, hints)
        words = [
            WordRecord(
                text=word.text,
                start=round(piece.start + word.start, 3),
                end=round(piece.start + word.end, 3),
                confidence=round(word.confidence, 3),
            )
            for word in heard.words
        ]
        return Segment(
            who=who,
            start=round(span.start, 3),
            end=round(span.end, 3),
            raw=heard.raw or heard.text,
            text=text or heard.text,
            words=words,
            confidence=round(heard.confidence, 3) if heard.text else None,
            corrections=[] if text else [item.record() for item in heard.corrections],
        )


def agent_pieces(speech: Sequence[Span], turns: Sequence[TurnRecord]) -> list[tuple[Span, str]]:
    """Give the agent's turns with their words, and speech outside every turn without any."""
    spoken = [(Span(turn.start, turn.end), turn.heard) for turn in turns if turn.who == "agent" and turn.heard]
    loose = []
    for span in speech:
        covered = sum(span.overlap(turn) for turn, _ in spoken)
        if span.duration - covered >= LOST_SPEECH and covered < span.duration / 2:
            loose.append(span)
    return spoken + [(span, "") for span in join_spans(loose, GAP, LONGEST)]


def awaited_in(span: Span, turns: Sequence[TurnRecord]) -> frozenset[str]:
    """Give the types of value that the dialogue waited for in the caller's turn that fills most of a span."""
    said = [(span.overlap(Span(turn.start, turn.end)), turn) for turn in turns if turn.who == "caller"]
    shared, turn = max(said, key=lambda each: each[0], default=(0.0, None))
    return frozenset(turn.awaited) if turn is not None and shared > 0 else frozenset()
