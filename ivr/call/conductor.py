"""One conductor ticks all calls of a process: hears all, asks the voice detector once, lets all speak."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from ivr.call.shedding import LoadShedding
from ivr.rtp.pacer import Pacer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.call.shedding import StageChanged
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

    def stage_changed(self, change: StageChanged) -> None:
        """Learn that load switched a stage off, or on again."""
        ...


class Conductor:
    """The only clock of the calls."""

    def __init__(self, detector: VoiceDetector) -> None:
        self.detector = detector
        self.shedding = LoadShedding()
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
            self.keep_pace(tick.late)

    def keep_pace(self, late: float) -> None:
        """Leave stages out, or take them up again, by how many seconds the ticks come late."""
        change = self.shedding.feed(late)
        if change is None:
            return
        log.warning(
            "%s is %s: %d %% of the last second's ticks were late, with %d calls",
            change.stage,
            "on again" if change.on else "left out",
            round(100 * change.late_share),
            len(self._calls),
        )
        for call in self._calls:
            call.stage_changed(change)

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
