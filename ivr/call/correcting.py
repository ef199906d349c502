"""Corrects what speech-to-text wrote, as a Transcriber around a Transcriber: who listens need not know."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.errors import ConfigError, CorrectionRefused, IvrError
from ivr.language.correction.bank_file import read_terms
from ivr.language.correction.values import HeardWord

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ivr.audio.frame import AudioFrame
    from ivr.language.correction.bank import CorrectionBank
    from ivr.language.correction.values import Term
    from ivr.ports import Hints, Transcriber, Transcript, Word

log = logging.getLogger(__name__)

RENEW_AFTER = 60.0
"""Seconds until what was taught meanwhile is used in calls."""
LANGUAGE = "es"


class CorrectingTranscriber:
    """A Transcriber whose text is corrected; ``raw`` keeps what was recognised.

    ``load`` reads the bank: once now, then in a thread beside a recognition, at most every ``renew_after`` seconds.
    A bank that cannot be read anew is told in the log, and the one at hand goes on.
    """

    def __init__(
        self, inner: Transcriber, load: Callable[[], CorrectionBank], renew_after: float = RENEW_AFTER
    ) -> None:
        self._inner = inner
        self._load = load
        self._renew_after = renew_after
        self._bank = load()
        self._read_at = time.monotonic()
        self._renewal: asyncio.Task[None] | None = None

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        """Transcribe and correct one utterance. Cancelling takes it out of the queue."""
        if self._renewal is None and time.monotonic() - self._read_at >= self._renew_after:
            self._renewal = asyncio.create_task(self._renew())
        return corrected(await self._inner.transcribe(speech, hints), self._bank, hints.slots)

    async def _renew(self) -> None:
        try:
            self._bank = await asyncio.to_thread(self._load)
        except IvrError as error:
            log.warning("corrections stay as they were: %s", error)
        finally:
            self._read_at = time.monotonic()
            self._renewal = None


def corrected(heard: Transcript, bank: CorrectionBank, slots: frozenset[str]) -> Transcript:
    """Correct one transcript; the same object where nothing is to be corrected."""
    if not heard.text or heard.language != LANGUAGE:
        return heard
    mended = bank.correct(heard_words(heard.text, heard.words), slots)
    if not mended.corrections:
        return heard
    return replace(heard, text=mended.text, raw=heard.text, corrections=mended.corrections)


def heard_words(text: str, words: Sequence[Word]) -> list[HeardWord]:
    """Split a text at its spaces and give each word its confidence, None for one that the recogniser did not rate."""
    rated = iter(words)
    waiting = next(rated, None)
    heard = []
    for part in text.split():
        if waiting is not None and waiting.text.strip() == part:
            heard.append(HeardWord(part, waiting.confidence))
            waiting = next(rated, None)
        else:
            heard.append(HeardWord(part))
    return heard


def house_terms(path: Path | None) -> tuple[Term, ...]:
    """Read the house's own terms, none without a file; broken rows are told in the log.

    ConfigError when the file cannot be read.
    """
    if path is None:
        return ()
    try:
        terms, broken = read_terms(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, CorrectionRefused) as error:
        raise ConfigError(f"CORRECTION_TERMS={path} cannot be read ({error}): give a CSV file in UTF-8") from error
    for row in broken:
        log.warning("%s, line %d: %s", path, row.line, row.problem)
    return terms
