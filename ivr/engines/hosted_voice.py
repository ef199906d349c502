"""A voice behind HTTP: streams while it is made, and keeps what it has said."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from ivr.language.speakable import speakable
from ivr.language.words import words

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

    from ivr.audio.frame import AudioFrame
    from ivr.engines.phrase_cache import PhraseCache
    from ivr.engines.speech_stream import SpeechStream
    from ivr.ports import VoiceStyle

    Request = Callable[[str, VoiceStyle], tuple[str, Mapping[str, Any]]]


class HostedVoice:
    """A Synthesizer. ``request`` gives the path and the body that ask for a clause, written out in words."""

    def __init__(self, stream: SpeechStream, request: Request, cache: PhraseCache) -> None:
        self._stream = stream
        self._request = request
        self._cache = cache

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        """Speak one clause; EngineError. Whoever stops listening closes the socket."""
        if not words(text):
            return
        async with aclosing(self._cache.speak(text, style, self._make)) as frames:
            async for frame in frames:
                yield frame

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None:
        """Have these clauses on disk; each is asked for once."""
        await self._cache.prepare([text for text in texts if words(text)], style, self._make)

    def try_out(self, style: VoiceStyle) -> AsyncGenerator[bytes, None]:
        """Ask for one short word now, whatever was said before: the sound of it; EngineError."""
        return self._make("Hola.", style)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._stream.aclose()

    async def _make(self, text: str, style: VoiceStyle) -> AsyncGenerator[bytes, None]:
        path, body = self._request(speakable(text, style.language), style)
        async with aclosing(self._stream.ask(path, body)) as pieces:
            async for piece in pieces:
                yield piece
