from __future__ import annotations

from ivr.call.shedding import STAGES, LoadShedding, StageChanged

LATE, ON_TIME = 0.030, 0.0005


def fed(shedding: LoadShedding, late: float, ticks: int) -> list[StageChanged]:
    return [change for _ in range(ticks) if (change := shedding.feed(late)) is not None]


def test_a_process_on_time_leaves_nothing_out() -> None:
    shedding = LoadShedding()
    assert fed(shedding, ON_TIME, 5000) == []
    assert all(shedding.allows(stage) for stage in STAGES)


def test_stages_drop_out_one_a_second_in_the_stated_order() -> None:
    shedding = LoadShedding()
    changes = fed(shedding, LATE, 200)
    assert [(change.stage, change.on) for change in changes] == [
        ("isolation", False),
        ("denoise", False),
        ("prosody", False),
    ]
    assert shedding.off == STAGES
    assert shedding.dropped == 3


def test_one_late_tick_in_a_second_changes_nothing() -> None:
    shedding = LoadShedding()
    for _ in range(20):
        assert fed(shedding, ON_TIME, 49) == []
        assert fed(shedding, LATE, 1) == []


def test_stages_come_back_in_the_reverse_order_after_a_calm_time() -> None:
    shedding = LoadShedding()
    fed(shedding, LATE, 100)
    assert shedding.off == ("isolation", "denoise")
    assert fed(shedding, ON_TIME, 400) == []
    changes = fed(shedding, ON_TIME, 1200)
    assert [(change.stage, change.on) for change in changes] == [("denoise", True), ("isolation", True)]


def test_a_stage_that_has_to_go_again_soon_stays_away_twice_as_long() -> None:
    shedding = LoadShedding()
    waits = []
    for _ in range(3):
        next(None for _ in range(100) if shedding.feed(LATE))
        waits.append(next(tick for tick in range(5000) if shedding.feed(ON_TIME)))
    assert shedding.off == ()
    assert waits[1] > 1.8 * waits[0]
    assert waits[2] > 1.8 * waits[1]


def test_a_stage_in_no_order_is_always_allowed() -> None:
    shedding = LoadShedding()
    fed(shedding, LATE, 500)
    assert shedding.allows("recording")
