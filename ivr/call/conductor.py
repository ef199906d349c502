"""One conductor ticks all calls of a process: hears all, asks the voice detector once, lets all speak."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from ivr.rtp.pacer import Pacer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.ports import VoiceDetector, VoiceStream

log = logging.getLogger(__name__)


class Ticked(Protocol):
    """A call as the conductor sees it."""

    stream: VoiceStream

    def hear(self) -> bytes | None:
        """Take the next 20 ms from the line; answer a window for the voice detector when one is full."""
        ...

    def step(self, probability: float | None) -> None:
        """Take the window's probability, decide, and put the next 20 ms on the line."""
        ...

    def fail(self, error: Exception) -> None:
        """End this call alone: its tick broke."""
        ...


class Conductor:
    """The only clock of the calls."""

    def __init__(self, detector: VoiceDetector) -> None:
        self.detector = detector
        self._calls: list[Ticked] = []
        self.lateness: list[float] = []
        """Seconds each of the last ticks came late (bounded)."""

    def add(self, call: Ticked) -> None:
        """Tick this call from the next tick on."""
        self._calls.append(call)

    def remove(self, call: Ticked) -> None:
        """Tick it no more; unknown calls are ignored."""
        if call in self._calls:
            self._calls.remove(call)

    async def run(self) -> None:
        """Tick until cancelled."""
        async for tick in Pacer():
            self.lateness.append(tick.late)
            if len(self.lateness) > 100_000:  # noqa: PLR2004 - over half an hour of ticks
                del self.lateness[:50_000]
            self.tick()

    def tick(self) -> None:
        """Do one tick of every call."""
        calls = tuple(self._calls)
        windows: dict[int, bytes] = {}
        hearing: list[tuple[int, Ticked]] = []
        for number, call in enumerate(calls):
            try:
                window = call.hear()
            except Exception as error:  # noqa: BLE001 - one broken call must not silence the others
                self._drop(call, error)
                continue
            hearing.append((number, call))
            if window is not None:
                windows[number] = window
        probabilities = self._judge(calls, windows)
        for number, call in hearing:
            try:
                call.step(probabilities.get(number))
            except Exception as error:  # noqa: BLE001 - same
                self._drop(call, error)

    def _judge(self, calls: Sequence[Ticked], windows: dict[int, bytes]) -> dict[int, float]:
        if not windows:
            return {}
        streams = [calls[number].stream for number in windows]
        answers = self.detector.probabilities(streams, list(windows.values()))
        return dict(zip(windows, answers, strict=True))

    def _drop(self, call: Ticked, error: Exception) -> None:
        log.error("a call's tick failed; the call ends", exc_info=error)
        self.remove(call)
        call.fail(error)
