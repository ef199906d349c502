import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.rtp.jitter import CAPACITY, Gap, JitterBuffer, distance

TICK = 0.02


def push(buffer: JitterBuffer, *sequences: int, at: float = 0.0) -> None:
    for sequence in sequences:
        buffer.push(sequence % 65536, b"%d" % (sequence % 65536), at)


def pop(buffer: JitterBuffer, times: int = 1, at: float = 0.0) -> list[str]:
    frames = [buffer.pop(at) for _ in range(times)]
    return [frame.value if isinstance(frame, Gap) else frame.decode() for frame in frames]


@pytest.mark.parametrize(("later", "earlier", "steps"), [(1, 0, 1), (0, 65535, 1), (65535, 0, -1), (5, 9, -4)])
def test_distance_knows_the_wrap(later: int, earlier: int, steps: int) -> None:
    assert distance(later, earlier) == steps


def test_packets_come_out_in_order() -> None:
    buffer = JitterBuffer()
    push(buffer, 7, 9, 8)
    assert pop(buffer, 4) == ["7", "8", "9", "empty"]
    assert buffer.stats.reordered == 1


def test_a_packet_is_given_at_the_tick_after_it_came() -> None:
    buffer = JitterBuffer()
    push(buffer, 1)
    assert pop(buffer) == ["1"]


def test_the_sequence_may_wrap() -> None:
    buffer = JitterBuffer()
    push(buffer, 65534, 0, 65535, 1)
    assert pop(buffer, 4) == ["65534", "65535", "0", "1"]
    assert buffer.stats.lost == 0


def test_a_missing_packet_is_lost_when_later_ones_are_there() -> None:
    buffer = JitterBuffer()
    push(buffer, 1, 3)
    assert pop(buffer, 3) == ["1", "lost", "3"]
    assert buffer.stats.lost == 1


def test_losses_that_silence_has_covered_add_no_delay() -> None:
    buffer = JitterBuffer()
    push(buffer, 1)
    assert pop(buffer, 11) == ["1"] + ["empty"] * 10
    push(buffer, 12)
    assert pop(buffer) == ["12"]
    assert buffer.stats.lost == 10


def test_a_late_packet_is_played_when_nothing_was_skipped_for_it() -> None:
    buffer = JitterBuffer()
    push(buffer, 1)
    assert pop(buffer, 2) == ["1", "empty"]
    push(buffer, 2, 3)
    assert pop(buffer, 2) == ["2", "3"]
    assert buffer.stats.lost == buffer.stats.late == 0


def test_a_packet_that_was_given_up_is_late_and_its_twin_a_duplicate() -> None:
    buffer = JitterBuffer()
    push(buffer, 1, 3)
    pop(buffer, 3)
    push(buffer, 2, 2)
    assert (buffer.stats.late, buffer.stats.duplicates) == (1, 1)
    assert pop(buffer) == ["empty"]


def test_duplicates_are_dropped_before_and_after_they_are_played() -> None:
    buffer = JitterBuffer()
    push(buffer, 1, 1)
    assert pop(buffer, 2) == ["1", "empty"]
    push(buffer, 1)
    assert buffer.stats.duplicates == 2


def test_after_overtaking_was_seen_the_missing_packet_is_waited_for() -> None:
    buffer = JitterBuffer()
    push(buffer, 1)
    pop(buffer, 2)
    push(buffer, 3)
    assert pop(buffer) == ["3"]
    push(buffer, 2)
    assert buffer.stats.late == 1
    pop(buffer, 0)
    push(buffer, 5)
    assert pop(buffer) == ["empty"]
    push(buffer, 4)
    assert pop(buffer, 2) == ["4", "5"]


def test_patience_ends() -> None:
    buffer = JitterBuffer()
    push(buffer, 1, 3)
    pop(buffer, 3)
    push(buffer, 2)
    push(buffer, 5, at=60.0)
    assert pop(buffer, 2, at=60.0) == ["lost", "5"]


def test_after_overtaking_ended_its_delay_is_won_back() -> None:
    buffer = JitterBuffer()
    push(buffer, 0, 2)
    pop(buffer, 3)
    push(buffer, 1)
    push(buffer, 3)
    for number in range(4, 1000):
        push(buffer, number, at=number * TICK)
        buffer.pop(number * TICK + 0.006)
    assert buffer.stats.late == 1
    assert (len(buffer), buffer.stats.skipped) == (0, 1)


def test_one_stray_packet_does_not_move_the_stream() -> None:
    buffer = JitterBuffer()
    push(buffer, 1, 30000, 2)
    assert pop(buffer, 2) == ["1", "2"]


def test_two_packets_elsewhere_are_a_new_stream() -> None:
    buffer = JitterBuffer()
    push(buffer, 1, 30000, 30001)
    assert pop(buffer) == ["30001"]
    assert buffer.stats.resyncs == 1


def test_no_more_than_the_capacity_waits_and_the_oldest_goes() -> None:
    buffer = JitterBuffer()
    push(buffer, *range(CAPACITY + 5))
    assert len(buffer) == CAPACITY
    assert pop(buffer) == ["5"]
    assert buffer.stats.skipped == 5


def test_a_packet_without_sound_takes_no_time() -> None:
    buffer = JitterBuffer()
    push(buffer, 1)
    buffer.push(2, None, 0.0)
    push(buffer, 3)
    assert pop(buffer, 3) == ["1", "3", "empty"]


def test_a_packet_that_always_waits_a_whole_tick_becomes_surplus() -> None:
    buffer = JitterBuffer()
    push(buffer, 0, at=0.0)
    for number in range(1, 80):
        push(buffer, number, at=number * TICK)
        buffer.pop(number * TICK + 0.006)
    assert buffer.surplus == 1


def test_a_packet_that_waits_just_a_tick_is_no_surplus() -> None:
    buffer = JitterBuffer()
    push(buffer, 0, at=0.0)
    for number in range(1, 200):
        push(buffer, number, at=number * TICK)
        buffer.pop(number * TICK + 0.004)
    assert buffer.surplus == 0


def test_surplus_goes_by_itself_when_no_quiet_frame_comes() -> None:
    buffer = JitterBuffer()
    push(buffer, 0, at=0.0)
    for number in range(1, 400):
        push(buffer, number, at=number * TICK)
        buffer.pop(number * TICK + 0.01)
    assert (len(buffer), buffer.stats.skipped) == (0, 1)


ACTIONS = st.lists(st.integers(0, 65535) | st.integers(-120, 120).map(lambda step: ("near", step)) | st.just("pop"))


@given(ACTIONS)
def test_whatever_comes_it_stays_bounded_and_never_plays_twice_or_backwards(
    actions: list[int | tuple[str, int] | str],
) -> None:
    buffer = JitterBuffer()
    at, newest, resyncs, played = 0.0, 0, 0, -1
    for action in actions:
        if action == "pop":
            at += TICK
            payload = buffer.pop(at)
            if isinstance(payload, bytes):
                if buffer.stats.resyncs == resyncs and played >= 0:
                    assert distance(int(payload), played) > 0
                played, resyncs = int(payload), buffer.stats.resyncs
            continue
        newest = action if isinstance(action, int) else (newest + int(action[1])) % 65536
        push(buffer, newest, at=at)
        assert len(buffer) <= CAPACITY
