"""Every Protocol a call or an analysis needs from outside. Newcomers start reading here.

Values that cross these borders live beside them. Adapters are in ``telephony``, ``engines``, ``storage``, ``jobs`` and
``db``; ``bootstrap`` is the only place that picks one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from ivr.handover_ports import Movable, TellsListeners

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ivr.audio.frame import AudioFrame
    from ivr.dialogue.conversation import Message, Speech
    from ivr.dialogue.delivery import Tone
    from ivr.dialogue.outcome import Outcome
    from ivr.dialogue.tools import Tool, ToolCall, ToolResult
    from ivr.handover_ports import Handover, HandoverOrder
    from ivr.language.correction.values import Correction
    from ivr.language.interpretation import Interpretation

Direction = Literal["inbound", "outbound"]

# --- hearing ---------------------------------------------------------------------------


class VoiceStream(Protocol):
    """One call's recurrent state inside a voice detector (opaque to the caller)."""


class VoiceDetector(Protocol):
    """Says how likely each window holds speech; one inference for all calls of a process."""

    rate: int
    """Hz of the windows it wants."""
    window: int
    """Samples in one window."""

    def new_stream(self) -> VoiceStream:
        """Open the state of one call."""
        ...

    def probabilities(self, streams: Sequence[VoiceStream], windows: Sequence[bytes]) -> Sequence[float]:
        """Feed one window (16-bit PCM, ``window`` samples) to each stream; answer 0..1 for each."""
        ...


class CleanStream(Protocol):
    """One call's sound on its way through a denoiser."""

    late: int
    """Ticks whose clean sound came too late, or not at all: they passed as they were."""

    def feed(self, pcm: bytes) -> bytes | None:
        """Take a tick's sound; answer the clean sound of ``Denoiser.lag`` ticks ago, or None where it is late."""
        ...

    def close(self) -> None:
        """Free what the call holds; safe to repeat."""
        ...


class Denoiser(Protocol):
    """Takes noise out of calls beside the tick, never in its way."""

    lag: int
    """Ticks between a sound and its clean form."""

    def open(self, rate: int) -> CleanStream:
        """Begin a call whose line has ``rate`` Hz."""
        ...

    async def clean(self, speech: AudioFrame) -> AudioFrame:
        """Clean a whole sound of 8, 16, 24 or 48 kHz in its own time, without a delay in it."""
        ...


class SpeakerEncoder(Protocol):
    """Says who speaks: vectors of unit length that point the same way for the same voice. It proves no identity."""

    window: float
    """Seconds that one vector hears."""
    step: float
    """Seconds from one vector's window to the next."""
    same: float
    """Likeness (cosine) to a profile from which on a long stretch is taken for that voice alone."""
    scatter: float
    """How much less is enough for one window; for several it is this divided by their number."""

    async def voiceprints(self, speech: AudioFrame) -> NDArray[np.float32]:
        """Give a vector a window, (windows, dimensions); one for a sound that is shorter than a window."""
        ...


class SpeakerFilter(Protocol):
    """Takes every voice but one out of a sound."""

    async def isolate(self, speech: AudioFrame, sample: AudioFrame) -> AudioFrame:
        """Keep the voice of ``sample`` (3 s of it); the answer has the rate and length of ``speech``."""
        ...


class TurnDetector(Protocol):
    """Says how likely it is that the caller has finished the turn."""

    async def complete(self, speech: AudioFrame) -> float:
        """Judge the turn so far, pause included, at any rate; 0 = goes on, 1 = finished."""
        ...


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word; times in seconds from the utterance's first sample."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a transcriber made of one utterance.

    ``text`` is what the dialogue gets; ``raw`` is what was recognised where corrections changed it ("" = the same),
    and the words are those that were recognised. ``rejected`` names the guard that emptied the text (``silence``,
    ``loop``, ``echo``, ``hallucination``), ``odds`` the probabilities of languages (ISO 639-1) that were asked for;
    ``alternatives`` are other readings, the likeliest first, where a value was waited for.
    """

    text: str
    words: tuple[Word, ...] = ()
    confidence: float = 0.0
    no_speech: float = 0.0
    language: str = "es"
    rejected: str | None = None
    window_seconds: float = 0.0
    raw: str = ""
    corrections: tuple[Correction, ...] = ()
    alternatives: tuple[str, ...] = ()
    odds: tuple[tuple[str, float], ...] = ()


DETECT = "auto"
"""As a language: the recogniser finds out itself."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What the dialogue expects to hear: at most 30 hotwords, and how urgent the answer is.

    ``deadline`` orders the queue (earliest first), in the transcriber's own monotonic seconds; ``words`` asks for word
    times and confidences, ``tells`` for odds; ``slots`` are the types of value waited for; ``language`` may be DETECT.
    """

    hotwords: tuple[str, ...] = ()
    slots: frozenset[str] = frozenset()
    language: str = "es"
    deadline: float = float("inf")
    words: bool = False
    tells: tuple[str, ...] = ()


class Transcriber(Protocol):
    """Speech to text."""

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        """Transcribe one utterance of any rate. Cancelling takes it out of the queue."""
        ...


class Interpreter(Protocol):
    """Tells how something was said, how its speaker feels, and whether it asks; never on the caller's tick."""

    async def interpret(self, text: str, speech: AudioFrame | None, middle: float | None) -> Interpretation:
        """Interpret one utterance; ``middle`` is the speaker's usual pitch in Hz where it is known."""
        ...


# --- thinking --------------------------------------------------------------------------


class LanguageModel(Protocol):
    """Decides what the agent says next. Built-in engine or any LLM."""

    def reply(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncGenerator[Speech | ToolCall, None]:
        """Stream speech and tool calls. After a ToolCall the caller appends its result and asks again."""
        ...


@dataclass(frozen=True, slots=True)
class CallContext:
    """Who is calling, for a business function; ``conversation`` is what was said when the function was asked for."""

    call_id: str
    caller: str = ""
    returned: bool = False
    direction: Direction = "inbound"
    conversation: Sequence[Message] = ()


class ToolRunner(Protocol):
    """Runs business functions."""

    @property
    def tools(self) -> Sequence[Tool]:
        """What can be called."""
        ...

    async def run(self, call: ToolCall, context: CallContext) -> ToolResult:
        """Run one function. Failures come back as a ToolResult with ``ok=False``, in words."""
        ...


# --- speaking --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VoiceStyle:
    """How a clause is spoken: "es" is Spain's, "es-MX" Mexico's; ``speed`` 1 = the voice's own pace."""

    voice: str = "ef_dora"
    speed: float = 1.0
    language: str = "es"
    tone: Tone = "plain"


class Synthesizer(Protocol):
    """Text to speech."""

    def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        """Speak one clause; frames of any length, all of one rate."""
        ...

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None:
        """Synthesise fixed phrases ahead of time, so that ``speak`` answers them at once."""
        ...


# --- the line --------------------------------------------------------------------------


@dataclass(slots=True)
class LinkStats:
    """Counters of one media leg, packets unless a unit is named."""

    received: int = 0
    sent: int = 0
    lost: int = 0
    late: int = 0
    reordered: int = 0
    duplicates: int = 0
    malformed: int = 0
    unexpected: int = 0
    """Well formed, but of a payload type that was not agreed on (or RTCP)."""
    foreign: int = 0
    concealed: int = 0
    skipped: int = 0
    """Dropped to win delay back, or because too many waited."""
    resyncs: int = 0
    unsent: int = 0
    jitter_ms: float = 0.0


class MediaLink(Protocol):
    """One call's audio. The conductor calls ``receive`` and ``send`` once a tick; neither blocks."""

    rate: int
    """Hz of the frames in both directions: 8000 or 16000."""

    @property
    def stats(self) -> LinkStats:
        """Counters so far."""
        ...

    @property
    def heard_anything(self) -> bool:
        """Whether a packet has ever arrived."""
        ...

    def receive(self) -> bytes:
        """Take the next 20 ms (16-bit PCM at ``rate``); concealment or silence where nothing came."""
        ...

    def digits(self) -> Sequence[str]:
        """Take the DTMF digits that came in band (RFC 4733) since the last call."""
        ...

    def send(self, pcm: bytes) -> None:
        """Send 20 ms (16-bit PCM at ``rate``)."""
        ...

    def flush(self) -> None:
        """Drop whatever was sent ahead and has not been played."""
        ...

    async def aclose(self) -> None:
        """Free the socket and its port."""
        ...


@dataclass(frozen=True, slots=True)
class CallOffer:
    """A call that wants a session; ``started_at`` is the Unix time of its StasisStart."""

    call_id: str
    channel_id: str
    direction: Direction
    caller: str
    called: str
    started_at: float
    codec: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


class CallControl(TellsListeners, Protocol):
    """What a session may ask of its call."""

    async def hang_up(self, reason: str = "normal") -> None:
        """End the call; safe to repeat."""
        ...

    async def transfer(self, target: str) -> None:
        """Move the caller to another extension or queue (blind)."""
        ...

    async def hand_over(self, order: HandoverOrder) -> Handover:
        """Begin to hand the caller over; raises what ``transfer`` raises when that cannot be."""
        ...


@dataclass(frozen=True, slots=True)
class HangUp:
    """How the line ended, in Q.850 and SIP terms (0 = not known), and what that makes of the call, if known."""

    cause: int = 16
    sip: int = 0
    by: Literal["caller", "agent", "pbx", "person"] = "caller"
    outcome: Outcome | None = None


class CallHandler(Movable, Protocol):
    """A running session, as the switchboard sees it."""

    async def run(self) -> None:
        """Hold the conversation until it ends; returns when the line may be torn down."""
        ...

    def press(self, digit: str) -> None:
        """Tell it that the caller pressed a key (0-9 * # A-D)."""

    def leave(self, hangup: HangUp) -> None:
        """Tell it that the line is gone; ``run`` then returns soon."""


class NewSession(Protocol):
    """Builds the session of an answered call."""

    def __call__(self, offer: CallOffer, link: MediaLink, control: CallControl) -> CallHandler:
        """Take the call."""
        ...


# --- keeping ---------------------------------------------------------------------------


class RecordingStore(Protocol):
    """Recordings at rest; names are ``audio/<id>.wav``, ``metadata/<id>.json``, ``transcripts/<id>.txt``."""

    def put(self, name: str, source: Path) -> str:
        """Keep a file atomically; answers its sha256."""
        ...

    def fetch(self, name: str) -> Path:
        """Give a local path with the file's content."""
        ...

    def delete(self, name: str) -> None:
        """Remove a file; a missing one is RecordingNotFound."""
        ...

    def verify(self, name: str, sha256: str) -> None:
        """Raise ChecksumMismatch unless the file is the one that was put."""
        ...


class JobQueue(Protocol):
    """Work that survives ``kill -9``; a local pool or Celery."""

    def submit(self, kind: str, payload: Mapping[str, Any]) -> str:
        """Queue one job; answers its id."""
        ...
