"""What a call's written record says of its hand-over, and of what was said after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.metadata import Segment, TurnRecord

if TYPE_CHECKING:
    from ivr.call.log import CallLog
    from ivr.call.overhearing import Heard
    from ivr.metadata import HandoverRecord


class HandoverLog:
    """Writes into a call's log; ``offset`` is when, on the call's clock, the person's began."""

    def __init__(self, log: CallLog) -> None:
        self._log = log
        self.offset = 0.0

    async def begun(self) -> None:
        """Let whoever looks at the call see that it is being handed over, and with what."""
        await self._log.book.changed(self._log.metadata)

    def settled(self, record: HandoverRecord) -> None:
        """Note how it came out."""
        self._log.recorder.note("handover", record)

    async def caller_said(self, heard: Heard) -> None:
        """Note what the caller said to the person; how they feel goes on being looked at."""
        transcript, speech, end = heard
        await self._log.feelings.take(transcript.text, speech)
        self._log.recognised(transcript, speech.start, end, frozenset())
        self._log.caller_turn(transcript.text, speech.start, end, end, by_keys=False)
        self._log.caller_turn_over(kept=True)

    async def person_said(self, heard: Heard) -> None:
        """Note what the person said to the caller."""
        transcript, speech, end = heard
        span = {"start": speech.start + self.offset, "end": end + self.offset}
        turn = TurnRecord(who="person", text=transcript.text, heard=transcript.text, **span)
        self._log.metadata.turns.append(turn)
        self._log.metadata.transcription.segments.append(
            Segment(who="person", raw=transcript.raw or transcript.text, text=transcript.text, **span)
        )
        self._log.recorder.note("turn", turn)
