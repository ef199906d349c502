"""An agent that only hands over: it announces, calls for a person, and says when nobody took the caller. All tones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.audio.frame import AudioFrame
from ivr.call.kit import AgentKit, CallPolicy, HandoverPolicy
from ivr.dialogue.conversation import Speech
from ivr.dialogue.tools import Effect, Tool, ToolCall, ToolResult
from ivr.ports import Transcript
from ivr.trials.transfer_sounds import ANNOUNCED, ANNOUNCEMENT, BACK, BRIEFED, BRIEFING, LAST, TOLD, tone

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.dialogue.conversation import Message
    from ivr.handover_ports import HandoverMode
    from ivr.ports import CallContext, Hints, VoiceStream, VoiceStyle

ANNOUNCE, SORRY = "aviso", "vuelta"
BEFORE = 0.5
"""Seconds of silence before the announcement, in which the phone's media gets going."""


class NoVoice:
    """Stream of a detector that hears nobody."""


class ToneEngines:
    """Every engine of an agent whose callers go to ``target``."""

    rate = 8000
    window = 256

    def __init__(self, target: str) -> None:
        self._target = target
        self.tools: tuple[Tool, ...] = (Tool("transfer_to_agent", "Put the caller through.", {}, Effect.CALL),)

    def kit(self, mode: HandoverMode, limit: float) -> AgentKit:
        """Put them together."""
        return AgentKit(
            detector=self,
            turn_detector=self,
            transcriber=self,
            new_model=lambda: self,
            tools=self,
            synthesizer=self,
            lines=self,
            policy=CallPolicy(handover=HandoverPolicy(mode, limit)),
        )

    def new_stream(self) -> VoiceStream:
        """Need no state."""
        return NoVoice()

    def probabilities(self, streams: Sequence[VoiceStream], windows: Sequence[bytes]) -> Sequence[float]:
        """Hear no voice: tones are none."""
        del windows
        return [0.0] * len(streams)

    async def complete(self, speech: AudioFrame) -> float:
        """Call every pause the end of a turn."""
        del speech
        return 1.0

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        """Hear no words."""
        del speech, hints
        return Transcript("")

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        """Hand over at once; say so when the caller comes back."""
        if messages:
            yield Speech(SORRY, interruptible=False)
            return
        yield Speech(ANNOUNCE, interruptible=False)
        yield ToolCall(tools[0].name, {}, "transfer")

    async def run(self, call: ToolCall, context: CallContext) -> ToolResult:
        """Name the target."""
        del context
        return ToolResult(call.call_id, call.name, ok=True, data={"target": self._target})

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        """Speak a tone for each of the three things to say."""
        del style
        if text == ANNOUNCE:
            yield AudioFrame.silence(BEFORE, self.rate)
            yield tone(ANNOUNCED, ANNOUNCEMENT, LAST)
        elif text == SORRY:
            yield tone(1.0, BACK)
        else:
            yield tone(TOLD, BRIEFING, BRIEFED)

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None:
        """Need no preparation."""

    def line(self, name: str, turn: int = 0) -> Speech:
        """Say the same on every other occasion."""
        del name, turn
        return Speech(SORRY)
