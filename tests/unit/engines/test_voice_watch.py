from __future__ import annotations

from ivr.engines.voice_watch import DRY_MOST, RESCUE, SETTLE, Patience, Watch

HOSTED = Patience(1.2, 0.3)
LAST_STARTS_IN = 0.06


def test_the_first_sound_of_a_reply_has_its_own_patience() -> None:
    watch = Watch(HOSTED, 10.0)
    watch.look(10.5, 0.0)
    assert watch.leave_at == 11.2


def test_while_an_earlier_clause_is_heard_there_is_time() -> None:
    watch = Watch(HOSTED, 10.0, buffered=3.0)
    watch.look(10.5, 2.5)
    assert watch.leave_at == 13.0 + DRY_MOST
    assert watch.begin_next_at(0.6) == watch.leave_at - 0.6


def test_a_stream_with_much_still_to_be_heard_may_pause() -> None:
    watch = Watch(HOSTED, 10.0)
    watch.sounded(10.3)
    watch.look(11.0, 4.0)
    assert watch.leave_at == 15.0 + DRY_MOST


def test_a_stream_that_is_heard_as_it_comes_is_left_soon_after_it_stops() -> None:
    watch = Watch(HOSTED, 10.0)
    watch.sounded(10.3)
    watch.look(10.32, 0.03)
    watch.look(10.4, 0.0)
    watch.look(10.5, 0.0)  # dry since 10.4 at the latest, not since now
    assert watch.leave_at == max(10.3 + SETTLE, 10.35 + DRY_MOST)


def test_while_the_line_is_held_the_watch_stands_still() -> None:
    watch = Watch(HOSTED, 10.0)
    watch.sounded(10.3)
    for now in (10.5, 12.0, 20.0):
        watch.look(now, 1.0)
        assert watch.leave_at == now + 1.0 + DRY_MOST


def test_two_voices_in_a_row_may_fail_within_four_tenths_of_a_second() -> None:
    second = Watch(HOSTED, 10.0 + DRY_MOST, cut=True)  # the first was left when the line had been dry that long
    second.dry_at = 10.0
    last_asked = second.begin_next_at(0.12)
    assert last_asked + LAST_STARTS_IN < 10.0 + 0.4
    assert second.leave_at <= 10.0 + DRY_MOST + RESCUE


def test_a_voice_at_hand_may_pause_longer_within_a_clause() -> None:
    watch = Watch(Patience(3.0, 3.0, within=1.0), 10.0)
    watch.sounded(10.5)
    watch.look(10.6, 0.4)
    assert watch.leave_at == 12.0


def test_a_voice_at_hand_may_pause_between_clauses() -> None:
    watch = Watch(Patience(3.0, 3.0), 10.0, buffered=0.2)
    watch.look(10.3, 0.0)
    assert watch.leave_at == 13.0
