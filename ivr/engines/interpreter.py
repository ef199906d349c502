"""A thread that interprets utterances, so that neither the tick nor the event loop waits for them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ivr.audio.frame import AudioFrame
from ivr.engines.worker import EngineThread
from ivr.language.interpretation import Interpretation, interpret

if TYPE_CHECKING:
    from collections.abc import Callable

RATE = 8000


class Interpreter:
    """Words, and with ``voice`` the sound too; one for all calls of a process."""

    def __init__(self, *, voice: bool = True) -> None:
        self.voice = voice
        self._thread: EngineThread[Callable[..., Interpretation]] = EngineThread("interpreter", _load, niceness=1)

    async def interpret(self, text: str, speech: AudioFrame | None, middle: float | None) -> Interpretation:
        """Interpret one utterance; EngineUnavailable when too many wait."""
        heard = speech if self.voice else None
        return await self._thread.run(lambda interpret: interpret(text, heard, middle), time.monotonic())

    def close(self) -> None:
        """End the thread; safe to repeat."""
        self._thread.close()


def _load() -> Callable[..., Interpretation]:
    """Compile the lexicon and warm the transforms up: the first caller waits for neither."""
    interpret("hola", AudioFrame.silence(1.0, RATE))
    return interpret
