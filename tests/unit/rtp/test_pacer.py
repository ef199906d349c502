from __future__ import annotations

import pytest

from ivr.rtp.pacer import MAX_BEHIND, Pacer, Tick


class Clock:
    """Time that passes only when somebody sleeps or works."""

    def __init__(self, oversleep: float = 0.0) -> None:
        self.now = 100.0
        self.oversleep = oversleep
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds + self.oversleep


async def run(clock: Clock, work: list[float]) -> tuple[Pacer, list[Tick]]:
    """Tick as often as there is work, which takes so many seconds each time."""
    pacer = Pacer(0.02, clock, clock.sleep)
    ticks: list[Tick] = []
    async for tick in pacer:
        ticks.append(tick)
        clock.now += work[len(ticks) - 1]
        if len(ticks) == len(work):
            break
    return pacer, ticks


async def test_ticks_come_at_absolute_times_and_do_not_drift() -> None:
    clock = Clock(oversleep=0.001)
    _, ticks = await run(clock, [0.003] * 1000)
    assert ticks[-1].number == 1000
    assert ticks[-1].due == pytest.approx(100 + 1000 * 0.02)
    assert max(tick.late for tick in ticks) == pytest.approx(0.001)


async def test_a_short_stall_is_made_up_for() -> None:
    pacer, ticks = await run(Clock(), [0.0, 0.07, 0.0, 0.0, 0.0, 0.0])
    assert [tick.number for tick in ticks] == [1, 2, 3, 4, 5, 6]
    assert [round(tick.late, 3) for tick in ticks] == [0, 0, 0.05, 0.03, 0.01, 0]
    assert pacer.skipped == 0


async def test_after_a_long_stall_the_missed_ticks_are_skipped_not_burst() -> None:
    pacer, ticks = await run(Clock(), [0.0, 1.0, 0.0, 0.0])
    assert [tick.number for tick in ticks] == [1, 2, 52, 53]
    assert pacer.skipped == 49
    assert ticks[2].late == pytest.approx(0.98)


async def test_no_burst_is_longer_than_allowed() -> None:
    clock = Clock()
    await run(clock, [0.0, (MAX_BEHIND + 0.9) * 0.02] + [0.0] * 20)
    assert sum(seconds == 0.0 for seconds in clock.slept) <= MAX_BEHIND + 1
