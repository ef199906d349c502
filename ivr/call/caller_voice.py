"""Whose voice an utterance is: learns the caller's, compares what comes after, and takes a second voice out.

Isolation is switched on by an utterance in which a second voice is heard, and off after ``QUIET_TURNS`` without one;
most of what another person says alone never gets as far: it is not the caller's, and counts as noise.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ivr.audio.level import dbfs
from ivr.audio.voice_profile import SHORTEST, SURELY, VoiceProfile
from ivr.errors import IvrError

if TYPE_CHECKING:
    from ivr.audio.frame import AudioFrame
    from ivr.ports import SpeakerEncoder, SpeakerFilter

log = logging.getLogger(__name__)

Who = Literal["unknown", "caller", "mixed", "second_voice", "background", "echo"]
QUIET_TURNS = 2
"""Utterances of the caller alone after which isolation is switched off."""
BACKGROUND_DB = 9.0
"""How far under the caller's own level another voice is a television or a person elsewhere in the room."""
DOUBT = 0.06
"""How far under its limit another's voice lies. With the caller's sounding through it is the caller's all the same,
but not over the agent: there it costs the caller a repetition only."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whose utterance it was; ``likeness`` to the caller's profile, -1..1, None before there is one."""

    who: Who = "unknown"
    likeness: float | None = None

    @property
    def foreign(self) -> bool:
        """Whether it is another's alone."""
        return self.who in {"second_voice", "background", "echo"}


class CallerVoice:
    """One call's voices."""

    def __init__(self, encoder: SpeakerEncoder, speaker_filter: SpeakerFilter) -> None:
        self._encoder = encoder
        self._filter = speaker_filter
        self.profile = VoiceProfile(encoder.same, encoder.scatter)
        self._agent = VoiceProfile(encoder.same, encoder.scatter)
        self._quiet_turns = QUIET_TURNS

    @property
    def isolating(self) -> bool:
        """Whether a second voice was heard of late."""
        return self.profile.ready and self._quiet_turns < QUIET_TURNS

    async def agent_said(self, speech: AudioFrame) -> None:
        """Learn the agent's own voice, to know its echo."""
        if not self._agent.ready:
            self._agent.learn(speech, await self._encoder.voiceprints(speech))

    async def judge(self, voiced: AudioFrame, *, over_agent: bool = False) -> Judgement:
        """Say whose a voiced stretch is; ``over_agent``: it began while the agent was talking."""
        if not self.profile.ready or voiced.duration < SHORTEST:
            return Judgement()
        try:
            prints = await self._encoder.voiceprints(voiced)
        except IvrError as error:
            log.warning("voices are not told apart: %s", error)
            return Judgement()
        likeness, limit = self.profile.likeness(prints), self.profile.limit(prints)
        if over_agent and self._agent.ready and self._agent.likeness(prints) > max(likeness, limit):
            return Judgement("echo", likeness)
        if likeness < limit - DOUBT and (over_agent or not self.profile.sounds_through(prints)):
            faint = dbfs(voiced.pcm) < self.profile.level - BACKGROUND_DB
            return Judgement("background" if faint else "second_voice", likeness)
        return Judgement("caller" if likeness >= limit + SURELY else "mixed", likeness)

    def heed(self, judgement: Judgement) -> None:
        """Switch isolation on or off by what a whole utterance was."""
        if judgement.likeness is not None and judgement.who != "echo":
            self._quiet_turns = self._quiet_turns + 1 if judgement.who == "caller" else 0

    async def learn(self, voiced: AudioFrame) -> None:
        """Learn the caller's voice from a voiced stretch in which words were recognised."""
        if self.profile.ready or voiced.duration < SHORTEST:
            return
        try:
            self.profile.learn(voiced, await self._encoder.voiceprints(voiced))
        except IvrError as error:
            log.warning("the caller's voice is not learned: %s", error)

    async def isolate(self, speech: AudioFrame) -> AudioFrame:
        """Give the caller's voice alone; the sound as it is where that fails."""
        try:
            return await self._filter.isolate(speech, self.profile.sample)
        except IvrError as error:
            log.warning("the caller's voice is not isolated: %s", error)
            return speech
