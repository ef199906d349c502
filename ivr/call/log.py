"""The call's written record: two tracks, turns with what was heard, latencies, functions, interruptions."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, cast

from ivr.call.feelings import Feelings
from ivr.call.recording_pause import RecordingPause, cover_segment
from ivr.call.thinking import NOTE
from ivr.dialogue.context import ContextFold
from ivr.dialogue.conversation import Message
from ivr.dialogue.tools import SEARCH, ToolResult
from ivr.metadata import (
    AlertRecord,
    CallRecord,
    InterruptionRecord,
    ModelRecord,
    RecordingMetadata,
    Segment,
    ToolRecord,
    TurnRecord,
    WordRecord,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.call.kit import CallBook
    from ivr.call.ledger import Spoken
    from ivr.call.recorder import Recorder, RecordingWriter
    from ivr.dialogue.outcome import Outcome
    from ivr.ports import CallOffer, HangUp, LinkStats, Transcript

log = logging.getLogger(__name__)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)


class CallLog:
    """Everything that is kept of one call; all methods but ``open`` and ``close`` are quick enough for the tick."""

    def __init__(
        self, offer: CallOffer, rate: int, writer: RecordingWriter, book: CallBook, versions: Mapping[str, str]
    ) -> None:
        self._writer = writer
        self.book = book
        self._rate = rate
        self.recorder: Recorder
        self.feelings = Feelings()
        """The session puts the call's own here."""
        self.models: list[ModelRecord] = []
        """What language models did since the agent's last turn that was heard."""
        self.language = "es"
        """What is spoken in the call now."""
        self._sources: list[dict[str, Any]] = []
        """What was looked up for the reply that comes."""
        self._context = ContextFold()
        self._caller_turn: TurnRecord | None = None
        self._segment: Segment | None = None
        self._awaited: list[str] = []
        self._pause = RecordingPause()
        self._latencies: dict[str, float] = {}
        self._turn_end: float | None = None
        self._reply_latencies: dict[str, float] = {}
        self._ended_at = 0.0
        self._paused_at = 0.0
        self._committed = 0.0
        started = datetime.fromtimestamp(offer.started_at, UTC)
        self.metadata = RecordingMetadata(
            recording_id=f"rec_{offer.call_id}",
            conversation_id=offer.call_id,
            call=CallRecord(
                direction=offer.direction,
                caller=offer.caller,
                called=offer.called,
                started_at=started,
                answered_at=started,
                channel_id=offer.channel_id,
                recording_notice="consent" in offer.variables,
                returned="returned" in offer.variables,
            ),
            versions=dict(versions),
        )
        self.metadata.media["codec"] = offer.codec

    async def open(self) -> None:
        """Start the recording and note the call; models that run in it are noted from here on."""
        NOTE.set(self.models.append)
        self.metadata.call.answered_at = datetime.now(UTC)
        self.recorder = self._writer.open(self.metadata, self._rate)
        await self.book.opened(self.metadata)

    async def close(self, outcome: Outcome, hangup: HangUp | None, stats: LinkStats) -> RecordingMetadata:
        """Finish the recording; answers the whole metadata."""
        self._keep_caller_turn()
        last = next((turn for turn in reversed(self.metadata.turns) if turn.who == "agent"), None)
        if last is not None:
            self._enter_models(last)
        call = self.metadata.call
        call.ended_at = datetime.now(UTC)
        call.outcome = outcome
        if hangup is not None:
            call.hangup_cause, call.sip_code = hangup.cause or None, hangup.sip or None
        self.metadata.media |= {name: getattr(stats, name) for name in stats.__slots__}
        self.metadata.transcription.text = "\n".join(
            f"{turn.who}: {turn.heard}" for turn in self.metadata.turns if turn.heard
        )
        if self._pause.stretches:
            self.metadata.media["recording_pauses"] = self._pause.stretches
        self.metadata = await self.recorder.close(self.metadata)
        await self.book.closed(self.metadata)
        return self.metadata

    def record(self, heard: bytes, said: bytes, *, card: bool = False) -> None:
        """Take one tick's sound of both sides; while the caller is asked for a ``card`` theirs is left out."""
        self._pause.tick(paused=card)
        self.recorder.write(bytes(len(heard)) if card else heard, said)

    # --- the caller's turns ----------------------------------------------------------------

    def speech_paused(self, ended_at: float, now: float) -> None:
        """Note a pause: the stages of the next reply are counted from the sound's end."""
        self._ended_at, self._paused_at = ended_at, now
        self._latencies = {"pause": _ms(now - ended_at)}
        self._turn_end = None

    def recognised(self, heard: Transcript, start: float, now: float, awaited: frozenset[str]) -> None:
        """Note what speech-to-text made of the utterance that begins at ``start``, and what was ``awaited`` then."""
        self._awaited = sorted(awaited)
        self._latencies["stt"] = _ms(now - self._paused_at)
        words = [
            WordRecord(text=word.text, start=start + word.start, end=start + word.end, confidence=word.confidence)
            for word in heard.words
        ]
        self._segment = Segment(
            who="caller",
            start=words[0].start if words else start,
            end=words[-1].end if words else now,
            raw=heard.raw or heard.text,
            text=heard.text,
            words=words,
            confidence=heard.confidence,
            corrections=[item.record() for item in heard.corrections],
        )

    def turn_judged(self, probability: float) -> None:
        """Note the turn-end model's answer."""
        self._turn_end = round(probability, 3)

    def caller_turn(self, text: str, start: float, end: float, now: float, *, by_keys: bool) -> None:
        """Note the caller's turn; it is kept once the reply begins, since until then it may be taken back."""
        self.caller_turn_over(kept=True)
        self._committed = time.monotonic()
        self._latencies["endpoint"] = _ms(now - end)
        text = self._pause.covered(text, by_keys=by_keys)
        self._caller_turn = TurnRecord(
            who="caller", start=start, end=end, text=text, heard=text, by_keys=by_keys, language=self.language
        )
        if by_keys:
            self.metadata.digits += text
            self.recorder.note("digits", {"digits": text, "at": now})

    def caller_turn_over(self, *, kept: bool) -> None:
        """Keep the noted turn, or forget it: the caller went on and will be heard anew."""
        if kept:
            self._keep_caller_turn()
        self._caller_turn = None

    def _keep_caller_turn(self) -> None:
        turn, self._caller_turn = self._caller_turn, None
        if turn is None:
            return
        self.metadata.turns.append(turn)
        if self._segment is not None and self._pause.hid(turn.text):
            self._segment = cover_segment(self._segment)
        if self._segment is not None and not turn.by_keys:
            self.metadata.transcription.segments.append(self._segment)
            self.metadata.transcription.corrections += self._segment.corrections
            turn.awaited = self._awaited
            turn.corrections = self._segment.corrections
            turn.raw = self._segment.raw if turn.corrections else ""
            turn.turn_end_probability = self._turn_end
        self._segment = None
        turn.context = self._context.take(Message("user", turn.text, by_keys=turn.by_keys)).record()
        if not turn.by_keys:
            self._note_feelings(turn)
        self.recorder.note("turn", turn)

    def _note_feelings(self, turn: TurnRecord) -> None:
        """Write down how the turn was said, and tell when frustration has built up."""
        for name, value in self.feelings.keep(turn.text).items():
            setattr(turn, name, value)
        mood = self.feelings.mood
        if not mood.alert:
            return
        alert = AlertRecord(
            at=turn.end,
            text=turn.text,
            score=mood.sentiment.score,
            trend=mood.trend,
            frustration=mood.frustration,
            tone=mood.tones.tone,
        )
        log.warning("sentiment_alert: the caller has had enough (frustration %.2f)", mood.frustration)
        self.metadata.alerts.append(alert)
        self.recorder.note("sentiment_alert", alert)

    # --- the agent's turns -----------------------------------------------------------------

    def reply_sounds(self, now: float, first_text_at: float | None) -> None:
        """Note that the reply's first sound goes out at ``now``."""
        self._keep_caller_turn()
        clock = time.monotonic()
        if self._committed and first_text_at is not None:
            self._latencies["llm"] = _ms(first_text_at - self._committed)
            self._latencies["tts"] = _ms(clock - first_text_at)
        if self._ended_at:
            self._latencies["total"] = _ms(now - self._ended_at)
        self._reply_latencies, self._latencies = self._latencies, {}
        self._committed = self._ended_at = 0.0

    def agent_turn(self, spoken: Spoken, clarifies: str = "") -> None:
        """Note what the agent said, how much of it was heard, and whether it asked again what it had not heard well."""
        self._keep_caller_turn()
        turn = TurnRecord(
            who="agent",
            start=spoken.start,
            end=spoken.end,
            text=spoken.text,
            heard=spoken.heard,
            interrupted=spoken.interrupted,
            language=self.language,
            latencies_ms=self._reply_latencies,
            clarifies=clarifies,
        )
        self._reply_latencies = {}
        if not spoken.heard:
            return
        self._context.take(Message("assistant", turn.heard))
        self._enter_models(turn)
        turn.sources, self._sources = self._sources, []
        self.metadata.turns.append(turn)
        if clarifies:
            asked = self.metadata.clarifications
            asked[clarifies] = asked.get(clarifies, 0) + 1
        segment = Segment(who="agent", start=turn.start, end=turn.end, raw=turn.heard, text=turn.heard)
        self.metadata.transcription.segments.append(segment)
        self.recorder.note("turn", turn)

    def _enter_models(self, turn: TurnRecord) -> None:
        turn.models += self.models
        self.models.clear()
        first = next((record.ttft_ms for record in turn.models if record.outcome == "answered"), None)
        if first is not None:
            turn.latencies_ms["first_token"] = first

    def tool(self, record: ToolRecord, now: float) -> None:
        """Note a business function that ran."""
        self._keep_caller_turn()
        record.at = now
        record = self._pause.covered_record(record)
        self._sources += record.data.get("sources", []) if record.name == SEARCH and record.ok else []
        self._context.take(Message("tool", result=ToolResult("", record.name, ok=record.ok)))
        self.metadata.tools.append(record)
        self.recorder.note("tool", record)

    # --- interruptions ---------------------------------------------------------------------

    def interrupted(self, kind: str, at: float, text: str, silenced: float) -> None:
        """Note what the caller's sound at ``at`` was, and when the agent fell silent because of it."""
        record = InterruptionRecord(
            at=at,
            kind=cast('Literal["interruption", "backchannel", "noise"]', kind),
            text=self._pause.covered(text, by_keys=False),
            stopped_after_ms=_ms(silenced - at),
        )
        self.metadata.interruptions.append(record)
        self.recorder.note("interruption", record)
