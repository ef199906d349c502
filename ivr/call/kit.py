"""What every call of a process shares: engines, script, policies."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ivr.call.handover_board import HandoverBoard
from ivr.call.thinking import Thinking
from ivr.dialogue.endpointing import EndpointingPolicy
from ivr.dialogue.turn_policy import TurnPolicy
from ivr.language.identifiers import HOME
from ivr.ports import VoiceStyle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.call.remembering import Recall
    from ivr.call.speaking import Speaking
    from ivr.dialogue.conversation import Speech
    from ivr.handover_ports import HandoverMode, ScreenHook
    from ivr.metadata import RecordingMetadata
    from ivr.ports import (
        Denoiser,
        Interpreter,
        LanguageModel,
        SpeakerEncoder,
        SpeakerFilter,
        Synthesizer,
        ToolRunner,
        Transcriber,
        TurnDetector,
        VoiceDetector,
    )


class Lines(Protocol):
    """The fixed lines of the persona."""

    def line(self, name: str, turn: int = 0) -> Speech:
        """Give the variant of a line (``no_input``, ``go_ahead`` ...) for this turn."""
        ...


class CallBook(Protocol):
    """Where calls are written down while they run."""

    async def opened(self, metadata: RecordingMetadata) -> None:
        """Note that a call is up."""
        ...

    async def changed(self, metadata: RecordingMetadata) -> None:
        """Note what has changed while it is up; never waits for the database."""
        ...

    async def closed(self, metadata: RecordingMetadata) -> None:
        """Note how it ended, with all its turns; queue its post-call job."""
        ...


@dataclass(frozen=True, slots=True)
class HandoverPolicy:
    """How callers get to people; ``limit`` seconds from the wish to a person or the offer of a callback."""

    mode: HandoverMode = "warm"
    limit: float = 180.0


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """How calls are held; seconds."""

    turns: TurnPolicy = field(default_factory=TurnPolicy)
    endpointing: EndpointingPolicy = field(default_factory=EndpointingPolicy)
    language: str = "es"
    country: str = HOME
    """Whose numbers callers say without a prefix (ISO 3166)."""
    sentiment: bool = True
    """Whether anything is made of how callers feel."""
    handover: HandoverPolicy = field(default_factory=HandoverPolicy)


@dataclass(frozen=True, slots=True)
class VoiceEngines:
    """What is done to the caller's sound; None = that stage is switched off."""

    denoiser: Denoiser | None = None
    encoder: SpeakerEncoder | None = None
    speaker_filter: SpeakerFilter | None = None


@dataclass(frozen=True, slots=True)
class Tongue:
    """What the agent speaks another language with."""

    lines: Lines
    style: VoiceStyle


@dataclass(frozen=True, slots=True)
class AgentKit:
    """An agent's engines and words; one for all calls, except the model, which is made anew for each."""

    detector: VoiceDetector
    turn_detector: TurnDetector
    transcriber: Transcriber
    new_model: Callable[[], LanguageModel]
    tools: ToolRunner
    synthesizer: Synthesizer
    lines: Lines
    policy: CallPolicy = field(default_factory=CallPolicy)
    style: VoiceStyle = field(default_factory=VoiceStyle)
    versions: Mapping[str, str] = field(default_factory=dict)
    voice: VoiceEngines = field(default_factory=VoiceEngines)
    recall: Recall | None = None
    """What is remembered of customers, where anything is."""
    tongues: Mapping[str, Tongue] = field(default_factory=dict)
    """Languages that callers may switch to, besides ``policy.language``."""
    vocabulary: tuple[str, ...] = ()
    """Products and names of the house that callers may say."""
    interpreter: Interpreter | None = None
    """None = neither voice nor words are looked at for how the caller feels."""
    handovers: HandoverBoard = field(default_factory=HandoverBoard)
    """How all hand-overs of this process went."""
    screen_hook: ScreenHook | None = None
    """Where it is told who a person is about to speak with, beside the PBX."""
    thinking: Thinking = field(default_factory=Thinking)
    """The hosted models behind ``new_model``, if any."""
    speaking: Speaking | None = None
    """The voices behind ``synthesizer``, as the heartbeat looks at them."""
