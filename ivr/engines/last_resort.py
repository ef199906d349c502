"""Speech that goes on when its engine fails: another engine speaks the clause."""

from __future__ import annotations

import logging
from contextlib import aclosing
from typing import TYPE_CHECKING

from ivr.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.audio.frame import AudioFrame
    from ivr.ports import Synthesizer, VoiceStyle

log = logging.getLogger(__name__)


class LastResort:
    """A Synthesizer that speaks with ``first``, and a clause of which that gave no sound with ``spare``.

    Fails where both do, and where ``first`` breaks off within a clause.
    """

    def __init__(self, first: Synthesizer, spare: Synthesizer) -> None:
        self._first = first
        self._spare = spare

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        """Speak one clause."""
        begun = False
        try:
            async with aclosing(self._first.speak(text, style)) as frames:
                async for frame in frames:
                    begun = True
                    yield frame
        except EngineError as error:
            if begun:
                raise
            log.warning("the voice of last resort speaks: %s", error)
        else:
            return
        async with aclosing(self._spare.speak(text, style)) as frames:
            async for frame in frames:
                yield frame

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None:
        """Have the first engine make ready what it can; what it cannot, the spare speaks when it is asked."""
        try:
            await self._first.prepare(texts, style)
        except EngineError as error:
            log.warning("phrases are not spoken ahead: %s", error)
