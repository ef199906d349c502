"""The person's side of a call: their ear while they are briefed, and their voice once they have the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.audio.frame import AudioFrame
from ivr.call.ear import Ear
from ivr.call.overhearing import Overhearing
from ivr.call.playout import Playout

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.call.kit import AgentKit
    from ivr.call.overhearing import Heard
    from ivr.call.shedding import StageChanged
    from ivr.handover_ports import Handover
    from ivr.ports import VoiceStream


class PersonSide:
    """The second media leg, ticked beside the call's own: ``hear`` comes before any call's ``step``."""

    def __init__(self, handover: Handover, kit: AgentKit, rate: int, write: Callable[[Heard], Awaitable[None]]) -> None:
        self._handover = handover
        self._kit = kit
        self._silence = bytes(rate // 50 * 2)
        self._rate = rate
        self._playout = Playout(rate)
        self._ear = Ear(rate, kit.detector, kit.policy.endpointing)
        self.stream: VoiceStream = self._ear.stream
        self.overhearing = Overhearing(self._ear, kit.transcriber, kit.policy.language, write)
        self.heard = self._silence
        """What came from the leg in this tick."""
        self.listens = False
        """Whether what comes is the caller's conversation with the person."""

    @property
    def now(self) -> float:
        """Seconds since this side's first tick."""
        return self._ear.now

    async def tell(self, text: str) -> None:
        """Say something to the person alone; returns when it is ready to be heard."""
        self._playout.begin()
        writer = self._playout.clause(text)
        async for frame in self._kit.synthesizer.speak(text, self._kit.style):
            await writer.write(frame)
        await writer.write(AudioFrame.silence(0.1, self._rate))
        await writer.complete()
        self._playout.finish()

    @property
    def told(self) -> bool:
        """Whether all that was to be said has gone out."""
        return self._playout.idle

    # --- as the conductor sees it ----------------------------------------------------------------

    def hear(self) -> bytes | None:
        """Take the next 20 ms from the leg."""
        link = self._handover.link
        self.heard = self._silence if link is None else link.receive()
        return self._ear.hear(self.heard if self.listens else self._silence)

    def step(self, probability: float | None) -> None:
        """Put the next 20 ms of the briefing on the leg."""
        speech = self._ear.judge(probability) if probability is not None else None
        if self.listens:
            self.overhearing.feed(speech)
            return
        link = self._handover.link
        if link is not None:
            link.send(self._playout.next(self.now) or self._silence)

    def fail(self, error: Exception) -> None:
        """Be heard no more; the call itself goes on."""
        del error
        self.listens = False

    def stage_changed(self, change: StageChanged) -> None:
        """Have no stage to leave out."""
