"""Hears the caller among other voices: recognition that knows whose utterance it is.

Recognition starts at once on the sound as it is, and the comparison of voices runs beside it, so that it costs the
caller no time. While a second voice is about, the isolated sound is recognised too, and both decide which words count.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ivr.audio.frame import AudioFrame
from ivr.audio.voice_profile import NEEDED
from ivr.call.caller_voice import CallerVoice, Judgement
from ivr.call.caller_words import REJECTED, callers_words
from ivr.metadata import VoiceRecord
from ivr.ports import Transcript

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.call.kit import AgentKit
    from ivr.call.log import CallLog
    from ivr.ports import Hints, SpeakerEncoder, SpeakerFilter, Transcriber


class Attention:
    """One call's recogniser; ``note`` takes the record of each utterance, ``allowed`` says whether load permits it."""

    def __init__(
        self,
        transcriber: Transcriber,
        encoder: SpeakerEncoder,
        speaker_filter: SpeakerFilter,
        note: Callable[[VoiceRecord], None],
        allowed: Callable[[], bool],
    ) -> None:
        self._transcriber = transcriber
        self._voice = CallerVoice(encoder, speaker_filter)
        self._note = note
        self._allowed = allowed
        self._agent = bytearray()
        self._agent_rate = 0

    def overhear(self, said: bytes, rate: int) -> None:
        """Take 20 ms of the agent's own speech: its voice is to be known when it comes back."""
        self._agent_rate = rate
        if len(self._agent) < NEEDED * rate * 2:
            self._agent += said

    async def transcribe(
        self, speech: AudioFrame, hints: Hints, voiced: AudioFrame, *, over_agent: bool = False
    ) -> Transcript:
        """Recognise an utterance; ``voiced`` is its voiced part, ``over_agent``: it began while the agent talked."""
        if not self._allowed():
            return await self._transcriber.transcribe(speech, hints)
        if not self._voice.profile.ready:
            heard = await self._transcriber.transcribe(speech, hints)
            if heard.text:
                await self._voice.learn(voiced)
            return heard
        await self._know_agent()
        at_once = asyncio.ensure_future(self._transcriber.transcribe(speech, hints))
        try:
            judgement = await self._voice.judge(voiced, over_agent=over_agent)
            self._voice.heed(judgement)
            isolated = not judgement.foreign and self._voice.isolating
            self._write_down(speech, judgement, isolated=isolated)
            if judgement.foreign:
                return Transcript("", rejected=REJECTED)
            if not isolated:
                return await at_once
            alone = await self._transcriber.transcribe(await self._voice.isolate(speech), hints)
            return callers_words(alone, await at_once)
        finally:
            at_once.cancel()

    async def is_foreign(self, voiced: AudioFrame) -> bool:
        """Say whether what is being said over the agent is another's; it may go on after this."""
        if not self._allowed():
            return False
        await self._know_agent()
        return (await self._voice.judge(voiced, over_agent=True)).foreign

    async def _know_agent(self) -> None:
        if len(self._agent) >= NEEDED * self._agent_rate * 2 > 0:
            await self._voice.agent_said(AudioFrame(bytes(self._agent), self._agent_rate))

    def _write_down(self, speech: AudioFrame, judgement: Judgement, *, isolated: bool) -> None:
        likeness = None if judgement.likeness is None else round(judgement.likeness, 3)
        self._note(
            VoiceRecord(
                start=round(speech.start, 2),
                end=round(speech.end, 2),
                who=judgement.who,
                likeness=likeness,
                isolated=isolated,
            )
        )


def attention_of(kit: AgentKit, book: CallLog, allowed: Callable[[], bool]) -> Attention | None:
    """Make a call's attention from its engines; None where telling voices apart is switched off."""
    encoder, speaker_filter = kit.voice.encoder, kit.voice.speaker_filter
    if encoder is None or speaker_filter is None:
        return None
    note = book.metadata.voices.append
    return Attention(kit.transcriber, encoder, speaker_filter, note, allowed)
