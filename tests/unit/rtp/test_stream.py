from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.rtp.packet import RtpPacket, TelephoneEvent
from ivr.rtp.stream import RtpStream

if TYPE_CHECKING:
    from tests.unit.rtp.conftest import LossyLink

AT_ONCE = (0,)
ALAW_SILENCE = b"\xd5" * 160


def packet(sequence: int, payload: bytes = ALAW_SILENCE, kind: int = 8, ssrc: int = 1, timestamp: int = 0) -> bytes:
    return RtpPacket(kind, sequence, timestamp, ssrc, payload).serialize()


def key(sequence: int, digit: int, timestamp: int, *, end: bool = False) -> bytes:
    return packet(sequence, TelephoneEvent(digit, end=end, duration=160).serialize(), kind=101, timestamp=timestamp)


def test_on_a_good_network_every_frame_is_heard_at_its_tick(lossy_link: type[LossyLink]) -> None:
    link = lossy_link([AT_ONCE] * 500)
    assert link.play() == list(range(1000, 1500))
    assert set(link.depths) == {0}


@pytest.mark.parametrize("phase", [0, 1, 7, 19])
def test_jitter_across_the_tick_costs_one_frame_once(lossy_link: type[LossyLink], phase: int) -> None:
    fates = [(number % 3,) for number in range(3000)]
    link = lossy_link(fates, phase=phase)
    heard = link.play()
    assert link.stream.stats.concealed <= 2
    assert heard[-1] >= 1000 + 2998
    assert link.stream.stats.lost == 0


def test_a_lost_frame_is_covered_by_the_last_one_fading(lossy_link: type[LossyLink]) -> None:
    heard = lossy_link([AT_ONCE, AT_ONCE, (), (), (), (), AT_ONCE]).play()
    assert heard == [1000, 1001, 700, 350, 0, 0, 1006]


def test_a_burst_of_losses_adds_no_delay(lossy_link: type[LossyLink]) -> None:
    link = lossy_link([AT_ONCE] * 10 + [()] * 40 + [AT_ONCE] * 10)
    assert link.play()[-1] == 1059
    assert set(link.depths) == {0}
    assert link.stream.stats.lost == 40


def test_a_sender_that_pauses_in_silence_is_played_when_it_goes_on(lossy_link: type[LossyLink]) -> None:
    heard = lossy_link([AT_ONCE] * 6, pauses={3: 1000}).play()
    assert heard[:3] == [1000, 1001, 1002]
    assert heard[-3:] == [1003, 1004, 1005]


def test_a_stalled_network_loses_no_speech_and_the_delay_is_won_back_in_the_pause(lossy_link: type[LossyLink]) -> None:
    fates = [AT_ONCE] * 50 + [(20 * (60 - number),) for number in range(50, 60)] + [AT_ONCE] * 200
    link = lossy_link(fates, phase=10, loudness=lambda number: 1000 + number if number < 62 else 5)
    heard = link.play()
    assert [value for value in heard if value >= 1000] == list(range(1000, 1062))
    assert max(link.depths) == 10
    assert link.depths[-1] == 0


def test_without_a_pause_the_delay_is_won_back_frame_by_frame(lossy_link: type[LossyLink]) -> None:
    fates = [AT_ONCE] * 50 + [(20 * (60 - number),) for number in range(50, 60)] + [AT_ONCE] * 900
    link = lossy_link(fates)
    link.play()
    assert link.depths[-1] <= 1
    assert link.depths[300] <= 4


def test_overtaking_packets_are_waited_for_after_the_first_was_late(lossy_link: type[LossyLink]) -> None:
    fates = [(25,) if number % 5 == 4 else AT_ONCE for number in range(1000)]
    link = lossy_link(fates)
    link.play()
    assert link.stream.stats.late <= 1
    assert link.stream.stats.lost <= 1
    assert max(link.depths) <= 3


def test_duplicates_change_nothing(lossy_link: type[LossyLink]) -> None:
    link = lossy_link([(0, 3, 30)] * 100)
    assert link.play() == list(range(1000, 1100))
    assert link.stream.stats.duplicates >= 197


@pytest.mark.parametrize("parts_in_a_million", [500, -500])
def test_clocks_that_drift_apart_keep_the_delay_small(lossy_link: type[LossyLink], parts_in_a_million: int) -> None:
    """500 ppm over ten minutes is 300 ms, fifteen packets."""
    fates = [(1000 + int(number * 20 * parts_in_a_million * 1e-6),) for number in range(30_000)]
    link = lossy_link(fates)
    link.play(more_ticks=30)
    assert max(link.depths) <= 2
    assert link.stream.stats.skipped + link.stream.stats.concealed <= 30


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 400), max_size=2).map(tuple), max_size=150), st.integers(0, 19))
def test_any_network_gives_one_frame_a_tick_in_order(
    lossy_link: type[LossyLink], fates: list[tuple[int, ...]], phase: int
) -> None:
    link = lossy_link(fates, phase=phase)
    heard = [value for value in link.play(more_ticks=30) if value >= 1000]
    assert heard == sorted(set(heard))
    assert max(link.depths, default=0) <= 50


def test_a_new_ssrc_begins_a_new_stream_at_once(lossy_link: type[LossyLink]) -> None:
    def other_sender(number: int, data: bytes) -> bytes:
        return data if number < 5 else data[:2] + struct.pack("!HII", number, 7, 99) + data[12:]

    link = lossy_link([AT_ONCE] * 10, edit=other_sender)
    assert link.play() == list(range(1000, 1010))
    assert link.stream.stats.resyncs == 1


def test_a_jump_of_the_timestamps_is_neither_jitter_nor_silence(lossy_link: type[LossyLink]) -> None:
    def jump(number: int, data: bytes) -> bytes:
        return data if number < 5 else data[:4] + struct.pack("!I", 0x7000_0000 + number * 160) + data[8:]

    link = lossy_link([AT_ONCE] * 10, edit=jump)
    assert link.play() == list(range(1000, 1010))
    assert link.stream.stats.jitter_ms < 1


def test_jitter_is_measured_as_the_standard_says(lossy_link: type[LossyLink]) -> None:
    link = lossy_link([(number % 2 * 10,) for number in range(500)])
    link.play()
    assert link.stream.stats.jitter_ms == pytest.approx(10, abs=0.5)


@pytest.mark.parametrize("milliseconds", [10, 30, 60])
def test_packets_of_another_length_are_cut_into_ticks(milliseconds: int) -> None:
    stream = RtpStream("alaw")
    frames = []
    for tick in range(60):
        for number in range(-(-tick * 20 // milliseconds), -(-(tick + 1) * 20 // milliseconds)):
            stream.receive(packet(number, b"\x20" * 8 * milliseconds), "phone", tick * 0.02)
        frames.append(stream.next_frame(tick * 0.02))
    assert {len(frame) for frame in frames} == {320}
    assert stream.stats.concealed == 0


def test_malformed_and_unexpected_packets_are_counted_and_dropped() -> None:
    stream = RtpStream("alaw")
    stream.receive(b"junk", "phone", 0)
    stream.receive(packet(1, b"\0", kind=101), "phone", 0)
    stream.receive(packet(1, kind=0), "phone", 0)
    stream.receive(bytes.fromhex("80c80006") + bytes(24), "phone", 0)
    assert (stream.stats.malformed, stream.stats.unexpected, stream.stats.received) == (2, 2, 0)
    assert stream.peer is None


def test_comfort_noise_keeps_its_place_in_the_sequence() -> None:
    stream = RtpStream("alaw")
    for number, data in enumerate([packet(1), packet(2, b"\x40", kind=13), packet(3)]):
        stream.receive(data, "phone", number * 0.02)
        stream.next_frame(number * 0.02)
    assert (stream.stats.received, stream.stats.lost, stream.stats.unexpected) == (3, 0, 0)


def test_a_key_counts_once_at_its_first_packet() -> None:
    stream = RtpStream("alaw")
    for number in range(3):
        stream.receive(key(number, 5, timestamp=800), "phone", 0)
    assert stream.digits() == ("5",)
    for number in range(3, 6):
        stream.receive(key(number, 5, timestamp=800, end=True), "phone", 0)
    assert stream.digits() == ()


def test_a_key_counts_when_only_its_last_packet_came_and_an_old_one_does_not_count_again() -> None:
    stream = RtpStream("alaw")
    stream.receive(key(1, 11, timestamp=2**32 - 100, end=True), "phone", 0)
    stream.receive(key(4, 10, timestamp=700), "phone", 0)
    stream.receive(key(2, 11, timestamp=2**32 - 100, end=True), "phone", 0)
    assert stream.digits() == ("#", "*")


def test_a_fax_tone_is_no_key() -> None:
    stream = RtpStream("alaw")
    stream.receive(key(1, 36, timestamp=800), "phone", 0)
    assert stream.digits() == ()


def test_another_source_is_foreign_while_the_first_one_sends() -> None:
    stream = RtpStream("alaw")
    stream.receive(packet(1), "phone", 0.0)
    stream.receive(packet(500, ssrc=2), "stranger", 0.1)
    assert (stream.peer, stream.stats.foreign) == ("phone", 1)


def test_another_source_is_believed_when_it_goes_on_with_the_same_stream() -> None:
    stream = RtpStream("alaw")
    stream.receive(packet(65535), "phone", 0.0)
    stream.receive(packet(0), "phone behind a new port", 0.02)
    assert (stream.peer, stream.stats.foreign) == ("phone behind a new port", 0)


def test_another_source_is_believed_after_the_first_one_fell_silent() -> None:
    stream = RtpStream("alaw")
    stream.receive(packet(1), "phone", 0.0)
    stream.receive(packet(500, ssrc=2), "other phone", 2.0)
    assert stream.peer == "other phone"


@pytest.mark.parametrize(
    ("codec", "kind", "step", "size"), [("alaw", 8, 160, 160), ("g722", 9, 160, 160), ("slin", 10, 160, 320)]
)
def test_what_is_sent_counts_in_the_codecs_clock(codec: str, kind: int, step: int, size: int) -> None:
    stream = RtpStream(codec)
    first, second = (RtpPacket.parse(stream.packetize(bytes(stream.rate // 25))) for _ in range(2))
    assert (first.payload_type, first.marker, second.marker) == (kind, True, False)
    assert (second.sequence - first.sequence) % 2**16 == 1
    assert (second.timestamp - first.timestamp) % 2**32 == step
    assert (first.ssrc, len(first.payload)) == (second.ssrc, size)


@settings(max_examples=30)
@given(st.lists(st.binary(max_size=60) | st.binary(max_size=40).map(lambda some: b"\x80\x0a" + some), max_size=40))
def test_any_datagrams_leave_one_frame_a_tick(datagrams: list[bytes]) -> None:
    for codec in ("alaw", "ulaw", "g722", "slin"):
        stream = RtpStream(codec)
        for number, data in enumerate(datagrams):
            stream.receive(data, "phone", number * 0.01)
            assert len(stream.next_frame(number * 0.01)) == stream.rate // 25
