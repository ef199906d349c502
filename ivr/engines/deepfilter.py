"""Noise reduction by DeepFilterNet3 (MIT or Apache-2.0; Schroeter et al. 2023), its C runtime, beside the tick.

All calls share one thread. A tick's frames of all calls go to it together once the tick is over; what comes back is
taken a fixed number of ticks later. A frame that is not back by then passes as it was, and is counted. A call that the
thread cannot follow leaves frames out, so that the others are not late as well.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import time
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ivr.audio.frame import BYTES_PER_SAMPLE
from ivr.audio.resample import TAPS, Decimator, Interpolator
from ivr.engines.sound import at_rate_of, pcm_of, samples_of
from ivr.engines.worker import EngineThread
from ivr.errors import EngineUnavailable, MisuseError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ivr.audio.frame import AudioFrame
    from ivr.engines.store import ModelStore

RATE = 48000
"""Hz of the model's own sound; lines of 8 and 16 kHz are brought up to it and down again."""
FRAME = 480
"""Samples of the model's frame."""
LAG = 3
"""Ticks: one to come back, and the model's own 30 ms (half its window, and two frames that it looks ahead)."""
WAITING = 5
"""Ticks of a call that may wait for the thread; what comes then is left out."""
LOOKAHEAD = 1440
"""Samples by which the model's output is behind its input."""
LIMIT_DB = 100.0
"""How far noise may be turned down: without bound."""
LEVEL = np.float32(0.3)
"""Share of its level at which the model hears a line: nearer to full scale it takes more speech for noise."""
SPARE = 2
"""States made ahead: one takes half a second."""

log = logging.getLogger(__name__)
_FLOATS = ctypes.POINTER(ctypes.c_float)


class Runtime:
    """The C runtime; EngineUnavailable says what is wrong when it cannot be loaded here."""

    def __init__(self, library: Path, model: Path) -> None:
        try:
            self._c = ctypes.CDLL(str(library))
        except OSError as error:
            raise EngineUnavailable(
                f"DeepFilterNet's runtime does not load on this machine ({error}); set ENABLE_DENOISE=false",
                "deepfilternet3",
            ) from None
        self._model = str(model).encode()
        self._c.df_create.restype = ctypes.c_void_p
        self._c.df_create.argtypes = [ctypes.c_char_p, ctypes.c_float, ctypes.c_char_p]
        self._c.df_free.argtypes = [ctypes.c_void_p]
        self._c.df_process_frame.restype = ctypes.c_float
        self._c.df_process_frame.argtypes = [ctypes.c_void_p, _FLOATS, _FLOATS]

    def new_state(self) -> int:
        """Make the state of one call: half a second of work."""
        state = self._c.df_create(self._model, LIMIT_DB, None)
        if not state:
            raise EngineUnavailable("DeepFilterNet3 does not load; run: ivr models verify", "deepfilternet3")
        return int(state)

    def free(self, state: int) -> None:
        """Give a state back; it may not be used again."""
        self._c.df_free(state)

    def process(self, state: int, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Clean whole frames of 48 kHz, -1..1; the answer is ``LOOKAHEAD`` samples behind."""
        if len(samples) % FRAME:
            raise MisuseError(f"{len(samples)} samples are no whole number of frames of {FRAME}")
        heard = np.ascontiguousarray(samples * LEVEL, np.float32)
        clean = np.empty_like(heard)
        for at in range(0, len(heard), FRAME):
            source, target = heard[at : at + FRAME], clean[at : at + FRAME]
            self._c.df_process_frame(state, source.ctypes.data_as(_FLOATS), target.ctypes.data_as(_FLOATS))
        return clean / LEVEL


class DeepFilterStream:
    """A CleanStream. ``feed`` runs in the call's tick, ``work`` in the engine's thread."""

    def __init__(self, engine: DeepFilter, rate: int) -> None:
        if RATE % rate:
            raise MisuseError(f"a line of {rate} Hz cannot be cleaned; it takes 8000, 16000, 24000 or 48000")
        self._engine = engine
        self._up, self._down = Interpolator(RATE // rate), Decimator(RATE // rate)
        self._bytes = rate // 50 * BYTES_PER_SAMPLE
        self._tick = 0
        self._heard: deque[tuple[int, bytes]] = deque(maxlen=WAITING)
        self._clean: deque[tuple[int, bytes]] = deque(maxlen=WAITING + LAG)
        self._state: int | None = None
        short = rate // 50 * (LAG - 1) - LOOKAHEAD * rate // RATE - (TAPS - 1)
        self._held = np.zeros(short, np.float32)
        """What comes back sooner than ``LAG`` ticks: so both forms of the sound lie sample on sample."""
        self.late = 0
        self.closed = False
        self.freed = False

    @property
    def waits(self) -> bool:
        """Whether sound came while the thread was at work for this call."""
        return self._state is not None and bool(self._heard)

    def feed(self, pcm: bytes) -> bytes | None:
        """Take a tick's 20 ms; answer the clean sound of ``LAG`` ticks ago, or None where it is late."""
        if len(pcm) != self._bytes:
            raise MisuseError(f"a tick has {self._bytes} bytes, this has {len(pcm)}")
        self._heard.append((self._tick, pcm))
        wanted = self._tick - 1  # its sound is LAG - 1 ticks old: the model's own delay
        self._tick += 1
        self._engine.wake()
        while self._clean and self._clean[0][0] < wanted:
            self._clean.popleft()
        if self._clean and self._clean[0][0] == wanted:
            return self._clean.popleft()[1]
        self.late += wanted >= LAG - 1
        return None

    def work(self, runtime: Runtime, spare: deque[int]) -> None:
        """Clean what waits; runs in the engine's thread."""
        if self._state is None:
            if not spare:
                return
            self._state = spare.popleft()
        while self._heard:
            tick, pcm = self._heard.popleft()
            samples = np.frombuffer(pcm, np.int16).astype(np.float32) / np.float32(32768)
            clean = self._down.feed(runtime.process(self._state, self._up.feed(samples)))
            clean = np.concatenate([self._held, clean])
            self._held = clean[len(samples) :]
            self._clean.append((tick, pcm_of(clean[: len(samples)])))

    def free(self, runtime: Runtime) -> None:
        """Give the state back; runs in the engine's thread."""
        if self._state is not None:
            runtime.free(self._state)
            self._state = None
        self.freed = True

    def close(self) -> None:
        """End the call's cleaning."""
        self.closed = True
        self._engine.wake()


class DeepFilter:
    """A Denoiser."""

    lag = LAG

    def __init__(self, models: ModelStore) -> None:
        library = models.file("deepfilternet3", "libdeepfilter.so")
        model = models.file("deepfilternet3", "DeepFilterNet3_onnx.tar.gz")
        self._spare: deque[int] = deque()
        self._streams: list[DeepFilterStream] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._awake = False
        self._making = False
        self._thread = EngineThread("deepfilternet3", lambda: Runtime(library, model), niceness=1)
        self._maker = EngineThread("deepfilternet3 states", lambda: self._stock(Runtime(library, model)), niceness=10)

    def open(self, rate: int) -> DeepFilterStream:
        """Begin a call."""
        stream = DeepFilterStream(self, rate)
        self._streams.append(stream)
        return stream

    async def clean(self, speech: AudioFrame) -> AudioFrame:
        """Clean a whole sound at its own rate."""
        return await self._maker.run(partial(_clean_whole, speech=speech), time.monotonic())

    def wake(self) -> None:
        """Have the thread work once this tick is over, unless it is at it."""
        if not self._awake:
            self._awake = True
            asyncio.get_running_loop().call_soon(self._begin)

    def _begin(self) -> None:
        self._start(self._work())
        if len(self._spare) < SPARE and not self._making:
            self._making = True
            self._start(self._restock())

    def _start(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        streams = list(self._streams)
        try:
            await self._thread.run(partial(_work, streams=streams, spare=self._spare), time.monotonic())
        except EngineUnavailable as error:
            log.warning("noise is not taken out: %s", error)
        finally:
            self._awake = False
        self._streams = [stream for stream in self._streams if not stream.freed]
        if any(stream.closed or stream.waits for stream in self._streams):
            self.wake()  # at once: a frame left for the next tick's round would make that one late as well

    async def _restock(self) -> None:
        try:
            await self._maker.run(self._stock, time.monotonic())
        except EngineUnavailable as error:
            log.warning("no more calls can be cleaned: %s", error)
        finally:
            self._making = False

    def _stock(self, runtime: Runtime) -> Runtime:
        while len(self._spare) < SPARE:
            self._spare.append(runtime.new_state())
        return runtime


def _work(runtime: Runtime, streams: list[DeepFilterStream], spare: deque[int]) -> None:
    for stream in streams:
        if stream.closed:
            stream.free(runtime)
        else:
            stream.work(runtime, spare)


def _clean_whole(runtime: Runtime, speech: AudioFrame) -> AudioFrame:
    samples = samples_of(speech, RATE)
    padded = np.pad(samples, (0, -(len(samples) + LOOKAHEAD) % FRAME + LOOKAHEAD))
    state = runtime.new_state()
    try:
        clean = runtime.process(state, padded)
    finally:
        runtime.free(state)
    return at_rate_of(speech, clean[LOOKAHEAD : LOOKAHEAD + len(samples)], RATE)
