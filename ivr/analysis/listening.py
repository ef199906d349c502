"""Hears a sound file of any length: finds the speech, recognises it piece by piece, says what is wrong with the sound.

Memory holds one block and one piece; reading and voice detection run in a thread, recognition in the engine's own.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from ivr.analysis.pieces import PieceCutter
from ivr.analysis.rate_check import rate_of_unheard, truer_rate
from ivr.audio.level import dbfs
from ivr.audio.soundness import SILENT_DBFS, SoundMeter, without_offset
from ivr.errors import EngineUnavailable
from ivr.ports import DETECT, Hints

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from ivr.analysis.post_call import Ears
    from ivr.audio.frame import AudioFrame
    from ivr.audio.sound_file import SoundFile
    from ivr.ports import Transcript

Language = Literal["es", "en", "auto"]
BLOCK = 10.0
"""Seconds read at once."""
WAITING = 8
"""Files that may wait for their turn; one is heard at a time."""
TONGUES = 3
"""Pieces of which language and rate are asked too."""
SHORTEST_TONGUE = 1.5
"""Seconds of speech from which its language can be told."""
LANGUAGES = {"es": "Spanish", "en": "English"}
RATE_MEND = "mend the header with: sox -r {0} FILE mended.wav"
MISTAKEN_FOR = {"es": ("gl", "ca", "pt", "it", "la"), "en": ("cy", "nn")}
"""Neighbours that a small recogniser takes these for on the telephone: no ground for a warning."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of speech of one channel, in seconds of the file, and what was recognised, or why nothing was."""

    channel: int
    start: float
    end: float
    heard: Transcript


@dataclass(frozen=True, slots=True)
class Listened:
    """What became of a file; ``faults`` say in words what is wrong with its sound, each with its mend."""

    seconds: float
    language: str
    pieces: tuple[Piece, ...]
    faults: tuple[str, ...]

    @property
    def text(self) -> str:
        """Everything that was said, as it was recognised and corrected."""
        return " ".join(piece.heard.text for piece in self.pieces if piece.heard.text)

    @property
    def raw(self) -> str:
        """Everything that was said, as it was recognised."""
        return " ".join(piece.heard.raw or piece.heard.text for piece in self.pieces if piece.heard.text)


class Listener:
    """Hears one file after the other; ``load`` is called for the first one, in a thread."""

    def __init__(self, load: Callable[[], Ears], language: str) -> None:
        self._load = load
        self.language = language
        """What is spoken where nobody says otherwise."""
        self._ears: Ears | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0

    @property
    def busy(self) -> bool:
        """Whether a file is being heard."""
        return self._turn.locked()

    async def listen(
        self, sound: SoundFile, hints: Hints, on_progress: Callable[[float], None] = lambda _share: None
    ) -> Listened:
        """Hear a whole file; EngineUnavailable when too many wait. Cancelling stops it after the piece at hand."""
        if self._waiting >= WAITING:
            raise EngineUnavailable(f"{self._waiting} files wait to be heard; send it again in a minute", "listener")
        self._waiting += 1
        try:
            async with self._turn:
                if self._ears is None:
                    self._ears = await asyncio.to_thread(self._load)
                return await _Hearing(self._ears, sound, hints, on_progress).listen()
        finally:
            self._waiting -= 1


class _Hearing:
    """One file."""

    def __init__(self, ears: Ears, sound: SoundFile, hints: Hints, on_progress: Callable[[float], None]) -> None:
        self._ears = ears
        self._sound = sound
        self._hints = hints
        self._on_progress = on_progress
        self._meters = [SoundMeter(sound.rate) for _ in range(sound.channels)]
        self._tongues: Counter[str] = Counter()
        self._loudest: AudioFrame | None = None
        self._level = SILENT_DBFS
        self._truer: list[int | None] = []
        """Rates at which the first pieces are understood better, None where theirs is right."""

    async def listen(self) -> Listened:
        pieces = [await self._recognise(channel, piece) async for channel, piece in self._spoken()]
        if not pieces and self._loudest is not None:
            self._truer.append(await rate_of_unheard(self._ears, self._loudest, self._hints))
        language = self._hints.language
        if language == DETECT:
            found = Counter(piece.heard.language for piece in pieces if piece.heard.text).most_common(1)
            language = found[0][0] if found else self._ears.language
        in_order = tuple(sorted(pieces, key=lambda piece: piece.start))
        return Listened(self._sound.seconds, language, in_order, self._faults(pieces))

    async def _spoken(self) -> AsyncIterator[tuple[int, AudioFrame]]:
        """Read on, in a thread, as far as the next pieces."""
        batches = self._batches()
        while (batch := await asyncio.to_thread(next, batches, None)) is not None:
            share, pieces = batch
            for piece in pieces:
                yield piece
            self._on_progress(share)

    def _batches(self) -> Iterator[tuple[float, list[tuple[int, AudioFrame]]]]:
        cutters = [PieceCutter(self._ears.detector, self._sound.rate) for _ in self._meters]
        for tracks in self._sound.blocks(BLOCK):
            pieces = []
            for channel, track in enumerate(tracks):
                self._meters[channel].feed(track.pcm)
                even = replace(track, pcm=without_offset(track.pcm))
                pieces += [(channel, piece) for piece in cutters[channel].feed(even)]
                if (loud := dbfs(even.pcm)) > self._level:
                    self._loudest, self._level = even, loud
            yield tracks[0].end / max(self._sound.seconds, 1e-9), pieces
        yield 1.0, [(channel, piece) for channel, cutter in enumerate(cutters) for piece in cutter.close()]

    async def _recognise(self, channel: int, piece: AudioFrame) -> Piece:
        hints = self._hints
        asks = hints.language != DETECT and self._tongues.total() < TONGUES and piece.duration >= SHORTEST_TONGUE
        heard = await self._ears.transcriber.transcribe(piece, replace(hints, language=DETECT) if asks else hints)
        if len(self._truer) < TONGUES and piece.duration >= SHORTEST_TONGUE / 2:
            self._truer.append(await truer_rate(self._ears.transcriber, piece, heard, hints))
        if asks and heard.text:
            self._tongues[heard.language] += 1
            if heard.language != hints.language:
                heard = await self._ears.transcriber.transcribe(piece, hints)
        words = tuple(replace(word, start=piece.start + word.start, end=piece.start + word.end) for word in heard.words)
        return Piece(channel, piece.start, piece.end, replace(heard, words=words))

    def _faults(self, pieces: list[Piece]) -> tuple[str, ...]:
        several = len(self._meters) > 1
        found = [
            f"channel {channel + 1}: {fault}" if several else fault
            for channel, meter in enumerate(self._meters)
            for fault in meter.faults()
        ]
        truer, times = Counter(self._truer).most_common(1)[0] if self._truer else (None, 0)
        if truer and 2 * times > len(self._truer):
            told = self._sound.rate
            return (*found, f"the header says {told} Hz, but it is understood at {truer} Hz: {RATE_MEND.format(truer)}")
        if not found and not pieces:
            found.append("there is sound but nobody speaks: check that it is the right file")
        asked, total = self._hints.language, self._tongues.total()
        tongue, times = self._tongues.most_common(1)[0] if total else (asked, 0)
        if times == total and tongue not in {asked, *MISTAKEN_FOR.get(asked, ())}:
            name = LANGUAGES.get(tongue, f"another language ({tongue})")
            mend = tongue if tongue in LANGUAGES else DETECT
            found.append(f"the speech sounds like {name}, not {LANGUAGES.get(asked, asked)}: say language={mend}")
        return tuple(found)
